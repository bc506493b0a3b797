"""The parent's use restrictions have to be passed on, and the release's terms do not do so.

What it finds
    A release made from a parent under a Responsible AI Licence, the Gemma terms, the DeepSeek
    License Agreement or another licence whose use restrictions must stand in every later agreement,
    while the release is offered under terms without them (MIT, Apache-2.0). A release under the
    parent's own licence is reported as met. One that holds the parent's licence beside terms
    without restrictions is a doubt: which of the two binds is not said.

Why it matters
    The restrictions bind each new user only through the terms that this user is given. One
    permissive tag in the chain, and everybody below it believes that any use is allowed.

Evidence it needs
    A derivation that is declared or proved, by which the release is a derivative in the words of
    the parent's licence (for Gemma and DeepSeek a distilled model is one); the terms of both. If
    the release's own terms are not known, the answer is "cannot determine".

Compliant example
    Made from google/gemma-2-2b; the card says "license: gemma".

Non-compliant example
    Made from deepseek-ai/DeepSeek-V3; the card says "license: mit".

Remedy
    Offer the release under the parent's licence, or put its use restrictions into your own terms as
    an enforceable provision, and tell users of them.

Source
    CreativeML Open RAIL-M, 4(a) and 5; Gemma Terms of Use, 3.1; DeepSeek License Agreement 1.0,
    4.a; Falcon 2 11B TII License 1.0; and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "USE-002"
TITLE = "Use restrictions not passed on"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on passing restrictions on, such as Gemma Terms of Use 3.1"
REMEDY = (
    "Offer it under the parent's licence, or put its use restrictions into your own terms as an "
    "enforceable provision, and tell users of them."
)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each set of use restrictions that has to be passed on."""
    yield from outcomes(graph, of_kind(graph, "pass_through"), SEVERITY)
