"""A page for the terminal: the verdict, then what matters most, then what was not examined.

Written in one grid of a label and its text; a wide terminal gets the details beside the text, a
narrow one beneath it. Colour never carries meaning by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from lineage.escape import safe_text
from lineage.model import Severity, State
from lineage.phrases import counted, listed, quoted
from lineage.reports import ancestry, code, contents, duties, governed
from lineage.reports.paper import WIDE, Pair, Row, beside, grid, printed, prose, row, width_of
from lineage.verdict import DOUBTS, verdict

if TYPE_CHECKING:
    from lineage.copies import Traced
    from lineage.model import Finding, LicenceRecord, Obligation, Repo
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "table"

#: So many of a list are shown, the rest are counted.
_SHOWN = 2
_FINDINGS, _ENDINGS, _PARENTS = 5, 8, 12
_COPIES = 60
_CODE = "Code compared"

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "blue",
}


def render(audit: Audit, page: Page) -> str:
    """Return the audit as text for a person at a terminal."""
    return printed(_parts(audit, wide=width_of(page) >= WIDE, verbose=page.verbose), page)


def _parts(audit: Audit, *, wide: bool, verbose: bool) -> Iterator[RenderableType]:
    yield prose(verdict(audit), "bold")
    yield Text()
    yield grid(_head(audit), wide=wide)
    sections = (
        ("Licences", [_licence(record) for record in audit.graph.subject.licences]),
        ("Made from", _parents(audit)),
        ("Weights compared with", [row(*said) for said in _compared(audit)]),
        (_CODE, _code(audit)),
        (_findings_title(audit), _findings(audit, State.UNMET, *DOUBTS)),
        ("Waived", _findings(audit, State.WAIVED)),
        ("Waivers to look at", [row("", said) for said in governed.waiver_remarks(audit)]),
        *((f"Asked by {of.heading}", list(map(_duty, of.duties))) for of in duties.asked(audit)),
        ("Duties met", _met(audit)),
        ("Not examined", _not_examined(audit)),
    )
    for title, rows in sections:
        if rows:
            yield Text()
            yield Text(safe_text(title), "bold underline")
            yield grid(rows, wide=wide)
        if title == _CODE and verbose and audit.traced and audit.traced.copies:
            yield Text()
            yield beside(_sides(audit.traced))
    yield Text()
    yield prose(contents.ending(audit), "bold")
    yield prose(contents.DISCLAIMER)


def _head(audit: Audit) -> list[Row]:
    target = audit.target
    rows = [
        row("Target", contents.address(target)),
        row("Revision", target.revision or "none: a directory that is under no version control"),
        *(row(said, _reference(reading.repo)) for said, reading in ancestry.opened(audit)),
        row("Read", contents.read_sentence(audit.coverage)),
    ]
    if policy := governed.policy_sentence(audit):
        rows.append(row("Policy", policy))
    if audit.left_out:
        rows.append(row("Left out", f"{', '.join(sorted(audit.left_out))}, as asked"))
    return rows


def _reference(repo: Repo) -> str:
    return contents.address(repo) + (f" at {repo.revision}" if repo.revision else "")


def _licence(record: LicenceRecord) -> Row:
    return Row(
        (Text(record.scope.value),),
        (prose(record.concluded or "not known", "bold"),),
        (prose(f"{record.reason} {contents.statements(record)}".rstrip()),),
    )


def _compared(audit: Audit) -> Iterator[tuple[str, str]]:
    for name, said in contents.compared(audit):
        yield "reference", f"{name}: {said}"
    for said in contents.catalogue(audit):
        yield "the catalogue", said


def _code(audit: Audit) -> list[Row]:
    if audit.traced is None:
        return []
    rows = [row("", said) for said in code.summary(audit.traced)]
    rows += [row("holds code of", f"{name}: {said}") for name, said in code.works(audit.traced)]
    return rows if audit.traced.files else []


def _sides(traced: Traced) -> Iterator[Pair]:
    """Yield every copied file beside upstream's: where, what the heads say, what became of them."""
    for copy in traced.copies[:_COPIES]:
        shown = code.sides(copy)
        yield Pair((shown.here, shown.head), (shown.there, shown.upstream_head), shown.said)
    more = len(traced.copies) - _COPIES
    if more > 0:
        yield Pair((_more(more),), ("",), "")


def _parents(audit: Audit) -> list[Row]:
    steps = ancestry.chain(audit)
    rows = [_parent(audit, step) for step in steps[:_PARENTS]]
    return rows + _rest(len(steps) - _PARENTS)


