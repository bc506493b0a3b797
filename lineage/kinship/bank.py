"""Scores of models that are known to be independent: what a calibrated score is ranked among.

The models were trained from scratch, each from its own seed, in several shapes, on the same and on
different data (the zoo); half of them, so that the other half can be reported on. The pairs share
models and so are not independent of each other: no p-value below 1 / (pairs + 1) is ever made of
them, and a verdict asks for a distance from the highest of them as well.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

#: A score counts from this p-value on.
LEVEL = 1e-3
#: And if it is above this, and this many times as high as that of any independent pair.
LEAST, CLEAR = 0.2, 1.5


@dataclass(frozen=True, slots=True)
class Bank:
    """Scores of independent pairs, rounded up to steps."""

    #: (score, how many pairs have it), ascending.
    counts: tuple[tuple[float, int], ...]
    #: How many models the pairs were made of.
    models: int

    @property
    def pairs(self) -> int:
        """Return how many pairs there are."""
        return sum(count for _, count in self.counts)

    @property
    def threshold(self) -> float:
        """Return what a score must exceed to count."""
        highest = self.counts[-1][0] if self.counts else 0.0
        return max(LEAST, CLEAR * highest)

    def p_value(self, score: float) -> float:
        """Return the share of independent pairs that score as high, this one counted in."""
        above = sum(count for value, count in self.counts if value >= score)
        return (1 + above) / (self.pairs + 1)


@lru_cache(maxsize=1)
def bank() -> Bank:
    """Return the bank that comes with this version."""
    text = files("lineage.kinship").joinpath("bank.json").read_text(encoding="utf-8")
    content = json.loads(text)
    counts = tuple((step / content["steps"], int(count)) for step, count in content["scores"])
    return Bank(counts, int(content["models"]))
