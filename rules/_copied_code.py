"""Files whose code is an upstream work's and whose heads do not say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from lineage.graph import LineageGraph
from lineage.licences.compatibility import Compatible, compatible
from lineage.model import Exhibit, HeaderChange, Outcome, Scope, Severity, State
from lineage.phrases import places, quoted

from ._expressions import lacking, licences, stays_in_its_file
from ._headers import both_sides, changes_by_upstream, files
from ._statements import Statements, exhibits, whole
from ._text_duty import TEXT_CLAUSES

#: Places of a licence's text that are shown.
_SHOWN = 3


def copied_code(
    graph: LineageGraph, said: Statements, present: Collection[str], told: Collection[str]
) -> Iterator[Outcome]:
    """Yield whether upstream's licence travels along with its code, and whether ours takes it in.

    ``present`` are the licences whose text is in the repository for all of it; ``told`` are files
    whose own heads say whose they are and under which licence.
    """

    def is_silent(change: HeaderChange) -> bool:
        return change.exhibit.path not in told and bool(licences(change.upstream_licence))

    for upstream, changes in changes_by_upstream(graph, is_silent).items():
        for licence, alike in _by_licence(changes, _inside(said)).items():
            yield _travels(graph, said, upstream, licence, alike, has_text=licence in present)
        yield from _conflicts(graph, upstream, changes)


def matched(graph: LineageGraph) -> dict[str, frozenset[str]]:
    """Return the licences of the works whose code each file was surely found to hold."""
    found: dict[str, frozenset[str]] = {}
    for change in graph.evidence(graph.subject, HeaderChange):
        if change.sure:
            known = found.get(change.exhibit.path, frozenset())
            found[change.exhibit.path] = known | licences(change.upstream_licence)
    return found


def _inside(said: Statements) -> dict[str, frozenset[str]]:
    """Return the licences whose text each source file holds itself."""
    found: dict[str, frozenset[str]] = {}
    for text in whole(said.headers):
        path = text.exhibit.path
        found[path] = found.get(path, frozenset()) | licences(text.expression)
    return found


def _by_licence(
    changes: Sequence[HeaderChange], inside: Mapping[str, frozenset[str]]
) -> dict[str, list[HeaderChange]]:
    """Return the changes by each licence whose text has to travel along and is not in the file."""
    found: dict[str, list[HeaderChange]] = defaultdict(list)
    for change in changes:
        held = inside.get(change.exhibit.path, ())
        for licence in sorted(lacking(change.upstream_licence, held) & TEXT_CLAUSES.keys()):
            found[licence].append(change)
    return found


def _travels(
    graph: LineageGraph,
    said: Statements,
    upstream: str,
    licence: str,
    changes: Sequence[HeaderChange],
    *,
    has_text: bool,
) -> Outcome:
    message = f"{quoted(graph.subject.name)} holds {files(changes)}, there under {licence}"
    shown: tuple[Exhibit, ...] = both_sides(changes)
    if has_text:
        texts = (t for t in whole(said.legal) if licence in licences(t.expression))
        where = exhibits(texts)[:_SHOWN]
        state, message = State.MET, f"{message}, with its text at {places(where)}."
        shown = (*where, *shown)
    elif said.unread:
        hidden = tuple(Exhibit(gap.path) for gap in said.unread)
        state = State.CANNOT_DETERMINE
        message += f"; whether the licence's text is there is not known: {places(hidden)} not read."
        shown = (*shown, *hidden)
    else:
        state = State.UNMET if any(c.sure for c in changes) else State.INVESTIGATE
        message += ", and no file of it holds the text of that licence."
    about = f"{upstream} {licence}"
    return Outcome(
        graph.subject.id, state, message, shown, about=about, clause=TEXT_CLAUSES[licence]
    )


def _conflicts(
    graph: LineageGraph, upstream: str, changes: Sequence[HeaderChange]
) -> Iterator[Outcome]:
    """Yield a doubt for each licence of upstream's that the repository's own cannot take in."""
    record = graph.licence(graph.subject, Scope.CODE)
    if record is None or record.concluded is None:
        return
    for licence in sorted({change.upstream_licence or "" for change in changes}):
        answer = compatible(record.concluded, licence)
        if answer.verdict is not Compatible.NO or stays_in_its_file(licence):
            continue
        alike = [change for change in changes if change.upstream_licence == licence]
        message = (
            f"The code of {quoted(graph.subject.name)} is offered under {record.concluded}, and "
            f"{files(alike)} come from a work under {licence}. {answer.explanation}"
        )
        yield Outcome(
            graph.subject.id,
            State.INVESTIGATE,
            message,
            (*record.exhibits[:1], *both_sides(alike)),
            about=f"{upstream} conflict {licence}",
            severity=Severity.HIGH,
            clause=f"{licence}, by the compatibility matrix of OSADL",
        )
