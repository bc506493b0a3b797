"""What kind of kinship it is, once it is established that there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.adopt import adopted
from lineage.kinship.alignment import common_basis
from lineage.kinship.correspond import Pairing, corresponding
from lineage.kinship.direction import UNDECIDED, Direction, Side, by_retention, structural
from lineage.kinship.disguise import answering
from lineage.kinship.layers import LayerMap, likeness, numbers, stretched
from lineage.kinship.names import READERS, WRITERS, Role
from lineage.kinship.seeds import Origin, origin
from lineage.kinship.traits import Traits, traits
from lineage.kinship.verdict import ExpertSource
from lineage.model import Relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.ladder import Climb
    from lineage.kinship.prepared import Model
    from lineage.kinship.roles import Stack
    from lineage.kinship.views import Basis, Matrix
    from lineage.kinship.weights import Weights

#: Layers whose matrices are compared one by one.
LAYERS = 8
#: Attention is compared row by row unless its rows are this much less alike than those of units:
#: then heads were shuffled or turned.
IN_ORDER = 0.8
#: Mean cosine of corresponding rows below which another basis is tried.
FAINT = 0.4
#: Share of a nameless tower's matrices that must find a counterpart for its layers to be known.
NAMED = 0.9
#: Correlation of matrices above which nothing but rounding to a grid happened.
SAME = 0.95
#: The same above which what changed is the rounding of a disguise, and tells no direction.
UNCHANGED = 0.9995


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of two related towers."""

    origin: Origin | None
    layers: LayerMap | None
    experts: tuple[ExpertSource, ...]
    direction: Direction
    relation: Relation
    #: Mean cosine of corresponding rows.
    effect: float


@dataclass(frozen=True, slots=True)
class Shape:
    """What became of layers and units between two towers."""

    in_place: bool
    fewer_units: bool
    more_units: bool
    #: Mean cosine of corresponding rows.
    effect: float


def account(suspect: Model, reference: Model, found: Climb) -> Account:
    """Return what two related towers tell of how one came from the other.

    Where little corresponds coordinate by coordinate, a basis fitted to tokens may show more.

    Raises:
        ValueError: a tensor cannot be read.
    """
    one = suspect.weights, suspect.towers[found.suspect]
    two = reference.weights, reference.towers[found.reference]
    assert found.bases is not None  # noqa: S101 - a climb that found something has bases
    told = _account(one, two, found.bases)
    if told.effect < FAINT and not found.seen_through:
        tables = answering(suspect, reference, found.suspect, found.reference)
        fitted = common_basis(one, two, tables)
        other = _account(one, two, fitted) if fitted else told
        told = max(told, other, key=lambda account: account.effect)
    return told


def _account(
    suspect: tuple[Weights, Stack], reference: tuple[Weights, Stack], bases: tuple[Basis, Basis]
) -> Account:
    one, two = _named((*suspect, bases[0]), (*reference, bases[1]))
    hidden = _is_partly_named(suspect[1], one[1]) or _is_partly_named(reference[1], two[1])
    alike = likeness(one, two)
    layers = back = None
    if alike is not None and not hidden:
        places = numbers(one[1]), numbers(two[1])

        def matches(mine: int, yours: int) -> bool:
            found, _ = corresponding(one, two, [(places[0][mine], places[1][yours])])
            return any(pairing.clear for pairing in found)

        layers = alike.sources(matches)
        back = alike.turned().sources(lambda yours, mine: matches(mine, yours))
    pairs = _layer_pairs(one[1], two[1], layers)
    pairings, attention = corresponding(one, two, pairs)
    units = [pair for pairing in pairings for pair in pairing.matrices()]
    if _effect(attention) < IN_ORDER * _effect(units):
        attention = []
    sizes = [(len(pair.suspect.writer), len(pair.reference.writer)) for pair in pairings]
    shape = shape_of(layers, sizes, max(_effect(attention), _effect(units)))
    origins = origin(units + attention)
    return told(one, two, origins, maps=(layers, back), shape=shape, pairings=pairings)


def told(
    one: tuple[Weights, Stack, Basis],
    two: tuple[Weights, Stack, Basis],
    origins: Origin | None,
    *,
    maps: tuple[LayerMap | None, LayerMap | None],
    shape: Shape,
    pairings: Sequence[Pairing] = (),
) -> Account:
    """Return the account that follows from where layers are and what is shared.

    ``maps`` holds where the suspect's layers are in the reference, and the other way round.
    """
    looks = traits(*one[:2]), traits(*two[:2])
    # A grid says that its model was rounded; that it was the other one takes equal numbers.
    seen = looks if shape.effect > SAME else (_off_grid(looks[0]), _off_grid(looks[1]))
    direction = structural(*seen, repeats=_repeats(*maps), clones=_clones(one[1], two[1], pairings))
    if direction is UNDECIDED and origins is not None and shape.effect < UNCHANGED:
        direction = by_retention(origins)
    return Account(
        origin=origins,
        layers=maps[0],
        experts=tuple(_sources(pairings)),
        direction=direction,
        relation=_relation(one[1], two[1], shape=shape, looks=looks, parent=direction.parent),
        effect=shape.effect,
    )


