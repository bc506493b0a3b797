"""Comments that say where code came from: "Copied from …", "Adapted from <URL>"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineage.headers.lines import lines_with

#: Of one file; a file that says more is a list of works, not a work.
_MOST = 200
#: Longest comment that is kept.
_LONGEST = 300

#: Found in a text many times faster than the pattern below, without which no line counts.
_SIGNS = ("ed from", "taken from", "based on", "http", "复制自", "修改自", "改编自", "移植自")
_TAKEN = re.compile(
    r"\b(?:(?:copied|adapted|modified|taken|ported|borrowed|derived|forked) from"
    r"|(?:based on|code from|implementation from|inspired by|copy of|source:) (?:the )?(?=\W?http)"
    r"|based on the (?=http))|复制自|修改自|改编自|移植自",
    re.IGNORECASE,
)
#: Words that say that what was taken was changed as well.
_CHANGED = re.compile(
    r"(?:adapted|modified|ported|derived|forked) from|修改自|改编自|移植自", re.IGNORECASE
)
_URL = re.compile(r"https?://[^\s<>\"'`)\]}，。]+")
_DOTTED = re.compile(r"`?\b([A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,})")
_REPOSITORY = re.compile(r"`?\b([A-Za-z0-9][\w.-]{1,38}/[A-Za-z0-9][\w.-]{1,99})\b")
# What may stand before it on its line: a comment mark and anything, or words alone.
_LEAD = re.compile(r"\s*[#/*;%!<>|-].*|.*\s(?:#|//).*|[\w\s,:.`'-]*")
_LINE_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """A comment that says where code was taken from."""

    text: str
    #: The URL or dotted name it points to.
    source: str
    line: int

    @property
    def place(self) -> str:
        """What it points to without names of classes, which a copier renames."""
        if "//" in self.source:
            return self.source.lower()
        parts = self.source.split(".")
        return ".".join(part for part in parts if part == part.lower()) or self.source.lower()

    @property
    def states_change(self) -> bool:
        """Whether it says that the code is not as it was there."""
        return _CHANGED.search(self.text) is not None


def sources(lowered: str, lines: Sequence[str]) -> Iterator[Source]:
    """Yield where the code of a file was taken from, given its text in lower case too."""
    found = 0
    for number in lines_with(lowered, _SIGNS):
        line = lines[number - 1][:_LINE_LIMIT]
        named = _source_of(line, lines[number] if number < len(lines) else "")
        if named and found < _MOST:
            found += 1
            yield Source(line.strip(" \t#/*;%!-\"'")[:_LONGEST], named, number)


def _source_of(line: str, following: str) -> str | None:
    """Return the source that a line names, or announces for the line after it."""
    found = _TAKEN.search(line)
    if found is None or not _LEAD.fullmatch(line[: found.start()]):
        return None
    words = line[found.start() :]
    source = _named(words)
    if source is None and words.rstrip().endswith((":", "from")):
        source = _named(following[:_LINE_LIMIT])
    return source


def _named(words: str) -> str | None:
    if url := _URL.search(words):
        return url.group().rstrip(".,;:")
    named = _DOTTED.search(words) or _REPOSITORY.search(words)
    return named.group(1) if named else None
