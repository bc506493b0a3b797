"""The rule engine: the graph past every rule and the policy, outcomes into findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lineage.graph import LineageGraph
from lineage.model import Artifact, Finding, Outcome
from lineage.plugins import Described, Rule
from lineage.policy.rules import RULES
from lineage.policy.terms import Policy
from lineage.sources.names import unpinned


def findings(
    graph: LineageGraph, rules: Iterable[Rule], policy: Policy | None = None
) -> tuple[Finding, ...]:
    """Return every rule's findings, the gravest first, in an order that is always the same."""
    found = [_finding(graph, rule, outcome) for rule in rules for outcome in rule.check(graph)]
    if policy is not None:
        found += [
            _finding(graph, rule, outcome)
            for rule in RULES
            for outcome in rule.check(graph, policy)
        ]
    return tuple(sorted(found, key=_order))


def _finding(graph: LineageGraph, rule: Described, outcome: Outcome) -> Finding:
    subject = graph.artifact(outcome.subject)
    return Finding(
        fingerprint=fingerprint(rule.CODE, subject, outcome.parent, outcome.about),
        rule=rule.CODE,
        title=rule.TITLE,
        severity=outcome.severity or rule.SEVERITY,
        state=outcome.state,
        tier=outcome.tier or rule.TIER,
        message=outcome.message,
        subject=subject.id,
        parent=outcome.parent,
        clause=outcome.clause or rule.CLAUSE,
        remedy=outcome.remedy or rule.REMEDY,
        exhibits=outcome.exhibits,
    )


def fingerprint(code: str, subject: Artifact, parent: str | None, about: str) -> str:
    """Return what identifies a finding across revisions and moved lines: 32 hex digits."""
    parts = (code, unpinned(subject.id), unpinned(parent or ""), about)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _order(finding: Finding) -> tuple[int, str, str, str, str]:
    return (
        -finding.severity.rank,
        finding.rule,
        finding.subject,
        finding.message,
        finding.fingerprint,
    )
