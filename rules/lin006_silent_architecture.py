"""The configuration names another maker's architecture, and the card names no parent.

What it finds
    A model whose configuration names a class or model type that another maker published (such as
    DeepseekV3ForCausalLM), while neither the card nor any file declares a parent and the publisher
    is not that maker. It is always a doubt to look into, never more. Architectures that everybody
    trains from nothing (Llama, Mistral) are reported as information only.

Why it matters
    Many models with a maker's architecture carry that maker's weights, changed or not, and with
    them that maker's terms. Others do not: Yi-34B took over an architecture and was trained from
    scratch. Equal structure proves nothing of the weights, in either direction. It tells a person
    which question to ask, and which reference to hold the weights against.

Evidence it needs
    config.json (or a GGUF header), weight files, and the card. If the card could not be read, the
    answer is "cannot determine". Silent where a parent is declared, in a field or in prose.

Compliant example
    config.json says "architectures": ["Qwen2ForCausalLM"], and README.md says
    "base_model: Qwen/Qwen2.5-7B".

Non-compliant example
    The same configuration beside a README.md that speaks of "our new model" and names no other.

Remedy
    The publisher declares base_model, or says in the card that the weights were trained from
    scratch on that architecture. A user compares the weights: lineage audit --against with the
    maker's model.

Source
    https://huggingface.co/docs/hub/model-cards#specifying-a-base-model; the discussions of Yi-34B
    (blog.eleuther.ai/nyt-yi-34b-response) and of RakutenAI-3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.graph import LineageGraph
from lineage.model import (
    Architecture,
    Artifact,
    Claim,
    ClaimKind,
    Exhibit,
    Host,
    ModelCard,
    Outcome,
    Relation,
    Severity,
    State,
    Tier,
    WeightFile,
)
from lineage.phrases import place, places, quoted

from ._architectures import Family, family_of, is_named_after, is_published_by
from ._statements import statements

CODE = "LIN-006"
TITLE = "Another maker's architecture, and no parent declared"
SEVERITY = Severity.MEDIUM
TIER = Tier.C
CLAUSE = "none: a question of fact (Hugging Face model card, base_model)"
REMEDY = (
    "Declare base_model, or say in the card that the weights were trained from scratch; a user "
    "holds the weights against the maker's model (lineage audit --against)."
)

#: Sizes that a reader compares first.
_SIZES = ("hidden_size", "num_hidden_layers", "vocab_size")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a file says of the model's structure."""

    names: tuple[str, ...]
    sizes: tuple[tuple[str, str], ...]
    exhibit: Exhibit


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome for a model that bears another maker's structure and names no parent."""
    subject = graph.subject
    if not graph.evidence(subject, WeightFile) or _names_a_parent(graph, subject):
        return
    for plan in _plans(graph, subject):
        if known := family_of(plan.names):
            name, family = known
            if not _is_makers_own(graph, subject, family):
                yield _doubt(graph, subject, plan, name, family)
            return


def _names_a_parent(graph: LineageGraph, artifact: Artifact) -> bool:
    edges = graph.parents(artifact)
    claims = graph.evidence(artifact, Claim)
    return any(edge.relation is not Relation.TRAINED_ON for edge in edges) or any(
        claim.kind is ClaimKind.BASED_ON for claim in claims
    )


def _plans(graph: LineageGraph, artifact: Artifact) -> Iterator[_Plan]:
    """Yield what the configuration at the root and the weight files say of the structure."""
    for config in graph.evidence(artifact, Architecture):
        if "/" not in config.exhibit.path:
            settings = dict(config.settings)
            sizes = tuple((size, settings[size]) for size in _SIZES if size in settings)
            names = (*config.classes, *([config.model_type] if config.model_type else []))
            yield _Plan(names, sizes, config.exhibit)
    for weights in graph.evidence(artifact, WeightFile):
        if name := dict(weights.metadata).get("general.architecture"):
            yield _Plan((name,), (), weights.exhibit)


def _is_makers_own(graph: LineageGraph, artifact: Artifact, family: Family) -> bool:
    """Say whether the publisher is the maker.

    Who publishes a folder on a disk is not known; there the name has to do.
    """
    reading = graph.reading(artifact)
    if reading is not None and reading.repo.host is Host.LOCAL:
        return is_named_after(family, artifact.name.rpartition("/")[2])
    return is_published_by(family, artifact.name)


def _doubt(
    graph: LineageGraph, artifact: Artifact, plan: _Plan, name: str, family: Family
) -> Outcome:
    title = " ".join(card.title for card in graph.evidence(artifact, ModelCard))
    sizes = ", ".join(f"{size} {quoted(value)}" for size, value in plan.sizes)
    opening = (
        f"{quoted(place(plan.exhibit))} of {quoted(artifact.name)} names {quoted(name)}"
        f"{f' ({sizes})' if sizes else ''}, an architecture that {family.maker} published"
        f"{'' if family.name == family.maker else f' ({family.name})'}"
    )
    if hidden := statements(graph, artifact).unread_cards:
        where = tuple(Exhibit(gap.path) for gap in hidden)
        message = f"{opening}; whether a parent is declared is not known: {places(where)} not read."
        return Outcome(artifact.id, State.CANNOT_DETERMINE, message, (plan.exhibit, *where))
    message = (
        f"{opening}, and no parent is declared. The same structure can be trained from scratch, so "
        "that this says nothing of the weights."
    )
    named = is_named_after(family, artifact.name) or is_named_after(family, title)
    severity = Severity.INFO if family.is_common else Severity.LOW if named else None
    return Outcome(artifact.id, State.INVESTIGATE, message, (plan.exhibit,), severity=severity)
