"""Winnowing: of every window of token runs the least is kept (Schleimer, Wilkerson, Aiken 2003)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from lineage.code.prints import HASH_BITS, Grams, Hashes, Lines, empty_grams

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def winnow(
    tokens: Hashes, lines: Lines, length: int, window: int, *, fewest_different: int = 0
) -> Grams:
    """Return the kept runs of a row of tokens; two rows that share a long part share some."""
    if len(tokens) < length:
        return empty_grams()
    runs = _mixed(_runs(tokens, length))
    kept = _least(runs, min(window, len(runs)))
    if fewest_different:
        kept = kept[_different(sliding_window_view(tokens, length)[kept]) >= fewest_different]
    return Grams(runs[kept], lines[kept], lines[kept + (length - 1)])


def digest(tokens: Hashes) -> int:
    """Return one hash of a whole row; 0 for an empty one."""
    if not len(tokens):
        return 0
    from xxhash import xxh3_64_intdigest  # noqa: PLC0415 - beside numpy's own use of the row

    return xxh3_64_intdigest(tokens.tobytes()) >> (64 - HASH_BITS)


def _runs(tokens: Hashes, length: int) -> Hashes:
    """Return a polynomial hash of every run of ``length`` tokens."""
    count = len(tokens) - length + 1
    made = np.zeros(count, dtype=np.uint64)
    for offset in range(length):
        made = made * _BASE + tokens[offset : offset + count]
    return made


def _mixed(hashes: Hashes) -> Hashes:
    """Return the hashes with their bits spread (the finaliser of splitmix64), cut to size."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX_1
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX_2
    return (hashes ^ (hashes >> np.uint64(31))) >> np.uint64(64 - HASH_BITS)


def _least(runs: Hashes, window: int) -> npt.NDArray[np.intp]:
    """Return where the least hash of each window stands, the rightmost of equals."""
    windows = sliding_window_view(runs, window)
    places = window - 1 - np.argmin(windows[:, ::-1], axis=1)
    return np.unique(places + np.arange(len(windows)))


def _different(rows: Hashes) -> npt.NDArray[np.intp]:
    """Return how many different values each row holds."""
    ordered = np.sort(rows, axis=1)
    changes: npt.NDArray[np.intp] = np.count_nonzero(ordered[:, 1:] != ordered[:, :-1], axis=1)
    return changes + 1
