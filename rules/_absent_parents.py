"""Parents that lead nowhere, or to another name, when they are followed."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.assembly import MOVED
from lineage.graph import LineageGraph
from lineage.model import (
    Absence,
    Artifact,
    DatasetDeclared,
    Derivation,
    HostFact,
    Outcome,
    ParentAbsent,
    ParentDeclared,
    Relation,
    Severity,
    State,
    Tier,
)
from lineage.phrases import place, quoted

_SAID = {
    Absence.MISSING: (State.INVESTIGATE, "which leads to no repository that can be seen"),
    Absence.WITHHELD: (State.CANNOT_DETERMINE, "which its host keeps back"),
    Absence.FAILED: (State.CANNOT_DETERMINE, "which was out of reach"),
}


def absent(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent, of the audited artifact or above, that could not be opened.

    What a program left in a configuration (tier C) is nobody's word, and may lead nowhere.
    """
    for child in lineage_of(graph):
        for fact in graph.evidence(child, ParentAbsent):
            edges = [edge for edge in graph.parents(child) if edge.parent == fact.parent]
            if fact.absence in _SAID and any(edge.tier is not Tier.C for edge in edges):
                yield _absent(graph, child, fact, edges)


def _absent(
    graph: LineageGraph, child: Artifact, fact: ParentAbsent, edges: list[Derivation]
) -> Outcome:
    state, said = _SAID[fact.absence]
    parent = graph.artifact(fact.parent)
    is_near = child.id == graph.subject.id
    is_data = all(edge.relation is Relation.TRAINED_ON for edge in edges)
    message = (
        f"{quoted(place(fact.exhibit))} of {quoted(child.name)} names {quoted(parent.name)}, "
        f"{said}: {fact.reason}."
    )
    is_low = is_data or not is_near or fact.absence is not Absence.MISSING
    return Outcome(
        graph.subject.id,
        state,
        message,
        (fact.exhibit,),
        parent=parent.id,
        about="absent" if is_near else f"absent {child.name}",
        severity=Severity.LOW if is_low else None,
        tier=Tier.E,
    )


def moved(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent that goes by another name than it is declared under."""
    for child in lineage_of(graph):
        for edge in graph.parents(child):
            parent = graph.artifact(edge.parent)
            names = [name for name in _former(graph, parent) if _is_said(graph, child, name)]
            if names and edge.tier is not Tier.C:
                message = (
                    f"{quoted(child.name)} names {quoted(names[0])}; its host leads on from there "
                    f"to {quoted(parent.name)}. A name that was given up can be taken by others."
                )
                yield Outcome(
                    graph.subject.id,
                    State.INVESTIGATE,
                    message,
                    edge.exhibits,
                    parent=parent.id,
                    about=f"moved {child.name}",
                    severity=Severity.INFO,
                    tier=Tier.E,
                )


def _former(graph: LineageGraph, artifact: Artifact) -> list[str]:
    """Return former names with an owner; one without is how the hub once named its models."""
    facts = (fact for fact in graph.evidence(artifact, HostFact) if fact.key == MOVED)
    names = (fact.value.partition("/")[2].removeprefix("datasets/") for fact in facts)
    return [name for name in names if "/" in name]


def _is_said(graph: LineageGraph, child: Artifact, name: str) -> bool:
    """Say whether a repository names its parent, or its data, by that name."""
    said = [fact.parent for fact in graph.evidence(child, ParentDeclared)]
    said += [fact.dataset for fact in graph.evidence(child, DatasetDeclared)]
    return any(one.strip().lower().endswith(name.lower()) for one in said)


def lineage_of(graph: LineageGraph) -> Iterator[Artifact]:
    """Yield the audited artifact and all above it that were opened, nearest first."""
    yield graph.subject
    for artifact in graph.upstream(graph.subject):
        if artifact.id != graph.subject.id and graph.reading(artifact) is not None:
            yield artifact
