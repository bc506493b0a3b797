"""Comments that say where code came from: "Copied from …", "Adapted from <URL>"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lineage.model import Attribution
from lineage.sources.file import SourceFile

from ._lines import lines_with

#: Of one file; a file that says more is a list of works, not a work.
_MOST = 200

#: Found in a text many times faster than the pattern below, without which no line counts.
_SIGNS = ("ed from", "taken from", "based on", "http", "复制自", "修改自", "改编自", "移植自")
_TAKEN = re.compile(
    r"\b(?:(?:copied|adapted|modified|taken|ported|borrowed|derived|forked) from"
    r"|(?:based on|code from|implementation from|inspired by|copy of|source:) (?:the )?(?=\W?http)"
    r"|based on the (?=http))|复制自|修改自|改编自|移植自",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s<>\"'`)\]}，。]+")
_DOTTED = re.compile(r"`?\b([A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,})")
_REPOSITORY = re.compile(r"`?\b([A-Za-z0-9][\w.-]{1,38}/[A-Za-z0-9][\w.-]{1,99})\b")
# What may stand before it on its line: a comment mark and anything, or words alone.
_LEAD = re.compile(r"\s*[#/*;%!<>|-].*|.*\s(?:#|//).*|[\w\s,:.`'-]*")
_LINE_LIMIT = 1_000


def attributions(file: SourceFile, lowered: str, lines: Sequence[str]) -> Iterator[Attribution]:
    """Yield where the code of a file was taken from, given its text in lower case too."""
    found = 0
    for number in lines_with(lowered, _SIGNS):
        line = lines[number - 1][:_LINE_LIMIT]
        source = _source_of(line, lines[number] if number < len(lines) else "")
        if source and found < _MOST:
            found += 1
            statement = line.strip(" \t#/*;%!-\"'")
            yield Attribution(statement[:300], source, file.exhibit((number, number)))


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
