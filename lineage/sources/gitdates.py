"""When the paths of a git repository came, from its commits and trees alone.

Both dates of a commit can be forged, and the only one who gains by that is whoever made it. So the
earlier of the two counts, none counts for more than those of the commits that were made upon it,
and what no commit can say (git is of 2005, and imports older histories) counts as not said. That
leaves a copier who dates back in doubt, and blames nobody for a rebase, a cherry-pick or a clock.

Where commits are missing, the oldest at hand seem to bring everything. They are dated all the same,
since the paths *were* there on that day; but then nothing is said of when anything came
(``Arrivals.since`` is None).

Renames are not followed: git guesses at them by likeness of content, which this clone leaves out
and which a hostile history can have without end. A path whose code may have stood elsewhere before
is told from one that is fresh instead, and only the latter is said to have come when its path did.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from lineage.progress import Progress
from lineage.sources.gitclone import Clone, FetchTooLargeError
from lineage.sources.gitprocess import GitError
from lineage.sources.giturl import GitAddress
from lineage.sources.options import SourceOptions
from lineage.sources.past import Arrival, Arrivals, day, seconds
from lineage.sources.snapshot import UnreadableError

#: Commits that are looked through, and paths that they bring or remove: linux has a million of the
#: first; a tree of a kilobyte can claim to hold any number of the second.
COMMITS, CHANGES = 50_000, 1_000_000
#: Seconds for all of them.
_PATIENCE = 60.0
#: A path came by itself where no more than so many came with it, into a work of so many days.
#: What comes at the beginning, or in bulk, was brought from elsewhere, where it may be older.
_FEW, _AGE = 10, timedelta(days=30)
#: Commits between two signs of life.
_OFTEN = 1_000

_RAW = re.compile(rb"\n*:\d{6} \d{6} [0-9a-f]+ (?P<blob>[0-9a-f]+) (?P<kind>[A-Z])\d*")
_HEAD = re.compile(rb"\n?\x01(?P<commit>[0-9a-f]+)\x01\n*")
_LOG = ("log", "--topo-order", f"--max-count={COMMITS}", "--no-show-signature", "--no-color")
#: ``--root``: the user's own configuration may leave out what the first commit brings.
_TREES = (*_LOG, "--raw", "-z", "--root", "--diff-merges=off", "--no-renames", "--no-abbrev")


def fetched_arrivals(
    address: GitAddress,
    commit: str,
    options: SourceOptions,
    paths: Iterable[str],
    progress: Progress,
) -> tuple[Arrivals, int]:
    """Return when the paths of a commit came, and how many bytes were fetched to know it.

    All commits are fetched with their trees and without any content (23 MB for 20,000 commits);
    where those are too large, the commits alone, which tell when the repository came.

    Raises:
        UnreadableError: the host does not give them.
    """
    fetched = 0
    progress.stage(f"fetching the history of {address.id}")
    for trees in (True, False):
        clone = Clone(options.timeout)
        try:
            clone.fetch_past(address, commit, COMMITS, options, trees=trees)
            return arrivals_in(clone, commit, paths, progress), fetched + clone.size
        except FetchTooLargeError as error:
            fetched += error.limit
        except (GitError, OSError) as error:
            raise UnreadableError(f"its history could not be fetched ({error})") from error
        finally:
            clone.close()
    return Arrivals(None, None, {}), fetched


def arrivals_in(clone: Clone, commit: str, paths: Iterable[str], progress: Progress) -> Arrivals:
    """Return when the paths of a commit came, as far as the commits in a clone tell.

    Raises:
        GitError: the commits cannot be read.
    """
    deadline = time.monotonic() + _PATIENCE
    progress.stage("reading the history")
    stamps, is_whole, at = _stamps(clone, commit, progress, deadline)
    wanted = frozenset(paths)
    changes = _Changes(stamps, wanted)
    try:
        for change in _changes(clone, commit, deadline):
            changes.add(*change)
    except GitError:  # trees that a partial clone lacks, or trees without end
        changes = _Changes(stamps, wanted)
    known = [stamp.time for stamp in stamps.values() if stamp.time is not None]
    is_dated = is_whole and all(stamp.is_own for stamp in stamps.values())
    since = min(known) if is_dated and known else None
    told = changes.arrivals(since)
    return Arrivals(day(since), at, dict(sorted(told)))


@dataclass(frozen=True, slots=True)
class _Stamp:
    """When a commit was made, at the latest; None where neither it nor a later one says."""

    time: int | None
    #: Whether it says so itself.
    is_own: bool


def _stamps(
    clone: Clone, commit: str, progress: Progress, deadline: float
) -> tuple[dict[str, _Stamp], bool, str | None]:
    """Return the times of the commits, whether they are all, and the later day of the first."""
    stamps: dict[str, _Stamp] = {}
    later: dict[str, int] = {}  # of the earliest commit that was made upon it
    at = None
    with clone.command(*_LOG, "-z", "--format=%H %P\x01%at\x01%ct", commit) as process:
        for count, record in enumerate(process.records(b"\0")):
            if time.monotonic() > deadline:
                raise GitError("fatal: it takes too long to read")
            names, *dates = record.decode("ascii", "replace").split("\x01")
            name, *parents = names.split()
            own = [made for date in dates if (made := seconds(date)) is not None]
            bounds = [*own, later.pop(name)] if name in later else own
            stamp = min(bounds) if bounds else None
            stamps[name] = _Stamp(stamp, is_own=len(own) == len(dates))
            at = day(max(own)) if own and count == 0 else at
            if stamp is not None:
                later |= {one: min(stamp, later.get(one, stamp)) for one in parents}
            if count % _OFTEN == 0:
                progress.advance(_OFTEN, detail=name)
    is_whole = len(stamps) < COMMITS and not (clone.path / "shallow").exists()
    return stamps, is_whole, at


def _changes(clone: Clone, commit: str, deadline: float) -> Iterator[tuple[str, str, str, bool]]:
    """Yield commit, path, blob and whether it came (or went) there, the latest first.

    Raises:
        GitError: a tree is missing, or there are changes without end.
    """
    arguments = (*_TREES, "--diff-filter=AD", "--format=%x01%H%x01", commit)
    with clone.command(*arguments) as process:
        at, meta = "", None
        for count, record in enumerate(process.records(b"\0")):
            if count > 2 * CHANGES or time.monotonic() > deadline:
                raise GitError("fatal: it takes too long to read")
            if meta is not None:
                path = record.decode("utf-8", "surrogateescape")
                yield at, path, meta["blob"].decode(), meta["kind"] == b"A"
                meta = None
                continue
            head = _HEAD.match(record)
            if head:
                at = head["commit"].decode()
            meta = _RAW.fullmatch(record, head.end() if head else 0)


@dataclass(slots=True)
class _Changes:
    """What came and went."""

    stamps: dict[str, _Stamp]
    #: Paths that are asked for.
    wanted: frozenset[str]
    #: By path: when it came first, in which commit, and with which content.
    came: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    #: By content: the path that came with it; None where there are several.
    held: dict[str, str | None] = field(default_factory=dict)
    #: How many paths each commit brought, and of which endings it removed some.
    brought: dict[str, int] = field(default_factory=dict)
    removed: dict[str, set[str]] = field(default_factory=dict)
    #: Names of files that were removed anywhere.
    gone: set[str] = field(default_factory=set)

    def add(self, commit: str, path: str, blob: str, is_coming: bool) -> None:  # noqa: FBT001
        """Take one change in."""
        if not is_coming:
            self.removed.setdefault(commit, set()).add(_ending(path))
            self.gone.add(_name(path))
            return
        self.brought[commit] = self.brought.get(commit, 0) + 1
        if self.held.setdefault(blob, path) != path:
            self.held[blob] = None
        stamp = self.stamps.get(commit)
        if path not in self.wanted or stamp is None or stamp.time is None:
            return
        if path not in self.came or stamp.time < self.came[path][0]:
            self.came[path] = (stamp.time, commit, blob)

    def arrivals(self, since: int | None) -> Iterator[tuple[str, Arrival]]:
        """Yield when each of the paths came."""
        for path, (stamp, commit, blob) in self.came.items():
            is_fresh = since is not None and not (
                _ending(path) in self.removed.get(commit, ())
                or _name(path) in self.gone
                or self.held[blob] != path
            )
            is_lone = (
                is_fresh
                and self.brought[commit] <= _FEW
                and stamp - (since or 0) >= _AGE.total_seconds()
            )
            yield path, Arrival(day(stamp) or "", is_fresh=is_fresh, is_lone=is_lone)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _ending(path: str) -> str:
    return _name(path).rpartition(".")[2].lower()
