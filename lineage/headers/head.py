"""What the head of a source file says of rights: who holds it, under which licence, what changed.

The head is the run of comments at the top, over a docstring and imports, down to the first line of
code. What stands further down speaks for a part of the file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from lineage.headers.changes import statements_of_change
from lineage.headers.lines import lines_with
from lineage.headers.sources import Source, sources
from lineage.licences.comments import Block, blocks
from lineage.licences.copyrights import Statement, statements
from lineage.licences.recognise import Recognition, recognise
from lineage.model import TextForm

#: Lines in which a head stands.
_HEAD_LINES = 250
#: Characters of a file that are looked at, and of a line.
_LONGEST_TEXT, _LONGEST_LINE = 4 << 20, 2_000
#: Comments of one file that are looked at, and their lines in all.
_MOST_COMMENTS, _MOST_LINES = 100, 3_000
#: Statements that are kept of one file, and their length.
_MOST, _LONGEST = 24, 240
#: A longer comment is not kept in memory for the next file.
_REMEMBERED_LINES = 60

#: Lines of code that may stand above a head, or between its parts.
_PREAMBLE = re.compile(
    r"#!|(?:import|from|package|using|use|namespace|module)\b|#\s*(?:include|pragma|if|ifndef|define"
    r"|endif)|['\"]use strict|<\?|@|__\w+__\s*=|[)\]}];?$|\w+,$",
    re.IGNORECASE,
)
_SIGNS = ("copyright", "(c) ", "©", "spdx-", "licensed under", "license:", "版权", "著作权")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Head:
    """What a source file says of rights."""

    #: Copyright statements of the head.
    statements: tuple[Statement, ...]
    #: SPDX expressions of the licences that the head grants or names.
    licences: tuple[str, ...]
    #: Copyright statements and licences further down.
    below: tuple[Statement, ...]
    licences_below: tuple[str, ...]
    #: Lines that say that the file was changed.
    changes: tuple[str, ...]
    #: Comments anywhere that say where code was taken from.
    sources: tuple[Source, ...]
    #: First and last line of the head that is about rights; None without any.
    lines: tuple[int, int] | None
    #: Of the words of those lines, without numbers; "" without any.
    digest: str
    #: Digests of what all its sources point to, kept where the sources themselves are not.
    places: frozenset[str] = frozenset()

    @property
    def holders(self) -> tuple[str, ...]:
        """Who the head says holds the rights."""
        return tuple(dict.fromkeys(one.holder for one in self.statements))

    @property
    def expression(self) -> str | None:
        """The SPDX expression of all licences of the head; None without any."""
        return _joined(self.licences)

    @property
    def is_empty(self) -> bool:
        """Whether the head says nothing of rights."""
        return not self.statements and not self.licences


def head_of(text: str) -> Head:
    """Return what a source file's text says of rights; bounded, whatever the text is."""
    text = text[:_LONGEST_TEXT]
    lines = [line[:_LONGEST_LINE] for line in text.split("\n")]
    lowered = "\n".join(lines).lower()
    signs = lines_with(lowered, _SIGNS)
    top = list(blocks(lines, range(1, min(len(lines), _HEAD_LINES) + 1)))
    last = _last_of_head(lines, top)
    inside = [block for block in top if block.first <= last]
    above, below = _Said(inside), _Said(list(_below(lines, signs, inside)))
    taken = tuple(sources(lowered, lines))
    return Head(
        statements=above.statements,
        licences=above.licences,
        below=below.statements,
        licences_below=below.licences,
        changes=above.changes,
        sources=taken,
        lines=above.lines,
        digest=_digest(lines, above.about_rights),
        places=frozenset(place_digest(one) for one in taken),
    )


def _last_of_head(lines: Sequence[str], top: Sequence[Block]) -> int:
    """Return the number of the line before the first line of code."""
    comment = {number for block in top for number in range(block.first, block.last + 1)}
    for number, line in enumerate(lines[:_HEAD_LINES], 1):
        start = line.strip()
        if start and number not in comment and not _PREAMBLE.match(start):
            return number - 1
    return min(len(lines), _HEAD_LINES)


def _below(lines: Sequence[str], signs: Sequence[int], inside: Sequence[Block]) -> Iterator[Block]:
    """Yield the comments about rights that are not in the head."""
    known = {block.first for block in inside}
    found = (block for block in blocks(lines, signs) if block.first not in known)
    seen = 0
    for block in islice(found, _MOST_COMMENTS):
        seen += len(block.lines)
        if seen > _MOST_LINES:
            return
        yield block


class _Said:
    """What some comments say together."""

    def __init__(self, comments: Sequence[Block]) -> None:
        found: dict[tuple[str, int], Statement] = {}
        licences: dict[str, None] = {}
        changes: dict[str, None] = {}
        about: set[int] = set()
        for block in comments[:_MOST_COMMENTS]:
            stated = [_cut(one) for one in statements(block.lines, block.first)]
            recognition = _recognised(block)
            granted = [m for m in recognition.matches if m.form is not TextForm.MENTION]
            found.update(((one.text, one.line), one) for one in stated)
            licences.update(dict.fromkeys(match.expression for match in granted))
            changes.update(dict.fromkeys(statements_of_change(_own_words(block, recognition))))
            about.update(one.line for one in stated)
            for match in granted:
                about.update(number + block.first - 1 for number in _range(match.lines))
        self.statements = tuple(found.values())[:_MOST]
        self.licences = tuple(licences)[:_MOST]
        self.changes = tuple(change[:_LONGEST] for change in changes)[:_MOST]
        #: The lines that say something of rights.
        self.about_rights = sorted(about)

    @property
    def lines(self) -> tuple[int, int] | None:
        """First and last line of what is about rights."""
        if not self.about_rights:
            return None
        return self.about_rights[0], self.about_rights[-1]


def _own_words(block: Block, recognition: Recognition) -> list[str]:
    """Return the lines that belong to no known licence: those speak of changes in general."""
    taken: set[int] = set()
    for match in recognition.matches:
        taken.update(_range(match.lines))
    return [line for number, line in enumerate(block.lines, 1) if number not in taken]


def _cut(statement: Statement) -> Statement:
    return Statement(statement.text[:_LONGEST], statement.holder[:_LONGEST], statement.line)


def _recognised(block: Block) -> Recognition:
    text = "\n".join(block.lines).lower()
    if not any(sign in text for sign in ("licen", "spdx", "permission", "redistrib", "domain")):
        return Recognition((), ())
    return recognise(block.lines) if len(block.lines) > _REMEMBERED_LINES else _known(block.lines)


@lru_cache(maxsize=1024)
def _known(lines: tuple[str, ...]) -> Recognition:
    return recognise(lines)


def place_digest(source: Source) -> str:
    """Return four letters that stand for what a comment points to."""
    place = source.place.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(place, digest_size=2).hexdigest()


def _range(lines: tuple[int, int]) -> range:
    return range(lines[0], lines[1] + 1)


def _digest(lines: Sequence[str], about: Sequence[int]) -> str:
    words = [word for number in about for word in _WORD.findall(lines[number - 1])]
    if not words:
        return ""
    text = " ".join(words).lower().encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=8).hexdigest()


def _joined(licences: Sequence[str]) -> str | None:
    if len(licences) < 2:  # noqa: PLR2004 - one needs no brackets
        return licences[0] if licences else None
    return " AND ".join(f"({one})" if " " in one else one for one in sorted(licences))
