"""How a tower's matrices see the residual stream: anchored Gram matrices.

``G = sum over rows w w' / |w|**2``, with a row for each unit that reads the residual stream and
each that writes to it, restricted to a few anchor coordinates against all kept ones and scaled to
correlations. Because rows are summed, G does not change when heads, units or experts are reordered,
when q, k and v are fused or split, when layers are renamed, or when a unit is rescaled; and a model
with half the layers still has half the sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.names import ATTENTION, FEED_FORWARD, Role
from lineage.kinship.reading import slices
from lineage.kinship.roles import Axis, Part, Stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lineage.kinship.weights import Weights

#: At most this many coordinates serve as anchors; never more than half.
ANCHORS = 64


@dataclass(frozen=True, slots=True)
class Gram:
    """Correlation-scaled Gram of anchors against coordinates."""

    #: Positions among the sketch's coordinates.
    anchors: NDArray[np.int64]
    #: [anchors, coordinates]
    values: NDArray[np.float32]


@dataclass(slots=True)
class _Sum:
    """A Gram that is still being added up."""

    anchors: NDArray[np.intp]
    cross: NDArray[np.float64]
    diagonal: NDArray[np.float64]

    def add(self, pieces: Iterable[NDArray[np.float64]]) -> None:
        for piece in pieces:
            norms = np.sqrt((piece**2).sum(axis=1))
            rows = piece[norms > 0] / norms[norms > 0, None]
            self.cross += rows[:, self.anchors].T @ rows
            self.diagonal += (rows**2).sum(axis=0)

    def scaled(self) -> NDArray[np.float64]:
        root = np.sqrt(np.where(self.diagonal > 0, self.diagonal, np.inf))
        return self.cross / root[self.anchors, None] / root


def grams(
    weights: Weights, stack: Stack, coordinates: NDArray[np.intp], budget: int
) -> dict[str, Gram]:
    """Return the Grams of attention, of the feed-forward blocks and of all matrices together.

    A nameless model has the last alone. At most ``budget`` bytes are read, at two bytes a number.
    """
    matrices = stack.of(*ATTENTION, *FEED_FORWARD, Role.MATRIX)
    anchors = np.arange(len(coordinates))[:: _stride(len(coordinates))]
    sums = {
        name: _fresh(anchors, len(coordinates)) for name in ("attention", "feed-forward", "other")
    }
    clear, open_ = _within(matrices, budget // 2)
    for part in clear:
        sums[_class(part)].add(slices(weights, part, coordinates))
    for part in open_:
        sums["other"].add(_settled(weights, part, coordinates, sums["other"]))
    total = _fresh(anchors, len(coordinates))
    for one in sums.values():
        total.cross += one.cross
        total.diagonal += one.diagonal
    made = {"all": total} | {name: one for name, one in sums.items() if name != "other"}
    return {
        name: Gram(anchors.astype(np.int64), one.scaled().astype(np.float32))
        for name, one in made.items()
        if one.diagonal.any()
    }


def _stride(count: int) -> int:
    return max(2, -(-count // ANCHORS))


def _fresh(anchors: NDArray[np.intp], count: int) -> _Sum:
    return _Sum(anchors, np.zeros((len(anchors), count)), np.zeros(count))


def _class(part: Part) -> str:
    if part.role in ATTENTION:
        return "attention"
    return "feed-forward" if part.role in FEED_FORWARD else "other"


def _within(parts: Sequence[Part], numbers: int) -> tuple[list[Part], list[Part]]:
    """Return the parts to read, those of a known axis and those of an open one.

    Where not all can be read, the smallest kinds come first and their layers are spread evenly.
    """
    size = sum(_numbers(part) for part in parts)
    chosen = list(parts) if size <= numbers else _spread(parts, numbers)
    clear = [part for part in chosen if part.axis is not Axis.EITHER]
    return clear, [part for part in chosen if part.axis is Axis.EITHER]


def _spread(parts: Sequence[Part], numbers: int) -> list[Part]:
    kinds: dict[tuple[int, str], list[Part]] = {}
    for part in parts:
        kinds.setdefault((_numbers(part), part.leaf), []).append(part)
    chosen: list[Part] = []
    for (size, _), group in sorted(kinds.items(), key=lambda item: item[0]):
        count = min(len(group), numbers // size)
        places = np.unique(np.linspace(0, len(group) - 1, count).round().astype(np.intp))
        chosen += [group[place] for place in places]
        numbers -= size * len(places)
    return chosen


def _numbers(part: Part) -> int:
    return (part.span[1] - part.span[0]) * part.columns


def _settled(
    weights: Weights, part: Part, coordinates: NDArray[np.intp], known: _Sum
) -> list[NDArray[np.float64]]:
    """Return a square matrix read by the axis whose Gram looks like what is known of this model.

    Only the model's own tensors are compared, so that no other model's order plays a part.
    """
    best: tuple[float, list[NDArray[np.float64]]] | None = None
    for axis in (Axis.COLUMNS, Axis.ROWS):
        pieces = list(slices(weights, replace(part, axis=axis), coordinates))
        trial = _fresh(known.anchors, known.cross.shape[1])
        trial.add(pieces)
        fit = float((_off(trial) * _off(known)).sum())
        if best is None or fit > best[0]:
            best = (fit, pieces)
    return best[1] if best else []


def _off(one: _Sum) -> NDArray[np.float64]:
    scaled = one.scaled()
    scaled[np.arange(len(one.anchors)), one.anchors] = 0.0
    norm = float(np.linalg.norm(scaled))
    return scaled / norm if norm else scaled
