"""The parent's licence asks for a name that begins with its own, and the derivative's does not.

What it finds
    A model whose parent's licence asks that the name of every derivative, or of every model that it
    helped to make, begins with a certain word (Llama, Llama 3, EXAONE, HyperCLOVA X, glm-4, Solar),
    while its name begins otherwise. A name that does is reported as met. Llama 3.1 and later ask it
    of models trained on outputs too.

Why it matters
    The name is what travels furthest. A model called otherwise hides its parent from everybody who
    reads a list, and its licence from everybody who builds on it.

Evidence it needs
    A derivation that is declared or proved; the parent's licence; the repository's name. The name
    of a directory on a disk is anybody's: there the title of the card counts, and without one it is
    a doubt. A copy or a quantised form that keeps the parent's own name is a doubt at most.

Compliant example
    acme/Llama-3.1-Sunny-8B, made from meta-llama/Llama-3.1-8B.

Non-compliant example
    acme/Sunny-Llama-3.1-8B: the name has the word, and not at the beginning.

Remedy
    Rename the model so that its name begins with the word.

Source
    Llama 3.1 Community License, last sentence of 1.b.i; EXAONE AI Model License Agreement 1.1-NC;
    HyperCLOVA X SEED Model License Agreement; and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Obligation, Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "ATT-008"
TITLE = "Derivative's name lacks the prefix asked for"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on names, such as Llama 3.1 1.b.i, last sentence"
REMEDY = "Rename the model so that its name begins with the word that the licence gives."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each name that a parent's licence asks for."""
    yield from outcomes(graph, of_kind(graph, "name_prefix"), SEVERITY, remedy=_remedy)


def _remedy(duty: Obligation) -> str:
    return f'Rename the model so that its name begins with "{duty.literals[0]}".'
