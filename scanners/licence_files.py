"""Licence files: the licences whose texts they hold, and the words that belong to none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from lineage.licences.copyrights import statements
from lineage.licences.places import PATTERNS as LEGAL_FILES
from lineage.licences.places import Role, notice_kind, role_of, scope_of
from lineage.licences.recognise import Leftover, Match, recognise
from lineage.licences.speech import grants_or_limits, speaks_of_licence
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
#: Fewer words that speak of a licence are a heading; see ``_adds_terms`` for the exception.
_FEWEST_WORDS = 25
_ADDED_WORDS = 4
# The licence's own stewards: their line is part of the text, not a claim to the repository.
_STEWARDS = re.compile(
    r"free software foundation|creative commons|linux foundation|perl foundation"
    r"|apache software foundation",
    re.IGNORECASE,
)
_LIMITING = re.compile(
    r"\b(?:not|only|must|shall|may|cannot|prohibited|forbidden|except|unless|restrict\w*|commercial\w*"
    r"|non-?commercial\w*|prior|written|required|fee|research)\b|禁止|不得|仅|商业|商用",
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
    yield from licence_texts(file, matches, scope_of(file.path))
    yield from _copyrights(file)
    if role is Role.LICENCE:
        bundled = _bundled_from(file.lines, matches)
        if bundled:
            lines = (bundled, len(file.lines))
            text = "\n".join(file.lines[bundled - 1 :])[:_NOTICE_LIMIT]
            yield NoticeFile(NoticeKind.THIRD_PARTY, text, file.exhibit(lines))
        own = (left for left in recognition.leftovers if not bundled or left.lines[0] < bundled)
        yield from _unsettled(file, own, is_empty=not matches)


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
    """Return the line from which a file, after its first licence, lists others' terms."""
    texts = [match for match in matches if match.form is TextForm.TEXT]
    if not texts:
        return None
    for number in range(texts[0].lines[1] + 1, len(lines) + 1):
        inside = any(m.lines[0] <= number <= m.lines[1] for m in texts)
        if not inside and _BUNDLED.search(lines[number - 1]):
            return number
    return None


def _unsettled(
    file: SourceFile, leftovers: Iterable[Leftover], *, is_empty: bool
) -> Iterator[UnsettledText]:
    """Yield what speaks of a licence and was not recognised: one stretch of lines for the file.

    One stretch, because what stands on both sides of a known passage may be one licence around it.
    """
    open_lines = [left.lines for left in leftovers if _matters(left, is_empty=is_empty)]
    if open_lines:
        lines = (open_lines[0][0], open_lines[-1][1])
        yield UnsettledText(scope_of(file.path), licence_file=True, exhibit=file.exhibit(lines))


def _matters(left: Leftover, *, is_empty: bool) -> bool:
    text = " ".join(left.words)
    if is_empty:
        return speaks_of_licence(text) or len(left.words) >= _FEWEST_WORDS
    if len(left.words) >= _FEWEST_WORDS:
        return speaks_of_licence(text) or grants_or_limits(text)
    return len(left.words) >= _ADDED_WORDS and _LIMITING.search(text) is not None
