from __future__ import annotations

import random

import pytest

from lineage.licences.knowledge import load
from lineage.licences.sketches import nearest, resemblance, sketch_of
from lineage.licences.words import words_of
from tests.licences import texts

KEYS = [
    "llama-3.1-license-2024",
    "gemma-tou-2025-03-24",
    "qwen-2024",
    "tencent-hunyuan-3d-2.0-cla",
    "deepseek-la-1.0",
    "stable-diffusion-2022-08-22",
    "mit",
    "apache-2.0",
    "cc-by-nc-4.0",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_known_text_is_nearest_to_itself(key: str) -> None:
    licence = load().by_scancode(key)
    assert licence is not None
    (first, *_) = nearest(words_of(texts.licence(key).split("\n")))
    assert first.licence == licence.id
    assert first.resemblance == 1.0


@pytest.mark.parametrize("key", KEYS)
def test_a_changed_text_is_still_nearest_to_what_it_was(key: str) -> None:
    licence = load().by_scancode(key)
    assert licence is not None
    rng = random.Random(key)
    changed = [word if rng.random() > 0.03 else "changed" for word in texts.licence(key).split(" ")]
    (first, *_) = nearest(words_of(" ".join(changed).split("\n")))
    assert first.licence == licence.id
    assert 0.4 < first.resemblance < 1.0


def test_texts_that_scancode_takes_for_others_are_told_apart() -> None:
    """Their words are not at hand here; their sketches are."""
    known = {licence.id for licence in load() if licence.texts}
    for name in ("llama-3", "hunyuan-large", "minimax-m2", "tongyi-qianwen-research-2023"):
        assert name in known
    (first, *rest) = nearest(words_of(texts.licence("llama-3.1-license-2024").split("\n")))
    shares = {near.licence: near.resemblance for near in (first, *rest)}
    assert shares["llama-3"] == pytest.approx(0.55, abs=0.08)


def test_prose_is_near_to_no_licence() -> None:
    prose = (
        "This model was trained on a corpus of novels and answers questions about the sea. " * 40
    )
    assert nearest(words_of(prose.split("\n"))) == ()
    assert nearest(words_of([""])) == ()
    assert nearest(words_of(["one two"])) == ()


def test_resemblance_is_the_share_in_common() -> None:
    one = sketch_of(words_of([" ".join(f"w{n}" for n in range(2000))]))
    half = sketch_of(words_of([" ".join(f"w{n}" for n in range(1000, 3000))]))
    assert resemblance(one, one) == 1.0
    assert resemblance(one, half) == pytest.approx(1 / 3, abs=0.1)
    assert resemblance(one, sketch_of(words_of(["nothing of the kind at all"]))) == 0.0
    assert resemblance(one, sketch_of(words_of([""]))) == 0.0
