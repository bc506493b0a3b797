"""A joined graph as JSON, version 1, for other people's programs (``graph.schema.json``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.reports.graphs.view import look
from lineage.reports.json_report import serialised
from lineage.versions import KNOWLEDGE_VERSION, __version__

if TYPE_CHECKING:
    from lineage.codec import Plain
    from lineage.joining import JoinedEdge, JoinedNode, Reaching, Statement
    from lineage.reports.graphs.view import GraphView

NAME = "json"
SCHEMA_VERSION = "1"


def render(view: GraphView) -> str:
    """Return the graph as one JSON object; the same reports give the same bytes."""
    graph = view.graph
    reaching = view.duties
    return serialised(
        {
            "schema_version": SCHEMA_VERSION,
            "tool": {
                "name": "lineage",
                "version": __version__,
                "knowledge_version": KNOWLEDGE_VERSION,
            },
            "reports": list(graph.reports),
            "focus": view.focus.id if view.focus else None,
            "nodes": [_node(node) for node in graph.nodes],
            "edges": [_edge(edge) for edge in graph.edges],
            "problems": list(graph.problems),
            "duties_of": view.bound.id if view.bound else None,
            "duties": None if reaching is None else [_duty(duty) for duty in reaching],
        }
    )


def _node(node: JoinedNode) -> Plain:
    return {
        "id": node.id,
        "ids": list(node.ids),
        "kind": node.kind.value,
        "name": node.name,
        "revision": node.revision,
        "licence": node.licence,
        "licences": list(node.licences),
        "created": node.created,
        "reports": list(node.reports),
    }


def _edge(edge: JoinedEdge) -> Plain:
    return {
        "parent": edge.parent,
        "child": edge.child,
        "relation": edge.relation.value,
        "standing": edge.standing,
        "look": look(edge).value,
        "statements": [_statement(said) for said in edge.statements],
    }


def _statement(said: Statement) -> Plain:
    return {
        "report": said.report,
        "relation": said.relation.value,
        "origin": said.origin.value,
        "tier": said.tier.value,
        "p_value": said.p_value,
        "tests": list(said.tests),
        "places": list(said.places),
    }


def _duty(duty: Reaching) -> Plain:
    return {
        "licence": duty.licence,
        "title": duty.title,
        "clause": duty.clause,
        "kind": duty.kind,
        "from": duty.path[0],
        "path": list(duty.path),
        "state": duty.state.value if duty.state else None,
    }
