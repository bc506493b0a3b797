"""The parent has a NOTICE file, and the derivative does not carry what it says.

What it finds
    A model or code work that derives from a parent under Apache-2.0 whose repository has a NOTICE
    file, while the derivative's own notices lack the attributions in it. Where they are carried
    that is reported as met. Where only some lines are missing it is a doubt to look into, since
    lines that do not pertain to what was taken may be left out.

Why it matters
    Section 4(d) is the one place where Apache-2.0 makes attribution survive every later hand: who
    distributes a derivative must include a readable copy of the attribution notices, in a NOTICE
    file, in the documentation or on display. Model makers use it to ask for credit.

Evidence it needs
    The parent, opened with --against, and its NOTICE file; a declared derivation, or one that the
    weights or the code prove; the derivative's notice files and copyright lines. A parent that is
    known to be under Apache-2.0 and was not opened, or whose NOTICE could not be read, gives
    "cannot determine". An adapter holds no part of its parent's weights: there it is a doubt, as it
    is where little of the code is the parent's.

Compliant example
    The parent's NOTICE says "Yi. Copyright 2024 01.AI"; the derivative's NOTICE repeats that line
    beside its own.

Non-compliant example
    The same parent; the derivative has a LICENSE and no NOTICE.

Remedy
    Copy the attribution notices of the parent's NOTICE into a NOTICE file of your own.

Source
    Apache-2.0, section 4(d).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.knowledge import load
from lineage.licences.places import Role, role_of
from lineage.licences.vocabulary import Circumstance
from lineage.model import (
    Artifact,
    Copyright,
    Derivation,
    Exhibit,
    HeaderChange,
    NoticeFile,
    NoticeKind,
    Origin,
    Outcome,
    Relation,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.obligations import hub_name
from lineage.phrases import counted, listed, places, quoted

from ._expressions import licences

CODE = "ATT-004"
TITLE = "Upstream NOTICE not carried"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "Apache-2.0 section 4(d)"
REMEDY = "Copy the attribution notices of the parent's NOTICE into a NOTICE file of your own."

#: Relations by which the child may hold something of its parent.
_DERIVED = frozenset(Relation) - {Relation.DISTILLED, Relation.RELATED, Relation.TRAINED_ON}
_OF_CODE = frozenset({Relation.CODE_COPIED, Relation.CODE_DERIVED})
_CARRIERS = (Role.NOTICE, Role.THIRD_PARTY)
_WORD = re.compile(r"\w+")
#: A line of fewer words ("NOTICE", "=====") attributes nothing.
_SHORTEST = 2
#: Lines of a parent's notice that are looked for, and characters of the child's they are looked
#: for in; both far above what real notices have.
_MOST_LINES = 500
_MOST_CARRIED = 4 << 20
#: A notice is kept up to this length (``lineage.model.NoticeFile``).
_KEPT = 64 << 10


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent whose NOTICE has to be carried, or may have to be."""
    subject = graph.subject
    edges = [edge for edge in graph.parents(subject) if _binds(edge)]
    for edge in edges:
        parent = graph.artifact(edge.parent)
        if graph.reading(parent) is not None and _is_apache(parent, edge.relation):
            yield from _of_parent(graph, parent, edge)
    if closed := [edge for edge in edges if _could_be_opened(graph.artifact(edge.parent), graph)]:
        yield _unopened(graph, subject, closed)


def _could_be_opened(parent: Artifact, graph: LineageGraph) -> bool:
    """Say whether a parent that was not opened may have a NOTICE to carry.

    Where its licence is not known that is LIC-012's to say.
    """
    covered = load().of_model(hub_name(parent))
    if covered is None or parent.purl is None or graph.reading(parent) is not None:
        return False
    terms = covered.licence.obligations
    return any(Circumstance.NOTICE_PRESENT in term.when for term in terms)


def _binds(edge: Derivation) -> bool:
    """Say whether an edge is sure enough, and of a kind, to carry the parent's duties."""
    is_sure = edge.tier in (Tier.A, Tier.B) or (edge.tier is Tier.D and edge.relation in _OF_CODE)
    is_denied = edge.origin is Origin.CONTRADICTED
    return is_sure and not is_denied and edge.relation in _DERIVED and edge.parent != edge.child


def _is_apache(parent: Artifact, relation: Relation) -> bool:
    """Say whether what was taken from the parent is under Apache-2.0."""
    scope = Scope.CODE if relation in _OF_CODE else Scope.WEIGHTS
    records = [r for r in parent.licences if r.scope is scope] or parent.licences
    expressions = (e for record in records for e in (record.concluded, *record.found))
    return any("Apache-2.0" in licences(expression) for expression in expressions)


