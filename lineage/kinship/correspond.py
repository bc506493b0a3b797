"""Matrices of two towers written in the same basis, the same layers and the same order of units."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import ATTENTION
from lineage.kinship.sketch import spread
from lineage.kinship.views import Basis, Block, blocks, matrix, standard

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lineage.kinship.roles import Stack
    from lineage.kinship.views import Matrix
    from lineage.kinship.weights import Weights

#: Units of a block that are compared; more would tell nothing new.
UNITS = 512
#: Units are taken to be shuffled where matching doubles their similarity.
SHUFFLED = 2.0
#: Units in order are the same from this similarity on; units that were searched for from these.
IN_ORDER, SEARCHED, ABOVE_CHANCE = 0.2, 0.4, 1.6


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two feed-forward blocks and which unit of one is which unit of the other."""

    suspect: Block
    reference: Block
    #: Units of the suspect's block, and for each its counterpart.
    mine: NDArray[np.intp]
    yours: NDArray[np.intp]
    #: Mean similarity of the counterparts over all sides of a unit.
    similarity: float
    #: Whether the counterparts stand at the same index.
    in_order: bool

    @property
    def clear(self) -> bool:
        """Return whether the counterparts are the same units, and not merely the best of many.

        Among n random units in k dimensions the best has a cosine of about ``sqrt(2 ln n / k)``.
        """
        if self.in_order:
            return self.similarity > IN_ORDER
        units, length = self.reference.writer.shape
        chance = math.sqrt(2 * math.log(units) / (length * (1 + len(self.reference.readers))))
        return self.similarity > max(SEARCHED, ABOVE_CHANCE * chance)

    def matrices(self) -> Iterator[tuple[Matrix, Matrix]]:
        """Yield each side of the two blocks in the suspect's order of units."""
        for one, two in zip(_sides(self.suspect), _sides(self.reference), strict=True):
            yield one[self.mine], two[self.yours]


def paired(one: Block, two: Block) -> Pairing | None:
    """Return which units correspond; None where the blocks are built differently."""
    if len(one.readers) != len(two.readers):
        return None
    mine = spread(len(one.writer), UNITS)
    alike = sum(a[mine] @ b.T for a, b in zip(_sides(one), _sides(two), strict=True))
    table = np.asarray(alike, dtype=np.float64) / (1 + len(one.readers))
    yours = table.argmax(axis=1)
    matched = float(table[np.arange(len(mine)), yours].mean())
    kept = -1.0
    if len(one.writer) == len(two.writer):
        kept = float(table[np.arange(len(mine)), mine].mean())
    in_order = kept > 0 and matched < SHUFFLED * kept
    return Pairing(one, two, mine, mine if in_order else yours, max(kept, matched), in_order)


def corresponding(
    one: tuple[Weights, Stack, Basis],
    two: tuple[Weights, Stack, Basis],
    layers: Sequence[tuple[int, int]],
) -> tuple[list[Pairing], list[tuple[Matrix, Matrix]]]:
    """Return paired feed-forward blocks, and attention matrices of equal shape as they stand.

    A block with experts is paired expert by expert with the most similar block of the other layer.
    """
    pairings: list[Pairing] = []
    attention: list[tuple[Matrix, Matrix]] = []
    for mine, yours in layers:
        others = blocks(*two, yours)
        for block in blocks(*one, mine):
            options = [found for other in others if (found := paired(block, other))]
            if options:
                pairings.append(max(options, key=lambda found: found.similarity))
        attention += _attention(one, two, mine, yours)
    return pairings, attention


def _attention(
    one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis], mine: int, yours: int
) -> Iterator[tuple[Matrix, Matrix]]:
    for role in sorted(ATTENTION):
        left = next((part for part in one[1].of(role) if part.layer == mine), None)
        right = next((part for part in two[1].of(role) if part.layer == yours), None)
        if left is not None and right is not None and left.other == right.other:
            kept = spread(left.other, UNITS)
            yield (
                standard(matrix(one[0], one[1], left, one[2]), one[2])[kept],
                standard(matrix(two[0], two[1], right, two[2]), two[2])[kept],
            )


def _sides(block: Block) -> tuple[Matrix, ...]:
    return (*block.readers, block.writer)
