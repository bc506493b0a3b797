"""Runs that two files share, joined to blocks of lines that follow each other in both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lineage.code.family import Mask, Order, Places, Row
from lineage.code.matches import LinePair
from lineage.code.prints import Grams
from lineage.code.rarity import Weights

#: Runs that may stand between two of one block.
_GAP = 3
#: Lines that may stand between two blocks that are shown as one.
_LINE_GAP = 6


@dataclass(frozen=True, slots=True)
class Block:
    """Runs that stand in the same order in both files."""

    suspect: tuple[int, int]
    upstream: tuple[int, int]
    runs: int
    weight: float


def together(shared: Mask, weights: Weights, fewest: int) -> float:
    """Return what shared runs count that stand together in the suspect: no block counts more."""
    here = shared.nonzero()[0]
    if len(here) < fewest:
        return 0.0
    starts = _starts(here[1:] - here[:-1] <= _GAP)
    runs = np.append(starts[1:], len(here)) - starts
    return float(np.add.reduceat(weights[here], starts)[runs >= fewest].sum())


def blocks(grams: Grams, weights: Weights, row: Row, places: Places, state: int) -> list[Block]:
    """Return the blocks that a suspect shares with a state of a family, in the suspect's order.

    ``places`` tells where in the row's pool each of the suspect's runs stands, -1 for nowhere.
    """
    order, lines = row.of(state)
    has = np.zeros(len(row.pool) + 1, dtype=np.bool_)  # the last stands for nowhere
    has[order] = True
    here = np.flatnonzero(has[places])
    if not len(here):
        return []
    there = _there(places[here].astype(np.int64), here, order)
    step = np.diff(there)
    starts = _starts((np.diff(here) <= _GAP) & (step > 0) & (step <= _GAP))
    stops = np.append(starts[1:], len(here)) - 1
    first, last = grams.first[here].astype(np.int64), grams.last[here].astype(np.int64)
    begins = lines[there]
    rows = zip(
        first[starts].tolist(),
        np.maximum.reduceat(last, starts).tolist(),
        begins[starts].tolist(),
        np.maximum.reduceat(begins + last - first, starts).tolist(),
        (stops - starts + 1).tolist(),
        np.add.reduceat(weights[here], starts).tolist(),
        strict=True,
    )
    return [Block((a, b), (c, d), runs, weight) for a, b, c, d, runs, weight in rows]


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


def _starts(goes_on: Mask) -> Order:
    """Return where each group begins of things that go on, or not, with the one before."""
    begins = np.ones(len(goes_on) + 1, dtype=np.bool_)
    np.logical_not(goes_on, out=begins[1:])
    return begins.nonzero()[0]


def _there(wanted: Order, here: Order, order: Order) -> Order:
    """Return at which place of the state each wanted run stands.

    Of a run with several places it is the one that follows upon the place of the run before: first
    by the last run that has one place alone, then by the run before as that was placed.
    """
    by_run = np.argsort(order, kind="stable")
    keys = order[by_run] * (len(order) + 1) + by_run
    first = np.searchsorted(order[by_run], wanted, "left")
    several = np.searchsorted(order[by_run], wanted, "right") - first > 1
    there = by_run[first]
    if not several.any():
        return there
    known = np.maximum.accumulate(np.where(several, -1, np.arange(len(there))))
    expected = np.where(known >= 0, there[known] + here - here[known], 0)
    by_key = keys, by_run, len(order) + 1
    there = np.where(several, _next(wanted, expected - _GAP, *by_key), there)
    after = np.concatenate([[0], there[:-1] + 1])
    following = _next(wanted, after, *by_key)
    goes_on = several & (following >= after) & (following - after < _GAP)
    return np.where(goes_on, following, there)


def _next(wanted: Order, floor: Order, keys: Order, by_run: Order, base: int) -> Order:
    """Return each wanted run's first place that is not below a floor, or else its last."""
    at = np.searchsorted(keys, wanted * base + np.clip(floor, 0, base - 1))
    at = np.minimum(at, len(keys) - 1)
    past = keys[at] // base != wanted
    return by_run[np.where(past, np.maximum(at - 1, 0), at)]
