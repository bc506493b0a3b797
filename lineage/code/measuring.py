"""A suspect held against one family: what they share, and in which state of it the most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lineage.code.family import Family, Mask, Order, Places, Row
from lineage.code.matches import Overlap
from lineage.code.prints import FilePrint, Hashes
from lineage.code.rarity import Weights, rarity
from lineage.code.record import KEPT

#: Share of upstream's statements from which on the whole of it was taken, and not a part.
WHOLE = 0.7
#: What a statement counts that the suspect has beyond upstream's; one that it lacks counts 1: who
#: takes a file adds to it more often than he cuts.
ADDED = 0.25
#: Runs that a part's edges may share with another release.
_BY_CHANCE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A suspect's runs, with what each counts."""

    suspect: FilePrint
    named: Hashes
    shaped: Hashes
    named_weights: Weights
    shaped_weights: Weights
    #: What the runs of each row counted together at first.
    whole: tuple[float, float]
    #: Its statements, each once, and how often; and the shapes of its functions, sorted.
    statements: tuple[Hashes, Order]
    functions: Hashes


@dataclass(frozen=True, eq=False)
class Held:
    """A suspect beside a whole family: where each of its runs stands in the family's pools."""

    family: Family
    suspect: Weighed
    #: Places in the pool; -1 where the family has not the run.
    named: Places
    shaped: Places

    @cached_property
    def statements(self) -> npt.NDArray[np.int32]:
        """How often the suspect has each statement of the family."""
        pool = self.family.statements.pool
        found, often = self.suspect.statements
        if not len(found):
            return np.zeros(len(pool), dtype=np.int32)
        at = np.minimum(np.searchsorted(found, pool), len(found) - 1)
        return np.where(found[at] == pool, often[at], 0).astype(np.int32)

    @property
    def total(self) -> int:
        """How many statements the suspect has."""
        return len(self.suspect.suspect.statements)

    @cached_property
    def coverage(self) -> Weights:
        """Which share of each state's statements the suspect has."""
        totals = np.maximum(self.family.statements.totals, 1)
        share: Weights = 1 - self._missing / totals
        return share

    @cached_property
    def distance(self) -> Weights:
        """How far the suspect's statements are from each state's: what is missing, and added."""
        matched = self.family.statements.totals - self._missing
        distance: Weights = self._missing + ADDED * (self.total - matched)
        return distance

    @cached_property
    def _missing(self) -> Weights:
        counts = self.family.statements.counts
        missing: Weights = np.maximum(counts - self.statements, 0).sum(axis=1).astype(np.float64)
        return missing


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a suspect shares with one state of a family."""

    state: int
    named: Overlap
    shaped: Overlap
    #: Which of the suspect's runs upstream has.
    named_shared: Mask
    shaped_shared: Mask
    #: By statements, without their order.
    stated: Overlap


@dataclass(frozen=True, slots=True)
class Explained:
    """What of a suspect a match explains that nothing else did: its weight, and its share."""

    named: float
    shaped: float
    named_share: float
    shaped_share: float

    @property
    def gain(self) -> float:
        """The weight of both rows together."""
        return self.named + self.shaped


def weighed(suspect: FilePrint) -> Weighed:
    """Return a suspect ready to be held against families."""
    table = rarity()
    named, shaped = (table.weights(row.hashes) for row in (suspect.named, suspect.shaped))
    return Weighed(
        suspect,
        suspect.named.hashes & KEPT,
        suspect.shaped.hashes & KEPT,
        named,
        shaped,
        (float(named.sum()), float(shaped.sum())),
        np.unique(suspect.statements, return_counts=True),
        np.array(sorted({one.shape for one in suspect.functions}), dtype=np.uint64),
    )


def at_most(left: Weighed, beside: Held) -> Explained:
    """Return what a family explains of what is left of a suspect: no state explains more."""
    return _explained(left, beside.named >= 0, beside.shaped >= 0)


def nearest(beside: Held) -> tuple[int, ...]:
    """Return the states that are nearest to the suspect, the earliest of equals first.

    Where the whole of a state was taken its statements tell: one that upstream's next release
    changed is missing there. Where a part was, functions and runs tell; a run or two at its edges
    are shared by chance.
    """
    family = beside.family
    near = np.arange(len(family.states))
    if float(beside.coverage.max()) >= WHOLE:
        near = near[beside.distance == beside.distance.min()]
        for row, places in ((family.named, beside.named), (family.shaped, beside.shaped)):
            if len(near) > 1:
                shared = _shared(row, places, near)
                near = near[shared == shared.max()]
    elif len(near) > 1:
        whole = family.function_tokens(beside.suspect.functions)
        near = near[whole == whole.max()]
        shared = _shared(family.named, beside.named, near)
        shared = shared + _shared(family.shaped, beside.shaped, near)
        near = near[shared >= shared.max() - _BY_CHANCE]
    return tuple(sorted(near.tolist(), key=lambda one: min(family.states[one].releases)))


def measured(left: Weighed, beside: Held, state: int) -> Measured:
    """Return what a suspect shares with a state."""
    family = beside.family
    named, named_shared = _overlap(left.named_weights, family.named, beside.named, state)
    shaped, shaped_shared = _overlap(left.shaped_weights, family.shaped, beside.shaped, state)
    return Measured(state, named, shaped, named_shared, shaped_shared, _stated(beside, state))


def without(suspect: Weighed, found: Measured) -> Weighed:
    """Return the suspect without what a match explains already."""
    return replace(
        suspect,
        named_weights=np.where(found.named_shared, 0.0, suspect.named_weights),
        shaped_weights=np.where(found.shaped_shared, 0.0, suspect.shaped_weights),
    )


def explained(left: Weighed, found: Measured) -> Explained:
    """Return what a match explains of what is left of a suspect."""
    return _explained(left, found.named_shared, found.shaped_shared)


def _explained(left: Weighed, named_shared: Mask, shaped_shared: Mask) -> Explained:
    named = float(left.named_weights[named_shared].sum())
    shaped = float(left.shaped_weights[shaped_shared].sum())
    return Explained(
        named,
        shaped,
        _share(named, left.whole[0]),
        _share(shaped, left.whole[1]),
    )


def _shared(row: Row, places: Places, states: Order) -> Order:
    """Return how many different runs each of some states shares with the suspect."""
    both = np.zeros(len(row.pool) + 1, dtype=np.bool_)  # the last stands for nowhere
    both[places] = True
    shared: Order = (row.has[states] & both[:-1]).sum(axis=1)
    return shared


def _overlap(weights: Weights, row: Row, places: Places, state: int) -> tuple[Overlap, Mask]:
    has = row.has[state]
    mask = np.append(has, [False])[places]  # the last stands for nowhere, at -1
    both = np.zeros(len(row.pool), dtype=np.bool_)
    both[places[mask]] = True
    counted = np.zeros(len(row.pool))
    counted[places[mask]] = weights[mask]
    overlap = Overlap(
        shared=int(both.sum()),
        weight=float(counted.sum()),
        of_suspect=_share(float(weights[mask].sum()), float(weights.sum())),
        of_upstream=_share(float(row.weights[both].sum()), float(row.weights[has].sum())),
        rare=float(counted[row.rare].sum()),
    )
    return overlap, mask


def _stated(beside: Held, state: int) -> Overlap:
    both = np.minimum(beside.statements, beside.family.statements.counts[state])
    matched = int(both.sum())
    return Overlap(
        shared=int(np.count_nonzero(both)),
        weight=float(matched),
        of_suspect=_share(matched, beside.total),
        of_upstream=_share(matched, float(beside.family.statements.totals[state])),
        rare=float(matched),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
