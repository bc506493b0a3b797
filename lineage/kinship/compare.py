"""Two models in, one kinship out: the ladder from bottom to top, stopping where it is settled."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

from lineage.kinship.brief import brief
from lineage.kinship.describe import Account, account
from lineage.kinship.direction import Side, by_witnesses
from lineage.kinship.exhibits import components, tests
from lineage.kinship.honestagi import curve_score
from lineage.kinship.identity import Shared, shared
from lineage.kinship.judgement import (
    copied,
    identical,
    nothing,
    related,
    side_tower,
    tables_only,
    undetermined,
)
from lineage.kinship.ladder import Climb, climb, complete
from lineage.kinship.names import Role
from lineage.kinship.permutation import LEVEL
from lineage.kinship.prepared import Model
from lineage.kinship.samples import side_by_side
from lineage.kinship.verdict import Extent, Kinship, Related
from lineage.kinship.vocabulary import relation as vocabulary_relation
from lineage.kinship.weights import UntestableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.roles import Stack
    from lineage.kinship.weights import Weights

#: From this share of equal numbers on, equality alone proves descent.
EQUAL_SHARE = 0.5
#: Threads for products of matrices: these are small and many, and two threads were seen to take
#: five times the processor time of one.
ONE = 1
UNLOOKED = "A disguise of the residual stream was not looked for."


def compare(
    suspect: Weights | Model,
    reference: Weights | Model,
    *,
    witnesses: Sequence[Model] = (),
    curves: bool = False,
    thorough: bool = False,
) -> Kinship:
    """Return the kinship of a suspect with a reference.

    What cannot be tested (not finite, one layer, nothing in common to compare by) is
    ``cannot-determine`` with its reason, and never a p-value. ``witnesses`` are further members of
    the family, which settle who is whose parent; ``curves`` adds HonestAGI's statistic, which reads
    all of attention; ``thorough`` looks through a disguise of large models too.

    Raises:
        ValueError: a tensor cannot be read.
    """
    try:
        with _threads().limit(limits=ONE):
            one, two = _opened(suspect, "suspect"), _opened(reference, "reference")
            found = _compared(one, two, curves=curves, thorough=thorough)
            return _witnessed(found, one, two, witnesses)
    except UntestableError as error:
        return undetermined(f"The two cannot be compared: {error}.")


@lru_cache(maxsize=1)
def _threads() -> ThreadpoolController:
    """Return the controller of the thread pools; to look for them takes milliseconds."""
    return ThreadpoolController()


def _opened(model: Weights | Model, name: str) -> Model:
    if isinstance(model, Model):
        return model
    try:
        return Model(model)
    except UntestableError as error:
        raise UntestableError(f"of the {name}, {error}") from error


def _witnessed(found: Kinship, one: Model, two: Model, witnesses: Sequence[Model]) -> Kinship:
    """Return the kinship with the direction that witnesses show, where structure shows none."""
    if found.related is not Related.YES or not witnesses or found.direction.structural:
        return found
    mine, yours, *others = side_by_side((one, two, *witnesses))
    if not mine:
        return found
    shown = by_witnesses(mine, yours, others)
    return found if shown.parent is Side.UNKNOWN else replace(found, direction=shown)


def _compared(one: Model, two: Model, *, curves: bool, thorough: bool) -> Kinship:
    pairs = _pairs(one, two)
    equal = _equal(one, two, pairs)
    climbs = [climb(one, two, towers, count, thorough=thorough) for towers, count in pairs]
    kinship = _judged(one, two, climbs, equal, thorough=thorough)
    read = one.weights.bytes_read + two.weights.bytes_read
    measured = tuple(test for found in climbs for test in tests(found, read))
    main = _strongest(climbs, of_main=True)
    towers = (one.weights, one.towers[main.suspect]), (two.weights, two.towers[main.reference])
    return replace(
        kinship,
        tests=measured if kinship.p_value is not None or kinship.tier else (),
        vocabulary=vocabulary_relation(one.weights.vocabulary, two.weights.vocabulary),
        curve=curve_score(*towers) if curves else None,
        equal_tensors=equal.pairs,
        coverage=Extent(
            one.weights.bytes_read,
            two.weights.bytes_read,
            len(one.towers),
            len(two.towers),
            len(climbs),
        ),
    )


def _equal(one: Model, two: Model, pairs: Sequence[tuple[tuple[int, int], int]]) -> Shared:
    """Return which tensors are equal.

    Large models of which no two towers have one width are spared the reading: biases that happen
    to have one shape prove nothing there, and stand in every file of the model.
    """
    of_one_width = any(one.towers[i].width == two.towers[j].width for (i, j), _ in pairs)
    if (one.large or two.large) and not of_one_width:
        return Shared((), 0.0, 0.0, rounded=False)
    return shared(one.digests(), two.digests())


def _pairs(one: Model, two: Model) -> list[tuple[tuple[int, int], int]]:
    """Return the pairs of towers to compare, and how many there are.

    Those of one width; the suspect's largest tower is always among them.
    """
    found = [
        (i, j)
        for i, mine in enumerate(one.towers)
        for j, yours in enumerate(two.towers)
        if mine.width == yours.width
    ]
    if all(mine for mine, _ in found):
        found.insert(0, (0, 0))
    return [(pair, len(found)) for pair in found]


def _strongest(climbs: Sequence[Climb], *, of_main: bool) -> Climb:
    """Return the climb with the strongest evidence, of the suspect's largest tower or of others."""
    some = [found for found in climbs if (found.suspect == 0) == of_main]
    return min(some, key=lambda found: (found.p_value, not found.seen_through, found.reference))


