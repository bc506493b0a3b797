"""The installed rules and what their pages say."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from lineage.escape import safe_lines
from lineage.reports.json_report import serialised
from lineage.reports.rule_pages import every, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lineage.plugins import Described

__all__ = ["UnknownRuleError", "as_json", "every", "find", "listing", "page", "text"]

#: So many codes are offered for one that is unknown.
_SHOWN = 3
_CODE = re.compile(r"([A-Z]+)[-_ ]?0*([0-9]{1,3})")


class UnknownRuleError(Exception):
    """No installed rule has that code. ``str()`` is the sentence for a person."""

    def __init__(self, code: str, close: tuple[str, ...]) -> None:
        super().__init__(code, close)
        self.code = code
        self.close = close

    def __str__(self) -> str:
        """Return the sentence for a person."""
        advice = f"did you mean {' or '.join(self.close)}" if self.close else "see lineage explain"
        return f"no rule is called {self.code}; {advice}"


def find(code: str) -> Described:
    """Return the rule of that code, in capitals or not.

    Raises:
        UnknownRuleError: there is none; it names those that come close.
    """
    known = {rule.CODE: rule for rule in every()}
    wanted = code.strip().upper()
    if wanted not in known:
        raise UnknownRuleError(code, _close(wanted, tuple(known)))
    return known[wanted]


def _close(wanted: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return codes that may be meant: first the one that lacks only zeros or the hyphen."""
    match = _CODE.fullmatch(wanted)
    padded = f"{match[1]}-{match[2]:0>3}" if match else ""
    near = get_close_matches(wanted, known, n=_SHOWN, cutoff=0.6)
    return tuple(dict.fromkeys([code for code in (padded, *near) if code in known]))[:_SHOWN]


def page(rule: Described) -> str:
    """Return a rule's page: its title and terms, then its module's own words."""
    lines = (
        f"{rule.CODE}  {rule.TITLE}",
        f"Severity {rule.SEVERITY.value}, rests on tier {rule.TIER.value}. Clause: {rule.CLAUSE}.",
        "",
        text(rule),
    )
    return safe_lines("\n".join(lines)) + "\n"


def listing(rules: Iterable[Described]) -> str:
    """Return one line for each rule: code, severity, title."""
    lines = (f"{rule.CODE}  {rule.SEVERITY.value:8}  {rule.TITLE}\n" for rule in rules)
    return safe_lines("".join(lines))


def as_json(rules: Iterable[Described]) -> str:
    """Return rules as one JSON object."""
    return serialised(
        {
            "schema_version": "1",
            "rules": [
                {
                    "code": rule.CODE,
                    "title": rule.TITLE,
                    "severity": rule.SEVERITY.value,
                    "tier": rule.TIER.value,
                    "clause": rule.CLAUSE,
                    "remedy": rule.REMEDY,
                    "text": text(rule),
                }
                for rule in rules
            ],
        }
    )
