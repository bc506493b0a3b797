"""Runs that two files share, joined to blocks of lines that follow each other in both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lineage.code.family import Row
from lineage.code.matches import LinePair
from lineage.code.prints import Grams
from lineage.code.rarity import Weights

_LOW = np.uint64(0xFFFFFFFF)
#: Runs that may stand between two of one block.
_GAP = 3
#: Lines that may stand between two blocks that are shown as one.
_LINE_GAP = 6
#: Places of one run in upstream that are looked at.
_MOST_PLACES = 40


@dataclass(slots=True)
class Block:
    """Runs that stand in the same order in both files."""

    suspect: tuple[int, int]
    upstream: tuple[int, int]
    runs: int
    weight: float
    #: Number of the last run in either file.
    _at: tuple[int, int] = (0, 0)

    def goes_on_to(self, here: int, there: int) -> bool:
        """Say whether a run follows upon the last one, in both files."""
        return here - self._at[0] <= _GAP and 0 < there - self._at[1] <= _GAP

    def take(self, here: int, there: int, lines: LinePair, weight: float) -> None:
        """Add a run."""
        self.suspect = self.suspect[0], max(self.suspect[1], lines.suspect[1])
        self.upstream = self.upstream[0], max(self.upstream[1], lines.upstream[1])
        self.runs += 1
        self.weight += weight
        self._at = here, there


def blocks(grams: Grams, weights: Weights, row: Row, state: int) -> list[Block]:
    """Return the blocks that a suspect shares with a state of a family, in the suspect's order."""
    places, lines = row.of(state)
    standing = _standing(row, state, grams)
    made: list[Block] = []
    current: Block | None = None
    for here in np.flatnonzero(np.isin(grams.hashes & _LOW, row.pool[places])).tolist():
        there = _next(standing[int(grams.hashes[here] & _LOW)], current, here)
        first, last = int(grams.first[here]), int(grams.last[here])
        line = int(lines[there])
        pair = LinePair((first, last), (line, line + last - first))
        if current is None or not current.goes_on_to(here, there):
            current = Block(pair.suspect, pair.upstream, 0, 0.0)
            made.append(current)
        current.take(here, there, pair, float(weights[here]))
    return made


def shown(found: Iterable[Block], fewest: int) -> tuple[LinePair, ...]:
    """Return the lines of blocks of some runs, near ones joined, by the suspect's lines."""
    joined: list[LinePair] = []
    for block in sorted(found, key=lambda one: (one.suspect, one.upstream)):
        if block.runs < fewest:
            continue
        pair = LinePair(block.suspect, block.upstream)
        if joined and (both := _joined(joined[-1], pair)):
            joined[-1] = both
        else:
            joined.append(pair)
    return tuple(joined)


def _joined(one: LinePair, other: LinePair) -> LinePair | None:
    """Return two pairs as one where the second follows upon the first in both files."""
    here = other.suspect[0] - one.suspect[1]
    there = other.upstream[0] - one.upstream[1]
    if here > _LINE_GAP or there > _LINE_GAP or other.upstream[0] < one.upstream[0]:
        return None
    return LinePair(
        (one.suspect[0], max(one.suspect[1], other.suspect[1])),
        (one.upstream[0], max(one.upstream[1], other.upstream[1])),
    )


def _standing(row: Row, state: int, grams: Grams) -> Mapping[int, list[int]]:
    """Return at which places of a state each of the suspect's runs stands."""
    places, _ = row.of(state)
    wanted = np.isin(row.pool, grams.hashes & _LOW)
    found: dict[int, list[int]] = {}
    for at in np.flatnonzero(wanted[places]).tolist():
        found.setdefault(int(row.pool[places[at]]), []).append(at)
    return found


def _next(places: list[int], current: Block | None, here: int) -> int:
    """Return the place that goes on with the current block, else the first one."""
    if current is not None:
        following: Iterator[int] = (
            place for place in places[:_MOST_PLACES] if current.goes_on_to(here, place)
        )
        return next(following, places[0])
    return places[0]
