"""Names for a nameless tower, taken from the tower that it is compared with.

Where names say nothing, which matrix stands in which layer is read from what the matrices see of
the residual stream, in a common basis: each is matched with the matrix of the other tower that
sees the same. What rests on these names describes a kinship, or is calibrated with the same step
included.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import READERS, WRITERS, Role
from lineage.kinship.reading import slices
from lineage.kinship.roles import Axis, Part, Stack
from lineage.kinship.sketch import spread
from lineage.kinship.views import Basis, matrix, standard, unit_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lineage.kinship.views import Matrix
    from lineage.kinship.weights import Weights

#: Coordinates of the basis that are enough to tell matrices apart.
SEEN = 128


def adopted(nameless: tuple[Weights, Stack, Basis], named: tuple[Weights, Stack, Basis]) -> Stack:
    """Return the nameless tower with the roles and layers of the matrices that its own resemble."""
    weights, stack, basis = nameless
    mine = [part for part in stack.of(Role.MATRIX) for part in _axes(part)]
    yours = list(named[1].of(*READERS, *WRITERS))
    parts = [part for part in stack.parts if part.role not in {Role.MATRIX, Role.GAIN}]
    sizes = {part.other for part in mine} & {part.other for part in yours}
    for size in sorted(sizes):
        left = [part for part in mine if part.other == size]
        right = [part for part in yours if part.other == size]
        seen = _seen(weights, stack, basis, left), _seen(*named, right)
        parts += _matched(left, right, seen[0] @ seen[1].T)
    parts += _gains(nameless, named)
    layers = {part.layer for part in parts if part.layer is not None}
    return replace(stack, parts=tuple(parts), layers=len(layers), named=True)


def _axes(part: Part) -> list[Part]:
    """Return a part by each axis that it may be read by."""
    if part.axis is not Axis.EITHER:
        return [part]
    return [replace(part, axis=axis) for axis in (Axis.COLUMNS, Axis.ROWS)]


def _seen(weights: Weights, stack: Stack, basis: Basis, parts: Sequence[Part]) -> Matrix:
    """Return for each part what it sees of the residual stream, as a vector of length 1."""
    length = len(basis.coordinates) if basis.turn is None else basis.turn.shape[1]
    kept = spread(length, SEEN) if basis.turn is None else np.arange(min(length, SEEN))
    upper = np.triu_indices(len(kept), 1)
    found = []
    for part in parts:
        rows = standard(matrix(weights, stack, part, basis)[:, kept], basis)
        found.append((rows.T @ rows)[upper])
    return unit_rows(np.array(found).reshape(len(parts), -1))


def _matched(left: Sequence[Part], right: Sequence[Part], alike: Matrix) -> list[Part]:
    """Return the left parts under the right ones' names; a tensor is used once."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - slow to load, seldom used

    rows, columns = linear_sum_assignment(-alike)
    best: dict[tuple[str, tuple[int, int]], tuple[float, Part]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        part, model, value = left[row], right[column], float(alike[row, column])
        key = part.tensor, part.span
        if key not in best or value > best[key][0]:
            named = replace(
                part, role=model.role, layer=model.layer, expert=model.expert, leaf=model.leaf
            )
            best[key] = value, named
    return [part for _, part in best.values()]


def _gains(
    nameless: tuple[Weights, Stack, Basis], named: tuple[Weights, Stack, Basis]
) -> list[Part]:
    """Return the nameless tower's gains under the names of those they resemble."""
    mine, yours = nameless[1].of(Role.GAIN), named[1].of(Role.GAIN)
    if not mine or not yours or nameless[2].turn is not None:
        return []
    left, right = (_vectors(tower, parts) for tower, parts in ((nameless, mine), (named, yours)))
    return _matched(mine, yours, left @ right.T)


def _vectors(tower: tuple[Weights, Stack, Basis], parts: Sequence[Part]) -> NDArray[np.float64]:
    found = np.array([next(slices(tower[0], part, tower[2].coordinates))[0] for part in parts])
    return unit_rows(found - found.mean(axis=1, keepdims=True))
