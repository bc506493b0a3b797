"""The parent's licence asks for a registration or a permission before it may be used so.

What it finds
    A release made from a parent whose licence asks for a registration, an application or a separate
    licence before commercial use (ChatGLM3, Yi 2.1, Baichuan 2), before it is hosted (Falcon-180B),
    for certain lines of business, or before derivatives are passed on at all (CC-BY-ND).

Why it matters
    It is a condition that no file can meet: without the registration there is no licence for that
    use, and nothing in the repository shows it.

Evidence it needs
    A derivation that is declared or proved; the parent's licence. A repository does not show
    whether somebody registered, so that the answer is "condition unknown" or "cannot determine";
    only a derivative that may not be passed on at all, and is published, is unmet.

Compliant example
    The profile says "intent: personal"; the parent is THUDM/chatglm3-6b.

Non-compliant example
    A published derivative of a model under CC-BY-ND-4.0.

Remedy
    Register or ask the licensor, and keep the answer with the release.

Source
    ChatGLM3-6B model licence, 2; Yi Series Models Community License Agreement 2.1; Falcon-180B TII
    License 1.0, 9; CC-BY-ND-4.0, 2(a)(1).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.vocabulary import Limit
from lineage.model import Outcome, Severity, Tier

from ._duties import limit_of, of_kind, outcomes

CODE = "USE-008"
TITLE = "Registration or permission needed first"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the parent's licence on registration, such as ChatGLM3-6B 2"
REMEDY = "Register or ask the licensor, and keep the answer with the release."

_LIMITS = (Limit.NO_HOSTING, Limit.LINE_OF_BUSINESS, Limit.NO_DISTRIBUTION)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each permission that a parent's licence asks for."""
    yield from outcomes(graph, of_kind(graph, "register"), SEVERITY)
    duties = (duty for duty in of_kind(graph, "use_limit") if limit_of(duty) in _LIMITS)
    yield from outcomes(graph, duties, SEVERITY)