def _of_parent(graph: LineageGraph, parent: Artifact, edge: Derivation) -> Iterator[Outcome]:
    for notice in _root_notices(graph, parent):
        if _lines(notice.text):
            yield _judged(graph, parent, edge, notice)
    if hidden := _unread(graph, parent, (Role.NOTICE,)):
        message = (
            f"Whether {quoted(parent.name)} has notices that {quoted(graph.subject.name)} must "
            f"carry is not known: {places(hidden)} of the parent could not be read."
        )
        yield Outcome(
            edge.child, State.CANNOT_DETERMINE, message, hidden, parent=parent.id, about="unread"
        )


def _judged(graph: LineageGraph, parent: Artifact, edge: Derivation, notice: NoticeFile) -> Outcome:
    subject, lines = graph.subject, _lines(notice.text)
    carried = _carried_words(graph, subject)
    missing = [line for line in lines if f" {_words(line)} " not in carried]
    said = f"the {notice.exhibit.path} of {quoted(parent.name)}"
    carriers = [n.exhibit for n in graph.evidence(subject, NoticeFile)]
    gaps = _gaps(graph, subject)
    shown = [notice.exhibit, *carriers, *edge.exhibits]
    if not missing:
        state, message = State.MET, f"{quoted(subject.name)} carries what {said} says"
    elif gaps:
        state = State.CANNOT_DETERMINE
        message = (
            f"Whether {quoted(subject.name)} carries what {said} says is not known: "
            f"{places(gaps)} was not read, or not to its end"
        )
        shown += gaps
    elif len(missing) < len(lines):
        state = State.INVESTIGATE
        message = (
            f"{quoted(subject.name)} carries part of what {said} says; not found: "
            f"{listed(missing, 2)}"
        )
    else:
        state = State.UNMET if _holds_much(graph, parent, edge) else State.INVESTIGATE
        known = "is found to" if edge.origin is Origin.DETECTED else "is declared to"
        message = (
            f"{quoted(subject.name)} {known} derive from {quoted(parent.name)} and carries "
            f"none of the {counted(len(lines), 'line')} of its {notice.exhibit.path} "
            f"({quoted(lines[0])})"
        )
    return Outcome(
        subject.id,
        state,
        f"{message}.",
        tuple(dict.fromkeys(shown)),
        parent=parent.id,
        about=notice.exhibit.path,
    )


def _holds_much(graph: LineageGraph, parent: Artifact, edge: Derivation) -> bool:
    """Say whether the child surely holds what the parent's notices are about.

    An adapter holds no part of its parent's weights; of code a whole file or most of one.
    """
    if edge.relation not in _OF_CODE:
        return edge.relation is not Relation.ADAPTER
    copied = graph.evidence(graph.subject, HeaderChange)
    return any(change.sure and change.upstream == parent.name for change in copied)


def _unopened(graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation]) -> Outcome:
    names = listed(graph.artifact(edge.parent).name for edge in edges)
    shown = tuple(dict.fromkeys(exhibit for edge in edges for exhibit in edge.exhibits))
    message = (
        f"{names} {'was' if len(edges) == 1 else 'were'} not opened, so that it is not known "
        f"whether a NOTICE there must be carried by {quoted(subject.name)}."
    )
    return Outcome(
        subject.id,
        State.CANNOT_DETERMINE,
        message,
        shown,
        about="unopened",
        severity=Severity.LOW,
        remedy="Audit again with --against and the parent's address.",
    )


def _root_notices(graph: LineageGraph, artifact: Artifact) -> list[NoticeFile]:
    notices = graph.evidence(artifact, NoticeFile)
    return [n for n in notices if n.kind is NoticeKind.NOTICE and "/" not in n.exhibit.path]


def _lines(text: str) -> list[str]:
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if len(_WORD.findall(line)) >= _SHORTEST][:_MOST_LINES]


def _carried_words(graph: LineageGraph, artifact: Artifact) -> str:
    """Return the words of all notices and copyright lines, so that line breaks do not matter."""
    notices = [notice.text for notice in graph.evidence(artifact, NoticeFile)]
    statements = [statement.statement for statement in graph.evidence(artifact, Copyright)]
    return f" {' | '.join(map(_words, (*statements, *notices)))[:_MOST_CARRIED]} "


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _gaps(graph: LineageGraph, artifact: Artifact) -> list[Exhibit]:
    """Return where the child may carry the notices that nobody has read."""
    notices = graph.evidence(artifact, NoticeFile)
    too_many = sum(len(notice.text) for notice in notices) > _MOST_CARRIED
    cut = (n.exhibit for n in notices if too_many or len(n.text) >= _KEPT)
    return [*_unread(graph, artifact, _CARRIERS), *cut]


def _unread(graph: LineageGraph, artifact: Artifact, roles: Sequence[Role]) -> tuple[Exhibit, ...]:
    reading = graph.reading(artifact)
    gaps = reading.coverage.unread if reading else ()
    return tuple(Exhibit(gap.path) for gap in gaps if role_of(gap.path) in roles)