def _is_partly_named(before: Stack, after: Stack) -> bool:
    """Return whether a nameless tower has matrices for which the other has no counterpart.

    Then it has layers of which nothing is known, and those that are known have borrowed numbers.
    """
    if before.named:
        return False
    found = {(part.tensor, part.span) for part in after.of(*READERS, *WRITERS)}
    return len(found) < NAMED * len(before.of(Role.MATRIX))


def _off_grid(look: Traits) -> Traits:
    return Traits(zeros=look.zeros, quantized=False)


def _named(
    one: tuple[Weights, Stack, Basis], two: tuple[Weights, Stack, Basis]
) -> tuple[tuple[Weights, Stack, Basis], tuple[Weights, Stack, Basis]]:
    """Return both towers, a nameless one under the other's names."""
    if not one[1].named and two[1].named:
        one = one[0], adopted(one, two), one[2]
    if not two[1].named and one[1].named:
        two = two[0], adopted(two, one), two[2]
    return one, two


def _layer_pairs(one: Stack, two: Stack, layers: LayerMap | None) -> list[tuple[int, int]]:
    """Return pairs of layer numbers to compare, evenly over the depth."""
    mine, yours = numbers(one), numbers(two)
    found = stretched(one, two)
    if layers is not None:
        sources = enumerate(layers.sources)
        found = [(mine[place], yours[to]) for place, to in sources if to is not None]
    kept = np.unique(np.linspace(0, len(found) - 1, min(LAYERS, len(found))).round().astype(int))
    return [found[place] for place in kept if found]


def _effect(matrices: Sequence[tuple[Matrix, Matrix]]) -> float:
    found = [
        float((one * two).sum(axis=1).mean()) for one, two in matrices if one.shape == two.shape
    ]
    return float(np.mean(found)) if found else 0.0


def _repeats(layers: LayerMap | None, back: LayerMap | None) -> Side:
    """Return the side that holds layers of the other more than once."""
    if layers is not None and layers.repeated:
        return Side.SUSPECT
    return Side.REFERENCE if back is not None and back.repeated else Side.UNKNOWN


def _clones(one: Stack, two: Stack, pairings: Sequence[Pairing]) -> Side:
    """Return the side whose experts are copies of a block of the other."""
    mine, yours = _experts(one), _experts(two)
    copied = any(pairing.clear for pairing in pairings)
    if not copied or bool(mine) == bool(yours):
        return Side.UNKNOWN
    return Side.SUSPECT if mine else Side.REFERENCE


def _experts(stack: Stack) -> int:
    return len({part.expert for part in stack.parts if part.expert is not None})


def _sources(pairings: Sequence[Pairing]) -> list[ExpertSource]:
    return [
        ExpertSource(
            layer=pairing.suspect.layer,
            expert=pairing.suspect.expert,
            source=pairing.reference.expert,
            similarity=round(pairing.similarity, 4),
            in_order=pairing.in_order,
        )
        for pairing in pairings
        if pairing.suspect.expert is not None or pairing.reference.expert is not None
    ]


def _relation(
    one: Stack, two: Stack, *, shape: Shape, looks: tuple[Traits, Traits], parent: Side
) -> Relation:
    """Return what the suspect is to the reference; ``RELATED`` where it may be the elder."""
    mine, yours = looks
    grown = (one.width, _experts(one)) != (two.width, _experts(two)) or shape.more_units
    cut = one.width < two.width or shape.fewer_units or (mine.thinned and not yours.thinned)
    options = (
        (parent is Side.SUSPECT, Relation.RELATED),
        (_experts(one) > 0 == _experts(two), Relation.UPCYCLED),
        (cut, Relation.PRUNED),
        (grown or not shape.in_place, Relation.RESTRUCTURED),
        (mine.quantized and not yours.quantized and shape.effect > SAME, Relation.QUANTIZED),
        (parent is Side.REFERENCE, Relation.FINETUNE),
    )
    return next((relation for holds, relation in options if holds), Relation.RELATED)


def shape_of(layers: LayerMap | None, units: Sequence[tuple[int, int]], effect: float) -> Shape:
    """Return what became of layers and units; ``units`` are the sizes of corresponding blocks."""
    return Shape(
        in_place=layers is None or layers.in_place,
        fewer_units=any(mine < yours for mine, yours in units),
        more_units=any(mine > yours for mine, yours in units),
        effect=effect,
    )
