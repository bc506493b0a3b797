"""A document to read, to file and to send: one HTML file that needs no network and no script."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lineage.kinship.fingerprint import VERSION as CATALOGUE_VERSION
from lineage.model import Origin, Severity, State, Tier, WeightFile
from lineage.phrases import listed
from lineage.reports import (
    ancestry,
    code,
    contents,
    governed,
    html_findings,
    html_stock,
    rule_pages,
    sealing,
)
from lineage.reports.diagram import Look, diagram
from lineage.reports.picture import drawn
from lineage.reports.provenance import json_digest, source_date, stamp
from lineage.reports.wording import words_of
from lineage.verdict import DOUBTS, reservations, verdict
from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version

if TYPE_CHECKING:
    from lineage.model import Test
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "html"
#: Copied files that are shown side by side.
_COPIES = 200


def render(audit: Audit, page: Page) -> str:
    """Return the audit as one self-contained HTML page in the page's language."""
    words = words_of(page.language)
    picture = diagram(audit)
    open_groups = html_findings.groups(audit, State.UNMET, *DOUBTS)
    values = {
        "audit": audit,
        "name": audit.graph.subject.name,
        "verdict": verdict(audit),
        "ending": contents.ending(audit),
        "digest": json_digest(audit),
        "head": tuple(_head(audit, words)),
        "unexamined": tuple(_unexamined(audit, words)),
        "counts": _counts(audit),
        "decisions": tuple(_decisions(audit, words)),
        "asked": html_findings.asked(audit),
        "diagram": picture,
        "svg": drawn(picture, words) if picture.edges else "",
        "looks": tuple(look.value for look in Look),
        "names": {node.id: node.label for node in picture.nodes},
        "groups": open_groups,
        "waived": html_findings.groups(audit, State.WAIVED),
        "met": html_findings.met(audit),
        "licences": tuple(
            (
                record,
                tuple(html_findings.files(record.exhibits[:5])),
                listed(record.declared),
                listed(record.found),
            )
            for record in audit.graph.subject.licences
        ),
        "code_said": tuple(code.summary(audit.traced)) if audit.traced else (),
        "works": tuple(code.works(audit.traced)) if audit.traced else (),
        "copies": tuple(map(code.sides, audit.traced.copies[:_COPIES])) if audit.traced else (),
        "more_copies": max(0, len(audit.traced.copies) - _COPIES) if audit.traced else 0,
        "compared": tuple(contents.compared(audit)),
        "catalogue": tuple(contents.catalogue(audit)),
        "tests": tuple(_tests(audit)),
        "stock": html_stock.stock(audit),
        "remarks": governed.waiver_remarks(audit),
        "tiers": tuple(tier.value for tier in Tier),
        "rates": tuple(_rates(audit, words)),
        "command": command(audit),
        "disclaimer": contents.DISCLAIMER,
        "made_with": words["made_with"].format(version=__version__, knowledge=KNOWLEDGE_VERSION),
    }
    moved = picture if len(picture.nodes) > 1 and picture.edges else None
    return sealing.sealed("report.html.j2", values, words, moved)


def command(audit: Audit) -> str:
    """Return the command that audits the same revision again."""
    target = audit.target
    words = ["lineage", "audit", contents.address(target)]
    words += ["--revision", target.revision] if target.revision else []
    words += [word for r in audit.references for word in ("--against", contents.address(r.repo))]
    return shlex.join(words)


