"""A copied file was changed, and does not say so.

What it finds
    Source files whose code was found to be an upstream work's, changed, under a licence that asks
    for a notice of the change, without one. One finding for each upstream work. Where the files say
    that they were changed, that is reported as met.

Why it matters
    Readers of a changed file must be able to tell that it is no longer what its first author wrote:
    faults are not laid at that author's door, and fixes are looked for in the right place.

Evidence it needs
    A comparison of the code itself with the upstream work's, and of the heads of both files. It has
    to be known whether a file was changed: where the release that it was taken from is not at hand,
    the answer is "cannot determine". MIT and BSD ask for no such notice; there this rule is silent.

Compliant example
    The head of modeling_x.py keeps upstream's lines and says "Modified by Acme in 2026".

Non-compliant example
    The same head without that sentence, above changed code.

Remedy
    Say at the head of each changed file that it was changed, by whom and when.

Source
    Apache-2.0, section 4(b); GPL-2.0, section 2(a); GPL-3.0, section 5(a).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.vocabulary import DutyKind
from lineage.model import HeaderChange, Outcome, Severity, State, Tier
from lineage.phrases import quoted

from ._headers import both_sides, changes_by_upstream, clause_on, files

CODE = "ATT-002"
TITLE = "Changed file not marked as changed"
SEVERITY = Severity.MEDIUM
TIER = Tier.D
CLAUSE = "Apache-2.0 section 4(b); GPL-3.0 section 5(a)"
REMEDY = "Say at the head of each changed file that it was changed, by whom and when."

_DOUBTS = (State.CANNOT_DETERMINE, State.INVESTIGATE)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each upstream work whose licence asks that changes are stated."""
    for upstream, changes in changes_by_upstream(graph, _is_asked).items():
        changed = [change for change in changes if change.modified]
        stated = [change for change in changed if change.modification_stated and change.sure]
        silent = [change for change in changed if not change.modification_stated]
        open_ = [c for c in changes if c.modified is None and not c.modification_stated]
        name = quoted(graph.subject.name)
        for state, said in ((State.UNMET, "silent"), (State.INVESTIGATE, "silent unsettled")):
            if alike := [c for c in silent if c.sure is (state is State.UNMET)]:
                yield _outcome(graph, state, _silent(name, alike), alike, f"{upstream} {said}")
        if open_:
            message = f"Whether {name} changed {files(open_)} is not known; no head says so."
            yield _outcome(graph, State.CANNOT_DETERMINE, message, open_, f"{upstream} open")
        if stated:
            message = f"{name} says of {files(stated)} that they were changed."
            yield _outcome(graph, State.MET, message, stated, f"{upstream} stated")


def _silent(name: str, changes: Sequence[HeaderChange]) -> str:
    who = "it does" if len(changes) == 1 else "they do"
    message = f"{name} holds {files(changes)}, changed, and {who} not say so."
    if changes[0].sure:
        return message
    doubt = "Part of it is upstream's, or as much may come from another work, or nothing shows"
    return f"{message} {doubt} which was first."


def _is_asked(change: HeaderChange) -> bool:
    return clause_on(DutyKind.STATE_CHANGES, (change,)) is not None


def _outcome(
    graph: LineageGraph, state: State, message: str, changes: Sequence[HeaderChange], about: str
) -> Outcome:
    return Outcome(
        graph.subject.id,
        state,
        message,
        both_sides(changes),
        about=about,
        severity=Severity.LOW if state in _DOUBTS else None,
        clause=clause_on(DutyKind.STATE_CHANGES, changes),
    )
