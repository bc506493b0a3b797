"""Where results go: files that are whole or not there at all."""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path


class DestinationError(Exception):
    """A report cannot be written where the user asked. ``str()`` is the sentence for a person."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One report: its format, and the file it goes to."""

    #: A name in ``lineage.reports.FORMATS``.
    format: str
    #: None for standard output.
    path: Path | None = None


def write(path: Path, text: str) -> None:
    """Write a report beside its place and move it there, so that no half of it is ever seen.

    Raises:
        DestinationError: it cannot be written there.
    """
    expect_writable(path)
    try:
        _replace(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise DestinationError(f"{path} cannot be written: {error.strerror}") from error


def _replace(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:64]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        # mkstemp keeps the file to its owner; a report is as open as any file the user makes.
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def expect_writable(path: Path) -> None:
    """Check, before any work is done, that a report can be written there.

    Raises:
        DestinationError: it cannot.
    """
    folder = path.parent
    if not folder.is_dir():
        raise DestinationError(f"{path} cannot be written: there is no folder {folder}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DestinationError(f"{path} cannot be written: the folder {folder} is read-only")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise DestinationError(f"{path} cannot be written: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        raise DestinationError(f"{path} is a symbolic link, which is never written through")
    if not stat.S_ISREG(mode):
        raise DestinationError(f"{path} is no regular file")
    if not os.access(path, os.W_OK):
        raise DestinationError(f"{path} cannot be written: it is read-only")
