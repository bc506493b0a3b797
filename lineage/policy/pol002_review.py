"""A licence that the policy wants a person to review.

What it finds
    The audited repository, or something that it is made from, is under a licence that the policy
    lists for review: by name, or by its class, its family or a trait of its terms. Where the policy
    lists a class and nothing is known of the licence, the outcome is "cannot determine".

Why it matters
    The organisation allows such terms case by case: somebody who knows the use has to decide.

Evidence it needs
    The licence that was concluded for a part of the repository, or the one under which the parent's
    maker publishes it.

Compliant example
    The policy lists weak-copyleft for review; the code is under MIT.

Non-compliant example
    The policy lists weak-copyleft for review; the code is under MPL-2.0 and nobody has waived it.

Remedy
    Have the use reviewed; then allow the licence by name for the part it is about, or waive the
    finding with a reason, an owner and an expiry.

Source
    The policy file: the message names the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, State, Tier
from lineage.policy.standing import Standing, cases
from lineage.policy.terms import Policy, Ruling
from lineage.policy.words import named, outcome

CODE = "POL-002"
TITLE = "Licence needs review by the policy"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the organisation's policy"
REMEDY = "Have the use reviewed, then allow the licence by name or waive the finding."


def check(graph: LineageGraph, policy: Policy) -> Iterator[Outcome]:
    """Yield what a person has to review, and what may be of that kind."""
    for case in cases(graph, policy):
        entry = case.decision.entry
        if entry is None or entry.ruling is not Ruling.REVIEW:
            continue
        what, place = named(entry.selector), entry.selector.place
        if case.decision.standing is Standing.REVIEW:
            said = f", which the policy wants reviewed ({what}, {place})"
            yield outcome(graph, case, State.INVESTIGATE, said)
        elif case.decision.standing is Standing.UNTOLD:
            said = (
                f"; the policy wants {what} reviewed ({place}), and whether that is it is unknown"
            )
            yield outcome(graph, case, State.CANNOT_DETERMINE, said)
