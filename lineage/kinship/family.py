"""A suspect against several references at once: who is kin, who is the root, what was merged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.compare import compare
from lineage.kinship.direction import overlap
from lineage.kinship.merge import Merge, decompose
from lineage.kinship.permutation import LEVEL
from lineage.kinship.samples import side_by_side
from lineage.kinship.screen import holm
from lineage.kinship.verdict import Kinship, Related, probability
from lineage.model import Relation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage.kinship.prepared import Model
    from lineage.kinship.views import Matrix

#: Mean overlap of the others' changes below which a member is taken for the root.
ROOT = 0.3


@dataclass(frozen=True, slots=True)
class Family:
    """What a suspect is to several references."""

    #: By the references' names, in their order.
    kinships: tuple[tuple[str, Kinship], ...]
    #: The reference that the other relatives come from, if one does.
    root: str | None
    #: The suspect as a mixture of its relatives, if it is one.
    merge: Merge | None
    #: The relatives that the merge's shares belong to.
    parts: tuple[str, ...]


def compare_all(suspect: Model, references: Mapping[str, Model]) -> Family:
    """Return what the suspect is to each reference, at the error rate of one comparison.

    Over all references Holm's procedure keeps the chance of any false one below the level. Where
    two or more of them are relatives of one shape, the suspect is taken apart into them.

    Raises:
        ValueError: a tensor cannot be read.
    """
    found = {name: compare(suspect, model) for name, model in references.items()}
    found = _adjusted(found)
    kin = [name for name, kinship in found.items() if _same_shape(kinship)]
    root, merge = None, None
    if len(kin) > 1:
        mine, *others = side_by_side([suspect, *(references[name] for name in kin)])
        root, merge, kin = _apart(mine, others, kin)
    if merge is not None and merge.merged:
        for name, share in zip(kin, merge.shares, strict=True):
            if share.genuine:
                found[name] = _part_of(found[name], share.weight)
    return Family(tuple(found.items()), root, merge, tuple(kin) if merge else ())


def _adjusted(found: Mapping[str, Kinship]) -> dict[str, Kinship]:
    """Return the kinships with exact p-values adjusted for how many there are."""
    names = [
        name for name, kinship in found.items() if kinship.exact and kinship.p_value is not None
    ]
    p_values = [kinship.p_value or 0.0 for name, kinship in found.items() if name in names]
    adjusted = dict(found)
    for name, p_value in zip(names, holm(p_values), strict=True):
        kinship = replace(found[name], p_value=p_value)
        if kinship.related in _FOUND and p_value >= LEVEL:
            words = f"Among {len(names)} references this is no evidence ({probability(p_value)})."
            kinship = replace(kinship, related=Related.NO, relation=Relation.UNKNOWN, words=words)
        adjusted[name] = kinship
    return adjusted


_FOUND = frozenset({Related.YES, Related.SHARED_INITIALISATION})
_SHAPE_KEPT = frozenset(
    {Relation.FINETUNE, Relation.RELATED, Relation.QUANTIZED, Relation.IDENTICAL}
)


def _same_shape(kinship: Kinship) -> bool:
    return kinship.related is Related.YES and kinship.relation in _SHAPE_KEPT


def _apart(
    suspect: Sequence[Matrix], others: Sequence[Sequence[Matrix]], names: Sequence[str]
) -> tuple[str | None, Merge | None, list[str]]:
    """Return the root, the suspect as a mixture, and the names of the mixture's parts.

    Without a root among the references the first of them serves as the origin, and its weight is
    what the others leave.
    """
    if not suspect:
        return None, None, []
    root = _root(others) if len(others) > 2 else None  # noqa: PLR2004 - two have no common third
    origin = root if root is not None else 0
    parts = [number for number in range(len(others)) if number != origin]
    merge = decompose(suspect, [others[number] for number in parts], others[origin])
    if merge is not None and root is None:
        merge, parts = merge.with_origin(), [origin, *parts]
    return names[root] if root is not None else None, merge, [names[number] for number in parts]


def _root(members: Sequence[Sequence[Matrix]]) -> int | None:
    """Return the member from which the others' changes point in unrelated directions."""
    means = []
    for number, anchor in enumerate(members):
        rest = [member for place, member in enumerate(members) if place != number]
        pairs = [(a, b) for place, a in enumerate(rest) for b in rest[:place]]
        means.append(float(np.mean([overlap(anchor, a, b) for a, b in pairs])))
    best = int(np.argmin(means))
    return best if means[best] < ROOT else None


def _part_of(kinship: Kinship, weight: float) -> Kinship:
    words = f"{kinship.words} It went into the suspect by a merge, with a weight of {weight:.2f}."
    return replace(kinship, relation=Relation.MERGE, words=words)
