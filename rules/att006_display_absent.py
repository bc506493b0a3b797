"""The parent's licence asks that certain words are displayed, and no document of the release does.

What it finds
    A release made from a parent whose licence asks for an acknowledgement in given words ("Built
    with Llama", "Built with Qwen" or "Improved using Qwen", "Powered by openPangu", "Powered by
    Stability AI", the Falcon sentence), while neither its card nor any other document at its root
    says them. Words that are there are reported as met, with file and line. Where the licence only
    encourages it, it is a doubt of lower severity.

Why it matters
    For licensors who give models away it is often the only return they ask for. It is visible to
    everybody, and so is its absence.

Evidence it needs
    A derivation that is declared or proved; the parent's licence; the documents and notices of the
    release. Websites and user interfaces outside of the repository are not seen, and the finding
    says so. Where the duty arises beyond a number of users or a revenue (Kimi K2), a profile has to
    tell; without it the answer is "condition unknown".

Compliant example
    base_model is meta-llama/Llama-3.1-8B; README.md says "Built with Llama".

Non-compliant example
    The same parent; README.md names it only in its front matter.

Remedy
    Write the words, as the licence spells them, where a reader of the model card sees them.

Source
    Llama 3.1 Community License, 1.b.i(B); Qwen LICENSE AGREEMENT, 5.b; openPangu Model License
    Agreement 1.0, 4.2(1); Stability AI Community License, III; and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Obligation, Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "ATT-006"
TITLE = "Required display text absent"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parent's licence on display, such as Llama 3.1 1.b.i(B)"
REMEDY = "Write the words, as the licence spells them, where a reader of the model card sees them."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each text that a parent's licence asks to display."""
    duties = (d for d in of_kind(graph, "display_text") if not _is_trademark_notice(d))
    yield from outcomes(graph, duties, SEVERITY, remedy=_remedy)


def _is_trademark_notice(duty: Obligation) -> bool:
    """Say whether the words are about a trademark, which is ATT-007."""
    return any("trademark" in literal.lower() for literal in duty.literals)


def _remedy(duty: Obligation) -> str | None:
    if not duty.literals:
        return None
    return f'Write "{duty.literals[0].rstrip(".")}" where a reader of the model card sees it.'
