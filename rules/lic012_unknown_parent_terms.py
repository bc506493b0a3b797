"""The terms of a parent are not known, so that nobody can say what they ask.

What it finds
    A release made from a parent that could not be opened and is none of the models whose licence is
    known, or whose own repository names no licence that is in the knowledge base. One finding for
    all such parents.

Why it matters
    What is not known is not permissive. A parent without known terms can be research-only, barred
    in a territory, or under no licence at all, and everything made from it inherits that.

Evidence it needs
    A derivation that is declared or found. Data sets that were not opened are passed over, since
    models name them by the dozen and few licences say what training on them brings. A parent that
    was opened and grants nothing at all is LIN-009's.

Compliant example
    base_model is meta-llama/Llama-3.1-8B, whose licence is known; or the parent is opened with
    --against and its card names a known licence.

Non-compliant example
    base_model is somebody/some-model, and nothing else is known.

Remedy
    Read the parent's licence, or audit again with --against and the parent's address.

Source
    Without a licence there is no permission (Berne Convention, article 9).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, State, Tier
from lineage.phrases import listed, quoted

from ._duties import of_kind
from ._grants import grantless

CODE = "LIC-012"
TITLE = "Terms of a parent not known"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the parent's own terms"
REMEDY = "Read the parent's licence, or audit again with --against and the parent's address."

_NAMED = 6


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome for all parents whose terms are not known."""
    said = grantless(graph)
    unknown = [duty for duty in of_kind(graph, "unknown_terms") if duty.parent not in said]
    if not unknown:
        return
    names = listed((graph.artifact(duty.parent).name for duty in unknown), _NAMED)
    reasons = " ".join(dict.fromkeys(duty.reason for duty in unknown[:_NAMED]))
    message = (
        f"What {names} would ask of {quoted(graph.subject.name)} is not known. {reasons}"
        if len(unknown) == 1
        else f"What {names} would ask of {quoted(graph.subject.name)} is not known: they were not "
        "opened, or name no licence that is known."
    )
    yield Outcome(
        graph.subject.id,
        State.CANNOT_DETERMINE,
        message,
        tuple(dict.fromkeys(e for duty in unknown for e in duty.exhibits)),
        tier=max(duty.tier for duty in unknown),
    )
