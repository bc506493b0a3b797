"""The parent may not be used commercially, and the release allows it or means to do it.

What it finds
    A release made from a parent whose licence leaves out commercial use, all use but research, or
    production, while the release's own terms grant commercial use, or the profile's intent is to
    sell it or to offer it as a service. Where the release's terms have the same limit, that is
    reported as met.

Why it matters
    Nobody can grant more than they hold. Whoever takes the release at its word and earns money with
    it has no licence for the part that came from the parent.

Evidence it needs
    A derivation that is declared or proved, by which the release is a derivative in the words of
    the parent's licence; the terms of both. If the release's own terms are not known, the answer is
    "cannot determine". A model trained on data that may not be used commercially is a doubt.

Compliant example
    Made from CohereForAI/c4ai-command-r-v01 (CC-BY-NC-4.0); the card says "license: cc-by-nc-4.0".

Non-compliant example
    The same parent; the card says "license: apache-2.0".

Remedy
    Offer the release under terms with the same limit, or ask the parent's licensor for a licence.

Source
    CC-BY-NC-4.0, 2(a)(1); Tongyi Qianwen RESEARCH LICENSE AGREEMENT, 2.a; Mistral AI Research
    License 0.1; and the like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.vocabulary import Limit
from lineage.model import Outcome, Severity, Tier

from ._duties import limit_of, of_kind, outcomes

CODE = "USE-001"
TITLE = "Non-commercial parent, commercial release"
SEVERITY = Severity.CRITICAL
TIER = Tier.A
CLAUSE = "the parent's licence on commercial use, such as CC-BY-NC-4.0 2(a)(1)"
REMEDY = "Offer it under terms with the same limit, or ask the parent's licensor for a licence."

_LIMITS = (Limit.NON_COMMERCIAL, Limit.RESEARCH, Limit.NON_PRODUCTION)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each parent that may not be used commercially."""
    duties = (duty for duty in of_kind(graph, "use_limit") if limit_of(duty) in _LIMITS)
    yield from outcomes(graph, duties, SEVERITY)
