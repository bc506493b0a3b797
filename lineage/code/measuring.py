"""A suspect held against one family: what they share, and in which state of it the most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lineage.code.family import Family, Order, Row
from lineage.code.matches import Overlap
from lineage.code.prints import FilePrint, Hashes
from lineage.code.rarity import Weights, rarity

_LOW = np.uint64(0xFFFFFFFF)
#: Share of upstream below which a part of it was taken, and not the whole.
PART = 0.6
#: Runs that a part's edges may share with another release.
_BY_CHANCE = 2
Mask = npt.NDArray[np.bool_]


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


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a suspect shares with one state of a family."""

    state: int
    named: Overlap
    shaped: Overlap
    #: Which of the suspect's runs upstream has.
    named_shared: Mask
    shaped_shared: Mask


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
        suspect.named.hashes & _LOW,
        suspect.shaped.hashes & _LOW,
        named,
        shaped,
        (float(named.sum()), float(shaped.sum())),
    )


def nearest(suspect: Weighed, family: Family) -> tuple[int, ...]:
    """Return the states that share the most with the suspect, the nearest of them first.

    Where most of a state was taken, what else it holds tells apart those that share as much. Where
    a part was, it does not, and a run or two at the part's edge are shared by chance: the earliest
    is the nearest.
    """
    named = _shared_by_state(suspect.named, family.named, len(family.states))
    shaped = _shared_by_state(suspect.shaped, family.shaped, len(family.states))
    shared, held = named[0] + shaped[0], named[1] + shaped[1]
    firsts = np.array([min(state.releases, default=0) for state in family.states])
    most = int(shared.max())
    is_part = most < PART * int(held[shared == most].min())
    near = np.flatnonzero(shared >= most - (_BY_CHANCE if is_part else 0))
    others = np.zeros_like(held) if is_part else held - shared
    return tuple(sorted(near.tolist(), key=lambda one: (others[one], firsts[one])))


def measured(suspect: Weighed, family: Family, state: int) -> Measured:
    """Return what the suspect shares with a state."""
    named, named_shared = _overlap(suspect.named, suspect.named_weights, family.named, state)
    shaped, shaped_shared = _overlap(suspect.shaped, suspect.shaped_weights, family.shaped, state)
    return Measured(state, named, shaped, named_shared, shaped_shared)


def without(suspect: Weighed, found: Measured) -> Weighed:
    """Return the suspect without what a match explains already."""
    return Weighed(
        suspect.suspect,
        suspect.named,
        suspect.shaped,
        np.where(found.named_shared, 0.0, suspect.named_weights),
        np.where(found.shaped_shared, 0.0, suspect.shaped_weights),
        suspect.whole,
    )


def explained(left: Weighed, found: Measured) -> Explained:
    """Return what a match explains of what is left of a suspect."""
    named = float(left.named_weights[found.named_shared].sum())
    shaped = float(left.shaped_weights[found.shaped_shared].sum())
    return Explained(
        named,
        shaped,
        _share(named, left.whole[0]),
        _share(shaped, left.whole[1]),
    )


def _shared_by_state(hashes: Hashes, row: Row, states: int) -> tuple[Order, Order]:
    """Return how many runs each state shares with the suspect, and how many it has."""
    held = _among(row.pool, hashes)
    places, counts = row.distinct
    owners = np.repeat(np.arange(states), counts)
    shared = np.bincount(owners[held[places]], minlength=states)
    return shared.astype(np.int64), counts


def _overlap(hashes: Hashes, weights: Weights, row: Row, state: int) -> tuple[Overlap, Mask]:
    theirs = row.pool[row.distinct_of(state)]
    mask = _among(hashes, theirs)
    back = _among(theirs, hashes)
    all_weights = rarity().weights(theirs)
    overlap = Overlap(
        shared=len(np.unique(hashes[mask])),
        weight=_unique_weight(hashes[mask], weights[mask]),
        of_suspect=_share(weights[mask].sum(), weights.sum()),
        of_upstream=_share(all_weights[back].sum(), all_weights.sum()),
    )
    return overlap, mask


def _among(hashes: Hashes, others: Hashes) -> Mask:
    """Say which hashes are among others; ``np.isin`` takes twice as long for so few."""
    if not len(others):
        return np.zeros(len(hashes), dtype=np.bool_)
    ordered = np.sort(others)
    at = np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)
    found: Mask = ordered[at] == hashes
    return found


def _unique_weight(hashes: Hashes, weights: Weights) -> float:
    _, first = np.unique(hashes, return_index=True)
    return float(weights[first].sum())


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
