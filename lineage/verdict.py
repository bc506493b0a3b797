"""One sentence for a person: made from what, under which terms, and what stands against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lineage.model import Artifact, Derivation, Kind, Origin, Relation, Scope, State
from lineage.phrases import counted, listed, quoted

if TYPE_CHECKING:
    from lineage.pipeline import Audit

#: Outcomes that a person has to settle.
DOUBTS = (State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE)

_KINDS = {Kind.MODEL: "a model", Kind.DATASET: "a data set", Kind.CODE: "a code repository"}

#: "It is …" the parent, for each relation, in the order in which a sentence names them.
RELATIONS = {
    Relation.IDENTICAL: "identical to",
    Relation.QUANTIZED: "a quantised form of",
    Relation.FINETUNE: "a fine-tune of",
    Relation.ADAPTER: "an adapter of",
    Relation.MERGE: "a merge of",
    Relation.PRUNED: "a pruned form of",
    Relation.RESTRUCTURED: "a restructured form of",
    Relation.UPCYCLED: "an upcycled form of",
    Relation.DISTILLED: "distilled from",
    Relation.CODE_COPIED: "partly copied from",
    Relation.CODE_DERIVED: "partly derived from",
    Relation.RELATED: "related to",
    Relation.UNKNOWN: "made from",
    Relation.TRAINED_ON: "trained on",
}

_ORIGINS = {
    Origin.DECLARED: "is declared to be",
    Origin.DETECTED: "is found to be",
    Origin.CONTRADICTED: "is declared, against what its weights show, to be",
}
#: Of a licence expression: four licences and what joins them.
_WORDS = 7


def verdict(audit: Audit) -> str:
    """Return the audit in one sentence, in neutral words and without a claim that it cannot bear.

    It speaks of no pass where something could not be read or a licence is not known. Names in it
    are as they were read; whoever prints it escapes it.
    """
    subject = audit.graph.subject
    parts = (
        f"{quoted(subject.name)} is {_KINDS[subject.kind]} {_terms(subject)}",
        f"it {_descent(audit, subject)}",
        _duties(audit),
        _gaps(audit),
        _left_out(audit),
    )
    return "; ".join(filter(None, parts)) + "."


def reservations(audit: Audit) -> list[str]:
    """Return why nothing may be called a pass; empty where all was read and all terms are known."""
    unread = len(audit.unread)
    records = audit.graph.subject.licences
    unknown = [record.scope.value for record in records if record.concluded is None]
    said = []
    if unread:
        said.append(f"{counted(unread, 'place')} could not be read")
    if not records:
        said.append("its licence is not known")
    elif unknown:
        said.append(f"the licence of its {_joined(unknown)} is not known")
    if parents := _unknown_parents(audit):
        said.append(f"the terms of {listed(parents)} are not known")
    return said


def _unknown_parents(audit: Audit) -> list[str]:
    """Return the parents whose terms nobody knows; data sets bind a model in no settled way."""
    duties = (duty for duty in audit.obligations if duty.kind == "unknown_terms")
    parents = (audit.graph.artifact(duty.parent) for duty in duties)
    return [parent.name for parent in parents if parent.kind is not Kind.DATASET]


def _descent(audit: Audit, subject: Artifact) -> str:
    groups: dict[tuple[Origin, Relation], list[Derivation]] = defaultdict(list)
    for edge in audit.graph.parents(subject):
        groups[edge.origin, edge.relation].append(edge)
    said = []
    for origin in Origin:
        phrases = [
            f"{RELATIONS[relation]} {listed(audit.graph.artifact(e.parent).name for e in edges)}"
            for relation in RELATIONS
            if (edges := groups.get((origin, relation)))
        ]
        if phrases:
            said.append(f"{_ORIGINS[origin]} {_joined(phrases)}")
    return ", and ".join(said) or "names nothing that it was made from"


def _terms(subject: Artifact) -> str:
    scopes: dict[str | None, list[Scope]] = defaultdict(list)
    for record in subject.licences:
        scopes[record.concluded and _expression(record.concluded)].append(record.scope)
    if not any(scopes):
        return "under terms that are not known"
    if len(scopes) == 1:
        return f"under {next(iter(scopes))}"
    return "under " + _joined(
        [f"{name or 'unknown terms'} ({_joined(where)})" for name, where in scopes.items()]
    )


def _expression(concluded: str) -> str:
    """Return an SPDX expression as it may stand in a sentence; one of many licences is cut."""
    words = concluded.split()
    return concluded if len(words) <= _WORDS else f"{' '.join(words[:_WORDS])} and more"


def _duties(audit: Audit) -> str:
    unmet = sum(finding.state is State.UNMET for finding in audit.findings)
    doubts = sum(finding.state in DOUBTS for finding in audit.findings)
    if unmet or doubts:
        said = [
            f"{counted(unmet, 'duty is', 'duties are')} unmet" if unmet else "",
            f"{counted(doubts, 'doubt is', 'doubts are')} open" if doubts else "",
        ]
        return _joined(filter(None, said))
    if reservations(audit):
        return "no unmet duty was seen in what was read"
    read = counted(audit.coverage.files_read, "file")
    return f"no unmet duty and no open doubt was found in the {read} read"


def _gaps(audit: Audit) -> str:
    reasons = reservations(audit)
    return f"no pass may be claimed, since {_joined(reasons)}" if reasons else ""


def _left_out(audit: Audit) -> str:
    if not audit.left_out:
        return ""
    plural = len(audit.left_out) > 1 or Scope.WEIGHTS in audit.left_out
    left_out = _joined(sorted(audit.left_out))
    return f"its {left_out} {'were' if plural else 'was'} left out, as asked"


def _joined(words: Iterable[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    *init, last = words
    return f"{', '.join(init)} and {last}" if init else last
