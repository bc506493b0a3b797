"""What does not fit in a joined graph, in sentences; each is for a person to look into."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import networkx as nx

from lineage.phrases import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage.joining.model import JoinedEdge, JoinedNode

#: Names in one sentence.
_NAMED = 5


def problems(nodes: Sequence[JoinedNode], edges: Sequence[JoinedEdge]) -> Iterator[str]:
    """Yield what does not fit: one work under several names, claims against what was found."""
    names = {node.id: node.name for node in nodes}
    yield from _synonyms(nodes)
    for edge in edges:
        yield from _at_odds(edge, names)
    yield from _cycles(edges, names)
    yield from _too_young(nodes, edges)
    yield from _missing(nodes, edges)


def _synonyms(nodes: Sequence[JoinedNode]) -> Iterator[str]:
    for node in nodes:
        if len(node.reports) > 1 and len(node.ids) > 1:
            yield (
                f"{quoted(node.name)} goes under several names with the same weights: "
                f"{listed(node.ids, _NAMED)}."
            )
        if len(node.licences) > 1:
            yield f"{quoted(node.name)} is given under several terms: {listed(node.licences)}."


def _at_odds(edge: JoinedEdge, names: dict[str, str]) -> Iterator[str]:
    ends = f"{quoted(names[edge.child])} from {quoted(names[edge.parent])}"
    if edge.standing == "contradicted":
        yield f"The descent of {ends} is declared, and the weights deny it."
    if edge.standing == "differs":
        said = listed(f"{one.origin.value} {one.relation.value}" for one in edge.statements)
        yield f"What is declared of the descent of {ends} is not what was found: {said}."


def _cycles(edges: Sequence[JoinedEdge], names: dict[str, str]) -> Iterator[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((edge.parent, edge.child) for edge in edges)
    loops = (sorted(names[n] for n in g) for g in nx.strongly_connected_components(graph))
    for loop in sorted(loop for loop in loops if len(loop) > 1):
        yield f"{listed(loop, _NAMED)} are said to be made from one another."


def _too_young(nodes: Sequence[JoinedNode], edges: Sequence[JoinedEdge]) -> Iterator[str]:
    made = {node.id: (node, moment) for node in nodes if (moment := _moment(node.created))}
    for edge in edges:
        if edge.parent in made and edge.child in made:
            (parent, born), (child, since) = made[edge.parent], made[edge.child]
            if since < born:
                yield (
                    f"{quoted(child.name)} is older than its parent {quoted(parent.name)}: their "
                    f"hosts say {since.date()} and {born.date()}."
                )


def _missing(nodes: Sequence[JoinedNode], edges: Sequence[JoinedEdge]) -> Iterator[str]:
    parents = {edge.parent for edge in edges}
    missing = [node.name for node in nodes if node.id in parents and not node.reports]
    if missing:
        were = "is named as a parent" if len(missing) == 1 else "are named as parents"
        yield f"{listed(missing, _NAMED)} {were}, and no audit of {_them(missing)} was given."


def _them(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _moment(written: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
