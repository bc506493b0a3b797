"""A permissive licence is named, and its text is not in the repository.

What it finds
    A repository that names a permissive licence (in the card, in a package's metadata, in a weight
    file) without holding its text. One finding for the whole repository, however often the licence
    is named. Where the text is there, that is reported as met, with the file that holds it.

Why it matters
    Permissive licences ask for little, and what they ask for is this: whoever passes the work on
    passes the licence's text and the copyright notice on with it. A repository that holds only a
    tag gives its users nothing to pass on. The finding is low because it is the norm: 95.8 % of
    permissively tagged models lack the text (Jewitt et al. 2026, arXiv 2602.08816).

Evidence it needs
    A licence tag of the card or another declared field, and the licence files. If a licence file
    could not be read, the answer is "cannot determine". Silent where a different licence's text
    stands in the repository: that is LIC-004 or LIC-006.

Compliant example
    README.md says "license: mit"; LICENSE holds the MIT text with "Copyright (c) 2026 Acme".

Non-compliant example
    README.md says "license: mit"; there is no LICENSE, or it says only "see the MIT website".

Remedy
    Add the licence's text, with the copyright line of the holder, as LICENSE.

Source
    MIT, second paragraph; Apache-2.0, section 4(a); BSD-2-Clause and BSD-3-Clause, conditions 1, 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    Kind,
    LicenceDeclared,
    LicenceText,
    Outcome,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.phrases import listed, places, quoted

from ._expressions import lacking, licences
from ._statements import Statements, declared_here, exhibits, statements, whole
from ._text_duty import PERMISSIVE, clauses

CODE = "LIC-002"
TITLE = "Licence text missing for a permissive tag"
SEVERITY = Severity.LOW
TIER = Tier.A
CLAUSE = "MIT second paragraph; Apache-2.0 section 4(a); BSD conditions 1 and 2"
REMEDY = "Add the licence's text, with the holder's copyright line, as LICENSE."


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield one outcome for a repository that names permissive licences."""
    subject = graph.subject
    said = statements(graph, subject)
    declared = declared_here(said, subject)
    permissive = [fact for fact in declared if licences(fact.expression) & PERMISSIVE]
    if permissive:
        yield from _judged(subject, said, permissive)


def _judged(
    subject: Artifact, said: Statements, declared: list[LicenceDeclared]
) -> Iterator[Outcome]:
    texts = whole((*said.own, *said.prose))
    present = frozenset[str]().union(*(licences(text.expression) for text in texts))
    named = frozenset[str]().union(*(licences(d.expression) for d in declared))
    absent = frozenset[str]().union(*(lacking(d.expression, present) for d in declared))
    absent &= PERMISSIVE
    name, where = quoted(subject.name), exhibits(declared)
    scope = declared[0].scope if len({fact.scope for fact in declared}) == 1 else None
    if scope is Scope.CODE:
        name = f"The code of {name}"
    gaps = said.gaps_of(scope)
    held = [text for text in texts if licences(text.expression) & named]
    if not absent and scope is not Scope.CODE and _is_of_code(subject, held):
        return  # LIC-006
    if not absent:
        message = (
            f"{name} is declared {listed(d.value for d in declared)}, and the text of "
            f"{listed(text.expression for text in held)} stands at {places(exhibits(held))}."
        )
        yield Outcome(subject.id, State.MET, message, (*exhibits(held), *where))
    elif not (said.unread or said.unrecognised) and gaps and set(declared) & set(said.fields):
        return  # the file was read and is in other words, which LIC-004 says
    elif gaps:
        message = (
            f"{name} is declared {listed(sorted(absent))} at {places(where)}; whether the text is "
            f"there is not known, since {places(gaps)} could not be read or recognised."
        )
        yield Outcome(subject.id, State.CANNOT_DETERMINE, message, (*gaps, *where))
    elif not texts or present & named:
        message = (
            f"{name} is declared {listed(sorted(absent))} at {places(where)}, and no file of it "
            f"holds the text, which whoever passes it on must include."
        )
        yield Outcome(subject.id, State.UNMET, message, where, clause=clauses(absent))


def _is_of_code(artifact: Artifact, texts: Sequence[LicenceText]) -> bool:
    """Say whether the texts are about the code beside a model, by their files' names."""
    return artifact.kind is Kind.MODEL and all(text.scope is Scope.CODE for text in texts)
