from __future__ import annotations

import time
from pathlib import Path
from struct import pack

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.formats import FormatError, Header
from lineage.formats.gguf import TYPES, read_header
from lineage.formats.reading import Window
from tests.doubles.gguf_files import entry, gguf, tensor, text, texts


def read(content: bytes) -> Header:
    return read_header(lambda start, stop: content[start:stop], len(content))


def written_by_the_library(path: Path) -> bytes:
    writer = GGUFWriter(path, "llama")
    writer.add_name("Tiny")
    writer.add_license("apache-2.0")
    writer.add_base_model_count(1)
    writer.add_base_model_organization(0, "Qwen")
    writer.add_base_model_name(0, "Qwen2.5 0.5B")
    writer.add_base_model_repo_url(0, "https://huggingface.co/Qwen/Qwen2.5-0.5B")
    writer.add_languages(["en", "zh"])
    writer.add_bool("general.flag", val=True)
    writer.add_float32("llama.epsilon", 1e-5)
    writer.add_token_list([f"token{i}" for i in range(5_000)])
    writer.add_token_scores([float(i) for i in range(5_000)])
    writer.add_tensor("blk.0.attn_q.weight", np.zeros((4, 64), "float32"))
    writer.add_tensor("blk.0.norm.weight", np.ones(7, "float16"))
    quantised = np.zeros((2, 34), "uint8")
    writer.add_tensor("blk.0.q8", quantised, raw_dtype=GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def test_a_file_of_the_library_reads_as_in_the_library(tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    content = written_by_the_library(path)
    ours = {t.name: (t.dtype, t.shape, t.span) for t in read(content).tensors}
    theirs = {
        t.name: (
            t.tensor_type.name,
            tuple(int(size) for size in reversed(t.shape)),
            (t.data_offset, t.data_offset + t.n_bytes),
        )
        for t in GGUFReader(path).tensors
    }
    assert ours == theirs
    assert ours["blk.0.attn_q.weight"][1] == (4, 64)


def test_metadata_is_kept_as_text_and_long_lists_are_counted(tmp_path: Path) -> None:
    header = read(written_by_the_library(tmp_path / "tiny.gguf"))
    metadata = dict(header.metadata)
    assert metadata["general.license"] == "apache-2.0"
    assert metadata["general.base_model.0.repo_url"] == "https://huggingface.co/Qwen/Qwen2.5-0.5B"
    assert metadata["general.flag"] == "true"
    assert metadata["llama.epsilon"] == "1e-05"
    assert [v for k, v in header.metadata if k == "general.languages"] == ["en", "zh"]
    assert dict(header.omitted) == {
        "tokenizer.ggml.tokens": 5_000,
        "tokenizer.ggml.scores": 5_000,
    }


def test_the_types_are_those_of_the_library() -> None:
    theirs = {kind.value: (kind.name, *GGML_QUANT_SIZES[kind]) for kind in GGMLQuantizationType}
    assert theirs.items() <= TYPES.items()


def test_a_list_of_numbers_is_not_fetched() -> None:
    scores = text("scores") + pack("<IIQ", 9, 6, 5_000_000) + b"\0" * 20_000_000
    content = gguf([entry("general.name", "x"), scores, entry("general.license", "mit")])
    fetched = 0

    def reader(start: int, stop: int) -> bytes:
        nonlocal fetched
        fetched += stop - start
        return content[start:stop]

    header = read_header(reader, len(content))
    assert dict(header.metadata)["general.license"] == "mit"
    assert header.omitted == (("scores", 5_000_000),)
    assert fetched < 200_000


def test_a_vocabulary_of_half_a_million_is_passed_over_soon() -> None:
    tokens = [f"▁token{i}" for i in range(500_000)]
    content = gguf([texts("tokens", tokens), entry("general.license", "mit")])
    start = time.process_time()
    header = read(content)
    assert time.process_time() - start < 3
    assert header.omitted == (("tokens", 500_000),)
    assert header.metadata == (("general.license", "mit"),)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 300), min_size=129, max_size=160), st.integers(1, 400))
