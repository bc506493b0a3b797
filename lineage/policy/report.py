"""What an audit's JSON report says of the findings that are open, for a baseline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from lineage.licences.field import Field
from lineage.model import State
from lineage.readback import read_back

_OPEN = frozenset({State.UNMET, State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE})
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_LONGEST_TEXT = 1 << 20


@dataclass(frozen=True, slots=True)
class Open:
    """A finding that nobody has settled or waived."""

    fingerprint: str
    #: "LIC-004, medium, unmet".
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a baseline takes from an audit's report."""

    #: The audited repository.
    target: str
    findings: tuple[Open, ...]
    #: False where something could not be read.
    complete: bool


def read_report(path: Path) -> Report:
    """Return the open findings of a report that ``lineage audit --format json`` wrote.

    Raises:
        ReportError: it cannot be read, is no such report, or is one of another version.
    """
    with read_back(path) as report:
        return Report(
            target=report["target"].text("purl", _LONGEST_TEXT),
            findings=tuple(_open(item) for item in report.items("findings") if _is_open(item)),
            complete=report["summary"]["exit_code"].value != 3,  # noqa: PLR2004 - a promise
        )


def _is_open(item: Field) -> bool:
    return item.one_of(State, "state") in _OPEN


def _open(item: Field) -> Open:
    fingerprint = item.text("fingerprint")
    if not _FINGERPRINT.fullmatch(fingerprint):
        item["fingerprint"].fail("expected 32 hexadecimal digits")
    facts = (item.text(key, _LONGEST_TEXT) for key in ("rule", "severity", "state"))
    return Open(fingerprint, ", ".join(facts), item.text("message", _LONGEST_TEXT))
