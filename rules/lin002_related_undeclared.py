"""The weights are not independent of another model's, and it is not declared as the parent.

What it finds
    A model whose weights a comparison found to depend on those of a model of another publisher,
    while neither the card nor any file declares that model, or one made from it, as its parent. The
    test, its p-value and whether that is exact are part of the message. Two models that may have a
    common ancestor instead are a doubt to look into.

Why it matters
    What was trained further, merged, pruned or quantised is still made from its parent, and comes
    with the parent's terms. Where the parent is not named, nobody down the line can keep them.

Evidence it needs
    Weights of both, compared by tests against a stated null hypothesis (tier B). Structure alone
    never is enough: two models of one architecture, trained apart, are independent. If the card
    could not be read, the answer is "cannot determine". Silent where equal bytes already say it
    (LIN-001), and where both belong to one publisher.

Compliant example
    A fine-tune of Qwen/Qwen2.5-7B whose README.md says "base_model: Qwen/Qwen2.5-7B".

Non-compliant example
    The same fine-tune with a card that names no other model.

Remedy
    Declare the parent under base_model, and do what its licence asks of derivatives.

Source
    Apache-2.0, section 4; Llama 3.1 Community License, 1.b;
    https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Relation, Severity, Tier
from lineage.phrases import quoted

from ._tests import evidence_words
from ._undeclared import Found, as_words, found_parents, found_undeclared

CODE = "LIN-002"
TITLE = "Undeclared parent: weights not independent"
SEVERITY = Severity.HIGH
TIER = Tier.B
CLAUSE = "the parent's licence on derivatives, such as Apache-2.0 section 4 and Llama 3.1 1.b"
REMEDY = "Declare the parent under base_model, and do what its licence asks of derivatives."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each model that the weights depend on and that is not declared."""
    by_bytes = {edge.parent for edge in found_parents(graph, (Tier.A,))}
    for found in found_undeclared(graph, (Tier.B,)):
        if found.parent.id not in by_bytes:
            yield Outcome(
                graph.subject.id,
                found.state,
                _message(graph, found),
                found.exhibits,
                parent=found.parent.id,
                severity=found.severity,
            )


def _message(graph: LineageGraph, found: Found) -> str:
    name, other = quoted(graph.subject.name), quoted(found.parent.name)
    said = f"The weights of {name} are not independent of {other}{evidence_words(found.edge)}"
    if found.edge.relation is Relation.RELATED:
        return f"{said}, by descent or a common ancestor; {found.says}."
    if found.edge.relation is not Relation.UNKNOWN:
        said += f", and look like {as_words(found.edge.relation, found.parent)}"
    return f"{said}; {found.says}."
