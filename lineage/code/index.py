"""Hashes and whose each is, laid out to be mapped into memory: a look-up copies none of them.

Of a hash the first 40 of its 48 bits are kept: the first eight say in which part of the index it
stands, the other 32 are the row of numbers. Two that agree by chance alone are one pair in 10^12.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.code.prints import HASH_BITS, Hashes

KEY_BITS = 40
_SHIFT = np.uint64(HASH_BITS - KEY_BITS)
_LOW_BITS = 32
_PARTS = 1 << (KEY_BITS - _LOW_BITS)
_STARTS = (_PARTS + 1) * 4
#: Bits by which a hash is first looked for, for each bit of how many are sought.
_SPARE, _FEWEST_BITS, _MOST_BITS = 5, 12, 26
#: Pairs that are made at a time: what bounds the memory.
_AT_A_TIME = 4_000_000
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An index as it lies in the file: nothing of it is read before it is asked for."""

    #: Where each part begins, and the end of the last.
    starts: npt.NDArray[np.uint32]
    #: The low bits, sorted within each part.
    lows: npt.NDArray[np.uint32]
    owners: npt.NDArray[np.uint16] | npt.NDArray[np.uint32]

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self.lows)

    @property
    def keys(self) -> Hashes:
        """The sorted keys, put together."""
        parts = np.repeat(np.arange(_PARTS, dtype=np.uint64), np.diff(self.starts))
        made: Hashes = (parts << np.uint64(_LOW_BITS)) | self.lows
        return made


def keys_of(hashes: Hashes) -> Hashes:
    """Return what an index goes by of some hashes."""
    return hashes >> _SHIFT


def laid_out(keys: Hashes, owners: npt.NDArray[np.unsignedinteger]) -> bytes:
    """Return an index as it is stored; keys in any order."""
    order = np.argsort(keys, kind="stable")
    keys, owners = keys[order], owners[order]
    bounds = np.arange(_PARTS + 1, dtype=np.uint64) << np.uint64(_LOW_BITS)
    starts = np.searchsorted(keys, bounds).astype("<u4")
    width = "<u2" if int(owners.max(initial=0)) < 1 << 16 else "<u4"
    return starts.tobytes() + keys.astype("<u4").tobytes() + owners.astype(width).tobytes()


def mapped(data: memoryview, count: int, families: int) -> Index:
    """Return the index that some bytes hold.

    Raises:
        ValueError: they hold none of that many entries.
    """
    width = (len(data) - _STARTS) // count - 4 if count else 2
    if width not in (2, 4) or len(data) != _STARTS + count * (4 + width):
        raise ValueError("an index of another length than it says")
    starts = np.frombuffer(data, "<u4", _PARTS + 1)
    lows = np.frombuffer(data, "<u4", count, _STARTS)
    owners = np.frombuffer(data, f"<u{width}", count, _STARTS + 4 * count)
    if int(starts[-1]) != count or np.any(starts[1:] < starts[:-1]):
        raise ValueError("an index whose parts overlap")
    if count and int(owners.max()) >= families:
        raise ValueError("an index that points outside of itself")
    return Index(starts, lows, owners)


class Sought:
    """Keys that are looked for in many indexes, and who asks for each."""

    def __init__(self, hashes: Hashes | Sequence[int], owners: Numbers | Sequence[int]) -> None:
        keys = keys_of(np.asarray(hashes, dtype=np.uint64))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        fresh = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
        self._keys = keys[fresh]
        self._starts = np.append(fresh, len(keys))
        self._owners = np.asarray(owners, dtype=np.int64)[order]
        bits = max(_FEWEST_BITS, min(_MOST_BITS, len(fresh).bit_length() + _SPARE))
        self._bits = bits
        self._known = np.zeros(1 << bits, dtype=np.bool_)
        self._known[self._keys >> np.uint64(KEY_BITS - bits)] = True

    def pairs(self, index: Index, most: int) -> Iterator[tuple[Numbers, Numbers]]:
        """Yield who asks and whose it is, for every key that both hold, some millions at a time.

        A key that stands in the index more than ``most`` times is left out.
        """
        at, place = self._hits(index)
        known = _run_lengths(at) <= most
        at, place = at[known], place[known]
        asking = self._starts[at + 1] - self._starts[at]
        for part in _parts(asking):
            first, often = self._starts[at[part]], asking[part]
            theirs = index.owners[place[part]].astype(np.int64)
            within = np.arange(int(often.sum())) - np.repeat(np.cumsum(often) - often, often)
            yield self._owners[np.repeat(first, often) + within], np.repeat(theirs, often)

    def _hits(self, index: Index) -> tuple[Numbers, Numbers]:
        """Return the number of each sought key that the index holds, and its place there."""
        maybe = np.flatnonzero(self._known[self._first_bits(index)])
        part = np.searchsorted(index.starts, maybe, "right") - 1
        keys = (part.astype(np.uint64) << np.uint64(_LOW_BITS)) | index.lows[maybe]
        at = np.searchsorted(self._keys, keys)
        hit = self._keys[np.minimum(at, len(self._keys) - 1)] == keys if len(at) else at > 0
        return at[hit], maybe[hit]

    def _first_bits(self, index: Index) -> npt.NDArray[np.uint32]:
        """Return the first bits of each key: rising, so that the table is read in order."""
        kept = self._bits - (KEY_BITS - _LOW_BITS)
        parts = np.repeat(
            np.arange(_PARTS, dtype=np.uint32) << np.uint32(kept), np.diff(index.starts)
        )
        made: npt.NDArray[np.uint32] = parts | (index.lows >> np.uint32(_LOW_BITS - kept))
        return made


def _parts(sizes: Numbers) -> Iterator[slice]:
    """Yield parts of some sizes that make no more than ``_AT_A_TIME`` together, if several."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _AT_A_TIME, "right")), start + 1)
        yield slice(start, stop)
        start = stop


def _run_lengths(sorted_numbers: Numbers) -> Numbers:
    """Return for each of sorted numbers how often it is there."""
    if not len(sorted_numbers):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], sorted_numbers[1:] != sorted_numbers[:-1]]))
    lengths = np.diff(np.append(starts, len(sorted_numbers)))
    return np.repeat(lengths, lengths)
