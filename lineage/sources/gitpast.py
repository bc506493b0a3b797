"""The history of a few files, out of a clone of its own that holds commits and trees.

Contents are left out of that clone (``--filter=blob:none``); those few that are asked for are
fetched by their ids, so that nothing else of the history is downloaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lineage.sources.bounds import Meter
from lineage.sources.gitclone import Clone, FetchTooLargeError
from lineage.sources.gitobjects import Objects
from lineage.sources.gitprocess import GitError
from lineage.sources.giturl import GitAddress
from lineage.sources.options import SourceOptions
from lineage.sources.past import Change, Past
from lineage.sources.snapshot import UnreadableError

#: A past version of a text that is larger is not looked at.
_LARGEST = 1 << 20
#: Changes that are listed; a file that changes more often is no licence.
_CHANGES = 400
_RAW = re.compile(rb"\n*:\d{6} \d{6} [0-9a-f]+ (?P<blob>[0-9a-f]+) (?P<kind>[A-Z])\d*")
_HEAD = re.compile(rb"\n?\x01(?P<commit>[0-9a-f]+) (?P<parent>[0-9a-f]*)[0-9a-f ]*\x01\n*")
_NONE = re.compile(r"0+")


def past_of(
    address: GitAddress,
    commit: str,
    options: SourceOptions,
    meter: Meter,
    *,
    patterns: Sequence[str],
    commits: int,
    contents: int,
) -> Past:
    """Return the history of the files at the root that match the patterns, up to a commit.

    Raises:
        UnreadableError: the host does not give it.
    """
    clone = Clone(options.timeout)
    try:
        clone.fetch_past(address, commit, commits, options)
        found = list(_changes(clone, commit, patterns))
        # The last pattern's files change most often, and say least.
        often = patterns[-1].lower()
        first = sorted(found, key=lambda change: change.path.lower() == often)
        wanted = list(dict.fromkeys(change.blob for change in first if change.blob))[:contents]
        clone.fetch_blobs(address, wanted, options)
        kept = dict(_contents(clone, wanted, meter))
        count, is_whole = _extent(clone, commit)
    except (GitError, FetchTooLargeError, OSError) as error:
        raise UnreadableError(
            f"the history of its licence could not be fetched ({_why(error)})"
        ) from error
    finally:
        clone.close()
    return Past(tuple(found), count, is_whole, kept)


def _changes(clone: Clone, commit: str, patterns: Sequence[str]) -> Iterator[Change]:
    """Yield the changes along the first parents, the latest first."""
    paths = [f":(top,icase,glob){pattern}" for pattern in patterns]
    how = ("log", "--first-parent", f"--max-count={_CHANGES}", "--raw", "-z", "--no-renames")
    form = "--format=%x01%H %P%x01"
    arguments = (*how, "--no-abbrev", "--diff-merges=first-parent", form, commit, "--", *paths)
    with clone.command(*arguments) as process:
        at, before, meta = "", "", None
        for record in process.records(b"\0"):
            if meta is not None:
                path = record.decode("utf-8", "surrogateescape")
                blob = meta["blob"].decode()
                yield Change(path, at, before, "" if _NONE.fullmatch(blob) else blob)
                meta = None
                continue
            head = _HEAD.match(record)
            if head:
                at, before = head["commit"].decode(), head["parent"].decode()
            meta = _RAW.fullmatch(record, head.end() if head else 0)


def _contents(clone: Clone, blobs: Sequence[str], meter: Meter) -> Iterator[tuple[str, bytes]]:
    objects = Objects(clone)
    try:
        for blob in blobs:
            try:
                content = objects.content(blob, _LARGEST)
            except UnreadableError:  # too large for a licence: what it says stays unknown
                continue
            meter.spend(len(content))
            yield blob, content
    finally:
        objects.close()


def _extent(clone: Clone, commit: str) -> tuple[int, bool]:
    """Return how many commits of the main line are here, and whether these are all."""
    with clone.command("rev-list", "--count", "--first-parent", commit) as process:
        count = int(process.line())
    return count, not (clone.path / "shallow").exists()


def _why(error: Exception) -> str:
    if isinstance(error, FetchTooLargeError):
        return f"it is larger than {error.limit:,} bytes"
    return str(error)
