"""Source files of others carry a licence whose text is nowhere in the repository.

What it finds
    Source files whose header names another holder than the repository's own and grants a licence
    that asks for its text to travel along, while no file of the repository holds that text. One
    finding for each licence, with the number of files and some of them as exhibits. Where the text
    is there (at the root, in LICENSES, in the vendored folder) it is reported as met. The same
    holds for files whose code was found to be an upstream work's and whose head does not name its
    licence; where the repository's own licence cannot take in upstream's, that is a further doubt.

Why it matters
    Model repositories often carry modelling code that was taken from a library and changed. Keeping
    the header is half of what Apache-2.0, MIT and BSD ask; the other half is a copy of the licence.
    Where the repository's own LICENSE is a model licence, that copy is often missing.

Evidence it needs
    Headers of source files: a copyright line and a grant in the same file. Whose code is foreign is
    judged by the copyright lines of LICENSE, NOTICE and README, by the repository's owner, and in a
    large work by whose name stands on most files. Where none of these tells who the repository's
    own holder is, or a notice names the licence without its text, it is a doubt to look into. It is
    not determined while a licence file could not be read. For code without such a header, a match
    of the code itself.

Compliant example
    modeling_x.py says "Copyright 2024 The Qwen team … Licensed under the Apache License, Version
    2.0"; LICENSE is the model's own licence, and LICENSES/Apache-2.0.txt holds the other.

Non-compliant example
    The same file beside a LICENSE that holds the model's own licence alone.

Remedy
    Add the missing licence text (LICENSES/<identifier>.txt, or a third-party notices file), and
    keep the headers as they are.

Source
    Apache-2.0, section 4(a) and (c); MIT, second paragraph; BSD, conditions 1 and 2; GPL-3.0,
    section 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lineage.graph import LineageGraph
from lineage.model import Artifact, Copyright, Exhibit, LicenceText, Outcome, Severity, State, Tier
from lineage.phrases import counted, listed, places, quoted

from ._copied_code import copied_code, matched
from ._expressions import lacking, licences
from ._holders import OwnHolders, own_holders
from ._statements import Statements, exhibits, granting, statements, whole
from ._text_duty import TEXT_CLAUSES

CODE = "LIC-014"
TITLE = "Embedded third-party code without its licence text"
SEVERITY = Severity.MEDIUM
TIER = Tier.D
CLAUSE = "Apache-2.0 section 4(a); MIT second paragraph; BSD conditions 1 and 2"
REMEDY = "Add the licence's text as LICENSES/<identifier>.txt and keep the headers as they are."

#: Files shown as exhibits: enough to see what is meant.
_SHOWN = 5


@dataclass(slots=True)
class _Foreign:
    """Files of others under one licence."""

    holders: dict[str, None] = field(default_factory=dict)
    headers: dict[str, Exhibit] = field(default_factory=dict)

    def add(self, header: LicenceText, holders: list[str]) -> None:
        self.holders.update(dict.fromkeys(holders))
        self.headers.setdefault(header.exhibit.path, header.exhibit)

    @property
    def shown(self) -> tuple[Exhibit, ...]:
        return tuple(self.headers.values())[:_SHOWN]


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each licence under which the repository holds code of others."""
    subject = graph.subject
    said = statements(graph, subject)
    own = own_holders(graph, subject, said)
    for_all = _licences_of(whole(said.legal))
    # A text in the head of one file goes with that file alone.
    inside = _by_path(whole(said.headers))
    met: dict[str, _Foreign] = defaultdict(_Foreign)
    unmet: dict[str, _Foreign] = defaultdict(_Foreign)
    known = matched(graph)
    foreign = [
        (header, holders)
        for header, holders in _foreign_headers(graph, said, own)
        if not licences(header.expression) <= known.get(header.exhibit.path, frozenset())
    ]
    for header, holders in foreign:
        present = for_all | _licences_of(inside[header.exhibit.path])
        absent = lacking(header.expression, present)
        for licence in absent & TEXT_CLAUSES.keys():
            unmet[licence].add(header, holders)
        for licence in (licences(header.expression) & present) - absent:
            met[licence].add(header, holders)
    for licence in sorted(unmet):
        yield _missing(subject, said, own, licence, unmet[licence])
    for licence in sorted(met.keys() & TEXT_CLAUSES.keys()):
        yield _held(subject, said, own, licence, met[licence])
    told = {header.exhibit.path for header, _ in foreign}
    yield from copied_code(graph, said, for_all, told)


def _by_path(texts: Iterable[LicenceText]) -> dict[str, list[LicenceText]]:
    found: dict[str, list[LicenceText]] = defaultdict(list)
    for text in texts:
        found[text.exhibit.path].append(text)
    return found


def _licences_of(texts: Iterable[LicenceText]) -> frozenset[str]:
    return frozenset[str]().union(*(licences(text.expression) for text in texts))


def _foreign_headers(
    graph: LineageGraph, said: Statements, own: OwnHolders
) -> Iterator[tuple[LicenceText, list[str]]]:
    """Yield the grants of files that name a holder who is not the repository's own."""
    by_path: dict[str, list[str]] = defaultdict(list)
    for statement in graph.evidence(graph.subject, Copyright):
        if not own.include(statement.holder):
            by_path[statement.exhibit.path].append(statement.holder)
    for header in granting(said.headers):
        if holders := by_path.get(header.exhibit.path):
            yield header, holders


def _missing(
    subject: Artifact, said: Statements, own: OwnHolders, licence: str, foreign: _Foreign
) -> Outcome:
    message = f"{_holding(subject, own, foreign)} under {licence} ({places(foreign.shown)})"
    if said.unread:
        hidden = tuple(Exhibit(gap.path) for gap in said.unread)
        message += f"; whether the licence's text is there is not known: {places(hidden)} not read."
        state, shown = State.CANNOT_DETERMINE, (*foreign.shown, *hidden)
    elif naming := [
        text for text in (*said.legal, *whole(said.headers)) if licence in licences(text.expression)
    ]:
        where = exhibits(naming)
        message += f"; {places(where)} speaks of that licence, and no text of it is for all."
        state, shown = State.INVESTIGATE, (*foreign.shown, *where[:_SHOWN])
    else:
        message += ", and no file of it holds the text of that licence."
        state, shown = State.UNMET if own.confirmed else State.INVESTIGATE, foreign.shown
    clause = TEXT_CLAUSES[licence]
    return Outcome(subject.id, state, message, shown, about=licence, clause=clause)


def _held(
    subject: Artifact, said: Statements, own: OwnHolders, licence: str, foreign: _Foreign
) -> Outcome:
    inside = (text for text in said.headers if text.exhibit.path in foreign.headers)
    texts = [t for t in whole((*said.legal, *inside)) if licence in licences(t.expression)]
    where = places(exhibits(texts))
    message = f"{_holding(subject, own, foreign)} under {licence}, with its text at {where}."
    shown = (*exhibits(texts)[:_SHOWN], *foreign.shown)
    clause = TEXT_CLAUSES[licence]
    return Outcome(subject.id, State.MET, message, shown, about=licence, clause=clause)


def _holding(subject: Artifact, own: OwnHolders, foreign: _Foreign) -> str:
    files = counted(len(foreign.headers), "file")
    holders = listed(foreign.holders)
    whose = f"of others ({holders})" if own.confirmed else f"with the copyright line of {holders}"
    return f"{quoted(subject.name)} holds {files} {whose}"
