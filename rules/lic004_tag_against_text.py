"""The declared licence and the licence file are two different licences.

What it finds
    A repository whose card (or package metadata, or weight file) declares one licence while the
    licence file at its root holds the text of another. Spellings of one licence, a text followed by
    notices of third parties, and GNU licences with and without "or later" agree with each other.

Why it matters
    Nobody knows which of the two was granted. Users rely on the tag, since hubs filter by it; a
    court reads the text. Where the text is the stricter one, every user of the tag is at risk.

Evidence it needs
    A declared field that stands for one known licence, and the text of a licence file recognised
    word for word. A text that is only close to a known one yields a doubt, never a finding.

Compliant example
    README.md says "license: apache-2.0" and LICENSE holds the text of Apache-2.0.

Non-compliant example
    README.md says "license: bsd-3-clause" and LICENSE holds the text of CC-BY-NC-4.0.

Remedy
    The publisher makes both say what was meant. Until then a user keeps to the stricter of the two.

Source
    https://huggingface.co/docs/hub/repositories-licenses; the case of braindecode issue 1139.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import (
    Artifact,
    LicenceDeclared,
    LicenceText,
    Outcome,
    Scope,
    Severity,
    State,
    Tier,
)
from lineage.phrases import listed, places, quoted

from ._expressions import agree, licences
from ._statements import Statements, binding, declared_here, exact, exhibits, statements

CODE = "LIC-004"
TITLE = "Declared licence and licence file disagree"
SEVERITY = Severity.MEDIUM
TIER = Tier.A
CLAUSE = "none: the grant itself is ambiguous"
REMEDY = "Make the declared licence and the licence file name the licence that was meant."

#: Fields whose value is free text: which licence it stands for is our reading of it.
_FREE_TEXT = frozenset({"license_name", "readme", "general.license.name"})


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each declared licence that the licence files deny."""
    subject = graph.subject
    said = statements(graph, subject)
    bound: dict[tuple[LicenceText, ...], list[LicenceDeclared]] = defaultdict(list)
    for fact in declared_here(said, subject):
        if licences(fact.expression):
            bound[_texts(said, fact.scope)].append(fact)
    for texts, facts in bound.items():
        # Of several licences the text is one; the others lack theirs, which LIC-002 says.
        if any(_agree(fact, texts) for fact in facts):
            continue
        if texts:
            yield from _disagreements(subject, said, facts, texts)
        else:
            yield from _unknown_words(subject, said, facts)


def _unknown_words(
    subject: Artifact, said: Statements, facts: list[LicenceDeclared]
) -> Iterator[Outcome]:
    """Yield an outcome where the licence file is in words of no known licence.

    The licence that is declared is known word for word: this is not its plain text.
    """
    fields = [fact for fact in facts if fact.key not in _FREE_TEXT]
    scope = fields[0].scope if fields else None
    unknown = tuple(t.exhibit for t in said.unsettled if t.scope in (None, scope))
    if fields and unknown:
        declared = exhibits(fields)
        message = (
            f"{quoted(subject.name)} is declared {listed(fact.value for fact in fields)} at "
            f"{places(declared)}, and {places(unknown)} is in words that are not that licence's."
        )
        shown = (*declared, *unknown)
        yield Outcome(subject.id, State.INVESTIGATE, message, shown, about="unknown words")


def _disagreements(
    subject: Artifact,
    said: Statements,
    facts: list[LicenceDeclared],
    texts: tuple[LicenceText, ...],
) -> Iterator[Outcome]:
    by_expression: dict[str | None, list[LicenceDeclared]] = defaultdict(list)
    for fact in facts:
        if texts and not _is_code_licence(said, fact, texts):
            by_expression[fact.expression].append(fact)
    for alike in by_expression.values():
        yield _disagreement(subject, said, alike, texts)


def _agree(fact: LicenceDeclared, texts: tuple[LicenceText, ...]) -> bool:
    return any(agree(fact.expression, text.expression) for text in texts)


def _texts(said: Statements, scope: Scope | None) -> tuple[LicenceText, ...]:
    return tuple(text for text in binding(said, scope) if licences(text.expression))


def _is_code_licence(
    said: Statements, fact: LicenceDeclared, texts: tuple[LicenceText, ...]
) -> bool:
    """Say whether what is declared is the licence of the code beside the model: LIC-006."""
    code = binding(said, Scope.CODE)
    return code != texts and _agree(fact, code)


def _disagreement(
    subject: Artifact,
    said: Statements,
    facts: list[LicenceDeclared],
    texts: tuple[LicenceText, ...],
) -> Outcome:
    declared, found = exhibits(facts), exhibits(texts)
    is_sure = exact(texts) and not said.gaps and any(f.key not in _FREE_TEXT for f in facts)
    held = "holds the text of" if exact(texts) else "holds a text close to"
    message = (
        f"{quoted(subject.name)} is declared {listed(fact.value for fact in facts)} at "
        f"{places(declared)}, and {places(found)} {held} {listed(t.expression for t in texts)}."
    )
    state = State.UNMET if is_sure else State.INVESTIGATE
    about = facts[0].expression or ""
    return Outcome(subject.id, state, message, (*declared, *found), about=about)
