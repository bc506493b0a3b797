from __future__ import annotations

import pytest

from lineage.model import Profile, Revenue, Users
from lineage.rules import use005_threshold as rule
from tests.worlds import said, world

LLAMA = "a[llama3.1] <- meta-llama/Llama-3.1-8B"
QWEN = "a[qwen] <- Qwen/Qwen2.5-72B"
STABILITY = "a[stabilityai-ai-community] <- b[stabilityai-ai-community]"
MANY, FEW = 800_000_000, 300_000_000
DAY = "2024-07-23"


@pytest.mark.parametrize(
    ("words", "profile", "expected"),
    [
        (LLAMA, Profile(users=(Users(MANY, "month", DAY),)), "unmet"),
        (QWEN, Profile(users=(Users(FEW, "month", of="product"),)), "unmet"),
        (STABILITY, Profile(revenue=(Revenue(2_000_000, "USD", "year"),)), "unmet"),
        # below
        (LLAMA, Profile(users=(Users(FEW, "month", DAY),)), "met"),
        (LLAMA, Profile(users=(Users(1_000, "month"),)), "met"),  # far below
        (QWEN, Profile(users=(Users(1_000, "month"),)), "met"),  # the product's are among them
        (STABILITY, Profile(revenue=(Revenue(900_000, "USD", "twelve-months"),)), "met"),
        # the number of that day counts, and nothing tells it
        (LLAMA, Profile(users=(Users(MANY, "month", "2026-01-01"),)), "condition-unknown"),
        (LLAMA, Profile(users=(Users(FEW, "month"),)), "condition-unknown"),
        # of something else
        (LLAMA, Profile(users=(Users(FEW, "day", DAY),)), "condition-unknown"),
        (QWEN, Profile(users=(Users(FEW, "month"),)), "condition-unknown"),
        (STABILITY, Profile(revenue=(Revenue(9, "EUR", "year"),)), "condition-unknown"),
        (STABILITY, Profile(revenue=(Revenue(9, "USD", "month"),)), "condition-unknown"),
        (LLAMA, Profile(), "condition-unknown"),
        (LLAMA, None, "condition-unknown"),
    ],
)
def test_worlds(words: str, profile: Profile | None, expected: str) -> None:
    assert [one.split()[0] for one in said(rule, world(words, profile=profile))] == [expected]


@pytest.mark.parametrize("words", ["a[mit]", "a[mit] <- google/gemma-2-2b", "a[mit] <- b"])
def test_no_threshold(words: str) -> None:
    assert said(rule, world(words)) == []
