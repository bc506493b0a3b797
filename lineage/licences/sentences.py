"""The sentences of a licence text, each with the lines it stands on.

A full stop between digits ("3D 2.0"), in an abbreviation ("e.g.") or after a clause number ends no
sentence, and neither does the end of a line or the colon before a list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

#: Characters of a text that are read; the longest of the licences known here has 40,000.
TEXT_LIMIT = 300_000
#: A run without a full stop is cut here: no clause is so long.
SENTENCE_LIMIT = 4_000
_QUOTATION_LIMIT = 500

_MARKUP = re.compile(
    r"\*\*|__|</?(?:ins|b|i|br|p|h\d)\b[^<>]{0,80}>|^\s*(?:>|#{1,6})\s?|\\(?=[.\\*_])"
)
_SPACES = re.compile(r"\s+")
# Where a sentence may end: a stop, closing quotes or brackets, and something that starts anew. The
# stop of "2.0 Community" or of a lone clause number is none, as a digit stands before it.
_END = re.compile(
    r"(?:[!?;]|(?<![0-9])\.)(?:[\"”’)\]]{1,3}(?=\s+[^a-z\s])|(?=\s))"
    r"|(?<=[0-9])\.[\"”’)\]]{0,3}(?=\s+[A-Z(“\"])|[。；]|\n+"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|no|nos|vs|art|sec|cf|v|u\.s|llc|dba)|\b[a-z]|^\W*\d+)\.$",
    re.IGNORECASE,
)
_STARTS_ITEM = re.compile(r"\s*(?:[-*•●]|\(?[a-z0-9]{1,4}[.)]|\([ivx]+\)|[A-Z][A-Z ]{6,})\s")
#: Typographic quotation marks, straightened one for one so that places stay the same.
_STRAIGHT = str.maketrans("\u201c\u201d\u201e\u2018\u2019\u2013\u00a0", '"""\'\'- ')


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with single spaces, as written but for markup."""

    text: str
    #: First and last line, counted from 1.
    lines: tuple[int, int]

    @property
    def straight(self) -> str:
        """Return the sentence with straight quotation marks, of the same length."""
        return self.text.translate(_STRAIGHT)


def sentences_of(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text, of at most ``TEXT_LIMIT`` characters of it."""
    flat, starts = _flattened(text[:TEXT_LIMIT])
    begin = 0
    for stop in _stops(flat):
        piece = flat[begin:stop]
        if written := piece.strip():
            first = begin + len(piece) - len(piece.lstrip())
            lines = (_line(starts, first), _line(starts, first + len(written) - 1))
            yield Sentence(_SPACES.sub(" ", written), lines)
        begin = stop


def _flattened(text: str) -> tuple[str, list[int]]:
    """Return the text with lines joined by spaces and paragraphs by line feeds, and line starts."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    before = ""
    for line in text.splitlines() or [""]:
        plain = _SPACES.sub(" ", _MARKUP.sub("", line)).strip()
        if parts and (not plain or _STARTS_ITEM.match(plain + " ")):
            # An empty line or a list item ends what came before, unless that announces more.
            joint = " " if before.endswith((":", ",", "，", "：")) else "\n"
        else:
            joint = " " if parts else ""
        before = plain or before
        parts.append(joint + plain)
        starts.append(length + len(joint))
        length += len(joint) + len(plain)
    return "".join(parts), starts


def _stops(flat: str) -> Iterator[int]:
    """Yield where each sentence ends, none of them longer than the limit."""
    begin = 0
    for end in (*_ends(flat), len(flat)):
        while end - begin > SENTENCE_LIMIT:
            begin += SENTENCE_LIMIT
            yield begin
        if end > begin:
            yield end
            begin = end


def _ends(flat: str) -> Iterator[int]:
    begin = 0
    for end in _END.finditer(flat):
        written = flat[max(begin, end.end() - SENTENCE_LIMIT) : end.end()]
        if _is_quoting(written) or _ABBREVIATION.search(written[-14:].rstrip('"”’)] ')):
            continue
        begin = end.end()
        yield begin


def _is_quoting(written: str) -> bool:
    """Say whether a quotation is open, and not for so long that its end was forgotten."""
    opened = -1
    if written.count("“") > written.count("”"):
        opened = written.rfind("“")
    elif written.count('"') % 2 and not written.endswith("\n"):
        opened = written.rfind('"')
    return opened >= 0 and len(written) - opened < _QUOTATION_LIMIT


def _line(starts: list[int], place: int) -> int:
    return bisect_right(starts, place)
