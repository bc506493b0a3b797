"""A check in words: what would be broken, clause by clause, and what has to be done in any case."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.licencebook.check import Check, Part
from lineage.licencebook.layout import paragraph, quotation, row, section
from lineage.licencebook.phrasing import (
    asked,
    circumstances,
    limit_words,
    territory_words,
    threshold_words,
    train_words,
)
from lineage.licences import knowledge
from lineage.licences.compatibility import Compatibility, Compatible
from lineage.licences.duties import Licence, ObligationTerm
from lineage.licences.field import Plain
from lineage.model import Obligation, Relation
from lineage.phrases import counted

_MADE = {
    Relation.IDENTICAL: "A copy",
    Relation.QUANTIZED: "A quantised form",
    Relation.FINETUNE: "A fine-tune",
    Relation.ADAPTER: "An adapter",
    Relation.MERGE: "A merge",
    Relation.PRUNED: "A pruned form",
    Relation.RESTRUCTURED: "A restructured form",
    Relation.UPCYCLED: "An upcycled form",
    Relation.DISTILLED: "A model trained on outputs",
    Relation.CODE_COPIED: "Code copied out",
    Relation.CODE_DERIVED: "Code derived",
}
_MATRIX = {
    Compatible.YES: "allows it",
    Compatible.CHECK: "wants it checked",
    Compatible.UNKNOWN: "does not know",
    Compatible.NO: "says that they do not go together",
}
_DISCLAIMER = "This says what the texts ask. It is not legal advice."


def check_page(found: Check, width: int) -> str:
    """Return the answer as text."""
    return "\n".join(_lines(found, width)) + "\n"


def check_plain(found: Check) -> Plain:
    """Return the answer as plain values."""
    relicense = found.parent.relicense
    return {
        "schema_version": "1",
        "knowledge_version": knowledge.version(),
        "parent": found.parent.id,
        "child": found.child.id,
        "relation": found.relation.value,
        "is_derivative": found.is_derivative,
        "breaks": found.is_broken,
        "relicense": {"allowed": relicense.allowed.value, "clause": relicense.clause}
        if relicense
        else None,
        "duties": [
            {
                "part": part.value,
                "kind": duty.kind,
                "clause": duty.clause,
                "trigger": duty.trigger,
                "says": _what(found.parent, duty),
                "reason": duty.reason if part in (Part.BROKEN, Part.DOUBTFUL) else None,
                "literals": list(duty.literals),
                "quote": duty.quote,
            }
            for part, duty in found.duties
        ],
        "matrix": _matrix(found.matrix),
    }


def _matrix(found: Compatibility | None) -> Plain:
    if found is None:
        return None
    return {"verdict": found.verdict.value, "explanation": found.explanation}


def _lines(found: Check, width: int) -> Iterator[str]:
    parent, child = found.parent, found.child
    said = f"{_MADE[found.relation]} of a work under {parent.title}, offered under {child.title}:"
    yield from paragraph(f"{said} {_verdict(found)}", width)
    yield ""
    yield from _derivative(found, width)
    yield from _other_terms(found, width)
    if found.matrix:
        verdict = f"OSADL's matrix {_MATRIX[found.matrix.verdict]}: {found.matrix.explanation}"
        yield from row("Code", verdict, width)
    for title, part in (
        ("What this would break", Part.BROKEN),
        ("What has to be compared by a person", Part.DOUBTFUL),
        ("What the child's licence keeps", Part.KEPT),
        ("What has to be done in any case", Part.TO_DO),
        ("What stays left out, whatever licence is chosen", Part.LEFT_OUT),
        ("What is encouraged and not asked", Part.ENCOURAGED),
    ):
        yield from section(title, _duties(found, part, width), width)
    yield ""
    yield from _reservations(parent, width)
    yield from paragraph(_DISCLAIMER, width)


def _verdict(found: Check) -> str:
    broken = len(found.part(Part.BROKEN)) or found.is_broken
    if broken:
        clauses = dict.fromkeys(duty.clause for duty in found.part(Part.BROKEN))
        named = f" ({', '.join(clauses)})" if clauses else ""
        return f"this would break {counted(int(broken), 'term')} of the parent's licence{named}."
    doubts = len(found.part(Part.DOUBTFUL))
    if doubts:
        return f"{counted(doubts, 'term has', 'terms have')} to be compared by a person."
    return "the child's licence itself breaks none of the terms known here."


def _derivative(found: Check, width: int) -> Iterator[str]:
    derivative = found.parent.derivative
    if derivative is None:
        return
    said = {
        True: "yes, by the parent's own definition",
        False: "no, by the parent's own definition",
        None: "the parent's text leaves it open",
    }[found.is_derivative]
    yield from row("A derivative", f"{said} (clause {derivative.clause})", width)


def _other_terms(found: Check, width: int) -> Iterator[str]:
    relicense = found.parent.relicense
    if relicense is None:
        return
    barred = "; the child's licence is another one" if found.is_barred else ""
    said = f"{relicense.allowed} (clause {relicense.clause}){barred}"
    yield from row("Other terms", said, width)
    yield from quotation(relicense.quote, width)


def _duties(found: Check, part: Part, width: int) -> Iterator[str]:
    for duty in found.part(part):
        hangs = part in (Part.BROKEN, Part.DOUBTFUL)
        what = "" if hangs and duty.kind == "use_limit" else _what(found.parent, duty)
        said = f"{what} {duty.reason}" if hangs else what
        yield from row(duty.clause, said.strip(), width)
        yield from quotation(duty.quote, width)


def _what(parent: Licence, duty: Obligation) -> str:
    """Return what a duty asks, or a limit leaves out, in a sentence."""
    match duty.kind:
        case "threshold":
            return threshold_words(parent, parent.threshold(duty.id))
        case "territory":
            return next(territory_words(one) for one in parent.territories if one.id == duty.id)
        case "use_limit":
            return next(limit_words(one) for one in parent.use_limits if one.id == duty.id)
        case "no_train":
            return next(train_words(one) for one in parent.no_train if one.id == duty.id)
        case "use_policy":
            policy = parent.use_policy
            where = f" ({policy.url})" if policy and policy.url else ""
            return f"What {policy.name if policy else 'its use policy'}{where} forbids."
        case _:
            term = _term(parent, duty)
            return f"It asks {asked(term)}{circumstances(parent, term)}."


def _term(parent: Licence, duty: Obligation) -> ObligationTerm:
    return next(term for term in parent.obligations if term.id == duty.id)


def _reservations(parent: Licence, width: int) -> Iterator[str]:
    if not parent.verified.may_be_high:
        said = f"The terms of {parent.title} were not read in full ({parent.verified})."
        yield from paragraph(said, width)
    if limited := [model for term in parent.obligations for model in term.models]:
        said = f"Duties of the models {', '.join(dict.fromkeys(limited))} alone are left out here."
        yield from paragraph(said, width)
