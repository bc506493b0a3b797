"""What a model's numbers look like by themselves: rounded to a grid, thinned out, doubled.

These are signs of processing. A processed model is the child of the unprocessed one, which makes
them structural evidence of direction once a kinship is established.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import READERS, WRITERS, Role
from lineage.kinship.sketch import spread

if TYPE_CHECKING:
    from lineage.kinship.roles import Stack
    from lineage.kinship.views import Matrix
    from lineage.kinship.weights import Weights

#: Matrices that are looked at, and at most how many rows and numbers of each.
MATRICES, ROWS, NUMBERS = 12, 64, 65536
#: Numbers in a run whose distinct values are counted; the smallest group of common quantisations.
RUN = 32
#: Below this share of distinct magnitudes in a run, numbers stand on a coarse grid (4 to 6 bits, or
#: 8-bit floats); bfloat16 keeps more than nine tenths.
COARSE = 0.75
#: Mean distance to the nearest step of an 8-bit grid; 0.25 where there is no grid.
ON_GRID = 0.02
#: From this share of exact zeros on a matrix was thinned out.
THINNED = 0.2
_GROUPS = (32, 64, 128, None)
_STEPS = (127.0, 128.0, 7.0, 8.0)


@dataclass(frozen=True, slots=True)
class Traits:
    """What the numbers of a tower's matrices look like."""

    #: Share of exact zeros.
    zeros: float
    #: Whether they stand on the grid of a quantisation.
    quantized: bool

    @property
    def thinned(self) -> bool:
        """Return whether weights were set to zero."""
        return self.zeros >= THINNED


def traits(weights: Weights, stack: Stack) -> Traits:
    """Return the traits of a tower, from a sample of its matrices.

    Raises:
        ValueError: a tensor cannot be read.
    """
    parts = stack.of(*READERS - {Role.ROUTER}, *WRITERS, Role.MATRIX)
    stored = {tensor.name: tensor.dtype.upper() for tensor in weights.tensors()}
    chosen = [parts[place] for place in spread(len(parts), MATRICES)]
    samples = []
    for part in chosen:
        first, last = part.span
        count = max(1, min(ROWS, NUMBERS // part.columns, last - first))
        samples.append(weights.rows(part.tensor, first, first + count))
    tables = [sample.astype(np.float64) for sample in samples if sample.size]
    tables = [table for table in tables if table.any()]
    zeros = sum(int((table == 0).sum()) for table in tables)
    said = any(_quantised_type(stored[part.tensor]) for part in chosen)
    on_grid = [_on_grid(table) for table in tables]
    return Traits(
        zeros=zeros / max(1, sum(table.size for table in tables)),
        quantized=said or (bool(on_grid) and float(np.mean(on_grid)) > 1 / 2),
    )


def _quantised_type(name: str) -> bool:
    return name.startswith(("Q", "IQ", "I8", "U8", "INT", "UINT", "F8", "FP8", "FLOAT8", "NF4"))


def _on_grid(table: Matrix) -> bool:
    """Return whether a matrix's numbers stand on a grid that is too coarse for a float type."""
    return _distinct(table) < COARSE or any(
        _distance(table, group, steps) < ON_GRID for group in _GROUPS for steps in _STEPS
    )


def _distinct(table: Matrix) -> float:
    """Return the share of distinct magnitudes in short runs, zeros left out."""
    length = table.shape[1] - table.shape[1] % RUN
    runs = np.sort(np.abs(table[:, :length].reshape(-1, RUN)), axis=1)
    full = runs[(runs > 0).all(axis=1)]
    if not len(full):
        return 1.0
    return float((1 + (np.diff(full, axis=1) > 0).sum(axis=1)).mean() / RUN)


def _distance(table: Matrix, group: int | None, steps: float) -> float:
    """Return how far numbers are from multiples of their group's largest over the steps."""
    length = group or table.shape[1]
    if table.shape[1] % length:
        return 1.0
    groups = table.reshape(-1, length)
    largest = np.abs(groups).max(axis=1, keepdims=True)
    places = groups[largest[:, 0] > 0] / largest[largest[:, 0] > 0] * steps
    some = places[np.abs(places) > 1 / 2]
    return float(np.abs(some - np.round(some)).mean()) if some.size else 1.0
