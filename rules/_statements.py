"""What a repository says of its own licence, sorted by the kind of place that says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lineage.graph import LineageGraph
from lineage.licences.places import scope_of
from lineage.model import (
    Artifact,
    EntryKind,
    Exhibit,
    FileEntry,
    Kind,
    LicenceDeclared,
    LicenceText,
    NoticeFile,
    NoticeKind,
    Scope,
    TextForm,
    Unread,
    UnsettledText,
)

from ._legal_places import (
    is_card,
    is_for_others,
    is_licence_file,
    is_readme,
    linked_from_root,
    stands_for_all,
)

#: Lines of a passage that is more than a reference. Apache-2.0 without its appendix has fifty.
_LONG = 30


@dataclass(frozen=True, slots=True)
class Statements:
    """What one repository says of its licence."""

    #: Fields of the card, of a package's metadata, of the host; plain sentences of the README.
    declared: tuple[LicenceDeclared, ...]
    #: Texts in licence files that stand for the whole repository.
    own: tuple[LicenceText, ...]
    #: Texts in the README and the card.
    prose: tuple[LicenceText, ...]
    #: Texts in licence files further down, which stand for their own folder.
    nested: tuple[LicenceText, ...]
    #: Texts in files of third-party notices.
    others: tuple[LicenceText, ...]
    #: Headers and tags of all other files.
    headers: tuple[LicenceText, ...]
    #: Licence files that could not be read.
    unread: tuple[Unread, ...]
    #: Passages of licence files for the whole repository that are in words of no known licence.
    unsettled: tuple[UnsettledText, ...]
    #: Cards that could not be read.
    unread_cards: tuple[Unread, ...]
    #: Files at the root that are named like a licence and in which none was recognised.
    unrecognised: tuple[FileEntry, ...]

    @property
    def fields(self) -> tuple[LicenceDeclared, ...]:
        """What machine-readable fields declare, without what the prose of a README says."""
        return tuple(fact for fact in self.declared if fact.key != "readme")

    @property
    def legal(self) -> tuple[LicenceText, ...]:
        """What stands in licence files, notices and the README, in whatever form."""
        return (*self.own, *self.prose, *self.nested, *self.others)

    @property
    def gaps(self) -> tuple[Exhibit, ...]:
        """Where a licence text may stand that nobody has read or recognised."""
        return self.gaps_of(None)

    def gaps_of(self, scope: Scope | None) -> tuple[Exhibit, ...]:
        """Return where a text may stand, unknown to all, that binds one part of the repository."""
        unread = [gap.path for gap in self.unread if _may_bind(scope_of(gap.path), scope)]
        unread += [gap.path for gap in self.unread_cards]
        unknown = (t.exhibit for t in self.unsettled if _may_bind(t.scope, scope))
        entries = (e.path for e in self.unrecognised if _may_bind(scope_of(e.path), scope))
        return (*map(Exhibit, unread), *unknown, *map(Exhibit, entries))


@dataclass(slots=True)
class _Sorted:
    own: list[LicenceText] = field(default_factory=list)
    prose: list[LicenceText] = field(default_factory=list)
    nested: list[LicenceText] = field(default_factory=list)
    others: list[LicenceText] = field(default_factory=list)
    headers: list[LicenceText] = field(default_factory=list)


def statements(graph: LineageGraph, artifact: Artifact) -> Statements:
    """Return what the artifact's repository says of its licence; nothing for one not opened."""
    reading = graph.reading(artifact)
    files = reading.files if reading else ()
    linked = linked_from_root(files)
    bundled = _bundled(graph.evidence(artifact, NoticeFile))
    texts = _sorted(graph.evidence(artifact, LicenceText), linked, bundled)
    unread = reading.coverage.unread if reading else ()
    unsettled = [
        t for t in graph.evidence(artifact, UnsettledText) if is_licence_file(t.exhibit.path)
    ]
    return Statements(
        declared=tuple(filter(_is_of_all, graph.evidence(artifact, LicenceDeclared))),
        own=tuple(texts.own),
        prose=tuple(texts.prose),
        nested=tuple(texts.nested),
        others=tuple(texts.others),
        headers=tuple(texts.headers),
        unread=tuple(place for place in unread if is_licence_file(place.path)),
        unsettled=tuple(t for t in unsettled if stands_for_all(t.exhibit.path, linked)),
        unread_cards=tuple(place for place in unread if is_card(place.path)),
        unrecognised=_unrecognised(
            files, {gap.path for gap in unread} | {t.exhibit.path for t in unsettled}, texts, linked
        ),
    )


