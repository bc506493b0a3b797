"""Two towers in a basis fitted to their tokens: what is still in order, and what still matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.kinship.adopt import adopted
from lineage.kinship.alignment import agreement_of_writers, common_basis
from lineage.kinship.blocks import expert_order, head_order, paired_blocks, unit_order
from lineage.kinship.layers import stretched
from lineage.kinship.names import Role
from lineage.kinship.sketch import spread
from lineage.kinship.tables import table_pairs
from lineage.kinship.views import Basis, matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.permutation import Agreement
    from lineage.kinship.prepared import Model
    from lineage.kinship.roles import Stack
    from lineage.kinship.sketch import Table
    from lineage.kinship.views import Matrix
    from lineage.kinship.weights import Weights

#: Layers that take part.
LAYERS = 4


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What two towers show in a basis fitted to their tokens."""

    bases: tuple[Basis, Basis]
    #: Exact tests of order, by name.
    orders: dict[str, Agreement]
    #: How alike units write that were matched by what they read (``alignment``), if they can be.
    score: float | None


def glimpse(suspect: Model, reference: Model, tower: int, other: int) -> Glimpse | None:
    """Return what two towers show in a fitted basis; None where too few tokens are shared.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    one = suspect.weights, suspect.towers[tower]
    two = reference.weights, reference.towers[other]
    bases = common_basis(one, two, answering(suspect, reference, tower, other))
    if bases is None or not (one[1].named or two[1].named):
        return None
    left, right = (*one, bases[0]), (*two, bases[1])
    if not one[1].named:
        left = one[0], adopted(left, right), bases[0]
    elif not two[1].named:
        right = two[0], adopted(right, left), bases[1]
    layers = stretched(left[1], right[1])
    some = [layers[place] for place in spread(len(layers), LAYERS)]
    pairs = paired_blocks(left, right, some)
    heads = left[1].key_value_heads
    orders = {
        "order of units": unit_order(pairs),
        "order of heads": head_order(left, right, some, heads)
        if heads == right[1].key_value_heads
        else None,
        "order of experts": expert_order(_routers(left, right, some)),
    }
    found = {name: order for name, order in orders.items() if order is not None}
    return Glimpse(bases, found, agreement_of_writers(pairs))


def answering(
    suspect: Model, reference: Model, tower: int, other: int
) -> list[tuple[Table, Table]]:
    """Return the tables of tokens of two towers that answer to each other.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    one = suspect.sketch(tower, with_grams=False)
    two = reference.sketch(other, with_grams=False)
    named = one.named and two.named
    return [(mine, yours) for _, mine, yours in table_pairs(one.tables, two.tables, named=named)]


def _routers(
    one: tuple[Weights, Stack, Basis],
    two: tuple[Weights, Stack, Basis],
    layers: Sequence[tuple[int, int]],
) -> list[tuple[Matrix, Matrix]]:
    return [
        (matrix(one[0], one[1], left, one[2]), matrix(two[0], two[1], right, two[2]))
        for mine, yours in layers
        for left in one[1].of(Role.ROUTER)
        for right in two[1].of(Role.ROUTER)
        if (left.layer, right.layer) == (mine, yours)
    ]
