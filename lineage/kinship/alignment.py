"""Seeing through a disguised residual stream: permuted, sign-flipped, rotated, gains folded away.

The split-tensor rule: a common basis is fitted to one set of tensors (token embeddings, T1) and
judged on tensors that played no part in the fit (T2). Procrustes over shared tokens covers every
disguise that keeps the function, since permutations and signs are rotations too.

Two things are asked in the fitted basis:

* Do feed-forward units, heads and experts stand at the same index? That is exact (see ``blocks``):
  the fit never saw those labels.
* Where units were shuffled as well: match units by what they read, and ask whether matched units
  also *write* the same. Independent models share some meaning (their embeddings align beyond
  chance, and convergent units would agree on both sides), so that the null is not zero and no
  permutation makes it exact. The score is therefore ranked among pairs of models that are known to
  be independent (``bank.json``), and the p-value is never below 1 / (pairs + 1).

Sources: Zhu et al. 2025 (arXiv 2502.12292), phi_MATCH, for two views of one unit; Schönemann 1966
for the orthogonal Procrustes problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.names import Role
from lineage.kinship.reading import picked
from lineage.kinship.sketch import FEWEST_TOKENS, Places, spread
from lineage.kinship.views import Basis, feeding_gain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage.kinship.roles import Part, Stack
    from lineage.kinship.sketch import Table
    from lineage.kinship.views import Block, Matrix
    from lineage.kinship.weights import Weights

#: Rows of a table that a fit may use.
ROWS = 2048
#: A table of which fewer rows are shared adds nothing to a fit.
FEWEST_ROWS = 8
#: Longest common basis; wider models are compared in the principal directions of their tables.
BASIS = 512
#: Units of a block that are looked up among all units of the other.
UNITS = 128


def common_basis(
    one: tuple[Weights, Stack], two: tuple[Weights, Stack], tables: Sequence[tuple[Table, Table]]
) -> tuple[Basis, Basis] | None:
    """Return a basis for each tower in which shared tokens coincide as far as a rotation can.

    ``tables`` says which tables answer to each other. None where too few tokens are shared.
    """
    left, right = _shared_rows(one, two, tables)
    count = len(left)
    if count < FEWEST_TOKENS:
        return None
    length = min(left.shape[1], right.shape[1], BASIS, count * 3 // 4)
    mine, yours = _principal(left, length), _principal(right, length)
    u, _, vt = np.linalg.svd((left @ mine).T @ (right @ yours))
    whole = [np.arange(width) for width in (left.shape[1], right.shape[1])]
    return Basis(whole[0], mine @ u, fold=True), Basis(whole[1], yours @ vt.T, fold=True)


def agreement_of_writers(pairs: Sequence[tuple[Block, Block]]) -> float | None:
    """Return the mean cosine of what units write, units being matched by what they read."""
    scores = []
    for one, two in pairs:
        if len(one.readers) != len(two.readers):
            continue
        some = spread(len(one.writer), UNITS)
        alike = sum(a[some] @ b.T for a, b in zip(one.readers, two.readers, strict=True))
        match = np.asarray(alike).argmax(axis=1)
        scores.append(float((one.writer[some] * two.writer[match]).sum(axis=1).mean()))
    return float(np.mean(scores)) if scores else None


def _principal(rows: Matrix, length: int) -> Matrix:
    """Return the directions in which the rows vary most, [width, length]."""
    if rows.shape[1] == length:
        return np.eye(length)
    _, _, vt = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(vt[:length].T, dtype=np.float64)


def _shared_rows(
    one: tuple[Weights, Stack], two: tuple[Weights, Stack], tables: Sequence[tuple[Table, Table]]
) -> tuple[Matrix, Matrix]:
    """Return rows of the same tokens (and positions) in both, each table centred and of size 1."""
    left: list[Matrix] = []
    right: list[Matrix] = []
    for mine, yours in _parts(one[1], two[1], tables):
        ids = _shared_ids(one[0], mine, two[0], yours)
        if len(ids[0]) >= FEWEST_ROWS:
            left.append(_table(*one, mine, ids[0]))
            right.append(_table(*two, yours, ids[1]))
    if not left:
        return np.zeros((0, one[1].width)), np.zeros((0, two[1].width))
    return np.concatenate(left), np.concatenate(right)


def _parts(
    one: Stack, two: Stack, tables: Sequence[tuple[Table, Table]]
) -> Iterator[tuple[Part, Part]]:
    """Yield the parts that hold these tables, and the tables of positions where both have one."""
    mine, yours = ({part.tensor: part for part in stack.parts} for stack in (one, two))
    for left, right in tables:
        yield mine[left.tensor], yours[right.tensor]
    yield from zip(one.of(Role.POSITION)[:1], two.of(Role.POSITION)[:1], strict=False)


def _shared_ids(one: Weights, mine: Part, two: Weights, yours: Part) -> tuple[Places, Places]:
    if mine.role is Role.POSITION or one.vocabulary is None or two.vocabulary is None:
        ids = spread(min(mine.other, yours.other), ROWS)
        return ids, ids
    known = two.vocabulary
    pairs = sorted(
        (row, known[token])
        for token, row in one.vocabulary.items()
        if token in known and 0 <= row < mine.other and 0 <= known[token] < yours.other
    )
    chosen = [pairs[place] for place in spread(len(pairs), ROWS)]
    table = np.array(chosen, dtype=np.intp).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _table(weights: Weights, stack: Stack, part: Part, ids: Places) -> Matrix:
    every = np.arange(part.width)
    rows = picked(weights, part, ids, every)
    gain = feeding_gain(weights, stack, part, every)
    rows = rows if gain is None else rows * gain
    rows = np.asarray(rows - rows.mean(axis=0), dtype=np.float64)
    size = float(np.linalg.norm(rows))
    return rows / size if size else rows
