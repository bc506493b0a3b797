"""Which families of a catalogue may hold what a suspect holds, by the index alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lineage.code.family import FUNCTION_MARK, Order
from lineage.code.matches import Basis
from lineage.code.prints import FilePrint, Hashes
from lineage.code.shard import Shard

#: A run that stands in more pairs of files than this tells nothing of any of them here.
_COMMONPLACE = 20_000
#: Runs that a suspect must share with a family, by what the index lets expect.
FEWEST = 6
#: Families that are looked into for one suspect.
MOST = 20
#: Functions hash as one run, and are worth as many.
_FUNCTION_WORTH = 6
#: Files of fewer tokens are the same as others by chance.
FEWEST_TOKENS = 60


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
    """Digests of whole files, sorted for the search."""

    def __init__(self, suspects: Sequence[FilePrint]) -> None:
        long = [n for n, one in enumerate(suspects) if one.tokens >= FEWEST_TOKENS]
        self._blobs = _Keyed([int(one.blob[:12], 16) for one in suspects], range(len(suspects)))
        self._streams = _Keyed([suspects[n].stream for n in long], long)
        self._shapes = _Keyed([suspects[n].shape for n in long], long)

    def in_shard(self, shard: Shard) -> Iterator[tuple[int, int, Basis]]:
        """Yield suspect, family and basis for every digest that both hold."""
        known: set[tuple[int, int]] = set()
        for keyed, held, basis in (
            (self._blobs, shard.blobs, Basis.BYTES),
            (self._streams, shard.streams, Basis.TOKENS),
            (self._shapes, shard.shapes, Basis.RENAMED),
        ):
            for suspect, family in keyed.pairs(*held):
                if (suspect, family) not in known:
                    known.add((suspect, family))
                    yield suspect, family, basis


class _Query:
    """The runs and functions of all suspects, sorted for the search."""

    def __init__(self, suspects: Sequence[FilePrint]) -> None:
        rows = [_sought(one) for one in suspects]
        flat = np.concatenate([np.zeros(0, dtype=np.uint64), *rows])
        owners = np.repeat(np.arange(len(rows), dtype=np.int64), [len(row) for row in rows])
        self._runs = _Keyed(flat, owners)
        shapes = [(f.shape, n) for n, one in enumerate(suspects) for f in one.functions]
        marked = np.array([shape for shape, _ in shapes], dtype=np.uint64) ^ FUNCTION_MARK
        self._functions = _Keyed(marked, [n for _, n in shapes])

    def in_shard(self, shard: Shard) -> Iterator[tuple[int, int, float]]:
        """Yield suspect, family and how many runs they may share."""
        keys, owners = shard.keys
        rates = shard.rates.astype(np.float64)
        runs = self._runs.counted(keys, owners, len(shard))
        functions = self._functions.counted(keys, owners, len(shard))
        hits: dict[int, float] = {}
        for pairs, worth in ((runs, 0), (functions, _FUNCTION_WORTH)):
            for pair, count in zip(*pairs, strict=True):
                each = worth or rates[pair % len(shard)]
                hits[pair] = hits.get(pair, 0.0) + count * each
        for pair, estimate in hits.items():
            if estimate >= FEWEST:
                yield int(pair) // len(shard), int(pair) % len(shard), float(estimate)


class _Keyed:
    """Hashes and whose each is, sorted by hash."""

    def __init__(self, hashes: Hashes | Sequence[int], owners: Sequence[int] | Order) -> None:
        flat = np.asarray(hashes, dtype=np.uint64)
        order = np.argsort(flat, kind="stable")
        self._hashes = flat[order]
        self._owners = np.asarray(owners, dtype=np.int64)[order]

    def pairs(self, keys: Hashes, theirs: Hashes) -> Iterator[tuple[int, int]]:
        """Yield whose and theirs for each hash that both hold."""
        mine, other = self._joined(keys, theirs)
        yield from zip(mine.tolist(), other.tolist(), strict=True)

    def counted(self, keys: Hashes, theirs: Hashes, families: int) -> tuple[list[int], list[int]]:
        """Return pairs as one number each (whose times families, plus theirs) and their counts."""
        mine, other = self._joined(keys, theirs)
        pairs, counts = np.unique(mine * families + other, return_counts=True)
        return pairs.tolist(), counts.tolist()

    def _joined(
        self, keys: Hashes, theirs: Hashes
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        first = np.searchsorted(self._hashes, keys, "left")
        count = np.searchsorted(self._hashes, keys, "right") - first
        hit = np.flatnonzero(count)
        first, count, theirs = first[hit], count[hit], theirs[hit].astype(np.int64)
        _, group, size = np.unique(keys[hit], return_inverse=True, return_counts=True)
        rare = size[group] * count <= _COMMONPLACE
        first, count, theirs = first[rare], count[rare], theirs[rare]
        if not len(count):
            none = np.zeros(0, dtype=np.int64)
            return none, none
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return self._owners[np.repeat(first, count) + within], np.repeat(theirs, count)


def _sought(suspect: FilePrint) -> Hashes:
    return np.unique(np.concatenate([suspect.named.hashes, suspect.shaped.hashes]))