def declared_here(said: Statements, artifact: Artifact) -> tuple[LicenceDeclared, ...]:
    """Return the declarations about what the repository holds.

    The README of a code work may tell the licence of a model that is published elsewhere.
    """
    is_code = artifact.kind is Kind.CODE
    return tuple(f for f in said.declared if not (is_code and f.scope is Scope.WEIGHTS))


def whole(texts: Iterable[LicenceText]) -> tuple[LicenceText, ...]:
    """Return those that are a licence, not a reference to one."""
    return tuple(text for text in texts if _is_whole(text))


def granting(texts: Iterable[LicenceText]) -> tuple[LicenceText, ...]:
    """Return those that are a licence or grant one; a bare name grants nothing."""
    return tuple(text for text in texts if text.form is not TextForm.MENTION)


def binding(said: Statements, scope: Scope | None) -> tuple[LicenceText, ...]:
    """Return the licence texts that bind one part of a repository; without a scope, its weights.

    A file of its own (LICENSE-MODEL) goes before the one that stands for everything (LICENSE).
    """
    texts = whole(said.own)
    special = tuple(text for text in texts if text.scope is (scope or Scope.WEIGHTS))
    return special or tuple(text for text in texts if text.scope is None)


def exact(texts: Iterable[LicenceText]) -> bool:
    """Say whether all were recognised word for word."""
    return all(text.exact for text in texts)


def exhibits(facts: Iterable[LicenceText | LicenceDeclared]) -> tuple[Exhibit, ...]:
    """Return where the facts stand, each place once."""
    return tuple(dict.fromkeys(fact.exhibit for fact in facts))


def _bundled(notices: Iterable[NoticeFile]) -> dict[str, int]:
    """Return the line of each licence file from which it gives the terms of bundled parts."""
    return {
        notice.exhibit.path: notice.exhibit.lines[0]
        for notice in notices
        if notice.kind is NoticeKind.THIRD_PARTY and notice.exhibit.lines
        if is_licence_file(notice.exhibit.path)
    }


def _is_bundled(exhibit: Exhibit, bundled: Mapping[str, int]) -> bool:
    first = bundled.get(exhibit.path)
    return first is not None and exhibit.lines is not None and exhibit.lines[0] >= first


def _is_of_all(fact: LicenceDeclared) -> bool:
    """Say whether a field speaks for the release: not the card of some example down the tree."""
    return "/" not in fact.exhibit.path or fact.key.startswith("general.")


def _is_whole(text: LicenceText) -> bool:
    """Say whether a text is the licence itself: by its form, or since no reference is that long."""
    first, last = text.exhibit.lines or (1, 1)
    return text.form is TextForm.TEXT or last - first >= _LONG


def _may_bind(of_file: Scope | None, scope: Scope | None) -> bool:
    return scope is None or of_file in (None, scope)


def _sorted(
    texts: Sequence[LicenceText], linked: frozenset[str], bundled: Mapping[str, int]
) -> _Sorted:
    found = _Sorted()
    for text in texts:
        path = text.exhibit.path
        if is_for_others(path) or _is_bundled(text.exhibit, bundled):
            found.others.append(text)
        elif is_licence_file(path):
            (found.own if stands_for_all(path, linked) else found.nested).append(text)
        elif is_readme(path):
            found.prose.append(text)
        else:
            found.headers.append(text)
    return found


def _unrecognised(
    files: Iterable[FileEntry], spoken_for: set[str], texts: _Sorted, linked: frozenset[str]
) -> tuple[FileEntry, ...]:
    everywhere = (*texts.own, *texts.nested, *texts.others)
    spoken_for = spoken_for | {text.exhibit.path for text in everywhere}
    return tuple(
        entry
        for entry in files
        if entry.kind is not EntryKind.SYMLINK and entry.path not in spoken_for
        if is_licence_file(entry.path) and stands_for_all(entry.path, linked)
    )
