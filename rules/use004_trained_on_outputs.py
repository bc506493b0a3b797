"""The model is distilled from one whose licence bans training other models on its outputs.

What it finds
    A model that is stated to be distilled from another, or trained on what it put out, whose
    licence forbids that for such models (Llama 2 and 3, Tongyi Qianwen, DBRX, Hunyuan, Stability,
    EXAONE). A release of the same family, for which it stays allowed, is reported as met.

Why it matters
    These licences give the model away and keep its competitors from learning from it. The ban is
    part of the licence of the parent, and breaking it can end the right to use the parent at all.

Evidence it needs
    A statement that the model was distilled. What kind of model the release is has to be seen in
    its configuration or card where the ban is one on language models; else it is a doubt. Bans on
    competing models are a doubt always.

Compliant example
    A fine-tune of Meta-Llama-3-8B, trained on outputs of Meta-Llama-3-70B: one family.

Non-compliant example
    A language model of another family that is stated to be distilled from Meta-Llama-3-70B.

Remedy
    Ask the licensor, or train on outputs of a model that allows it.

Source
    Meta Llama 3 Community License, 1.b.v; Tongyi Qianwen LICENSE AGREEMENT, 5.b; Databricks Open
    Model License; and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "USE-004"
TITLE = "Trained on outputs of a model that bans it"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on training, such as Llama 3 1.b.v"
REMEDY = "Ask the licensor, or train on outputs of a model that allows it."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent whose outputs are not to be trained on."""
    yield from outcomes(graph, of_kind(graph, "no_train"), SEVERITY)
