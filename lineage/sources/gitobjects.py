"""What a commit holds, read out of a clone with ``ls-tree`` and ``cat-file`` alone.

Sizes are asked of ``cat-file --batch-check``: ``ls-tree -l`` and GitPython's ``blob.size`` fetch
each file that a partial clone left out, without a word.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

from lineage.model import EntryKind, FileEntry
from lineage.sources.bounds import FILE_LIMIT, PATHS_LIMIT, TooManyFilesError, refuse_larger
from lineage.sources.gitprocess import GitError, GitProcess
from lineage.sources.lfs import POINTER_SIZES, pointer_in
from lineage.sources.snapshot import UnreadableError

if TYPE_CHECKING:
    from lineage.sources.gitclone import Clone

#: Longest path that a link may hold (PATH_MAX).
_LINK_LIMIT = 4096
#: Rather than pass over more than this of an object's content, git is started anew.
_SKIP_LIMIT = 8 << 20
_FILE_MODES = (b"100644", b"100755", b"100664")


class Commands(Protocol):
    """A repository in which git can be run."""

    def command(self, *arguments: str, stdin: int | BinaryIO = subprocess.DEVNULL) -> GitProcess:
        """Start a git command in it."""


class Objects:
    """One long-lived ``git cat-file --batch``, asked for one object at a time by its id."""

    def __init__(self, repository: Commands) -> None:
        self._repository = repository
        self._process: GitProcess | None = None

    def content(self, oid: str, limit: int) -> bytes:
        """Return the whole content of a blob.

        Raises:
            UnreadableError: it is larger than ``limit``, or not here.
        """
        return self._asked(oid, 0, None, limit)

    def piece(self, oid: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a blob; fewer where it ends before.

        Raises:
            UnreadableError: it is not here.
        """
        return self._asked(oid, start, stop, None)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def _asked(self, oid: str, start: int, stop: int | None, limit: int | None) -> bytes:
        try:
            return self._exchange(oid, start, stop, limit)
        except GitError as error:
            self.close()
            raise UnreadableError("git does not give it: the object is damaged") from error
        except BaseException:
            # The rest of an answer must not be taken for the next one.
            self.close()
            raise

    def _exchange(self, oid: str, start: int, stop: int | None, limit: int | None) -> bytes:
        if self._process is None:
            self._process = self._repository.command("cat-file", "--batch", stdin=subprocess.PIPE)
        process = self._process
        process.write(f"{oid}\n".encode())
        header = process.line().split(b" ")
        if header[-1] == b"missing":
            raise UnreadableError("it is missing from the clone")
        size = int(header[-1])
        if limit is not None:
            refuse_larger(size, limit)
        end = size if stop is None else min(stop, size)
        start = min(start, end)
        process.skip(start)
        content = process.take(end - start)
        if size - end > _SKIP_LIMIT:
            self.close()
        else:
            process.skip(size - end + 1)
        return content


@dataclass(frozen=True, slots=True)
class Leaf:
    """One path of a tree or of an index, as git keeps it."""

    mode: bytes
    oid: str
    path: str


def entries(clone: Clone, commit: str, objects: Objects) -> Iterator[FileEntry]:
    """Yield what the commit's tree holds.

    Raises:
        GitError: the tree cannot be read.
        TooManyFilesError: it is larger than any tree should be.
    """
    leaves = list(_leaves(clone, commit))
    sizes = _sizes(clone, {leaf.oid for leaf in leaves if leaf.mode != b"160000"})
    for leaf in leaves:
        yield entry_of(leaf, sizes.get(leaf.oid), objects)


def _leaves(clone: Clone, commit: str) -> Iterator[Leaf]:
    length = 0
    with clone.command("ls-tree", "-r", "-z", "--full-tree", commit) as process:
        for count, record in enumerate(process.records(b"\0"), 1):
            length += len(record)
            if count > FILE_LIMIT or length > PATHS_LIMIT:
                raise TooManyFilesError
            meta, _, path = record.partition(b"\t")
            mode, _, oid = meta.split(b" ")
            yield Leaf(mode, oid.decode(), path.decode("utf-8", "surrogateescape"))


def _sizes(clone: Clone, oids: Iterable[str]) -> dict[str, int]:
    """Return the sizes of the blobs that are here; those left out have none."""
    questions = clone.path / "oids"
    questions.write_text("".join(f"{oid}\n" for oid in sorted(oids)), encoding="ascii")
    sizes = {}
    with (
        questions.open("rb") as stdin,
        clone.command("cat-file", "--batch-check", stdin=stdin) as process,
    ):
        for record in process.records(b"\n"):
            oid, *rest = record.decode().split(" ")
            if rest[0] == "blob":
                sizes[oid] = int(rest[1])
    return sizes


def entry_of(leaf: Leaf, size: int | None, objects: Objects) -> FileEntry:
    """Return what stands at a path; ``size`` is None where its content is not here."""
    if leaf.mode == b"160000":
        return FileEntry(leaf.path, EntryKind.SUBMODULE, size=None, link=leaf.oid)
    if size is None:
        return FileEntry(leaf.path, EntryKind.FILTERED, size=None, blob=leaf.oid)
    if leaf.mode == b"120000":
        link = objects.content(leaf.oid, _LINK_LIMIT) if size <= _LINK_LIMIT else b""
        text = link.decode("utf-8", "surrogateescape")
        return FileEntry(leaf.path, EntryKind.SYMLINK, size, blob=leaf.oid, link=text or None)
    if leaf.mode not in _FILE_MODES:
        return FileEntry(leaf.path, EntryKind.SPECIAL, size, blob=leaf.oid)
    pointer = pointer_in(objects.content(leaf.oid, size)) if size in POINTER_SIZES else None
    if pointer is None:
        return FileEntry(leaf.path, EntryKind.FILE, size, blob=leaf.oid)
    return FileEntry(leaf.path, EntryKind.LFS, pointer.size, sha256=pointer.sha256, blob=leaf.oid)
