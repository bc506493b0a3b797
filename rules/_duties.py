"""Duties of the graph as outcomes: the words and the severity that the rules have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lineage.graph import LineageGraph
from lineage.licences.knowledge import load
from lineage.licences.vocabulary import LicenceClass, Limit
from lineage.model import Obligation, Outcome, Severity, State
from lineage.obligations import asks, descent_words, place_words
from lineage.phrases import quoted

#: What was read in somebody else's account of a licence is not ground enough for more.
_CAP = Severity.MEDIUM


def of_kind(graph: LineageGraph, *kinds: str) -> Iterator[Obligation]:
    """Yield the duties of these kinds."""
    return (duty for duty in graph.obligations if duty.kind in kinds)


def outcomes(
    graph: LineageGraph,
    duties: Iterable[Obligation],
    severity: Severity,
    *,
    remedy: Callable[[Obligation], str | None] = lambda _: None,
) -> Iterator[Outcome]:
    """Yield an outcome for each duty, met or not."""
    for duty in duties:
        yield Outcome(
            graph.subject.id,
            duty.state,
            message(graph, duty),
            duty.exhibits,
            parent=duty.parent,
            about=f"{duty.licence} {duty.id}",
            severity=capped(duty, severity),
            tier=duty.tier,
            clause=place_words(duty),
            remedy=remedy(duty),
        )


def message(graph: LineageGraph, duty: Obligation) -> str:
    """Return the finding: who comes from whom, what is asked where, and what was seen."""
    name, title = quoted(graph.subject.name), place_words(duty)
    verb = "asks" if duty.required else "would like"
    said = f"{name} {descent_words(graph, duty)}, and {title} {verb} {asks(duty)}. {duty.reason}"
    if duty.caveat and duty.state is not State.MET:
        said += f" {duty.caveat}"
    return said


def capped(duty: Obligation, severity: Severity) -> Severity:
    """Return the severity, no higher than the duty's words and its source allow."""
    if not duty.required:
        severity = _lower(severity)
    return min(severity, _CAP, key=lambda one: one.rank) if duty.caveat else severity


def limit_of(duty: Obligation) -> Limit | None:
    """Return which limit on use an entry is about."""
    licence = load().by_id(duty.licence)
    limits = licence.use_limits if licence else ()
    return next((limit.kind for limit in limits if limit.id == duty.id), None)


def class_of(duty: Obligation) -> LicenceClass | None:
    """Return of what class the licence is that a duty stands in."""
    licence = load().by_id(duty.licence)
    return licence.licence_class if licence else None


def _lower(severity: Severity) -> Severity:
    return list(Severity)[max(severity.rank - 1, 0)]
