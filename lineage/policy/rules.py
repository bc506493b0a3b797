"""What a policy's findings are: like rules, but for what they read besides the graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from lineage.graph import LineageGraph
from lineage.model import Outcome
from lineage.plugins import Described
from lineage.policy import pol001_denied, pol002_review, pol003_unlisted
from lineage.policy.terms import Policy


class PolicyRule(Described, Protocol):
    """Reads the graph and a policy and yields outcomes. Its module docstring is its page."""

    def check(self, graph: LineageGraph, policy: Policy) -> Iterator[Outcome]:
        """Yield an outcome for each licence that the policy does not plainly allow."""


RULES: tuple[PolicyRule, ...] = (pol001_denied, pol002_review, pol003_unlisted)
