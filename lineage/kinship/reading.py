"""Parts of a model as small dense arrays: never more memory than the caller's coordinates need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.roles import Axis
from lineage.kinship.weights import UntestableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lineage.kinship.roles import Part
    from lineage.kinship.weights import FloatArray, Weights

#: Numbers that are held at once while a part streams by.
CHUNK = 2_000_000


def rows_of(weights: Weights, tensor: str, start: int, stop: int) -> FloatArray:
    """Return rows of a tensor.

    Raises:
        UntestableError: they are not finite.
        ValueError: they cannot be read.
    """
    rows = weights.rows(tensor, start, stop)
    if not np.isfinite(rows).all():
        raise UntestableError(f"{tensor} holds NaN or infinity")
    return rows


def slices(
    weights: Weights, part: Part, coordinates: NDArray[np.intp]
) -> Iterator[NDArray[np.float64]]:
    """Yield a part as pieces [some of other, coordinates]; together they cover all of other.

    A part that is stored with the residual stream along its rows comes in one piece, made of the
    rows in question alone.
    """
    first, last = part.span
    if part.axis is Axis.ROWS:
        runs = [rows_of(weights, part.tensor, a, b) for a, b in _runs(coordinates + first)]
        yield np.concatenate(runs).T.astype(np.float64)
        return
    step = max(1, CHUNK // max(1, part.columns))
    for start in range(first, last, step):
        rows = rows_of(weights, part.tensor, start, min(last, start + step))
        yield rows[:, coordinates].astype(np.float64)


def picked(
    weights: Weights, part: Part, others: NDArray[np.intp], coordinates: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the given places of the other axis as [others, coordinates]."""
    if part.axis is Axis.ROWS:
        return np.concatenate(list(slices(weights, part, coordinates)))[others]
    places, back = np.unique(others, return_inverse=True)
    first = part.span[0]
    rows = [rows_of(weights, part.tensor, a, b)[:, coordinates] for a, b in _runs(places + first)]
    found: NDArray[np.float64] = np.concatenate(rows)[back].astype(np.float64)
    return found


def _runs(places: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """Yield the ranges that sorted places consist of."""
    breaks = np.flatnonzero(np.diff(places) != 1) + 1
    for run in np.split(places, breaks):
        if len(run):
            yield int(run[0]), int(run[-1]) + 1
