"""Joined graphs as files: for a Markdown page, for Graphviz, for graph tools, for a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lineage.reports.graphs import dot, graph_html, graph_json, graphml, mermaid

if TYPE_CHECKING:
    from lineage.reports.graphs.view import GraphView

#: Every format by name; the first is the default.
GRAPHS: dict[str, GraphFormat]


class GraphFormat(Protocol):
    """A module that writes a joined graph."""

    def render(self, view: GraphView, /) -> str:
        """Return the whole file, every foreign string escaped for this format."""


GRAPHS = {
    "mermaid": mermaid,
    "dot": dot,
    "graphml": graphml,
    "json": graph_json,
    "html": graph_html,
}
