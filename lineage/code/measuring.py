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
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """A suspect's runs, with what each counts."""

    suspect: FilePrint
    named: Hashes
    shaped: Hashes
    named_weights: Weights
    shaped_weights: Weights


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a suspect shares with one state of a family."""

    state: int
    named: Overlap
    shaped: Overlap
    #: Which of the suspect's runs upstream has.
    named_shared: Mask
    shaped_shared: Mask


def weighed(suspect: FilePrint) -> Weighed:
    """Return a suspect ready to be held against families."""
    table = rarity()
    return Weighed(
        suspect,
        suspect.named.hashes & _LOW,
        suspect.shaped.hashes & _LOW,
        table.weights(suspect.named.hashes),
        table.weights(suspect.shaped.hashes),
    )


def nearest(suspect: Weighed, family: Family) -> tuple[int, ...]:
    """Return the states that share the most with the suspect, the nearest of them first.

    States that share equally much are ordered by how much else they hold, and then by release.
    """
    named = _shared_by_state(suspect.named, family.named, len(family.states))
    shaped = _shared_by_state(suspect.shaped, family.shaped, len(family.states))
    shared = named[0] + shaped[0]
    others = named[1] + shaped[1] - shared
    most = np.flatnonzero(shared == shared.max())
    firsts = [min(state.releases, default=0) for state in family.states]
    ordered = sorted(most.tolist(), key=lambda one: (others[one], firsts[one]))
    return tuple(one for one in ordered if others[one] == others[ordered[0]]) + tuple(
        one for one in ordered if others[one] != others[ordered[0]]
    )


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
    )


def gain(suspect: Weighed, found: Measured) -> float:
    """Return how much of the suspect's weight a match explains, both rows together."""
    return float(
        suspect.named_weights[found.named_shared].sum()
        + suspect.shaped_weights[found.shaped_shared].sum()
    )


def _shared_by_state(hashes: Hashes, row: Row, states: int) -> tuple[Order, Order]:
    """Return how many runs each state shares with the suspect, and how many it has."""
    held = np.isin(row.pool, hashes)
    shared = np.zeros(states, dtype=np.int64)
    total = np.zeros(states, dtype=np.int64)
    for state in range(states):
        places = np.unique(row.of(state)[0])
        shared[state] = np.count_nonzero(held[places])
        total[state] = len(places)
    return shared, total


def _overlap(hashes: Hashes, weights: Weights, row: Row, state: int) -> tuple[Overlap, Mask]:
    theirs = row.pool[np.unique(row.of(state)[0])]
    mask: Mask = np.isin(hashes, theirs)
    back: Mask = np.isin(theirs, hashes)
    all_weights = rarity().weights(theirs)
    overlap = Overlap(
        shared=len(np.unique(hashes[mask])),
        weight=_unique_weight(hashes[mask], weights[mask]),
        of_suspect=_share(weights[mask].sum(), weights.sum()),
        of_upstream=_share(all_weights[back].sum(), all_weights.sum()),
    )
    return overlap, mask


def _unique_weight(hashes: Hashes, weights: Weights) -> float:
    _, first = np.unique(hashes, return_index=True)
    return float(weights[first].sum())


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0
