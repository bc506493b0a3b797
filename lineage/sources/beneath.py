"""Opening files under a directory without ever leaving it.

Each component of a path is opened from the one before it and refused if it is a symbolic link, so
that no link and no renaming during the walk leads out of the directory.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from lineage.sources.snapshot import UnreadableError

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: O_NONBLOCK: a pipe put in the place of a file is opened without waiting for its other end.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CHUNK = 1 << 20


@contextmanager
def directory(root: int, path: str) -> Iterator[int]:
    """Open a directory under the directory ``root``; ``""`` is the root itself.

    Raises:
        OSError: it is not there, is no directory or may not be entered.
    """
    descriptor = os.open(".", _DIRECTORY, dir_fd=root)
    try:
        for name in _components(path):
            inner = os.open(name, _DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def regular_file(root: int, path: str) -> Iterator[int]:
    """Open a regular file under the directory ``root``.

    Raises:
        UnreadableError: it is not there, is no regular file or may not be read.
    """
    folder, _, name = path.rpartition("/")
    try:
        with directory(root, folder) as parent:
            descriptor = os.open(name, _FILE, dir_fd=parent)
    except OSError as error:
        raise UnreadableError(_reason(error)) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableError("neither a file nor a directory")
        yield descriptor
    finally:
        os.close(descriptor)


def content(descriptor: int, start: int, stop: int) -> bytes:
    """Return bytes ``start`` to ``stop`` of an open file; fewer where it ends before.

    Raises:
        UnreadableError: the disk fails.
    """
    pieces = []
    try:
        while start < stop and (piece := os.pread(descriptor, min(_CHUNK, stop - start), start)):
            pieces.append(piece)
            start += len(piece)
    except OSError as error:
        raise UnreadableError(_reason(error)) from error
    return b"".join(pieces)


def _components(path: str) -> list[str]:
    names = path.split("/") if path else []
    if any(name in ("", ".", "..") for name in names):
        raise OSError(errno.EINVAL, "not a path under the directory")
    return names


def _reason(error: OSError) -> str:
    known = {
        errno.EACCES: "no permission to read it",
        errno.EPERM: "no permission to read it",
        errno.ELOOP: "a symbolic link, not followed",
        errno.ENOENT: "it vanished while the repository was read",
        errno.ENOTDIR: "it vanished while the repository was read",
        errno.ENXIO: "neither a file nor a directory",
    }
    return known.get(error.errno or 0) or f"the disk does not give it ({error.strerror})"
