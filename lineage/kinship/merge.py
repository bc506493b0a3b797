"""Several parents: with which weights a suspect was merged from them, and which are impostors.

In task vectors, ``d_i = parent_i - base``, every linear merge is ``y - base = sum w_i d_i``: least
squares over sampled numbers gives the weights, and refitting tensor by tensor gives their
interval. DARE drops and rescales, which leaves least squares unbiased. TIES keeps some of each
task vector and averages what agrees in sign; there each number is ``sum_S w_i d_i / sum_S w_i``
over some set S of parents, so that sets and weights are found in turn. Both leave numbers of the
base untouched, which is how they are recognised.

A sibling that was not merged resembles the suspect only through the base. In the presence of the
true parents its weight is zero up to what siblings learned alike; a parent is called genuine where
the interval of its weight, tensor by tensor, stays clear of that.

Sources: modelDNA's technical report for the regression; Yadav et al. 2023 (TIES); Yu et al. 2024
(DARE). The weights are estimates with intervals, not p-values.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.samples import side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.prepared import Model
    from lineage.kinship.views import Matrix

#: Share of numbers equal to the base's from which a merge is a sparse one.
SPARSE = 0.05
#: A parent is genuine where the lower end of its weight's interval is above this.
GENUINE = 0.04
#: And where leaving it out would raise what is unexplained by this share of it.
MISSED = 0.01
#: Candidates that explain less than this of the suspect are none of its parents.
LEAST = 0.25
#: Half-width of an interval, in standard errors over tensors (99 %).
ERRORS = 2.58
#: Of the samples, one in so many is enough where sets of parents are searched.
THINNED = 4
_ROUNDS = 12
#: Where to begin besides even weights, and how many numbers the beginnings are tried on.
_BEGINNINGS, _TRIED = 12, 2000
#: Weights that change by less have come to rest.
_STILL = 1e-6


class Rule(StrEnum):
    """How models were merged, as far as the numbers show it."""

    LINEAR = "linear"
    TIES = "ties"
    DARE = "dare"


@dataclass(frozen=True, slots=True)
class Share:
    """The weight of one parent in a merge."""

    weight: float
    low: float
    high: float
    #: Whether the suspect has something of this parent and of no other.
    genuine: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """A suspect as a mixture of candidate parents."""

    #: One for each candidate, in their order.
    shares: tuple[Share, ...]
    #: Share of the suspect's distance from the base that the mixture explains.
    explained: float
    rule: Rule

    def with_origin(self) -> Merge:
        """Return the same with a share for the model that served as the base, first of all."""
        weight, low, high = (
            1 - sum(ends)
            for ends in zip(*((s.weight, s.high, s.low) for s in self.shares), strict=True)
        )
        origin = Share(weight, low, high, genuine=low > GENUINE)
        return Merge((origin, *self.shares), self.explained, self.rule)

    @property
    def merged(self) -> bool:
        """Return whether at least two candidates are genuine parents."""
        return sum(share.genuine for share in self.shares) > 1


def merge_of(suspect: Model, base: Model, parents: Sequence[Model]) -> Merge | None:
    """Return the suspect as a mixture of fine-tunes of one base, all of one shape.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    mine, root, *others = side_by_side((suspect, base, *parents))
    return decompose(mine, others, root) if mine and others else None


def decompose(
    suspect: Sequence[Matrix], parents: Sequence[Sequence[Matrix]], base: Sequence[Matrix]
) -> Merge | None:
    """Return the suspect as a mixture; None where it does not differ from the base.

    All give the same samples of the same tensors in the same order (``samples.side_by_side``).
    """
    moved = [(y - x).ravel() for y, x in zip(suspect, base, strict=True)]
    tasks = [np.stack([(p[t] - x).ravel() for p in parents], axis=1) for t, x in enumerate(base)]
    kept = [n for n, y in enumerate(moved) if np.abs(y).max() > 0]
    if not kept:
        return None
    rule = _rule(np.concatenate([moved[n] for n in kept]), np.concatenate([tasks[n] for n in kept]))
    step = THINNED if rule is Rule.TIES else 1
    moved, tasks = [moved[n][::step] for n in kept], [tasks[n][::step] for n in kept]
    first = _Fit(moved, tasks, rule)
    genuine = [first.needs(n) for n in range(len(parents))]
    last = _Fit(moved, [d[:, genuine] for d in tasks], rule) if any(genuine) else first
    places = iter(range(sum(genuine)))
    shares = [
        last.share(next(places), genuine=True) if real else first.share(n, genuine=False)
        for n, real in enumerate(genuine)
    ]
    return Merge(tuple(shares), 1 - last.left, rule)


