"""Comments that say where code came from: "Copied from …", "A port of …", "Based on <URL>".

What only compares, thanks, cites or refers ("similar to", "inspired by", "see", a paper) took no
code, and nor does who takes weights or data: a source that is not stated would turn the direction
of a copy round and credit nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lineage.headers.lines import lines_with
from lineage.headers.taking import (
    AND_URL,
    CHANGED,
    CODE_FILE,
    CODE_HOST,
    ELSE,
    FILE,
    LEAD,
    LINK,
    MARK,
    NAME,
    NEXT_SENTENCE,
    NO_CODE,
    NO_PROGRAM,
    OF_CODE,
    OF_WORKS,
    OPENING,
    PROJECT,
    REPOSITORY,
    SIGNS,
    START,
    TAKEN,
    UNLESS,
    URL,
    USES,
)

#: Of one file; a file that says more is a list of works, not a work.
_MOST = 200
#: Lines of one file that are looked at, and statements of a line.
_MOST_LINES, _MOST_STATEMENTS = 20_000, 6
#: Longest comment that is kept.
_LONGEST = 300
#: Works that one statement names, and the characters that may stand before a URL.
_MOST_NAMED, _FARTHEST = 3, 120
#: Characters before the words that say what was taken.
_NEAR = 60
_LINE_LIMIT = 1_000
#: Words and a path of so many parts are kept together.
_WORK_AND_PATH = 2


@dataclass(frozen=True, slots=True)
class Source:
    """A comment that says where code was taken from."""

    text: str
    #: The URL, path, repository, dotted name or project that it points to.
    source: str
    line: int

    @property
    def place(self) -> str:
        """What it points to without names of classes, which a copier renames."""
        if "/" in self.source:
            return self.source.lower()
        parts = self.source.split(".")
        return ".".join(part for part in parts if part == part.lower()) or self.source.lower()

    @property
    def states_change(self) -> bool:
        """Whether it says that the code is not as it was there."""
        return CHANGED.search(self.text) is not None


def sources(lowered: str, lines: Sequence[str]) -> Iterator[Source]:
    """Yield where the code of a file was taken from, given its text in lower case too."""
    found = 0
    for number in islice(lines_with(lowered, SIGNS), _MOST_LINES):
        line = lines[number - 1][:_LINE_LIMIT]
        for named in _sources_of(line, lines[number : number + 2]):
            found += 1
            yield Source(line.strip(" \t#/*;%!-\"'")[:_LONGEST], named, number)
        if found >= _MOST:
            return


def _sources_of(line: str, following: Sequence[str]) -> Sequence[str]:
    """Return the sources that a line names, or announces for the lines after it."""
    for found in islice(TAKEN.finditer(line), _MOST_STATEMENTS):
        lead, kind = line[: found.start()], str(found.lastgroup)
        if _is_comment(lead):
            own = _sentence(lead)
            if _is_of_code(own, kind) and (named := _Stated(found, own, kind).named(following)):
                return named
    return ()


def _is_comment(lead: str) -> bool:
    if lead.endswith("'") and not lead.endswith("'''"):
        return False
    return LEAD.fullmatch(lead) is not None


def _sentence(lead: str) -> str:
    """Return what stands before the words in the same comment and sentence."""
    mark = max(lead.rfind("#"), lead.rfind("//"))
    return lead[mark + 1 :].rpartition(". ")[2]


def _is_of_code(own: str, kind: str) -> bool:
    """Say whether a statement, by the words before it, is one and speaks of code."""
    if UNLESS.search(own) or (NO_PROGRAM.search(own[-_NEAR:]) and not OF_CODE.search(own)):
        return False
    if kind == "code" and USES.search(own):
        return False
    if kind == "based":
        return OPENING.fullmatch(own) is not None or OF_CODE.search(own) is not None
    return kind not in ("source", "bare") or OPENING.fullmatch(own) is not None


class _Stated:
    """A statement of taking, whose source is to be found."""

    def __init__(self, found: re.Match[str], own: str, kind: str) -> None:
        self.line, self.said, self.own, self.kind = found.string, found.group(), own, kind
        self.words = found.string[found.end() :]

    def named(self, following: Sequence[str]) -> Sequence[str]:
        """Return the sources that it names, on its line or below it."""
        if urls := self._urls():
            return urls
        if self.kind in ("source", "bare"):
            return ()
        name = (self.kind != "code" and self._name()) or self._below(following)
        return (name,) if name else ()

    def _urls(self) -> list[str]:
        url = URL.search(self.words) if "/" in self.words else None
        if url is None or url.start() > _FARTHEST or not self._leads(self.words, url):
            return []
        between = self.words[: url.start()]
        others = list(ELSE.finditer(between))
        if others and not OF_CODE.search(between, others[-1].end()):
            return []
        found = [_plain(url)]
        while url and len(found) < _MOST_NAMED and (more := AND_URL.match(self.words, url.end())):
            url = URL.match(self.words, more.end())
            if url and self._is_code(url.group()):
                found.append(_plain(url))
        return found

    def _leads(self, line: str, url: re.Match[str], before: str = "") -> bool:
        """Say whether a URL is that of code; a link on a word alone says what the word is."""
        if not self._is_code(url.group()):
            return False
        between = before + line[: url.start()]
        if self.kind != "based" or not ("[" in between or "`" in between):
            return True
        return bool(CODE_FILE.search(url.group()) or OF_CODE.search(f"{self.own} {between}"))

    def _is_code(self, url: str) -> bool:
        if NO_CODE.search(url):
            return False
        if self.kind in ("done", "noun", "based", "han") or CODE_FILE.search(url):
            return True
        pattern = {"source": REPOSITORY, "code": CODE_HOST}.get(self.kind)
        return pattern is not None and pattern.match(url) is not None

    def _name(self) -> str | None:
        """Return the path, dotted name, repository or project that follows the words."""
        if "/" in self.words and (file := FILE.match(self.words)):
            whole = file.group("whole")
            is_short = "(" not in whole and len(whole.split()) <= _WORK_AND_PATH
            return whole if is_short else file.group("path")
        of_works = OF_WORKS.match(self.said) is not None
        if named := NAME.match(self.words):
            dotted, repository = named.group("dotted", "repository")
            if dotted and self.kind != "based":
                return dotted
            quoted = of_works and "`" in self.words[: named.start("repository")]
            if repository and (quoted or OPENING.fullmatch(self.own)):
                return repository
        bare = PROJECT.match(self.words) if of_works else None
        return bare.group("name") if bare else None

    def _below(self, following: Sequence[str]) -> str | None:
        """Return the source at the start of the next line, where this one breaks off."""
        rest = self.words.strip(" \t`*")
        is_here = rest.lower().startswith(("here", ":"))
        if not is_here and (len(rest) > _FARTHEST or rest.endswith(tuple(".;?!"))):
            return None
        if any(one.search(rest) for one in (URL, ELSE, NEXT_SENTENCE)):
            return None
        for below in following[: 2 if is_here else 1]:
            if _mark(below) != _mark(self.line):
                return None
            if named := self._at_start(below[:_LINE_LIMIT], rest):
                return named
        return None

    def _at_start(self, line: str, rest: str) -> str | None:
        link = LINK.match(line)
        for start in (START.match(line), link):
            url = URL.match(line, start.end()) if start else None
            if url and self._leads(line, url, self.words):
                return _plain(url)
        at = START.match(line)
        if at is None or rest not in ("", ":", "the") or self.kind not in ("done", "noun"):
            return None
        if not (_mark(line) or "`" in at.group()):
            return None
        if file := FILE.match(line, at.end()):
            return file.group("path")
        name = NAME.match(line, at.end())
        return name.group(str(name.lastgroup)) if name else None


def _plain(url: re.Match[str]) -> str:
    return url.group().rstrip(".,;:")


def _mark(line: str) -> str:
    mark = MARK.match(line)
    return mark.group(1) if mark else ""
