"""The outcome of comparing two models, and how it is put into words.

Wording follows the rules of evidence: "the weights are not independent of …", never "stolen"; no
evidence is printed with its power; a shared initialisation is a verdict of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineage.kinship.direction import UNDECIDED, Direction
from lineage.kinship.honestagi import CurveScore
from lineage.kinship.layers import LayerMap
from lineage.kinship.vocabulary import VocabularyRelation
from lineage.model import Relation, Test, Tier


class Related(StrEnum):
    """Whether two models are related."""

    YES = "yes"
    #: No evidence, from tests that would have seen it.
    NO = "no"
    #: They share initial random numbers; whether training too cannot be told.
    SHARED_INITIALISATION = "shared-initialisation"
    CANNOT_DETERMINE = "cannot-determine"


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the suspect and what it has in common with the reference's."""

    #: ``embedding``, ``attention``, … of the tower whose name stands before it, if there are
    #: several.
    name: str
    #: True: its own test says so; False: the test would have seen ``detectable``.
    shared: bool
    #: A correlation.
    effect: float
    detectable: float


@dataclass(frozen=True, slots=True)
class ExpertSource:
    """Where an expert's units come from."""

    layer: int
    expert: int | None
    #: The reference's expert; None for its only block.
    source: int | None
    similarity: float
    #: Whether its units stand in the source's order.
    in_order: bool


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was looked at."""

    suspect_bytes: int
    reference_bytes: int
    #: Towers of each model, and how many pairs of them were compared.
    suspect_towers: int
    reference_towers: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Kinship:
    """The outcome of comparing a suspect with a reference."""

    related: Related
    #: What the suspect is to the reference; ``UNKNOWN`` unless related.
    relation: Relation
    tier: Tier | None
    #: One or two sentences for a person.
    words: str
    #: What would have been seen; "" where nothing could be tested.
    power: str
    tests: tuple[Test, ...] = ()
    #: Joint p-value of what the verdict rests on; None for identity and where nothing was tested.
    p_value: float | None = None
    #: Whether the p-value is exact; else it is a rank among known independent models.
    exact: bool = True
    direction: Direction = UNDECIDED
    component_map: tuple[Component, ...] = ()
    layer_map: LayerMap | None = None
    experts: tuple[ExpertSource, ...] = ()
    vocabulary: VocabularyRelation | None = None
    #: The statistic of the dispute of 2025, with its background; never part of the verdict.
    curve: CurveScore | None = None
    #: Names of equal tensors, suspect's and reference's.
    equal_tensors: tuple[tuple[str, str], ...] = ()
    coverage: Extent | None = None


def probability(value: float) -> str:
    """Return a p-value for a person."""
    if value >= 0.001:  # noqa: PLR2004 - three decimals
        return f"p = {value:.3f}"
    return f"p < {10 ** -_digits(value):.0e}".replace("e-0", "e-")


def _digits(value: float) -> int:
    """Return the largest n with ``value < 10**-n``."""
    digits = 0
    while value < 10.0 ** -(digits + 1):
        digits += 1
    return digits