def test_texts_are_passed_over_wherever_a_range_ends(lengths: list[int], first: int) -> None:
    values = ["é" * length for length in lengths]
    content = gguf([texts("tokens", values), entry("general.license", "mit")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Window, "FIRST", first)
        patch.setattr(Window, "LARGEST", 1_000)
        header = read(content)
    assert header.omitted == (("tokens", len(values)),)
    assert header.metadata == (("general.license", "mit"),)


def test_a_type_newer_than_the_table_reaches_to_the_next_tensor() -> None:
    tensors = [tensor("new", [32], 999, 0), tensor("old", [8], 0, 64)]
    new, old = read(gguf([], tensors, b"x" * 96)).tensors
    assert (new.dtype, old.dtype) == ("type 999", "F32")
    assert new.span[1] == old.span[0]
    assert old.span[1] - old.span[0] == 32


def test_version_two_is_read() -> None:
    assert read(gguf([entry("general.license", "mit")], version=2)).metadata == (
        ("general.license", "mit"),
    )


ONE = [entry("general.name", "x")]
HOSTILE = {
    "empty": b"",
    "another magic": b"GGML" + b"\0" * 60,
    "version 1": gguf(ONE, version=1),
    "big-endian": b"GGUF" + pack(">IQQ", 3, 0, 0),
    "tensors without end": gguf(ONE, counts=(1 << 60, 1)),
    "keys without end": gguf(ONE, counts=(0, 1 << 60)),
    "more keys than there are": gguf(ONE, counts=(0, 2)),
    "more tensors than there are": gguf(ONE, counts=(1, 1)),
    "a key without end": gguf([pack("<Q", 1 << 62) + b"x"]),
    "a text without end": gguf([text("k") + pack("<IQ", 8, 1 << 62) + b"x"]),
    "a list without end": gguf([text("k") + pack("<IIQ", 9, 4, 1 << 62)]),
    "texts without end": gguf([text("k") + pack("<IIQ", 9, 8, 1 << 62)]),
    "texts that end beyond the file": gguf(
        [text("k") + pack("<IIQ", 9, 8, 200) + text("x") + pack("<Q", 1 << 62) + b"\0" * 2_000]
    ),
    "a list of lists": gguf([text("k") + pack("<IIQ", 9, 9, 1) + pack("<IQ", 9, 1)]),
    "an unknown type of value": gguf([text("k") + pack("<I", 77)]),
    "a key twice": gguf([entry("k", "a"), entry("k", "b")]),
    "a tensor's name twice": gguf([], [tensor("a", [8], 0, 0), tensor("a", [8], 0, 32)], b"x" * 64),
    "a long name": gguf([], [tensor("n" * 513, [8], 0, 0)], b"x" * 32),
    "five dimensions": gguf([], [tensor("a", [1] * 5, 0, 0)], b"x" * 32),
    "four billion dimensions": gguf([], [text("a") + pack("<I", (1 << 32) - 1)], b"x" * 32),
    "a shape that overflows": gguf([], [tensor("a", [1 << 40, 1 << 40], 0, 0)], b"x" * 32),
    "half a block": gguf([], [tensor("a", [33], 8, 0)], b"x" * 64),
    "beyond the file": gguf([], [tensor("a", [8], 0, 32)], b"x" * 32),
    "overlap": gguf([], [tensor("a", [16], 0, 0), tensor("b", [8], 0, 32)], b"x" * 64),
    "out of line": gguf([], [tensor("a", [8], 0, 4)], b"x" * 64),
    "an alignment of nought": gguf([entry("general.alignment", 0)]),
    "an alignment of three": gguf([entry("general.alignment", 3)]),
    "an alignment in words": gguf([entry("general.alignment", "many")]),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_malformed_file_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        read(content)


def test_every_truncation_is_refused() -> None:
    whole = gguf([*ONE, texts("t", ["a"] * 200)], [tensor("a", [2, 4], 0, 0)], b"x" * 32)
    assert len(read(whole).tensors) == 1
    for stop in range(len(whole)):
        with pytest.raises(FormatError):
            read(whole[:stop])


def test_empty_texts_by_the_million_end_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.formats.gguf.MAX_HEADER", 16 << 20)
    size = 1 << 40
    head = gguf([text("k") + pack("<IIQ", 9, 8, size >> 4)])

    def zeros(start: int, stop: int) -> bytes:
        return head[start:stop] + b"\0" * (stop - max(start, len(head)))

    begin = time.process_time()
    with pytest.raises(FormatError, match="longer than"):
        read_header(zeros, size)
    assert time.process_time() - begin < 20


@given(st.binary(max_size=200), st.integers(0, 100))
def test_noise_is_refused_or_read(noise: bytes, place: int) -> None:
    whole = gguf([*ONE, texts("t", ["a", "b"])], [tensor("a", [8], 0, 0)], b"x" * 32)
    content = whole[:place] + noise + whole[place + len(noise) :]
    try:
        header = read(content)
    except FormatError:
        return
    assert all(0 <= t.span[0] <= t.span[1] <= len(content) for t in header.tensors)
