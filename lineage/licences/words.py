"""A text as words: what two copies of a licence have in common once their layout is taken away.

Case, punctuation, comment marks, line breaks and quotation marks are no words. Spellings that the
SPDX matching guidelines hold to be equal are one word
(https://spdx.github.io/spdx-spec/v2.3/license-matching-guidelines-and-templates). The tool that
builds the index and the recogniser read texts through this module alone, so that what is equal here
is equal there.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from lineage.licences.copyrights import is_copyright_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: More words than a text of the largest size that is read can hold; the longest known licence has
#: 14,132.
WORD_LIMIT = 1_500_000
#: Characters; the scanners read no text whole that is larger than this.
TEXT_LIMIT = 4 << 20

_ASCII_WORD = re.compile(r"[a-z0-9]+\+?")
# Chinese and Japanese are written without spaces: there each character is a word.
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_ANY_WORD = re.compile(rf"[{_IDEOGRAPH}]|[^\W_{_IDEOGRAPH}]+\+?")

_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|body|br|center|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img|li"
    r"|link|meta|ol|p|pre|small|span|strong|sub|sup|table|tbody|td|th|title|tr|tt|u|ul)"
    r"(?:\s[^<>]{0,400})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_MARKS = str.maketrans({"©": "(c)", "®": " ", "™": " ", "℠": " ", "\u00ad": None})

#: Comment marks and remains of markup that look like words.
_NO_WORDS = frozenset({"amp", "br", "dnl", "gt", "lt", "nbsp", "quot", "rem"})
_SAME = {
    "acknowledgement": "acknowledgment",
    "acknowledgements": "acknowledgments",
    "favour": "favor",
    "fulfil": "fulfill",
    "https": "http",
    "judgement": "judgment",
    "licence": "license",
    "licenced": "licensed",
    "licences": "licenses",
    "licencing": "licensing",
    "organisation": "organization",
    "organisations": "organizations",
    "sublicence": "sublicense",
    "wilful": "willful",
}


#: Stands for a name; has a character that no word has.
_NAME = "<name>"
_SOME = r"((?:(?!not\b|nor\b|you\b|unless\b|except\b|if\b)\S+ ){1,24}?)"
# Where the BSD, MIT and X11 licences name who holds the rights. The SPDX list marks these places as
# ones that may be filled in without making another licence.
_NAMED = re.compile(
    rf"\bneither (?:the )?names? of {_SOME}(?=nor\b)|\b(?:provided|furnished) by {_SOME}(?=as is\b)"
    rf"|\bin no event (?:shall|will) {_SOME}(?=be (?:held )?(?:liable|responsible)\b)"
    rf"|\bnames? of {_SOME}(?=(?:shall|may|must) not be used\b)"
)
_NAMED_WORDS = frozenset({"liable", "neither", "furnished", "name", "names", "responsible"})


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order, each with the line it stands on."""

    words: tuple[str, ...]
    #: Line of each word, counted from 1.
    lines: NDArray[np.int32]
    #: Place of each word in the text that these words were taken from.
    places: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.words)

    @property
    def ids(self) -> NDArray[np.uint64]:
        """A number for each word, the same in every process."""
        return np.fromiter(map(_number, self.words), dtype=np.uint64, count=len(self.words))

    def at(self, places: NDArray[np.intp]) -> Words:
        """Return the words at some of the places."""
        kept = tuple(self.words[place] for place in places.tolist())
        return Words(kept, self.lines[places], self.places[places])

    def without(self, names: Sequence[tuple[int, int]]) -> Words:
        """Return the words with each of the given runs made one word that no text has."""
        first = {start for start, _ in names}
        rest = {place for start, stop in names for place in range(start + 1, stop)}
        kept = [place for place in range(len(self.words)) if place not in rest]
        words = tuple(_NAME if place in first else self.words[place] for place in kept)
        return Words(words, self.lines[kept], self.places[kept])

    def digest(self, start: int, stop: int) -> int:
        """Return a hash of a run of words that nobody can aim at."""
        run = "\n".join(self.words[start:stop]).encode()
        return int.from_bytes(blake2b(run, digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Text:
    """A text read as words, with and without its copyright statements.

    A copyright statement stands between the words of many a notice without being one of them;
    whether it is one is not known before the notice is recognised.
    """

    words: Words
    #: Whether a word stands on a line that is a copyright statement and nothing else.
    in_statement: NDArray[np.bool_]

    def is_statement_but_for(self, start: int, stop: int) -> bool:
        """Say whether all words outside of a run stand in copyright statements."""
        return bool(self.in_statement[:start].all() and self.in_statement[stop:].all())

    def readings(self) -> Iterator[Words]:
        """Yield the words as they stand; then, where that differs, without statements and names."""
        plain = self.words
        yield plain
        if self.in_statement.any():
            plain = plain.at(np.flatnonzero(~self.in_statement))
            yield plain
        if names := _names(plain.words):
            yield plain.without(names)


def texts_of(lines: Sequence[str]) -> Iterator[Text]:
    """Yield a text as it stands and, where it has HTML markup, the text without it.

    At most ``TEXT_LIMIT`` characters and ``WORD_LIMIT`` words are read.
    """
    for plain in _without_markup(_bounded(lines)):
        words = words_of(plain)
        is_statement = np.fromiter(map(is_copyright_line, plain), dtype=np.bool_, count=len(plain))
        yield Text(words, is_statement[words.lines - 1])


def words_of(lines: Sequence[str]) -> Words:
    """Return the words of a text given as lines, up to ``WORD_LIMIT`` of them."""
    words: list[str] = []
    counts: list[int] = []
    for line in lines:
        found = _words_of_line(line)
        words.extend(found)
        counts.append(len(found))
        if len(words) > WORD_LIMIT:
            break
    numbers = np.repeat(np.arange(1, len(counts) + 1, dtype=np.int32), counts)[:WORD_LIMIT]
    return Words(tuple(words[:WORD_LIMIT]), numbers, np.arange(len(numbers)))


def _bounded(lines: Sequence[str]) -> Sequence[str]:
    kept: list[str] = []
    room = TEXT_LIMIT
    for line in lines:
        if room <= 0:
            break
        kept.append(line[:room])
        room -= len(line) + 1
    return kept


def _names(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a text names who holds the rights, as runs of words."""
    if _NAMED_WORDS.isdisjoint(words):
        return []
    text = " ".join(words)
    found = []
    for match in _NAMED.finditer(text):
        number = match.lastindex or 0
        start = text.count(" ", 0, match.start(number))
        found.append((start, start + match[number].count(" ")))
    return found


def _words_of_line(line: str) -> list[str]:
    if line.isascii():
        found = _ASCII_WORD.findall(line.lower())
    else:
        plain = unicodedata.normalize("NFKC", line.translate(_MARKS))
        found = _ANY_WORD.findall(plain.lower())
    if not (_NO_WORDS.isdisjoint(found) and _SAME.keys().isdisjoint(found)):
        found = [_SAME.get(word, word) for word in found if word not in _NO_WORDS]
    return found


def _without_markup(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    yield lines
    text = "\n".join(lines)
    plain = _TAG.sub(_line_breaks, text) if "<" in text else text
    if "&" in plain and _ENTITY.search(plain):
        plain = _ENTITY.sub(_character, plain)
    if plain != text:
        yield plain.split("\n")


def _line_breaks(tag: re.Match[str]) -> str:
    """Return what keeps the line numbers right where a tag spans lines."""
    return "\n" * tag.group().count("\n") or " "


def _character(entity: re.Match[str]) -> str:
    """Return what an entity stands for; never a line break, which would shift the lines."""
    return html.unescape(entity.group()).replace("\n", " ").replace("\r", " ")


@lru_cache(maxsize=1 << 16)
def _number(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")
