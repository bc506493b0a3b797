"""What comparisons of weights add to the lineage graph, by the rules of evidence.

A parent that the weights show becomes a detected derivation. A declared parent that they show keeps
its edge, which now carries the tests; one that they deny becomes a contradicted edge. No answer, a
shared initialisation and what could not be determined change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lineage.catalogue import Lookup, Match
from lineage.graph import LineageGraph
from lineage.kinship.direction import Side
from lineage.kinship.ladder import OF_TABLES
from lineage.kinship.verdict import Kinship, Related
from lineage.model import (
    Artifact,
    Derivation,
    Exhibit,
    Kind,
    LicenceRecord,
    Origin,
    Relation,
    Scope,
    Test,
    Tier,
    WeightFile,
)
from lineage.sources.names import goes_by, unpinned

#: A declared parent is denied only by tests of which one would have seen a correlation of this
#: size: derivatives keep more through any training that is likely (weights.md 6).
POWERFUL = 0.3
#: Relatives from the catalogue that become derivations; the report counts the others.
MATCHES = 5
#: Relations after which weights of the parent need not be seen in the child's.
LEAVES_NO_TRACE = frozenset(
    {
        Relation.ADAPTER,
        Relation.CODE_COPIED,
        Relation.CODE_DERIVED,
        Relation.DISTILLED,
        Relation.TRAINED_ON,
    }
)


#: Relations that are read from shape alone.
_BOTH_WAYS = frozenset({Relation.PRUNED, Relation.RESTRUCTURED, Relation.UPCYCLED})


@dataclass(frozen=True, slots=True)
class Compared:
    """The audited artifact's weights, held against another's."""

    #: Artifact id of the other.
    reference: str
    kinship: Kinship


def with_comparisons(graph: LineageGraph, compared: Sequence[Compared]) -> LineageGraph:
    """Return the graph with what comparisons show of the audited artifact's descent."""
    edges = list(graph.derivations())
    for one in compared:
        edges = _told(graph, edges, one)
    return graph.with_derivations(edges)


def _told(graph: LineageGraph, edges: list[Derivation], one: Compared) -> list[Derivation]:
    """Return the edges after a comparison."""
    subject, kinship = graph.subject.id, one.kinship
    between = [edge for edge in edges if _joins(edge, subject, one.reference)]
    declared = [edge for edge in between if edge.origin is not Origin.DETECTED]
    others = [edge for edge in edges if edge not in between]
    if kinship.related is Related.NO and powerful(kinship.tests):
        return [*others, *(_denied(edge, subject, kinship) for edge in between)]
    if kinship.related is not Related.YES:
        return edges
    # Said to be a copy, and found to be something else: both are told.
    copies = [e for e in declared if e.relation is Relation.IDENTICAL is not kinship.relation]
    if declared and not copies:
        return [*others, *(_shown(edge, kinship) for edge in between)]
    if subject in _above(one.reference, edges):
        return edges
    known = [edge for edge in between if edge not in copies]
    found = _found(graph, one, known)
    if copies and found.child != subject:
        found = replace(found, parent=one.reference, child=subject, relation=Relation.RELATED)
    return [*others, *copies, found]


def with_lookup(graph: LineageGraph, lookup: Lookup) -> LineageGraph:
    """Return the graph with what the catalogue shows of the audited artifact's descent.

    A screen alone shows no direction. Where a declared parent is among the matches, or one that was
    compared, it explains the other relatives, which are no parents by that.
    """
    subject = graph.subject
    names = {unpinned(a.id).lower(): a.id for a in graph.artifacts() if a.id != subject.id}
    edges = list(graph.derivations())
    added: dict[str, Artifact] = {}
    strangers: list[tuple[str, Match]] = []
    for match in lookup.matches:
        if match.related is not Related.YES:
            continue
        known = names.get(unpinned(match.entry.repo.purl).lower()) or _as_declared(graph, match)
        name = known or match.entry.repo.purl
        declared = [e for e in edges if _joins(e, subject.id, name)]
        if declared:
            edges = [_screened(e, match) if e in declared else e for e in edges]
        elif name not in added:
            strangers.append((name, match))
            if known is None:
                added[name] = _artifact(match)
    explained = any(e.child == subject.id and e.tests for e in edges)
    kept = [(n, m) for n, m in strangers if m.tier is Tier.A or not explained][:MATCHES]
    edges += [_from_catalogue(graph, name, match) for name, match in kept]
    return graph.with_derivations(edges, [added[name] for name, _ in kept if name in added])


