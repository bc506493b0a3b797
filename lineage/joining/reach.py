"""Which duties reach a node of a joined graph: from whom, by which path, and judged how.

A duty that a report judged for its target reaches everything on its way, and whatever is made from
the target in turn; there, no report has judged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from lineage.joining.model import Reaching
from lineage.model import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.joining.model import Joined, JoinedNode, ReadDuty

#: Derivations that hand no duty on for certain.
_LOOSE = frozenset({Relation.TRAINED_ON, Relation.RELATED, Relation.UNKNOWN})


def reaching(graph: Joined, node: JoinedNode) -> tuple[Reaching, ...]:
    """Return the duties that reach a node, sorted by licence, clause and path; each path once."""
    onward = _onward(graph)
    found: dict[tuple[str, str, str, tuple[str, ...]], Reaching] = {}
    for duty in graph.duties:
        for one in _along(graph, duty, node, onward):
            key = one.licence or one.title, one.clause, one.kind, one.path
            if key not in found or found[key].state is None:
                found[key] = one
    return tuple(found[key] for key in sorted(found))


def _onward(graph: Joined) -> nx.DiGraph[str]:
    onward: nx.DiGraph[str] = nx.DiGraph()
    onward.add_nodes_from(node.id for node in graph.nodes)
    onward.add_edges_from(
        (edge.parent, edge.child)
        for edge in graph.edges
        if edge.standing != "contradicted" and edge.relation not in _LOOSE
    )
    return onward


def _along(
    graph: Joined, duty: ReadDuty, node: JoinedNode, onward: nx.DiGraph[str]
) -> Iterator[Reaching]:
    stations = [graph.standing_for[name] for name in duty.path if name in graph.standing_for]
    path = tuple(dict.fromkeys(stations))
    if not path or path[0] == node.id:
        return
    if node.id in path:
        is_last = node.id == path[-1]
        yield _reaching(duty, path[: path.index(node.id) + 1], judged=is_last)
    elif nx.has_path(onward, path[-1], node.id):
        rest = nx.shortest_path(onward, path[-1], node.id)
        yield _reaching(duty, (*path, *rest[1:]), judged=False)


def _reaching(duty: ReadDuty, path: tuple[str, ...], *, judged: bool) -> Reaching:
    return Reaching(
        licence=duty.licence,
        title=duty.title,
        clause=duty.clause,
        kind=duty.kind,
        path=path,
        state=duty.state if judged else None,
        literals=duty.literals,
    )
