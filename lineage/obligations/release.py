"""What the audited release is seen to carry that can do a duty: texts, notices, words, names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lineage.formats import format_of
from lineage.graph import LineageGraph
from lineage.licences.duties import Licence
from lineage.licences.knowledge import KnowledgeBase
from lineage.licences.places import Role, role_of
from lineage.licences.tags import licences_of
from lineage.model import (
    Artifact,
    Claim,
    ClaimKind,
    Copyright,
    Document,
    Exhibit,
    Host,
    LicenceDeclared,
    LicenceText,
    ModelCard,
    NoticeFile,
    Scope,
    TextForm,
    Unread,
    UnsettledText,
)
from lineage.obligations.literals import folded, line_of
from lineage.obligations.terms import Terms, is_licence, terms_of

#: Texts are kept up to these lengths; a longer one may say more (``lineage.model``).
_NOTICE_KEPT, _DOCUMENT_KEPT = 64 << 10, 256 << 10
_LICENCE_FILES = (Role.LICENCE, Role.NOTICE, Role.THIRD_PARTY)


@dataclass(frozen=True, slots=True)
class Page:
    """A text, folded for search, and where it stands."""

    text: str
    exhibit: Exhibit

    def find(self, literal: str) -> Exhibit | None:
        """Return the place where the page says the words."""
        line = line_of(literal, self.text)
        if line is None:
            return None
        first = self.exhibit.lines[0] - 1 if self.exhibit.lines else 0
        return Exhibit(
            self.exhibit.path,
            lines=(first + line, first + line),
            sha256=self.exhibit.sha256,
            url=self.exhibit.url,
        )


@dataclass(frozen=True, slots=True)
class Release:
    """The audited artifact, as far as duties look at it."""

    artifact: Artifact
    #: What the model is called: the repository's name, which for a directory is only a guess.
    name: str | None
    #: The first heading of its card.
    title: str
    #: What it is offered under, by part.
    terms: dict[Scope, Terms]
    #: Whether weights stand in it; a model on a hub is one whatever is listed.
    passes_weights_on: bool
    notices: tuple[Page, ...]
    documents: tuple[Page, ...]
    texts: tuple[LicenceText, ...]
    declared: tuple[LicenceDeclared, ...]
    copyrights: tuple[Copyright, ...]
    claims: tuple[Claim, ...]
    cards: tuple[ModelCard, ...]
    #: Licence files and notices that nobody has read or recognised.
    legal_gaps: tuple[Exhibit, ...]
    #: Cards and other documents that could not be read, or not to their end.
    document_gaps: tuple[Exhibit, ...]

    def copies(self, licence: Licence) -> tuple[Exhibit, ...]:
        """Return where the whole text of a licence stands."""
        return _places(t for t in self.texts if t.form is TextForm.TEXT and _names(t, licence))

    def mentions(self, licence: Licence) -> tuple[Exhibit, ...]:
        """Return where a licence is named, granted or linked, or stands in full."""
        declared = (d for d in self.declared if _names(d, licence))
        return _places((*declared, *(t for t in self.texts if _names(t, licence))))


def release_of(graph: LineageGraph, knowledge: KnowledgeBase) -> Release:
    """Return what the audited artifact carries."""
    subject = graph.subject
    title = next((card.title for card in _cards(graph) if card.title), "")
    return Release(
        artifact=subject,
        name=_name(graph),
        title=title,
        terms={scope: terms_of(graph, knowledge, subject, scope) for scope in Scope},
        passes_weights_on=_passes_weights_on(graph),
        notices=tuple(_pages(graph.evidence(subject, NoticeFile))),
        documents=tuple(_pages(graph.evidence(subject, Document))),
        texts=graph.evidence(subject, LicenceText),
        declared=graph.evidence(subject, LicenceDeclared),
        copyrights=graph.evidence(subject, Copyright),
        claims=tuple(c for c in graph.evidence(subject, Claim) if c.kind is ClaimKind.BASED_ON),
        cards=_cards(graph),
        legal_gaps=tuple(_legal_gaps(graph)),
        document_gaps=tuple(_document_gaps(graph)),
    )


def _cards(graph: LineageGraph) -> tuple[ModelCard, ...]:
    cards = graph.evidence(graph.subject, ModelCard)
    return tuple(card for card in cards if "/" not in card.exhibit.path)


def _name(graph: LineageGraph) -> str | None:
    """Return the name that the publisher chose; a directory's is anybody's."""
    reading = graph.reading(graph.subject)
    if reading is None or reading.repo.host is Host.LOCAL:
        return None
    return reading.repo.id.rstrip("/").rpartition("/")[2].removesuffix(".git")


def _passes_weights_on(graph: LineageGraph) -> bool:
    reading = graph.reading(graph.subject)
    if reading is None or reading.repo.host.is_hub:
        return True
    return any(format_of(entry.path) for entry in reading.files)


def _pages(texts: Iterable[NoticeFile | Document]) -> Iterator[Page]:
    return (Page(folded(text.text), text.exhibit) for text in texts)


def _names(fact: LicenceText | LicenceDeclared, licence: Licence) -> bool:
    expression = fact.expression or ""
    return any(is_licence(licence, name) for name in licences_of(expression))


def _places(facts: Iterable[LicenceText | LicenceDeclared]) -> tuple[Exhibit, ...]:
    return tuple(dict.fromkeys(fact.exhibit for fact in facts))


def _legal_gaps(graph: LineageGraph) -> Iterator[Exhibit]:
    subject = graph.subject
    for gap in _unread(graph):
        if role_of(gap.path) in _LICENCE_FILES:
            yield Exhibit(gap.path)
    for text in graph.evidence(subject, UnsettledText):
        if text.licence_file:
            yield text.exhibit
    for notice in graph.evidence(subject, NoticeFile):
        if len(notice.text) >= _NOTICE_KEPT:
            yield notice.exhibit


def _document_gaps(graph: LineageGraph) -> Iterator[Exhibit]:
    for gap in _unread(graph):
        name = gap.path.lower()
        if "/" not in gap.path and (name.startswith("readme") or "card" in name):
            yield Exhibit(gap.path)
    for page in graph.evidence(graph.subject, Document):
        if len(page.text) >= _DOCUMENT_KEPT:
            yield page.exhibit


def _unread(graph: LineageGraph) -> tuple[Unread, ...]:
    reading = graph.reading(graph.subject)
    return reading.coverage.unread if reading else ()
