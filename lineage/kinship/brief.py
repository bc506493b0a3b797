"""What kind of kinship it is, from some tens of megabytes: for models too large to be read whole.

Rows are taken where they stand next to each other, one range of each matrix, so that a far file is
asked for few of them. Shuffled heads and units are not followed here; what is said rests on what
kept its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.describe import Account, shape_of, told
from lineage.kinship.layers import Likeness, numbers, stretched
from lineage.kinship.names import Role
from lineage.kinship.reading import rows_of
from lineage.kinship.roles import Axis
from lineage.kinship.seeds import origin
from lineage.kinship.sketch import spread
from lineage.kinship.views import standard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.layers import LayerMap
    from lineage.kinship.roles import Part, Stack
    from lineage.kinship.views import Basis, Matrix
    from lineage.kinship.weights import Weights

#: Rows of each layer's keys, by which layers are found.
KEYS = 32
#: Layers of which feed-forward rows are read, and how many rows of each matrix.
LAYERS, ROWS = 4, 128


def brief(one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis]) -> Account:
    """Return what two large related towers tell of how one came from the other.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    alike = _likeness(one, two)
    layers = alike.sources(_unconfirmed) if alike else None
    back = alike.turned().sources(_unconfirmed) if alike else None
    matrices = [
        (left, right)
        for mine, yours in _pairs(one[1], two[1], layers)
        for role in (Role.GATE, Role.UP, Role.GATE_UP, Role.K)
        for left in _rows(*one, role=role, layer=mine, count=ROWS)
        for right in _rows(*two, role=role, layer=yours, count=ROWS)
        if left.shape == right.shape
    ]
    shared = [float((left * right).sum(axis=1).mean()) for left, right in matrices]
    effect = float(np.mean(shared)) if shared else 0.0
    shape = shape_of(layers, _units(one[1], two[1]), effect)
    return told(one, two, origin(matrices), maps=(layers, back), shape=shape)


def _likeness(
    one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis]
) -> Likeness | None:
    """Return how alike the first rows of every layer's keys are to those of every other."""
    mine = [row for n in numbers(one[1]) for row in _keys(*one, n)]
    yours = [row for n in numbers(two[1]) for row in _keys(*two, n)]
    complete = len(mine) == len(numbers(one[1])) and len(yours) == len(numbers(two[1]))
    if not mine or not complete or len({row.shape for row in (*mine, *yours)}) != 1:
        return None
    flat = [np.stack(rows).reshape(len(rows), -1) for rows in (mine, yours)]
    table = flat[0] @ flat[1].T / mine[0].shape[0]
    return Likeness(table, np.zeros_like(table))


def _keys(weights: Weights, stack: Stack, basis: Basis, layer: int) -> Sequence[Matrix]:
    return _rows(weights, stack, basis, role=Role.K, layer=layer, count=KEYS)


def _rows(
    weights: Weights, stack: Stack, basis: Basis, *, role: Role, layer: int, count: int
) -> Sequence[Matrix]:
    """Return the first rows of a role's matrix in a layer; nothing where rows are not units."""
    part = next((p for p in stack.of(role) if p.layer == layer and _by_units(p)), None)
    if part is None:
        return ()
    first = part.span[0]
    found = rows_of(weights, part.tensor, first, min(part.span[1], first + count))
    return (standard(found[:, basis.coordinates].astype(np.float64), basis),)


def _unconfirmed(mine: int, yours: int) -> bool:
    """Return that two layers are not known to hold the same units: nothing is searched here."""
    del mine, yours
    return False


def _by_units(part: Part) -> bool:
    return part.axis is Axis.COLUMNS


def _pairs(one: Stack, two: Stack, layers: LayerMap | None) -> list[tuple[int, int]]:
    mine, yours = numbers(one), numbers(two)
    found = stretched(one, two)
    if layers is not None:
        sources = enumerate(layers.sources)
        found = [(mine[place], yours[to]) for place, to in sources if to is not None]
    return [found[place] for place in spread(len(found), LAYERS)]


def _units(one: Stack, two: Stack) -> list[tuple[int, int]]:
    mine, yours = (
        [part.other for part in stack.of(Role.UP, Role.GATE_UP)][:1] for stack in (one, two)
    )
    return list(zip(mine, yours, strict=True)) if mine and yours else []
