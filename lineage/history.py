"""How a repository's licence changed from commit to commit, as far as its host tells.

Licence files at the root and the front matter of the card are read at each commit that changed
them, by the scanners that read them today. A version whose words are those of no known licence
says nothing, and no change is told from or to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import TracebackType
from typing import Self

from lineage import walk
from lineage.licences.binding import one_licence
from lineage.licences.places import Role, role_of
from lineage.model import (
    EntryKind,
    Exhibit,
    FileEntry,
    HostFact,
    LicenceDeclared,
    LicenceHistory,
    LicenceText,
    Reading,
    Repo,
    TextForm,
    Unread,
    UnsettledText,
)
from lineage.plugins import Scanner
from lineage.sources import Snapshot, UnreadableError
from lineage.sources.bounds import refuse_larger
from lineage.sources.past import Change, Chronicle, Past

#: The fact that says how far back the history was looked through.
LOOKED_BACK = "history"
#: Commits that are looked through, and contents that are read.
COMMITS, CONTENTS = 500, 40
_CARD = "readme.md"
_PATTERNS = ("*licen[cs]e*", "*copying*", "*agreement*", _CARD)


def with_history(snapshot: Snapshot, reading: Reading, scanners: Sequence[Scanner]) -> Reading:
    """Return the reading with the changes of its licence over time.

    Hosts that tell no history add nothing; where one fails to, that is a gap.
    """
    if not isinstance(snapshot, Chronicle) or not any(_is_told(e.path) for e in reading.files):
        return reading
    try:
        past = snapshot.past(_PATTERNS, COMMITS, CONTENTS)
    except UnreadableError as error:
        gap = Unread("", str(error), error.withheld)
        coverage = replace(reading.coverage, unread=(*reading.coverage.unread, gap))
        return replace(reading, coverage=coverage)
    found = tuple(_changes(snapshot, past, scanners))
    extent = f"{past.commits} commits" + (", all of the main line" if past.is_whole else "")
    said = HostFact(LOOKED_BACK, extent, Exhibit("", url=reading.repo.url))
    coverage = replace(reading.coverage, bytes_read=snapshot.bytes_read)
    return replace(reading, evidence=(*reading.evidence, said, *found), coverage=coverage)


def _is_told(path: str) -> bool:
    is_licence = role_of(path) is Role.LICENCE
    return "/" not in path and (is_licence or path.lower() == _CARD)


def _changes(
    snapshot: Snapshot, past: Past, scanners: Sequence[Scanner]
) -> Iterator[LicenceHistory]:
    """Yield each change from one known licence to another, the latest first."""
    lines: dict[str, list[Change]] = {}
    for change in past.changes:
        if _is_told(change.path):
            lines.setdefault(change.path, []).append(change)
    for path in sorted(lines):
        if lines[path][0].blob:  # what is gone today was taken back as a whole
            yield from _of_line(snapshot, lines[path], past.contents, scanners)


def _of_line(
    snapshot: Snapshot,
    line: Sequence[Change],
    contents: Mapping[str, bytes],
    scanners: Sequence[Scanner],
) -> Iterator[LicenceHistory]:
    """Yield the changes of one file; one that was undone later is none."""
    said = [_said(change, contents, snapshot, scanners) for change in line]
    for place, (later, earlier) in enumerate(pairwise(said)):
        if later is None or earlier is None or later[0] == earlier[0]:
            continue
        if any(now is not None and now[0] == earlier[0] for now in said[:place]):
            continue
        change = line[place]
        exhibit = replace(later[1], url=_page(snapshot.repo, change, later[1]))
        yield LicenceHistory(
            earlier[0], later[0], (change.before or line[place + 1].commit, change.commit), exhibit
        )


def _said(
    change: Change,
    contents: Mapping[str, bytes],
    snapshot: Snapshot,
    scanners: Sequence[Scanner],
) -> tuple[str, Exhibit] | None:
    """Return the licence that a past version is or declares; None where that is not known."""
    content = contents.get(change.blob)
    if content is None:
        return None
    reading = walk.read(_Moment(snapshot, change.path, content), scanners)
    if change.path.lower() == _CARD:
        fields = [f for f in reading.evidence if isinstance(f, LicenceDeclared)]
        told = [f for f in fields if f.key == "license" and f.expression]
        return (told[0].expression or "", told[0].exhibit) if len(told) == 1 else None
    if any(isinstance(fact, UnsettledText) for fact in reading.evidence):
        return None
    texts = [f for f in reading.evidence if isinstance(f, LicenceText) and f.form is TextForm.TEXT]
    known = one_licence(list(dict.fromkeys(text.expression for text in texts)))
    return (known, texts[0].exhibit) if known else None


def _page(repo: Repo, change: Change, exhibit: Exhibit) -> str | None:
    """Return the file's page at the commit of the change, where the host has such pages."""
    if exhibit.url is None or repo.revision is None:
        return None
    return exhibit.url.replace(repo.revision, change.commit)


class _Moment:
    """One file as it stood at one commit: a snapshot for scanners to look at."""

    def __init__(self, snapshot: Snapshot, path: str, content: bytes) -> None:
        """Stand in for the snapshot of today."""
        self.repo = snapshot.repo
        self._today = snapshot
        self.bytes_read = 0
        self._path = path
        self._content = content

    def files(self) -> tuple[FileEntry, ...]:
        """Return the one file."""
        return (FileEntry(self._path, EntryKind.FILE, len(self._content)),)

    def read(self, path: str, limit: int) -> bytes:  # noqa: ARG002 - there is one file
        """Return its content."""
        refuse_larger(len(self._content), limit)
        return self._content

    def read_range(self, path: str, start: int, stop: int) -> bytes:  # noqa: ARG002
        """Return a part of its content."""
        return self._content[start:stop]

    def facts(self) -> tuple[HostFact, ...]:
        """Return nothing: what the host says is of today."""
        return ()

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        """Return the file's page as it is today."""
        return self._today.url_of(path, lines)

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        """Return the snapshot itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing."""
