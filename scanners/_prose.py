"""The prose of a README as sentences with their lines.

What is no statement of the author's is left out: code, comments, quoted blocks, images. Headings
are told apart, since they announce and do not state.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

#: Longer "sentences" are tables and lists without ends; they are passed over.
MAX_LENGTH = 1_500
MAX_TITLE = 200
#: The shortest thing that is said: "MIT".
_MIN_LENGTH = 3

_FENCE = re.compile(r"\s*(?:[-*+>]\s+)?(?P<mark>`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s(?P<text>.*)")
_UNDERLINE = re.compile(r"\s{0,3}(?:=+|-{2,})\s*")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"\s{0,3}>")
_IMAGE = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,2000}\)")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,2000}>")
#: The end of a sentence, and not of "v1.5", "e.g." or an initial.
_END = re.compile(r"(?<![\s.][A-Za-z])(?<!e\.g)(?<!i\.e)(?<!etc)[.!?](?=[\s\"')\]]|$)|[。！？；]")
_EMPHASIS = re.compile(r"\*+|(?<!\w)_+|(?<!_)_++(?!\w)|`+")
_HAN_SPACE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the prose."""

    #: Without emphasis marks and with single spaces; links stay as Markdown writes them.
    text: str
    lines: tuple[int, int]
    #: The heading above it, without its marks.
    heading: str


def sentences(lines: Sequence[str], first: int = 1) -> tuple[Sentence, ...]:
    """Return the sentences of Markdown from line ``first`` on."""
    return tuple(
        sentence
        for block, heading in _blocks(_statements_alone(lines, first), first)
        for sentence in _split(block, heading)
    )


def title(lines: Sequence[str], first: int = 1) -> str:
    """Return the first heading from line ``first`` on; "" if there is none."""
    for line in _statements_alone(lines, first):
        if match := _HEADING.fullmatch(line):
            return _plain(match["text"].rstrip("# "))[:MAX_TITLE]
    return ""


def _statements_alone(lines: Sequence[str], first: int) -> list[str]:
    """Return the lines from ``first`` on, blank where they hold code, comments or markup."""
    text = "\n".join(_without_code(lines[first - 1 :]))
    for pattern in (_COMMENT, _IMAGE, _TAG):
        text = pattern.sub(_same_lines, text)
    return text.split("\n")


def _same_lines(match: re.Match[str]) -> str:
    return " " + "\n" * match[0].count("\n")


def _without_code(lines: Sequence[str]) -> Iterator[str]:
    mark = ""
    for line in lines:
        match = _FENCE.match(line)
        if mark:
            closes = match and match["mark"].startswith(mark)
            mark = "" if closes else mark
            yield ""
        elif match:
            mark = match["mark"]
            yield ""
        else:
            yield line


def _blocks(lines: Sequence[str], first: int) -> Iterator[tuple[list[tuple[int, str]], str]]:
    """Yield paragraphs and list items as numbered lines, each with the heading above it."""
    heading = ""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(lines, first):
        match = _HEADING.fullmatch(line)
        if match is None and _UNDERLINE.fullmatch(line) and len(block) == 1:
            heading, block = _plain(block[0][1])[:MAX_TITLE], []
            continue
        begins = match or not line.strip() or _ITEM.match(line) or line.lstrip().startswith("|")
        if begins and block:
            yield block, heading
            block = []
        if match:
            heading = _plain(match["text"].rstrip("# "))[:MAX_TITLE]
        elif line.strip() and not _QUOTE.match(line):
            block.append((number, line))
    if block:
        yield block, heading


def _split(block: Sequence[tuple[int, str]], heading: str) -> Iterator[Sentence]:
    """Yield the sentences of a paragraph."""
    pieces = [line.strip() + " " for _, line in block]
    pieces[0] = _ITEM.sub("", block[0][1], count=1).strip() + " "
    begins = list(accumulate(map(len, pieces[:-1]), initial=0))
    text = "".join(pieces)
    start = 0
    for stop in (*(match.end() for match in _END.finditer(text)), len(text)):
        piece = text[start:stop]
        if _MIN_LENGTH <= len(piece.strip()) <= MAX_LENGTH and (plain := _plain(piece)):
            offset = start + len(piece) - len(piece.lstrip())
            first, last = (block[bisect_right(begins, at) - 1][0] for at in (offset, stop - 1))
            yield Sentence(plain, (first, last), heading)
        start = stop


def _plain(text: str) -> str:
    return _HAN_SPACE.sub("", " ".join(_EMPHASIS.sub("", text).split()))
