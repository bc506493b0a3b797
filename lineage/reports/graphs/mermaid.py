"""Mermaid, which GitHub and GitLab draw inside Markdown: at most 500 edges and 50,000 characters.

Both are limits of those that draw it (``maxEdges``, ``maxTextSize``), and a picture beyond them is
not drawn at all, so that what is left out is counted in the picture itself. Labels are stripped to
characters that mean nothing to it; links and directives are never written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.reports.diagram import Look
from lineage.reports.graphs.view import label, look, terms
from lineage.reports.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lineage.joining import Joined, JoinedEdge, JoinedNode
    from lineage.reports.graphs.view import GraphView

NAME = "mermaid"
MOST_EDGES, MOST_CHARACTERS = 500, 50_000
#: Room for the last line and for the styles of the edges.
_MARGIN = 9_000
_HARMLESS = frozenset(" ._-/@:,+=()")
_LONGEST = 80
_SHAPES = {"model": ("[", "]"), "dataset": ("[(", ")]"), "code": ("[[", "]]")}
_ARROWS = {
    Look.DECLARED: "-->",
    Look.DETECTED: "==>",
    Look.CONTRADICTED: "-.->",
    Look.UNKNOWN: "-.->",
}
_STYLES = {
    Look.DECLARED: "stroke:#7c8590",
    Look.DETECTED: "stroke:#1b1f24,stroke-width:3px",
    Look.CONTRADICTED: "stroke:#b01020,stroke-dasharray:8 5",
    Look.UNKNOWN: "stroke:#545d68,stroke-dasharray:2 5",
}


def render(view: GraphView) -> str:
    """Return the graph as a flow chart from parents to children."""
    graph = view.graph
    numbers = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    nodes = {node.id: _node(node, numbers) for node in graph.nodes}
    edges = [_edge(edge, numbers) for edge in graph.edges]
    kept, told = _fitting(graph, nodes, edges)
    lines = [
        "flowchart LR",
        *(nodes[name] for name in told),
        *edges[:kept],
        *_left_out(len(nodes) - len(told), len(edges) - kept),
        *_styles(graph.edges[:kept]),
    ]
    return "\n".join(lines) + "\n"


def _fitting(
    graph: Joined, nodes: Mapping[str, str], edges: Sequence[str]
) -> tuple[int, list[str]]:
    """Return how many edges fit, and the ids of the nodes that they join; then of all others."""
    room = MOST_CHARACTERS - _MARGIN
    told: dict[str, None] = {}
    for number, (edge, line) in enumerate(zip(graph.edges, edges, strict=True)):
        ends = [name for name in (edge.parent, edge.child) if name not in told]
        room -= len(line) + 1 + sum(len(nodes[name]) + 1 for name in ends)
        if number == MOST_EDGES or room < 0:
            return number, sorted(told)
        told.update(dict.fromkeys(ends))
    for name, line in nodes.items():
        room -= 0 if name in told else len(line) + 1
        if room < 0:
            break
        told[name] = None
    return len(edges), sorted(told)


def harmless(text: str) -> str:
    """Return text of letters, digits and a few signs, cut to a label's length."""
    kept = "".join(char if char.isalnum() or char in _HARMLESS else "_" for char in text)
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 3]}..."


def _node(node: JoinedNode, numbers: dict[str, str]) -> str:
    opened, closed = _SHAPES[node.kind.value]
    said = f"{harmless(node.name)}<br/>{harmless(terms(node))}"
    return f'  {numbers[node.id]}{opened}"{said}"{closed}'


def _edge(edge: JoinedEdge, numbers: dict[str, str]) -> str:
    said = harmless(label(edge, words_of("en")).replace("<", "below"))
    return f'  {numbers[edge.parent]} {_ARROWS[look(edge)]}|"{said}"| {numbers[edge.child]}'


def _left_out(nodes: int, edges: int) -> Iterator[str]:
    if nodes or edges:
        yield f'  rest["{nodes:,} nodes and {edges:,} edges are left out, see --focus"]'


def _styles(edges: Sequence[JoinedEdge]) -> Iterator[str]:
    for one, style in _STYLES.items():
        of = [str(number) for number, edge in enumerate(edges) if look(edge) is one]
        if of:
            yield f"  linkStyle {','.join(of)} {style}"
