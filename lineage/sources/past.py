"""What stood at some paths of a repository in earlier commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to one path."""

    path: str
    commit: str
    #: The commit before it, "" for the first.
    before: str
    #: Git's id of the content after it; "" where the path was removed.
    blob: str


@dataclass(frozen=True, slots=True)
class Past:
    """The changes of some paths along the main line, the latest first."""

    changes: tuple[Change, ...]
    #: Commits that were looked through.
    commits: int
    #: Whether these are all there are.
    is_whole: bool
    #: The contents that were asked for, by their blob's id; those left out are not here.
    contents: dict[str, bytes]


@runtime_checkable
class Chronicle(Protocol):
    """A snapshot that can tell of the commits before its own."""

    def past(self, patterns: tuple[str, ...], commits: int, contents: int) -> Past:
        """Return what became of the paths at the root that match the patterns (globs, any case).

        Args:
            patterns: globs, matched against whole paths; contents of files that match the last
                one are fetched after all others.
            commits: how many commits are looked through at most.
            contents: how many different contents are fetched at most, the latest first.

        Raises:
            UnreadableError: the host does not give it.
        """


@runtime_checkable
class Dated(Protocol):
    """A snapshot that knows when what it shows was made."""

    def date(self) -> str | None:
        """Return the day as ISO has it; None where it is not said."""
