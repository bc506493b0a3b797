"""Reports into one graph: equal works become one node, all statements of a pair become one edge.

Two artifacts are one where they bear the same id, where a name without a revision fits one audited
work alone, where all weight files of both have equal SHA-256, or where a report found them
identical byte for byte.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import networkx as nx

from lineage.joining.model import Joined, JoinedEdge, JoinedNode, ReadAudit, Statement
from lineage.joining.problems import problems
from lineage.model import Origin, Relation, Tier
from lineage.sources.names import unpinned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lineage.joining.model import ReadArtifact


def joined(audits: Sequence[ReadAudit]) -> Joined:
    """Return audits as one graph; the order in which they are given does not matter."""
    ordered = sorted(audits, key=lambda audit: (audit.report, audit.target))
    artifacts: dict[str, list[ReadArtifact]] = defaultdict(list)
    for audit in ordered:
        for artifact in audit.artifacts:
            artifacts[artifact.id].append(artifact)
    same: nx.Graph[str] = nx.Graph()
    same.add_nodes_from(artifacts)
    same.add_edges_from(_equal(ordered, artifacts))
    groups = [sorted(group) for group in nx.connected_components(same)]
    nodes = sorted((_node(group, artifacts, ordered) for group in groups), key=lambda n: n.id)
    standing_for = {name: node.id for node in nodes for name in node.ids}
    edges = tuple(_edges(ordered, standing_for))
    return Joined(
        reports=tuple(audit.report for audit in ordered),
        nodes=tuple(nodes),
        edges=edges,
        problems=tuple(problems(nodes, edges)),
        duties=tuple(duty for audit in ordered for duty in audit.duties),
        standing_for=standing_for,
    )


def _equal(
    audits: Sequence[ReadAudit], artifacts: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """Yield pairs of ids that stand for one work."""
    audited = sorted({audit.target for audit in audits})
    pinned: dict[str, list[str]] = defaultdict(list)
    for name in audited:
        pinned[unpinned(name)].append(name)
    for name in artifacts:
        if len(fitting := pinned.get(name, [])) == 1:
            yield name, fitting[0]
    weights: dict[frozenset[str], str] = {}
    for audit in audits:
        if audit.weights:
            yield audit.target, weights.setdefault(audit.weights, audit.target)
        for said in audit.statements:
            if _is_identity(said):
                yield said.parent, said.child


def _is_identity(said: Statement) -> bool:
    is_found = said.origin is Origin.DETECTED or said.p_value is not None
    return said.relation is Relation.IDENTICAL and is_found and said.tier is Tier.A


def _node(
    group: Sequence[str],
    artifacts: Mapping[str, Sequence[ReadArtifact]],
    audits: Sequence[ReadAudit],
) -> JoinedNode:
    """Return one work: named as the report that audited it does, the first by name of several."""
    targets = {audit.target for audit in audits}
    lead = min(group, key=lambda name: (name not in targets, len(name), name))
    known = [one for name in (lead, *group) for one in artifacts[name]]
    first = known[0]
    return JoinedNode(
        id=lead,
        kind=first.kind,
        name=first.name,
        ids=tuple(group),
        revision=next((one.revision for one in known if one.revision), None),
        licence=next((one.licence for one in known if one.licence), None),
        licences=tuple(sorted({one.licence for one in known if one.licence})),
        created=min((one.created for one in known if one.created), default=None),
        reports=tuple(audit.report for audit in audits if audit.target in group),
    )


def _edges(audits: Sequence[ReadAudit], standing_for: Mapping[str, str]) -> Iterator[JoinedEdge]:
    pairs: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for audit in audits:
        for said in audit.statements:
            ends = standing_for[said.parent], standing_for[said.child]
            if ends[0] != ends[1]:
                pairs[ends].append(said)
    for (parent, child), statements in sorted(pairs.items()):
        ordered = tuple(dict.fromkeys(sorted(statements, key=_weight)))
        yield JoinedEdge(parent, child, ordered[0].relation, _standing(ordered), ordered)


def _weight(said: Statement) -> tuple[bool, str, float, str, str]:
    """Sort the surest statement first."""
    chance = 1.0 if said.p_value is None else said.p_value
    is_found = said.origin is Origin.DETECTED or said.p_value is not None
    return not is_found, said.tier.value, chance, said.relation.value, said.report


def _standing(statements: Sequence[Statement]) -> str:
    """Return how what is declared stands against what was detected."""
    if any(said.origin is Origin.CONTRADICTED for said in statements):
        return "contradicted"
    declared = {said.relation for said in statements if said.origin is Origin.DECLARED}
    found = {said.relation for said in statements if said.origin is Origin.DETECTED}
    tested = any(said.origin is Origin.DECLARED and said.p_value is not None for said in statements)
    if declared and found:
        vague = {Relation.UNKNOWN, Relation.RELATED}
        return "agreed" if declared & found or (declared | found) & vague else "differs"
    if tested:
        return "agreed"
    return "declared" if declared else "detected"
