"""The parent's licence grants nothing for a territory in which the organisation may be.

What it finds
    A release made from a parent whose licence leaves out a territory (the European Union for
    openPangu; the European Union, the United Kingdom and South Korea for Hunyuan; multimodal models
    for those who live in the European Union for Llama 3.2 and later). With a profile it says if the
    organisation is there; without one the answer is "condition unknown".

Why it matters
    In the territory there is no licence at all, whatever else is done right, and some licences make
    the user warrant that the model is not used there, directly or indirectly.

Evidence it needs
    A derivation that is declared or proved; the parent's licence; a profile with the territory
    where the work is used or offered, or the domicile, whichever the licence speaks of. A bar for
    multimodal models does not fire where the configuration is that of a model for text.

Compliant example
    The profile says "territory: [US]"; the parent is openPangu.

Non-compliant example
    The profile says "territory: [DE, US]"; the parent is openPangu.

Remedy
    Keep the work out of the territory, or choose a parent without the bar.

Source
    openPangu Model License Agreement 1.0, 3; Tencent Hunyuan Community License Agreement, 1.l and
    5.c; Llama 3.2 Acceptable Use Policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "USE-006"
TITLE = "Territory left out"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on territory, such as openPangu 1.0 3"
REMEDY = "Give the territory in a profile (--profile); keep the work out of what is left out."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each territory that a parent's licence leaves out."""
    yield from outcomes(graph, of_kind(graph, "territory"), SEVERITY)
