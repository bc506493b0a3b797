"""One test for everything: do two lists of things agree *in their order*?

Let ``a[i, j]`` be any similarity of thing i of model A to thing j of model B, made without looking
at the order. The statistic is the trace, ``X = sum_i a[i, i]``.

H0: the models were trained from independent random initialisations whose coordinates are
exchangeable, with an optimiser that commutes with relabelling (SGD, Adam, Lion, Adafactor, Muon).
Then the labels of B are a uniform random permutation ``pi`` given everything else (Zhu et al. 2025,
arXiv 2502.12292, section 3), so X is distributed as ``sum_i a[i, pi(i)]``. Things may well resemble
each other; they have no reason to do so at the same index.

The p-value is exact in the sense that it is never too small, whatever ``a`` is. Two bounds:

* small p, the tail: Chernoff with ``E exp(l X) = per(exp(l a)) / n!``. The permanent is linear in
  each row; a row with entries in [0, m] and sum r is m times a mixture of 0-1 rows with
  k = floor(r / m) or k + 1 ones (from the extreme points of the slice of the cube), and Bregman's
  theorem (1973, proving Minc's conjecture) bounds the permanent of a 0-1 matrix by the product of
  ``h(k) = (k!)**(1/k)`` over its row sums. Hence, with ``k_i + f_i = r_i / m_i``,
  ``per <= prod_i m_i * ((1 - f_i) * h(k_i) + f_i * h(k_i + 1))`` for any real ``a`` and every
  l >= 0. The same holds for columns. Nothing is asymptotic, nothing is sampled, and no p below 1/n!
  can come out.
* large p: T drawn permutations, ``p = (1 + #{X_t >= X}) / (T + 1)``, which is exact for any T.

The tail bound is used where it is below SWITCH; elsewhere the drawn p plus SWITCH is reported. Then
P(p <= u) <= u for every u: below SWITCH by the bound, above it by SWITCH + (u - SWITCH).

Several blocks with independent permutations (one for each layer's FFN, say) add their traces, and
the logarithms of their bounds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float64]

#: Below this the proven tail bound is reported, above it the drawn permutations.
SWITCH = 1e-5
#: Standard deviations below which no tail bound is below SWITCH in practice, so that it is not
#: worked out: the drawn p-value is valid anyway.
HOPELESS = 3.0
#: How many permutations are drawn.
DRAWS = 999
#: The level at which a test must have seen an effect for the effect to be called detectable.
LEVEL = 1e-6
#: A smaller p-value is reported as this one: doubles end near here.
FLOOR = 1e-300
#: Fewer things than this cannot reach LEVEL, since no p is below 1/n!.
FEWEST = 10

_TAIL = (0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5)
_NEAR = (0.7, 0.85, 1.0, 1.2)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two lists agree in their order."""

    #: Mean of the similarities at the same index.
    mean: float
    #: What that mean is expected to be under H0.
    expected: float
    #: Standard deviations (exact ones, under H0) between the two.
    z: float
    p_value: float
    #: The smallest mean that would have given p < LEVEL; infinite if none would.
    detectable: float


def agreement(*blocks: Matrix, worth: float = -math.inf) -> Agreement | None:
    """Return how far the things agree at the same index, or None where nothing can be said.

    Each block is a square matrix of similarities with a permutation of its own. Nothing can be said
    of things that are all alike. Where z is below ``worth`` the p-value is given as 1, which is
    never too small, and what would have been seen is not worked out.
    """
    centred = [_centre(np.asarray(block, dtype=np.float64)) for block in blocks if len(block) > 1]
    things = sum(len(block) for block in centred)
    variance = sum(float((block**2).sum()) / (len(block) - 1) for block in centred)
    size = sum(float(np.abs(block).max()) for block in blocks if len(block) > 1)
    if not things or not math.isfinite(variance) or variance <= (1e-12 * size) ** 2 * things:
        return None
    deviation = math.sqrt(variance)
    trace = sum(float(np.trace(block)) for block in centred)
    expected = sum(float(np.mean(block)) * len(block) for block in blocks if len(block) > 1)
    if trace < worth * deviation:
        mean = (trace + expected) / things
        return Agreement(mean, expected / things, trace / deviation, 1.0, math.inf)
    reach = min(
        (_log_mgf(centred, rate) - math.log(LEVEL)) / rate
        for rate in (factor * math.sqrt(-2 * math.log(LEVEL)) / deviation for factor in _NEAR)
    )
    most = sum(float(block.max(axis=1).sum()) for block in centred)
    return Agreement(
        mean=(trace + expected) / things,
        expected=expected / things,
        z=trace / deviation,
        p_value=_p_value(centred, trace, deviation),
        detectable=(reach + expected) / things if reach <= most else math.inf,
    )


def _p_value(centred: Sequence[Matrix], trace: float, deviation: float) -> float:
    z = trace / deviation
    if z > HOPELESS:
        rates = (factor * z / deviation for factor in _TAIL)
        tail = min(_log_mgf(centred, rate) - rate * trace for rate in rates)
        if tail < math.log(SWITCH):
            return max(FLOOR, math.exp(max(tail, -700.0)))
    return min(1.0, _drawn(centred, trace) + SWITCH)


def _drawn(centred: Sequence[Matrix], trace: float) -> float:
    """Return the p-value over drawn permutations, the same ones at every call."""
    totals = np.zeros(DRAWS)
    for place, block in enumerate(centred):
        orders = _orders(len(block), place)
        totals += block[np.arange(len(block)), orders].sum(axis=1)
    slack = 1e-9 * (1 + abs(trace))
    return float(1 + np.count_nonzero(totals >= trace - slack)) / (DRAWS + 1)


@lru_cache(maxsize=32)
def _orders(things: int, place: int) -> NDArray[np.intp]:
    generator = np.random.default_rng((20250705, things, place))
    orders: NDArray[np.intp] = np.argsort(generator.random((DRAWS, things)), axis=1)
    return orders


def _log_mgf(centred: Sequence[Matrix], rate: float) -> float:
    """Return an upper bound of ``ln E exp(rate * X)``."""
    return sum(min(_log_mean(rate * block), _log_mean(rate * block.T)) for block in centred)


def _log_mean(exponents: Matrix) -> float:
    """Return an upper bound of ``ln(per(exp(exponents)) / n!)``, by rows."""
    things = len(exponents)
    top = exponents.max(axis=1)
    sums = np.exp(exponents - top[:, None]).sum(axis=1).clip(1.0, things)
    whole = np.floor(sums).astype(np.intp)
    share = sums - whole
    table = _minc(things)
    rows = top + np.log((1 - share) * table[whole] + share * table[whole + 1])
    return float(rows.sum()) - math.lgamma(things + 1)


@lru_cache(maxsize=64)
def _minc(things: int) -> Matrix:
    """Return ``(k!)**(1/k)`` for k = 0 … things + 1; 0 for k = 0."""
    return np.array([0.0, *(math.exp(math.lgamma(k + 1) / k) for k in range(1, things + 2))])


def _centre(block: Matrix) -> Matrix:
    """Return the block less its row and column means; its trace has mean 0 under H0."""
    rows: Matrix = block.mean(axis=1, keepdims=True)
    return np.asarray(block - block.mean(axis=0) - rows + block.mean(), dtype=np.float64)
