"""What is declared of the model's descent is incomplete or cannot be true.

What it finds
    An adapter, a merge or a quantised model that names no parent, or names it only by a path on
    somebody's machine; parents that a file of the repository names and the card leaves out; a merge
    of one; a relation that is left open although the files show it; a model that declares itself as
    its parent, or is its own ancestor; a model that is older than its parent; a parent that leads
    nowhere when it is followed, is kept back by its host, or goes by another name today. What holds
    of the parents' own declarations is told as well, at a lower severity. Where such a model names
    its parents in full, that is reported as met.

Why it matters
    A parent that is not named cannot pass on its terms: neither a person nor a tool can tell which
    licence binds an adapter whose base is "./output/checkpoint-500". In a merge the terms of every
    parent bind.

Evidence it needs
    The card, adapter_config.json, mergekit's configuration and the headers of weight files. Dates
    are the host's record of when a repository was made; they are compared only where parent and
    child were both opened, belong to different accounts and lie more than a day apart. Since
    repositories are renamed and uploaded again, dates alone are a doubt. So is a parent that its
    host does not show: it may be gone, private or misspelt. One that was out of reach is not
    determined, and the audit is incomplete.

Compliant example
    adapter_config.json says "base_model_name_or_path": "Qwen/Qwen2.5-7B", and README.md says
    "base_model: Qwen/Qwen2.5-7B" and "base_model_relation: adapter".

Non-compliant example
    adapter_config.json says "base_model_name_or_path": "/home/me/qwen", and README.md names none.

Remedy
    List every parent under base_model in the card, by its repository's name, with
    base_model_relation.

Source
    https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Claim,
    ClaimKind,
    Derivation,
    Exhibit,
    Origin,
    Outcome,
    Relation,
    Severity,
    State,
    Tier,
    WeightFile,
)
from lineage.phrases import listed, places, quoted

from ._absent_parents import absent, lineage_of, moved
from ._impossible_descent import circular, circular_above, older
from ._legal_places import is_card
from ._signs import Sign, signs
from ._statements import statements

CODE = "LIN-007"
TITLE = "Declared lineage is incomplete or impossible"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "Hugging Face model card, base_model and base_model_relation"
REMEDY = "List every parent under base_model in the card, by name, with base_model_relation."

_PATH = re.compile(r"[/~.\\].*|[A-Za-z]:[/\\].*|.*\\.*|.*\.(?:gguf|bin|pt|pth|safetensors)")
#: Relations that no card states under base_model: a host says of itself that it keeps a copy.
_NO_BASE = frozenset(
    {
        Relation.CODE_COPIED,
        Relation.CODE_DERIVED,
        Relation.IDENTICAL,
        Relation.TRAINED_ON,
    }
)
_NOUNS = {
    Relation.ADAPTER: "an adapter",
    Relation.MERGE: "a merge",
    Relation.QUANTIZED: "a quantised model",
}


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each way in which the declared descent falls short."""
    subject = graph.subject
    if graph.reading(subject) is None:
        return
    edges = [
        edge
        for edge in graph.parents(subject)
        if edge.relation not in _NO_BASE and edge.origin is not Origin.DETECTED
    ]
    found = signs(graph, subject)
    defects = [
        *_unnamed(graph, subject, edges, found),
        *_left_out_of_card(graph, subject, edges),
        *_merge_of_one(graph, subject, edges),
        *_relation_open(subject, edges, found),
        *circular(graph, subject),
        *older(graph, subject, edges),
    ]
    defects += [*absent(graph), *moved(graph), *_above(graph)]
    yield from defects
    if not defects and any(edge.relation in _NOUNS for edge in edges):
        yield _complete(graph, subject, edges)


def _above(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each impossible descent among the parents' own declarations."""
    yield from circular_above(graph, graph.subject)
    for artifact in lineage_of(graph):
        if artifact.id != graph.subject.id:
            edges = [e for e in graph.parents(artifact) if e.origin is Origin.DECLARED]
            edges = [e for e in edges if e.relation is not Relation.TRAINED_ON]
            for outcome in older(graph, artifact, edges):
                about = f"dates {artifact.name}"
                yield replace(outcome, subject=graph.subject.id, about=about, severity=Severity.LOW)


def _unnamed(
    graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation], found: Sequence[Sign]
) -> Iterator[Outcome]:
    """Yield an outcome where no parent can be told from what the repository says."""
    if any(graph.artifact(edge.parent).purl for edge in edges):
        return
    name = quoted(subject.name)
    if edges:
        yield _by_path(graph, subject, edges)
    elif hidden := _hidden_statements(graph, subject, found):
        message = f"Which parent {name} has is not known: {places(hidden)} could not be read."
        yield Outcome(subject.id, State.CANNOT_DETERMINE, message, hidden, about="parents")
    elif found:
        sign = found[0]
        message = f"{name} is {_NOUNS[sign.relation]} ({sign.says}) and names no parent."
        # What looks like a quantised model may be one that was trained so.
        sure = sign.relation is not Relation.QUANTIZED
        state = State.UNMET if sure else State.INVESTIGATE
        yield Outcome(subject.id, state, message, (sign.exhibit,), about="parents")
    elif claims := _claims(graph, subject):
        where = tuple(claim.exhibit for claim in claims)
        message = (
            f"{name} is said to be based on another model at {places(where)} "
            f"({quoted(claims[0].text)}), and no field declares a parent."
        )
        yield Outcome(
            subject.id,
            State.INVESTIGATE,
            message,
            where,
            about="parents",
            severity=Severity.LOW,
            tier=Tier.E,
        )


