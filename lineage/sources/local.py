"""A directory on this machine, read as it stands."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from lineage.model import EntryKind, FileEntry, Host, HostFact, Repo
from lineage.progress import Progress
from lineage.sources.beneath import content, directory, regular_file
from lineage.sources.bounds import FILE_LIMIT, Listing, Meter, TooManyFilesError, refuse_larger
from lineage.sources.head import head_commit
from lineage.sources.lfs import POINTER_SIZES, pointer_in
from lineage.sources.options import SourceOptions
from lineage.sources.past import Arrivals
from lineage.sources.purls import directory_purl
from lineage.sources.snapshot import TargetError, UnreachableError, UnreadableError

FORMS: tuple[str, ...] = ("a path to a directory",)

#: Directories inside directories; what lies deeper is not looked into.
DEPTH_LIMIT = 256

#: Directories that tools fill with what they can make again: installed packages and caches.
_MADE_AGAIN = frozenset(
    {
        ".eggs",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".tox",
        "__pycache__",
        "node_modules",
    }
)
#: What a virtual environment of Python has, wherever it is (PEP 405).
_ENVIRONMENT = ("pyvenv.cfg", ("bin", "Scripts"))


def accepts(target: str) -> bool:
    """Say whether the target is written as a path, or is one that exists."""
    written_as_path = target.startswith(("/", "./", "../", "~/")) or target in {".", "..", "~"}
    return written_as_path or os.path.lexists(target)


def place(target: str, options: SourceOptions) -> None:
    """Return nothing: what lies on this machine is read where it lies."""


def open_target(target: str, options: SourceOptions) -> LocalSnapshot:
    """Open the directory. It has no revisions to choose from: what stands there is read.

    Raises:
        TargetError: it does not exist or is no directory, or a revision is asked of it.
        UnreachableError: it may not be opened, or holds too many files.
    """
    root = _directory(target)
    if options.revision is not None:
        raise TargetError(
            target,
            "a directory is read as it stands and has no revision to choose",
            f"for a commit of a git repository give file://{root}",
        )
    try:
        descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise UnreachableError(target, f"it cannot be opened ({error.strerror})") from error
    try:
        return LocalSnapshot(root, descriptor, Meter(options.max_bytes), options.timeout)
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, TooManyFilesError):
            raise UnreachableError(target, error.reason, error.advice) from error
        raise


def _directory(target: str) -> Path:
    try:
        root = Path(target).expanduser().resolve(strict=True)
    except FileNotFoundError as error:
        raise TargetError(target, "there is no such directory") from error
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, no home, a NUL
        raise TargetError(target, "it leads to no directory") from error
    if not root.is_dir():
        raise TargetError(target, "it is a file", "a directory or a repository is expected")
    return root


class LocalSnapshot:
    """A directory, listed once and read through its open descriptor.

    ``revision`` is the commit that the work tree is at; changes that were not committed are read
    like everything else, so an exhibit's SHA-256 says more than the commit does.
    """

    def __init__(self, root: Path, descriptor: int, meter: Meter, timeout: float) -> None:
        """List the directory; the snapshot closes the descriptor."""
        self._place = root
        self._root = descriptor
        self._timeout = timeout
        self._meter = meter
        self._listing = Listing(entries(descriptor))
        revision = head_commit(descriptor)
        self.repo = Repo(
            host=Host.LOCAL,
            id=str(root),
            revision=revision,
            url=root.as_uri(),
            purl=directory_purl(root.name, revision),
        )

    @property
    def bytes_read(self) -> int:
        """Bytes of content handed out so far."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path, sorted, without what lies in ``.git`` and in environments."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        self._listing.file(path)
        with self._opened(path) as descriptor:
            size = os.fstat(descriptor).st_size
            refuse_larger(size, limit)
            self._meter.allow(size)
            found = content(descriptor, 0, limit + 1)
        if len(found) > limit:
            raise UnreadableError("it grew while it was read")
        self._meter.spend(len(found))
        return found

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file."""
        self._listing.file(path)
        with self._opened(path) as descriptor:
            stop = min(stop, os.fstat(descriptor).st_size)
            self._meter.allow(max(0, stop - start))
            found = content(descriptor, start, stop)
        self._meter.spend(len(found))
        return found

    def facts(self) -> tuple[HostFact, ...]:
        """Return nothing: a disk says nothing of a repository."""
        return ()

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:  # noqa: ARG002 - the protocol's
        """Return None: a local path is no address that others can open."""
        return None

    def arrivals(self, progress: Progress) -> Arrivals:
        """Return when the committed paths came, where the directory is a git work tree.

        Raises:
            UnreadableError: its history cannot be read.
        """
        from lineage.sources.gitborrowed import (  # noqa: PLC0415 - loads GitPython
            WorkTree,
            borrowed_arrivals,
        )

        commit = self.repo.revision
        if commit is None:
            return Arrivals(None, None, {})
        paths = (entry.path for entry in self.files())
        tree = WorkTree(self._place, self._root, commit)
        return borrowed_arrivals(tree, paths, self._timeout, progress)

    def _opened(self, path: str) -> AbstractContextManager[int]:
        """Open a file that is listed."""
        return regular_file(self._root, path)

    def close(self) -> None:
        """Close the directory."""
        if self._root >= 0:
            os.close(self._root)
            self._root = -1

    def __enter__(self) -> Self:
        """Return the snapshot itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the snapshot."""
        self.close()


def entries(root: int) -> Iterator[FileEntry]:
    """Yield what stands under the open directory, directories themselves left out.

    Raises:
        TooManyFilesError: there are directories without end.
    """
    waiting = [""]
    visited = 0
    while waiting:
        folder = waiting.pop()
        visited += 1
        try:
            for path, entry in _inside(root, folder):
                if entry is None:
                    waiting.append(path)
                else:
                    yield entry
                if visited + len(waiting) > FILE_LIMIT:
                    raise TooManyFilesError
        except OSError:
            yield FileEntry(path=folder, kind=EntryKind.CLOSED, size=None)


def _inside(root: int, folder: str) -> Iterator[tuple[str, FileEntry | None]]:
    """Yield the paths directly in a directory, with no entry for those that are directories.

    Directories of installed packages or caches are entries themselves and not looked into, unless
    they are what the user asked for.
    """
    if folder.count("/") >= DEPTH_LIMIT:
        raise OSError(errno.ENAMETOOLONG, "nested too deep")
    with directory(root, folder) as descriptor, os.scandir(descriptor) as found:
        if folder and _is_environment(descriptor):
            yield folder, FileEntry(path=folder, kind=EntryKind.ENVIRONMENT, size=None)
            return
        for item in found:
            path = f"{folder}/{item.name}" if folder else item.name
            if item.name == ".git":
                continue
            if item.is_dir(follow_symlinks=False):
                made_again = item.name in _MADE_AGAIN
                kind = EntryKind.ENVIRONMENT
                yield path, FileEntry(path=path, kind=kind, size=None) if made_again else None
            elif entry := _entry(root, descriptor, item, path):
                yield path, entry


def _is_environment(folder: int) -> bool:
    """Say whether an open directory is a virtual environment."""
    mark, programs = _ENVIRONMENT
    return _is_there(folder, mark) and any(_is_there(folder, name) for name in programs)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    return True


def _entry(root: int, folder: int, item: os.DirEntry[str], path: str) -> FileEntry | None:
    """Return the entry of what is no directory; None where it vanished in the meantime."""
    try:
        if item.is_symlink():
            link = os.readlink(item.name, dir_fd=folder)
            size = len(os.fsencode(link))
            return FileEntry(path=path, kind=EntryKind.SYMLINK, size=size, link=link)
        if not item.is_file(follow_symlinks=False):
            return FileEntry(path=path, kind=EntryKind.SPECIAL, size=None)
        size = item.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return None
    return _pointer(root, path, size) or FileEntry(path=path, kind=EntryKind.FILE, size=size)


def _pointer(root: int, path: str, size: int) -> FileEntry | None:
    if size not in POINTER_SIZES:
        return None
    try:
        with regular_file(root, path) as descriptor:
            pointer = pointer_in(content(descriptor, 0, POINTER_SIZES.stop))
    except UnreadableError:
        return None
    if pointer is None:
        return None
    return FileEntry(path=path, kind=EntryKind.LFS, size=pointer.size, sha256=pointer.sha256)
