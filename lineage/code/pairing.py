"""Suspects beside the families that they may come from: family by family, all suspects at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lineage.code.candidates import Candidates
from lineage.code.families import Families
from lineage.code.family import Family, Places
from lineage.code.judging import may_tell
from lineage.code.measuring import Explained, Held, Weighed, at_most


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """A suspect beside a family of a shard."""

    shard: int
    held: Held
    #: What the family explains at most of what no nearer one does.
    most: Explained

    @property
    def family(self) -> Family:
        """The family."""
        return self.held.family


def paired(
    suspects: Sequence[Weighed], found: Sequence[Candidates], families: Families
) -> list[list[Near]]:
    """Return for each suspect the candidates that may tell something of it, in their order."""
    asked: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, some in enumerate(found):
        for _, *place in some.near:
            asked[place[0], place[1]].append(number)
    held: dict[tuple[int, int, int], Near] = {}
    for (shard, number), asking in asked.items():
        if family := families.opened(shard, number):
            beside = beside_one([suspects[n] for n in asking], family)
            for n, one in zip(asking, beside, strict=True):
                if near := near_of(suspects[n], shard, one):
                    held[n, shard, number] = near
    keys = ([(n, *place) for _, *place in some.near] for n, some in enumerate(found))
    return [[held[key] for key in row if key in held] for row in keys]


def near_of(left: Weighed, shard: int, beside: Held) -> Near | None:
    """Return a suspect beside a family; None where that can tell nothing of what is left of it."""
    most = at_most(left, beside)
    return Near(shard, beside, most) if may_tell(left, beside, most) else None


def beside_one(suspects: Sequence[Weighed], family: Family) -> list[Held]:
    """Return each of some suspects beside one family."""
    named = np.concatenate([one.named for one in suspects])
    shaped = np.concatenate([one.shaped for one in suspects])
    rows = zip(
        suspects,
        _parted(family.named.places_of(named), [len(one.named) for one in suspects]),
        _parted(family.shaped.places_of(shaped), [len(one.shaped) for one in suspects]),
        strict=True,
    )
    return [Held(family, one, mine, other) for one, mine, other in rows]


def _parted(places: Places, lengths: Sequence[int]) -> list[Places]:
    return np.split(places, np.cumsum(lengths[:-1]))
