"""SARIF 2.1.0 for code scanning: open findings as results at places inside the repository.

How bad and how sure stay apart. A rule's ``security-severity`` says how bad its findings are if
they are true, its ``precision`` how sure its tier makes anyone. A result's ``level`` says what is
known here and now: what is unmet is an error (critical, high), a warning (medium) or a note; a
doubt is one step milder, and its message begins with what kind of doubt it is. Rules carry no
``security`` tag, with which GitHub would show the rule's severity in place of the result's level.

Duties that are met are counted and not listed, since a code scanner takes every result for a
problem. What a waiver covers is a suppressed note. What could not be read is a notification, and
``executionSuccessful`` is false where there is any, as the exit code is 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.escape import is_web_link, sarif_message
from lineage.model import Host, State
from lineage.policy import Exit
from lineage.reports import contents, sarif_results, sarif_rules
from lineage.reports.json_report import serialised
from lineage.reports.provenance import shortened
from lineage.reports.whereabouts import is_inside, relative_uri, stable_name, whereabouts
from lineage.verdict import verdict
from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.codec import Plain
    from lineage.model import Finding
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "sarif"

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
#: GitHub takes no more in one run; the gravest and surest are kept.
MOST_RESULTS = 25_000
#: Places that are named for one reason of not being read.
_PLACES = 20
_UNREAD = "lineage/unread"
_LEFT_OUT = "lineage/results-left-out"

_EXITS = {
    Exit.PASS: "nothing at or above the threshold",
    Exit.FINDINGS: "findings at or above the threshold",
    Exit.INCOMPLETE: "incomplete: something could not be read, so no pass may be claimed",
}


def render(audit: Audit, _page: Page) -> str:
    """Return the audit as one SARIF log with one run."""
    return serialised({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(audit)]})


def _run(audit: Audit) -> Plain:
    findings = _shown(audit)
    rules = sarif_rules.Rules(findings)
    where = whereabouts(audit)
    return {
        "tool": {"driver": _driver(rules)},
        "automationDetails": {"id": f"lineage/{stable_name(audit)}/"},
        "invocations": [_invocation(audit)],
        "versionControlProvenance": list(_provenance(audit)),
        "originalUriBaseIds": {
            sarif_results.ROOT: {"description": {"text": "The root of the audited repository."}}
        },
        "columnKind": "unicodeCodePoints",
        "results": [
            sarif_results.described(finding, rules.index(finding), where)
            for finding in findings[:MOST_RESULTS]
        ],
        "properties": _properties(audit),
    }


def _shown(audit: Audit) -> list[Finding]:
    """Return every finding that is not a met duty, the gravest and surest first."""
    states = [state for state in State if state is not State.MET]
    return [f for group in contents.groups(audit, *states) for f in group.findings]


def _driver(rules: sarif_rules.Rules) -> Plain:
    return {
        "name": "lineage",
        "fullName": "lineage, licence and lineage audits of models and code",
        "version": __version__,
        "rules": rules.described(),
        "notifications": [
            {"id": _UNREAD, "shortDescription": {"text": "A place could not be read"}},
            {"id": _LEFT_OUT, "shortDescription": {"text": "Results were left out"}},
        ],
        "properties": {
            "knowledgeVersion": KNOWLEDGE_VERSION,
            "scancodeVersion": scancode_version(),
        },
    }


def _invocation(audit: Audit) -> Plain:
    return {
        "executionSuccessful": audit.complete,
        "exitCode": int(audit.exit_code),
        "exitCodeDescription": _EXITS[audit.exit_code],
        "toolExecutionNotifications": [*_left_out(audit), *_unread(audit)],
    }


def _left_out(audit: Audit) -> Iterator[Plain]:
    more = len(_shown(audit)) - MOST_RESULTS
    if more > 0:
        said = f"{more:,} results beyond the first {MOST_RESULTS:,} stand in the JSON report alone."
        yield {"descriptor": {"id": _LEFT_OUT}, "level": "error", "message": {"text": said}}


def _unread(audit: Audit) -> Iterator[Plain]:
    for reading in (audit.reading, *audit.references):
        is_target = reading is audit.reading
        whose = "" if is_target else f" of {reading.repo.id}"
        for gap in contents.gaps(reading.coverage.unread):
            number = len(gap.paths)
            places = f"{number:,} places{whose}" if number > 1 else f"1 place{whose}"
            yield {
                "descriptor": {"id": _UNREAD},
                "level": "warning",
                "message": {
                    "text": sarif_message(shortened(f"{places} could not be read: {gap.reason}"))
                },
                "locations": _places(gap) if is_target else [],
            }


def _places(gap: contents.Gap) -> list[Plain]:
    return [
        {"physicalLocation": sarif_results.artifact(relative_uri(path))}
        for path in gap.paths[:_PLACES]
        if path and is_inside(path)
    ]


def _provenance(audit: Audit) -> Iterator[Plain]:
    target = audit.target
    address = contents.address(target)
    if target.host is not Host.LOCAL and target.revision and is_web_link(address):
        yield {
            "repositoryUri": address,
            "revisionId": target.revision,
            "mappedTo": {"uriBaseId": sarif_results.ROOT},
        }


def _properties(audit: Audit) -> Plain:
    coverage = audit.coverage
    return {
        "verdict": shortened(verdict(audit)),
        "purl": audit.target.purl,
        "disclaimer": contents.DISCLAIMER,
        "filesTotal": coverage.files_total,
        "filesRead": coverage.files_read,
        "placesUnread": sum(
            len(reading.coverage.unread) for reading in (audit.reading, *audit.references)
        ),
        "dutiesMet": sum(finding.state is State.MET for finding in audit.findings),
    }
