"""Which layer of one model stands where in another: dropped, stacked, inserted, reordered.

Two layers are compared by what they see of the residual stream (``views.layer_gram``), in a common
basis, so that the order of heads and units plays no part. The map describes a kinship that other
tests have established; it establishes none itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import ATTENTION, FEED_FORWARD, READERS, WRITERS, Role
from lineage.kinship.sketch import spread
from lineage.kinship.views import layer_gram, matrix, standard

if TYPE_CHECKING:
    from collections.abc import Callable

    from lineage.kinship.roles import Stack
    from lineage.kinship.views import Basis, Matrix
    from lineage.kinship.weights import Weights

#: Mean cosine of rows at the same index from which a layer is taken from another. Copied layers
#: keep more than 0.3 through long training, other layers have none beyond chance.
IN_ORDER = 0.2
#: The same from which two layers are said to repeat one.
REPEATED = 0.4
#: Similarity of what two layers see from which one may be the source of the other, and by what
#: factor it must stand out from the next.
IN_SIGHT, STANDS_OUT = 0.3, 1.15
#: Rows of each matrix that are compared in order.
ROWS = 128


@dataclass(frozen=True, slots=True)
class LayerMap:
    """Where each of the suspect's layers is found in the reference."""

    #: For each of the suspect's layers its place in the reference; None where none stands out.
    sources: tuple[int | None, ...]
    #: Similarity of each to its source, 0 to 1.
    similarities: tuple[float, ...]
    #: How many layers the reference has.
    reference_layers: int

    @property
    def in_place(self) -> bool:
        """Return whether every layer stands where it stood."""
        return self.sources == tuple(range(self.reference_layers))

    @property
    def dropped(self) -> tuple[int, ...]:
        """Return the reference's layers that the suspect does not have."""
        return tuple(sorted(set(range(self.reference_layers)) - set(self.sources)))

    @property
    def repeated(self) -> tuple[int, ...]:
        """Return the reference's layers that the suspect clearly has more than once."""
        pairs = zip(self.sources, self.similarities, strict=True)
        found = [source for source, alike in pairs if source is not None and alike > REPEATED]
        return tuple(sorted({source for source in found if found.count(source) > 1}))


def numbers(stack: Stack) -> tuple[int, ...]:
    """Return the numbers of a tower's layers, in order."""
    return tuple(sorted({part.layer for part in stack.parts if part.layer is not None}))


def stretched(one: Stack, two: Stack) -> list[tuple[int, int]]:
    """Return pairs of layers at the same relative depth."""
    mine, yours = numbers(one), numbers(two)
    if not mine or not yours:
        return []
    scale = (len(yours) - 1) / (len(mine) - 1) if len(mine) > 1 else 0.0
    return [(number, yours[round(place * scale)]) for place, number in enumerate(mine)]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike every layer of one tower is to every layer of another."""

    #: Mean cosine of rows at the same index.
    rows: Matrix
    #: Similarity of what layers see of the residual stream; whatever was shuffled inside them.
    sight: Matrix

    def sources(self, matches: Callable[[int, int], bool]) -> LayerMap:
        """Return where each layer of the first tower is found in the second; None where nowhere.

        By rows of equal index; by sight where a layer's heads and units were shuffled. Neighbouring
        layers of one model see much the same, so that what sight suggests has to be confirmed:
        ``matches`` says whether the units of two layers are the same in some order. A layer that
        stands in order somewhere is not looked for in disorder elsewhere too.
        """
        taken = {int(row.argmax()) for row in self.rows if row.max() > IN_ORDER}

        def free(number: int, other: int) -> bool:
            return other not in taken and matches(number, other)

        found = [self._source(number, free) for number in range(len(self.rows))]
        return LayerMap(
            sources=tuple(source for source, _ in found),
            similarities=tuple(round(value, 4) for _, value in found),
            reference_layers=self.rows.shape[1],
        )

    def turned(self) -> Likeness:
        """Return the same seen from the other tower."""
        return Likeness(self.rows.T, self.sight.T)

    def _source(self, number: int, matches: Callable[[int, int], bool]) -> tuple[int | None, float]:
        rows, sight = self.rows[number], self.sight[number]
        if rows.max() > IN_ORDER:
            return int(rows.argmax()), float(rows.max())
        best = int(sight.argmax())
        others = np.delete(sight, best)
        clear = sight[best] > max(IN_SIGHT, STANDS_OUT * others.max(initial=0.0))
        return (best if clear and matches(number, best) else None), float(sight[best])


def likeness(
    one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis]
) -> Likeness | None:
    """Return how alike the layers of two towers are; None where one has none."""
    if not numbers(one[1]) or not numbers(two[1]):
        return None
    return Likeness(in_order(one, two), in_sight(one, two))


def in_order(one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis]) -> Matrix:
    """Return the mean cosine of rows at the same index, every layer with every layer."""
    total = np.zeros((len(numbers(one[1])), len(numbers(two[1]))))
    count = np.zeros_like(total)
    for role in sorted(READERS | WRITERS):
        mine, yours = _rows(*one, role), _rows(*two, role)
        for i, left in enumerate(mine):
            for j, right in enumerate(yours):
                if left is not None and right is not None and left.shape == right.shape:
                    total[i, j] += float((left * right).sum()) / len(left)
                    count[i, j] += 1
    return np.asarray(total / np.maximum(count, 1), dtype=np.float64)


def in_sight(one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis]) -> Matrix:
    """Return the similarity of what layers see, every layer with every layer.

    Attention and feed-forward blocks count alike; a layer that lacks one is judged by the other.
    """
    total = np.zeros((len(numbers(one[1])), len(numbers(two[1]))))
    parts = 0
    for roles in (ATTENTION, FEED_FORWARD - {Role.ROUTER}):
        mine, yours = _grams(*one, roles), _grams(*two, roles)
        if mine is not None and yours is not None:
            total += mine @ yours.T
            parts += 1
    return total / max(1, parts)


def _rows(weights: Weights, stack: Stack, basis: Basis, role: Role) -> list[Matrix | None]:
    """Return some rows of a role's matrix in each layer, in the basis and of length 1."""
    found: list[Matrix | None] = []
    for number in numbers(stack):
        parts = [part for part in stack.of(role) if part.layer == number]
        part = parts[0] if parts else None
        if part is None:
            found.append(None)
            continue
        rows = standard(matrix(weights, stack, part, basis), basis)
        found.append(rows[spread(len(rows), ROWS)])
    return found


def _grams(weights: Weights, stack: Stack, basis: Basis, roles: frozenset[Role]) -> Matrix | None:
    found = [layer_gram(weights, stack, basis, number, roles) for number in numbers(stack)]
    length = len(basis.coordinates) if basis.turn is None else basis.turn.shape[1]
    if all(gram is None for gram in found):
        return None
    upper = np.triu_indices(length, 1)
    rows = [np.zeros(len(upper[0])) if gram is None else gram[upper] for gram in found]
    table = np.array(rows)
    size = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(table / np.where(size > 0, size, 1.0), dtype=np.float64)
