"""A licence's page: what it grants, asks for and leaves out, clause by clause, and how we know."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.licencebook.layout import paragraph, quotation, row, section
from lineage.licencebook.phrasing import (
    asked,
    circumstances,
    limit_words,
    named,
    source_words,
    territory_words,
    threshold_words,
    train_words,
)
from lineage.licences import knowledge
from lineage.licences.duties import Derivative, Grants, Licence, ObligationTerm
from lineage.licences.field import Plain
from lineage.licences.vocabulary import Strength, Trigger, Verified
from lineage.phrases import counted

_ACTS = {
    Trigger.USE: "use it",
    Trigger.MODIFY: "modify it",
    Trigger.DISTRIBUTE: "give copies to others",
    Trigger.MAKE_AVAILABLE: "let others use it without a copy",
    Trigger.TRAIN_ON_OUTPUTS: "train on what it puts out",
}
_MADE = {
    "finetune": "fine-tunes",
    "adapter": "adapters",
    "merge": "merges",
    "quantized": "quantised forms",
    "distilled": "models trained on its outputs",
    "code": "changed code",
}
_VERIFIED = {
    Verified.FULL_TEXT: "its facts were read in the licence's own full text",
    Verified.SECONDARY: "its facts come from somebody else's account; no finding of high severity "
    "rests on them",
    Verified.UNVERIFIED: "its facts come from one weak source; no finding of high severity rests "
    "on them",
}
_ALIASES = 6


def page(licence: Licence, width: int) -> str:
    """Return the page as text."""
    return "\n".join(_lines(licence, width)) + "\n"


def plain(licence: Licence) -> Plain:
    """Return everything that is known of the licence, as its terms file says it."""
    return {
        "schema_version": "1",
        "knowledge_version": knowledge.version(),
        "licence": knowledge.load().facts(licence.id),
    }


def _lines(licence: Licence, width: int) -> Iterator[str]:
    yield from paragraph(licence.title, width)
    yield ""
    yield from _head(licence, width)
    yield from section("What it grants", _grants(licence.grants, width), width)
    yield from section(
        "What it counts as a derivative", _derivative(licence.derivative, width), width
    )
    yield from section("Other terms for a derivative", _relicense(licence, width), width)
    for triggers in dict.fromkeys(term.on for term in licence.obligations):
        acts = " or ".join(_ACTS[trigger] for trigger in triggers)
        terms = [term for term in licence.obligations if term.on == triggers]
        yield from section(f"Duties of those who {acts}", _duties(licence, terms, width), width)
    yield from section("Thresholds", _thresholds(licence, width), width)
    yield from section("What it leaves out", _left_out(licence, width), width)
    ends = [f"{named(one.event)} (clause {one.clause})" for one in licence.termination]
    yield from section("What ends it", paragraph("; ".join(ends), width, 2), width)
    yield from section(
        "Besides", (line for n in licence.notes for line in row("-", n, width)), width
    )
    yield from section("How this is known", _sources(licence, width), width)


def _head(licence: Licence, width: int) -> Iterator[str]:
    aliases = licence.aliases
    names = list(dict.fromkeys((*aliases.hf, *aliases.names, *aliases.expressions)))
    more = f" and {len(names) - _ALIASES} more" if len(names) > _ALIASES else ""
    covers = [model for cover in licence.covers for model in cover.models]
    facts = (
        ("Id", licence.id),
        ("SPDX", licence.spdx),
        ("Class", licence.licence_class.value),
        ("Family", licence.family),
        ("Licensor", licence.licensor or ""),
        ("Version", licence.version or ""),
        ("Released", licence.released or ""),
        ("Law", licence.law or ""),
        ("Speaks of", ", ".join(licence.scopes)),
        ("Also called", ", ".join(names[:_ALIASES]) + more),
        ("Models", ", ".join(covers)),
    )
    for label, said in facts:
        if said:
            yield from row(label, said, width)


def _grants(grants: Grants | None, width: int) -> Iterator[str]:
    if grants is None:
        return
    acts = ("use", "modify", "distribute", "commercial", "sublicense", "patent")
    said = ", ".join(f"{act} {getattr(grants, act)}" for act in acts)
    yield from row(grants.clause, said, width)
    taken = {True: "may be revoked", False: "may not be revoked", None: "says nothing of revoking"}
    besides = [taken[grants.revocable]]
    if grants.runtime_restriction:
        besides.append("the licensor may restrict usage from afar")
    if grants.updatable:
        besides.append("the licensor may change the terms for those who already hold a licence")
    yield from row("", "; ".join(besides), width)


def _derivative(derivative: Derivative | None, width: int) -> Iterator[str]:
    if derivative is None:
        return
    for label, answer in (("yes", True), ("no", False), ("left open", None)):
        made = [words for key, words in _MADE.items() if getattr(derivative, key) is answer]
        if made:
            yield from row(label, ", ".join(made), width)
    yield from row("clause", derivative.clause, width)
    yield from quotation(derivative.quote, width)


def _relicense(licence: Licence, width: int) -> Iterator[str]:
    if licence.relicense:
        yield from row(licence.relicense.clause, licence.relicense.allowed.value, width)
        yield from quotation(licence.relicense.quote, width)


def _duties(licence: Licence, terms: list[ObligationTerm], width: int) -> Iterator[str]:
    for term in terms:
        verb = "asks" if term.strength is Strength.REQUIRED else "encourages, without asking it,"
        said = f"It {verb} {asked(term)}{circumstances(licence, term)}."
        yield from row(term.clause, said, width)
        yield from quotation(term.quote, width)


def _thresholds(licence: Licence, width: int) -> Iterator[str]:
    for threshold in licence.thresholds:
        yield from row(threshold.clause, threshold_words(licence, threshold), width)
        yield from quotation(threshold.quote, width)


def _left_out(licence: Licence, width: int) -> Iterator[str]:
    said = [
        *((limit.clause, limit_words(limit), limit.quote) for limit in licence.use_limits),
        *((bar.clause, territory_words(bar), bar.quote) for bar in licence.territories),
        *((ban.clause, train_words(ban), ban.quote) for ban in licence.no_train),
    ]
    if policy := licence.use_policy:
        where = f" ({policy.url})" if policy.url else ""
        changes = ", whose changes bind present licensees too" if policy.updatable else ""
        said.append((policy.clause, f"What {policy.name}{where} forbids{changes}.", None))
    for clause, words, quote in said:
        yield from row(clause, words, width)
        yield from quotation(quote, width)


def _sources(licence: Licence, width: int) -> Iterator[str]:
    yield from row("verified", f"{licence.verified}: {_VERIFIED[licence.verified]}", width)
    for text in licence.texts:
        copied = f"{text.part.value} of {counted(text.words, 'word')}, {text.copy} copy"
        yield from row("text", f"{copied}: {source_words(text.source)}", width)
        yield from row("", f"sha256 of its words {text.sha256}", width)
    for cover in licence.covers:
        models = ", ".join(cover.models)
        yield from row("models", f"{models} ({cover.verified}): {cover.source}", width)
    for source in licence.sources:
        yield from row("source", source, width)
