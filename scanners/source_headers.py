"""Source files: their licence headers, copyright lines, and where their code was taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from lineage.headers.lines import lines_with
from lineage.headers.sources import sources
from lineage.licences.code_files import PATTERNS as PROGRAMS
from lineage.licences.comments import Block, blocks
from lineage.licences.copyrights import statements
from lineage.licences.recognise import Leftover, Recognition, recognise
from lineage.licences.speech import grants_or_limits, points_elsewhere
from lineage.model import Attribution, Copyright, Evidence, Scope, TextForm, UnsettledText
from lineage.sources.file import TEXT_LIMIT, SourceFile, decode

from ._licence_texts import licence_texts

#: Documents whose only comments are those of HTML.
_DOCUMENTS = ("*.htm", "*.html", "*.markdown", "*.md")

NAME = "source-headers"
#: Programs, and the configuration files and documents that carry headers as programs do.
PATTERNS = (*PROGRAMS, *_DOCUMENTS, "*.cfg", "*.toml", "*.yaml", "*.yml")
ABOUT = Scope.CODE

#: Lines in which a file's own header stands.
_HEAD_LINES = 200
#: Of a file too large to be read whole, this much of its start is.
_HEAD_BYTES = 256 << 10
#: A comment in the head that grants something in fewer words than this is a remark.
_FEWEST_WORDS = 4
#: Comments of one file that are looked at.
_MOST_COMMENTS = 200
#: A header is seldom longer; only these are remembered, as most files of a tree have the same.
_REMEMBERED_LINES = 60

#: Words without which no line of a comment is about rights.
_SIGNS = (
    "licen",
    "copyright",
    "(c) ",
    "©",
    "permission",
    "redistribut",
    "spdx-",
    "public domain",
    "版权",
    "许可",
)
# Further down a program is full of these words; there it takes a phrase.
_DEEP = re.compile(
    r"licen[cs]ed (?:under|by|to)|licen[cs]e\s*:|under the (?:terms|\w+ licen[cs]e)|copyright\b|©"
    r"|\(c\) (?:19|20)\d\d|permission (?:is|to)|redistributions? |spdx-|public domain|版权|许可"
)


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the licences, copyright statements and attributions in the file's comments."""
    text = _text(file)
    lowered, lines = text.lower(), text.split("\n")
    is_document = f"*.{file.name.lower().rpartition('.')[2]}" in _DOCUMENTS
    asked = _lines_about_rights(lowered, lines)
    comments = blocks(lines, asked, line_marks=not is_document)
    for comment in islice(comments, _MOST_COMMENTS):
        yield from _rights(file, comment, Scope.DOCS if is_document else Scope.CODE)
    if not is_document:
        for one in sources(lowered, lines):
            yield Attribution(one.text, one.source, file.exhibit((one.line, one.line)))


def _text(file: SourceFile) -> str:
    if file.entry.size is not None and file.entry.size > TEXT_LIMIT:
        return decode(file.range(0, _HEAD_BYTES))
    return file.text


def _lines_about_rights(lowered: str, lines: Sequence[str]) -> list[int]:
    return [
        number
        for number in lines_with(lowered, _SIGNS)
        if number <= _HEAD_LINES or _DEEP.search(lines[number - 1].lower())
    ]


def _rights(file: SourceFile, comment: Block, scope: Scope) -> Iterator[Evidence]:
    """Yield what one comment says of licences and copyright."""
    recognition = _recognised(comment)
    in_head = comment.first <= _HEAD_LINES
    matches = [m for m in recognition.matches if in_head or m.form is not TextForm.MENTION]
    yield from licence_texts(file, matches, scope, first=comment.first)
    for statement in statements(comment.lines, comment.first):
        exhibit = file.exhibit((statement.line, statement.line))
        yield Copyright(statement.text, statement.holder, exhibit)
    is_known = any(match.form is not TextForm.MENTION for match in recognition.matches)
    if in_head and not is_known and (left := _unknown_grant(recognition)):
        lines = (left.lines[0] + comment.first - 1, left.lines[1] + comment.first - 1)
        yield UnsettledText(scope, licence_file=False, exhibit=file.exhibit(lines))


def _recognised(comment: Block) -> Recognition:
    if len(comment.lines) > _REMEMBERED_LINES:
        return recognise(comment.lines)
    return _remembered(comment.lines)


@lru_cache(maxsize=1024)
def _remembered(lines: tuple[str, ...]) -> Recognition:
    return recognise(lines)


def _unknown_grant(recognition: Recognition) -> Leftover | None:
    """Return words that grant or limit something, and that nobody knows."""
    for left in recognition.leftovers:
        text = " ".join(left.words)
        if len(left.words) < _FEWEST_WORDS or points_elsewhere(text):
            continue
        if grants_or_limits(text):
            return left
    return None
