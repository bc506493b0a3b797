"""The walk: every file of a snapshot past every scanner that asks for it."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from pathlib import PurePosixPath

from lineage.model import Coverage, EntryKind, Evidence, FileEntry, Reading, Unread
from lineage.plugins import Scanner
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot, UnreadableError
from lineage.sources.file import SourceFile


def read(
    snapshot: Snapshot,
    scanners: Sequence[Scanner],
    progress: Progress | None = None,
    *,
    only: Callable[[FileEntry], bool] = lambda _: True,
) -> Reading:
    """Return what the scanners see in the snapshot.

    A file that cannot be read, or is not what its name says, becomes an ``Unread`` with its path
    and the reason; the walk goes on. Scanners see those files alone that ``only`` lets pass.
    """
    progress = progress or Silent()
    wanted = [(_matcher(scanner.PATTERNS), scanner) for scanner in scanners]
    files = snapshot.files()
    listed = _places(files)
    evidence: list[Evidence] = list(snapshot.facts())
    unread: list[Unread] = [] if files else [Unread("", "the repository is empty")]
    examined = 0
    passed_over: Counter[str] = Counter()
    progress.stage("reading", len(files))
    for entry in files:
        asking = [scanner for matches, scanner in wanted if matches(entry.path) and only(entry)]
        if entry.kind is EntryKind.CLOSED:
            unread.append(Unread(entry.path, "a directory that could not be looked into"))
        elif entry.kind is EntryKind.ABSENT:
            unread.append(Unread(entry.path, _IN_PART))
        elif entry.kind is EntryKind.SYMLINK and _points_to(entry) in listed:
            passed_over["(link inside the repository)"] += 1
        elif entry.kind is EntryKind.ENVIRONMENT:
            passed_over["(environment folder)"] += 1
        elif asking:
            gaps = len(unread)
            if _scan(snapshot, entry, asking, evidence, unread):
                examined += 1
            elif len(unread) == gaps:
                passed_over[_ending(entry)] += 1
        else:
            passed_over[_ending(entry)] += 1
        progress.advance(detail=entry.path)
    return Reading(
        repo=snapshot.repo,
        files=files,
        evidence=tuple(evidence),
        coverage=Coverage(
            files_total=len(files),
            files_read=examined,
            bytes_read=snapshot.bytes_read,
            bytes_total=sum(entry.size or 0 for entry in files),
            unread=tuple(unread),
            not_examined=tuple(sorted(passed_over.items(), key=lambda item: (-item[1], item[0]))),
        ),
    )


def _scan(
    snapshot: Snapshot,
    entry: FileEntry,
    scanners: Iterable[Scanner],
    evidence: list[Evidence],
    unread: list[Unread],
) -> bool:
    """Run the scanners over one file; return whether one looked at it, and none left a gap."""
    if entry.kind in _NEVER_ENTERED:
        unread.append(Unread(entry.path, _NEVER_ENTERED[entry.kind] + _to(entry)))
        return False
    file = SourceFile(snapshot, entry)
    known = len(evidence)
    reasons: dict[str, bool] = {}
    for scanner in scanners:
        try:
            evidence.extend(scanner.scan(file))
        except UnreadableError as error:
            reasons[str(error)] = error.withheld
        except (ValueError, RecursionError) as error:
            reasons[f"not understood by the {scanner.NAME} scanner: {_first_line(error)}"] = False
    unread.extend(Unread(entry.path, reason, kept) for reason, kept in reasons.items())
    return not reasons and (file.touched or len(evidence) > known)


_IN_PART = (
    "not in this copy, which was downloaded in part: other files may be missing too, a card or a "
    "licence among them"
)
_NEVER_ENTERED = {
    EntryKind.SYMLINK: "a symbolic link, not followed",
    EntryKind.SUBMODULE: "another repository (submodule), not entered",
    EntryKind.SPECIAL: "neither a file nor a directory",
}


def _places(files: Iterable[FileEntry]) -> frozenset[str]:
    """Return every path and every folder, so that a link to one inside is known as such."""
    places = {"."}
    for entry in files:
        path = entry.path
        while path and path not in places:
            places.add(path)
            path = posixpath.dirname(path)
    return frozenset(places)


def _points_to(entry: FileEntry) -> str | None:
    """Return the path in the repository that a link points to; None where it leaves it."""
    if not entry.link or entry.link.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), entry.link))
    return None if path.startswith("..") else path


def _to(entry: FileEntry) -> str:
    return f" (to {entry.link})" if entry.link else ""


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).split("\n", 1)[0][:200]


def _ending(entry: FileEntry) -> str:
    if entry.kind is EntryKind.SUBMODULE:
        return "(submodule)"
    return PurePosixPath(entry.path).suffix.lower().removeprefix(".")[:16] or "(no ending)"


def _matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return whether a path is one that a scanner with these patterns asks for."""
    patterns = [pattern.lower() for pattern in patterns]
    by_path = _any_of(pattern for pattern in patterns if "/" in pattern)
    by_name = _any_of(pattern for pattern in patterns if "/" not in pattern)

    def matches(path: str) -> bool:
        path = path.lower()
        return bool(by_name.match(path.rpartition("/")[2]) or by_path.match(path))

    return matches


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)) or r"(?!)")
