"""What one work that the target was made from wants said in a NOTICE file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lineage.licences.knowledge import load
from lineage.licences.vocabulary import Part
from lineage.model import (
    Copyright,
    LicenceText,
    NoticeFile,
    NoticeKind,
    State,
    TextForm,
)
from lineage.obligations import descent_words
from lineage.obligations.words import clause_words
from lineage.phrases import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lineage.licences.duties import Licence
    from lineage.model import Obligation
    from lineage.pipeline import Audit

#: Duties that a NOTICE file can do, or that travel beside it.
HERE = frozenset(
    {"include_license", "retain_notices", "notice_file_literal", "state_changes", "pass_through"}
)
#: The others, in a few words and without the words that they prescribe.
KINDS = {
    "name_prefix": "a prescribed beginning of the model's name",
    "display_text": "words to be displayed",
    "same_license": "the same licence for derivatives",
    "source_disclosure": "an offer of the source",
    "impact_report": "a report on the impact",
    "register": "a registration or an application",
    "content_filter": "a filter or a review of contents",
    "docs": "documentation",
    "mark_outputs": "a mark on what a machine made",
    "threshold": "another licence beyond a threshold",
    "territory": "territories to be kept out of",
    "use_limit": "uses to be left out",
    "use_policy": "a use policy to be kept to",
    "no_train": "no use for making other models better",
}

_LINES = 200
_MOST_NOTICE = 16 << 10
_GITHUB = re.compile(r"github:([\w.-]+)/([\w.-]+)/(.+)@([0-9a-f]{7,40})")


def work(
    audit: Audit, number: int, parent: str, licence_id: str, asked: Sequence[Obligation]
) -> Iterator[list[str]]:
    """Yield the paragraphs about one work under one licence."""
    graph = audit.graph
    artifact = graph.artifact(parent)
    yield [
        f"{number}. {artifact.name}",
        f"   This work {descent_words(graph, asked[0])}.",
        *([f"   {artifact.purl}"] if artifact.purl else []),
        f"   Licence: {asked[0].title}",
    ]
    kinds = {duty.kind for duty in asked}
    for duty in asked:
        if duty.kind == "notice_file_literal":
            yield _literal(duty)
    if lines := _lines(audit, parent):
        yield ["   Copyright lines read in it:", *(f"       {line}" for line in lines)]
    yield from _notices(audit, parent)
    if "retain_notices" in kinds and not lines and graph.reading(artifact) is None:
        yield ["   [Its copyright and other notices: it was not opened. Audit with --against.]"]
    if licence := load().by_id(licence_id):
        yield from _enclosed(audit, parent, licence, asked)
    if "state_changes" in kinds:
        yield _changes(next(duty for duty in asked if duty.kind == "state_changes"))


def _literal(duty: Obligation) -> list[str]:
    choice = "one of these sentences" if len(duty.literals) > 1 else "this sentence"
    strength = "asks for" if duty.required else "encourages"
    return [
        f"   [{clause_words(duty.clause)} {strength} {choice}: {_done(duty)}]",
        *(f"       {literal}" for literal in duty.literals),
    ]


def _done(duty: Obligation) -> str:
    if duty.state is State.MET and duty.exhibits:
        return f"met at {place(duty.exhibits[0])}"
    return duty.state.value


def _lines(audit: Audit, parent: str) -> list[str]:
    found = audit.graph.evidence(audit.graph.artifact(parent), Copyright)
    unique = list(dict.fromkeys(fact.statement for fact in found))
    more = len(unique) - _LINES
    return unique[:_LINES] + ([f"[and {more:,} more]"] if more > 0 else [])


def _notices(audit: Audit, parent: str) -> Iterator[list[str]]:
    """Yield the notice files that were read in the work; their attributions are to be carried."""
    for fact in audit.graph.evidence(audit.graph.artifact(parent), NoticeFile):
        if fact.kind is NoticeKind.USE_POLICY:
            continue
        text = fact.text[:_MOST_NOTICE]
        cut = ["       [cut here]"] if len(fact.text) > _MOST_NOTICE else []
        head = f"   [Its {fact.exhibit.path} says, as far as it pertains to what was taken:]"
        yield [head, *(f"       {line}" for line in text.strip().splitlines()), *cut]


def _enclosed(
    audit: Audit, parent: str, licence: Licence, asked: Sequence[Obligation]
) -> Iterator[list[str]]:
    duties = [duty for duty in asked if duty.kind in ("include_license", "pass_through")]
    if not duties:
        return
    done = "; ".join(f"{clause_words(duty.clause)}: {_done(duty)}" for duty in duties)
    yield [
        f"   The text of the {licence.title} is enclosed in [FILE].",
        f"   [{done}. It is to be had at:",
        *(f"       {source}" for source in _sources(audit, parent, licence)),
        "   ]",
    ]
    if policy := licence.use_policy:
        at = policy.url or "in the licence itself"
        yield [f"   [It takes in the {policy.name} ({clause_words(policy.clause)}): {at}]"]


def _sources(audit: Audit, parent: str, licence: Licence) -> Iterator[str]:
    """Yield where the text is to be had: in the work itself first, then where it was read."""
    known = {licence.spdx, *licence.aliases.expressions}
    for fact in audit.graph.evidence(audit.graph.artifact(parent), LicenceText):
        if fact.form is TextForm.TEXT and fact.expression in known:
            where = fact.exhibit.url or f"{fact.exhibit.path} of the work"
            yield f"{where} (sha256 {fact.exhibit.sha256})"
    if not licence.spdx.startswith("LicenseRef-"):
        yield f"https://spdx.org/licenses/{licence.spdx}.html"
    for text in licence.texts:
        if text.part is Part.LICENCE:
            yield _address(text.source)


def _address(source: str) -> str:
    """Return the address of a source as the knowledge base has it."""
    if found := _GITHUB.fullmatch(source):
        owner, name, path, commit = found.groups()
        return f"https://github.com/{owner}/{name}/blob/{commit}/{path}"
    scheme, _, key = source.partition(":")
    if scheme == "scancode":
        return f"https://scancode-licensedb.aboutcode.org/{key}.html"
    return source


def _changes(duty: Obligation) -> list[str]:
    return [
        f"   [{clause_words(duty.clause)} asks that changes are stated: {_done(duty)}. Fill in:]",
        "   [WHAT WAS CHANGED, by WHOM and on which DATE; name the files.]",
    ]
