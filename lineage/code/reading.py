"""Prints of many files: in this process where they are few, over several where they are many."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lineage.code.crew import printed_by_several
from lineage.code.fingerprint import LARGEST
from lineage.code.languages import is_read
from lineage.code.printing import Content, Printed, prints_of
from lineage.code.prints import FilePrint, Passed
from lineage.model import EntryKind, FileEntry, Unread
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot, UnreadableError

#: Below so many files the start of other processes costs more than they save.
_MANY = 300


@dataclass(frozen=True, slots=True)
class Programs:
    """The source files of a snapshot."""

    prints: tuple[FilePrint, ...]
    passed: tuple[Passed, ...]
    #: Those that could not be read.
    unread: tuple[Unread, ...]


def programs(
    snapshot: Snapshot,
    *,
    paths: frozenset[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Programs:
    """Return the prints of a snapshot's source files, or of those named.

    ``jobs`` is how many processes may work; None for as many as there are processors.
    """
    wanted = [one for one in readable(snapshot.files()) if paths is None or one.path in paths]
    (progress or Silent()).stage("fingerprinting code", len(wanted))
    unread: list[Unread] = []
    contents = read_all(snapshot, wanted, unread, progress or Silent())
    found = [one for one, _ in printed(contents, len(wanted), jobs=jobs, heads=False)]
    return Programs(
        tuple(one for one in found if isinstance(one, FilePrint)),
        tuple(one for one in found if isinstance(one, Passed)),
        tuple(unread),
    )


def readable(files: Iterable[FileEntry]) -> list[FileEntry]:
    """Return the entries that are programs whose content is here."""
    return [one for one in files if one.kind is EntryKind.FILE and is_read(one.path)]


def read_all(
    snapshot: Snapshot, files: Iterable[FileEntry], unread: list[Unread], progress: Progress
) -> Iterator[Content]:
    """Yield the content of each file, and note what cannot be read."""
    for entry in files:
        try:
            yield entry.path, snapshot.read(entry.path, LARGEST)
        except UnreadableError as error:
            unread.append(Unread(entry.path, str(error)))
        progress.advance(detail=entry.path)


def printed(
    contents: Iterable[Content], count: int, *, jobs: int | None = None, heads: bool
) -> Iterator[Printed]:
    """Yield the print of each file, in order, with its packed head if ``heads`` are asked for."""
    jobs = jobs or os.cpu_count() or 1
    if count < _MANY or jobs < 2:  # noqa: PLR2004 - one process is this one
        for content in contents:
            yield from prints_of([content], heads=heads)
        return
    yield from printed_by_several(iter(contents), jobs, heads=heads)
