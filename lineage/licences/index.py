"""The index of known licence texts and notices: hashes of runs of words, and no text at all.

A run is looked up by a rolling hash of its first words, then by a rolling hash of the whole run,
and is believed only when a cryptographic hash of the run agrees: rolling hashes are quick to
compute for every place of a text, and quick to forge.

``tools/build_licence_index.py`` writes the files; ``data/README.md`` says where they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lineage.licences.words import Words

#: Runs are found by this many first words; shorter runs by all of theirs.
KEY_WORDS = 8

ROW = np.dtype(
    [
        ("key", "<u8"),
        ("whole", "<u8"),
        ("digest", "<u8"),
        ("words", "<u4"),
        ("expression", "<u2"),
        ("kind", "u1"),
    ]
)

_BASE = np.uint64(0x9E37_79B9_7F4A_7C15)
_INVERSE = np.uint64(pow(0x9E37_79B9_7F4A_7C15, -1, 1 << 64))
_NOWHERE = np.empty(0, dtype=np.intp)
#: Candidates that are compared at a time: a text made of nothing but beginnings has millions.
_AT_ONCE = 1 << 20
_SIEVE_BITS = np.uint64(64 - 20)


class RunKind(IntEnum):
    """What kind of text a known run of words is."""

    TEXT = 1
    NOTICE = 2
    TAG = 3
    MENTION = 4
    #: Points to another file or another sentence and names no licence: "see the LICENSE file".
    POINTER = 5
    #: Looks like a licence and is none.
    NO_LICENCE = 6


@dataclass(frozen=True, slots=True)
class Run:
    """A known run of words in a text."""

    #: Places of its first word and of the word after its last.
    start: int
    stop: int
    #: SPDX expression; "" where the run names no licence.
    expression: str
    kind: RunKind


@dataclass(frozen=True, slots=True)
class Found:
    """Places of a text where known runs seem to stand; they may overlap."""

    #: Place of the first word of each.
    starts: NDArray[np.intp]
    #: How many words each has.
    lengths: NDArray[np.intp]
    #: Which run each is.
    rows: NDArray[np.intp]


class Rolling:
    """Rolling hashes of a sequence of numbered words: any run in constant time."""

    def __init__(self, ids: NDArray[np.uint64]) -> None:
        count = len(ids)
        # Sizes are rounded up, so that texts of like size share the powers.
        powers, back = _powers(max(1 << 10, 1 << count.bit_length()))
        self._back = back[: count + 1]
        self._sums = np.zeros(count + 1, dtype=np.uint64)
        np.cumsum(ids * powers[:count], out=self._sums[1:])

    def runs(self, starts: NDArray[np.intp], stops: NDArray[np.intp]) -> NDArray[np.uint64]:
        """Return the hashes of the runs between the given places."""
        return (self._sums[stops] - self._sums[starts]) * self._back[starts]

    def grams(self, length: int) -> NDArray[np.uint64]:
        """Return the hash of the run of ``length`` words at every place that has one."""
        if length >= len(self._sums):
            return np.empty(0, dtype=np.uint64)
        places = len(self._sums) - length
        return (self._sums[length:] - self._sums[:places]) * self._back[:places]


@lru_cache(maxsize=4)
def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the powers of the base, and those of its inverse."""
    found = []
    for base in (_BASE, _INVERSE):
        powers = np.full(count, base, dtype=np.uint64)
        powers[0] = 1
        found.append(np.cumprod(powers))
    return found[0], found[1]


class Index:
    """The known runs, ready to be looked up."""

    def __init__(self, rows: NDArray[np.void], expressions: tuple[str, ...]) -> None:
        """Take rows sorted by key, and the expressions that they number."""
        self._rows = rows
        self._expressions = expressions
        self._keys, self._first = np.unique(rows["key"], return_index=True)
        self._next = np.append(self._first[1:], len(rows))
        self._whole = np.ascontiguousarray(rows["whole"])
        self._words = np.ascontiguousarray(rows["words"]).astype(np.intp)
        # One bit in twenty tells most places of most texts from the start of a known run.
        self._sieve = np.zeros(1 << 20, dtype=np.bool_)
        self._sieve[self._keys >> _SIEVE_BITS] = True
        self._short = sorted({int(n) for n in self._words if n < KEY_WORDS})

    def __len__(self) -> int:
        return len(self._rows)

    def found(self, words: Words) -> Found:
        """Return where known runs stand in a text, as far as rolling hashes can tell."""
        rolling = Rolling(words.ids)
        starts, rows = [_NOWHERE], [_NOWHERE]
        for places, known in self._pairs(*self._candidates(rolling)):
            stops = places + self._words[known]
            fits = np.flatnonzero(stops <= len(words))
            same = self._whole[known[fits]] == rolling.runs(places[fits], stops[fits])
            starts.append(places[fits[same]])
            rows.append(known[fits[same]])
        row = np.concatenate(rows)
        return Found(np.concatenate(starts), self._words[row], row)

    def run(self, words: Words, start: int, row: int) -> Run | None:
        """Return the run that was found at a place; None where the rolling hashes were forged."""
        stop = start + int(self._words[row])
        if words.digest(start, stop) != int(self._rows["digest"][row]):
            return None
        expression = self._expressions[int(self._rows["expression"][row])]
        return Run(start, stop, expression, RunKind(int(self._rows["kind"][row])))

    def _candidates(self, rolling: Rolling) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return places of known keys, and the number of the key at each."""
        lengths = (*self._short, KEY_WORDS)
        grams = [rolling.grams(length) for length in lengths]
        counts = [len(part) for part in grams]
        keys = np.concatenate(grams)
        maybe = np.flatnonzero(self._sieve[keys >> _SIEVE_BITS])
        found = np.searchsorted(self._keys, keys[maybe])
        found[found == len(self._keys)] = 0
        hit = self._keys[found] == keys[maybe]
        maybe, found = maybe[hit], found[hit]
        first = np.repeat(np.cumsum(counts) - counts, counts)[maybe]
        length = np.repeat(lengths, counts)[maybe]
        # A key of few words belongs to rows of just as many, as does a key of KEY_WORDS to longer.
        fits = np.minimum(self._words[self._first[found]], KEY_WORDS) == length
        return maybe[fits] - first[fits], found[fits]

    def _pairs(
        self, places: NDArray[np.intp], keys: NDArray[np.intp]
    ) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Yield every row of the keys, each with the place of its key, so many at a time."""
        sizes = self._next[keys] - self._first[keys]
        ends = np.cumsum(sizes)
        parts = [slice(None)]
        if len(ends) and ends[-1] > _AT_ONCE:
            cuts = np.flatnonzero(np.diff(ends // _AT_ONCE, prepend=0)).tolist()
            parts = [slice(*part) for part in pairwise((0, *cuts, len(keys)))]
        for some in parts:
            count = sizes[some]
            offsets = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
            rows = np.repeat(self._first[keys[some]], count) + offsets
            yield np.repeat(places[some], count), rows


@cache
def shipped() -> Index:
    """Return the index that comes with the package."""
    data = files("lineage.licences") / "data"
    rows: NDArray[np.void] = np.load(BytesIO((data / "runs.npy").read_bytes()), allow_pickle=False)
    expressions = (data / "expressions.txt").read_text(encoding="utf-8").split("\n")
    return Index(rows, tuple(expressions))
