"""A page for the terminal: the verdict, then what matters most, then what was not examined.

Written in one grid of a label and its text; a wide terminal gets the details beside the text, a
narrow one beneath it. Colour never carries meaning by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from lineage.escape import safe_text
from lineage.model import Severity, State
from lineage.phrases import counted, listed
from lineage.reports import contents, duties, governed
from lineage.verdict import DOUBTS, verdict

if TYPE_CHECKING:
    from lineage.model import Derivation, Finding, LicenceRecord, Obligation, Repo
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "table"

#: From here on details stand beside the text.
WIDE = 140
#: A line of prose is not read easily beyond this.
_PROSE = 120
_LEAST, _MOST = 40, 200
_LABEL = 17
#: So many of a list are shown, the rest are counted.
_SHOWN = 2
_FINDINGS, _ENDINGS, _PARENTS = 5, 8, 12
_LONGEST = 600

_STYLES = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "blue",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A label, its text, and the details that a narrow page puts beneath the text."""

    label: tuple[Text, ...]
    body: tuple[Text, ...]
    aside: tuple[Text, ...] = ()


def render(audit: Audit, page: Page) -> str:
    """Return the audit as text for a person at a terminal."""
    width = max(_LEAST, min(page.width, _MOST))
    paper = StringIO()
    console = Console(
        file=paper,
        width=width,
        color_system="standard" if page.colour else None,
        force_terminal=page.colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    for part in _parts(audit, wide=width >= WIDE):
        console.print(part, width=min(width, _PROSE) if isinstance(part, Text) else None)
    text = "\n".join(line.rstrip() for line in paper.getvalue().split("\n"))
    return text if page.unicode else _ascii(text)


def _ascii(text: str) -> str:
    return text.replace("…", "...").encode("ascii", "backslashreplace").decode("ascii")


def _parts(audit: Audit, *, wide: bool) -> Iterator[RenderableType]:
    yield _said(verdict(audit), "bold")
    yield Text()
    yield _grid(_head(audit), wide=wide)
    sections = (
        ("Licences", [_licence(record) for record in audit.graph.subject.licences]),
        ("Made from", _parents(audit)),
        (_findings_title(audit), _findings(audit, State.UNMET, *DOUBTS)),
        ("Waived", _findings(audit, State.WAIVED)),
        ("Waivers to look at", [_row("", said) for said in governed.waiver_remarks(audit)]),
        *((f"Asked by {of.heading}", list(map(_duty, of.duties))) for of in duties.asked(audit)),
        ("Duties met", _met(audit)),
        ("Not examined", _not_examined(audit)),
    )
    for title, rows in sections:
        if rows:
            yield Text()
            yield Text(safe_text(title), "bold underline")
            yield _grid(rows, wide=wide)
    yield Text()
    yield _said(contents.ending(audit), "bold")
    yield _said(contents.DISCLAIMER)


def _grid(rows: Iterable[Row], *, wide: bool) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(width=_LABEL, overflow="fold")
    grid.add_column(ratio=3, overflow="fold")
    if wide:
        grid.add_column(ratio=2, overflow="fold")
    for number, row in enumerate(rows):
        if number and len(row.label) > 1:
            grid.add_row()
        body, aside = (row.body, row.aside) if wide else ((*row.body, *row.aside), ())
        cells = (Group(*row.label), Group(*body), Group(*aside))
        grid.add_row(*cells[: 3 if wide else 2])
    return grid


def _head(audit: Audit) -> list[Row]:
    target = audit.target
    rows = [
        _row("Target", contents.address(target)),
        _row("Revision", target.revision or "none: a directory that is under no version control"),
        *(_row("Held against", _reference(reading.repo)) for reading in audit.references),
        _row("Read", contents.read_sentence(audit.coverage)),
    ]
    if policy := governed.policy_sentence(audit):
        rows.append(_row("Policy", policy))
    if audit.left_out:
        rows.append(_row("Left out", f"{', '.join(sorted(audit.left_out))}, as asked"))
    return rows


def _reference(repo: Repo) -> str:
    return contents.address(repo) + (f" at {repo.revision}" if repo.revision else "")


def _licence(record: LicenceRecord) -> Row:
    return Row(
        (Text(record.scope.value),),
        (_said(record.concluded or "not known", "bold"),),
        (_said(f"{record.reason} {contents.statements(record)}".rstrip()),),
    )


def _parents(audit: Audit) -> list[Row]:
    edges = contents.parents(audit)
    rows = [_parent(audit, edge) for edge in edges[:_PARENTS]]
    return rows + _rest(len(edges) - _PARENTS)


def _parent(audit: Audit, edge: Derivation) -> Row:
    parent = audit.graph.artifact(edge.parent)
    known = f"{edge.origin.value}, tier {edge.tier.value}"
    return Row(
        (Text(contents.relation(edge)),),
        (_said(parent.name, "bold"),),
        (
            _said(f"{known}: {contents.places(edge.exhibits)}" if edge.exhibits else known),
            *(_said(contents.test_sentence(test)) for test in edge.tests),
        ),
    )


def _findings_title(audit: Audit) -> str:
    found = Counter(f.severity for f in audit.findings if f.state in (State.UNMET, *DOUBTS))
    said = ", ".join(f"{found[s]} {s.value}" for s in reversed(Severity) if found[s])
    return f"Findings: {said}"


def _findings(audit: Audit, *states: State) -> list[Row]:
    return [_group(group) for group in contents.groups(audit, *states)]


def _group(group: contents.Group) -> Row:
    body = [_said(f"{group.rule}  {group.title}", "bold")]
    for finding in group.findings[:_FINDINGS]:
        body += _finding(finding)
    more = len(group.findings) - _FINDINGS
    if more > 0:
        body.append(_said(_more(more)))
    label = (
        Text(group.severity.value.upper(), _STYLES[group.severity]),
        Text(group.state.value),
        Text(f"tier {group.tier.value}"),
    )
    aside = (_said(f"Remedy: {group.remedy}"), _said(f"Clause: {group.clause}"))
    return Row(label, tuple(body), aside)


def _finding(finding: Finding) -> Iterator[Text]:
    yield _said(finding.message)
    places = contents.places(finding.exhibits)
    if places and places not in finding.message:
        yield _said(f"See {places}.", "dim")
    if waiver := finding.waiver:
        since = f" since {waiver.since}" if waiver.since else ""
        told = f"Waived{since} until {waiver.expires} by {waiver.owner}: {waiver.reason}"
        yield _said(f"{told} (It would be {waiver.was.value}.)")


def _duty(duty: Obligation) -> Row:
    aside = " ".join(filter(None, (duties.why(duty), _shown_at(duty))))
    said = f"{duties.sentence(duty)}, {duties.trigger(duty)}".rstrip(", ")
    return Row((Text(duty.state.value),), (_said(said),), (_said(aside, "dim"),) if aside else ())


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
            rows.append(Row((Text(group.rule),), (_said(findings[0].message + more),)))
    return rows


def _not_examined(audit: Audit) -> list[Row]:
    rows = []
    for reading in (audit.reading, *audit.references):
        whose = "" if reading is audit.reading else f"{reading.repo.id}: "
        rows += [_gap(gap, whose) for gap in contents.gaps(reading.coverage.unread)]
    hashed = contents.by_hash_only(audit.reading)
    if hashed:
        size = contents.size_text(sum(file.size or 0 for file in hashed))
        names = listed([file.exhibit.path for file in hashed])
        rows.append(
            _row("weights", f"{counted(len(hashed), 'file')}, {size}, known by hash only: {names}")
        )
    passed_over = audit.coverage.not_examined
    if passed_over:
        kinds = [f"{count:,} {ending}" for ending, count in passed_over[:_ENDINGS]]
        left = sum(count for _, count in passed_over[_ENDINGS:])
        kinds += [f"{left:,} of other kinds"] if left else []
        rows.append(_row("not asked for", f"{', '.join(kinds)}: no scanner asks for these"))
    return rows


def _gap(gap: contents.Gap, whose: str) -> Row:
    places = listed(gap.paths)
    return Row(
        (Text("unread", "bold"),),
        (_said(f"{whose}{gap.reason}"),),
        (_said(f"{counted(len(gap.paths), 'place')}: {places}"),),
    )


def _rest(number: int) -> list[Row]:
    return [_row("", _more(number))] if number > 0 else []


def _row(label: str, text: str) -> Row:
    return Row((Text(label),), (_said(text),))


def _said(text: str, style: str = "") -> Text:
    """Return foreign or own text as one paragraph that does nothing to the terminal."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return Text(safe_text(shown), style)


def _more(number: int) -> str:
    return f"and {number:,} more, see --format json"
