from __future__ import annotations

import hashlib
import json
import time

import pytest

from lineage.model import Tokenizer
from lineage.scanners import tokenizer_files
from lineage.walk import read
from tests.doubles.memory import Content, Pointer, file_of, snapshot_of


def scanned(path: str, content: Content) -> Tokenizer:
    (found,) = tokenizer_files.scan(file_of(path, content))
    return found


def tokenizer_json(
    tokens: int, added: list[str], *, merges: list[object] | None = None, **model: object
) -> str:
    vocabulary = {f"t{i}": i for i in range(tokens)}
    body = {"type": "BPE", "vocab": vocabulary, "merges": merges or [], **model}
    return json.dumps(
        {
            "added_tokens": [{"id": i, "content": text} for i, text in enumerate(added)],
            "model": body,
        }
    )


def test_added_tokens_count_once() -> None:
    found = scanned("tokenizer.json", tokenizer_json(100, ["<s>", "</s>", "t5"]))
    assert (found.kind, found.vocabulary_size) == ("tokenizers", 102)


def test_the_merges_do_not_matter() -> None:
    with_merges = tokenizer_json(100, ["<s>"], merges=[["a", "b"], "c d", ['"merges": [', "}"]])
    assert scanned("tokenizer.json", with_merges).vocabulary_size == 101


def test_a_token_that_looks_like_the_merges() -> None:
    text = json.dumps({"model": {"vocab": {'"merges": [': 0, "merges": 1, "x": 2}, "merges": []}})
    assert scanned("tokenizer.json", text).vocabulary_size == 3


def test_a_member_behind_the_merges_is_not_lost() -> None:
    text = (
        '{"model": {"merges": [], "vocab": {"a": 0, "b": 1}}, "added_tokens": [{"content": "c"}]}'
    )
    assert scanned("tokenizer.json", text).vocabulary_size == 3


def test_a_unigram_vocabulary_is_a_list() -> None:
    text = json.dumps(
        {
            "added_tokens": [{"content": "▁a"}, {"content": "<x>"}],
            "model": {"vocab": [["▁a", -1.0], ["b", -2]]},
        }
    )
    assert scanned("tokenizer.json", text).vocabulary_size == 3


@pytest.mark.parametrize("text", ['{"model": {}}', "{}", '{"model": null, "added_tokens": 5}'])
def test_a_tokenizer_without_a_vocabulary(text: str) -> None:
    assert scanned("tokenizer.json", text).vocabulary_size is None


def test_a_large_tokenizer_is_read_soon() -> None:
    merges: list[object] = [[f"a{i}", f"b{i}"] for i in range(300_000)]
    text = tokenizer_json(150_000, ["<s>"], merges=merges)
    start = time.process_time()
    assert scanned("tokenizer.json", text).vocabulary_size == 150_001
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("path", "content", "kind", "size"),
    [
        ("vocab.json", '{"a": 0, "b": 1}', "vocab", 2),
        ("vocab.txt", "[PAD]\n[UNK]\nthe\n", "vocab", 3),
        ("merges.txt", "#version: 0.2\na b\n", "merges", None),
        ("qwen.tiktoken", "IQ== 0\nIg== 1\n", "tiktoken", 2),
        ("tokenizer.model", "IQ== 0\nIg== 1\nIw== 2\n", "tiktoken", 3),
        ("tokenizer.model", b"\n\x0e\n\x05<unk>\x15\x00\x00\x00\x00", "sentencepiece", None),
        ("spiece.model", b"\n\x0e", "sentencepiece", None),
    ],
)
def test_the_other_kinds(path: str, content: str | bytes, kind: str, size: int | None) -> None:
    found = scanned(path, content)
    raw = content.encode() if isinstance(content, str) else content
    assert (found.kind, found.vocabulary_size) == (kind, size)
    assert found.exhibit.sha256 == hashlib.sha256(raw).hexdigest()


def test_the_origin_of_a_tokenizer_is_shown_and_is_no_parent() -> None:
    found = scanned("tokenizer_config.json", '{\n "name_or_path": "org/other-7b"\n}')
    assert (found.kind, found.exhibit.lines) == ("config", (2, 2))
    assert found.exhibit.excerpt == "name_or_path: org/other-7b"


def test_a_pointer_is_known_by_its_digest() -> None:
    snapshot = snapshot_of({"tokenizer.json": Pointer("ab" * 32, 11_000_000)})
    reading = read(snapshot, [tokenizer_files])
    (found,) = reading.evidence
    assert isinstance(found, Tokenizer)
    assert (found.kind, found.vocabulary_size) == ("tokenizers", None)
    assert found.exhibit.sha256 == "ab" * 32
    assert not reading.coverage.unread
    assert not snapshot.asked


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tokenizer.json", '{"model": {"vocab": {"a": 0}'),
        ("tokenizer.json", '{"model": {"vocab": {"a": 0}, "merges": [["a",'),
        ("tokenizer.json", "[]"),
        ("tokenizer.json", '{"a": ' * 20_000),
        ("tokenizer_config.json", "{"),
        ("vocab.json", "[1]"),
        ("vocab.json", "[" * 20_000),
    ],
)
def test_a_malformed_file_is_unread(path: str, text: str) -> None:
    reading = read(snapshot_of({path: text}), [tokenizer_files])
    assert not reading.evidence
    assert len(reading.coverage.unread) == 1
