from __future__ import annotations

import random
import re
import time

import numpy as np
import pytest

from lineage.licences.clauses import extract
from lineage.licences.conclusion import conclude
from lineage.licences.knowledge import load
from lineage.licences.neighbours import CLEAR, beside, clear_neighbour, neighbours, variant_of
from lineage.licences.recognise import Match, recognise
from lineage.licences.words import words_of
from lineage.model import LicenceText, Method, TextForm, UnsettledText
from lineage.scanners import licence_clauses, licence_files, model_card
from lineage.walk import read
from tests.doubles.memory import file_of, snapshot_of
from tests.licences import texts

#: Of each class one or two: permissive, copyleft, documents, fonts, sources, models.
KEYS = [
    "apache-1.1",
    "zpl-2.1",
    "openssl-ssleay",
    "cecill-2.1",
    "cc0-1.0",
    "sleepycat",
    "ofl-1.1",
    "oracle-sql-developer",
    "llama-3.1-license-2024",
    "llama-3.3-license-2024",
    "gemma-tou-2025-03-24",
    "qwen-2024",
    "tencent-hunyuan-3d-2.0-cla",
    "deepseek-la-1.0",
    "moonshot-ai-modified-mit-2025",
    "exaone-ai-model-1.1-nc",
]
LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"


def expression_of(key: str) -> str:
    licence = load().by_scancode(key)
    return licence.spdx if licence else texts.spdx(key)


def changed(text: str, share: float, seed: str = "") -> str:
    chance = random.Random(seed)
    return re.sub(r"\w+", lambda m: "changed" if chance.random() < share else m[0], text)


def near_texts(text: str) -> list[LicenceText]:
    evidence = licence_files.scan(file_of("LICENSE", text))
    return [e for e in evidence if isinstance(e, LicenceText) and e.form is TextForm.TEXT]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("share", [0.01, 0.03, 0.05])
