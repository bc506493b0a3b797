"""What the target was made from, and that from what: the chain, generation by generation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.model import Kind, Origin, ParentAbsent, Relation, Scope, Unread
from lineage.phrases import quoted

if TYPE_CHECKING:
    from lineage.graph import LineageGraph
    from lineage.model import Artifact, Derivation, Reading
    from lineage.pipeline import Audit

#: The part of an artifact whose licence is told.
_MAIN = {Kind.MODEL: Scope.WEIGHTS, Kind.DATASET: Scope.DATA, Kind.CODE: Scope.CODE}
#: Generations that are shown; deeper ones are in the graph.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of the chain above the target."""

    #: 0 for the target's own parents.
    depth: int
    edge: Derivation
    #: "under Apache-2.0", "its terms are not known", "not opened".
    terms: str


def chain(audit: Audit) -> tuple[Step, ...]:
    """Return the edges above the target, each parent followed by its own; data sets come last.

    What stands above an artifact is told once.
    """
    return tuple(_above(audit.graph, audit.graph.subject, 0, {audit.graph.subject.id}))


def _above(graph: LineageGraph, child: Artifact, depth: int, told: set[str]) -> Iterator[Step]:
    edges = graph.parents(child)
    for edge in sorted(edges, key=lambda edge: edge.relation is Relation.TRAINED_ON):
        parent = graph.artifact(edge.parent)
        yield Step(depth, edge, terms(graph, parent))
        if parent.id not in told and depth < _DEEPEST and edge.origin is not Origin.CONTRADICTED:
            told.add(parent.id)
            yield from _above(graph, parent, depth + 1, told)


def terms(graph: LineageGraph, artifact: Artifact) -> str:
    """Return under which terms an artifact is, as far as it was opened."""
    if absent := absence_of(graph, artifact):
        return f"not opened: {absent.reason}"
    if graph.reading(artifact) is None and not artifact.licences:
        return "not opened"
    record = graph.licence(artifact, _MAIN[artifact.kind])
    records = [record] if record else list(artifact.licences[:1])
    concluded = [one.concluded for one in records if one.concluded]
    return f"under {concluded[0]}" if concluded else "its terms are not known"


def absence_of(graph: LineageGraph, artifact: Artifact) -> ParentAbsent | None:
    """Return what stood in the way when an artifact was to be opened; None where nothing did."""
    for edge in graph.children(artifact):
        for fact in graph.evidence(graph.artifact(edge.child), ParentAbsent):
            if fact.parent == artifact.id:
                return fact
    return None


def gaps(audit: Audit) -> Iterator[tuple[str, tuple[Unread, ...]]]:
    """Yield each repository's name, "" for the target's, and what could not be read of it."""
    yield "", audit.reading.coverage.unread
    for reading in (*audit.references, *audit.parents):
        yield reading.repo.id, reading.coverage.unread
    for one in audit.out_of_reach:
        name = audit.graph.artifact(one.parent).name
        yield name, (Unread("", f"a declared parent, not opened: {one.reason}"),)


def opened(audit: Audit) -> Iterator[tuple[str, Reading]]:
    """Yield the repositories that were read beside the target, each with what it is to it."""
    for reading in audit.references:
        yield "Held against", reading
    for reading in audit.parents:
        yield "Followed to", reading


def heading(audit: Audit, parent: Artifact) -> str:
    """Return where a parent's licence was read: ", as its LICENSE says"; "" if nowhere."""
    record = audit.graph.licence(parent, _MAIN[parent.kind])
    records = [record] if record else list(parent.licences[:1])
    if audit.graph.reading(parent) is None or not records or not records[0].exhibits:
        return ""
    paths = dict.fromkeys(exhibit.path or "page" for exhibit in records[0].exhibits)
    said = " and ".join(quoted(path) for path in list(paths)[:2])
    at = f" at {parent.revision[:12]}" if parent.revision else ""
    return f", as its {said} {'say' if len(paths) > 1 else 'says'}{at}"