def _judged(
    one: Model, two: Model, climbs: Sequence[Climb], equal: Shared, *, thorough: bool
) -> Kinship:
    """Return what follows for the suspect as a whole: its largest tower decides."""
    if equal.everything and one.digested_whole and two.digested_whole:
        return identical(equal)
    best = _strongest(climbs, of_main=True)
    trained = equal if _trained(one, equal) else None
    if best.decided or best.seen_through:
        complete(one, two, best)
        return related(best, _account(one, two, best), trained, components(one, two, best))
    if trained is not None:
        return copied(trained)
    found = _in_part(one, two, climbs, best)
    unlooked = (one.large or two.large) and not thorough and found.related is Related.NO
    return replace(found, power=f"{found.power} {UNLOOKED}") if unlooked else found


def _in_part(one: Model, two: Model, climbs: Sequence[Climb], best: Climb) -> Kinship:
    """Return what follows where the body of the suspect's largest tower shows nothing."""
    if any(found.suspect and found.decided for found in climbs):
        side = _strongest(climbs, of_main=False)
        complete(one, two, side)
        return side_tower(side, one.towers[side.suspect].name, components(one, two, side))
    if best.p_value < LEVEL:
        return tables_only(best, components(one, two, best))
    families = one.towers[best.suspect], two.towers[best.reference]
    return nothing(best, (family(families[0]), family(families[1])))


def _account(one: Model, two: Model, best: Climb) -> Account:
    """Return what kind of kinship it is, from all of two models or, of large ones, from some."""
    mine, yours = one.towers[best.suspect], two.towers[best.reference]
    if not (one.large or two.large) or best.bases is None or best.bases[0].turn is not None:
        return account(one, two, best)
    return brief((one.weights, mine, best.bases[0]), (two.weights, yours, best.bases[1]))


def _trained(suspect: Model, equal: Shared) -> bool:
    """Return whether equal tensors prove more than a shared seed.

    A norm gain starts as ones, so that an equal one that is not constant was trained; and nobody
    freezes half of a network at random numbers. Gains count in the largest tower alone: a smaller
    one may have been taken from a third party by both.
    """
    gains = {part.tensor for part in suspect.towers[0].of(Role.GAIN)}
    shares = equal.suspect_share, equal.reference_share
    return any(mine in gains for mine, _ in equal.pairs) or max(shares) >= EQUAL_SHARE


def family(stack: Stack) -> str:
    """Return what kind of network a tower is; "any" where its names do not say."""
    if not stack.named:
        return "any"
    gated = bool(stack.of(Role.GATE, Role.GATE_UP))
    shifted = any("norm" in part.leaf or "ln" in part.leaf for part in stack.of(Role.BIAS))
    return f"{'gated' if gated else 'plain'}, {'LayerNorm' if shifted else 'RMSNorm'}"
