"""Comments of source files, without a grammar for each language: which lines are prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LINE_MARK = re.compile(
    r"#|//|--(?!\[\[)|;|%|!|\*|'\s|\"\s+(?=[A-Z])|@?rem\b|dnl\b|\.\.\s|C\s{2,}",
    re.IGNORECASE,
)
#: What opens a comment at the start of a line, and what ends it.
_CLOSERS = {
    '"""': '"""',
    "'''": "'''",
    "/*": "*/",
    "<!--": "-->",
    "<#": "#>",
    "(*": "*)",
    "{-": "-}",
    "--[[": "]]",
    "=pod": "=cut",
    "=head1": "=cut",
    "=begin": "=end",
}
_OPENER = re.compile(rf"[rbu]{{0,2}}({'|'.join(map(re.escape, _CLOSERS))})", re.IGNORECASE)
#: First characters of what the two patterns match; most lines of programs begin with others.
_FIRST = frozenset("#/-;%!*'\"@.<({=rRbBuUdDcC")
_LONG_QUOTES = ('"""', "'''")
#: A comment of more lines than this is a document; the rest of it is left out.
_BLOCK_LIMIT = 1_500


@dataclass(frozen=True, slots=True)
class Block:
    """Comment lines that stand together."""

    #: Number of the first line, from 1.
    first: int
    lines: tuple[str, ...]

    @property
    def last(self) -> int:
        """Number of the last line."""
        return self.first + len(self.lines) - 1


def blocks(
    lines: Sequence[str], asked: Iterable[int], *, line_marks: bool = True
) -> Iterator[Block]:
    """Yield the comments that hold the lines asked for (from 1), each once, in order.

    A line that is no comment has none. One blank line does not end a comment. Without
    ``line_marks`` only comments with a beginning and an end count, as in HTML and Markdown.
    """
    prose = _Prose(lines, line_marks=line_marks)
    done = 0
    for number in sorted(set(asked)):
        if number > done and prose[number]:
            first, done = _extent(prose, number)
            yield Block(first, tuple(lines[first - 1 : done]))


class _Prose:
    """Whether each line is comment, found out as far as somebody asks."""

    def __init__(self, lines: Sequence[str], *, line_marks: bool) -> None:
        self._coming = _prose(lines, line_marks=line_marks)
        self._known: list[bool | None] = []

    def __getitem__(self, number: int) -> bool | None:
        """Return it for a line, from 1; None for a blank line, False beyond both ends."""
        while len(self._known) < number:
            try:
                self._known.append(next(self._coming))
            except StopIteration:
                return False
        return number > 0 and self._known[number - 1]


def _extent(prose: _Prose, number: int) -> tuple[int, int]:
    """Return the first and last line of the comment around a line."""
    first = last = number
    while number - first < _BLOCK_LIMIT and (before := _next(prose, first, -1)):
        first = before
    while last - number < _BLOCK_LIMIT and (after := _next(prose, last, 1)):
        last = after
    return first, last


def _next(prose: _Prose, number: int, step: int) -> int:
    """Return the neighbouring comment line, over at most one blank line; 0 if there is none."""
    for candidate in (number + step, number + 2 * step):
        if (is_comment := prose[candidate]) is not None:
            return candidate if is_comment else 0
    return 0


def _prose(lines: Iterable[str], *, line_marks: bool) -> Iterator[bool | None]:
    """Yield for each line whether it is comment; None for a blank line."""
    closer, is_comment = "", False
    for line in lines:
        start = line.lstrip()
        if closer:
            yield is_comment if start or not is_comment else None
            closer = "" if closer in line else closer
        elif not start:
            yield None
        elif start[0] in _FIRST and (opened := _OPENER.match(start)):
            yield True
            closer, is_comment = _unless_closed(start, opened), True
        elif line_marks and start[0] in _FIRST and _LINE_MARK.match(start):
            yield True
        else:
            yield False
            closer, is_comment = _string_left_open(line), False


def _unless_closed(line: str, opened: re.Match[str]) -> str:
    """Return what ends the comment that a line opens; "" where it ends on the line."""
    closer = _CLOSERS[opened[1].lower()]
    return "" if closer in line[opened.end() :] else closer


def _string_left_open(line: str) -> str:
    """Return the quotes of a long string that begins on a line and does not end there."""
    return next((quotes for quotes in _LONG_QUOTES if line.count(quotes) % 2), "")
