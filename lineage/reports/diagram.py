"""A lineage graph as a picture shows it: few words, and which line means what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lineage.kinship.verdict import probability
from lineage.model import Origin, Relation, Tier
from lineage.phrases import place
from lineage.reports import ancestry, contents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lineage.model import Derivation, Exhibit, Test
    from lineage.pipeline import Audit

#: Nodes of one picture; those further from the subject are counted.
MOST_NODES = 200
#: Edges of one picture.
_MOST_EDGES = 400
#: Places that one edge names.
_PLACES = 4
#: Characters of a name.
_LONGEST = 300
_UNSAID = (Relation.UNKNOWN, Relation.RELATED)


class Look(StrEnum):
    """How an edge is drawn."""

    #: Somebody says so.
    DECLARED = "declared"
    #: Bytes, weights or code show it, whether or not it is declared as well.
    DETECTED = "detected"
    #: Declared, and the weights deny it.
    CONTRADICTED = "contradicted"
    #: How the two are related is not known, or rests on structure or an outside word alone.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Node:
    """One artifact of a picture."""

    id: str
    label: str
    #: "model", as ``Kind`` has it.
    kind: str
    #: "under MIT"; "" where nothing is said of it.
    terms: str
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One derivation of a picture, from parent to child."""

    parent: str
    child: str
    #: As ``Relation`` has it.
    relation: str
    look: Look
    origin: str
    tier: str
    #: The p-value of the strongest test, in words; "" without a test.
    chance: str = ""
    #: What each test says.
    tests: tuple[str, ...] = ()
    #: Where it can be checked.
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """What one picture shows."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    #: Nodes and edges that were left out.
    more_nodes: int = 0
    more_edges: int = 0

    def node(self, name: str) -> Node:
        """Return the node of that id."""
        return next(node for node in self.nodes if node.id == name)


def diagram(audit: Audit) -> Diagram:
    """Return the lineage of an audit's target as a picture shows it."""
    graph = audit.graph
    subject = graph.subject.id
    nodes = (
        Node(
            artifact.id,
            named(artifact.name),
            artifact.kind.value,
            named(ancestry.terms(graph, artifact)),
            artifact.id == subject,
        )
        for artifact in graph.artifacts()
    )
    return bounded(nodes, map(edge, graph.derivations()), [subject])


def edge(derivation: Derivation) -> Edge:
    """Return a derivation as a picture shows it."""
    return Edge(
        parent=derivation.parent,
        child=derivation.child,
        relation=derivation.relation.value,
        look=look_of(
            derivation.origin, derivation.relation, derivation.tier, tested=bool(derivation.tests)
        ),
        origin=derivation.origin.value,
        tier=derivation.tier.value,
        chance=_chance(derivation.tests),
        tests=tuple(map(contents.test_sentence, derivation.tests)),
        places=tuple(dict.fromkeys(map(_place, derivation.exhibits)))[:_PLACES],
    )


def look_of(origin: Origin, relation: Relation, tier: Tier, *, tested: bool) -> Look:
    """Return how an edge is drawn, without showing it surer than it is."""
    if origin is Origin.CONTRADICTED:
        return Look.CONTRADICTED
    if tested:
        return Look.DETECTED
    if relation in _UNSAID or tier in (Tier.C, Tier.E):
        return Look.UNKNOWN
    return Look.DETECTED if origin is Origin.DETECTED else Look.DECLARED


def named(text: str) -> str:
    """Return a name as long as a picture and its table can show it."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"


def bounded(nodes: Iterable[Node], edges: Iterable[Edge], centres: Iterable[str]) -> Diagram:
    """Return a picture of so many nodes as one can look at, those nearest the centres first."""
    known = {node.id: node for node in nodes}
    drawn = list(edges)
    kept = list(_nearest(known, drawn, centres))[:MOST_NODES]
    chosen = set(kept)
    inside = [one for one in drawn if one.parent in chosen and one.child in chosen]
    return Diagram(
        nodes=tuple(known[name] for name in sorted(chosen)),
        edges=tuple(inside[:_MOST_EDGES]),
        more_nodes=len(known) - len(kept),
        more_edges=len(drawn) - len(inside[:_MOST_EDGES]),
    )


def _nearest(
    known: dict[str, Node], edges: Iterable[Edge], centres: Iterable[str]
) -> Iterator[str]:
    """Yield every node once: the centres, then their neighbours, and so on; then all others."""
    beside: dict[str, list[str]] = {name: [] for name in known}
    for one in edges:
        beside[one.parent].append(one.child)
        beside[one.child].append(one.parent)
    seen: dict[str, None] = {}
    waiting = [*centres]
    for start in (*waiting, *sorted(known)):
        frontier = [start] if start not in seen else []
        if start in waiting and not seen:
            frontier = list(dict.fromkeys(waiting))
        while frontier:
            seen.update(dict.fromkeys(frontier))
            around = (name for each in frontier for name in beside[each])
            frontier = sorted({name for name in around if name not in seen})
    yield from seen


def _chance(tests: tuple[Test, ...]) -> str:
    return probability(min(test.p_value for test in tests)) if tests else ""


def _place(exhibit: Exhibit) -> str:
    return named(place(exhibit))
