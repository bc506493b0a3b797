"""Source files: their licence headers, copyright lines, and where their code was taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lineage.licences.code_files import PATTERNS as PROGRAMS
from lineage.licences.comments import Block, blocks
from lineage.licences.copyrights import statements
from lineage.licences.recognise import Recognition, recognise
from lineage.licences.speech import grants_or_limits
from lineage.model import (
    Attribution,
    Copyright,
    Evidence,
    LicenceText,
    Scope,
    TextForm,
    UnsettledText,
)
from lineage.sources.file import TEXT_LIMIT, SourceFile, decode

NAME = "source-headers"
#: Programs, and the configuration files that carry headers as programs do.
PATTERNS = (*PROGRAMS, "*.cfg", "*.toml", "*.yaml", "*.yml")
ABOUT = Scope.CODE

#: Lines in which a file's own header stands.
_HEAD_LINES = 200
#: Of a file too large to be read whole, this much of its start is.
_HEAD_BYTES = 256 << 10
#: A comment in the head that grants something in fewer words than this is a remark.
_FEWEST_WORDS = 4
#: Of one file; a file that says more is a list of works, not a work.
_MOST_ATTRIBUTIONS = 200

#: Words without which no line of a comment is about rights.
_RIGHTS = (
    "licen",
    "copyright",
    "(c) 19",
    "(c) 20",
    "©",
    "permission",
    "redistribut",
    "spdx-",
    "public domain",
    "rights reserved",
    "版权",
    "许可",
)
_TAKEN = (
    "copied from",
    "adapted from",
    "modified from",
    "taken from",
    "ported from",
    "borrowed from",
    "derived from",
    "based on http",
    "based on the http",
    "forked from",
    "code from http",
    "implementation from http",
    "inspired by http",
    "copy of http",
    "source: http",
    "复制自",
    "修改自",
    "改编自",
    "移植自",
)
_URL = re.compile(r"https?://[^\s<>\"'`)\]}，。]+")
_DOTTED = re.compile(r"`?\b([A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,})")
_REPOSITORY = re.compile(r"`?\b([A-Za-z0-9][\w.-]{1,38}/[A-Za-z0-9][\w.-]{1,99})\b")
# What may stand before the attribution on its line: comment marks and words, but no program.
_LEAD = re.compile(r"[\s#/*;%!\-\"'<>|.,:()\w]*", re.ASCII)


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the licences, copyright statements and attributions in the file's comments."""
    text = _text(file)
    lowered, lines = text.lower(), text.split("\n")
    for comment in blocks(lines, _lines_with(lowered, _RIGHTS)):
        yield from _rights(file, comment)
    for number in _lines_with(lowered, _TAKEN)[:_MOST_ATTRIBUTIONS]:
        yield from _attributions(file, lines, number)


def _text(file: SourceFile) -> str:
    if file.entry.size is not None and file.entry.size > TEXT_LIMIT:
        return decode(file.range(0, _HEAD_BYTES))
    return file.text


def _lines_with(text: str, words: Sequence[str]) -> list[int]:
    """Return the numbers of the lines of a lower-case text that hold one of the words."""
    places = sorted({place for word in words for place in _places(text, word)})
    numbers: list[int] = []
    line, seen = 1, 0
    for place in places:
        line += text.count("\n", seen, place)
        seen = place
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def _rights(file: SourceFile, comment: Block) -> Iterator[Evidence]:
    """Yield what one comment says of licences and copyright."""
    recognition = recognise(comment.lines)
    in_head = comment.first <= _HEAD_LINES
    for match in recognition.matches:
        if match.form is TextForm.MENTION and not in_head:
            continue
        yield LicenceText(
            expression=match.expression,
            form=match.form,
            method=match.method,
            exact=match.exact,
            score=match.score,
            scope=Scope.CODE,
            exhibit=file.exhibit(_shifted(match.lines, comment)),
        )
    for statement in statements(comment.lines, comment.first):
        exhibit = file.exhibit((statement.line, statement.line))
        yield Copyright(statement.text, statement.holder, exhibit)
    if in_head and not recognition.matches:
        yield from _unsettled(file, comment, recognition)


def _unsettled(
    file: SourceFile, comment: Block, recognition: Recognition
) -> Iterator[UnsettledText]:
    """Yield a header that grants or limits something in words that nobody knows."""
    for left in recognition.leftovers:
        if len(left.words) >= _FEWEST_WORDS and grants_or_limits(" ".join(left.words)):
            lines = _shifted(left.lines, comment)
            yield UnsettledText(Scope.CODE, licence_file=False, exhibit=file.exhibit(lines))
            return


def _shifted(lines: tuple[int, int], comment: Block) -> tuple[int, int]:
    return (lines[0] + comment.first - 1, lines[1] + comment.first - 1)


def _attributions(file: SourceFile, lines: Sequence[str], number: int) -> Iterator[Attribution]:
    """Yield where the code after a line was taken from."""
    line = lines[number - 1]
    if source := _attribution(line, lines[number] if number < len(lines) else ""):
        statement = line.strip(" \t#/*;%!-\"'")
        yield Attribution(statement[:300], source, file.exhibit((number, number)))


def _attribution(line: str, following: str) -> str | None:
    """Return the source that a line names, or that the line after it names."""
    lowered = line.lower()
    place = min((lowered.find(words) for words in _TAKEN if words in lowered), default=-1)
    if place < 0 or not _LEAD.fullmatch(line[:place]):
        return None
    words = line[place:]
    source = _source(words)
    if source is None and words.rstrip().endswith((":", "from")):
        source = _source(following)
    return source


def _source(words: str) -> str | None:
    if url := _URL.search(words):
        return url.group().rstrip(".,;:")
    named = _DOTTED.search(words) or _REPOSITORY.search(words)
    return named.group(1) if named else None
