"""The statistic that started a quarrel, reported as the weak signal it is.

HonestAGI (arXiv 2507.03014): for each of q, k, v and o the standard deviation of the whole matrix,
layer by layer, normalised over depth; the score is the mean Pearson correlation of the two models'
four curves, the shorter ones interpolated. It has no null model: two curves of a few dozen
correlated points agree easily. In the one large independent measurement (TensorLock's MDGBench,
137 models), 200 of 8,698 unrelated pairs reach 0.90, among them a text model and an image
classifier with 0.927. Among 4,830 pairs of one configuration in this project's zoo, each model
trained from a seed of its own, 208 reach 0.90 (``benchmarks/zoo/RESULTS.md``). So it is printed
beside the rates at which unrelated models reach it, and no verdict rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.layers import numbers
from lineage.kinship.names import Role

if TYPE_CHECKING:
    from lineage.kinship.roles import Stack
    from lineage.kinship.weights import Weights

#: Share of unrelated pairs of published models that reach a score (MDGBench, 8,698 pairs).
BACKGROUND = ((0.90, 200 / 8698), (0.80, 1479 / 8698))
#: The same of models of one configuration, trained from independent seeds (the zoo, 4,830 pairs).
SAME_SHAPE = ((0.90, 208 / 4830), (0.80, 777 / 4830))
#: Curves of fewer points are not compared.
FEWEST_LAYERS = 3


@dataclass(frozen=True, slots=True)
class CurveScore:
    """The score, and how often unrelated models reach it."""

    score: float
    #: An upper bound of the share of unrelated pairs that reach it; 1 where none is known.
    background: float
    #: The same among models of one configuration that were trained apart.
    same_shape: float
    points: int


def curve_score(one: tuple[Weights, Stack], two: tuple[Weights, Stack]) -> CurveScore | None:
    """Return the score of two towers; None where they have too few layers or no such matrices.

    Reads every q, k, v and o matrix.
    """
    correlations = []
    points = 0
    for role in (Role.Q, Role.K, Role.V, Role.O):
        mine, yours = _curve(*one, role), _curve(*two, role)
        if min(len(mine), len(yours)) >= FEWEST_LAYERS:
            points = max(len(mine), len(yours))
            correlations.append(_correlation(_stretched(mine, points), _stretched(yours, points)))
    if not correlations:
        return None
    score = float(np.mean(correlations))
    return CurveScore(score, _reached(BACKGROUND, score), _reached(SAME_SHAPE, score), points)


def _reached(rates: tuple[tuple[float, float], ...], score: float) -> float:
    return next((share for level, share in rates if score >= level), 1.0)


def _curve(weights: Weights, stack: Stack, role: Role) -> NDArray[np.float64]:
    """Return the standard deviation of a role's matrix in each layer."""
    found = []
    for number in numbers(stack):
        part = next((part for part in stack.of(role) if part.layer == number), None)
        if part is None:
            return np.zeros(0)
        found.append(float(weights.rows(part.tensor, *part.span).std(dtype=np.float64)))
    return np.array(found)


def _stretched(curve: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    places = np.linspace(0, len(curve) - 1, points)
    return np.interp(places, np.arange(len(curve)), curve)


def _correlation(one: NDArray[np.float64], two: NDArray[np.float64]) -> float:
    if not one.std() or not two.std():
        return 0.0
    return float(np.corrcoef(one, two)[0, 1])
