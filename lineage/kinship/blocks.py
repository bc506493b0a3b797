"""Order tests inside layers: feed-forward units, key-value heads and experts at the same index.

H0: besides the residual coordinates, the units of each layer's feed-forward block, its key-value
groups and its experts carry labels that are uniform and independent of everything else (Zhu et al.
2025, arXiv 2502.12292, phi_U, states it for the feed-forward block). So these tests are exact, and
independent of the residual tests and of each other: given the residual labels, whatever they are,
the labels in here are still uniform. Their p-values may be multiplied by Fisher's method with
those of the residual block, which is done nowhere else.

They are exact in any basis that was found without looking at these labels: also in one that was
fitted to token embeddings, which is how a rotated or permuted residual stream is seen through as
long as the units were left in place.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import Role
from lineage.kinship.permutation import FLOOR, Agreement, agreement
from lineage.kinship.sketch import spread
from lineage.kinship.views import Basis, Block, blocks, matrix, standard, unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage.kinship.roles import Stack
    from lineage.kinship.views import Matrix
    from lineage.kinship.weights import Weights

#: Fewer possible orders than this can show nothing.
FEWEST_ORDERS = 1000
#: At most this many units of a layer take part.
UNITS = 128


def unit_order(pairs: Iterable[tuple[Block, Block]]) -> Agreement | None:
    """Return how far feed-forward units of equal index agree, in blocks of equal width."""
    found = []
    for one, two in pairs:
        if len(one.writer) == len(two.writer) and len(one.readers) == len(two.readers):
            kept = spread(len(one.writer), UNITS)
            views = list(zip((*one.readers, one.writer), (*two.readers, two.writer), strict=True))
            alike = sum(a[kept] @ b[kept].T for a, b in views)
            found.append(np.asarray(alike, dtype=np.float64) / len(views))
    return agreement(*found) if found else None


def head_order(
    one: tuple[Weights, Stack, Basis],
    two: tuple[Weights, Stack, Basis],
    layers: Sequence[tuple[int, int]],
    heads: int,
) -> Agreement | None:
    """Return how far key-value heads of equal index agree.

    A head's keys may be rotated among themselves, so heads are compared by the energy that their
    keys and values share in the residual stream.
    """
    if len(layers) * math.lgamma(heads + 1) < math.log(FEWEST_ORDERS):
        return None
    found = []
    for mine, yours in layers:
        sides = [(_rows(*one, mine, role), _rows(*two, yours, role)) for role in (Role.K, Role.V)]
        energies = [
            _shared_energy(left, right, heads)
            for left, right in sides
            if left is not None
            and right is not None
            and not (len(left) % heads + len(right) % heads)
        ]
        if len(energies) == len(sides):
            found.append(np.asarray(sum(energies), dtype=np.float64))
    return agreement(*found) if found else None


def expert_order(pairs: Iterable[tuple[Matrix, Matrix]]) -> Agreement | None:
    """Return how far the router's rows of equal index agree."""
    found = [
        unit_rows(left) @ unit_rows(right).T
        for left, right in pairs
        if left.shape == right.shape and len(left) > 1
    ]
    return agreement(*found) if found else None


def fisher(p_values: Sequence[float]) -> float:
    """Return the joint p-value of independent ones (Fisher's method).

    The chi-squared tail of 2n degrees of freedom at ``-2 sum(ln p)`` is ``exp(-x) sum x**k / k!``.
    """
    x = -sum(math.log(p) for p in p_values)
    if x <= 0:
        return 1.0
    terms = [k * math.log(x) - math.lgamma(k + 1) for k in range(len(p_values))]
    return max(FLOOR, min(1.0, math.exp(max(-700.0, float(np.logaddexp.reduce(terms)) - x))))


def paired_blocks(
    one: tuple[Weights, Stack, Basis],
    two: tuple[Weights, Stack, Basis],
    layers: Sequence[tuple[int, int]],
) -> list[tuple[Block, Block]]:
    """Return the feed-forward blocks that stand at the same place; experts pair by their number."""
    pairs = []
    for mine, yours in layers:
        left, right = blocks(*one, mine), blocks(*two, yours)
        pairs += list(zip(left, right, strict=False))
    return pairs


def _rows(weights: Weights, stack: Stack, basis: Basis, layer: int, role: Role) -> Matrix | None:
    part = next((part for part in stack.of(role) if part.layer == layer), None)
    return None if part is None else standard(matrix(weights, stack, part, basis), basis)


def _shared_energy(left: Matrix, right: Matrix, heads: int) -> Matrix:
    mine, yours = (rows.reshape(heads, -1, rows.shape[1]) for rows in (left, right))
    cosines = np.einsum("gid,hjd->ghij", mine, yours)
    energy: Matrix = (cosines**2).sum(axis=(2, 3))
    return energy
