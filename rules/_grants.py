"""Parents that grant nothing: no licence anywhere, or taken out of reach by their host."""

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

_OUT_OF_REACH = {"disabled": "has disabled it", "private": "keeps it private"}
_NOT_MADE_FROM = (Relation.RELATED, Relation.TRAINED_ON)


def without_grant(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each opened parent, and theirs, that states no licence.

    Of a parent's parent it is a doubt: whoever stands between may have been granted something.
    """
    subject = graph.subject
    seen = {subject.id}
    ways: list[tuple[Derivation, ...]] = [()]
    while ways:
        ways = [(edge, *way) for way in ways for edge in _upwards(graph, way, seen)]
        for way in ways:
            parent, child = graph.artifact(way[0].parent), graph.artifact(way[0].child)
            if not is_same_publisher(graph, child, parent):
                yield from _of_parent(graph, parent, way)


def _upwards(
    graph: LineageGraph, way: tuple[Derivation, ...], seen: set[str]
) -> Iterator[Derivation]:
    child = graph.artifact(way[0].parent) if way else graph.subject
    for edge in graph.parents(child):
        if _binds(edge) and edge.parent not in seen:
            seen.add(edge.parent)
            yield edge


def grantless(graph: LineageGraph) -> frozenset[str]:
    """Return the artifact ids of the parents that grant nothing, or may."""
    return frozenset(outcome.parent or "" for outcome in without_grant(graph))


def _binds(edge: Derivation) -> bool:
    is_sure = edge.origin is not Origin.CONTRADICTED and edge.tier in (Tier.A, Tier.B)
    return is_sure and edge.relation not in _NOT_MADE_FROM and edge.parent != edge.child


def _of_parent(
    graph: LineageGraph, parent: Artifact, way: tuple[Derivation, ...]
) -> Iterator[Outcome]:
    reading = graph.reading(parent)
    if reading is None or parent.kind is Kind.DATASET or _states_a_licence(graph, parent):
        return
    name, subject = quoted(parent.name), graph.subject
    known = "found" if way[-1].origin is Origin.DETECTED else "declared"
    opening = f"{quoted(subject.name)} is {known} to be made from {name}"
    if len(way) > 1:
        steps = (quoted(graph.artifact(edge.parent).name) for edge in reversed(way[1:]))
        opening += f" (through {', '.join(steps)})"
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
        state, where = State.UNMET if len(way) == 1 else State.INVESTIGATE, ()
    else:
        return
    shown = (*(exhibit for edge in reversed(way) for exhibit in edge.exhibits), *where)
    yield Outcome(
        subject.id,
        state,
        message,
        tuple(dict.fromkeys(shown)),
        parent=parent.id,
        severity=None if len(way) == 1 else Severity.MEDIUM,
        tier=max(edge.tier for edge in way),
    )


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
