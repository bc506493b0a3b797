"""A suspect's fingerprint against many references': which of them is worth opening?

The first three rungs need no more than fingerprints. Over all references that were compared the
error rate is kept by Holm's procedure (1979), which holds whatever their dependence: the references
share ancestors, so nothing weaker would do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.ladder import Climb, measure
from lineage.kinship.permutation import LEVEL
from lineage.kinship.seeds import Origin, origin
from lineage.kinship.verdict import Related

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage.kinship.fingerprint import Fingerprint
    from lineage.kinship.sketch import Sketch
    from lineage.kinship.views import Matrix


#: A z below this cannot come to the level, let alone over many references: p is given as 1.
WORTH = 4.0


@dataclass(frozen=True, slots=True)
class Screened:
    """What two fingerprints say of each other."""

    related: Related
    #: Joint p-value of the exact tests; None where nothing could be tested.
    p_value: float | None
    #: The same over all references that were compared (Holm).
    adjusted: float | None
    #: Number of digests of tensors that both hold.
    equal_tensors: int
    #: The pair of towers that the p-value comes from.
    best: Climb | None


def screen(
    suspect: Fingerprint, references: Iterable[Fingerprint], others: int = 0
) -> tuple[Screened, ...]:
    """Return what the suspect's fingerprint says of each reference, in their order.

    ``others`` is the number of further references that were compared and left out for looking like
    strangers; their p is 1, and they count among all that were compared.

    ``YES`` and ``SHARED_INITIALISATION`` are given at the adjusted p-value. A reference that is
    related in its token tables alone is ``CANNOT_DETERMINE``, as is one that shares nothing to
    compare by.
    """
    found = [_screened(suspect, reference) for reference in references]
    tested = [one.p_value for one in found if one.p_value is not None]
    bodies = [_body(one) for one in found]
    adjusted = iter(holm(tested, others))
    judged = iter(holm([p for p in bodies if p is not None], others))
    return tuple(
        replace(one, adjusted=next(adjusted), related=_at(one, next(judged)))
        if one.p_value is not None
        else one
        for one in found
    )


def holm(p_values: Sequence[float], others: int = 0) -> tuple[float, ...]:
    """Return p-values adjusted so that P(any false one <= a) <= a, in the given order.

    ``others`` is how many more p-values there are, all of them 1.
    """
    count = len(p_values) + others
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted = [1.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (count - rank)))
        adjusted[place] = highest
    return tuple(adjusted)


def _screened(suspect: Fingerprint, reference: Fingerprint) -> Screened:
    pairs = [
        (i, j)
        for i, mine in enumerate(suspect.sketches)
        for j, yours in enumerate(reference.sketches)
        if mine.width == yours.width
    ] or [(0, 0)][: min(len(suspect.sketches), len(reference.sketches))]
    climbs = [Climb(i, j, len(pairs)) for i, j in pairs]
    for one in climbs:
        measure(one, suspect.sketches[one.suspect], reference.sketches[one.reference], WORTH)
    tested = [one for one in climbs if one.measured]
    best = min(tested, key=lambda one: one.body_p_value, default=None)
    if best is None:
        return Screened(Related.CANNOT_DETERMINE, None, None, _equal(suspect, reference), None)
    related = Related.NO
    if best.decided:  # what is shared, if anything: dear, and asked of few
        towers = suspect.sketches[best.suspect], reference.sketches[best.reference]
        related = _related(origin(_probes(*towers)))
    return Screened(related, best.p_value, None, _equal(suspect, reference), best)


def _related(shared: Origin | None) -> Related:
    """Return what two towers are if they turn out to be related."""
    trained = shared is not None and shared.trained
    return Related.YES if trained else Related.SHARED_INITIALISATION


def _at(one: Screened, body: float) -> Related:
    """Return the verdict at an adjusted p-value of the body of the network."""
    if body < LEVEL:
        return one.related
    tables = one.p_value is not None and one.p_value < LEVEL
    return Related.CANNOT_DETERMINE if tables else Related.NO


def _body(one: Screened) -> float | None:
    return one.best.body_p_value if one.best else None


def _equal(suspect: Fingerprint, reference: Fingerprint) -> int:
    return len(set(suspect.digests) & set(reference.digests))


def _probes(one: Sketch, two: Sketch) -> list[tuple[Matrix, Matrix]]:
    """Return the probes of two towers of one width, if both have one of the same rows."""
    if one.probe is None or two.probe is None or one.probe.shape != two.probe.shape:
        return []
    return [(one.probe.astype(np.float64), two.probe.astype(np.float64))]
