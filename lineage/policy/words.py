"""The sentences of a policy's findings: whose licence it is, and what the policy says of it."""

from __future__ import annotations

from lineage.graph import LineageGraph
from lineage.model import Outcome, Severity, State
from lineage.phrases import quoted
from lineage.policy.standing import Case
from lineage.policy.terms import Aspect, Selector

_LONGEST = 120


def outcome(
    graph: LineageGraph, case: Case, state: State, said: str, severity: Severity | None = None
) -> Outcome:
    """Return the outcome of a case; a parent that is only guessed at is for a person to look into.

    Args:
        graph: what is audited.
        case: whose licence it is.
        state: what the outcome is where the case is sure.
        said: what the policy says, to follow "is under MIT, which".
        severity: where it is milder than the rule's.
    """
    is_own = case.artifact.id == graph.subject.id
    return Outcome(
        subject=graph.subject.id,
        state=state if case.is_sure or state is not State.UNMET else State.INVESTIGATE,
        message=f"{_whose(graph, case, is_own=is_own)} {_under(case)}{said}.",
        exhibits=case.exhibits,
        parent=None if is_own else case.artifact.id,
        about=f"{'+'.join(case.scopes)}: {case.decision.licence or 'unknown'}",
        severity=severity,
    )


def named(selector: Selector) -> str:
    """Return what picked a licence, in words: "class copyleft"."""
    if selector.aspect is Aspect.LICENCE:
        return quoted(selector.word)
    return f"{selector.aspect.value} {selector.value}"


def _whose(graph: LineageGraph, case: Case, *, is_own: bool) -> str:
    parts = " and ".join(scope.value for scope in case.scopes)
    subject = quoted(graph.subject.name)
    if is_own:
        return f"The {parts} of {subject}"
    made = "made from" if case.is_sure else "perhaps made from"
    return f"{subject} is {made} {quoted(case.artifact.name)}, whose {parts}"


def _under(case: Case) -> str:
    are = "are" if len(case.scopes) > 1 or case.scopes[0].value == "weights" else "is"
    if case.decision.licence is None:
        return f"{are} under terms that are not known"
    whole = case.expression or ""
    if whole == case.decision.licence or len(whole) > _LONGEST:
        return f"{are} under {case.decision.licence}"
    return f"{are} under {case.decision.licence} (of {whole})"
