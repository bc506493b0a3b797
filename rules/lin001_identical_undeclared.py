"""The weights are those of another model, byte for byte, and it is not declared as the parent.

What it finds
    A model that holds the same weight files, or the same tensors, as a model of another publisher
    that was opened beside it, while neither the card nor any file declares that model, or one made
    from it, as its parent. Files that are only a small part of both (a text encoder, a VAE) are a
    doubt to look into, since both may have them from a third.

Why it matters
    A copy comes with its parent's terms, whatever it is called. Where the parent is not named,
    nobody down the line can keep them: neither the notice, nor the name, nor the limits on use.

Evidence it needs
    The other model, opened with --against, and digests of the weight files on both sides; or equal
    tensors found by a comparison of the weights. Equal bytes do not tell which of the two came
    first: where the hosts' dates speak for the audited one, it is a doubt. If the card could not be
    read, the answer is "cannot determine". Silent where both belong to one publisher.

Compliant example
    A re-upload of Qwen/Qwen2.5-7B whose README.md says "base_model: Qwen/Qwen2.5-7B".

Non-compliant example
    The same files under the name "Sunny-7B", and a card that names no other model.

Remedy
    Declare the parent under base_model, and do what its licence asks of copies.

Source
    Apache-2.0, section 4; Llama 3.1 Community License, 1.b;
    https://huggingface.co/docs/hub/model-cards#specifying-a-base-model
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Relation, Severity, Tier
from lineage.phrases import places, quoted

from ._undeclared import Found, found_undeclared

CODE = "LIN-001"
TITLE = "Undeclared parent: identical weights"
SEVERITY = Severity.CRITICAL
TIER = Tier.A
CLAUSE = "the parent's licence on copies, such as Apache-2.0 section 4 and Llama 3.1 1.b"
REMEDY = "Declare the parent under base_model, and do what its licence asks of copies."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each model that holds the same weights and is not declared."""
    for found in found_undeclared(graph, (Tier.A,)):
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
    where = f" ({places(found.edge.exhibits)})" if found.edge.exhibits else ""
    if found.edge.relation is Relation.IDENTICAL:
        said = f"{name} holds the same weights as {other}, byte for byte{where}"
    elif found.edge.relation is Relation.RELATED:
        said = f"Some weights of {name} are those of {other}, byte for byte{where}"
    else:
        said = f"{name} holds weights of {other} unchanged, byte for byte{where}"
    return f"{said}; {found.says}. Which of the two came first is not to be seen in equal bytes."
