"""Two models of different width: is one's residual stream an ordered selection of the other's?

Each coordinate of the narrower model is looked up among those of the wider one by its column over
shared tokens. H0 (as in ``permutation``): the narrower model's labels are uniform, so the places
that are found come in random order. Width pruning that keeps the order leaves them increasing.
Two statistics of that order, both exact:

* Spearman's: the tail bound of ``permutation`` with ``a[i, j] = rank(i) * rank(place of j)``;
* the longest increasing subsequence: a uniform permutation of n has ``C(n, k) / k!`` increasing
  subsequences of length k in expectation, so that ``P(longest >= k) <= C(n, k) / k!``. Places that
  repeat count once, which only shortens it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.names import Role
from lineage.kinship.permutation import FLOOR, LEVEL, Agreement, agreement
from lineage.kinship.residual import Measured, table_similarity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage.kinship.sketch import Sketch

SHARES = {"order of coordinates, ranks": 0.5, "order of coordinates, run": 0.5}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which coordinates of a wider model a narrower one seems to be made of."""

    #: Coordinates of the narrower model, and for each its counterpart in the wider.
    narrow: NDArray[np.intp]
    wide: NDArray[np.intp]


def width_tests(one: Sketch, two: Sketch) -> Iterator[Measured]:
    """Yield the tests of two sketches of different width over their shared tokens."""
    places = _places(one, two)
    if places is None:
        return
    count = len(places)
    line = np.arange(count) - (count - 1) / 2
    ranks = agreement(np.outer(line, places - places.mean()) / (count * max(1.0, places.std())))
    if ranks is not None:
        yield Measured("order of coordinates, ranks", ranks, SHARES["order of coordinates, ranks"])
    longest = len(longest_run(places.tolist()))
    expected = 2 * math.sqrt(count)
    found = Agreement(
        mean=longest / count,
        expected=min(1.0, expected / count),
        z=(longest - expected) / max(1.0, count ** (1 / 6)),
        p_value=run_bound(count, longest),
        detectable=_detectable(count),
    )
    yield Measured("order of coordinates, run", found, SHARES["order of coordinates, run"])


def selection(one: Sketch, two: Sketch) -> Selection | None:
    """Return the coordinates on the longest increasing run: what to compare the rest of them by."""
    places = _places(one, two)
    if places is None:
        return None
    kept = longest_run(places.tolist())
    narrow, wide = (one, two) if one.width <= two.width else (two, one)
    return Selection(
        narrow.coordinates[narrow.alive][kept], wide.coordinates[wide.alive][places[kept]]
    )


def run_bound(count: int, longest: int) -> float:
    """Return an upper bound of P(a uniform permutation has an increasing run so long)."""
    log = math.lgamma(count + 1) - math.lgamma(count - longest + 1) - 2 * math.lgamma(longest + 1)
    return max(FLOOR, min(1.0, math.exp(max(-700.0, min(0.0, log)))))


def longest_run(values: Sequence[int]) -> list[int]:
    """Return the positions of a longest strictly increasing subsequence (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        pile = bisect_left(tops, value)
        before.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            piles.append(position)
        else:
            tops[pile] = value
            piles[pile] = position
    run: list[int] = []
    position = piles[-1] if piles else -1
    while position >= 0:
        run.append(position)
        position = before[position]
    return run[::-1]


def _detectable(count: int) -> float:
    """Return the share of coordinates in order that would have given p < LEVEL."""
    fitting = (k / count for k in range(1, count + 1) if run_bound(count, k) < LEVEL)
    return next(fitting, math.inf)


def _places(one: Sketch, two: Sketch) -> NDArray[np.intp] | None:
    """Return for each coordinate of the narrower sketch the best place in the wider one."""
    tables = [table_similarity(one, two, role) for role in (Role.EMBEDDING, Role.UNEMBEDDING)]
    similar = next((table for table in tables if table is not None), None)
    if similar is None or min(similar.shape) < 2:  # noqa: PLR2004 - one coordinate has no order
        return None
    narrow_first = one.width <= two.width
    best: NDArray[np.intp] = np.abs(similar if narrow_first else similar.T).argmax(axis=1)
    return best
