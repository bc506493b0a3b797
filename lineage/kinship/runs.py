"""Two large models of different width: what they are first compared by, in a few reads.

Only the columns of one table of tokens say anything there (``rectangular``), and which rows they
are taken from is free as long as it is settled without looking at the numbers. Rows that stand
together come in one read, where scattered ones take one each: a read over a network costs its
round trip, not its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import Role
from lineage.kinship.positions import numbered
from lineage.kinship.sketch import (
    COORDINATES,
    FEWEST_TOKENS,
    Sketch,
    alive_in,
    names_of,
    scatter,
    spread,
    table_of,
)
from lineage.kinship.tables import shared_rows

if TYPE_CHECKING:
    from lineage.kinship.roles import Stack
    from lineage.kinship.sketch import Places
    from lineage.kinship.weights import Weights

#: Rows that are read together, and how many times.
RUN, RUNS = 32, 8


def glance(weights: Weights, stack: Stack) -> Sketch | None:
    """Return a tower's sketch from runs of its first table of tokens; None where it has none.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    parts = stack.of(Role.EMBEDDING) or stack.of(Role.UNEMBEDDING)
    if not parts or not stack.named or parts[0].other < RUN * RUNS:
        return None
    coordinates = spread(stack.width, COORDINATES)
    table = table_of(weights, parts[0], coordinates, _runs(parts[0].other), names_of(weights))
    return Sketch(
        name=stack.name,
        width=stack.width,
        layers=stack.layers,
        named=stack.named,
        coordinates=coordinates.astype(np.int64),
        numbered=numbered(weights, stack),
        alive=alive_in((), (table,), len(coordinates)),
        gains=np.zeros((0, len(coordinates)), dtype=np.float32),
        gain_places=(),
        tables=(table,),
        grams={},
        probe=None,
    )


def suffice(one: Sketch, two: Sketch) -> bool:
    """Say whether two such sketches hold enough tokens in common, of tables of one role."""
    mine, yours = one.tables[0], two.tables[0]
    return mine.role is yours.role and len(shared_rows(mine, yours)[0]) >= FEWEST_TOKENS


def _runs(height: int) -> Places:
    """Return the rows of the runs whose number has the smallest hash, whatever the height."""
    firsts = np.sort(np.argsort(scatter(height // RUN), kind="stable")[:RUNS])
    return np.concatenate([np.arange(RUN) + first * RUN for first in firsts])
