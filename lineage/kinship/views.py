"""A tower's matrices in a basis that it shares with another tower.

Two models that are compared unit by unit must first be written in the same residual basis: the same
coordinates where the order was kept, matched coordinates where a width was changed, rotated ones
where a basis was disguised. A basis is a selection of coordinates or a dense map; everything that
follows sees rows of equal length and need not know which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.names import FEED_FORWARD, Role, place_of_norm
from lineage.kinship.reading import slices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage.kinship.roles import Part, Stack
    from lineage.kinship.weights import Weights

Matrix: TypeAlias = NDArray[np.float64]

_FED_BY = {
    **dict.fromkeys((Role.Q, Role.K, Role.V, Role.QKV), "attention"),
    **dict.fromkeys((Role.GATE, Role.UP, Role.GATE_UP, Role.ROUTER), "feed-forward"),
    Role.UNEMBEDDING: "final",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """How one tower's residual coordinates are written down for a comparison."""

    #: Which coordinates are read, in this order.
    coordinates: NDArray[np.intp]
    #: [coordinates, length of the common basis]; None where the coordinates are the basis.
    turn: Matrix | None = None
    #: Whether norm gains are multiplied into what reads them: a disguise may have folded them.
    fold: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A feed-forward block, or one expert: its units as rows of length 1, from each side."""

    layer: int
    expert: int | None
    #: gate and up, or up alone: [units, basis] each.
    readers: tuple[Matrix, ...]
    #: [units, basis]
    writer: Matrix


def matrix(weights: Weights, stack: Stack, part: Part, basis: Basis) -> Matrix:
    """Return a part as [other, basis]."""
    rows = np.concatenate(list(slices(weights, part, basis.coordinates)))
    gain = feeding_gain(weights, stack, part, basis.coordinates) if basis.fold else None
    if gain is not None:
        rows = rows * gain
    return rows if basis.turn is None else rows @ basis.turn


def blocks(weights: Weights, stack: Stack, basis: Basis, layer: int) -> tuple[Block, ...]:
    """Return a layer's feed-forward blocks: one, or one for each expert."""
    groups: dict[int | None, dict[Role, Part]] = {}
    for part in stack.of(*FEED_FORWARD - {Role.ROUTER}):
        if part.layer == layer:
            groups.setdefault(part.expert, {}).setdefault(part.role, part)
    found = []
    for expert, parts in sorted(
        groups.items(), key=lambda item: -1 if item[0] is None else item[0]
    ):
        block = _block(weights, stack, basis, parts)
        if block is not None:
            found.append(Block(layer, expert, *block))
    return tuple(found)


def _block(
    weights: Weights, stack: Stack, basis: Basis, parts: Mapping[Role, Part]
) -> tuple[tuple[Matrix, ...], Matrix] | None:
    if Role.DOWN not in parts:
        return None
    writer = standard(matrix(weights, stack, parts[Role.DOWN], basis), basis)
    readers = [
        matrix(weights, stack, parts[role], basis) for role in (Role.GATE, Role.UP) if role in parts
    ]
    if not readers and Role.GATE_UP in parts:
        both = matrix(weights, stack, parts[Role.GATE_UP], basis)
        readers = [both[: len(both) // 2], both[len(both) // 2 :]]
    if not readers or any(len(rows) != len(writer) for rows in readers):
        return None
    return tuple(standard(rows, basis) for rows in readers), writer


def standard(rows: Matrix, basis: Basis) -> Matrix:
    """Return rows of length 1 after every column was given mean 0 and, in coordinates, equal size.

    Trained networks have a few coordinates in which nearly all units are alike and large: without
    this, any two units of any two models would look the same. In a fitted basis the columns are
    directions already sorted by size, which is what is compared there.
    """
    centred = rows - rows.mean(axis=0)
    if basis.turn is not None:
        return unit_rows(centred)
    size = np.sqrt((centred**2).mean(axis=0))
    return unit_rows(centred / np.where(size > 0, size, 1.0))


def unit_rows(rows: Matrix) -> Matrix:
    """Return rows of length 1; an empty row stays empty."""
    size = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(size > 0, size, 1.0), dtype=np.float64)


def layer_gram(
    weights: Weights, stack: Stack, basis: Basis, layer: int, roles: frozenset[Role]
) -> Matrix | None:
    """Return a layer's Gram in the basis, of length 1 and without its diagonal, if it has one."""
    total: Matrix | None = None
    for part in stack.of(*roles):
        if part.layer == layer:
            rows = standard(matrix(weights, stack, part, basis), basis)
            total = rows.T @ rows if total is None else total + rows.T @ rows
    if total is None:
        return None
    np.fill_diagonal(total, 0.0)
    size = float(np.linalg.norm(total))
    return total / size if size else None


def feeding_gain(
    weights: Weights, stack: Stack, part: Part, coordinates: NDArray[np.intp]
) -> Matrix | None:
    """Return the norm gain that feeds a reader, where one norm alone does."""
    place = _FED_BY.get(part.role)
    fitting = [
        gain
        for gain in stack.of(Role.GAIN)
        if place is not None
        and place_of_norm(gain.leaf, gain.layer) == place
        and (gain.layer == part.layer or place == "final")
    ]
    if len(fitting) != 1:
        return None
    gain: Matrix = next(slices(weights, fitting[0], coordinates))[0]
    return gain
