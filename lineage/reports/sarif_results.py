"""A finding as a SARIF result: one place in the repository, the other places as related ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.escape import is_web_link, sarif_message
from lineage.model import State
from lineage.phrases import place
from lineage.reports.provenance import shortened
from lineage.reports.sarif_rules import LEVELS
from lineage.reports.whereabouts import relative_uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.codec import Plain
    from lineage.model import Exhibit, Finding, Waiver
    from lineage.reports.whereabouts import Whereabouts

#: The base that every path of the repository is relative to.
ROOT = "%SRCROOT%"

#: Related places that are listed; the JSON report has them all.
_RELATED = 50
#: Characters of a message; GitHub shows fewer.
_LONGEST = 4000
_STEP = 25.0

_OPENINGS = {
    State.UNMET: "",
    State.INVESTIGATE: "To be looked into: ",
    State.CONDITION_UNKNOWN: "Hangs on what is not known: ",
    State.CANNOT_DETERMINE: "Could not be determined: ",
    State.WAIVED: "Waived: ",
    State.MET: "Met: ",
}
#: A doubt weighs one step less than what is known.
_MILDER = {"error": "warning", "warning": "note", "note": "note"}


def described(finding: Finding, rule: int, where: Whereabouts) -> Plain:
    """Return a finding as a result; its first place is always inside the repository."""
    primary = _primary(finding, where)
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _level(finding),
        "rank": finding.severity.rank * _STEP,
        "message": {"text": _message(finding)},
        "locations": [_location(primary) if primary else _anchored(where)],
        "relatedLocations": list(_related(finding, primary, where)),
        "partialFingerprints": {
            "lineageFinding/v1": finding.fingerprint,
            # What GitHub goes by. Left to itself it hashes the line, and two findings of one rule
            # at one anchor would count as the same.
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        "suppressions": [_suppression(finding.waiver)] if finding.waiver else [],
        "properties": {
            "severity": finding.severity.value,
            "state": finding.state.value,
            "tier": finding.tier.value,
            "clause": shortened(finding.clause),
            "remedy": shortened(finding.remedy),
            "subject": shortened(finding.subject),
            "parent": finding.parent and shortened(finding.parent),
        },
    }


def artifact(uri: str, *, inside: bool = True) -> dict[str, Plain]:
    """Return a physical location without a region."""
    base: dict[str, Plain] = {"uriBaseId": ROOT} if inside else {}
    return {"artifactLocation": {"uri": uri, **base}}


def _level(finding: Finding) -> str:
    if finding.state is State.WAIVED:
        return "note"
    level = LEVELS[finding.severity]
    return level if finding.state is State.UNMET else _MILDER[level]


def _message(finding: Finding) -> str:
    said = f"{_OPENINGS[finding.state]}{finding.message.rstrip('.')}. Remedy: {finding.remedy}"
    return sarif_message(said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…")


def _primary(finding: Finding, where: Whereabouts) -> Exhibit | None:
    """Return the exhibit that the finding is shown at: one with lines before one without."""
    held = [exhibit for exhibit in finding.exhibits if where.holds(exhibit)]
    return next((exhibit for exhibit in held if exhibit.lines), None) or next(
        (exhibit for exhibit in held if exhibit.span is None), None
    )


def _location(exhibit: Exhibit) -> Plain:
    # GitHub shows no place without a line.
    first, last = exhibit.lines or (1, 1)
    region: Plain = {"startLine": first, "endLine": last}
    return {"physicalLocation": {**artifact(relative_uri(exhibit.path)), "region": region}}


def _anchored(where: Whereabouts) -> Plain:
    said = "The finding is of the repository as a whole; it is shown here."
    return {
        "physicalLocation": {**artifact(relative_uri(where.anchor)), "region": {"startLine": 1}},
        "message": {"text": said},
    }


def _related(
    finding: Finding, primary: Exhibit | None, where: Whereabouts
) -> Iterator[dict[str, Plain]]:
    others = [exhibit for exhibit in finding.exhibits if exhibit is not primary]
    for number, exhibit in enumerate(others[:_RELATED], 1):
        inside = where.holds(exhibit)
        uri = relative_uri(exhibit.path) if inside else exhibit.url or ""
        if inside or (is_web_link(uri) and len(uri) <= _LONGEST):
            yield {
                "id": number,
                "physicalLocation": {**artifact(uri, inside=inside), **_region(exhibit)},
                "message": {"text": _said(exhibit)},
            }


def _region(exhibit: Exhibit) -> dict[str, Plain]:
    if exhibit.lines:
        first, last = exhibit.lines
        return {"region": {"startLine": first, "endLine": last}}
    if exhibit.span:
        start, stop = exhibit.span
        return {"region": {"byteOffset": start, "byteLength": stop - start}}
    return {}


def _said(exhibit: Exhibit) -> str:
    parts = [place(exhibit)]
    if exhibit.sha256:
        parts.append(f"sha256 {exhibit.sha256}")
    if exhibit.excerpt:
        parts.append(f'says "{exhibit.excerpt}"')
    return sarif_message(shortened(", ".join(parts)))


def _suppression(waiver: Waiver) -> Plain:
    since = f" since {waiver.since}" if waiver.since else ""
    said = f"Waived{since} until {waiver.expires} by {waiver.owner}: {waiver.reason}"
    return {
        "kind": "external",
        "status": "accepted",
        "justification": sarif_message(shortened(said)),
    }
