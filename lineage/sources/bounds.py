"""What keeps a snapshot bounded: the number of files it lists and the bytes it brings in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.model import EntryKind, FileEntry
from lineage.sources.snapshot import UnreadableError

#: A listing longer than this is refused. Large public trees hold under 100,000 files; a git tree
#: of a kilobyte can claim 10 to the power of 10 (nested trees that share their blobs).
FILE_LIMIT = 500_000
#: And so is one whose paths are longer than this in all.
PATHS_LIMIT = 128 << 20


class TooManyFilesError(Exception):
    """A listing passes ``FILE_LIMIT`` or ``PATHS_LIMIT``."""

    reason = f"it holds more than {FILE_LIMIT:,} files"
    advice = "audit a part of it"


class Meter:
    """Counts the bytes of content that a snapshot hands out, and stops at the user's bound."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self.spent = 0

    def allow(self, count: int) -> None:
        """Say whether ``count`` more bytes may be read.

        Raises:
            UnreadableError: they would pass the bound.
        """
        if self._limit is not None and self.spent + count > self._limit:
            raise UnreadableError(f"the byte limit of {self._limit:,} is used up")

    def spend(self, count: int) -> None:
        """Count bytes that were read."""
        self.spent += count


class Listing:
    """The entries of a snapshot, sorted by path and found by path."""

    def __init__(self, entries: Iterable[FileEntry]) -> None:
        found = {entry.path: entry for entry in bounded(entries)}
        self.entries = tuple(found[path] for path in sorted(found))
        self._by_path = found

    def file(self, path: str) -> FileEntry:
        """Return the entry of a file whose content is here.

        Raises:
            UnreadableError: nothing stands at the path, or it has no content to read.
        """
        entry = self._by_path.get(path)
        if entry is None:
            raise UnreadableError("no such file")
        if entry.kind in _NOT_HERE:
            raise UnreadableError(_NOT_HERE[entry.kind])
        return entry


def bounded(entries: Iterable[FileEntry]) -> Iterator[FileEntry]:
    """Yield the entries.

    Raises:
        TooManyFilesError: there are more, or longer ones, than a listing may hold.
    """
    length = 0
    for count, entry in enumerate(entries, 1):
        length += len(entry.path)
        if count > FILE_LIMIT or length > PATHS_LIMIT:
            raise TooManyFilesError
        yield entry


def refuse_larger(size: int, limit: int) -> None:
    """Raise where a file is larger than what is read of it.

    Raises:
        UnreadableError: ``size`` is more than ``limit``.
    """
    if size > limit:
        raise UnreadableError(f"{size:,} bytes, more than the {limit:,} that are read")


_NOT_HERE = {
    EntryKind.SYMLINK: "a symbolic link, not followed",
    EntryKind.LFS: "a Git LFS pointer; the file it stands for is not here",
    EntryKind.SUBMODULE: "another repository (submodule), not entered",
    EntryKind.FILTERED: "left out by the clone, which fetches no file larger than it would read",
    EntryKind.SPECIAL: "neither a file nor a directory",
    EntryKind.CLOSED: "a directory that could not be looked into",
    EntryKind.ABSENT: "not in this copy, which was downloaded in part",
    EntryKind.ENVIRONMENT: "a directory of installed packages or caches, not looked into",
}
