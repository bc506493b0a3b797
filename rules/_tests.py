"""What a sentence says of the statistics behind a derivation."""

from __future__ import annotations

from lineage.model import Derivation, Test

#: Below this a p-value is a statement about floating-point numbers.
_LEAST = 1e-300


def evidence_words(edge: Derivation) -> str:
    """Return the strongest test in brackets: " (p = 1e-30, exact; row matching, effect 0.93)"."""
    test = min(edge.tests, key=lambda one: (one.p_value, not one.is_of_correlation), default=None)
    if test is None:
        return ""
    kind = "exact" if test.exact else "calibrated"
    chance = f"p = {test.p_value:.1g}" if test.p_value > _LEAST else f"p < {_LEAST:.0g}"
    return f" ({chance}, {kind}; {test.name}, effect {test.effect:.2f})"


def power_words(tests: tuple[Test, ...]) -> str:
    """Return what the tests would have seen: "a retained correlation of 0.02 or more …"."""
    limits = [test.minimum_detectable_effect for test in tests if test.is_of_correlation]
    if not limits:
        return ""
    return f"; a retained correlation of {min(limits):.2g} or more would have been seen"