def _head(audit: Audit, words: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield label, text and link of each row of the cover."""
    target, lookup = audit.target, audit.lookup
    yield words["target"], contents.address(target), target.url
    yield words["revision"], target.revision or words["no_revision"], ""
    yield words["package"], target.purl, ""
    for said, reading in ancestry.opened(audit):
        at = f" @ {reading.repo.revision}" if reading.repo.revision else ""
        yield said, f"{contents.address(reading.repo)}{at}", reading.repo.url
    yield words["read"], contents.read_sentence(audit.coverage), ""
    if policy := governed.policy_sentence(audit):
        yield words["policy"], policy, ""
    if audit.left_out:
        yield words["left_out"], ", ".join(words[f"scope_{s}"] for s in sorted(audit.left_out)), ""
    yield words["made_by"], f"lineage {__version__}", ""
    yield words["knowledge"], KNOWLEDGE_VERSION, ""
    yield words["rules"], f"{len(rule_pages.every())}", ""
    yield words["detector"], f"scancode-toolkit {scancode_version() or words['is_not']}", ""
    asked = words["catalogue_none"] if lookup is None else words["catalogue_of"]
    references = 0 if lookup is None else lookup.references
    said = asked.format(version=CATALOGUE_VERSION, references=f"{references:,}")
    yield words["catalogue_version"], said, ""
    if moment := source_date():
        yield words["dated"], stamp(moment), ""


def _unexamined(audit: Audit, words: Mapping[str, str]) -> Iterator[str]:
    unread = len(audit.unread)
    if unread:
        said = _numbered(words, "unexamined_unread", "unexamined_one", unread)
        yield f"{said} {words['unexamined_more']}"
    else:
        yield words["unexamined_none"]
    if endings := audit.coverage.not_examined:
        count = sum(files for _, files in endings)
        yield words["unexamined_endings"].format(count=f"{count:,}")
    if hashed := contents.by_hash_only(audit.reading):
        yield words["unexamined_hash"].format(count=f"{len(hashed):,}")
    yield from _uncompared(audit, words)
    if audit.left_out:
        parts = ", ".join(words[f"scope_{scope}"] for scope in sorted(audit.left_out))
        yield f"{words['left_out']}: {parts}."


def _uncompared(audit: Audit, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what was neither opened nor compared."""
    graph = audit.graph
    declared = {e.parent for e in graph.derivations() if e.origin is not Origin.DETECTED}
    closed = sum(graph.reading(graph.artifact(name)) is None for name in declared)
    if closed:
        yield words["unexamined_parents"].format(count=f"{closed:,}")
    has_weights = any(isinstance(fact, WeightFile) for fact in audit.reading.evidence)
    if has_weights and not audit.compared and audit.lookup is None:
        yield words["unexamined_weights"]
    if audit.traced and audit.traced.files and not audit.traced.works:
        yield words["unexamined_code"]


def _decisions(audit: Audit, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what somebody has to decide, in the order of weight."""
    unmet, doubts = _sum(audit, State.UNMET), _sum(audit, *DOUBTS)
    waived = _sum(audit, State.WAIVED)
    if unmet:
        yield _numbered(words, "decision_unmet", "decision_unmet_one", unmet)
    if doubts:
        yield _numbered(words, "decision_open", "decision_open_one", doubts)
    if audit.unread:
        yield words["decision_unread"]
    unknown = len(reservations(audit)) > bool(audit.unread)
    if unknown:
        yield words["decision_unknown"]
    if waived:
        yield _numbered(words, "decision_waived", "decision_waived_one", waived)
    if not (unmet or doubts or audit.unread or unknown or waived):
        yield words["decision_none"]


def _numbered(words: Mapping[str, str], many: str, one: str, count: int) -> str:
    return words[one] if count == 1 else words[many].format(count=f"{count:,}")


def _sum(audit: Audit, *states: State) -> int:
    return sum(finding.state in states for finding in audit.findings)


def _counts(audit: Audit) -> list[tuple[str, int, int, int, int]]:
    """Return by severity how many findings are unmet, open, waived and met; the gravest first."""
    kinds: Sequence[tuple[State, ...]] = ((State.UNMET,), DOUBTS, (State.WAIVED,), (State.MET,))
    rows = []
    for severity in sorted(Severity, key=lambda one: -one.rank):
        of = [finding.state for finding in audit.findings if finding.severity is severity]
        unmet, doubts, waived, met = (sum(s in states for s in of) for states in kinds)
        rows.append((severity.value, unmet, doubts, waived, met))
    return rows


def _tests(audit: Audit) -> Iterator[tuple[str, Test]]:
    """Yield each statistical test with the name of what was compared with."""
    for one in audit.compared:
        name = audit.graph.artifact(one.reference).name
        yield from ((name, test) for test in one.kinship.tests)
    told = {one.reference for one in audit.compared}
    for edge in audit.graph.derivations():
        if edge.parent not in told and edge.child not in told - {audit.graph.subject.id}:
            name = audit.graph.artifact(edge.parent).name
            yield from ((name, test) for test in edge.tests)


def _rates(audit: Audit, words: Mapping[str, str]) -> Iterator[str]:
    """Yield what is known of how often this audit may be wrong, from its own tests."""
    tests = [test for _, test in _tests(audit)]
    exact = sum(test.exact for test in tests)
    if tests:
        yield words["rate_tests"].format(count=f"{len(tests):,}")
        yield words["rate_exact"].format(exact=f"{exact:,}", calibrated=f"{len(tests) - exact:,}")
    else:
        yield words["rate_none"]
    if audit.lookup and audit.lookup.screened:
        yield words["rate_screen"].format(screened=f"{audit.lookup.screened:,}")
    yield words["rate_texts"]
    yield words["rate_other"]
