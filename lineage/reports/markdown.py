"""A document to file or to send: what the terminal shows, with every place and every duty."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from lineage.escape import (
    markdown_code,
    markdown_link,
    markdown_row,
    markdown_text,
)
from lineage.model import State
from lineage.phrases import counted, place
from lineage.reports import ancestry, code, contents, duties, governed
from lineage.verdict import DOUBTS, verdict
from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lineage.copies import Copy
    from lineage.model import Derivation, Exhibit, Finding, LicenceRecord, Obligation, Repo, Waiver
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "markdown"

#: So many of a list are written out, the rest are counted; the JSON report has them all.
_FINDINGS, _PLACES, _COPIES = 100, 20, 200


def render(audit: Audit, _page: Page) -> str:
    """Return the audit as CommonMark with GitHub's tables."""
    blocks = [
        f"# Licence and lineage of {markdown_code(audit.target.id)}",
        f"**{markdown_text(verdict(audit))}**",
        _table(("", ""), _head(audit)),
        *_section("Licences", licences(audit)),
        *_section("Made from", parents(audit)),
        *_section("Weights compared", _compared(audit)),
        *_section("Code compared", _code(audit)),
        *_section("Findings", _findings(audit, State.UNMET, *DOUBTS)),
        *_section("Waived", _findings(audit, State.WAIVED)),
        *_section("Waivers to look at", _remarks(audit)),
        *_section("What the licences above it ask", asked(audit)),
        *_section("Duties met", _met(audit)),
        *_section("Not examined", not_examined(audit)),
        *_section("How to read this", _method(audit)),
    ]
    return "\n\n".join(blocks) + "\n"


def _section(title: str, blocks: Iterable[str]) -> list[str]:
    listed = list(blocks)
    return [f"## {title}", *listed] if listed else []


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    ruled = [markdown_row(*heads), markdown_row(*("---" for _ in heads))]
    return "\n".join([*ruled, *(markdown_row(*row) for row in rows)])


def _head(audit: Audit) -> Iterator[tuple[str, str]]:
    target = audit.target
    yield "Target", _url(target.url)
    yield "Revision", markdown_code(target.revision) if target.revision else "none"
    yield "Package", markdown_code(target.purl)
    for said, reading in ancestry.opened(audit):
        yield said, _reference(reading.repo)
    yield "Read", contents.read_sentence(audit.coverage)
    if policy := governed.policy_sentence(audit):
        yield "Policy", markdown_text(policy)
    if audit.left_out:
        yield "Left out, as asked", ", ".join(sorted(audit.left_out))
    yield "Result", markdown_text(contents.ending(audit))


def _reference(repo: Repo) -> str:
    return f"{_url(repo.url)} at {markdown_code(repo.revision or 'no revision')}"


def _url(url: str) -> str:
    return markdown_link(markdown_code(url), url)


def licences(audit: Audit) -> Iterator[str]:
    """Yield the licence of each part, as a table."""
    records = audit.graph.subject.licences
    if records:
        yield _table(("Part", "Concluded", "Declared", "Found", "Why"), map(_licence, records))


def _licence(record: LicenceRecord) -> tuple[str, ...]:
    concluded = markdown_code(record.concluded) if record.concluded else "**not known**"
    why = f"{markdown_text(record.reason)} {_places(record.exhibits[:3])}".rstrip()
    return (record.scope.value, concluded, _codes(record.declared), _codes(record.found), why)


def _codes(texts: Iterable[str]) -> str:
    return ", ".join(map(markdown_code, texts)) or "nothing"


def _compared(audit: Audit) -> Iterator[str]:
    for name, said in contents.compared(audit):
        yield f"With {markdown_code(name)}: {markdown_text(said)}"
    for said in contents.catalogue(audit):
        yield markdown_text(said)


def _code(audit: Audit) -> Iterator[str]:
    traced = audit.traced
    if traced is None or not traced.files:
        return
    yield "\n".join(f"- {markdown_text(said)}" for said in code.summary(traced))
    if traced.copies:
        yield "\n".join(
            f"- {markdown_text(name)}: {markdown_text(said)}" for name, said in code.works(traced)
        )
        yield _table(
            ("File here", "Upstream's", "Head here", "Upstream's head", "What was found"),
            (_sides(copy) for copy in traced.copies[:_COPIES]),
        )
    more = len(traced.copies) - _COPIES
    if more > 0:
        yield f"And {counted(more, 'file')} more, listed in the JSON report."


def _sides(copy: Copy) -> tuple[str, ...]:
    shown = code.sides(copy)
    heads = (markdown_text(shown.head), markdown_text(shown.upstream_head))
    places = (markdown_code(shown.here), markdown_code(shown.there))
    return (*places, *heads, markdown_text(shown.said))


def parents(audit: Audit) -> Iterator[str]:
    """Yield what the target was made from, as a table."""
    steps = ancestry.chain(audit)
    if steps:
        yield _table(
            ("Relation", "Parent", "Of", "Terms", "Known how", "Tier", "Evidence"),
            (
                (
                    contents.relation(step.edge),
                    markdown_code(audit.graph.artifact(step.edge.parent).name),
                    markdown_code(audit.graph.artifact(step.edge.child).name),
                    markdown_text(step.terms),
                    step.edge.origin.value,
                    step.edge.tier.value,
                    _known(step.edge),
                )
                for step in steps
            ),
        )


def _known(edge: Derivation) -> str:
    tests = [markdown_text(contents.test_sentence(test)) for test in edge.tests]
    return "; ".join([*tests, *map(_place, edge.exhibits[:3])])


