"""The lineage graph: artifacts, derivations, and the evidence each artifact was seen to carry.

Immutable once built; rules see nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, TypeVar

import networkx as nx

from lineage.codec import from_plain, to_plain
from lineage.model import (
    Artifact,
    Derivation,
    Evidence,
    LicenceRecord,
    Obligation,
    Profile,
    Reading,
    Relation,
    Scope,
)

if TYPE_CHECKING:
    from lineage.codec import Plain

E = TypeVar("E", bound=Evidence)
K = TypeVar("K")
V = TypeVar("V")


class LineageGraph:
    """Artifacts joined by derivations, with the reading of those that were opened."""

    def __init__(
        self,
        subject: str,
        artifacts: Iterable[Artifact],
        derivations: Iterable[Derivation],
        readings: Mapping[str, Reading],
        *,
        obligations: Iterable[Obligation] = (),
        profile: Profile | None = None,
    ) -> None:
        """Build the graph.

        Args:
            subject: id of the artifact that is audited.
            artifacts: the nodes; ids are unique.
            derivations: the edges; both ends are among the artifacts. One that comes twice, equal
                in all it says, is kept once.
            readings: what was read of an artifact, by its id; those not opened have none.
            obligations: what the licences of others ask of the audited artifact.
            profile: what the organisation says of itself.

        Raises:
            ValueError: an edge or a reading names no artifact, or an id comes twice.
        """
        self._artifacts: dict[str, Artifact] = {}
        for artifact in artifacts:
            if artifact.id in self._artifacts:
                raise ValueError(f"artifact {artifact.id} comes twice")
            self._artifacts[artifact.id] = artifact
        self._derivations = tuple(sorted(set(derivations), key=_edge_order))
        self._readings = dict(readings)
        self._subject = subject
        self._obligations = tuple(obligations)
        self._profile = profile
        ends = (end for edge in self._derivations for end in (edge.parent, edge.child))
        for name in (subject, *readings, *ends):
            if name not in self._artifacts:
                raise ValueError(f"{name} is no artifact of this graph")
        self._parents = _grouped(self._derivations, lambda edge: edge.child)
        self._children = _grouped(self._derivations, lambda edge: edge.parent)
        self._evidence = {
            name: _grouped(reading.evidence, type) for name, reading in self._readings.items()
        }

    @property
    def subject(self) -> Artifact:
        """The artifact that is audited."""
        return self.artifact(self._subject)

    def artifact(self, name: str) -> Artifact:
        """Return the artifact of that id.

        Raises:
            KeyError: there is none.
        """
        return self._artifacts[name]

    def artifacts(self) -> tuple[Artifact, ...]:
        """Return every artifact, sorted by id."""
        return tuple(self._artifacts[name] for name in sorted(self._artifacts))

    def derivations(self) -> tuple[Derivation, ...]:
        """Return every edge, sorted by child, parent and relation."""
        return self._derivations

    def parents(self, artifact: Artifact) -> tuple[Derivation, ...]:
        """Return the edges that lead to the artifact."""
        return tuple(self._parents.get(artifact.id, ()))

    def children(self, artifact: Artifact) -> tuple[Derivation, ...]:
        """Return the edges that leave the artifact."""
        return tuple(self._children.get(artifact.id, ()))

    def upstream(
        self, artifact: Artifact, along: Collection[Relation] = frozenset(Relation)
    ) -> Iterator[Artifact]:
        """Yield what the artifact derives from by the given relations, nearest first.

        Each artifact comes once, even where the claims form a cycle.
        """

        def parents(name: str) -> Iterator[str]:
            return (e.parent for e in self._parents.get(name, ()) if e.relation in along)

        for _, parent in nx.generic_bfs_edges(self._ids(), artifact.id, neighbors=parents):
            yield self._artifacts[parent]

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Return the groups of artifacts that derive from themselves, each sorted by id."""
        ids = self._ids()
        groups = nx.strongly_connected_components(ids)
        loops = (g for g in groups if len(g) > 1 or any(ids.has_edge(n, n) for n in g))
        return tuple(sorted(tuple(sorted(group)) for group in loops))

    def _ids(self) -> nx.DiGraph[str]:
        """Return the bare graph of ids, from parent to child."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(sorted(self._artifacts))
        graph.add_edges_from((edge.parent, edge.child) for edge in self._derivations)
        return graph

    def reading(self, artifact: Artifact) -> Reading | None:
        """Return what was read of the artifact; None for one that was not opened."""
        return self._readings.get(artifact.id)

    def evidence(self, artifact: Artifact, kind: type[E]) -> tuple[E, ...]:
        """Return the artifact's evidence of one kind, in the order it was seen."""
        seen = self._evidence.get(artifact.id, {}).get(kind, ())
        return tuple(fact for fact in seen if isinstance(fact, kind))

    def licence(self, artifact: Artifact, scope: Scope) -> LicenceRecord | None:
        """Return what is known of the licence of one part of the artifact."""
        return next((record for record in artifact.licences if record.scope is scope), None)

    @property
    def obligations(self) -> tuple[Obligation, ...]:
        """What the licences of others ask of the audited artifact, met or not."""
        return self._obligations

    @property
    def profile(self) -> Profile | None:
        """What the organisation says of itself; None where it says nothing."""
        return self._profile

    def with_obligations(
        self, obligations: Iterable[Obligation], profile: Profile | None
    ) -> LineageGraph:
        """Return the graph with what others' licences ask, judged by that profile."""
        graph = copy(self)
        graph._obligations = tuple(obligations)  # noqa: SLF001 - of the same class
        graph._profile = profile  # noqa: SLF001
        return graph

    def with_derivations(
        self, derivations: Iterable[Derivation], artifacts: Iterable[Artifact] = ()
    ) -> LineageGraph:
        """Return the graph with these edges in place of its own, and further artifacts.

        Raises:
            ValueError: an edge names no artifact, or an id comes twice.
        """
        return LineageGraph(
            subject=self._subject,
            artifacts=(*self._artifacts.values(), *artifacts),
            derivations=derivations,
            readings=self._readings,
            obligations=self._obligations,
            profile=self._profile,
        )

    def to_dict(self) -> dict[str, Plain]:
        """Return the graph as plain lists, dicts and strings, from which it can be rebuilt."""
        return {
            "subject": self._subject,
            "artifacts": to_plain(list(self.artifacts())),
            "derivations": to_plain(list(self.derivations())),
            "readings": {name: to_plain(self._readings[name]) for name in sorted(self._readings)},
            "obligations": to_plain(list(self._obligations)),
            "profile": to_plain(self._profile),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Plain]) -> LineageGraph:
        """Return the graph that ``to_dict`` described: ``from_dict(g.to_dict()) == g``.

        Raises:
            ValueError: the mapping describes no graph.
        """
        missing = {"subject", "artifacts", "derivations", "readings"} - plain.keys()
        if missing:
            raise ValueError(f"no lineage graph: {', '.join(sorted(missing))} missing")
        return cls(
            subject=from_plain(plain["subject"], str),
            artifacts=from_plain(plain["artifacts"], list[Artifact]),
            derivations=from_plain(plain["derivations"], list[Derivation]),
            readings=from_plain(plain["readings"], dict[str, Reading]),
            obligations=from_plain(plain.get("obligations", []), list[Obligation]),
            profile=_profile(plain.get("profile")),
        )

    def __eq__(self, other: object) -> bool:
        """Say whether both hold the same artifacts, derivations and readings."""
        if not isinstance(other, LineageGraph):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]  # equal by content, too large to hash


def _profile(plain: Plain) -> Profile | None:
    return None if plain is None else from_plain(plain, Profile)


def _grouped(values: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups


def _edge_order(edge: Derivation) -> tuple[str, str, str, str, str, str]:
    # The last two settle ties, so that equal graphs print equal bytes.
    return (edge.child, edge.parent, edge.relation, edge.origin, edge.tier, repr(edge))
