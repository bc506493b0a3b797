"""What was measured, in the words of the core: tests, components, power."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lineage.kinship.ladder import Climb
from lineage.kinship.permutation import LEVEL
from lineage.kinship.residual import Measured
from lineage.kinship.verdict import Component
from lineage.model import Test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.prepared import Model

NULL = (
    "trained from independent random initialisations by an optimiser that commutes with "
    "relabelling: coordinates agree at the same index by chance alone"
)
#: Stands for "no effect, however large": no correlation is above 1.
UNSEEN = 2.0
CALIBRATED_NULL = "as similar in a fitted basis as models that are known to be independent"
#: Standard deviations that hold 95 % of a normal distribution.
_TWO_SIDED = 1.96
_PARTS = (
    ("norms", ("gains by layer", "gains, mean")),
    ("embedding", ("embedding",)),
    ("unembedding", ("unembedding",)),
    ("attention", ("attention",)),
    ("feed-forward", ("feed-forward",)),
    ("all matrices", ("all matrices",)),
)


def tests(found: Climb, bytes_read: int) -> tuple[Test, ...]:
    """Return what was measured on one pair of towers, in the order of the ladder."""
    exact = tuple(
        Test(
            name=one.name,
            statistic=one.agreement.z,
            p_value=one.agreement.p_value,
            null=NULL,
            exact=True,
            effect=one.agreement.mean - one.agreement.expected,
            minimum_detectable_effect=min(
                UNSEEN, one.agreement.detectable - one.agreement.expected
            ),
            bytes_read=bytes_read,
            interval=_interval(one),
        )
        for one in found.measured
    )
    rank = found.rank
    if rank is None:
        return exact
    calibrated = Test(
        name="writers of matched units",
        statistic=rank.score,
        p_value=rank.p_value,
        null=f"{CALIBRATED_NULL} ({rank.pairs} pairs)",
        exact=False,
        effect=rank.score,
        minimum_detectable_effect=rank.threshold,
        bytes_read=bytes_read,
    )
    return (*exact, calibrated)


def _interval(one: Measured) -> tuple[float, float] | None:
    """Return the effect give or take what chance alone moves it, 95 times in a hundred."""
    found = one.agreement
    effect = found.mean - found.expected
    if not found.z:
        return None
    reach = _TWO_SIDED * abs(effect / found.z)
    return max(-1.0, effect - reach), min(1.0, effect + reach)


def components(suspect: Model, reference: Model, found: Climb) -> tuple[Component, ...]:
    """Return part by part what two towers of one width share."""
    mine, yours = suspect.towers[found.suspect], reference.towers[found.reference]
    if mine.width != yours.width or found.seen_through:
        return ()
    prefix = f"{mine.name}: " if len(suspect.towers) > 1 else ""
    return tuple(
        _component(prefix + name, options)
        for name, names in _PARTS
        if (options := [one for one in found.measured if one.name in names])
        and (name != "all matrices" or not mine.named or not yours.named)
    )


def power(measured: Sequence[Measured]) -> str:
    """Return what would have been seen, as a sentence."""
    limits = {
        name: min(one.agreement.detectable for one in measured if one.name in names)
        for name, names in _PARTS
        if any(one.name in names for one in measured)
    }
    words = [f"{limit:.2f} in {name}" for name, limit in limits.items() if math.isfinite(limit)]
    if not words:
        return "No test had the power to see anything."
    return f"A retained correlation of {', '.join(words)} or more would have been seen."


def _component(name: str, options: Sequence[Measured]) -> Component:
    best = min(options, key=lambda one: one.agreement.p_value)
    return Component(
        name=name,
        shared=best.agreement.p_value < LEVEL,
        effect=round(best.agreement.mean, 4),
        detectable=round(min(UNSEEN, *(one.agreement.detectable for one in options)), 4),
    )
