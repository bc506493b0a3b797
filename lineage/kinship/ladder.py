"""The tests of existence, cheap to expensive: is there anything between these two towers at all?

Each test may use up a fixed share of the error rate (``SHARES`` of its module), settled before
anything is read. The joint p-value is the smallest ``p / share``, times the number of pairs of
towers that were compared: valid whatever the tests' dependence (Bonferroni), and unharmed by
stopping as soon as something was found.

The last rung is calibrated, not exact, and kept apart: its p-value comes from a bank of independent
models and is never below what that bank supports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lineage.kinship.adopt import adopted
from lineage.kinship.alignment import agreement_of_writers, bank, common_basis
from lineage.kinship.blocks import expert_order, head_order, paired_blocks, unit_order
from lineage.kinship.layers import stretched
from lineage.kinship.names import Role
from lineage.kinship.permutation import LEVEL
from lineage.kinship.rectangular import selection, width_tests
from lineage.kinship.residual import Measured, gain_tests, gram_tests, table_tests
from lineage.kinship.sketch import spread
from lineage.kinship.tables import table_pairs
from lineage.kinship.views import Basis, matrix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.kinship.prepared import Model
    from lineage.kinship.sketch import Sketch, Table

#: Tests that look at tables of tokens alone; the body of a network is all the rest.
OF_TABLES = frozenset({"embedding", "embedding, without signs", "unembedding"})
OF_GRAMS = frozenset({"attention", "feed-forward", "all matrices"})
SHARES = {"order of units": 0.05, "order of heads": 0.025, "order of experts": 0.025}
#: Layers that take part in tests of order.
LAYERS = 4
#: A calibrated score counts from this p-value on, if it is also clear of every independent pair.
CALIBRATED_LEVEL = 1e-3


@dataclass(frozen=True, slots=True)
class Rank:
    """A score's place among independent models; the calibrated rung."""

    score: float
    p_value: float
    #: How many independent pairs it was ranked among.
    pairs: int
    #: What a score must exceed to count.
    threshold: float


@dataclass(slots=True)
class Climb:
    """How far up the ladder a pair of towers was followed, and what was found."""

    #: Positions of the towers in their models.
    suspect: int
    reference: int
    #: How many pairs of towers are compared in all.
    pairs: int
    measured: list[Measured] = field(default_factory=list)
    rank: Rank | None = None
    #: Whether coordinates carry fixed frequencies, so that they must not be permuted.
    numbered: bool = False
    #: The bases in which the two may be compared further.
    bases: tuple[Basis, Basis] | None = None

    def add(self, found: Iterable[Measured]) -> None:
        """Keep what was measured."""
        self.measured.extend(found)

    @property
    def p_value(self) -> float:
        """Return the joint p-value of all exact tests."""
        return self._joint(self.measured)

    @property
    def body_p_value(self) -> float:
        """Return the joint p-value of the exact tests that do not rest on tables of tokens."""
        return self._joint([one for one in self.measured if one.name not in OF_TABLES])

    @property
    def decided(self) -> bool:
        """Return whether the body of the network was found to be related."""
        return self.body_p_value < LEVEL

    @property
    def seen_through(self) -> bool:
        """Return whether only the calibrated rung found something."""
        rank = self.rank
        found = rank is not None and rank.p_value <= CALIBRATED_LEVEL
        return found and rank is not None and rank.score > rank.threshold and not self.decided

    def _joint(self, some: list[Measured]) -> float:
        found = (one.agreement.p_value / one.share for one in some)
        return min(1.0, self.pairs * min(found, default=1.0))


def measure(found: Climb, one: Sketch, two: Sketch) -> None:
    """Add the tests that two whole sketches allow."""
    if one.numbered or two.numbered:
        return
    if one.width == two.width:
        found.add(gain_tests(one, two))
        found.add(table_tests(one, two))
        found.add(gram_tests(one, two))
    else:
        found.add(width_tests(one, two))


