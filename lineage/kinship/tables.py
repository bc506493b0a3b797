"""Which table of tokens of one model answers to which of another.

Names say which is the embedding and which the unembedding. A nameless model has tables that could
be either; they are told apart by which tokens they hold alike (the Gram of tokens by tokens). That
does not depend on the order or the basis of the residual coordinates, so that the choice is free:
no test of those coordinates is any the less valid for it.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lineage.kinship.sketch import Table

#: Tokens that are enough to tell two tables apart.
TOKENS = 256


def table_pairs(
    one: Sequence[Table], two: Sequence[Table], *, named: bool
) -> list[tuple[Role, Table, Table]]:
    """Return the tables that answer to each other, under the role they have in ``two``.

    ``named`` says whether both know their roles.
    """
    if named:
        return [
            (yours.role, mine, yours)
            for role in (Role.EMBEDDING, Role.UNEMBEDDING)
            for mine in [table for table in one if table.role is role][:1]
            for yours in [table for table in two if table.role is role][:1]
        ]
    few, many = (one, two) if len(one) <= len(two) else (two, one)
    options = [list(zip(few, chosen, strict=True)) for chosen in permutations(many, len(few))]
    best = max(options, key=lambda pairs: sum(_alike(a, b) for a, b in pairs), default=[])
    ordered = best if few is one else [(b, a) for a, b in best]
    roles = _roles([mine for mine, _ in ordered], [yours for _, yours in ordered])
    return [(role, *pair) for role, pair in zip(roles, ordered, strict=True)]


def shared_rows(one: Table, two: Table) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of the same tokens; of the same numbers where a vocabulary is not known."""
    known = one.tokens.any() and two.tokens.any()
    mine, yours = (one.tokens, two.tokens) if known else (one.ids, two.ids)
    _, left, right = np.intersect1d(mine, yours, return_indices=True)
    if known:
        real = mine[left] != 0
        left, right = left[real], right[real]
    return left, right


def _roles(one: Sequence[Table], two: Sequence[Table]) -> list[Role]:
    """Return a role for each pair: the one that either side is sure of, each role once."""
    said = [
        next((t.role for t in pair if t.role is Role.UNEMBEDDING), Role.EMBEDDING)
        for pair in zip(one, two, strict=True)
    ]
    if len(said) > 1 and len(set(said)) == 1:
        return [Role.EMBEDDING, Role.UNEMBEDDING, *said[2:]]
    return said


def _alike(one: Table, two: Table) -> float:
    """Return the correlation of what two tables say of pairs of tokens."""
    left, right = (rows[:TOKENS] for rows in shared_rows(one, two))
    upper = np.triu_indices(len(left), 1)
    mine, yours = _gram(one.values[left])[upper], _gram(two.values[right])[upper]
    if len(mine) < 2 or not mine.std() or not yours.std():  # noqa: PLR2004 - a correlation
        return 0.0
    return float(np.corrcoef(mine, yours)[0, 1])


def _gram(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    size = np.linalg.norm(centred, axis=1, keepdims=True)
    scaled: NDArray[np.float64] = centred / np.where(size > 0, size, 1.0)
    return scaled @ scaled.T