def _claims(graph: LineageGraph, subject: Artifact) -> list[Claim]:
    """Return sentences that name a parent; without weights they speak of a model elsewhere."""
    if not graph.evidence(subject, WeightFile):
        return []
    return [c for c in graph.evidence(subject, Claim) if c.kind is ClaimKind.BASED_ON]


def _by_path(graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation]) -> Outcome:
    """Return the outcome for parents whose names lead to no repository."""
    names = [graph.artifact(edge.parent).name for edge in edges]
    where = _exhibits(edges)
    are_paths = all(_PATH.fullmatch(name) for name in names)
    what = "a path on somebody's machine" if are_paths else "a name that leads to no repository"
    message = (
        f"{quoted(subject.name)} names {listed(names)} as its parent ({places(where)}): {what}."
    )
    state = State.UNMET if are_paths else State.INVESTIGATE
    return Outcome(subject.id, state, message, where, about="parents")


def _left_out_of_card(
    graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation]
) -> Iterator[Outcome]:
    """Yield an outcome where files name parents that the card does not."""
    omitted = [edge for edge in edges if _is_left_out(graph, edge)]
    if not omitted:
        return
    names = [graph.artifact(edge.parent).name for edge in omitted]
    where = _exhibits(omitted)
    opening = f"{places(where)} of {quoted(subject.name)} names {listed(names)} as parent"
    if cards := statements(graph, subject).unread_cards:
        hidden = tuple(Exhibit(card.path) for card in cards)
        message = f"{opening}; whether the card does is not known: {places(hidden)} was not read."
        yield Outcome(subject.id, State.CANNOT_DETERMINE, message, (*where, *hidden), about="card")
        return
    is_merge = any(edge.relation is Relation.MERGE for edge in omitted)
    # What a program left in a configuration may be the model's own former name.
    is_stated = any(edge.tier is not Tier.C for edge in omitted)
    reading = graph.reading(subject)
    has_card = any(is_card(entry.path) for entry in (reading.files if reading else ()))
    message = f"{opening}, and {'the card does not' if has_card else 'there is no card'}."
    yield Outcome(
        subject.id,
        State.UNMET if is_stated else State.INVESTIGATE,
        message,
        where,
        about="card",
        severity=Severity.MEDIUM if is_merge else Severity.LOW,
    )


def _is_left_out(graph: LineageGraph, edge: Derivation) -> bool:
    is_named = graph.artifact(edge.parent).purl is not None and edge.parent != edge.child
    return is_named and not any(is_card(exhibit.path) for exhibit in edge.exhibits)


def _merge_of_one(
    graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation]
) -> Iterator[Outcome]:
    if len(edges) == 1 and edges[0].relation is Relation.MERGE:
        only = quoted(graph.artifact(edges[0].parent).name)
        message = (
            f"{quoted(subject.name)} is declared a merge, and {only} is the only parent named."
        )
        yield Outcome(subject.id, State.UNMET, message, edges[0].exhibits, about="merge")


def _relation_open(
    subject: Artifact, edges: Sequence[Derivation], found: Sequence[Sign]
) -> Iterator[Outcome]:
    """Yield an outcome where the files show the relation and nothing declares it."""
    if not found or not edges or any(edge.relation is not Relation.UNKNOWN for edge in edges):
        return
    sign, where = found[0], _exhibits(edges)
    message = (
        f"{quoted(subject.name)} is {_NOUNS[sign.relation]} ({sign.says}); {places(where)} names "
        "its parent and leaves the relation open."
    )
    shown = (*where, sign.exhibit)
    yield Outcome(subject.id, State.UNMET, message, shown, about="relation", severity=Severity.INFO)


def _complete(graph: LineageGraph, subject: Artifact, edges: Sequence[Derivation]) -> Outcome:
    kind = next(_NOUNS[edge.relation] for edge in edges if edge.relation in _NOUNS)
    names = listed(graph.artifact(edge.parent).name for edge in edges)
    where = _exhibits(edges)
    message = f"{quoted(subject.name)} is declared {kind} of {names} at {places(where)}."
    return Outcome(subject.id, State.MET, message, where, about="parents")


def _exhibits(edges: Sequence[Derivation]) -> tuple[Exhibit, ...]:
    return tuple(dict.fromkeys(exhibit for edge in edges for exhibit in edge.exhibits))


def _hidden_statements(
    graph: LineageGraph, subject: Artifact, found: Sequence[Sign]
) -> tuple[Exhibit, ...]:
    """Return the files that would name the parents of such a model, and could not be read."""
    reading = graph.reading(subject)
    telling = {sign.exhibit.path for sign in found}
    gaps = reading.coverage.unread if reading else ()
    paths = (gap.path for gap in gaps if gap.path in telling or (found and is_card(gap.path)))
    return tuple(map(Exhibit, dict.fromkeys(paths)))
