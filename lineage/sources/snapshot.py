"""What every host must offer: a repository opened at one revision.

A snapshot hands out a listing and bytes, nothing else. It never executes, checks out or follows
anything that the repository contains, and it counts every byte that it brings in.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from lineage.model import Absence, FileEntry, HostFact, Repo


class SourceError(Exception):
    """A repository cannot be opened. ``str()`` is one line that says what to do next."""

    def __init__(
        self, target: str, reason: str, advice: str = "", *, absence: Absence = Absence.FAILED
    ) -> None:
        super().__init__(target, reason, advice)
        self.target = target
        self.reason = reason
        self.advice = advice
        #: Whether it is missing, kept back, or only out of reach.
        self.absence = absence

    def __str__(self) -> str:
        """Return the sentence for a person."""
        return f"{self.target}: {self.reason}" + (f"; {self.advice}" if self.advice else "")


class TargetError(SourceError):
    """What the user typed names no repository: a usage error (exit 2)."""


class UnreachableError(SourceError):
    """The repository is missing, private or out of reach: an incomplete audit (exit 3)."""


class UnreadableError(ValueError):
    """One file cannot be read: too large, left out by the clone, not text. ``str()`` says why."""

    def __init__(self, reason: str = "", *, withheld: bool = False) -> None:
        super().__init__(reason)
        #: Whether the host itself keeps it back, so that asking again changes nothing.
        self.withheld = withheld


class Snapshot(Protocol):
    """A repository opened at one revision."""

    @property
    def repo(self) -> Repo:
        """The repository, pinned."""

    @property
    def bytes_read(self) -> int:
        """Bytes of content brought in so far."""

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path, sorted; symbolic links and submodules are listed, not entered."""

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes.

        Raises:
            UnreadableError: the file is larger, is no regular file, or its content is not here.
        """

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file; shorter where the file ends before.

        Raises:
            UnreadableError: the host offers no such range.
        """

    def facts(self) -> tuple[HostFact, ...]:
        """Return what the host itself says of the repository."""

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        """Return where a person can look at a file at this revision; None for local paths."""

    def close(self) -> None:
        """Remove temporary files and end child processes."""

    def __enter__(self) -> Self:
        """Return the snapshot itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the snapshot."""
