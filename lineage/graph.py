"""The lineage graph: artifacts, derivations, and the evidence each artifact was seen to carry.

Immutable once built; rules see nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

import networkx as nx

from lineage.codec import from_plain, to_plain
from lineage.model import Artifact, Derivation, Evidence, LicenceRecord, Reading, Scope

if TYPE_CHECKING:
    from lineage.codec import Plain

E = TypeVar("E", bound=Evidence)


class LineageGraph:
    """Artifacts joined by derivations, with the reading of those that were opened."""

    def __init__(
        self,
        subject: str,
        artifacts: Iterable[Artifact],
        derivations: Iterable[Derivation],
        readings: Mapping[str, Reading],
    ) -> None:
        """Build the graph.

        Args:
            subject: id of the artifact that is audited.
            artifacts: the nodes; ids are unique.
            derivations: the edges; both ends are among the artifacts.
            readings: what was read of an artifact, by its id; those not opened have none.

        Raises:
            ValueError: an edge or a reading names no artifact, or an id comes twice.
        """
        self._graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for artifact in artifacts:
            if artifact.id in self._graph:
                raise ValueError(f"artifact {artifact.id} comes twice")
            self._graph.add_node(artifact.id, artifact=artifact)
        for edge in derivations:
            self._expect(edge.parent, edge.child)
            self._graph.add_edge(edge.parent, edge.child, derivation=edge)
        self._expect(subject, *readings)
        self._readings = dict(readings)
        self._subject = subject

    def _expect(self, *ids: str) -> None:
        for name in ids:
            if name not in self._graph:
                raise ValueError(f"{name} is no artifact of this graph")

    @property
    def subject(self) -> Artifact:
        """The artifact that is audited."""
        return self.artifact(self._subject)

    def artifact(self, name: str) -> Artifact:
        """Return the artifact of that id.

        Raises:
            KeyError: there is none.
        """
        found: Artifact = self._graph.nodes[name]["artifact"]
        return found

    def artifacts(self) -> tuple[Artifact, ...]:
        """Return every artifact, sorted by id."""
        return tuple(self.artifact(name) for name in sorted(self._graph))

    def derivations(self) -> tuple[Derivation, ...]:
        """Return every edge, sorted by child, parent and relation."""
        edges = (edge for _, _, edge in self._graph.edges(data="derivation"))
        return tuple(sorted(edges, key=_edge_order))

    def parents(self, artifact: Artifact) -> tuple[Derivation, ...]:
        """Return the edges that lead to the artifact."""
        edges = self._graph.in_edges(artifact.id, data="derivation")
        return tuple(sorted((edge for _, _, edge in edges), key=_edge_order))

    def children(self, artifact: Artifact) -> tuple[Derivation, ...]:
        """Return the edges that leave the artifact."""
        edges = self._graph.out_edges(artifact.id, data="derivation")
        return tuple(sorted((edge for _, _, edge in edges), key=_edge_order))

    def upstream(self, artifact: Artifact) -> Iterator[Artifact]:
        """Yield what the artifact derives from, nearest first.

        Each artifact comes once, even where the claims form a cycle.
        """
        reverse = self._graph.reverse(copy=False)
        for name in nx.bfs_tree(reverse, artifact.id, sort_neighbors=sorted):
            if name != artifact.id:
                yield self.artifact(name)

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Return the groups of artifacts that derive from themselves, each sorted by id."""
        groups = nx.strongly_connected_components(self._graph)
        loops = (g for g in groups if len(g) > 1 or any(self._graph.has_edge(n, n) for n in g))
        return tuple(sorted(tuple(sorted(group)) for group in loops))

    def reading(self, artifact: Artifact) -> Reading | None:
        """Return what was read of the artifact; None for one that was not opened."""
        return self._readings.get(artifact.id)

    def evidence(self, artifact: Artifact, kind: type[E]) -> tuple[E, ...]:
        """Return the artifact's evidence of one kind, in the order it was seen."""
        reading = self.reading(artifact)
        if reading is None:
            return ()
        return tuple(fact for fact in reading.evidence if isinstance(fact, kind))

    def licence(self, artifact: Artifact, scope: Scope) -> LicenceRecord | None:
        """Return what is known of the licence of one part of the artifact."""
        return next((record for record in artifact.licences if record.scope is scope), None)

    def to_dict(self) -> dict[str, Plain]:
        """Return the graph as plain lists, dicts and strings, from which it can be rebuilt."""
        return {
            "subject": self._subject,
            "artifacts": to_plain(list(self.artifacts())),
            "derivations": to_plain(list(self.derivations())),
            "readings": {name: to_plain(self._readings[name]) for name in sorted(self._readings)},
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Plain]) -> LineageGraph:
        """Return the graph that ``to_dict`` described: ``from_dict(g.to_dict()) == g``.

        Raises:
            ValueError: the mapping describes no graph.
        """
        readings = plain["readings"]
        if not isinstance(readings, dict):
            raise ValueError("readings: a mapping is expected")  # noqa: TRY004 - of the data
        return cls(
            subject=from_plain(plain["subject"], str),
            artifacts=from_plain(plain["artifacts"], list[Artifact]),
            derivations=from_plain(plain["derivations"], list[Derivation]),
            readings={name: from_plain(value, Reading) for name, value in readings.items()},
        )

    def __eq__(self, other: object) -> bool:
        """Say whether both hold the same artifacts, derivations and readings."""
        if not isinstance(other, LineageGraph):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # equal by content, too large to hash


def _edge_order(edge: Derivation) -> tuple[str, str, str, str]:
    return (edge.child, edge.parent, edge.relation, edge.origin)
