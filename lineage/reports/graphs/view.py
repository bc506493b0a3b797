"""A joined graph with the words in which every format shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.kinship.verdict import probability
from lineage.reports.diagram import Edge, Look, Node, bounded, look_of, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage.joining import Joined, JoinedEdge, JoinedNode, Reaching
    from lineage.reports.diagram import Diagram

_PLACES = 4


@dataclass(frozen=True, slots=True)
class GraphView:
    """What is to be shown of a joined graph."""

    graph: Joined
    #: The node that was asked about, if one was.
    focus: JoinedNode | None = None
    #: The duties that reach the node that was asked about; None where nobody asked.
    duties: tuple[Reaching, ...] | None = None
    #: The node whose duties these are.
    bound: JoinedNode | None = None
    #: Of the words of an HTML page.
    language: str = "en"


def diagram_of(view: GraphView) -> Diagram:
    """Return the graph as a picture shows it; the focus first, else what was audited."""
    graph = view.graph
    centres = [view.focus.id] if view.focus else [n.id for n in graph.nodes if n.reports]
    nodes = (
        Node(node.id, named(node.name), node.kind.value, named(terms(node)), node.id in centres)
        for node in graph.nodes
    )
    return bounded(nodes, map(edge_of, graph.edges), centres)


def edge_of(edge: JoinedEdge) -> Edge:
    """Return all that was said of one derivation as one line."""
    first = edge.statements[0]
    tests = tuple(dict.fromkeys(test for said in edge.statements for test in said.tests))
    places = tuple(
        dict.fromkeys(place for said in edge.statements for place in map(named, said.places))
    )
    return Edge(
        parent=edge.parent,
        child=edge.child,
        relation=edge.relation.value,
        look=look(edge),
        origin=edge.standing,
        tier=first.tier.value,
        chance=chance(edge),
        tests=tests,
        places=places[:_PLACES],
    )


def look(edge: JoinedEdge) -> Look:
    """Return how an edge is drawn."""
    if edge.standing == "contradicted":
        return Look.CONTRADICTED
    looks = [
        look_of(said.origin, said.relation, said.tier, tested=said.p_value is not None)
        for said in edge.statements
    ]
    for best in (Look.DETECTED, Look.DECLARED):
        if best in looks:
            return best
    return Look.UNKNOWN


def chance(edge: JoinedEdge) -> str:
    """Return the smallest p-value of an edge in words; "" without a test."""
    values = [said.p_value for said in edge.statements if said.p_value is not None]
    return probability(min(values)) if values else ""


def terms(node: JoinedNode) -> str:
    """Return under which terms a node is, as far as a report knows it."""
    if node.licence:
        return f"under {node.licence}"
    return "its terms are not known" if node.reports else "not audited"


def label(edge: JoinedEdge, words: Mapping[str, str]) -> str:
    """Return an edge in a few words: "fine-tune, agreed, p < 1e-9"."""
    said = (words[f"relation_{edge.relation.value}"], edge.standing, chance(edge))
    return ", ".join(filter(None, said))
