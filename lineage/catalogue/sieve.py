"""Which of thousands of references are worth a test: those that an outline or a digest points to.

Why the error rate holds. Every reference that is looked at here counts as compared. One that is
passed over has its p-value taken as 1; one that is not has that of its exact tests. Whatever the
choice rests on, what is reported is never below the exact p, so that P(reported <= u) <= u for
each stranger, and Holm over all that were looked at keeps the chance of any false match. Choosing
costs power alone: a relative is passed over where its outline looks like a stranger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.outline import Outline, closeness, order, outline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from lineage.catalogue.store import Catalogue
    from lineage.kinship.fingerprint import Fingerprint

#: Standard deviations from which on a tower is worth a test: one stranger in a thousand or so is.
WORTH = 3.5


@dataclass(frozen=True, slots=True)
class Sieved:
    """What is left of a catalogue."""

    #: The references to test, by number.
    near: tuple[int, ...]
    #: How many were compared, these among them.
    compared: int


def sieve(
    catalogue: Catalogue, suspect: Fingerprint, without: Collection[int], fewest_equal: int
) -> Sieved:
    """Return the references to test: with so many equal tensors, or an outline that is close.

    Raises:
        CatalogueError: the catalogue cannot be read.
    """
    compared = catalogue.outlined() - frozenset(without)
    near = {*_equal(catalogue, suspect, fewest_equal), *_close(catalogue, suspect)}
    return Sieved(tuple(sorted(near & compared)), len(compared))


def _equal(catalogue: Catalogue, suspect: Fingerprint, fewest: int) -> Iterator[int]:
    mine = np.array(suspect.digests, dtype=np.uint64)
    for number, digests in catalogue.digests():
        if len(np.intersect1d(mine, digests)) >= fewest:
            yield number


def _close(catalogue: Catalogue, suspect: Fingerprint) -> Iterator[int]:
    """Yield the references of which a tower is close to one of the suspect's.

    Towers of another width are held against the suspect's largest, as ``screen`` does.
    """
    mine = [(made.width, outline(made)) for made in suspect.sketches]
    widths = {width for width, _ in mine}
    for width, models, outlines in catalogue.outlines():
        near = [one for one in mine if one[0] == width] if width in widths else mine[:1]
        for own, made in near:
            found = _standing(made, outlines, own, width)
            yield from (models[place] for place in np.flatnonzero(found >= WORTH))


def _standing(mine: Outline, others: NDArray[np.int8], own: int, width: int) -> NDArray[np.float64]:
    if own == width:
        return closeness(mine, others)
    return order(mine, others) if own < width else order(others, mine)
