"""The parent's licence asks for a trademark notice, and no document of the release has it.

What it finds
    A release made from a parent whose licence asks for a sentence about a trademark on pages and in
    documents ("openPangu is a trademark of Huawei Technologies Co., Ltd."), while none of its
    documents says it. A sentence that is there is reported as met, with file and line.

Why it matters
    The acknowledgement uses the licensor's name; the notice says whose name it is. The licence asks
    for both, and the second is easily forgotten.

Evidence it needs
    A derivation that is declared or proved; the parent's licence; the documents and notices of the
    release. A document that could not be read gives "cannot determine".

Compliant example
    README.md says "Powered by openPangu. openPangu is a trademark of Huawei Technologies Co., Ltd."

Non-compliant example
    README.md says "Powered by openPangu" and nothing of the trademark.

Remedy
    Add the sentence beside the acknowledgement.

Source
    openPangu Model License Agreement, versions 1.0 and 2.0, 4.2(2).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Obligation, Outcome, Severity, Tier

from ._duties import of_kind, outcomes

CODE = "ATT-007"
TITLE = "Trademark notice absent"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the parent's licence on trademarks, such as openPangu 1.0 4.2(2)"
REMEDY = "Add the sentence about the trademark beside the acknowledgement."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each trademark notice that a parent's licence asks for."""
    duties = (duty for duty in of_kind(graph, "display_text") if _is_about_a_trademark(duty))
    yield from outcomes(graph, duties, SEVERITY, remedy=_remedy)


def _is_about_a_trademark(duty: Obligation) -> bool:
    return any("trademark" in literal.lower() for literal in duty.literals)


def _remedy(duty: Obligation) -> str:
    return f'Add "{duty.literals[0]}" to the model card.'