def _as_declared(graph: LineageGraph, match: Match) -> str | None:
    """Return the declared parent that a reference is a mirror or a copy on disk of, if one is."""
    declared = (edge for edge in graph.parents(graph.subject) if edge.origin is Origin.DECLARED)
    names = (edge.parent for edge in declared if graph.reading(graph.artifact(edge.parent)) is None)
    repo = match.entry.repo
    return next((n for n in names if goes_by(repo, graph.artifact(n).name.lower())), None)


def _screened(edge: Derivation, match: Match) -> Derivation:
    """Return a known derivation that the catalogue shows as well."""
    return edge if edge.tests else replace(edge, tests=match.tests)


def _artifact(match: Match) -> Artifact:
    repo = match.entry.repo
    record = LicenceRecord(
        scope=Scope.WEIGHTS,
        declared=(),
        found=(),
        concluded=match.entry.licence,
        reason="As the catalogue recorded it when the model was indexed.",
        exhibits=(),
    )
    return Artifact(repo.purl, Kind.MODEL, repo.id, repo.revision, repo.purl, (record,))


def _from_catalogue(graph: LineageGraph, name: str, match: Match) -> Derivation:
    return Derivation(
        parent=name,
        child=graph.subject.id,
        relation=match.relation,
        origin=Origin.DETECTED,
        tier=match.tier,
        tests=match.tests,
        exhibits=tuple(_weights(graph)),
    )


def powerful(tests: Iterable[Test]) -> bool:
    """Return whether a test of the network's body would have seen what a derivative keeps.

    Tables of tokens are exchanged too often for theirs to count.
    """
    return any(
        test.minimum_detectable_effect <= POWERFUL
        for test in tests
        if test.exact and test.is_of_correlation and test.name not in OF_TABLES
    )


def _joins(edge: Derivation, one: str, other: str) -> bool:
    weights = edge.relation not in LEAVES_NO_TRACE
    return weights and {edge.parent, edge.child} == {one, other}


def _denied(edge: Derivation, subject: str, kinship: Kinship) -> Derivation:
    """Return a declared descent that the weights deny.

    A name that a program left in a configuration (tier C) is nobody's word, and stays structure.
    """
    if edge.child != subject or edge.origin is Origin.DETECTED:
        return edge
    tier = edge.tier if edge.tier is Tier.C else Tier.B
    return replace(edge, origin=Origin.CONTRADICTED, tier=tier, tests=kinship.tests)


def _shown(edge: Derivation, kinship: Kinship) -> Derivation:
    """Return a declared descent that the weights show as well."""
    tier = min(edge.tier, kinship.tier or edge.tier)
    return replace(edge, tier=tier, tests=sober(kinship))


def _found(graph: LineageGraph, one: Compared, known: Sequence[Derivation]) -> Derivation:
    """Return the descent that was found; equal files that were known before stay its exhibits.

    Where the reference is the younger of the two, it is the child.
    """
    subject, kinship = graph.subject.id, one.kinship
    exhibits = dict.fromkeys(exhibit for edge in known for exhibit in edge.exhibits)
    tiers = [edge.tier for edge in known]
    found = Derivation(
        parent=one.reference,
        child=subject,
        relation=_relation(kinship),
        origin=Origin.DETECTED,
        tier=min([*tiers, kinship.tier or Tier.B]),
        tests=sober(kinship),
        exhibits=tuple(exhibits or _weights(graph)),
    )
    if kinship.direction.parent is Side.SUSPECT:
        return replace(found, parent=subject, child=one.reference)
    return found


def _relation(kinship: Kinship) -> Relation:
    """Return what the target is to the reference, which two of one origin look alike in as well.

    Where nothing shows that the reference came first, a cut or rebuilt model may be its sibling.
    """
    if kinship.direction.parent is not Side.REFERENCE and kinship.relation in _BOTH_WAYS:
        return Relation.RELATED
    return kinship.relation


def sober(kinship: Kinship) -> tuple[Test, ...]:
    """Return the tests, none of which quotes less than the joint p-value of all that was looked at.

    That one is adjusted for how many tests, towers and references there were.
    """
    least = kinship.p_value or 0.0
    return tuple(replace(test, p_value=max(test.p_value, least)) for test in kinship.tests)


def _weights(graph: LineageGraph) -> Iterator[Exhibit]:
    """Yield the first file of weights of the audited artifact."""
    for file in graph.evidence(graph.subject, WeightFile)[:1]:
        yield file.exhibit


def _above(artifact: str, edges: Sequence[Derivation]) -> set[str]:
    """Return the ids of everything that an artifact is declared to come from."""
    above: set[str] = set()
    waiting = [artifact]
    while waiting:
        child = waiting.pop()
        parents = {
            edge.parent
            for edge in edges
            if edge.child == child and edge.origin is Origin.DECLARED and edge.parent not in above
        }
        above |= parents
        waiting += parents
    return above
