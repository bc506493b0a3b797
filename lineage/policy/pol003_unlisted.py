"""A licence that is not among those that the policy allows, or is not known at all.

What it finds
    The policy says which licences are allowed, and the audited repository, or something that it is
    made from, is under another one. Terms that are not known are on no list: for the repository
    itself that is an unmet demand of the policy, for a parent that was not opened it is "cannot
    determine".

Why it matters
    A list of what is allowed promises that nothing else gets in. Unknown terms never read as
    permissive: without a licence, copyright allows nothing.

Evidence it needs
    The licence that was concluded for a part of the repository, or the one under which the parent's
    maker publishes it.

Compliant example
    The policy allows permissive licences; code and weights are under Apache-2.0.

Non-compliant example
    The policy allows permissive licences; the weights are under terms that nobody has read.

Remedy
    Find out the licence, or replace the work. If the licence is acceptable, put it on the list for
    the part it is about, or waive the finding with a reason, an owner and an expiry. A parent that
    was not read is read with --against.

Source
    The policy file, whose lists of allowed licences the message counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, State, Tier
from lineage.policy.standing import Case, Standing, cases
from lineage.policy.terms import Policy
from lineage.policy.words import outcome

CODE = "POL-003"
TITLE = "Licence not on the policy's list of allowed ones"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the organisation's policy"
REMEDY = "Find out the licence or replace the work; allow or waive it by name if it is acceptable."


def check(graph: LineageGraph, policy: Policy) -> Iterator[Outcome]:
    """Yield what is on no list."""
    for case in cases(graph, policy):
        if case.decision.standing is not Standing.UNLISTED:
            continue
        if case.decision.licence is not None:
            said = ", which is not among the licences that the policy allows"
            yield outcome(graph, case, State.UNMET, said)
        elif _is_unopened(graph, case):
            said = "; it was not read, and the policy allows only licences that it lists"
            yield outcome(graph, case, State.CANNOT_DETERMINE, said, Severity.MEDIUM)
        else:
            said = "; the policy allows only licences that it lists"
            yield outcome(graph, case, State.UNMET, said)


def _is_unopened(graph: LineageGraph, case: Case) -> bool:
    return case.artifact.id != graph.subject.id and graph.reading(case.artifact) is None
