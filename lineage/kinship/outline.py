"""A tower in a few rows of small numbers: enough to look past thousands of strangers in a second.

Each row has a number for every kept coordinate, so that two towers of one width are held against
each other by one product. Token tables and the Gram are added up with signs that follow from the
token (the row's number, the anchor): sums with the same signs agree where the tables do, whichever
tokens two vocabularies share, without any look at which these are.

Nothing is concluded from an outline. It says which pairs are worth the tests of ``residual`` and
``rectangular``; for all others p is taken as 1, which is never too small, so that whatever is
chosen here can lose a relative and never accuse a stranger.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.names import Role
from lineage.kinship.residual import columns, normal_scores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.kinship.sketch import Sketch, Table

Outline: TypeAlias = NDArray[np.int8]
_Rows: TypeAlias = NDArray[np.float64]

#: Signed sums of each table.
SUMS = 8
#: How many rows belong together: four of gains, one of how far columns spread, and signed sums of
#: the embedding by token, by number, of the unembedding by number, and of the Gram.
BLOCKS = (1, 1, 1, 1, 1, SUMS, SUMS, SUMS, SUMS)
ROWS = sum(BLOCKS)
#: Steps to a standard deviation.
_STEPS = 20
#: Rows that describe a coordinate well enough to look it up in a wider model.
_DESCRIBING = slice(0, 5 + 2 * SUMS)
#: Coordinates that are looked up.
_LOOKED_UP = 64
#: Smallest eigenvalue, beside the largest, of rows that are told apart.
_FLAT = 1e-9


def outline(made: Sketch) -> Outline:
    """Return the outline of a tower, [``ROWS``, coordinates].

    What the tower does not have is zero, and so is all of one whose coordinates are numbered by
    fixed frequencies: there is nothing to compare it by.
    """
    rows = np.zeros((ROWS, len(made.coordinates)))
    if not made.numbered:
        start = 0
        for size, block in zip(BLOCKS, _blocks(made), strict=True):
            if block is not None:
                rows[start : start + size][:, made.alive] = _even(block[:, made.alive])
            start += size
    return np.asarray(np.clip(np.round(rows * _STEPS), -127, 127), dtype=np.int8)


def closeness(one: Outline, others: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return how far each of many outlines of one's width agrees with it at the same index.

    In standard deviations, about, of what strangers show: in any block, or in all together, which
    shows a child that retains little of its parent but retains it everywhere.
    """
    products = np.einsum("rn,brn->br", one.astype(np.float32), others.astype(np.float32))
    starts = np.cumsum([0, *BLOCKS[:-1]])
    scale = _STEPS**2 * math.sqrt(one.shape[1])
    blocks = np.add.reduceat(products, starts, axis=1) / np.sqrt(BLOCKS)
    together = products.sum(axis=1) / math.sqrt(ROWS)
    return np.asarray(np.maximum(blocks.max(axis=1), together) / scale, dtype=np.float64)


def order(narrow: NDArray[np.int8], wide: NDArray[np.int8]) -> NDArray[np.float64]:
    """Return how far the narrow ones' coordinates are found in the wide ones in order.

    Either is one outline or many, [many, rows, coordinates]. In standard deviations of Spearman's.
    """
    some = np.linspace(0, narrow.shape[-1] - 1, min(_LOOKED_UP, narrow.shape[-1])).round()
    mine = _lengthless(narrow[..., _DESCRIBING, :][..., some.astype(np.intp)])
    yours = _lengthless(wide[..., _DESCRIBING, :])
    places = np.abs(np.matmul(np.swapaxes(mine, -1, -2), yours)).argmax(axis=-1)
    line = np.arange(places.shape[-1]) - (places.shape[-1] - 1) / 2
    ranks = places.argsort(axis=-1, kind="stable").argsort(axis=-1)
    found = ((ranks - ranks.mean(axis=-1, keepdims=True)) * line).sum(axis=-1)
    spread = float((line**2).sum())
    return np.asarray(found / spread * np.sqrt(len(line) - 1), dtype=np.float64)


def _blocks(made: Sketch) -> Iterator[_Rows | None]:
    """Yield what the rows are made of, in the order of ``BLOCKS``."""
    for place in ("", "attention", "feed-forward", "final"):
        yield _gain(made, place)
    embedding = _table(made, Role.EMBEDDING)
    spread = None if embedding is None else embedding.values.std(axis=0, dtype=np.float64)
    yield None if spread is None else normal_scores(spread[None])
    known = None if embedding is None else np.flatnonzero(embedding.tokens)
    yield (
        _sums(embedding.values[known], embedding.tokens[known])
        if embedding is not None and known is not None and len(known) >= SUMS
        else None
    )
    for table in (embedding, _table(made, Role.UNEMBEDDING)):
        yield None if table is None else _sums(table.values, table.ids.astype(np.uint64))
    yield _gram(made)


def _gain(made: Sketch, place: str) -> _Rows | None:
    """Return the mean gain over the network, or over one place of its layers."""
    some = [n for n, (where, _) in enumerate(made.gain_places) if place in ("", where)]
    return normal_scores(made.gains[some].mean(axis=0)[None]) if some else None


def _table(made: Sketch, role: Role) -> Table | None:
    return next((table for table in made.tables if table.role is role), None)


def _gram(made: Sketch) -> _Rows | None:
    gram = made.grams.get("all")
    if gram is None:
        return None
    found = _sums(gram.values, gram.anchors.astype(np.uint64))
    found[:, gram.anchors] = found.mean(axis=1, keepdims=True)  # each is 1 beside itself
    return found


def _sums(values: NDArray[np.float32], keys: NDArray[np.uint64]) -> _Rows:
    """Return the rows added up with signs that follow from their keys."""
    mixed = keys * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    bits = (mixed >> np.uint64(40))[:, None] >> np.arange(SUMS, dtype=np.uint64)
    signs = (bits & np.uint64(1)).astype(np.float64) * 2 - 1
    return np.asarray(signs.T @ columns(values), dtype=np.float64)


def _even(rows: _Rows) -> _Rows:
    """Return the rows centred, told apart from each other, and of mean square 1."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    sizes, axes = np.linalg.eigh(centred @ centred.T)
    if not np.isfinite(sizes).all() or sizes[0] <= _FLAT * sizes[-1]:
        return np.zeros_like(rows)
    whitened = (axes / np.sqrt(sizes)) @ axes.T @ centred
    return np.asarray(whitened * np.sqrt(rows.shape[1]), dtype=np.float64)


def _lengthless(rows: NDArray[np.int8]) -> NDArray[np.float32]:
    """Return every coordinate's description with length 1."""
    found = rows.astype(np.float32)
    size = np.linalg.norm(found, axis=-2, keepdims=True)
    return np.asarray(found / np.where(size > 0, size, 1), dtype=np.float32)
