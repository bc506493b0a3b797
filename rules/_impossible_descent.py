"""Declared descent that cannot be true: of itself, or from what came later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from lineage.graph import LineageGraph
from lineage.model import Artifact, Derivation, HostFact, Outcome, Severity, State, Tier
from lineage.phrases import listed, places, quoted

#: A parent and what was made of it may be uploaded on one day, in any order.
TOLERANCE = timedelta(days=1)


def circular(graph: LineageGraph, subject: Artifact) -> Iterator[Outcome]:
    """Yield an outcome where the declarations make the artifact its own ancestor."""
    edges = graph.parents(subject)
    own = tuple(exhibit for e in edges if e.parent == subject.id for exhibit in e.exhibits)
    if own:
        message = f"{quoted(subject.name)} declares itself as its own parent at {places(own)}."
        yield Outcome(subject.id, State.UNMET, message, own, about="itself")
    for cycle in graph.cycles():
        others = [graph.artifact(name).name for name in cycle if name != subject.id]
        if subject.id in cycle and others:
            shown = tuple(x for e in edges if e.parent in cycle for x in e.exhibits)
            message = (
                f"{quoted(subject.name)} is declared to come from {listed(others)}, and the other "
                "way round."
            )
            yield Outcome(subject.id, State.INVESTIGATE, message, shown, about="cycle")


def circular_above(graph: LineageGraph, subject: Artifact) -> Iterator[Outcome]:
    """Yield an outcome for each circle among what the artifact comes from, itself not in it."""
    above = {artifact.id for artifact in graph.upstream(subject)}
    for cycle in graph.cycles():
        if subject.id not in cycle and above.intersection(cycle):
            names = listed(graph.artifact(name).name for name in cycle)
            edges = [e for e in graph.derivations() if {e.parent, e.child} <= set(cycle)]
            shown = tuple(dict.fromkeys(x for edge in edges for x in edge.exhibits))
            said = "declares itself as its parent" if len(cycle) == 1 else "declare one another"
            message = (
                f"Of what {quoted(subject.name)} is declared to come from, {names} {said}, so that "
                "where the line begins is not said."
            )
            yield Outcome(
                subject.id,
                State.INVESTIGATE,
                message,
                shown,
                about="cycle above",
                severity=Severity.LOW,
            )


def older(graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation]) -> Iterator[Outcome]:
    """Yield an outcome for each parent that its host records as younger than the child."""
    child = created(graph, subject)
    for edge in edges:
        parent = graph.artifact(edge.parent)
        born = created(graph, parent)
        if child is None or born is None or _account(parent) == _account(subject):
            continue
        if child[0] + TOLERANCE < born[0]:
            message = (
                f"{quoted(subject.name)} was created on {child[0]:%Y-%m-%d}, its declared parent "
                f"{quoted(parent.name)} on {born[0]:%Y-%m-%d}, by the record of their hosts."
            )
            shown = (child[1].exhibit, born[1].exhibit, *edge.exhibits)
            yield Outcome(
                subject.id,
                State.INVESTIGATE,
                message,
                shown,
                parent=parent.id,
                about="dates",
                tier=Tier.E,
            )


def created(graph: LineageGraph, artifact: Artifact) -> tuple[datetime, HostFact] | None:
    """Return when the host says that a repository was made; None where it says nothing legible."""
    for fact in graph.evidence(artifact, HostFact):
        if fact.key == "created_at":
            try:
                moment = datetime.fromisoformat(fact.value)
            except ValueError:
                return None
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), fact
    return None


def _account(artifact: Artifact) -> str:
    return artifact.name.rpartition("/")[0].lower()