class _Fit:
    """Weights over all tensors, and how they vary from tensor to tensor."""

    def __init__(self, moved: Sequence[Matrix], tasks: Sequence[Matrix], rule: Rule) -> None:
        self._moved, self._tasks, self._rule = np.concatenate(moved), np.concatenate(tasks), rule
        self._fit = _ties if rule is Rule.TIES else _least_squares
        self._weights = self._fit(self._moved, self._tasks)
        near = self._weights
        each = np.array([self._fit(y, d, near) for y, d in zip(moved, tasks, strict=True)])
        self._errors = each.std(axis=0) / np.sqrt(max(1, len(each) - 1))
        self.low = self._weights - ERRORS * self._errors
        self.left = _unexplained(self._moved, self._tasks, self._weights, rule)

    def needs(self, number: int) -> bool:
        """Return whether the suspect has something of this parent that no other explains."""
        others = np.delete(self._tasks, number, axis=1)
        without = 1.0
        if others.shape[1]:
            without = _unexplained(self._moved, others, self._fit(self._moved, others), self._rule)
        missed = without - self.left > MISSED * without
        return bool(1 - self.left >= LEAST and self.low[number] > GENUINE and missed)

    def share(self, number: int, *, genuine: bool) -> Share:
        weight, error = self._weights[number], ERRORS * self._errors[number]
        if self._rule is Rule.TIES and not genuine:
            return Share(0.0, 0.0, 0.0, genuine)
        return Share(float(weight), float(weight - error), float(weight + error), genuine)


def _rule(moved: Matrix, tasks: Matrix) -> Rule:
    size = np.abs(moved).max()
    if (np.abs(moved) <= 1e-7 * size).mean() < SPARSE:
        return Rule.LINEAR
    same = [np.abs(moved - task) <= 1e-5 * np.abs(task) + 1e-9 * size for task in tasks.T]
    whole = np.mean([(one & (np.abs(moved) > 1e-7 * size)).mean() for one in same])
    return Rule.TIES if whole > SPARSE else Rule.DARE


def _least_squares(moved: Matrix, tasks: Matrix, near: Matrix | None = None) -> Matrix:
    del near
    return np.asarray(np.linalg.lstsq(tasks, moved, rcond=None)[0], dtype=np.float64)


def _ties(moved: Matrix, tasks: Matrix, near: Matrix | None = None) -> Matrix:
    """Return weights of sum 1 such that each number is a weighted mean over some of the parents.

    Sets and weights are found in turn, which may come to rest at a wrong place: unless a place
    nearby is known, the best of several beginnings is followed.
    """
    informative = np.abs(moved) > 1e-7 * np.abs(moved).max()
    y, d = moved[informative], tasks[informative]
    if near is not None:
        return _settled(y, d, near, _ROUNDS)
    few = slice(None, None, max(1, len(y) // _TRIED))
    tried = [_settled(y[few], d[few], start, _ROUNDS) for start in _beginnings(tasks.shape[1])]
    best = min(tried, key=lambda weights: _distance(y[few], d[few], weights))
    return _settled(y, d, best, _ROUNDS)


def _beginnings(count: int) -> list[Matrix]:
    """Return weights to begin from: even ones, and some drawn ones, the same every time."""
    drawn = np.random.default_rng(0).dirichlet(np.ones(count), _BEGINNINGS)
    return [np.full(count, 1 / count), *drawn] if count > 1 else [np.ones(1)]


def _settled(moved: Matrix, tasks: Matrix, weights: Matrix, rounds: int) -> Matrix:
    """Return the weights at which sets and weights no longer change each other."""
    sets = _sets(len(weights))
    member = np.array([[n in s for n in range(len(weights))] for s in sets], dtype=np.float64)
    for _ in range(rounds):
        chosen = member[np.abs(_guesses(tasks, weights, sets) - moved[:, None]).argmin(axis=1)]
        mixed = chosen.sum(axis=1) > 1
        if not mixed.any():
            return weights
        found = _smallest((chosen * (moved[:, None] - tasks))[mixed])
        if np.abs(found - weights).max() < _STILL:
            return found
        weights = found
    return weights


def _distance(moved: Matrix, tasks: Matrix, weights: Matrix) -> float:
    guesses = _guesses(tasks, weights, _sets(len(weights)))
    return float((np.abs(guesses - moved[:, None]).min(axis=1) ** 2).sum())


def _sets(count: int) -> list[list[int]]:
    return [list(s) for n in range(1, count + 1) for s in combinations(range(count), n)]


def _guesses(tasks: Matrix, weights: Matrix, sets: Sequence[list[int]]) -> Matrix:
    """Return for each number what a mean over each set would make of it."""
    return np.stack([tasks[:, s] @ weights[s] / weights[s].sum() for s in sets], axis=1)


def _smallest(rows: Matrix) -> Matrix:
    """Return weights of sum 1, none negative, that make ``rows @ weights`` least."""
    gram = rows.T @ rows
    gram += 1e-9 * np.trace(gram) * np.eye(len(gram))
    weights = np.linalg.solve(gram, np.ones(len(gram)))
    weights = np.maximum(weights / weights.sum(), 1e-3)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _unexplained(moved: Matrix, tasks: Matrix, weights: Matrix, rule: Rule) -> float:
    """Return the share of the distance from the base that the mixture leaves open."""
    total = float((moved**2).sum())
    if rule is not Rule.TIES:
        return float(((moved - tasks @ weights) ** 2).sum()) / total
    guesses = _guesses(tasks, weights, _sets(tasks.shape[1]))
    left = np.minimum(np.abs(guesses - moved[:, None]).min(axis=1), np.abs(moved))
    return float((left**2).sum()) / total
