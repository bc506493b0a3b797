"""The same numbers of several models of one shape, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import READERS, WRITERS
from lineage.kinship.reading import rows_of
from lineage.kinship.sketch import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.prepared import Model
    from lineage.kinship.roles import Part
    from lineage.kinship.views import Matrix

#: Numbers taken of one tensor, and tensors in all.
NUMBERS, TENSORS = 40_000, 64


def side_by_side(models: Sequence[Model]) -> list[list[Matrix]]:
    """Return for each model the same samples of the same matrices of its largest tower.

    Matrices are the same where role, layer, expert and shape are; empty where none is in all.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    known = [{_key(p): p for p in m.towers[0].of(*READERS, *WRITERS)} for m in models]
    common = sorted(set.intersection(*(set(parts) for parts in known)), key=repr)
    chosen = [common[place] for place in spread(len(common), TENSORS)]
    return [
        [_sample(model, parts[key]) for key in chosen]
        for model, parts in zip(models, known, strict=True)
    ]


def _key(part: Part) -> tuple[str, int | None, int | None, int, int, str]:
    return part.role, part.layer, part.expert, part.other, part.width, part.axis


def _sample(model: Model, part: Part) -> Matrix:
    first, last = part.span
    rows = spread(last - first, max(1, NUMBERS // part.columns)) + first
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    runs = [run for run in np.split(rows, breaks) if len(run)]
    found = [rows_of(model.weights, part.tensor, int(r[0]), int(r[-1]) + 1) for r in runs]
    return np.concatenate(found).astype(np.float64)
