"""What an edge of the lineage graph says to a format that knows ancestors and little else."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from lineage.model import Origin, Relation, Tier
from lineage.reports.contents import strongest
from lineage.verdict import RELATIONS

if TYPE_CHECKING:
    from lineage.model import Artifact, Derivation

#: How sure each tier makes anyone, for formats that want a number. It keeps the order of the tiers
#: and is no probability: error rates stand beside the tests.
CONFIDENCES = {Tier.A: 1.0, Tier.B: 0.95, Tier.C: 0.3, Tier.D: 0.8, Tier.E: 0.1}
CONFIDENCE_NOTE = (
    "Confidence keeps the order of the tiers of evidence and is no probability: "
    + ", ".join(f"{tier.value} {value:g}" for tier, value in CONFIDENCES.items())
    + "."
)


class Standing(StrEnum):
    """What the other end of an edge is to the child."""

    ANCESTOR = "ancestor"
    #: A data set, or whatever else it was trained on.
    TRAINING_DATA = "training-data"
    #: Akin, and which of the two was first is not known.
    VARIANT = "variant"
    #: Declared, and the weights deny it.
    CONTRADICTED = "contradicted"


def standing(edge: Derivation) -> Standing:
    """Return what the parent is to the child, without saying more than the evidence does."""
    if edge.origin is Origin.CONTRADICTED:
        return Standing.CONTRADICTED
    if edge.relation is Relation.TRAINED_ON:
        return Standing.TRAINING_DATA
    is_found = edge.origin is Origin.DETECTED
    has_no_direction = edge.relation in (Relation.IDENTICAL, Relation.UNKNOWN) or edge.tier in (
        Tier.C,
        Tier.E,
    )
    if edge.relation is Relation.RELATED or (is_found and has_no_direction):
        return Standing.VARIANT
    return Standing.ANCESTOR


def sentence(edge: Derivation, parent: Artifact) -> str:
    """Return an edge in words: "a fine-tune of org/base: declared, tier A"."""
    said = f"{RELATIONS[edge.relation]} {parent.name}: {edge.origin.value}, tier {edge.tier.value}"
    return "; ".join([said, *strongest(edge.tests)])
