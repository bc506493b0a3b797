"""The declared parent is not the one that the weights come from.

What it finds
    A model that declares a parent whose weights, compared with its own, show no descent where the
    declared relation would have left one. Where the comparison found another model that the weights
    do depend on, the message names it: "declared is X, found is Y".

Why it matters
    Terms follow the true parent. A model declared to come from Llama 3.1 that comes from Llama 3
    owes another notice and another name, and its users rely on the wrong licence.

Evidence it needs
    The weights of both sides, compared by tests whose power is stated (tier A or B). What structure
    alone denies (another architecture, another vocabulary) is a doubt. Silent where nothing was
    compared: that a declaration could not be checked is no evidence against it.

Compliant example
    README.md says "base_model: meta-llama/Meta-Llama-3-70B-Instruct", and the weights say so too.

Non-compliant example
    README.md says "base_model: meta-llama/Llama-3.1-70B-Instruct", and the weights depend on those
    of meta-llama/Meta-Llama-3-70B-Instruct.

Remedy
    Declare the model that the weights were made from, and go by its licence.

Source
    The case of Reflection-70B (September 2024);
    https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Derivation, Origin, Outcome, Relation, Severity, State, Tier
from lineage.phrases import listed, places, quoted

from ._tests import evidence_words, power_words
from ._undeclared import found_parents

CODE = "LIN-003"
TITLE = "Declared parent contradicted by the weights"
SEVERITY = Severity.HIGH
TIER = Tier.B
CLAUSE = "none: a question of fact (Hugging Face model card, base_model)"
REMEDY = "Declare the model that the weights were made from, and go by its licence."

_SURE = (Tier.A, Tier.B)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each declared parent that the weights deny."""
    others = [edge for edge in found_parents(graph, _SURE) if edge.relation is not Relation.RELATED]
    for edge in graph.parents(graph.subject):
        if edge.origin is Origin.CONTRADICTED:
            instead = [other for other in others if other.parent != edge.parent]
            yield _outcome(graph, edge, instead)


def _outcome(graph: LineageGraph, edge: Derivation, instead: list[Derivation]) -> Outcome:
    name, parent = quoted(graph.subject.name), graph.artifact(edge.parent)
    message = (
        f"{name} is declared to come from {quoted(parent.name)}"
        f"{f' ({places(edge.exhibits)})' if edge.exhibits else ''}"
    )
    if edge.tests or edge.tier in _SURE:
        message += f", and its weights show no descent from it{power_words(edge.tests)}"
    else:
        message += ", and its structure is not that model's"
    for other in instead[:1]:
        names = listed(graph.artifact(one.parent).name for one in instead)
        message += f". They are not independent of {names}{evidence_words(other)}"
    shown = (*edge.exhibits, *(exhibit for other in instead for exhibit in other.exhibits))
    return Outcome(
        graph.subject.id,
        State.UNMET if edge.tier in _SURE else State.INVESTIGATE,
        f"{message}.",
        tuple(dict.fromkeys(shown)),
        parent=parent.id,
        about=edge.relation,
        tier=edge.tier,
        severity=None if edge.tier in _SURE else Severity.LOW,
    )
