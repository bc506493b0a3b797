"""One node of a joined graph found by its name, and what stands near it."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

import networkx as nx

from lineage.joining.model import JoinedNode, JoinError
from lineage.phrases import listed, quoted
from lineage.sources.names import unpinned

if TYPE_CHECKING:
    from lineage.joining.model import Joined


def named(graph: Joined, name: str) -> JoinedNode:
    """Return the node that goes by a name: its id, its id without a revision, or its name.

    Raises:
        JoinError: none does, or several do.
    """
    for ways in (_ids, _unpinned, _names):
        found = [node for node in graph.nodes if name.casefold() in ways(node)]
        if len(found) == 1:
            return found[0]
        if found:
            raise JoinError(f"{quoted(name)} is not one node: {listed(n.id for n in found)}")
    known = sorted({node.name for node in graph.nodes})
    near = get_close_matches(name, known, n=3, cutoff=0.5) or known
    raise JoinError(f"no node is called {quoted(name)}; there is {listed(near)}")


def around(graph: Joined, centre: JoinedNode, depth: int) -> Joined:
    """Return the part of a graph that is at most so many derivations away from a node."""
    near: nx.Graph[str] = nx.Graph()
    near.add_nodes_from(node.id for node in graph.nodes)
    near.add_edges_from((edge.parent, edge.child) for edge in graph.edges)
    kept = set(nx.single_source_shortest_path_length(near, centre.id, cutoff=depth))
    return replace(
        graph,
        nodes=tuple(node for node in graph.nodes if node.id in kept),
        edges=tuple(e for e in graph.edges if e.parent in kept and e.child in kept),
    )


def _ids(node: JoinedNode) -> set[str]:
    return {name.casefold() for name in node.ids}


def _unpinned(node: JoinedNode) -> set[str]:
    return {unpinned(name).casefold() for name in node.ids}


def _names(node: JoinedNode) -> set[str]:
    return {node.name.casefold(), *(unpinned(i).rpartition(":")[2].casefold() for i in node.ids)}
