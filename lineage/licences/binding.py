"""What each licence file at the root of a repository says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lineage.licences.clauses import ClauseFacts, Fact, FactKind, declared
from lineage.licences.knowledge import load
from lineage.licences.places import Role, binds_repository, role_of
from lineage.model import (
    Exhibit,
    LicenceClause,
    LicenceText,
    Method,
    NoticeFile,
    NoticeKind,
    Reading,
    TextForm,
    Unread,
    UnsettledText,
)
from lineage.phrases import place, quoted

#: A text this close to a known one is taken for it where it is also the one that is declared.
_CLOSE = 95.0

_Fact: TypeAlias = LicenceText | UnsettledText | Unread


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What one licence file says."""

    path: str
    #: SPDX expression; None where the file holds words that nobody recognised.
    expression: str | None
    #: A phrase for the reason: "LICENSE is MIT".
    says: str
    #: Licences that its texts come close to without being them.
    close_to: tuple[str, ...]
    exhibits: tuple[Exhibit, ...]


def root_files(reading: Reading) -> tuple[FileTerms, ...]:
    """Return what each licence file at the root says, sorted by path."""
    facts: dict[str, list[_Fact]] = {}
    for fact in reading.evidence:
        if isinstance(fact, (LicenceText, UnsettledText)) and _binds(fact.exhibit.path):
            facts.setdefault(fact.exhibit.path, []).append(fact)
    for gap in reading.coverage.unread:
        if _binds(gap.path):
            facts.setdefault(gap.path, []).append(gap)
    bundled = _bundled(reading)
    return tuple(
        _terms(path, facts[path], bundled.get(path), _stated(reading, path))
        for path in sorted(facts)
    )


def one_licence(found: Sequence[str]) -> str | None:
    """Return what several licences come to where they are one; None where they are not.

    The Lesser GPL 3 is written as additions to the GPL 3, whose text goes with it.
    """
    if len(found) == 1:
        return found[0]
    lesser = [name for name in found if name.startswith("LGPL-3.0")]
    others = [name for name in found if not name.startswith(("LGPL-3.0", "GPL-3.0"))]
    return lesser[0] if len(lesser) == 1 and not others else None


def _binds(path: str) -> bool:
    return binds_repository(path) and role_of(path) is Role.LICENCE


def _bundled(reading: Reading) -> dict[str, int]:
    """Return the line of each licence file from which it lists the terms of bundled parts."""
    return {
        fact.exhibit.path: fact.exhibit.lines[0]
        for fact in reading.evidence
        if isinstance(fact, NoticeFile)
        and fact.kind is NoticeKind.THIRD_PARTY
        and fact.exhibit.lines
        and _binds(fact.exhibit.path)
    }


def _stated(reading: Reading, path: str) -> ClauseFacts:
    """Return what a file states in its own words."""
    kinds = {kind.value: kind for kind in FactKind}
    return ClauseFacts(
        tuple(
            Fact(kinds[fact.kind], fact.value, fact.exhibit.lines or (1, 1))
            for fact in reading.evidence
            if isinstance(fact, LicenceClause) and fact.exhibit.path == path
            if fact.kind in kinds
        )
    )


def _terms(
    path: str, facts: Sequence[_Fact], bundled_from: int | None, stated: ClauseFacts
) -> FileTerms:
    own = [fact for fact in facts if isinstance(fact, LicenceText)]
    own = [text for text in own if not _is_bundled(text.exhibit, bundled_from)]
    exact = _strongest([text for text in own if text.exact])
    near = tuple(text for text in own if not text.exact)
    exhibits = tuple(fact.exhibit for fact in facts if not isinstance(fact, Unread))
    shown = quoted(path)
    if gap := next((fact for fact in facts if isinstance(fact, Unread)), None):
        return FileTerms(path, None, f"{shown} could not be read: {gap.reason}", (), exhibits)
    unsettled = next((fact for fact in facts if isinstance(fact, UnsettledText)), None)
    if near:
        return _nearly(path, near, stated, exhibits)
    if unsettled and any(text.form is TextForm.TEXT for text in exact):
        where = place(unsettled.exhibit)
        says = f"{shown} is {_joined(exact)} with more words at {where}, of no known licence"
        return FileTerms(path, None, says, (), exhibits)
    if unsettled or not exact:
        return FileTerms(path, None, f"{shown} is no licence text that is known", (), exhibits)
    expression = _joined(exact)
    return FileTerms(path, expression, f"{shown} is {expression}", (), exhibits)


def _nearly(
    path: str, near: Sequence[LicenceText], stated: ClauseFacts, exhibits: tuple[Exhibit, ...]
) -> FileTerms:
    best = max(near, key=lambda text: text.score)
    says = f"{quoted(path)} is close to {best.expression} ({best.score:.0f} %) but not the same"
    is_close = best.score >= _CLOSE and not any(_says_otherwise(text, stated) for text in near)
    close = tuple(dict.fromkeys(text.expression for text in near)) if is_close else ()
    return FileTerms(path, None, says, close, exhibits)


def _says_otherwise(text: LicenceText, stated: ClauseFacts) -> bool:
    """Say whether a near text states other facts than the licence: one number is a word of many."""
    licence = load().by_expression(text.expression)
    if licence is None or text.method is not Method.SHINGLES:
        return False
    return any(map(bool, stated.differing(declared(licence))))


def _is_bundled(exhibit: Exhibit, bundled_from: int | None) -> bool:
    if bundled_from is None or exhibit.lines is None:
        return False
    return exhibit.lines[0] >= bundled_from


def _strongest(texts: Sequence[LicenceText]) -> list[LicenceText]:
    """Return the texts of the most telling form: a licence outweighs the names it mentions."""
    for form in (TextForm.TEXT, TextForm.NOTICE, TextForm.TAG, TextForm.MENTION):
        if chosen := [text for text in texts if text.form is form]:
            return chosen
    return []


def _joined(texts: Sequence[LicenceText]) -> str:
    """Return the licences of one file: all of them bind."""
    names = list(dict.fromkeys(text.expression for text in texts))
    if (one := one_licence(names)) is not None:
        return one
    return " AND ".join(f"({name})" if " OR " in name else name for name in names)
