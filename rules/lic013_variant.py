"""The licence text is nobody's known text: a variant of one, or one of its own.

What it finds
    A licence file that is close to a known licence and not the same, with the clauses in which it
    differs; one that holds a known text and further terms; and one in words of no known licence at
    all. The last is answered "cannot determine", so that a licence that nobody knows never reads as
    clean.

Why it matters
    A changed licence looks like the known one and is not: a number of users, a territory, a name to
    display was put in or taken out. Its terms are those that it states, never those of the licence
    that it resembles.

Evidence it needs
    The licence file, and what a comparison with the known texts made of it. The clauses are read
    out of the text itself, by patterns in English and Chinese: what they miss is not told. Where a
    field declares a known licence and the file is in other words, LIC-004 says so; where nothing is
    declared and the file could not be made out at all, LIC-001 does.

Compliant example
    LICENSE holds the text of Apache-2.0 as it is published.

Non-compliant example
    LICENSE holds the MIT text with "if you have more than 100 million monthly active users" in it;
    or "Frobnicate Licence 7" and nothing that is known.

Remedy
    Use a known licence as it is, or give the changed one a name of its own and say what differs. A
    user reads it clause by clause.

Source
    https://spdx.org/licenses/ (matching guidelines); the licences of Kimi K2 and MiniMax-M2, which
    are MIT with a condition.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.clauses import ClauseFacts, Fact, FactKind, declared
from lineage.licences.knowledge import load
from lineage.model import (
    Artifact,
    Exhibit,
    LicenceClause,
    LicenceText,
    Outcome,
    Severity,
    State,
    Tier,
    UnsettledText,
)
from lineage.phrases import places, quoted

from ._clause_words import words
from ._expressions import licences
from ._statements import Statements, binding, declared_here, statements, whole
from ._text_duty import PERMISSIVE

CODE = "LIC-013"
TITLE = "Licence text is a variant, or of no known licence"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "the clauses that differ, as the text itself states them"
REMEDY = "Use a known licence as it is, or give the changed one a name of its own."

#: Beyond this a text is the known one but for what the comparison passes over.
_SAME = 100.0
#: Clauses that are named of each side; the others follow as a number.
_NAMED = 4
#: Fields whose value is free text; a text in other words does not deny them.
_FREE_TEXT = frozenset({"license_name", "readme", "general.license.name"})


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each licence file that is no known text."""
    said = statements(graph, graph.subject)
    near = {t.exhibit.path: t for t in sorted(whole(said.own), key=_closeness) if _is_near(t)}
    for path in sorted(near):
        yield _variant(graph, near[path])
    for text in said.unsettled:
        if text.exhibit.path not in near:
            yield from _unknown(graph, said, text)
    yield from _unrecognised(graph.subject, said)


def _is_near(text: LicenceText) -> bool:
    return not text.exact and text.score < _SAME


def _closeness(text: LicenceText) -> float:
    return text.score


def _variant(graph: LineageGraph, text: LicenceText) -> Outcome:
    """Return the outcome for a text that is close to a known one: the closest of its file."""
    stated = _stated(graph, text.exhibit.path, None)
    licence = load().by_expression(text.expression)
    message = (
        f"{places((text.exhibit,))} of {quoted(graph.subject.name)} is a variant of "
        f"{quoted(text.expression)}: {text.score:.0f} % of their runs of five words are the same"
    )
    added: Sequence[Fact] = ()
    if licence and stated.facts:
        added, missing = stated.differing(declared(licence))
        if added:
            message += f". It {_listed(added)}, which that does not"
        if missing:
            message += f". Not found in it, and in that: {_listed(missing)}"
    elif stated.facts:
        message += f". It {_listed(stated.facts)}"
    shown = (text.exhibit, *_places_of(graph, text.exhibit, added))
    return Outcome(
        graph.subject.id, State.INVESTIGATE, f"{message}.", shown, about=text.exhibit.path
    )


def _unknown(graph: LineageGraph, said: Statements, text: UnsettledText) -> Iterator[Outcome]:
    """Yield the outcome for words that belong to no known licence."""
    path, name = text.exhibit.path, quoted(graph.subject.name)
    held = [own for own in whole(said.own) if own.exhibit.path == path]
    if not held and _is_told(graph, said, text):
        return
    stated = _stated(graph, path, text.exhibit.lines if held else None)
    if held:
        known = " and ".join(dict.fromkeys(quoted(own.expression) for own in held))
        state = State.INVESTIGATE
        message = (
            f"{places((text.exhibit,))} of {name} holds words of no known licence beside {known}"
        )
    else:
        state = State.CANNOT_DETERMINE
        message = (
            f"{places((text.exhibit,))} of {name} is in words of no known licence, so that nobody "
            "can say what it asks for without reading it"
        )
    if stated.facts:
        message += f". It {_listed(stated.facts)}"
    shown = (text.exhibit, *_places_of(graph, text.exhibit, stated.facts))
    yield Outcome(graph.subject.id, state, f"{message}.", shown, about=path)


def _is_told(graph: LineageGraph, said: Statements, text: UnsettledText) -> bool:
    """Say whether LIC-004 tells that the file is not the licence that is declared."""
    return any(
        licences(fact.expression)
        and fact.key not in _FREE_TEXT
        and text.scope in (None, fact.scope)
        and not binding(said, fact.scope)
        for fact in declared_here(said, graph.subject)
    )


def _unrecognised(subject: Artifact, said: Statements) -> Iterator[Outcome]:
    """Yield the outcome for files that are named like a licence and told nothing.

    Where nothing is declared LIC-001 says so, and LIC-002 where a permissive licence is.
    """
    declared_names = declared_here(said, subject)
    permissive = any(licences(fact.expression) & PERMISSIVE for fact in declared_names)
    paths = [entry.path for entry in said.unrecognised]
    if paths and declared_names and not permissive and not whole(said.own):
        where = tuple(map(Exhibit, paths))
        message = (
            f"{places(where)} of {quoted(subject.name)} is named like a licence, and none was "
            "recognised in it."
        )
        yield Outcome(subject.id, State.CANNOT_DETERMINE, message, where, about="unrecognised")


def _stated(graph: LineageGraph, path: str, lines: tuple[int, int] | None) -> ClauseFacts:
    """Return what a file, or some lines of it, states in its own words."""
    kinds = {kind.value: kind for kind in FactKind}
    return ClauseFacts(
        tuple(
            Fact(kinds[clause.kind], clause.value, clause.exhibit.lines or (1, 1))
            for clause in graph.evidence(graph.subject, LicenceClause)
            if clause.exhibit.path == path and clause.kind in kinds
            if _is_within(clause.exhibit.lines, lines)
        )
    )


def _is_within(inner: tuple[int, int] | None, outer: tuple[int, int] | None) -> bool:
    if inner is None or outer is None:
        return True
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _places_of(graph: LineageGraph, text: Exhibit, facts: Sequence[Fact]) -> tuple[Exhibit, ...]:
    """Return where the named clauses stand, if more narrowly than the text itself."""
    lines = {fact.lines for fact in facts[:_NAMED]} - {text.lines}
    clauses = graph.evidence(graph.subject, LicenceClause)
    found = (c.exhibit for c in clauses if c.exhibit.path == text.path)
    return tuple(dict.fromkeys(exhibit for exhibit in found if exhibit.lines in lines))


def _listed(facts: Sequence[Fact]) -> str:
    said = list(dict.fromkeys(map(words, facts)))
    more = [f"{len(said) - _NAMED:,} more"] if len(said) > _NAMED else []
    return ", ".join((*said[:_NAMED], *more))
