"""A draft of a NOTICE file that would do what the licences above the target ask of one.

For each work that the target was made from: the sentences that its licence prescribes, the
copyright lines and the notice that were read in it, which texts are to be enclosed and where they
are to be had, and a statement of changes to be filled in. Licence texts are named and not repeated.
What is asked for elsewhere than in a notice, such as words on a website, is told in a list to be
taken out of the draft; the words themselves are left out there, so that the draft as it stands does
no duty that it does not do. Nothing that is not known is filled in.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lineage.escape import safe_text
from lineage.model import Copyright, HeaderChange, State
from lineage.obligations.words import clause_words
from lineage.phrases import counted, listed
from lineage.reports import notice_works
from lineage.reports.provenance import shortened
from lineage.verdict import reservations
from lineage.versions import KNOWLEDGE_VERSION, __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lineage.model import Obligation
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "notice"

_RULE = "-" * 72
_READ = "[Read in its files; not all of these lines need be its own:]"
#: Lines of one kind that are written out, the rest are counted.
_LINES = 200
#: Duties that a NOTICE file can do.
_HERE = notice_works.HERE


def render(audit: Audit, _page: Page) -> str:
    """Return the draft as plain text; square brackets hold what a person has to settle."""
    blocks = [
        *_head(audit),
        *_own(audit),
        *_works(audit),
        *_copied(audit),
        *_unknown(audit),
        *_elsewhere(audit),
    ]
    return "\n\n".join(blocks) + "\n"


def _paragraph(lines: Iterable[str]) -> str:
    """Return lines of own and foreign words, each of which stays a line of plain text."""
    return "\n".join(safe_text(shortened(line)).rstrip() for line in lines)


def _head(audit: Audit) -> Iterator[str]:
    target = audit.target
    is_pinned = not target.revision or target.revision in target.purl
    yield _paragraph(
        (
            "[DRAFT of a NOTICE file, to be reviewed by a person before it is used.",
            f" Made by lineage {__version__}, knowledge {KNOWLEDGE_VERSION}, from an audit of",
            f" {target.purl}{'' if is_pinned else f' at {target.revision}'}.",
            " It repeats what was read and adds nothing; it is no legal advice. Whatever stands in",
            " square brackets is to be filled in or taken out, this paragraph included.]",
        )
    )
    if reasons := reservations(audit):
        yield _paragraph((f"[It may lack works or terms, since {' and '.join(reasons)}.]",))


def _own(audit: Audit) -> Iterator[str]:
    graph = audit.graph
    lines = _statements(graph.evidence(graph.subject, Copyright))
    yield _paragraph(
        (
            graph.subject.name.rpartition("/")[2],
            *(["[Copyright YEAR HOLDER]"] if not lines else [_READ, *lines]),
        )
    )


def _statements(found: Iterable[Copyright]) -> list[str]:
    unique = list(dict.fromkeys(fact.statement for fact in found))
    more = len(unique) - _LINES
    return unique[:_LINES] + ([f"[and {more:,} more copyright lines]"] if more > 0 else [])


def _works(audit: Audit) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for duty in audit.obligations:
        if duty.licence and duty.kind in _HERE:
            groups[duty.parent, duty.licence].append(duty)
    if not groups:
        yield _paragraph(
            ("[Nothing that was read asks for a notice. That is not to say that nothing does.]",)
        )
    for number, ((parent, licence), asked) in enumerate(groups.items(), 1):
        yield _RULE
        yield from map(_paragraph, notice_works.work(audit, number, parent, licence, asked))


def _copied(audit: Audit) -> Iterator[str]:
    """Yield the works whose code was found in the target with its heads, one by one."""
    graph = audit.graph
    works: dict[str, list[HeaderChange]] = defaultdict(list)
    for fact in graph.evidence(graph.subject, HeaderChange):
        works[fact.upstream].append(fact)
    for upstream, facts in works.items():
        holders = dict.fromkeys(holder for fact in facts for holder in fact.upstream_holders)
        terms = dict.fromkeys(fact.upstream_licence or "" for fact in facts)
        paths = listed(fact.exhibit.path for fact in facts)
        yield _RULE
        yield _paragraph(
            (
                f"Code of {upstream}",
                f"Found in {counted(len(facts), 'file')}: {paths}",
                *(f"Copyright {holder}" for holder in list(holders)[:_LINES]),
                *(f"Licence: {name or '[not known]'}" for name in terms),
                "[Enclose the text of that licence; put the heads of these files back as upstream",
                " has them.]",
            )
        )


def _unknown(audit: Audit) -> Iterator[str]:
    names = [
        audit.graph.artifact(duty.parent).name for duty in audit.obligations if not duty.licence
    ]
    if names:
        yield _RULE
        yield _paragraph(
            (
                "[The terms of these works are not known, so that nothing can be drafted for them:",
                *(f"   {name}" for name in dict.fromkeys(names)),
                "]",
            )
        )


def _elsewhere(audit: Audit) -> Iterator[str]:
    open_duties = [
        duty
        for duty in audit.obligations
        if duty.licence and duty.kind not in _HERE and duty.state is not State.MET and duty.clause
    ]
    if open_duties:
        yield _RULE
        yield _paragraph(
            (
                "[Asked for elsewhere than in a notice; see the report, and take this list out:",
                *dict.fromkeys(_other(audit, duty) for duty in open_duties),
                "]",
            )
        )


def _other(audit: Audit, duty: Obligation) -> str:
    name = audit.graph.artifact(duty.parent).name
    what = notice_works.KINDS.get(duty.kind, "a duty")
    return f"   {what} ({duty.title}, {clause_words(duty.clause)}; for {name}): {duty.state.value}"