def _findings(audit: Audit, *states: State) -> Iterator[str]:
    for group in contents.groups(audit, *states):
        yield f"### {group.severity.value.capitalize()}: {group.rule} {markdown_text(group.title)}"
        yield (
            f"State **{group.state.value}**, tier {group.tier.value} "
            f"({contents.TIERS[group.tier]}). Clause: {markdown_text(group.clause)}."
        )
        shown = group.findings[:_FINDINGS]
        yield "\n".join([*(line for f in shown for line in _finding(f)), *_rest(group)])
        yield f"Remedy: {markdown_text(group.remedy)}"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"- {markdown_text(finding.message)} Fingerprint {markdown_code(finding.fingerprint)}."
    if finding.waiver:
        yield f"  - {_waiver(finding.waiver)}"
    for exhibit in finding.exhibits[:_PLACES]:
        yield f"  - {_exhibit(exhibit)}"
    more = len(finding.exhibits) - _PLACES
    if more > 0:
        yield f"  - and {counted(more, 'place')} more, listed in the JSON report"


def _waiver(waiver: Waiver) -> str:
    since = f" since {markdown_text(waiver.since)}" if waiver.since else ""
    by, until = markdown_text(waiver.owner), markdown_text(waiver.expires)
    reason = markdown_text(waiver.reason)
    return f"Waived{since} by {by} until {until}: {reason} (It would be {waiver.was.value}.)"


def _remarks(audit: Audit) -> Iterator[str]:
    remarks = governed.waiver_remarks(audit)
    if remarks:
        yield "\n".join(f"- {markdown_text(said)}" for said in remarks)


def _exhibit(exhibit: Exhibit) -> str:
    parts = [_place(exhibit)]
    if exhibit.sha256:
        parts.append(f"sha256 {markdown_code(exhibit.sha256)}")
    if exhibit.excerpt:
        parts.append(f"says {markdown_code(exhibit.excerpt)}")
    return ", ".join(parts)


def _place(exhibit: Exhibit) -> str:
    return markdown_link(markdown_code(place(exhibit)), exhibit.url or "")


def _places(exhibits: Iterable[Exhibit]) -> str:
    return ", ".join(map(_place, exhibits))


def _rest(group: contents.Group) -> Iterator[str]:
    more = len(group.findings) - _FINDINGS
    if more > 0:
        yield f"- {group.rule}: and {more:,} more, listed in the JSON report"


def asked(audit: Audit) -> Iterator[str]:
    """Yield what each licence above the target asks, as a heading and a table."""
    for of in duties.asked(audit):
        yield f"### {markdown_text(of.heading)}"
        yield _table(("State", "Duty", "Arises", "Why", "Where"), map(_duty, of.duties))


def _duty(duty: Obligation) -> tuple[str, ...]:
    return (
        f"**{duty.state.value}**",
        markdown_text(duties.sentence(duty)),
        duties.trigger(duty),
        markdown_text(duties.why(duty)),
        _places(duty.exhibits[:3]),
    )


def _met(audit: Audit) -> Iterator[str]:
    lines = []
    for group in contents.groups(audit, State.MET):
        findings = [f for f in group.findings if not duties.is_told_elsewhere(audit, f)]
        for finding in findings[:_FINDINGS]:
            said = f"- {group.rule}: {markdown_text(finding.message)}"
            lines.append(f"{said} {_places(finding.exhibits[:3])}".rstrip())
        lines.extend(_rest(group))
    if lines:
        yield "\n".join(lines)


def not_examined(audit: Audit) -> Iterator[str]:
    """Yield what could not be read, and what was not looked at."""
    for name, unread in ancestry.gaps(audit):
        if unread:
            places = counted(len(unread), "place")
            whose = markdown_code(name or audit.target.id)
            yield f"{places} of {whose} could not be read:"
            yield "\n".join(map(_gap, contents.gaps(unread)))
    hashed = contents.by_hash_only(audit.reading)
    if hashed:
        yield f"{counted(len(hashed), 'file')} of weights known by size and hash at best:"
        yield "\n".join(f"- {markdown_code(file.exhibit.path)}" for file in hashed[:_PLACES])
    passed_over = audit.coverage.not_examined
    if passed_over:
        kinds = ", ".join(f"{count:,} {markdown_code(ending)}" for ending, count in passed_over)
        yield f"Files that no scanner asks for, by ending: {kinds}."


def _gap(gap: contents.Gap) -> str:
    shown = ", ".join(map(markdown_code, filter(None, gap.paths[:_PLACES])))
    more = len(gap.paths) - _PLACES
    said = f"- {markdown_text(gap.reason)}" + (f": {shown}" if shown else "")
    return said + (f" and {more:,} more" if more > 0 else "")


def _method(audit: Audit) -> Iterator[str]:
    yield contents.DISCLAIMER
    yield "\n".join(f"- Tier {tier.value}: {words}." for tier, words in contents.TIERS.items())
    detector = scancode_version()
    asked = f", scancode-toolkit {detector}" if detector else ""
    yield f"Made by lineage {__version__}, knowledge {KNOWLEDGE_VERSION}{asked}, with:"
    yield markdown_code(_command(audit))


def _command(audit: Audit) -> str:
    target = audit.target
    words = ["lineage", "audit", contents.address(target)]
    words += ["--revision", target.revision] if target.revision else []
    words += [word for r in audit.references for word in ("--against", contents.address(r.repo))]
    return shlex.join(words)