def climb(suspect: Model, reference: Model, towers: tuple[int, int], pairs: int) -> Climb:
    """Return what the ladder shows of two towers; the first conclusive rung is the last one used.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    found = Climb(*towers, pairs)
    mine, yours = suspect.towers[towers[0]], reference.towers[towers[1]]
    one = suspect.sketch(found.suspect, with_grams=False)
    two = reference.sketch(found.reference, with_grams=False)
    found.numbered = one.numbered or two.numbered
    if mine.width == yours.width:
        _same_width(suspect, reference, found)
    else:
        _other_width(suspect, reference, found)
    if not found.decided:
        _disguised(suspect, reference, found)
    return found


def _same_width(suspect: Model, reference: Model, found: Climb) -> None:
    for with_grams in (False, True):
        one = suspect.sketch(found.suspect, with_grams=with_grams)
        two = reference.sketch(found.reference, with_grams=with_grams)
        if found.numbered:
            pass
        elif with_grams:
            found.add(gram_tests(one, two))
        else:
            found.add(gain_tests(one, two))
            found.add(table_tests(one, two))
        same = Basis(one.coordinates[one.alive & two.alive], fold=True)
        found.bases = (same, same)
        if found.decided:
            return


def complete(suspect: Model, reference: Model, found: Climb) -> None:
    """Add the tests that were left out because others had settled the question.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    one = suspect.towers[found.suspect], reference.towers[found.reference]
    if one[0].width != one[1].width or found.numbered:
        return
    if not any(m.name in OF_GRAMS for m in found.measured):
        mine = suspect.sketch(found.suspect, with_grams=True)
        found.add(gram_tests(mine, reference.sketch(found.reference, with_grams=True)))


def _other_width(suspect: Model, reference: Model, found: Climb) -> None:
    one = suspect.sketch(found.suspect, with_grams=False)
    two = reference.sketch(found.reference, with_grams=False)
    if found.numbered:
        return
    found.add(width_tests(one, two))
    chosen = selection(one, two)
    if chosen is not None and found.decided:
        kept = Basis(chosen.narrow, fold=True), Basis(chosen.wide, fold=True)
        found.bases = kept if one.width <= two.width else (kept[1], kept[0])


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


def _disguised(suspect: Model, reference: Model, found: Climb) -> None:
    """Look through a disguise of the residual stream, where tokens are shared."""
    one = suspect.weights, suspect.towers[found.suspect]
    two = reference.weights, reference.towers[found.reference]
    bases = common_basis(one, two, answering(suspect, reference, found.suspect, found.reference))
    if bases is None or not (one[1].named or two[1].named):
        return
    if not one[1].named:
        one = one[0], adopted((*one, bases[0]), (*two, bases[1]))
    elif not two[1].named:
        two = two[0], adopted((*two, bases[1]), (*one, bases[0]))
    layers = stretched(one[1], two[1])
    some = [layers[place] for place in spread(len(layers), LAYERS)]
    pairs = paired_blocks((*one, bases[0]), (*two, bases[1]), some)
    tests = {"order of units": unit_order(pairs)}
    heads = one[1].key_value_heads
    if heads and heads == two[1].key_value_heads:
        tests["order of heads"] = head_order((*one, bases[0]), (*two, bases[1]), some, heads)
    routers = [
        (matrix(*one, left, bases[0]), matrix(*two, right, bases[1]))
        for mine, yours in some
        for left in one[1].of(Role.ROUTER)
        for right in two[1].of(Role.ROUTER)
        if (left.layer, right.layer) == (mine, yours)
    ]
    tests["order of experts"] = expert_order(routers)
    found.add(Measured(name, one, SHARES[name]) for name, one in tests.items() if one is not None)
    score = agreement_of_writers(pairs)
    if score is not None and not found.decided and not found.numbered:
        known = bank()
        threshold = max(0.2, 2 * known.highest)
        found.rank = Rank(score, known.p_value(score), len(known.scores), threshold)
    if found.decided or found.seen_through:
        found.bases = bases
