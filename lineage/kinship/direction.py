"""Which of two relatives came first: structural evidence, then witnesses, else an abstention.

* Structure: what was rounded to a grid, thinned out, put together from repeated layers or from
  copies of one block came after what it was made from. Free, and strong.
* Retention: a child retains its parent's strong and weak directions alike; seen from the child,
  its own training stands in the way (``seeds``). A sign test over matrices; calibrated in the zoo.
  * Witnesses: from the parent, two children's changes point in unrelated directions; from a child,
  both changes contain the way back to the parent. With a third member of the family W the overlap
  ``cos(B - A, W - A)`` is near 0 where A is the parent and clearly positive where it is a child
  (Witness Overlap, arXiv 2609.31784). The strongest evidence that two checkpoints alone cannot
  give.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage.kinship.seeds import Origin
    from lineage.kinship.traits import Traits
    from lineage.kinship.views import Matrix

#: A sign test over matrices counts from this two-sided p-value on.
LEANING_LEVEL = 0.01
#: Median log ratio of the two sides' unevenness below which they are alike.
LEANING = 0.5
#: A parent is retained no less evenly than this; 1 is perfect.
EVEN = 2.1
#: Difference of overlaps that settles the direction.
OVERLAP = 0.1


class Side(StrEnum):
    """One of two compared models."""

    SUSPECT = "suspect"
    REFERENCE = "reference"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Direction:
    """Which of the two is the parent, and why."""

    parent: Side
    #: Sentences, strongest first.
    evidence: tuple[str, ...]
    #: Two-sided p-value of the sign test, where that is the evidence.
    p_value: float | None = None
    #: Whether it rests on signs of processing, which nothing else overrules.
    structural: bool = False


UNDECIDED = Direction(Side.UNKNOWN, ())


def structural(suspect: Traits, reference: Traits, *, repeats: Side, clones: Side) -> Direction:
    """Return what processing shows.

    ``repeats`` is the side that holds a layer of the other more than once, ``clones`` the one whose
    experts copy a block of the other.
    """
    signs = (
        (suspect.quantized, reference.quantized, "stands on the grid of a quantisation"),
        (suspect.thinned, reference.thinned, "had weights set to zero"),
        (repeats is Side.SUSPECT, repeats is Side.REFERENCE, "repeats layers of the other"),
        (
            clones is Side.SUSPECT,
            clones is Side.REFERENCE,
            "has experts made of the other's blocks",
        ),
    )
    found: list[tuple[Side, str]] = []
    for mine, yours, words in signs:
        if mine and not yours:
            found.append((Side.REFERENCE, f"The suspect {words}."))
        if yours and not mine:
            found.append((Side.SUSPECT, f"The reference {words}."))
    parents = {side for side, _ in found}
    if len(parents) != 1:
        return UNDECIDED
    return Direction(parents.pop(), tuple(words for _, words in found), structural=True)


def by_retention(origin: Origin) -> Direction:
    """Return what the retention of one model's directions in the other shows."""
    ratios = [math.log(mine / yours) for mine, yours in origin.unevenness if min(mine, yours) > 0]
    if not ratios:
        return UNDECIDED
    ahead = sum(ratio > 0 for ratio in ratios)
    p_value = _sign_test(ahead, len(ratios))
    parent = Side.REFERENCE if ahead * 2 > len(ratios) else Side.SUSPECT
    place = 1 if parent is Side.REFERENCE else 0
    evenness = float(np.median([pair[place] for pair in origin.unevenness]))
    if p_value > LEANING_LEVEL or abs(float(np.median(ratios))) < LEANING or evenness > EVEN:
        return UNDECIDED
    child = Side.SUSPECT if parent is Side.REFERENCE else Side.REFERENCE
    words = f"The {child} retains the {parent} evenly, and not the other way round"
    count = max(ahead, len(ratios) - ahead)
    return Direction(parent, (f"{words} ({count} of {len(ratios)} matrices).",), p_value)


def by_witnesses(
    suspect: Sequence[Matrix], reference: Sequence[Matrix], witnesses: Iterable[Sequence[Matrix]]
) -> Direction:
    """Return what third members of the family show; all give the same matrices in order."""
    from_suspect = []
    from_reference = []
    for witness in witnesses:
        from_suspect.append(overlap(suspect, reference, witness))
        from_reference.append(overlap(reference, suspect, witness))
    if not from_suspect:
        return UNDECIDED
    mine, yours = float(np.median(from_suspect)), float(np.median(from_reference))
    if abs(mine - yours) < OVERLAP:
        return UNDECIDED
    parent = Side.SUSPECT if mine < yours else Side.REFERENCE
    words = f"Seen from the {parent}, the others' changes overlap by {min(mine, yours):.2f}"
    count = f"{len(from_suspect)} witness{'es' if len(from_suspect) > 1 else ''}"
    return Direction(parent, (f"{words}, from the other by {max(mine, yours):.2f} ({count}).",))


def overlap(anchor: Sequence[Matrix], other: Sequence[Matrix], witness: Sequence[Matrix]) -> float:
    """Return the mean cosine of two models' differences from an anchor."""
    found = []
    for a, b, w in zip(anchor, other, witness, strict=True):
        one, two = b - a, w - a
        size = float(np.linalg.norm(one)) * float(np.linalg.norm(two))
        if size:
            found.append(float((one * two).sum()) / size)
    return float(np.mean(found)) if found else 0.0


def _sign_test(ahead: int, total: int) -> float:
    """Return the two-sided p-value of so many equal signs."""
    most = max(ahead, total - ahead)
    tail = sum(math.comb(total, k) for k in range(most, total + 1)) / 2**total
    return float(min(1.0, 2 * tail))
