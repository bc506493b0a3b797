"""Parents are followed: what a repository says that it was made from is opened as well.

Breadth first, each repository once, to a bounded depth and number. What is read of a parent
``lineage.reading`` says; its weights are read only where they are compared. A name leads to the hub
or to a well-known git host and nowhere else: what a card says can point the audit at no other
address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lineage.assembly import MOVED, graph_of
from lineage.graph import LineageGraph
from lineage.model import (
    Absence,
    Artifact,
    Derivation,
    Exhibit,
    HostFact,
    ParentAbsent,
    Reading,
    Relation,
    Tier,
)
from lineage.progress import Progress
from lineage.sources import TargetError, UnreachableError
from lineage.sources.names import address_of, unpinned
from lineage.weighing import Opened

#: Failures of one host after which it is asked no more.
_PATIENCE = 2
#: What a fork was made from is a whole code work; a host's word is no reason to clone it.
_OF_CODE = (Relation.CODE_COPIED, Relation.CODE_DERIVED)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far parents are followed."""

    #: Generations above the target; 0 follows none.
    depth: int = 2
    #: Repositories that are opened in all.
    parents: int = 20


@dataclass(frozen=True, slots=True)
class Followed:
    """All that was opened, with what became of the parents that could not be."""

    target: Opened
    references: tuple[Opened, ...]
    parents: tuple[Opened, ...] = ()


def follow(
    target: Opened,
    references: Sequence[Opened],
    visit: Callable[[str], Opened],
    bounds: Bounds,
    progress: Progress,
) -> Followed:
    """Return the declared parents of the target, opened, and theirs, as far as the bounds go.

    ``visit`` opens and reads one. A parent that cannot be opened stands as ``ParentAbsent`` in the
    reading of whoever names it.
    """
    journey = _Journey([target, *references], visit)
    for distance in range(bounds.depth):
        waiting = _unopened(journey.graph(), distance, journey.tried)
        room = bounds.parents - len(journey.tried)
        if not waiting or room <= 0:
            break
        progress.stage("following parents", min(len(waiting), room))
        for artifact in waiting[:room]:
            progress.advance(0, detail=artifact.name)
            journey.go(artifact)
            progress.advance(detail=artifact.name)
    first, *others = journey.told()
    known = len(references)
    return Followed(first, tuple(others[:known]), tuple(others[known:]))


class _Journey:
    """What was opened so far, and what was tried."""

    def __init__(self, opened: Sequence[Opened], visit: Callable[[str], Opened]) -> None:
        self._opened = list(opened)
        self._visit = visit
        self._failures: Counter[str] = Counter()
        #: What became of each artifact that was asked for; None where it was opened.
        self.tried: dict[str, UnreachableError | None] = {}

    def graph(self) -> LineageGraph:
        """Return the lineage as far as it is known."""
        first, *others = (one.reading for one in self._opened)
        return graph_of(first, others)

    def go(self, artifact: Artifact) -> None:
        """Open a parent, or remember what stood in the way."""
        address = address_of(artifact.id)
        host = artifact.id.partition("/")[0]
        if address is None:
            return
        if self._failures[host] >= _PATIENCE:
            self.tried[artifact.id] = UnreachableError(
                address, "its host failed before and was asked no more", "try again later"
            )
            return
        self.tried[artifact.id] = None
        try:
            self._arrived(artifact, self._visit(address))
        except UnreachableError as error:
            self.tried[artifact.id] = error
            self._failures[host] += error.absence is Absence.FAILED
        except TargetError as error:  # a name that the host could never have given
            self.tried[artifact.id] = UnreachableError(
                address, error.reason, error.advice, absence=Absence.MISSING
            )

    def _arrived(self, artifact: Artifact, found: Opened) -> None:
        """Keep what was opened; a repository that is open already goes by one more name."""
        name = unpinned(artifact.id)
        same = unpinned(found.reading.repo.purl).lower() == name.lower()
        for place, one in enumerate(self._opened):
            if _is_one(one.reading, found.reading):
                self._opened[place] = _also(one, artifact)
                found.snapshot.close()
                return
        self._opened.append(found if same else _also(found, artifact))

    def told(self) -> Iterator[Opened]:
        """Yield what was opened; each reading tells which of its parents could not be."""
        graph = self.graph()
        for one in self._opened:
            absent = tuple(self._absent(graph, one.reading))
            evidence = (*one.reading.evidence, *absent)
            yield replace(one, reading=replace(one.reading, evidence=evidence)) if absent else one

    def _absent(self, graph: LineageGraph, reading: Reading) -> Iterator[ParentAbsent]:
        own = next((a for a in graph.artifacts() if graph.reading(a) is reading), None)
        for edge in graph.parents(own) if own else ():
            error = self.tried.get(edge.parent)
            if error is not None and edge.exhibits:
                reason = error.reason
                yield ParentAbsent(edge.parent, error.absence, reason, edge.exhibits[0])


def _unopened(
    graph: LineageGraph, distance: int, tried: dict[str, UnreachableError | None]
) -> list[Artifact]:
    """Return the parents of the artifacts so many steps above the target that are to be opened.

    Models come before data sets: there are more of these, and they bind less.
    """
    level = {graph.subject.id}
    for _ in range(distance):
        level = {edge.parent for name in level for edge in graph.parents(graph.artifact(name))}
    edges = [edge for name in sorted(level) for edge in graph.parents(graph.artifact(name))]
    edges = [edge for edge in edges if edge.relation not in _OF_CODE or edge.tier is not Tier.E]
    found: dict[str, Derivation] = {}
    for edge in sorted(edges, key=_rank):
        found.setdefault(edge.parent, edge)
    artifacts = map(graph.artifact, found)
    return [a for a in artifacts if graph.reading(a) is None and a.id not in tried and a.purl]


def _rank(edge: Derivation) -> tuple[bool, Tier]:
    return edge.relation is Relation.TRAINED_ON, edge.tier


def _is_one(one: Reading, other: Reading) -> bool:
    """Say whether two readings are of one repository, at whatever commit."""
    mine, yours = one.repo, other.repo
    return (mine.host, mine.id.lower()) == (yours.host, yours.id.lower()) and unpinned(
        mine.purl
    ).lower() == unpinned(yours.purl).lower()


def _also(one: Opened, artifact: Artifact) -> Opened:
    """Return a repository that is found under a further name."""
    repo = one.reading.repo
    name = artifact.id.partition("/")[2] or artifact.name
    fact = HostFact(MOVED, artifact.id, Exhibit("", url=repo.url, repo=repo.id, excerpt=name))
    return replace(one, reading=replace(one.reading, evidence=(*one.reading.evidence, fact)))
