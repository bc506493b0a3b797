"""Where the nodes of a picture stand: generations as columns, the youngest on the right.

The same graph always comes out the same: nothing is drawn by chance, and every tie is settled by
name. Long edges pass between the nodes of the columns that they cross.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage.reports.diagram import Diagram, Edge

WIDTH, HEIGHT = 210, 46
_GAP, _SPACE, _MARGIN = 200, 16, 14
#: Height of the label of one edge, and of the way of an edge past a column.
_LANE = 15
#: Half of a node's side from which edges leave, and how far they go before they turn.
_REACH, _STEP = 16, 14
#: How far an edge then runs level, so that its label stands on it.
_LEVEL = 135
_SWEEPS = 6
_Item = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture with its measures: the top left corner of each node, the points of each edge."""

    corners: dict[str, tuple[int, int]]
    #: In the order of the diagram's edges, from parent to child.
    routes: tuple[tuple[tuple[int, int], ...], ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Stand:
    corners: Mapping[str, tuple[int, int]]
    middles: Mapping[_Item, float]
    #: The edges that leave each node, by number.
    lanes: Mapping[str, Sequence[int]]
    #: The oldest generation.
    last: int


def placed(diagram: Diagram) -> Placed:
    """Return where everything of a diagram stands."""
    ranks = _ranks(diagram)
    chains = [_chain(index, edge, ranks) for index, edge in enumerate(diagram.edges)]
    columns = _ordered(diagram, ranks, chains)
    lanes = _lanes(diagram.edges)
    middles, height = _middles(columns, lanes)
    last = max(ranks.values(), default=0)
    corners = {
        node.id: (_x(last - ranks[node.id]), round(middles[node.id, -1]) - HEIGHT // 2)
        for node in diagram.nodes
    }
    stand = _Stand(corners, middles, lanes, last)
    routes = tuple(
        _route(number, edge, chain, stand)
        for number, (edge, chain) in enumerate(zip(diagram.edges, chains, strict=True))
    )
    return Placed(corners, routes, _x(last) + WIDTH + _MARGIN, height)


def _x(column: int) -> int:
    return _MARGIN + column * (WIDTH + _GAP)


def _ranks(diagram: Diagram) -> dict[str, int]:
    """Return the generations above the youngest; artifacts that form a cycle share one."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(node.id for node in diagram.nodes)
    graph.add_edges_from((edge.parent, edge.child) for edge in diagram.edges)
    whole = nx.condensation(graph)
    ranks: dict[int, int] = {}
    for group in reversed(list(nx.topological_sort(whole))):
        ranks[group] = max((ranks[child] + 1 for child in whole.successors(group)), default=0)
    return {name: ranks[group] for name, group in whole.graph["mapping"].items()}


def _chain(index: int, edge: Edge, ranks: Mapping[str, int]) -> list[_Item]:
    """Return the stations of an edge between its ends, one for each column that it crosses."""
    return [(f"{rank}", index) for rank in range(ranks[edge.parent] - 1, ranks[edge.child], -1)]


def _ordered(
    diagram: Diagram, ranks: Mapping[str, int], chains: Sequence[Sequence[_Item]]
) -> dict[int, list[_Item]]:
    """Return the items of each column from top to bottom, with few crossings."""
    columns: dict[int, list[_Item]] = defaultdict(list)
    for node in sorted(diagram.nodes, key=lambda node: (node.label, node.id)):
        columns[ranks[node.id]].append((node.id, -1))
    beside: dict[_Item, list[_Item]] = defaultdict(list)
    for edge, chain in zip(diagram.edges, chains, strict=True):
        for item in chain:
            columns[int(item[0])].append(item)
        line = [(edge.parent, -1), *chain, (edge.child, -1)]
        for one, other in pairwise(line):
            beside[one].append(other)
            beside[other].append(one)
    for sweep in range(_SWEEPS):
        for rank in sorted(columns, reverse=bool(sweep % 2)):
            _sort(columns, rank, beside, -1 if sweep % 2 == 0 else 1)
    return columns


def _sort(
    columns: dict[int, list[_Item]],
    rank: int,
    beside: Mapping[_Item, Sequence[_Item]],
    towards: int,
) -> None:
    """Sort one column by the mean place of what each item is joined to in the next."""
    near = columns.get(rank + towards, [])
    places = {item: (number + 0.5) / len(near) for number, item in enumerate(near)}
    own = {item: (number + 0.5) / len(columns[rank]) for number, item in enumerate(columns[rank])}

    def mean(item: _Item) -> float:
        found = [places[other] for other in beside.get(item, ()) if other in places]
        return sum(found) / len(found) if found else own[item]

    columns[rank] = sorted(columns[rank], key=lambda item: (mean(item), own[item]))


def _lanes(edges: Sequence[Edge]) -> dict[str, list[int]]:
    """Return the edges that leave each node, by number."""
    leaving: dict[str, list[int]] = defaultdict(list)
    for number, edge in enumerate(edges):
        leaving[edge.parent].append(number)
    return leaving


def _middles(
    columns: Mapping[int, Sequence[_Item]], lanes: Mapping[str, Sequence[int]]
) -> tuple[dict[_Item, float], int]:
    """Return the height of the middle of every item, and that of the picture."""
    sizes = {
        item: _LANE if item[1] >= 0 else max(HEIGHT, _LANE * len(lanes.get(item[0], ())))
        for column in columns.values()
        for item in column
    }
    heights = {
        rank: sum(sizes[item] + _SPACE for item in column) for rank, column in columns.items()
    }
    tallest = max(heights.values(), default=0)
    middles: dict[_Item, float] = {}
    for rank, column in columns.items():
        top = _MARGIN + (tallest - heights[rank]) / 2
        for item in column:
            middles[item] = top + sizes[item] / 2
            top += sizes[item] + _SPACE
    return middles, tallest + 2 * _MARGIN


def _route(
    number: int,
    edge: Edge,
    chain: Sequence[_Item],
    stand: _Stand,
) -> tuple[tuple[int, int], ...]:
    """Return the points of an edge: where it leaves, its stations, where it ends."""
    leaving = stand.lanes[edge.parent]
    offset = round((leaving.index(number) - (len(leaving) - 1) / 2) * _LANE)
    left, top = stand.corners[edge.parent]
    middle = top + HEIGHT // 2
    inside = max(-_REACH, min(_REACH, offset))
    side, lane = left + WIDTH, middle + offset
    points = [(side, middle + inside), (side + _STEP, lane), (side + _LEVEL, lane)]
    for item in chain:
        x = _x(stand.last - int(item[0]))
        y = round(stand.middles[item])
        points += [(x, y), (x + WIDTH, y)]
    left, top = stand.corners[edge.child]
    return (*points, (left, top + HEIGHT // 2))
