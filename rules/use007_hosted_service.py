"""The work is to be offered as a service, and duties that arise without giving copies are open.

What it finds
    With the intent "saas" in the profile: a release made from a parent whose licence has duties for
    whoever makes the work available or uses it, although no copy is given away, while some of these
    duties are not met. Where all are, that is reported as met.

Why it matters
    "We do not distribute the weights" ends the duties of many licences and not of these. Llama and
    openPangu ask for their words on whatever product makes the model available, Gemma counts hosted
    services as distribution, Kimi K2 speaks of use alone.

Evidence it needs
    A profile with "intent: saas"; a derivation that is declared or proved; the parent's licence.
    What the service's own pages say is not seen.

Compliant example
    The profile says "intent: saas"; README.md says "Built with Llama", and the licence is included.

Non-compliant example
    The profile says "intent: saas"; the parent is Llama 3.1, and nothing says "Built with Llama".

Remedy
    Do these duties in the service itself: on its pages, in its interface, in its terms.

Source
    Llama 3.1 Community License, 1.b.i; openPangu Model License Agreement 1.0, 4.2; Gemma Terms of
    Use, 1.1(b); ModelGo MG-BY 2.0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from lineage.graph import LineageGraph
from lineage.model import Intent, Obligation, Outcome, Severity, State, Tier
from lineage.obligations import descent_words
from lineage.phrases import listed, quoted

from ._duties import capped

CODE = "USE-007"
TITLE = "Duties of a hosted service"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the parent's licence on making available, such as Llama 3.1 1.b.i"
REMEDY = "Do these duties in the service itself: on its pages, in its interface, in its terms."

_LIMITS = ("threshold", "territory", "use_limit", "use_policy", "no_train", "unknown_terms")
_ACTS = ("make_available", "use")


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each licence with duties that a service has too."""
    if graph.profile is None or graph.profile.intent is not Intent.SAAS:
        return
    owed = [d for d in graph.obligations if d.trigger in _ACTS and d.kind not in _LIMITS]
    for (parent, _), duties in groupby(sorted(owed, key=_place), key=_place):
        yield _judged(graph, parent, list(duties))


def _place(duty: Obligation) -> tuple[str, str]:
    return duty.parent, duty.licence


def _judged(graph: LineageGraph, parent: str, duties: Sequence[Obligation]) -> Outcome:
    is_open = [duty for duty in duties if duty.state is not State.MET]
    first = (is_open or duties)[0]
    named = listed((f"{duty.id} ({duty.clause})" for duty in is_open or duties), 6)
    said = f"{quoted(graph.subject.name)} {descent_words(graph, first)} and is to be hosted"
    if is_open:
        state = _gravest(is_open)
        message = f"{said}; {first.title} has duties for that, of which are open: {named}."
    else:
        state = State.MET
        message = f"{said}; what {first.title} asks for that is done: {named}."
    return Outcome(
        graph.subject.id,
        state,
        message,
        tuple(dict.fromkeys(e for duty in duties for e in duty.exhibits)),
        parent=parent,
        about=first.licence,
        severity=capped(first, SEVERITY),
        tier=max(duty.tier for duty in duties),
        clause=f"{first.title} {', '.join(dict.fromkeys(d.clause for d in duties))}",
    )


def _gravest(duties: Sequence[Obligation]) -> State:
    states = {duty.state for duty in duties}
    order = (State.UNMET, State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE)
    return next(state for state in order if state in states)
