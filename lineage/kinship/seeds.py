"""Shared seed, or shared training? Two models may have no more in common than random numbers.

Models that start from one seed agree coordinate by coordinate without any copying, however they
were trained. What tells them from relatives is *where* they agree. Random initial matrices are
white: training writes its structure into few strong directions and leaves the weak ones (the bulk)
near their start. Let ``u_k, v_k`` be the singular directions of a matrix of A and ``s_k`` its
strengths; ``r(K) = sum_K s_k u_k' B v_k / sum_K s_k**2`` is the share of A that B retains in the
directions K.

* a shared initialisation is retained in the bulk and lost at the top: r(top) < r(bulk), from both
  sides;
* a child retains all of its parent alike: r(top) = r(bulk), seen from the parent;
* seen from a child or a sibling, its own later training stands in the way, and not evenly.

So there is shared training if, seen from either side, the strong directions are retained no less
than the weak ones, and retained well. A shared start gives neither; two grandchildren that have
both moved far may give neither too, and then get the weaker verdict, "a shared initialisation or a
derivation". So does what shows no structure that training must have put there. The limits were set
on the zoo's development half: children after three times their parent's training keep at least 0.68
of its strong directions, at a ratio of at least 0.93; twins of one seed at most 0.57, at 0.63.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.kinship.views import Matrix

#: Ratio of what is retained in strong directions and in weak ones, from which training is shared.
SHARED_TRAINING = 0.8
#: And what must be retained of the strong directions.
RETAINED = 0.5
#: Directions that count as the top, and as the bulk: the strongest eighth, the weaker half.
TOP, BULK = 8, 2
#: Strongest singular value over the edge of white noise; where three quarters of the matrices stay
#: below this, nothing was learned. Initial random matrices have 0.94 to 1.0.
LEARNED = 1.08


@dataclass(frozen=True, slots=True)
class Retention:
    """How much of one model's matrices another retains, in strong directions and in weak ones."""

    top: float
    bulk: float

    @property
    def concentration(self) -> float:
        """Return how much more of the strong directions is retained than of the weak ones."""
        return self.top / max(self.bulk, 1e-3)

    @property
    def trained(self) -> bool:
        """Return whether strong directions are retained well, and no less than weak ones."""
        return self.top >= RETAINED and self.concentration >= SHARED_TRAINING


@dataclass(frozen=True, slots=True)
class Origin:
    """What two models share: training, or an initialisation."""

    suspect_in_reference: Retention
    reference_in_suspect: Retention
    #: Whether the matrices hold structure that training must have put there.
    learned: bool
    #: For each pair of matrices how unevenly the suspect is retained in the reference, and the
    #: reference in the suspect: 1 is what unrelated changes to a parent leave.
    unevenness: tuple[tuple[float, float], ...]

    @property
    def trained(self) -> bool:
        """Return whether what they share was trained, and not merely drawn from one seed."""
        sides = self.suspect_in_reference, self.reference_in_suspect
        return self.learned and any(side.trained for side in sides)


def origin(pairs: Iterable[tuple[Matrix, Matrix]]) -> Origin | None:
    """Return what pairs of corresponding matrices (suspect's, reference's) say; None without pairs.

    The two of a pair must have the same shape and be written in the same basis and order.
    """
    sums = np.zeros((2, 4))
    standing = []
    uneven = []
    for one, two in pairs:
        if one.shape != two.shape or min(one.shape) < TOP:
            continue
        size = float(np.linalg.norm(one)) * float(np.linalg.norm(two))
        if not size:
            continue
        seen = _seen(one, two), _seen(two, one)
        sums += np.array([side.sums for side in seen]) / size
        standing.append([side.standing for side in seen])
        uneven.append((seen[0].unevenness, seen[1].unevenness))
    if not standing:
        return None
    suspects, references = (Retention(a / b, c / d) for a, b, c, d in sums)
    return Origin(
        suspects,
        references,
        float(np.quantile(standing, 3 / 4, axis=0).max()) >= LEARNED,
        tuple(uneven),
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One matrix's singular directions, and what another matrix has in them."""

    #: Products and energies at the top and in the bulk.
    sums: tuple[float, ...]
    #: Strongest singular value over the edge of white noise of the same size and energy.
    standing: float
    unevenness: float


def _seen(one: Matrix, two: Matrix) -> _Side:
    """Return what two has in one's singular directions.

    If two is one made weaker or stronger plus changes that know nothing of one, what it has in each
    direction departs from proportion by no more than its changes are large, on average.
    """
    u, s, vt = np.linalg.svd(one, full_matrices=False)
    there = np.einsum("ik,ij,kj->k", u, two, vt, optimize=True)
    top, bulk = slice(0, max(2, len(s) // TOP)), slice(len(s) // BULK, None)
    product, energy = there * s, s**2
    slope = float(product.sum() / energy.sum())
    changes = float(((two - slope * one) ** 2).mean())
    departure = float(((there - slope * s) ** 2).mean())
    edge = math.sqrt(float((one**2).mean())) * sum(math.sqrt(length) for length in one.shape)
    return _Side(
        sums=(
            float(product[top].sum()),
            float(energy[top].sum()),
            float(product[bulk].sum()),
            float(energy[bulk].sum()),
        ),
        standing=float(s[0]) / edge,
        unevenness=departure / changes if changes > 0 else 1.0,
    )
