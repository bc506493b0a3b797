"""Licence files: the licences whose texts they hold, and the words that belong to none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lineage.licences.copyrights import statements
from lineage.licences.leftovers import may_be_terms
from lineage.licences.neighbours import beside, variant_of
from lineage.licences.places import PATTERNS as LEGAL_FILES
from lineage.licences.places import Role, notice_kind, role_of, scope_of
from lineage.licences.recognise import Match, Recognition, recognise
from lineage.model import (
    Copyright,
    Evidence,
    NoticeFile,
    NoticeKind,
    Scope,
    TextForm,
    UnsettledText,
)
from lineage.sources.file import SourceFile

from ._licence_texts import licence_texts

NAME = "licence-files"
PATTERNS = LEGAL_FILES
ABOUT = Scope.DOCS

#: Bytes of a notice that are kept.
_NOTICE_LIMIT = 64 << 10
# The licence's own stewards: their line is part of the text, not a claim to the repository.
_STEWARDS = re.compile(
    r"free software foundation|creative commons|linux foundation|perl foundation"
    r"|apache software foundation",
    re.IGNORECASE,
)
# A line that begins a list of what others ask for, in a file that began with the repository's own.
_BUNDLED = re.compile(
    r"third[- ]party|sub-?components?|bundled|incorporates|portions of"
    r"|(?:this|the) (?:software|product|project|repository|distribution|package)"
    r" (?:also )?(?:includes|contains|uses|bundles|depends)"
    r"|following (?:files|components|libraries|software|licenses|code)"
    r"|derived from|adapted from|borrow",
    re.IGNORECASE,
)


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the licences in the file, each with its lines, and what is left unrecognised."""
    role = role_of(file.path)
    if role is None:
        return
    if kind := notice_kind(role):
        yield NoticeFile(kind, file.text[:_NOTICE_LIMIT], file.exhibit())
    recognition = recognise(file.lines)
    matches = _telling(recognition.matches, role)
    yield from _copyrights(file)
    if role is not Role.LICENCE:
        yield from licence_texts(file, matches, scope_of(file.path))
        return
    bundled = _bundled_from(file.lines, matches)
    if bundled:
        lines = (bundled, len(file.lines))
        text = "\n".join(file.lines[bundled - 1 :])[:_NOTICE_LIMIT]
        yield NoticeFile(NoticeKind.THIRD_PARTY, text, file.exhibit(lines))
    yield from _terms(file, recognition, matches, bundled)


def _terms(
    file: SourceFile, recognition: Recognition, matches: Sequence[Match], bundled: int | None
) -> Iterator[Evidence]:
    """Yield the licences of a file, known or nearly known, or else what is left to be asked."""
    scope = scope_of(file.path)
    left = _open_lines(recognition, matches, bundled)
    variant = variant_of(file.lines, left, matches) if left else None
    if variant:
        yield from licence_texts(file, [*beside(variant, matches), variant], scope)
        return
    yield from licence_texts(file, matches, scope)
    if left:
        yield UnsettledText(scope, licence_file=True, exhibit=file.exhibit(left))


def _telling(matches: Sequence[Match], role: Role) -> tuple[Match, ...]:
    """Return the matches without bare names that stand beside a licence, or among notices."""
    if role is Role.LICENCE and all(match.form is not TextForm.TEXT for match in matches):
        return tuple(matches)
    return tuple(match for match in matches if match.form is not TextForm.MENTION)


def _copyrights(file: SourceFile) -> Iterator[Copyright]:
    for statement in statements(file.lines):
        if not _STEWARDS.match(statement.holder):
            exhibit = file.exhibit((statement.line, statement.line))
            yield Copyright(statement.text, statement.holder, exhibit)


def _bundled_from(lines: Sequence[str], matches: Sequence[Match]) -> int | None:
    """Return the line from which a file, after its first licence, lists others' terms.

    Words that announce them count only where terms follow: a clause that somebody added to a
    licence may speak of third parties too.
    """
    texts = [match for match in matches if match.form is TextForm.TEXT]
    for before, after in pairwise(texts):
        for number in range(before.lines[1] + 1, after.lines[0]):
            if _BUNDLED.search(lines[number - 1]):
                return number
    return None


def _open_lines(
    recognition: Recognition, matches: Sequence[Match], bundled: int | None
) -> tuple[int, int] | None:
    """Return what no known text explains: one stretch of lines.

    One stretch, because what stands on both sides of a known passage may be one licence around it.
    Among the terms of bundled works, what stands before a licence introduces it.
    """
    last = matches[-1].lines[1] if matches else 0
    found = [
        left.lines
        for left in recognition.leftovers
        if may_be_terms(left, is_alone=not matches)
        and (bundled is None or not bundled <= left.lines[0] <= last)
    ]
    return (found[0][0], found[-1][1]) if found else None
