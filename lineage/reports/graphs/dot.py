"""DOT, the language of Graphviz, for pictures in print quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.escape import safe_text
from lineage.reports.diagram import Look
from lineage.reports.graphs.view import label, look, terms
from lineage.reports.wording import words_of

if TYPE_CHECKING:
    from lineage.joining import JoinedEdge, JoinedNode
    from lineage.reports.graphs.view import GraphView

NAME = "dot"
_SHAPES = {"model": "box", "dataset": "cylinder", "code": "component"}
_STYLES = {
    Look.DECLARED: 'color="#7c8590"',
    Look.DETECTED: 'color="#1b1f24", penwidth=2.5',
    Look.CONTRADICTED: 'color="#b01020", fontcolor="#b01020", style=dashed',
    Look.UNKNOWN: 'color="#545d68", style=dotted',
}
_HEAD = (
    "digraph lineage {",
    "  rankdir=LR;",
    '  node [fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=9];',
)


def render(view: GraphView) -> str:
    """Return the graph from parents to children."""
    numbers = {node.id: f"n{number}" for number, node in enumerate(view.graph.nodes)}
    return "\n".join(
        (
            *_HEAD,
            *(_node(node, numbers, view) for node in view.graph.nodes),
            *(_edge(edge, numbers) for edge in view.graph.edges),
            "}\n",
        )
    )


def quoted(*lines: str) -> str:
    r"""Return lines as one quoted string, in which nothing is an escape of DOT's own (``\N``)."""
    escaped = (safe_text(line).replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'


def _node(node: JoinedNode, numbers: dict[str, str], view: GraphView) -> str:
    thick = ", penwidth=2.5" if view.focus == node else ""
    shape = _SHAPES[node.kind.value]
    return f"  {numbers[node.id]} [shape={shape}, label={quoted(node.name, terms(node))}{thick}];"


def _edge(edge: JoinedEdge, numbers: dict[str, str]) -> str:
    said = quoted(label(edge, words_of("en")))
    ends = f"{numbers[edge.parent]} -> {numbers[edge.child]}"
    return f"  {ends} [label={said}, {_STYLES[look(edge)]}];"
