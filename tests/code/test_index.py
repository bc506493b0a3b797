"""Indexes: what was laid out is found again, by whoever asks, and damage is told."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from lineage.code import index
from lineage.code.index import Sought, keys_of, laid_out, mapped

CHANCE = np.random.default_rng(5)
HASHES = CHANCE.integers(0, 1 << 48, 5_000, dtype=np.uint64)
OWNERS = CHANCE.integers(0, 300, 5_000, dtype=np.uint64)


def found(sought: Sought, data: bytes, count: int, most: int = 1_000) -> Counter[tuple[int, int]]:
    pairs: Counter[tuple[int, int]] = Counter()
    for mine, theirs in sought.pairs(mapped(memoryview(data), count, 1 << 20), most):
        pairs.update(zip(mine.tolist(), theirs.tolist(), strict=True))
    return pairs


@pytest.mark.parametrize("owners", [OWNERS, OWNERS + np.uint64(70_000)], ids=["narrow", "wide"])
def test_each_asker_finds_each_owner(owners: np.ndarray) -> None:
    data = laid_out(keys_of(HASHES), owners)
    asked = np.concatenate([HASHES[:50], HASHES[:7], CHANCE.integers(0, 1 << 48, 900, np.uint64)])
    wanted = Counter(
        (number, int(owner))
        for number, one in enumerate(asked.tolist())
        for owner in owners[keys_of(HASHES) == one >> 8]
    )
    assert wanted.total() >= 57
    assert found(Sought(asked, np.arange(len(asked))), data, len(HASHES)) == wanted


def test_pairs_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = laid_out(keys_of(HASHES), OWNERS)
    sought = Sought(np.tile(HASHES[:40], 30), np.arange(1_200))
    whole = found(sought, data, len(HASHES))
    monkeypatch.setattr(index, "_AT_A_TIME", 7)
    assert found(sought, data, len(HASHES)) == whole
    assert len(list(sought.pairs(mapped(memoryview(data), len(HASHES), 300), 9))) == 40


def test_what_stands_too_often_is_left_out() -> None:
    hashes = np.repeat(HASHES[:2], [9, 10])
    data = laid_out(keys_of(hashes), np.arange(19, dtype=np.uint64))
    sought = Sought(HASHES[:2], [0, 1])
    assert {mine for mine, _ in found(sought, data, 19, most=9)} == {0}


def test_an_empty_index_and_an_empty_question() -> None:
    none = np.zeros(0, dtype=np.uint64)
    assert not found(Sought(HASHES, np.arange(len(HASHES))), laid_out(none, none), 0)
    assert not found(Sought(none, []), laid_out(keys_of(HASHES), OWNERS), len(HASHES))


@pytest.mark.parametrize(("cut", "count"), [(1, 5_000), (6, 5_000), (0, 4_999), (0, 0), (0, 9_000)])
def test_an_index_of_another_length_is_refused(cut: int, count: int) -> None:
    data = laid_out(keys_of(HASHES), OWNERS)
    with pytest.raises(ValueError, match="an index"):
        mapped(memoryview(data[: len(data) - cut]), count, 300)


def test_an_index_that_points_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="outside of itself"):
        mapped(memoryview(laid_out(keys_of(HASHES), OWNERS)), len(HASHES), 299)
