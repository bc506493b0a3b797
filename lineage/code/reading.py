"""Prints of many files: in this process where they are few, over several where they are many."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeAlias

from lineage.code.fingerprint import LARGEST, fingerprint
from lineage.code.languages import is_read
from lineage.code.prints import FilePrint, Passed
from lineage.headers import head_of, packed
from lineage.model import EntryKind, FileEntry, Unread
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot, UnreadableError
from lineage.sources.file import decode

#: Below so many files the start of other processes costs more than they save.
_MANY = 300
_BATCH = 24
#: Batches on their way at a time: what bounds the memory.
_AHEAD = 6

Content: TypeAlias = tuple[str, bytes]
#: A print and the head of the file as ``lineage.headers`` packs it.
Printed: TypeAlias = tuple[FilePrint | Passed, str]


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
    work: Callable[[Sequence[Content]], list[Printed]] = _with_heads if heads else _bare
    if count < _MANY or jobs < 2:  # noqa: PLR2004 - one process is this one
        for content in contents:
            yield from work([content])
        return
    yield from _spread(iter(contents), work, jobs)


def _spread(
    contents: Iterator[Content], work: Callable[[Sequence[Content]], list[Printed]], jobs: int
) -> Iterator[Printed]:
    """Yield what the work gives for every batch; other processes do it."""
    # A forked child would inherit the threads' locks of a progress display.
    context = get_context("forkserver")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_end_with_parent) as pool:
        coming: deque[Future[list[Printed]]] = deque()
        while batch := list(islice(contents, _BATCH)):
            coming.append(pool.submit(work, batch))
            if len(coming) >= _AHEAD * jobs:
                yield from coming.popleft().result()
        while coming:
            yield from coming.popleft().result()


def _end_with_parent() -> None:
    """See to it that a process at work ends when the one that asked for it is gone."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _bare(batch: Sequence[Content]) -> list[Printed]:
    return [(fingerprint(path, content), "") for path, content in batch]


def _with_heads(batch: Sequence[Content]) -> list[Printed]:
    return [(fingerprint(path, content), _head(content)) for path, content in batch]


def _head(content: bytes) -> str:
    try:
        head = head_of(decode(content))
    except UnreadableError:
        return ""
    return json.dumps(packed(head), ensure_ascii=False, separators=(",", ":"))
