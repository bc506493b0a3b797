"""The nouns of a joined graph: what the reports said, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.model import Kind, Origin, Relation, State, Tier


class JoinError(ValueError):
    """What was asked of a joined graph cannot be answered; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class ReadArtifact:
    """A node of one report."""

    id: str
    kind: Kind
    name: str
    revision: str | None
    licence: str | None
    #: When the host says that it was made, ISO 8601.
    created: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one report says of one derivation."""

    parent: str
    child: str
    relation: Relation
    origin: Origin
    tier: Tier
    #: The smallest p-value of its tests; None without tests.
    p_value: float | None
    #: Each test in one line.
    tests: tuple[str, ...]
    places: tuple[str, ...]
    #: The report that says it.
    report: str


@dataclass(frozen=True, slots=True)
class ReadDuty:
    """A duty as one report judged it for its target."""

    licence: str
    title: str
    clause: str
    kind: str
    parent: str
    state: State
    #: Artifact ids from the parent down to the target.
    path: tuple[str, ...]
    #: Texts of which any one will do.
    literals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadAudit:
    """What the join takes from one report."""

    #: The file it was read from.
    report: str
    target: str
    artifacts: tuple[ReadArtifact, ...]
    statements: tuple[Statement, ...]
    duties: tuple[ReadDuty, ...]
    #: SHA-256 of all weight files of the target; empty where there are none or one is not known.
    weights: frozenset[str]


@dataclass(frozen=True, slots=True)
class JoinedNode:
    """One work, under all names that the reports give it."""

    id: str
    kind: Kind
    name: str
    #: Every id that stands for it, sorted.
    ids: tuple[str, ...]
    revision: str | None
    licence: str | None
    #: Every licence that reports give it, the one above among them.
    licences: tuple[str, ...]
    created: str | None
    #: The reports that audited it.
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinedEdge:
    """One derivation, with all that was said of it."""

    parent: str
    child: str
    relation: Relation
    #: ``agreed``, ``declared``, ``detected``, ``contradicted`` or ``differs``: declared against
    #: detected.
    standing: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Reaching:
    """A duty that reaches a node: from whom, and by which path."""

    licence: str
    title: str
    clause: str
    kind: str
    #: Node ids, from whoever's licence it is down to the node.
    path: tuple[str, ...]
    #: As judged for the node itself; None where no report judged it there.
    state: State | None
    literals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Audits as one graph."""

    reports: tuple[str, ...]
    nodes: tuple[JoinedNode, ...]
    edges: tuple[JoinedEdge, ...]
    #: What does not fit, in sentences.
    problems: tuple[str, ...]
    duties: tuple[ReadDuty, ...]
    #: Node id of every artifact id.
    standing_for: dict[str, str]

    def node(self, name: str) -> JoinedNode:
        """Return the node of that id.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes:
            if node.id == name:
                return node
        raise KeyError(name)
