"""Today's findings as waivers to be filled in.

A baseline is a file of its own, which a policy names under ``waivers-from``, so that the policy and
its comments stay as they were written. Each waiver comes without reason and owner: a policy that
names an unfilled one is refused, with the line that is to be filled in. Run again on the same file,
what is there is kept word for word, and only what is new is added at its end.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lineage.escape import safe_text
from lineage.licences.field import Field, TermsError, parse
from lineage.policy.file import SIZE_LIMIT
from lineage.policy.report import Open, Report
from lineage.policy.terms import PolicyError

#: For how long a waiver holds unless the user says otherwise.
DEFAULT_DAYS = 90

_EMPTY = re.compile(r"^waivers: *\[\] *$", re.MULTILINE)
_SHOWN, _WIDTH = 400, 96


@dataclass(frozen=True, slots=True)
class Baseline:
    """A file of waivers."""

    text: str
    #: How many waivers are new in it.
    added: int
    #: How many of those that it had before mean no finding of the report.
    stale: int = 0


def made(report: Report, today: date, expires: date | None = None) -> Baseline:
    """Return a new file of waivers for a report's open findings."""
    waivers = list(_waivers(report.findings, today, expires, "  "))
    if not waivers:
        return Baseline(f"{_head(report, today)}waivers: []\n", 0)
    text = f"{_head(report, today)}waivers:\n{''.join(waivers)}"
    return Baseline(text, len(waivers))


def merged(
    report: Report, existing: str, file: str, today: date, expires: date | None = None
) -> Baseline:
    """Return a file with waivers for the open findings that it has none for, at its end.

    Raises:
        PolicyError: the file is broken, or ends in such a way that nothing can be added to it.
    """
    try:
        before = parse(existing, file, SIZE_LIMIT)
        known = {str(item["fingerprint"].value) for item in before.items("waivers")}
        new = [one for one in report.findings if one.fingerprint not in known]
        stale = len(known - {one.fingerprint for one in report.findings} - {"None"})
        if not new:
            return Baseline(existing, 0, stale)
        waivers = list(_waivers(new, today, expires, _indent(before, existing)))
        text = _appended(existing, before, waivers)
        after = parse(text, file, SIZE_LIMIT)
    except TermsError as error:
        raise PolicyError(str(error)) from error
    if not _is_continued(before, after, [one.fingerprint for one in new]):
        raise PolicyError(
            f"nothing can be added at the end of {file}; write the baseline to a file of its own, "
            "and name that under waivers-from"
        )
    return Baseline(text, len(new), stale)


def default_expiry(today: date) -> date:
    """Return until when a waiver holds unless the user says otherwise."""
    return today + timedelta(days=DEFAULT_DAYS)


def _head(report: Report, today: date) -> str:
    said = (
        f"Waivers for what an audit of {report.target} found, written {today}. Each needs a reason "
        "and an owner: until then a policy that names this file under waivers-from is refused."
    )
    return "".join(_comment(said, ""))


def _waivers(
    findings: Iterable[Open], today: date, expires: date | None, indent: str
) -> Iterator[str]:
    for finding in dict.fromkeys(findings):
        lines = [
            *_comment(f"{finding.title}: {finding.message[:_SHOWN]}", indent),
            f'{indent}- fingerprint: "{finding.fingerprint}"\n',
            f'{indent}  reason: ""\n',
            f'{indent}  owner: ""\n',
            f"{indent}  expires: {expires or default_expiry(today)}\n",
            f"{indent}  since: {today}\n",
        ]
        yield "".join(lines)


def _comment(said: str, indent: str) -> Iterator[str]:
    for line in textwrap.wrap(safe_text(said), _WIDTH, break_on_hyphens=False):
        yield f"{indent}# {line}\n"


def _appended(existing: str, before: Field, waivers: Sequence[str]) -> str:
    text = existing if existing.endswith("\n") else f"{existing}\n"
    if "waivers" not in before:
        text += "waivers:\n"
    elif before["waivers"].value == []:
        text = _EMPTY.sub("waivers:", text)
    return text + "".join(waivers)


def _indent(before: Field, existing: str) -> str:
    """Return how far the waivers of a file are set in."""
    line = before.lines.get(("waivers", 0))
    if line is None:
        return "  "
    found = re.match(r"( *)-", existing.split("\n")[line - 1])
    return found[1] if found else "  "


def _is_continued(before: Field, after: Field, added: Sequence[str]) -> bool:
    """Say whether a file says what it said before, and the new waivers besides."""
    if not isinstance(before.value, dict) or not isinstance(after.value, dict):
        return False
    old, new = before.value.get("waivers") or [], after.value.get("waivers")
    if not isinstance(old, list) or not isinstance(new, list):
        return False
    rest = [{**before.value, "waivers": None}, {**after.value, "waivers": None}]
    fingerprints = [str(item["fingerprint"].value) for item in after.items("waivers")]
    return rest[0] == rest[1] and new[: len(old)] == old and fingerprints[len(old) :] == list(added)
