"""Two parents have terms that no one licence of the release can meet.

What it finds
    A release made from several parents of which one asks that derivatives stay under its licence
    (share-alike, copyleft), while another asks the same for a licence that the first does not
    allow, limits use in a way that the first does not allow (non-commercial, research), or wants
    use restrictions passed on.

Why it matters
    A merge takes the union of its parents' duties. Where two of them exclude each other there is no
    licence under which the release can be offered, whatever its card says: one parent has to go.

Evidence it needs
    Two derivations that are declared or proved, by both of which the release is a derivative in the
    words of the licence; if that is open for one, it is a doubt.

Compliant example
    A merge of a model under CC-BY-SA-4.0 and one under Apache-2.0, offered under CC-BY-SA-4.0.

Non-compliant example
    A merge of a model under CC-BY-SA-4.0 and one under CC-BY-NC-4.0.

Remedy
    Leave one of the parents out, or ask one of the licensors for other terms.

Source
    CC-BY-SA-4.0, 3(b) and 2(a)(5)(B); GPL-3.0, 5(c), 7 and 10; Gemma Terms of Use, 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.knowledge import load
from lineage.model import Obligation, Outcome, Severity, State, Tier
from lineage.obligations import allows, asks, place_words
from lineage.phrases import quoted

from ._duties import capped, limit_of, of_kind

CODE = "USE-009"
TITLE = "Parents whose terms exclude each other"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the parents' licences on derivatives, such as CC-BY-SA-4.0 3(b) and 2(a)(5)(B)"
REMEDY = "Leave one of the parents out, or ask one of the licensors for other terms."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each two parents whose terms exclude each other."""
    keeping = list(of_kind(graph, "same_license"))
    others = [*keeping, *of_kind(graph, "pass_through", "use_limit")]
    seen: set[frozenset[str]] = set()
    for first in keeping:
        for second in others:
            pair = frozenset({first.licence, second.licence})
            if len(pair) > 1 and pair not in seen and _excludes(first, second):
                seen.add(pair)
                yield _outcome(graph, first, second)


def _excludes(first: Obligation, second: Obligation) -> bool:
    """Say whether what the second asks cannot be had under the first's licence."""
    knowledge = load()
    one, other = knowledge.by_id(first.licence), knowledge.by_id(second.licence)
    if one is None or other is None:
        return False
    if second.kind == "same_license":
        return not (allows(one, other) or allows(other, one))
    if second.kind == "use_limit":
        return all(limit.kind is not limit_of(second) for limit in one.use_limits)
    return True


def _outcome(graph: LineageGraph, first: Obligation, second: Obligation) -> Outcome:
    parents = [quoted(graph.artifact(duty.parent).name) for duty in (first, second)]
    is_open = State.INVESTIGATE in (first.state, second.state)
    message = (
        f"{quoted(graph.subject.name)} is made from {parents[0]} and {parents[1]}: "
        f"{place_words(first)} asks {asks(first)}, and does not allow what "
        f"{place_words(second)} asks, {_said(second)}."
    )
    both: Sequence[Obligation] = (first, second)
    return Outcome(
        graph.subject.id,
        State.INVESTIGATE if is_open else State.UNMET,
        message,
        tuple(dict.fromkeys((*first.exhibits, *second.exhibits))),
        parent=first.parent,
        about=f"{first.licence} {second.licence}",
        severity=min((capped(d, SEVERITY) for d in both), key=lambda one: one.rank),
        tier=max(duty.tier for duty in both),
        clause="; ".join(map(place_words, both)),
    )


def _said(duty: Obligation) -> str:
    limit = limit_of(duty)
    return f"the limit to {limit.value} use" if limit else asks(duty)
