"""What an audit's JSON report says of the findings that are open, for a baseline."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from lineage.licences.field import Field, Plain, TermsError
from lineage.model import State
from lineage.policy.terms import PolicyError

SCHEMA_VERSION = "1"
#: Bytes of a report that are read.
REPORT_LIMIT = 64 << 20

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
        PolicyError: it cannot be read, is no such report, or is one of another version.
    """
    field = Field(_json(path), str(path), (), {})
    try:
        version = field["schema_version"].value
        if version != SCHEMA_VERSION:
            raise PolicyError(
                f"{path} is of schema version {str(version)[:20]!r}; this lineage reads "
                f"{SCHEMA_VERSION!r}"
            )
        return Report(
            target=field["target"].text("purl", _LONGEST_TEXT),
            findings=tuple(_open(item) for item in field.items("findings") if _is_open(item)),
            complete=field["summary"]["exit_code"].value != 3,  # noqa: PLR2004 - a promise
        )
    except TermsError as error:
        raise PolicyError(f"{error}; a report of lineage audit --format json is wanted") from error


def _json(path: Path) -> Plain:
    try:
        if not path.is_file():
            problem = "is no regular file" if path.exists() else "does not exist"
            raise PolicyError(f"{path} {problem}")
        with path.open("rb") as file:
            content = file.read(REPORT_LIMIT + 1)
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > REPORT_LIMIT:
        raise PolicyError(f"{path} is larger than the {REPORT_LIMIT:,} bytes that are read")
    try:
        plain: Plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{path} is not valid JSON") from error
    return plain


def _is_open(item: Field) -> bool:
    return item.one_of(State, "state") in _OPEN


def _open(item: Field) -> Open:
    fingerprint = item.text("fingerprint")
    if not _FINGERPRINT.fullmatch(fingerprint):
        item["fingerprint"].fail("expected 32 hexadecimal digits")
    facts = (item.text(key, _LONGEST_TEXT) for key in ("rule", "severity", "state"))
    return Open(fingerprint, ", ".join(facts), item.text("message", _LONGEST_TEXT))
