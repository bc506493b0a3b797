"""Which families of a catalogue may hold what a suspect holds, by the index alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lineage.code.index import Numbers, Sought
from lineage.code.matches import Basis
from lineage.code.prints import FilePrint, Hashes
from lineage.code.record import FUNCTION_MARK
from lineage.code.shard import Shard

#: A run that more files of a work hold leads to none of them.
_COMMONPLACE = 200
#: Files with the same content are likely to be many: empty ones, licences.
_MOST_EQUAL = 1_000
#: Runs that a suspect must share with a family, by what the index lets expect.
FEWEST = 6
#: Families that are looked into for one suspect.
MOST = 20
#: Functions hash as one run, and are worth as many.
_FUNCTION_WORTH = 6
#: Files of fewer tokens are the same as others by chance.
FEWEST_TOKENS = 60
Values = npt.NDArray[np.float64]
#: Up to so many pairs of a suspect and a family have a number each, instead of being sorted.
_DENSE = 1 << 23


@dataclass(slots=True)
class Candidates:
    """The families that one suspect is held against."""

    #: Same content or same tokens: shard, family and on what that rests.
    same: list[tuple[int, int, Basis]] = field(default_factory=list)
    #: Estimate of the shared runs, shard, family; the most first.
    near: list[tuple[float, int, int]] = field(default_factory=list)


def candidates(suspects: Sequence[FilePrint], shards: Sequence[Shard]) -> list[Candidates]:
    """Return the candidates of each suspect."""
    found = [Candidates() for _ in suspects]
    digests = _Digests(suspects)
    for number, shard in enumerate(shards):
        for suspect, family, basis in digests.in_shard(shard):
            found[suspect].same.append((number, family, basis))
    left = [n for n, one in enumerate(found) if not one.same]
    query = _Query([suspects[n] for n in left])
    for number, shard in enumerate(shards):
        for suspect, family, estimate in query.in_shard(shard):
            found[left[suspect]].near.append((estimate, number, family))
    for one in found:
        one.near = sorted(one.near, key=lambda pair: (-pair[0], pair[1:]))[:MOST]
    return found


class _Digests:
    """Digests of whole files."""

    def __init__(self, suspects: Sequence[FilePrint]) -> None:
        long = [n for n, one in enumerate(suspects) if one.tokens >= FEWEST_TOKENS]
        self._blobs = Sought([int(one.blob[:12], 16) for one in suspects], range(len(suspects)))
        self._streams = Sought([suspects[n].stream for n in long], long)
        self._shapes = Sought([suspects[n].shape for n in long], long)

    def in_shard(self, shard: Shard) -> Iterator[tuple[int, int, Basis]]:
        """Yield suspect, family and basis for every digest that both hold."""
        known: set[tuple[int, int]] = set()
        for sought, held, basis in (
            (self._blobs, shard.blobs, Basis.BYTES),
            (self._streams, shard.streams, Basis.TOKENS),
            (self._shapes, shard.shapes, Basis.RENAMED),
        ):
            for mine, theirs in sought.pairs(held, _MOST_EQUAL):
                for pair in zip(mine.tolist(), theirs.tolist(), strict=True):
                    if pair not in known:
                        known.add(pair)
                        yield *pair, basis


class _Query:
    """The runs and functions of all suspects."""

    def __init__(self, suspects: Sequence[FilePrint]) -> None:
        self._suspects = len(suspects)
        rows = [_sought(one) for one in suspects]
        flat = np.concatenate([np.zeros(0, dtype=np.uint64), *rows])
        owners = np.repeat(np.arange(len(rows), dtype=np.int64), [len(row) for row in rows])
        self._runs = Sought(flat, owners)
        shapes = [(f.shape, n) for n, one in enumerate(suspects) for f in one.functions]
        marked = np.array([shape for shape, _ in shapes], dtype=np.uint64) ^ FUNCTION_MARK
        self._functions = Sought(marked, [n for _, n in shapes])

    def in_shard(self, shard: Shard) -> Iterator[tuple[int, int, float]]:
        """Yield suspect, family and how many runs they may share."""
        rates = shard.rates.astype(np.float64)
        sums = _Sums(self._suspects * len(shard))
        for mine, theirs in self._runs.pairs(shard.keys, _COMMONPLACE):
            sums.add(mine * len(shard) + theirs, rates[theirs])
        for mine, theirs in self._functions.pairs(shard.keys, _COMMONPLACE):
            sums.add(mine * len(shard) + theirs, np.full(len(mine), float(_FUNCTION_WORTH)))
        for pair, estimate in sums.from_on(FEWEST):
            yield pair // len(shard), pair % len(shard), estimate


class _Sums:
    """Sums by numbers below a limit."""

    def __init__(self, limit: int) -> None:
        self._dense = np.zeros(limit if limit <= _DENSE else 0)
        self._parts: list[tuple[Numbers, Values]] = []

    def add(self, which: Numbers, worth: Values) -> None:
        """Add what some numbers, each of which may come often, are worth."""
        if len(self._dense):
            self._dense += np.bincount(which, worth, len(self._dense))
        else:
            self._parts.append(_summed(which, worth))

    def from_on(self, least: float) -> Iterator[tuple[int, float]]:
        """Yield the numbers whose sums are not below a limit, and the sums."""
        which: Numbers = np.arange(len(self._dense))
        sums = self._dense
        if self._parts:
            which, sums = _summed(*(np.concatenate(row) for row in zip(*self._parts, strict=True)))
        enough = np.flatnonzero(sums >= least)
        yield from zip(which[enough].tolist(), sums[enough].tolist(), strict=True)


def _summed(numbers: Numbers, worth: Values) -> tuple[Numbers, Values]:
    which, place = np.unique(numbers, return_inverse=True)
    return which, np.bincount(place.reshape(-1), worth, len(which)).astype(np.float64)


def _sought(suspect: FilePrint) -> Hashes:
    return np.unique(np.concatenate([suspect.named.hashes, suspect.shaped.hashes]))
