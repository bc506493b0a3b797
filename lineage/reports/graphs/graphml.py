"""GraphML (http://graphml.graphdrawing.org), which yEd, Gephi and networkx read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from lineage.escape import safe_text
from lineage.reports.graphs.view import chance, look

if TYPE_CHECKING:
    from lineage.reports.graphs.view import GraphView

NAME = "graphml"


def render(view: GraphView) -> str:
    """Return the graph from parents to children, with what is known as attributes."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for node in view.graph.nodes:
        graph.add_node(
            safe_text(node.id),
            label=safe_text(node.name),
            kind=node.kind.value,
            licence=safe_text(node.licence or ""),
            revision=safe_text(node.revision or ""),
            names=safe_text(" ".join(node.ids)),
            audited=bool(node.reports),
        )
    for edge in view.graph.edges:
        graph.add_edge(
            safe_text(edge.parent),
            safe_text(edge.child),
            relation=edge.relation.value,
            standing=edge.standing,
            look=look(edge).value,
            tier=edge.statements[0].tier.value,
            chance=chance(edge),
        )
    return "\n".join(nx.generate_graphml(graph)) + "\n"
