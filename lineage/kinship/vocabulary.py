"""How two vocabularies relate. A shared tokenizer is structure (tier C), never proof of descent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Overlap(StrEnum):
    """What one vocabulary is to another."""

    IDENTICAL = "identical"
    #: The suspect has all of the reference's tokens, and more.
    EXTENDED = "extended"
    #: The suspect has some of the reference's tokens and no others.
    TRIMMED = "trimmed"
    OVERLAPPING = "overlapping"
    #: Next to nothing is shared.
    DIFFERENT = "different"
    UNKNOWN = "unknown"


#: Below this share of the smaller vocabulary, shared tokens are those that any text has.
DIFFERENT_BELOW = 0.2


@dataclass(frozen=True, slots=True)
class VocabularyRelation:
    """What the suspect's vocabulary is to the reference's."""

    overlap: Overlap
    shared: int
    #: How many of the shared tokens have the same number in both.
    same_number: int
    suspect: int
    reference: int


def relation(
    suspect: Mapping[str, int] | None, reference: Mapping[str, int] | None
) -> VocabularyRelation:
    """Return how the suspect's vocabulary relates to the reference's."""
    if not suspect or not reference:
        sizes = len(suspect or ()), len(reference or ())
        return VocabularyRelation(Overlap.UNKNOWN, 0, 0, *sizes)
    shared = suspect.keys() & reference.keys()
    same = sum(suspect[token] == reference[token] for token in shared)
    sizes = len(suspect), len(reference)
    return VocabularyRelation(_overlap(len(shared), same, *sizes), len(shared), same, *sizes)


def _overlap(shared: int, same: int, suspect: int, reference: int) -> Overlap:
    if shared == same == suspect == reference:
        return Overlap.IDENTICAL
    if shared < DIFFERENT_BELOW * min(suspect, reference):
        return Overlap.DIFFERENT
    if shared == reference < suspect:
        return Overlap.EXTENDED
    if shared == suspect < reference:
        return Overlap.TRIMMED
    return Overlap.OVERLAPPING