def test_a_changed_text_is_nearest_to_what_it_was(key: str, share: float) -> None:
    (first, *_) = neighbours(words_of(changed(texts.licence(key), share, key).split("\n")))
    assert first.expression == expression_of(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_text_is_its_own_nearest(key: str) -> None:
    (first, *_) = neighbours(words_of(texts.licence(key).split("\n")))
    assert (first.expression, first.resemblance) == (expression_of(key), 1.0)


@pytest.mark.parametrize("key", KEYS)
def test_no_changed_text_is_called_exact(key: str) -> None:
    text = changed(texts.licence(key), 0.03, key)
    for found in near_texts(text):
        if found.method is not Method.SHINGLES:
            assert found.method is not Method.NORMALISED_HASH
            continue
        assert not found.exact
        assert found.expression == expression_of(key)
        assert 100 * CLEAR <= found.score < 100


def test_a_variant_is_named_and_scancode_is_not_asked() -> None:
    text = changed(texts.licence("llama-3.1-license-2024"), 0.01)
    (found,) = near_texts(text)
    assert (found.expression, found.method, found.exact) == (LLAMA, Method.SHINGLES, False)
    evidence = licence_files.scan(file_of("LICENSE", text))
    assert not [fact for fact in evidence if isinstance(fact, UnsettledText)]


def test_the_same_sketch_is_no_claim_of_sameness() -> None:
    """One word of five thousand may stand in no run that a sketch holds."""
    text = texts.licence("gpl-3.0")
    for seed in range(5):
        words = text.split(" ")
        words[random.Random(seed).randrange(len(words))] = "changed"
        for found in near_texts(" ".join(words)):
            assert not found.exact or found.method is Method.EXACT_WORDS
            assert found.exact or found.score <= 99


@pytest.mark.parametrize("key", ["mit", "isc", "bsd-new"])
def test_a_known_text_with_more_words_is_no_variant_of_itself(key: str) -> None:
    lines = f"{texts.licence(key)}\n\nThe software must not be used in schools.".split("\n")
    matches = recognise(lines).matches
    found = variant_of(lines, (1, len(lines)), matches)
    assert found is None or found.expression != texts.spdx(key)


def test_of_twins_neither_is_clearly_the_nearest() -> None:
    """The keys with and without invariant sections have one text but for a notice before it."""
    lines = changed(texts.licence("gfdl-1.3"), 0.01).split("\n")
    assert len(neighbours(words_of(lines))) > 1
    assert clear_neighbour(lines) is None


def test_strangers_are_near_to_nothing() -> None:
    assert neighbours(words_of([""])) == ()
    assert neighbours(words_of(["one two"])) == ()
    prose = "This model was trained on a corpus of novels and answers questions about the sea. " * 9
    assert clear_neighbour(prose.split("\n")) is None
    assert clear_neighbour(["Permission is hereby granted, free of charge, to any person"]) is None


def test_a_text_in_html_is_read_without_its_markup() -> None:
    paragraphs = changed(texts.licence("qwen-2024"), 0.01).split("\n\n")
    marked = "\n".join(f"<p>{'</b> <b>'.join(part.split(' '))}</p>" for part in paragraphs)
    near = clear_neighbour(marked.split("\n"))
    assert near is not None
    assert near.expression == expression_of("qwen-2024")


def test_parts_of_a_variant_do_not_stand_beside_it() -> None:
    def match(words: int, lines: tuple[int, int], score: float = 100.0) -> Match:
        return Match("MIT", TextForm.TEXT, Method.EXACT_WORDS, score == 100.0, score, lines, words)

    variant = match(1000, (10, 90), 80.0)
    phrase, part, stranger, outside = (
        match(12, (20, 20)),
        match(400, (20, 40)),
        match(160, (20, 40)),
        match(12, (5, 6)),
    )
    assert list(beside(variant, [phrase, part, stranger, outside])) == [stranger, outside]


def conclusions(text: str, name: str) -> list[tuple[str | None, str]]:
    card = f"---\nlicense: other\nlicense_name: {name}\n---\n"
    files = {"LICENSE": text, "README.md": card}
    reading = read(snapshot_of(files), [licence_files, licence_clauses, model_card])
    return [(record.concluded, record.reason) for record in conclude(reading)]


def test_a_declared_variant_in_another_number_is_not_concluded() -> None:
    text = texts.licence("llama-3.1-license-2024")
    lower = text.replace("700 million", "50 million")
    assert extract(lower) != extract(text)
    for concluded, reason in conclusions(lower, "llama3.1"):
        assert concluded is None
        assert f"is close to {LLAMA}" in reason
        assert "but not the same" in reason


def test_a_declared_variant_that_states_the_same_is_concluded() -> None:
    text = texts.licence("tongyi-qianwen-2023")
    slip = text.replace("exclusive jurisdiction", "sole jurisdiction")
    licence = load().by_scancode("tongyi-qianwen-2023")
    assert licence is not None
    assert slip != text
    found = conclusions(slip, licence.id)
    assert [concluded for concluded, _ in found] == [licence.spdx] * len(found)
    assert all("but not the same" in reason for _, reason in found)


def test_a_variant_that_nothing_declares_is_not_concluded() -> None:
    text = changed(texts.licence("qwen-2024"), 0.001)
    reading = read(snapshot_of({"LICENSE": text}), [licence_files, licence_clauses])
    assert [record.concluded for record in conclude(reading)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "this licence " * 320_000,
        " ".join(f"licence{number}" for number in range(260_000)),
        "<b>&amp;licence " * 260_000,
    ],
    ids=["one word", "all words", "markup"],
)
def test_a_large_hostile_text_takes_bounded_time(text: str) -> None:
    started = time.process_time()
    near_texts(text)
    assert time.process_time() - started < 20


def test_the_kept_sketches_fit_together() -> None:
    from lineage.licences.neighbours import _known

    known = _known()
    assert known.bounds[-1] == len(known.hashes)
    assert len(known.expressions) > 2_400
    for place in range(0, len(known.expressions), 97):
        _, sketch = known.text(place)
        assert 0 < len(sketch) <= 256
        assert bool(np.all(np.diff(sketch.astype(np.int64)) > 0))
