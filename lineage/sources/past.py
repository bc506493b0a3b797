"""What stood at some paths of a repository in earlier commits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from lineage.progress import Progress


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


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a path came, as its history tells it."""

    #: ISO day (UTC) on which the path was there at the latest. Where the history is whole it is the
    #: day on which the path came; where it is cut off, the path may have been there long before.
    day: str
    #: Whether nothing shows that the code stood elsewhere before: no like file was removed with its
    #: coming, none of its name later, no other path held the same bytes.
    is_fresh: bool = False
    #: Whether it came fresh, among few others, into a work that had been there for a while.
    is_lone: bool = False


@dataclass(frozen=True, slots=True)
class Arrivals:
    """When a repository and its paths came, as its own history tells it.

    A date of a commit is what its maker says, and the earlier of the two that each commit bears is
    taken: whoever dates back is believed, and nobody is blamed for a commit that was made anew.
    """

    #: ISO day (UTC) before which nothing of the repository was there under any path; None where
    #: that is not known: the history is cut off, too long, or without usable dates.
    since: str | None
    #: ISO day of the open commit, the later of its two dates: what it holds was there then.
    at: str | None
    #: By path; those of which nothing is known are left out.
    paths: Mapping[str, Arrival]


@runtime_checkable
class Annals(Protocol):
    """A snapshot that can tell when its paths came."""

    def arrivals(self, progress: Progress) -> Arrivals:
        """Return when the repository and its paths came.

        Raises:
            UnreadableError: the history cannot be had.
        """


#: An earlier date of a commit is no date: no history that is kept today begins before.
_FIRST = int(datetime(1985, 1, 1, tzinfo=UTC).timestamp())
_LAST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp())


def seconds(text: str) -> int | None:
    """Return the time that git writes for a commit; None where none can have been made then."""
    try:
        found = int(text)
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None


def day(stamp: int | None) -> str | None:
    """Return the ISO day (UTC) of a time."""
    return None if stamp is None else datetime.fromtimestamp(stamp, UTC).date().isoformat()


def day_of(text: str) -> str | None:
    """Return the ISO day (UTC) of a time that git writes for a commit."""
    return day(seconds(text))
