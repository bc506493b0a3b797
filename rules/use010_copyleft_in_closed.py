"""Copyleft code or weights are in a release whose terms leave it closed, or do not take it in.

What it finds
    With an intent to sell or to host in the profile: a release made from a parent under a copyleft
    licence (GPL, AGPL) that is not offered under it, or whose source has to be offered. And without
    any profile: a repository whose licence for the code cannot take in the licence that headers of
    its source files name, by the compatibility matrix of OSADL.

Why it matters
    Copyleft asks for the whole work. In a product it reaches what was meant to stay closed; in a
    repository with a permissive licence it makes the licence file promise what the files do not.

Evidence it needs
    For a parent: a derivation that is declared or proved, and the terms of both. For files: the
    concluded licence of the code and the headers; that is a doubt always, since files may stand
    beside each other without forming one work. Passed over are what the matrix does not know, files
    in folders with a licence file of their own, and licences that bind single files (MPL, LGPL).

Compliant example
    LICENSE is the GPL-3.0, and some files carry MIT headers.

Non-compliant example
    LICENSE is MIT, and src/solver.py carries a GPL-3.0 header.

Remedy
    Offer the work under the copyleft licence, or replace the files that are under it.

Source
    GPL-3.0, 5(c); AGPL-3.0, 13; the Open Source License Checklists of OSADL eG (CC-BY-4.0).
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.licences.compatibility import Compatible, compatible
from lineage.licences.vocabulary import LicenceClass
from lineage.model import Exhibit, Outcome, Scope, Severity, State, Tier
from lineage.phrases import counted, places, quoted

from ._duties import class_of, of_kind, outcomes
from ._expressions import licences, stays_in_its_file
from ._statements import granting, statements

CODE = "USE-010"
TITLE = "Copyleft inside a release under other terms"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "the copyleft licence on derivatives, such as GPL-3.0 5(c)"
REMEDY = "Offer the work under the copyleft licence, or replace the files that are under it."

_KINDS = ("same_license", "source_disclosure")
_COPYLEFT = (LicenceClass.COPYLEFT, LicenceClass.WEAK_COPYLEFT)


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each copyleft parent of a product, and each licence of its files."""
    profile = graph.profile
    if profile and profile.intent and profile.intent.is_commercial:
        duties = [d for d in of_kind(graph, *_KINDS) if class_of(d) in _COPYLEFT]
        yield from outcomes(graph, duties, SEVERITY)
    yield from _of_files(graph)


def _of_files(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield a doubt for each licence in headers that the code's own licence cannot take in."""
    record = graph.licence(graph.subject, Scope.CODE)
    if record is None or record.concluded is None:
        return
    said = statements(graph, graph.subject)
    apart = {posixpath.dirname(text.exhibit.path) for text in said.nested}
    named: dict[str, list[Exhibit]] = defaultdict(list)
    for text in granting(said.headers):
        is_own = not any(text.exhibit.path.startswith(f"{folder}/") for folder in apart)
        if is_own and not licences(text.expression) <= licences(record.concluded):
            named[text.expression].append(text.exhibit)
    for expression in sorted(named):
        answer = compatible(record.concluded, expression)
        if answer.verdict is Compatible.NO and not stays_in_its_file(expression):
            yield _doubt(graph, record.concluded, expression, answer.explanation, named[expression])


def _doubt(
    graph: LineageGraph,
    outbound: str,
    inbound: str,
    explanation: str,
    exhibits: Sequence[Exhibit],
) -> Outcome:
    files = counted(len({exhibit.path for exhibit in exhibits}), "file")
    message = (
        f"The code of {quoted(graph.subject.name)} is offered under {outbound}, and the headers of "
        f"{files} name {inbound} ({places(exhibits)}). {explanation}"
    )
    return Outcome(
        graph.subject.id,
        State.INVESTIGATE,
        message,
        tuple(exhibits),
        about=f"files {inbound}",
        severity=Severity.MEDIUM,
        tier=Tier.D,
        clause=f"{inbound}, by the compatibility matrix of OSADL",
    )
