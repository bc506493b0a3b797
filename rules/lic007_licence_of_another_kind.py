"""The licence was written for another kind of work than it is put on.

What it finds
    Weights under a copyleft licence for software (GPL, LGPL, AGPL, MPL, EPL), or code under a
    Creative Commons licence. It is information only. Permissive licences for software on weights
    are passed over: their two conditions, a notice and a text, mean the same for any file.

Why it matters
    A copyleft licence speaks of source code, object code and linking. What the source of a weight
    file is, nobody can say, so that nobody can tell when its terms are kept. Creative Commons
    advises against its licences for software: they say nothing of source code and patents.

Evidence it needs
    A concluded licence, and weights or source files in the repository. Silent where nothing is
    concluded, and for CC0, which is made for any work.

Compliant example
    LICENSE holds Apache-2.0 beside weights; a code repository under MIT.

Non-compliant example
    README.md says "license: gpl-3.0", and the repository holds model.safetensors.

Remedy
    Choose a licence made for the kind of work, or say in the card what "source" means for it.

Source
    https://creativecommons.org/faq/#can-i-apply-a-creative-commons-license-to-software;
    ModelGo (arXiv 2412.11483), warning W1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.licences.code_files import is_source
from lineage.model import (
    Kind,
    LicenceRecord,
    Outcome,
    Scope,
    Severity,
    State,
    Tier,
    WeightFile,
)
from lineage.phrases import listed, places, quoted

from ._expressions import licences

CODE = "LIC-007"
TITLE = "Licence made for another kind of work"
SEVERITY = Severity.INFO
TIER = Tier.A
CLAUSE = "none: a matter of fit (ModelGo, warning W1)"
REMEDY = 'Choose a licence made for the kind of work, or say in the card what "source" means.'

_OF_SOFTWARE = re.compile(r"(?:A|L)?GPL-.*|MPL-.*|EPL-.*|CDDL-.*|EUPL-.*|OSL-.*")
_OF_WORKS = re.compile(r"CC-BY(?:-.*)?")


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each part whose licence is made for another kind of work."""
    weights = graph.licence(graph.subject, Scope.WEIGHTS)
    if weights and graph.evidence(graph.subject, WeightFile):
        what = "weights", "a licence made for software"
        yield from _misfit(graph, weights, _OF_SOFTWARE, *what)
    code = graph.licence(graph.subject, Scope.CODE)
    if code and graph.subject.kind is Kind.CODE and _has_code(graph):
        what = "code", "a licence that Creative Commons advises against for software"
        yield from _misfit(graph, code, _OF_WORKS, *what)


def _has_code(graph: LineageGraph) -> bool:
    reading = graph.reading(graph.subject)
    return any(is_source(entry.path) for entry in reading.files) if reading else False


def _misfit(
    graph: LineageGraph, record: LicenceRecord, kind: re.Pattern[str], part: str, said: str
) -> Iterator[Outcome]:
    named = licences(record.concluded)
    if named and all(kind.fullmatch(name) for name in named):
        where = f" ({places(record.exhibits)})" if record.exhibits else ""
        held = f"{listed(sorted(named))}{where}"
        message = f"{quoted(graph.subject.name)} puts its {part} under {held}, {said}."
        yield Outcome(
            graph.subject.id, State.INVESTIGATE, message, record.exhibits, about=record.scope
        )
