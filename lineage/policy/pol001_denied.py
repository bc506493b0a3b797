"""A licence that the policy denies.

What it finds
    The audited repository, or something that it is made from, is under a licence that the policy
    denies: by name, or by its class, its family or a trait of its terms. Where the policy denies a
    class and nothing is known of the licence, the outcome is "cannot determine".

Why it matters
    The organisation has decided not to take up works under such terms. What a parent's licence asks
    of derivatives goes on to bind them, whatever the child's own card says.

Evidence it needs
    The licence that was concluded for a part of the repository, or the one under which the parent's
    maker publishes it. A parent that rests on structure alone is for a person to look into.

Compliant example
    The policy denies copyleft; the code is under Apache-2.0.

Non-compliant example
    The policy denies copyleft; one file of the code is under GPL-3.0-only.

Remedy
    Leave the work out, replace it, or obtain other terms from its holders. If the use is acceptable
    after all, allow that licence by name for the part it is about, or waive the finding with a
    reason, an owner and an expiry.

Source
    The policy file: the message names the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, State, Tier
from lineage.policy.selectors import described
from lineage.policy.standing import Case, Standing, cases
from lineage.policy.terms import Aspect, Entry, Policy, Ruling
from lineage.policy.words import named, outcome

CODE = "POL-001"
TITLE = "Licence denied by the policy"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the organisation's policy"
REMEDY = "Replace the work, obtain other terms, or allow or waive it by name with a reason."


def check(graph: LineageGraph, policy: Policy) -> Iterator[Outcome]:
    """Yield what is denied, and what may be."""
    for case in cases(graph, policy):
        entry = case.decision.entry
        if entry is None or entry.ruling is not Ruling.DENIED:
            continue
        what, place = named(entry.selector), entry.selector.place
        if case.decision.standing is Standing.DENIED:
            said = f", which the policy denies ({what}, {place})"
            yield outcome(graph, case, State.UNMET, said, _severity(case, entry))
        elif case.decision.standing is Standing.UNTOLD:
            said = f"; the policy denies {what} ({place}), and whether that picks it is not known"
            yield outcome(graph, case, State.CANNOT_DETERMINE, said, Severity.MEDIUM)


def _severity(case: Case, entry: Entry) -> Severity | None:
    """Return a milder severity where the class of the licence was not read in its own text."""
    if entry.selector.aspect is Aspect.LICENCE or case.decision.licence is None:
        return None
    licence = described(case.decision.licence)
    return None if licence and licence.verified.may_be_high else Severity.MEDIUM
