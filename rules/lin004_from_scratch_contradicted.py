"""The card says that the model was trained from scratch, and its weights depend on another's.

What it finds
    A sentence of the card that the model was trained from scratch, quoted with its place, while a
    comparison of the weights found that they come from another model, byte for byte or by tests. A
    sentence about the architecture, the tokenizer, another part or another model is no such claim.
    Where the two may have a common ancestor instead, belong to one publisher, or hold equal bytes
    while no host says which of them is the younger, it is a doubt.

Why it matters
    "From scratch" tells users that nobody else's terms bind, and everybody else who did the work.

Evidence it needs
    The sentence, and a derivation found at tier A or B. Structure alone never contradicts the
    sentence: an architecture may be taken over and trained from nothing, as Yi-34B's was.

Compliant example
    "The architecture is that of Llama; all weights were trained from scratch", and the comparison
    with Llama finds independent weights.

Non-compliant example
    "Acme-7B was trained from scratch on 3T tokens", and the weights depend on those of Qwen2.5-7B.

Remedy
    Name the model that training began from, or say what exactly was trained from scratch.

Source
    The public discussions of Yi-34B (2023), Pangu Pro MoE (2025) and Solar-Open-100B (2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Claim,
    ClaimKind,
    Derivation,
    Outcome,
    Relation,
    Severity,
    State,
    Tier,
)
from lineage.phrases import place, quoted

from ._architectures import FAMILIES, Family, is_named_after
from ._tests import evidence_words
from ._undeclared import came_later, found_parents, is_same_publisher

CODE = "LIN-004"
TITLE = "Claim of training from scratch contradicted"
SEVERITY = Severity.HIGH
TIER = Tier.B
CLAUSE = "none: a question of fact (the claim of the card)"
REMEDY = "Name the model that training began from, or say what was trained from scratch."

#: Parts of a model, and things beside it, of which a sentence may say the same.
_OF_A_PART = re.compile(
    r"\b(?:architectures?|tokenizers?|vocabular(?:y|ies)|(?:vision|audio|image|text|speech|video)"
    r"[\s-](?:encoders?|towers?|decoders?)|encoders?|projectors?|connectors?|adapters?|embeddings?"
    r"|(?:reward|draft|teacher|baseline)[\s-]models?|heads?|framework|codebase|datasets?)\b"
    r"(?=[^.;,]*\bscratch)|架构|分词器|词表|编码器",
    re.IGNORECASE,
)

_WORDS = re.compile(r"[A-Z][A-Za-z]{2,}")
_NO_NAMES = ("Vision",)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent that was found against the card's word."""
    claims = [c for c in graph.evidence(graph.subject, Claim) if _is_of_this_model(graph, c)]
    edges: dict[str, Derivation] = {}
    for edge in sorted(found_parents(graph, (Tier.A, Tier.B)), key=lambda edge: edge.tier):
        edges.setdefault(edge.parent, edge)
    for edge in edges.values() if claims else ():
        yield _outcome(graph, claims[0], edge)


def _is_of_this_model(graph: LineageGraph, claim: Claim) -> bool:
    """Say whether a sentence claims it of the whole model, and of no other one."""
    if claim.kind is not ClaimKind.FROM_SCRATCH or _OF_A_PART.search(claim.text):
        return False
    own = graph.subject.name
    others = (family for family in FAMILIES if not is_named_after(family, own))
    return not any(_speaks_of(family, claim.text) for family in others)


def _speaks_of(family: Family, text: str) -> bool:
    """Say whether a sentence names a family; "300k steps" and "a command" name none."""
    words = (word for word in _WORDS.findall(family.name) if word not in _NO_NAMES)
    return any(re.search(rf"(?<![A-Za-z]){word}(?![a-z])", text) for word in words)


def _outcome(graph: LineageGraph, claim: Claim, edge: Derivation) -> Outcome:
    subject, parent = graph.subject, graph.artifact(edge.parent)
    # Equal bytes do not tell who copied from whom; the tests of tier B name a direction.
    is_open = edge.tier is Tier.A and not came_later(graph, subject, parent)
    is_related = edge.relation is Relation.RELATED
    is_doubt = is_open or is_related or is_same_publisher(graph, subject, parent)
    return Outcome(
        subject.id,
        State.INVESTIGATE if is_doubt else State.UNMET,
        _message(subject, claim, edge, parent),
        (claim.exhibit, *edge.exhibits),
        parent=parent.id,
        severity=Severity.MEDIUM if is_doubt else None,
        tier=edge.tier,
    )


def _message(subject: Artifact, claim: Claim, edge: Derivation, parent: Artifact) -> str:
    said = f"{quoted(place(claim.exhibit))} of {quoted(subject.name)} says {_quote(claim.text)}"
    if edge.tier is Tier.A and edge.relation is Relation.IDENTICAL:
        found = f"its weights are those of {quoted(parent.name)}, byte for byte"
    elif edge.tier is Tier.A:
        found = f"some of its weights are those of {quoted(parent.name)}, byte for byte"
    else:
        found = f"its weights are not independent of {quoted(parent.name)}{evidence_words(edge)}"
    return f"{said}; {found}."


def _quote(text: str) -> str:
    """Return the claim in quotation marks, at the length that ``quoted`` allows."""
    shown = quoted(text)
    return shown if shown.startswith('"') else f'"{shown}"'
