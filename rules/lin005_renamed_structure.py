"""The tensors of another model under other names, or another publisher's tokenizer.

What it finds
    A model whose list of tensors becomes that of an opened model of another publisher by renaming
    alone: as many tensors, of the same shapes, some kinds under another name. Likewise a tokenizer
    that is another publisher's, byte for byte. Neither is declared. It is a doubt to look into, and
    never more.

Why it matters
    Renaming changes no number: it breaks the programs that load the model and hides it from tools
    that compare names. It is also what happens when an architecture is taken over and trained from
    nothing, as Yi-34B's two renamed norms were; tokenizers are shared by whole families. A person
    who sees it knows where to compare the weights.

Evidence it needs
    The other model, opened with --against, and the headers of the weight files on both sides;
    digests of the tokenizers. Silent where a comparison of the weights has found the descent
    (LIN-001, LIN-002), where the other is declared, and where both belong to one publisher. What
    could not be read on either side shows nothing, and nothing is said of it.

Compliant example
    The same names and shapes beside a card that says "base_model: 01-ai/Yi-34B".

Non-compliant example
    "ln1" and "ln2" stand where Llama has "input_layernorm" and "post_attention_layernorm", all else
    is equal, and the card names no other model.

Remedy
    Say in the card whose architecture and tokenizer they are, and how the weights were made; a user
    compares the weights.

Source
    The discussion of Yi-34B (blog.eleuther.ai/nyt-yi-34b-response) and of Llama3-V (2024).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Artifact, Outcome, Severity, State, Tier
from lineage.phrases import counted, listed, place, quoted

from ._likeness import renamed, same_tokenizers
from ._undeclared import declared_above, found_parents, is_same_publisher

CODE = "LIN-005"
TITLE = "Another model's tensors renamed, or its tokenizer"
SEVERITY = Severity.LOW
TIER = Tier.C
CLAUSE = "none: a question of fact (Hugging Face model card, base_model)"
REMEDY = (
    "Say in the card whose architecture and tokenizer they are, and how the weights were made; a "
    "user compares the weights."
)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each opened model that the audited one resembles so."""
    subject = graph.subject
    known = declared_above(graph, subject)
    known |= {edge.parent for edge in found_parents(graph, (Tier.A, Tier.B))}
    for other in graph.artifacts():
        is_open = graph.reading(other) is not None and other.id not in {subject.id, *known}
        if is_open and not is_same_publisher(graph, subject, other):
            yield from _tensors(graph, other)
            yield from _tokenizer(graph, other)


def _tensors(graph: LineageGraph, other: Artifact) -> Iterator[Outcome]:
    found = renamed(graph, graph.subject, other)
    if found is None:
        return
    message = (
        f"The {counted(found.tensors, 'tensor')} of {quoted(graph.subject.name)} have the number "
        f"and the shapes of those of {quoted(other.name)}; {len(found.names):,} of "
        f"{counted(found.kinds, 'kind')} go under other names: here {listed(found.names)}, there "
        f"{listed(found.others)}. The same structure can be trained from scratch, so that this "
        "says nothing of the weights."
    )
    yield Outcome(
        graph.subject.id,
        State.INVESTIGATE,
        message,
        (found.exhibit, found.other),
        parent=other.id,
        about="tensors",
    )


def _tokenizer(graph: LineageGraph, other: Artifact) -> Iterator[Outcome]:
    for mine, yours in list(same_tokenizers(graph, graph.subject, other))[:1]:
        message = (
            f"{quoted(place(mine))} of {quoted(graph.subject.name)} is the tokenizer of "
            f"{quoted(other.name)} ({quoted(place(yours))}), byte for byte. Tokenizers are shared "
            "widely, so that this says nothing of the weights."
        )
        yield Outcome(
            graph.subject.id,
            State.INVESTIGATE,
            message,
            (mine, yours),
            parent=other.id,
            about="tokenizer",
            severity=Severity.INFO,
        )
