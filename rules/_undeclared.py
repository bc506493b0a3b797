"""Parents that a comparison found and that nobody declared, and what speaks for a mere omission."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Claim,
    ClaimKind,
    Derivation,
    Exhibit,
    Host,
    Origin,
    Relation,
    Severity,
    State,
    Tier,
)
from lineage.phrases import listed, places, quoted

from ._architectures import accounts_of_maker
from ._impossible_descent import TOLERANCE, created
from ._statements import statements

#: Relations of weights; code and data have rules of their own.
_NOT_OF_WEIGHTS = (Relation.CODE_COPIED, Relation.CODE_DERIVED, Relation.TRAINED_ON)
#: The word that begins a model's name: "qwen" of "Qwen2.5-7B-Instruct".
_FIRST_WORD = re.compile(r"[^\W\d_]{4,}")
_MIRRORS = "hf_mirrors/"
_WITH_ACCOUNTS = (Host.HUGGINGFACE, Host.MODELSCOPE, Host.GITHUB, Host.GITCODE)


@dataclass(frozen=True, slots=True)
class Found:
    """A parent that was found and that no field declares."""

    edge: Derivation
    parent: Artifact
    state: State
    #: None where nothing takes from the rule's own severity.
    severity: Severity | None
    #: What is said of the declaration, to end the sentence.
    says: str
    exhibits: tuple[Exhibit, ...]


def found_undeclared(graph: LineageGraph, tiers: Collection[Tier]) -> Iterator[Found]:
    """Yield the parents of the audited artifact that were found and are not declared.

    Not those that stand above a declared parent, nor the publisher's own: nobody owes anything to
    themselves.
    """
    subject = graph.subject
    known = declared_above(graph, subject)
    seen: set[str] = set()
    for edge in sorted(found_parents(graph, tiers), key=_strength):
        parent = graph.artifact(edge.parent)
        if parent.id in known | seen or is_same_publisher(graph, subject, parent):
            continue
        seen.add(parent.id)
        yield _judged(graph, edge, parent)


def found_parents(graph: LineageGraph, tiers: Collection[Tier]) -> Iterator[Derivation]:
    """Yield the derivations of the audited artifact's weights that a comparison showed."""
    for edge in graph.parents(graph.subject):
        is_found = edge.origin is Origin.DETECTED and edge.tier in tiers
        if is_found and edge.relation not in _NOT_OF_WEIGHTS:
            yield edge


def declared_parents(graph: LineageGraph, artifact: Artifact) -> list[Artifact]:
    """Return the parents that somebody declared, training data aside."""
    return [
        graph.artifact(edge.parent)
        for edge in graph.parents(artifact)
        if edge.origin is not Origin.DETECTED and edge.relation not in _NOT_OF_WEIGHTS
    ]


def is_same_publisher(graph: LineageGraph, one: Artifact, other: Artifact) -> bool:
    """Say whether one publisher stands behind both; of a directory nobody knows."""
    first, second = _owner(graph, one), _owner(graph, other)
    if not first or not second:
        return False
    makers = accounts_of_maker(second)
    return first == second or any(first.startswith(account.lower()) for account in makers)


def _owner(graph: LineageGraph, artifact: Artifact) -> str:
    """Return the account that publishes it; "" for a directory and for a server nobody knows."""
    reading = graph.reading(artifact)
    if reading is not None and reading.repo.host not in _WITH_ACCOUNTS:
        return ""
    return artifact.name.lower().removeprefix(_MIRRORS).rpartition("/")[0]


def declared_above(graph: LineageGraph, artifact: Artifact) -> set[str]:
    """Return the ids of all that the artifact is declared to come from, at whatever distance."""
    above: set[str] = set()
    waiting = [artifact]
    while waiting:
        parents = [p for p in declared_parents(graph, waiting.pop()) if p.id not in above]
        above |= {parent.id for parent in parents}
        waiting += parents
    return above


def _judged(graph: LineageGraph, edge: Derivation, parent: Artifact) -> Found:
    subject = graph.subject
    declared = declared_parents(graph, subject)
    siblings = [other for other in declared if is_same_publisher(graph, other, parent)]
    state, severity, where = State.INVESTIGATE, Severity.LOW, edge.exhibits
    if cards := statements(graph, subject).unread_cards:
        hidden = tuple(Exhibit(card.path) for card in cards)
        state, severity_, where = State.CANNOT_DETERMINE, None, (*where, *hidden)
        says = f"whether it is declared is not known: {places(hidden)} was not read"
        return Found(edge, parent, state, severity_, says, where)
    if siblings:
        names = listed(other.name for other in siblings)
        says = f"what is declared is {names}, of the same publisher"
    elif told := _told(graph, parent):
        where = (*where, *(claim.exhibit for claim in told))
        says = f"no field declares it, and the prose speaks of it at {places(where[-len(told) :])}"
    elif edge.relation is Relation.RELATED:
        severity, says = Severity.MEDIUM, _undeclared(declared)
    elif _is_older(graph, subject, parent):
        severity = Severity.MEDIUM
        says = f"{_undeclared(declared)}, and its host records it as the older of the two"
    else:
        return Found(edge, parent, State.UNMET, None, _undeclared(declared), where)
    return Found(edge, parent, state, severity, says, where)


def _undeclared(declared: Collection[Artifact]) -> str:
    if not declared:
        return "no parent is declared"
    return f"declared is {listed(other.name for other in declared)} alone"


def _told(graph: LineageGraph, parent: Artifact) -> list[Claim]:
    """Return the sentences of the card that speak of the parent."""
    name = parent.name.rpartition("/")[2].lower()
    first = _FIRST_WORD.search(name)
    word = first.group() if first else name
    claims = graph.evidence(graph.subject, Claim)
    return [c for c in claims if c.kind is ClaimKind.BASED_ON and word in c.text.lower()]


def _is_older(graph: LineageGraph, subject: Artifact, parent: Artifact) -> bool:
    """Say whether the hosts' records make the audited artifact older than what it may be a copy of.

    Repositories are renamed and uploaded again: dates make a doubt and no more.
    """
    own, other = created(graph, subject), created(graph, parent)
    return own is not None and other is not None and own[0] + TOLERANCE < other[0]


def came_later(graph: LineageGraph, subject: Artifact, parent: Artifact) -> bool:
    """Say whether the hosts' records make the audited artifact the younger of the two."""
    own, other = created(graph, subject), created(graph, parent)
    return own is not None and other is not None and other[0] + TOLERANCE < own[0]


def _strength(edge: Derivation) -> tuple[Tier, bool]:
    return edge.tier, edge.relation is Relation.RELATED


def as_words(relation: Relation, parent: Artifact) -> str:
    """Return what the weights are to another model's: "a fine-tune of b"."""
    words = {
        Relation.QUANTIZED: "a quantised form of",
        Relation.FINETUNE: "a changed form of",
        Relation.ADAPTER: "an adapter on",
        Relation.MERGE: "a merge with",
        Relation.PRUNED: "a pruned form of",
        Relation.RESTRUCTURED: "a restructured form of",
        Relation.UPCYCLED: "an upcycled form of",
        Relation.DISTILLED: "distilled from",
    }
    return f"{words.get(relation, 'made from')} {quoted(parent.name)}"
