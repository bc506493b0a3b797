"""The residual-coordinate tests: do two models of one width agree coordinate by coordinate?

One permutation of the residual stream relabels the whole of a model at once, so all tests here
share it: their p-values depend on each other and are never multiplied, only bounded by what each is
allowed (``SHARES``). Depth, heads, feed-forward width and experts play no part.

H0 and exactness: ``lineage.kinship.permutation``. All of these are exact for models without
index-structured parameters; constant and empty coordinates are left out (weights trained with a
block-wise preconditioner, or padded, would otherwise agree where nothing was learned).

Sources: Zhu et al. 2025 (arXiv 2502.12292) for the permutation argument on hidden dimensions;
Mantel 1967 for comparing two similarity matrices; the anchored form is ours: given the labels of
the anchors, those of the other coordinates are still uniform, so that the comparison of two Gram
matrices becomes a linear statistic with a proven tail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.names import Role
from lineage.kinship.permutation import Agreement, agreement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.kinship.sketch import Sketch, Table

#: What part of the block's error rate each test may use up; fixed before anything is read.
SHARES = {
    "gains by layer": 0.25,
    "gains, mean": 0.05,
    "embedding": 0.25,
    "embedding, without signs": 0.1,
    "unembedding": 0.05,
    "attention": 0.1,
    "feed-forward": 0.1,
    "all matrices": 0.1,
}
#: Every test is worked out, whatever its z.
ALL = -math.inf
#: Fewer shared tokens than this say nothing.
FEWEST_TOKENS = 8


@dataclass(frozen=True, slots=True)
class Measured:
    """One statistic of two models, and how surprising it is."""

    name: str
    agreement: Agreement
    #: What part of the error rate it may use up.
    share: float


def gain_tests(one: Sketch, two: Sketch, worth: float = ALL) -> Iterator[Measured]:
    """Yield the tests of norm gains: by place and layer, and of their mean over the network.

    Gains start as ones in every model, so whatever they agree in was learned or copied. Each is
    turned into normal scores: raw gains of unrelated models have a cosine near 1.
    """
    if not len(one.gains) or not len(two.gains):
        return
    keep = one.alive & two.alive
    mine, yours = normal_scores(one.gains[:, keep]), normal_scores(two.gains[:, keep])
    pairs = list(layer_pairs(one, two))
    if pairs:
        total = sum(np.outer(mine[i], yours[j]) for i, j in pairs)
        yield from _measured("gains by layer", np.asarray(total) / len(pairs), worth)
    means = [
        normal_scores(values[:, keep].mean(axis=0)[None])[0] for values in (one.gains, two.gains)
    ]
    yield from _measured("gains, mean", np.outer(*means), worth)


def layer_pairs(one: Sketch, two: Sketch) -> Iterator[tuple[int, int]]:
    """Yield which gain stands where in the other model: at the same place, nearest in depth."""
    if not one.named or not two.named:
        return
    for number, (place, layer) in enumerate(one.gain_places):
        depth = layer / max(1, one.layers - 1)
        options = [
            (abs(other / max(1, two.layers - 1) - depth), candidate)
            for candidate, (where, other) in enumerate(two.gain_places)
            if where == place and (other < 0) == (layer < 0)
        ]
        if options:
            yield number, min(options)[1]


def table_tests(one: Sketch, two: Sketch, worth: float = ALL) -> Iterator[Measured]:
    """Yield the tests of embedding columns over the tokens that both vocabularies have.

    Which rows are paired is settled by tokens (or row numbers) and has nothing to do with the order
    of coordinates, so that a wrong pairing costs power and never validity.
    """
    for role, name in ((Role.EMBEDDING, "embedding"), (Role.UNEMBEDDING, "unembedding")):
        similarity = table_similarity(one, two, role)
        if similarity is None:
            continue
        yield from _measured(name, similarity, worth)
        if role is Role.EMBEDDING:
            yield from _measured("embedding, without signs", similarity**2, worth)


def table_similarity(one: Sketch, two: Sketch, role: Role) -> NDArray[np.float64] | None:
    """Return the correlations of every column with every column, over shared tokens."""
    mine = next((table for table in one.tables if table.role is role), None)
    yours = next((table for table in two.tables if table.role is role), None)
    if mine is None or yours is None:
        return None
    left, right = shared_rows(mine, yours)
    if len(left) < FEWEST_TOKENS:
        return None
    kept = one.alive, two.alive
    if one.width == two.width:
        kept = (one.alive & two.alive,) * 2
    return columns(mine.values[left][:, kept[0]]).T @ columns(yours.values[right][:, kept[1]])


def shared_rows(one: Table, two: Table) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of the same tokens; of the same numbers where a vocabulary is not known."""
    known = one.tokens.any() and two.tokens.any()
    mine, yours = (one.tokens, two.tokens) if known else (one.ids, two.ids)
    _, left, right = np.intersect1d(mine, yours, return_indices=True)
    if known:
        real = mine[left] != 0
        left, right = left[real], right[real]
    return left, right


def gram_tests(one: Sketch, two: Sketch, worth: float = ALL) -> Iterator[Measured]:
    """Yield the tests of how a tower's matrices see the residual stream.

    A coordinate is described by its correlations with the anchors. Given where the anchors went,
    the labels of the remaining coordinates are uniform under H0.
    """
    for name in ("attention", "feed-forward", "all"):
        similarity = gram_similarity(one, two, name)
        if similarity is not None:
            yield from _measured("all matrices" if name == "all" else name, similarity, worth)


def gram_similarity(one: Sketch, two: Sketch, name: str) -> NDArray[np.float64] | None:
    """Return the correlations of every coordinate's profile with every other's."""
    mine, yours = one.grams.get(name), two.grams.get(name)
    if mine is None or yours is None or len(mine.anchors) != len(yours.anchors):
        return None
    keep = one.alive & two.alive
    anchors = mine.anchors[keep[mine.anchors]]
    rows = keep[mine.anchors]
    rest = np.setdiff1d(np.flatnonzero(keep), anchors)
    if min(len(anchors), len(rest)) < FEWEST_TOKENS:
        return None
    return columns(mine.values[rows][:, rest]).T @ columns(yours.values[rows][:, rest])


def _measured(name: str, similarity: NDArray[np.float64], worth: float) -> Iterator[Measured]:
    found = agreement(similarity, worth=worth)
    if found is not None:
        yield Measured(name, found, SHARES[name])


def normal_scores(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return each vector as normal scores of its ranks, with mean square 1; ties share a score."""
    from scipy.special import ndtri  # noqa: PLC0415 - a third of a second to load

    scores = np.array([ndtri(_shares_below(vector)) for vector in vectors])
    scores -= scores.mean(axis=1, keepdims=True)
    size = np.sqrt((scores**2).mean(axis=1, keepdims=True))
    return np.asarray(scores / np.where(size > 0, size, 1.0), dtype=np.float64)


def _shares_below(vector: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return for each number the share of smaller ones, with half of those that are equal."""
    _, back, counts = np.unique(vector, return_inverse=True, return_counts=True)
    middles = (np.cumsum(counts) - counts / 2) / len(vector)
    return np.asarray(middles[back], dtype=np.float64)


def columns(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return columns of mean 0 and length 1; a constant one becomes empty."""
    centred = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    size = np.linalg.norm(centred, axis=0)
    return np.asarray(centred / np.where(size > 0, size, 1.0), dtype=np.float64)
