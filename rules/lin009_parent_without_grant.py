"""The parent grants nothing: it has no licence, or its host has taken it out of reach.

What it finds
    A release made from a repository of another publisher that was opened and states no licence
    anywhere: no tag, no licence file, no header. Likewise, as a doubt, one that its host has
    disabled or keeps private, and that names no licence. A parent that is gated and has a licence
    is in order: asking for access is how its maker gives it out.

Why it matters
    Without a licence nobody may change or pass on the work, and nobody can grant to others what was
    not granted to them. Weights that leaked, or that were withdrawn, are no exception, however
    widely they are copied.

Evidence it needs
    A derivation that is declared or proved, and the parent opened with --against. Where the
    parent's licence files or card could not be read, and for a gated parent whose host shows no
    licence, the answer is "cannot determine". A parent that was not opened is LIC-012's.

Compliant example
    base_model: mistralai/Mistral-7B-v0.1, whose card says "license: apache-2.0".

Non-compliant example
    base_model: somebody/leaked-70b, which holds weights and nothing else.

Remedy
    Ask the parent's maker for a licence, or build on another model.

Source
    Berne Convention, articles 9 and 12; the case of Miqu-1-70B (January 2024).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Derivation,
    Exhibit,
    HostFact,
    Kind,
    Origin,
    Outcome,
    Relation,
    Severity,
    State,
    Tier,
)
from lineage.phrases import places, quoted

from ._statements import statements
from ._undeclared import is_same_publisher

CODE = "LIN-009"
TITLE = "Derived from a repository that grants nothing"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "copyright by default (Berne Convention, articles 9 and 12)"
REMEDY = "Ask the parent's maker for a licence, or build on another model."

_OUT_OF_REACH = {"disabled": "has disabled it", "private": "keeps it private"}
_NOT_MADE_FROM = (Relation.RELATED, Relation.TRAINED_ON)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each opened parent that states no licence."""
    subject = graph.subject
    edges: dict[str, Derivation] = {}
    for edge in graph.parents(subject):
        if _binds(edge):
            edges.setdefault(edge.parent, edge)
    for edge in edges.values():
        parent = graph.artifact(edge.parent)
        if not is_same_publisher(graph, subject, parent):
            yield from _of_parent(graph, parent, edge)


def _binds(edge: Derivation) -> bool:
    is_sure = edge.origin is not Origin.CONTRADICTED and edge.tier in (Tier.A, Tier.B)
    return is_sure and edge.relation not in _NOT_MADE_FROM and edge.parent != edge.child


def _of_parent(graph: LineageGraph, parent: Artifact, edge: Derivation) -> Iterator[Outcome]:
    reading = graph.reading(parent)
    if reading is None or parent.kind is Kind.DATASET or _states_a_licence(graph, parent):
        return
    name, subject = quoted(parent.name), graph.subject
    known = "found" if edge.origin is Origin.DETECTED else "declared"
    opening = f"{quoted(subject.name)} is {known} to be made from {name}"
    facts = {fact.key: fact for fact in graph.evidence(parent, HostFact)}
    said = statements(graph, parent)
    hidden = (*said.gaps, *(fact.exhibit for fact in _gate(facts)))
    if away := [facts[key] for key in _OUT_OF_REACH if _is_set(facts, key)]:
        why = " and ".join(_OUT_OF_REACH[fact.key] for fact in away)
        message = f"{opening}, which names no licence; its host {why}."
        state, where = State.INVESTIGATE, tuple(fact.exhibit for fact in away)
    elif hidden:
        message = f"{opening}; whether that has a licence is not known, since {_why(said.gaps)}."
        state, where = State.CANNOT_DETERMINE, hidden
    elif reading.files:
        message = f"{opening}, which states no licence: no tag, no licence file and no header."
        state, where = State.UNMET, ()
    else:
        return
    shown = (*edge.exhibits, *where)
    yield Outcome(subject.id, state, message, shown, parent=parent.id, tier=edge.tier)


def _states_a_licence(graph: LineageGraph, parent: Artifact) -> bool:
    """Say whether anything in a repository names a licence, however little it reaches."""
    said = statements(graph, parent)
    return bool(said.declared or said.legal or said.headers or said.unsettled or said.unrecognised)


def _gate(facts: dict[str, HostFact]) -> Iterator[HostFact]:
    if _is_set(facts, "gated"):
        yield facts["gated"]


def _why(unread: tuple[Exhibit, ...]) -> str:
    if unread:
        return f"{places(unread)} could not be read or recognised"
    return "it is gated and its host shows none"


def _is_set(facts: dict[str, HostFact], key: str) -> bool:
    return key in facts and facts[key].value.lower() not in ("", "false", "none")
