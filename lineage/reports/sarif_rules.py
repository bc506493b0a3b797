"""The rules of a SARIF run: those that have results, each with its page as help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.model import Severity, Tier
from lineage.reports import rule_pages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.codec import Plain
    from lineage.model import Finding
    from lineage.plugins import Described

#: GitHub's steps: critical from 9, high from 7, medium from 4, low above 0.
SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}
_PRECISIONS = {
    Tier.A: "very-high",
    Tier.B: "very-high",
    Tier.C: "medium",
    Tier.D: "high",
    Tier.E: "low",
}
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_PROBLEMS = {"error": "error", "warning": "warning", "note": "recommendation"}
_SUBJECTS = {
    "ATT": "attribution",
    "LIC": "licence",
    "LIN": "lineage",
    "POL": "policy",
    "USE": "use",
}


class Rules:
    """The rules that findings rest on, in a fixed order."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Take every finding that is shown."""
        known = {rule.CODE: rule for rule in rule_pages.every()}
        firsts: dict[str, Finding] = {}
        for finding in findings:
            firsts.setdefault(finding.rule, finding)
        self._places = {code: place for place, code in enumerate(sorted(firsts))}
        self._rules = [(firsts[code], known.get(code)) for code in self._places]

    def index(self, finding: Finding) -> int:
        """Return the place of a finding's rule."""
        return self._places[finding.rule]

    def described(self) -> list[Plain]:
        """Return the rules as SARIF has them."""
        return [_installed(r) if r else _unknown(finding) for finding, r in self._rules]


def _installed(rule: Described) -> Plain:
    page = rule_pages.text(rule)
    level = LEVELS[rule.SEVERITY]
    return {
        "id": rule.CODE,
        "name": _name(rule.TITLE),
        "shortDescription": {"text": rule.TITLE},
        "fullDescription": {"text": " ".join(page.partition("\n\n")[0].split())},
        "help": {"text": page, "markdown": rule_pages.as_markdown(rule)},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["licence-compliance", _SUBJECTS.get(rule.CODE.partition("-")[0], "other")],
            "precision": _PRECISIONS[rule.TIER],
            "problem.severity": _PROBLEMS[level],
            "security-severity": SCORES[rule.SEVERITY],
            "tier": rule.TIER.value,
            "clause": rule.CLAUSE,
            "remedy": rule.REMEDY,
        },
    }


def _unknown(finding: Finding) -> Plain:
    """Return a rule that is not installed here, as far as its finding tells."""
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.title},
        "help": {"text": finding.remedy},
        "properties": {"tags": ["licence-compliance"]},
    }


def _name(title: str) -> str:
    """Return a title as an opaque identifier: "UpstreamNoticeNotCarried"."""
    words = "".join(char if char.isalnum() else " " for char in title).split()
    return "".join(word[:1].upper() + word[1:] for word in words)
