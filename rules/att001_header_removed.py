"""The copyright header of an upstream file is gone from the copy.

What it finds
    Source files whose code was found to be an upstream work's, while the head of the copy lacks a
    holder or the licence that the upstream file's head names: lost in part, replaced by another
    holder, stripped, or put under another licence. One finding for each upstream work. Where the
    heads were kept, with others added or not, that is reported as met. A line that is nearly
    upstream's (another year, another part of the name) is a doubt.

Why it matters
    Permissive licences give nearly everything away and ask for this one thing. A copy without the
    line tells its readers that somebody else wrote it, and leaves them without the licence.

Evidence it needs
    A comparison of the code itself with the upstream work's: two unrelated files with the same
    header show nothing, and neither do two files of one name. Upstream's holder named elsewhere in
    the repository (a notice, a third-party file), or a comment of the copier's that says where the
    code came from, makes it a doubt, and so does a file of which part is upstream's, or as much may
    come from another work, or where dates at most show which was first. Silent where upstream's
    file has no header. If nothing was compared, this rule has nothing to say.

Compliant example
    modeling_x.py says "Copyright 2026 Acme" and, below it, "Copyright 2024 The Qwen team" as the
    upstream file does.

Non-compliant example
    The same file with the Acme line alone.

Remedy
    Restore upstream's copyright lines and licence notice at the head of the file; add your own line
    beside them.

Source
    Apache-2.0, section 4(c); MIT, second paragraph; BSD, condition 1; GPL-3.0, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum

from lineage.graph import LineageGraph
from lineage.headers.holders import all_parties, parties
from lineage.licences.vocabulary import DutyKind
from lineage.model import (
    Copyright,
    Exhibit,
    HeaderChange,
    HeaderStatus,
    Outcome,
    Severity,
    State,
    Tier,
)
from lineage.phrases import counted, listed, places, quoted

from ._headers import both_sides, changes_by_upstream, clause_on, files, missing, siblings
from ._legal_places import is_for_others, is_licence_file, is_readme

CODE = "ATT-001"
TITLE = "Upstream copyright header removed from copied code"
SEVERITY = Severity.HIGH
TIER = Tier.D
CLAUSE = "Apache-2.0 section 4(c); MIT second paragraph; BSD condition 1"
REMEDY = "Restore upstream's copyright lines and licence notice; add your own line beside them."

_DUTY = DutyKind.RETAIN_NOTICES
#: Sibling files shown as exhibits.
_SHOWN_SIBLINGS = 2
_KEPT = frozenset({HeaderStatus.KEPT, HeaderStatus.KEPT_ADDED})
_LOST = {
    HeaderStatus.STRIPPED: "without any header",
    HeaderStatus.REPLACED: "with the header of another holder",
    HeaderStatus.PARTLY_LOST: "without part of the header",
    HeaderStatus.LICENCE_CHANGED: "under another licence than upstream's header names",
}


class _Doubt(Enum):
    """What speaks against calling the duty unmet; the value tells such findings apart."""

    NONE = ""
    TERMS = "investigate"
    NOTICE = "notice"
    UNSETTLED = "unsettled"


_DOUBTS = {
    _Doubt.NONE: "",
    _Doubt.TERMS: ". Which licence that was under is not known",
    _Doubt.NOTICE: ": it names upstream's holders and not the licence that they gave",
    _Doubt.UNSETTLED: (
        ". Part of it is upstream's, or as much may come from another work, or dates at most show "
        "which was first: compare the two"
    ),
}


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each upstream work and what became of its headers."""
    for upstream, lost in changes_by_upstream(graph, _is_lost).items():
        credited = [change for change in lost if _credited(graph, change)]
        plain = [change for change in lost if change not in credited]
        for doubt in _Doubt:
            if alike := [change for change in plain if _doubt(change) is doubt]:
                yield _lost(graph, upstream, alike, doubt)
        if credited:
            yield _credited_elsewhere(graph, upstream, credited)
    altered = changes_by_upstream(graph, lambda c: c.status is HeaderStatus.ALTERED)
    for upstream, changes in altered.items():
        yield _altered(graph, upstream, changes)
    for upstream, changes in changes_by_upstream(graph, _is_kept).items():
        message = f"{quoted(graph.subject.name)} keeps the headers of {files(changes)}."
        yield _outcome(graph, State.MET, message, changes, f"{upstream} kept")


