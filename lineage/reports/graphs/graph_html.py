"""A joined graph as one HTML page that needs no network and no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.reports import sealing
from lineage.reports.diagram import Look
from lineage.reports.graphs.reached import Reached, reached
from lineage.reports.graphs.view import diagram_of, terms
from lineage.reports.picture import drawn
from lineage.reports.wording import words_of
from lineage.versions import KNOWLEDGE_VERSION, __version__

if TYPE_CHECKING:
    from lineage.reports.graphs.view import GraphView

NAME = "html"


def render(view: GraphView) -> str:
    """Return the graph as a page: picture, derivations, works, what does not fit, duties."""
    words, graph = words_of(view.language), view.graph
    picture = diagram_of(view)
    count = len(graph.reports)
    rows: tuple[Reached, ...] = reached(view, words)
    values = {
        "joined": graph,
        "said": words["graph_one"] if count == 1 else words["graph_of"].format(count=count),
        "diagram": picture,
        "svg": drawn(picture, words) if picture.nodes else "",
        "looks": tuple(look.value for look in Look),
        "names": {node.id: node.label for node in picture.nodes},
        "nodes": tuple((node, terms(node)) for node in graph.nodes),
        "bound": view.bound,
        "duties": rows,
        "made_with": words["made_with"].format(version=__version__, knowledge=KNOWLEDGE_VERSION),
    }
    moved = picture if len(picture.nodes) > 1 and picture.edges else None
    return sealing.sealed("graph.html.j2", values, words, moved)