def _parent(audit: Audit, step: ancestry.Step) -> Row:
    edge = step.edge
    parent = audit.graph.artifact(edge.parent)
    known = f"{edge.origin.value}, tier {edge.tier.value}"
    arrow = f"{'   ' * (step.depth - 1)}<- " if step.depth else ""
    name = prose(arrow + quoted(parent.name), "bold")
    name.append(safe_text(f", {step.terms}"), "not bold")
    return Row(
        (Text(contents.relation(edge)),),
        (name,),
        (
            prose(f"{known}: {contents.places(edge.exhibits)}" if edge.exhibits else known),
            *(prose(said) for said in contents.strongest(edge.tests)),
        ),
    )


def _findings_title(audit: Audit) -> str:
    found = Counter(f.severity for f in audit.findings if f.state in (State.UNMET, *DOUBTS))
    said = ", ".join(f"{found[s]} {s.value}" for s in reversed(Severity) if found[s])
    return f"Findings: {said}"


def _findings(audit: Audit, *states: State) -> list[Row]:
    return [_group(group) for group in contents.groups(audit, *states)]


def _group(group: contents.Group) -> Row:
    body = [prose(f"{group.rule}  {group.title}", "bold")]
    for finding in group.findings[:_FINDINGS]:
        body += _finding(finding)
    more = len(group.findings) - _FINDINGS
    if more > 0:
        body.append(prose(_more(more)))
    label = (
        Text(group.severity.value.upper(), _STYLES[group.severity]),
        Text(group.state.value),
        Text(f"tier {group.tier.value}"),
    )
    aside = (prose(f"Remedy: {group.remedy}"), prose(f"Clause: {group.clause}"))
    return Row(label, tuple(body), aside)


def _finding(finding: Finding) -> Iterator[Text]:
    yield prose(finding.message)
    places = contents.places(finding.exhibits)
    if places and places not in finding.message:
        yield prose(f"See {places}.", "dim")
    if waiver := finding.waiver:
        since = f" since {waiver.since}" if waiver.since else ""
        told = f"Waived{since} until {waiver.expires} by {waiver.owner}: {waiver.reason}"
        yield prose(f"{told} (It would be {waiver.was.value}.)")


def _duty(duty: Obligation) -> Row:
    aside = " ".join(filter(None, (duties.why(duty), _shown_at(duty))))
    said = f"{duties.sentence(duty)}, {duties.trigger(duty)}".rstrip(", ")
    return Row((Text(duty.state.value),), (prose(said),), (prose(aside, "dim"),) if aside else ())


def _shown_at(duty: Obligation) -> str:
    """Return where the duty can be checked, as far as its reason does not say it."""
    places = contents.places(duty.exhibits[:_SHOWN])
    return f"See {places}." if places and places not in duty.reason else ""


def _met(audit: Audit) -> list[Row]:
    rows = []
    for group in contents.groups(audit, State.MET):
        findings = [f for f in group.findings if not duties.is_told_elsewhere(audit, f)]
        if findings:
            more = f" And {len(findings) - 1:,} more." if len(findings) > 1 else ""
            rows.append(Row((Text(group.rule),), (prose(findings[0].message + more),)))
    return rows


def _not_examined(audit: Audit) -> list[Row]:
    rows = []
    for name, unread in ancestry.gaps(audit):
        whose = f"{name}: " if name else ""
        rows += [_gap(gap, whose) for gap in contents.gaps(unread)]
    hashed = contents.by_hash_only(audit.reading)
    if hashed:
        size = contents.size_text(sum(file.size or 0 for file in hashed))
        names = listed([file.exhibit.path for file in hashed])
        rows.append(
            row("weights", f"{counted(len(hashed), 'file')}, {size}, known by hash only: {names}")
        )
    passed_over = audit.coverage.not_examined
    if passed_over:
        kinds = [f"{count:,} {ending}" for ending, count in passed_over[:_ENDINGS]]
        left = sum(count for _, count in passed_over[_ENDINGS:])
        kinds += [f"{left:,} of other kinds"] if left else []
        rows.append(row("not asked for", f"{', '.join(kinds)}: no scanner asks for these"))
    return rows


def _gap(gap: contents.Gap, whose: str) -> Row:
    places = listed(filter(None, gap.paths))
    said = (prose(f"{counted(len(gap.paths), 'place')}: {places}"),) if places else ()
    return Row((Text("unread", "bold"),), (prose(f"{whose}{gap.reason}"),), said)


def _rest(number: int) -> list[Row]:
    return [row("", _more(number))] if number > 0 else []


def _more(number: int) -> str:
    return f"and {number:,} more, see --format json"