def _is_lost(change: HeaderChange) -> bool:
    """Say whether something is gone that upstream's licence asks to be kept."""
    asks = clause_on(_DUTY, (change,)) is not None
    return change.status in _LOST and (asks or change.upstream_licence is None)


def _is_kept(change: HeaderChange) -> bool:
    return change.status in _KEPT and change.sure


def _doubt(change: HeaderChange) -> _Doubt:
    """Return what speaks against calling the duty unmet."""
    if not change.sure:
        return _Doubt.UNSETTLED
    if change.upstream_licence is None:
        return _Doubt.TERMS
    if change.status is HeaderStatus.PARTLY_LOST and not missing(change):
        return _Doubt.NOTICE
    return _Doubt.NONE


def _lost(
    graph: LineageGraph, upstream: str, changes: Sequence[HeaderChange], doubt: _Doubt
) -> Outcome:
    ways = " or ".join(dict.fromkeys(_LOST[change.status] for change in changes))
    gone = dict.fromkeys(holder for change in changes for holder in missing(change))
    message = f"{quoted(graph.subject.name)} holds {files(changes)} {ways}"
    if gone:
        message += f"; upstream's names {listed(gone)}"
    others = siblings(graph, changes) if gone else ()
    if others:
        message += (
            f". {counted(len(others), 'other file')} of the repository "
            f"{'keeps' if len(others) == 1 else 'keep'} that holder ({places(others)})"
        )
    state = State.UNMET if doubt is _Doubt.NONE else State.INVESTIGATE
    about = f"{upstream} lost {doubt.value or state}"
    outcome = _outcome(graph, state, f"{message}{_DOUBTS[doubt]}.", changes, about)
    return replace(
        outcome,
        exhibits=(*outcome.exhibits, *others[:_SHOWN_SIBLINGS]),
        severity=Severity.LOW if doubt is _Doubt.UNSETTLED else outcome.severity,
    )


def _credited_elsewhere(
    graph: LineageGraph, upstream: str, changes: Sequence[HeaderChange]
) -> Outcome:
    where = tuple(dict.fromkeys(e for change in changes for e in _credited(graph, change)))
    message = (
        f"{quoted(graph.subject.name)} holds {files(changes)} without upstream's header, and "
        f"credits it at {places(where)}."
    )
    outcome = _outcome(graph, State.INVESTIGATE, message, changes, f"{upstream} credited")
    return replace(outcome, exhibits=(*outcome.exhibits, *where))


def _altered(graph: LineageGraph, upstream: str, changes: Sequence[HeaderChange]) -> Outcome:
    own = listed(holder for change in changes for holder in change.holders)
    theirs = listed(holder for change in changes for holder in change.upstream_holders)
    message = (
        f"{quoted(graph.subject.name)} holds {files(changes)} with a header that is nearly "
        f"upstream's: {own or 'no holder'} where that has {theirs or 'none'}."
    )
    return _outcome(graph, State.INVESTIGATE, message, changes, f"{upstream} altered")


def _credited(graph: LineageGraph, change: HeaderChange) -> tuple[Exhibit, ...]:
    """Return where the repository credits the upstream work all the same.

    That its licence was taken off is not made good by credit.
    """
    if change.status is HeaderStatus.LICENCE_CHANGED:
        return ()
    names = all_parties(change.upstream_holders)
    elsewhere = (
        line.exhibit
        for line in graph.evidence(graph.subject, Copyright)
        if _is_for_all(line.exhibit.path)
        and any(party.is_among(names) for party in parties(line.holder))
    )
    return tuple(dict.fromkeys((*elsewhere, *change.credits)))


def _is_for_all(path: str) -> bool:
    return is_for_others(path) or is_licence_file(path) or is_readme(path)


def _outcome(
    graph: LineageGraph,
    state: State,
    message: str,
    changes: Sequence[HeaderChange],
    about: str,
) -> Outcome:
    return Outcome(
        graph.subject.id,
        state,
        message,
        both_sides(changes),
        about=about,
        severity=Severity.MEDIUM if state is State.INVESTIGATE else None,
        clause=clause_on(_DUTY, changes),
    )
