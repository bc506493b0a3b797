"""What a policy says of each licence of the audited repository and of what it is made from.

A licence that is named counts before its class, family or traits; a list for one part of a
repository before one for all parts; the policy's own lists before a preset's; and of what is left,
``denied`` before ``review`` before ``allowed``. Where alternatives are offered (``OR``) the one
that the policy likes best is taken; where several licences bind together (``AND``) each counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from lineage.graph import LineageGraph
from lineage.licences import knowledge
from lineage.licences.choices import choices
from lineage.model import Artifact, Derivation, Exhibit, Kind, Origin, Relation, Scope, Tier
from lineage.policy.selectors import picks
from lineage.policy.terms import Aspect, Entry, Layer, Policy, Ruling


class Standing(IntEnum):
    """How a licence stands under a policy, the best first."""

    ALLOWED = 0
    REVIEW = 1
    #: It may be of a kind that is denied or to be reviewed; too little is known of it to tell.
    UNTOLD = 2
    #: Some licences are allowed, and it is not among them; an unknown one never is.
    UNLISTED = 3
    DENIED = 4


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says of one licence."""

    #: The SPDX identifier; None for terms that are not known.
    licence: str | None
    standing: Standing
    #: What decided; None where nothing picks the licence.
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One licence of the audited artifact, or of one that it is made from, and how it stands."""

    artifact: Artifact
    scopes: tuple[Scope, ...]
    #: The expression that the licence is part of; None where none was concluded.
    expression: str | None
    decision: Decision
    exhibits: tuple[Exhibit, ...]
    #: False where the artifact is only guessed to be a parent.
    is_sure: bool = True


_MAIN = {Kind.MODEL: Scope.WEIGHTS, Kind.DATASET: Scope.DATA, Kind.CODE: Scope.CODE}
_UNKNOWN = re.compile(r"(?:noassertion|none|unknown|other|licenseref-.*unknown.*)", re.IGNORECASE)
#: One licence, perhaps with an exception.
_ONE = re.compile(r"[\w.+:-]+(?: WITH [\w.+-]+)?")
_LONGEST = 20_000
#: Tiers that make a derivation sure; others are for a person to look into.
_SURE = frozenset({Tier.A, Tier.B})
_LAYERS = tuple(Layer)
_RULINGS = tuple(Ruling)
_STANDINGS = {
    Ruling.ALLOWED: Standing.ALLOWED,
    Ruling.REVIEW: Standing.REVIEW,
    Ruling.DENIED: Standing.DENIED,
}


def cases(graph: LineageGraph, policy: Policy) -> Iterator[Case]:
    """Yield how each licence stands, those of the audited artifact first."""
    yield from _of(graph.subject, policy, is_sure=True)
    for parent, is_sure in _upstream(graph):
        yield from _of(parent, policy, is_sure=is_sure)


def decisions(expression: str | None, entries: Sequence[Entry]) -> tuple[Decision, ...]:
    """Return what is said of the licences of an expression, each once."""
    shown = expression if expression and len(expression) <= _LONGEST else ""
    ways = [[_decision(_known(name), entries) for name in way] for way in choices(shown)]
    return tuple(dict.fromkeys(min(ways, key=_worst)))


def _of(artifact: Artifact, policy: Policy, *, is_sure: bool) -> Iterator[Case]:
    found: dict[tuple[str | None, Decision], list[tuple[Scope, tuple[Exhibit, ...]]]] = {}
    for scope, expression, exhibits in _terms_of(artifact):
        for decision in decisions(expression, tuple(policy.about(scope))):
            found.setdefault((expression, decision), []).append((scope, exhibits))
    for (expression, decision), places in found.items():
        scopes = tuple(scope for scope, _ in places)
        exhibits = tuple(dict.fromkeys(exhibit for _, some in places for exhibit in some))
        yield Case(artifact, scopes, expression, decision, exhibits, is_sure)


def _terms_of(artifact: Artifact) -> Iterator[tuple[Scope, str | None, tuple[Exhibit, ...]]]:
    """Yield the licence of each part; of a model that was not opened, what its maker gives it."""
    for record in artifact.licences:
        yield record.scope, record.concluded, record.exhibits
    if not artifact.licences and artifact.kind is not Kind.DATASET:
        # Data sets are named by the dozen, and what binds a model to one is not settled.
        covered = knowledge.load().of_model(artifact.name)
        yield _MAIN[artifact.kind], covered.licence.spdx if covered else None, ()


def _upstream(graph: LineageGraph) -> Iterator[tuple[Artifact, bool]]:
    """Yield what the audited artifact is made from, nearest first, and whether that is sure."""
    seen: dict[str, bool] = {graph.subject.id: True}
    row = [graph.subject.id]
    while row:
        following: dict[str, bool] = {}
        for child in row:
            for edge in graph.parents(graph.artifact(child)):
                if edge.parent not in seen and _counts(edge):
                    is_sure = seen[child] and _is_sure(edge)
                    following[edge.parent] = following.get(edge.parent, False) or is_sure
        yield from ((graph.artifact(name), is_sure) for name, is_sure in following.items())
        seen |= following
        row = list(following)


def _counts(edge: Derivation) -> bool:
    return edge.origin is not Origin.CONTRADICTED and edge.relation is not Relation.RELATED


def _is_sure(edge: Derivation) -> bool:
    return edge.origin is Origin.DECLARED or edge.tier in _SURE


def _worst(decided: Iterable[Decision]) -> Standing:
    return max((decision.standing for decision in decided), default=Standing.ALLOWED)


def _decision(licence: str | None, entries: Sequence[Entry]) -> Decision:
    """Return what the entries say of a licence; no list at all allows everything."""
    answers = [(entry, picks(entry.selector, licence) if licence else None) for entry in entries]
    picked = [entry for entry, answer in answers if answer]
    if picked:
        best = min(picked, key=_weight)
        return Decision(licence, _STANDINGS[best.ruling], best)
    allow_list = [entry for entry, _ in answers if entry.ruling is Ruling.ALLOWED]
    if allow_list:
        return Decision(licence, Standing.UNLISTED)
    untold = next((entry for entry, answer in answers if answer is None), None)
    return Decision(licence, Standing.UNTOLD if untold else Standing.ALLOWED, untold)


def _weight(entry: Entry) -> tuple[bool, int, int]:
    is_named = entry.selector.aspect is Aspect.LICENCE
    return not is_named, _LAYERS.index(entry.layer), _RULINGS.index(entry.ruling)


def _known(name: str) -> str | None:
    """Return a licence's name; None for a placeholder or free words."""
    return None if _UNKNOWN.fullmatch(name) or not _ONE.fullmatch(name) else name
