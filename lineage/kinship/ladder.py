"""The tests of existence, cheap to expensive: is there anything between these two towers at all?

The tests of the residual block depend on each other. Each may use up a fixed share of the error
rate (``SHARES`` of its module), settled before anything is read, so that the block's p-value is the
smallest ``p / share`` (Bonferroni). The orders of units, of heads and of experts are independent of
it and of each other under H0 (``blocks``), so those p-values are joined with it by Fisher's method.
The ladder may stop after the residual block, so each of the two looks gets half, and every pair of
towers its part: the joint p-value is valid whatever was found where.

The last rung is calibrated, not exact, and kept apart: its p-value comes from a bank of independent
models and is never below what that bank supports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lineage.kinship.bank import LEVEL as CALIBRATED_LEVEL
from lineage.kinship.bank import bank
from lineage.kinship.blocks import fisher
from lineage.kinship.disguise import glimpse
from lineage.kinship.permutation import LEVEL
from lineage.kinship.rectangular import selection, width_tests
from lineage.kinship.residual import ALL, Measured, gain_tests, gram_tests, table_tests
from lineage.kinship.runs import suffice
from lineage.kinship.views import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.kinship.prepared import Model
    from lineage.kinship.sketch import Sketch

#: Tests that look at tables of tokens alone; the body of a network is all the rest.
OF_TABLES = frozenset({"embedding", "embedding, without signs", "unembedding"})
OF_GRAMS = frozenset({"attention", "feed-forward", "all matrices"})
OF_ORDER = frozenset({"order of units", "order of heads", "order of experts"})
#: Looks at the joint p-value: after the residual block, and after the blocks of order.
LOOKS = 2


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
        if rank is None or self.decided:
            return False
        return rank.p_value <= CALIBRATED_LEVEL and rank.score > rank.threshold

    def _joint(self, some: list[Measured]) -> float:
        residual = [one for one in some if one.name not in OF_ORDER]
        block = min(1.0, min((one.agreement.p_value / one.share for one in residual), default=1.0))
        orders = [one.agreement.p_value for one in some if one.name in OF_ORDER]
        joint = min(block, fisher([block, *orders])) if orders else block
        return min(1.0, self.pairs * LOOKS * joint)


def measure(found: Climb, one: Sketch, two: Sketch, worth: float = ALL) -> None:
    """Add the tests that two whole sketches allow; those of z below ``worth`` with p = 1."""
    if one.numbered or two.numbered:
        return
    if one.width == two.width:
        found.add(gain_tests(one, two, worth))
        found.add(table_tests(one, two, worth))
        found.add(gram_tests(one, two, worth))
    else:
        found.add(width_tests(one, two))


def climb(
    suspect: Model,
    reference: Model,
    towers: tuple[int, int],
    pairs: int,
    *,
    thorough: bool = False,
) -> Climb:
    """Return what the ladder shows of two towers; the first conclusive rung is the last one used.

    A disguised residual stream is looked for in models that can be read whole; in larger ones only
    if ``thorough``, since it takes hundreds of megabytes and minutes.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    found = Climb(*towers, pairs)
    mine, yours = suspect.towers[towers[0]], reference.towers[towers[1]]
    if mine.width == yours.width:
        _same_width(suspect, reference, found)
    else:
        _other_width(suspect, reference, found)
    if not found.decided and (thorough or not (suspect.large or reference.large)):
        _disguised(suspect, reference, found)
    return found


def _same_width(suspect: Model, reference: Model, found: Climb) -> None:
    for with_grams in (False, True):
        one = suspect.sketch(found.suspect, with_grams=with_grams)
        two = reference.sketch(found.reference, with_grams=with_grams)
        found.numbered = one.numbered or two.numbered
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
    one, two = _glances(suspect, reference, found)
    found.numbered = one.numbered or two.numbered
    if found.numbered:
        return
    found.add(width_tests(one, two))
    chosen = selection(one, two)
    if chosen is not None and found.decided:
        kept = Basis(chosen.narrow, fold=True), Basis(chosen.wide, fold=True)
        found.bases = kept if one.width <= two.width else (kept[1], kept[0])


def _glances(suspect: Model, reference: Model, found: Climb) -> tuple[Sketch, Sketch]:
    """Return what two towers of different width are compared by; in few reads of large models."""
    if suspect.large or reference.large:
        one, two = suspect.glance(found.suspect), reference.glance(found.reference)
        if one and two and suffice(one, two):
            return one, two
    return (
        suspect.sketch(found.suspect, with_grams=False),
        reference.sketch(found.reference, with_grams=False),
    )


def _disguised(suspect: Model, reference: Model, found: Climb) -> None:
    """Look through a disguise of the residual stream, where tokens are shared."""
    seen = glimpse(suspect, reference, found.suspect, found.reference)
    if seen is None:
        return
    found.add(Measured(name, order, 1.0) for name, order in seen.orders.items())
    if seen.score is not None and not found.decided and not found.numbered:
        known = bank()
        p_value = known.p_value(seen.score)
        found.rank = Rank(seen.score, p_value, known.pairs, known.threshold)
    if found.decided or found.seen_through:
        found.bases = seen.bases
