"""Duties and limits in words, for findings and reports."""

from __future__ import annotations

from lineage.graph import LineageGraph
from lineage.model import Artifact, Derivation, Obligation, Origin, Relation
from lineage.phrases import quoted

#: "asks …", by kind.
_ASKS = {
    "include_license": "that a copy of the licence goes with the release",
    "retain_notices": "that the notices of the original are kept",
    "notice_file_literal": "for a Notice file that says {literals}",
    "state_changes": "that changes are stated",
    "name_prefix": "for a model name that begins with {literals}",
    "display_text": "that {literals} is displayed",
    "pass_through": "that its use restrictions are passed on",
    "same_license": "that derivatives are offered under the same licence",
    "source_disclosure": "that the source is offered",
    "impact_report": "for a report on the impact of the derivative",
    "register": "for a registration or an application",
    "content_filter": "for a filter or a review of contents",
    "docs": "for documentation",
    "mark_outputs": "that outputs are marked as made by a machine",
    "threshold": "for another licence beyond a threshold",
    "territory": "that it is kept out of certain territories",
    "use_limit": "that certain uses are left out",
    "use_policy": "that its use policy is kept to",
    "no_train": "that other models are not made better with it",
    "unknown_terms": "for what nobody has read",
}
#: Where two duties of one kind differ.
_ASKS_BY_ID = {"users-told": "that users are told of its use restrictions"}
_DESCENT = {
    Relation.IDENTICAL: "a copy of",
    Relation.QUANTIZED: "a quantised form of",
    Relation.FINETUNE: "a fine-tune of",
    Relation.ADAPTER: "an adapter of",
    Relation.MERGE: "a merge with",
    Relation.PRUNED: "a pruned form of",
    Relation.RESTRUCTURED: "a restructured form of",
    Relation.UPCYCLED: "an upcycled form of",
    Relation.DISTILLED: "distilled from",
    Relation.TRAINED_ON: "trained on",
    Relation.CODE_COPIED: "partly copied from",
    Relation.CODE_DERIVED: "partly derived from",
}


def asks(duty: Obligation) -> str:
    """Return what a licence asks, as it follows the word "asks"."""
    literals = " or ".join(f'"{literal.rstrip(".")}"' for literal in duty.literals)
    if duty.id in _ASKS_BY_ID:
        return _ASKS_BY_ID[duty.id]
    if duty.kind == "display_text" and not literals:
        return "that its attribution is displayed"
    return _ASKS.get(duty.kind, "something").format(literals=literals)


def descent_words(graph: LineageGraph, duty: Obligation) -> str:
    """Return how the audited artifact is known to come from the parent: "is … a fine-tune of"."""
    subject, parent = graph.subject, graph.artifact(duty.parent)
    edges = [edge for edge in graph.parents(subject) if edge.parent in duty.path]
    origin = edges[0].origin if edges else Origin.DECLARED
    known = "is found to be" if origin is Origin.DETECTED else "is declared to be"
    through = [graph.artifact(name) for name in duty.path[1:-1]]
    if through:
        steps = ", ".join(quoted(step.name) for step in reversed(through))
        return f"{known} made from {quoted(parent.name)} (through {steps})"
    return f"{known} {_relation(edges, parent)}"


def place_words(duty: Obligation) -> str:
    """Return the licence and its clause: "GPL-3.0 section 5(c)"."""
    return f"{duty.title} {clause_words(duty.clause)}".strip()


def clause_words(clause: str) -> str:
    """Return a clause as one is cited: "clause 1.b", "second paragraph"."""
    return f"clause {clause}" if clause[:1].isdigit() else clause


def _relation(edges: list[Derivation], parent: Artifact) -> str:
    relation = edges[0].relation if edges else Relation.UNKNOWN
    return f"{_DESCENT.get(relation, 'made from')} {quoted(parent.name)}"
