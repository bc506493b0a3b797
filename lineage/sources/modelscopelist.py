"""Which files a repository of ModelScope holds.

Its list of a model's files ends after 3,000 entries and says nothing of it: "Success" is true and
there is no count and no further page. So a list of that length is taken for cut, and its folders
are listed one by one; one that itself holds so many cannot be had in full and is a gap. Data sets
are listed page by page. (Facts from modelscope-hub 0.5.1.)
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from lineage.model import EntryKind, FileEntry
from lineage.sources.bounds import FILE_LIMIT
from lineage.sources.http import HostError, Json

#: Where a list of a model's files ends.
CUT = 3000
#: Entries of a page of a data set's list.
PAGE = 200
#: Requests that one listing may take.
MOST_REQUESTS = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: Asks for a list of what stands under a folder ("" for the root), and for which page of it.
Ask: TypeAlias = "Callable[[str, Depth, int], Json]"
#: git's mode of another repository that is mounted.
_MOUNTED = 0o160000


class Depth(Enum):
    """How far below a folder a list goes."""

    ALONE = "False"
    ALL = "True"


@dataclass(slots=True)
class Listed:
    """What was found, and where more stands that the host does not list."""

    entries: dict[str, FileEntry] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    cut: list[str] = field(default_factory=list)
    requests: int = 0
    #: The commit that the host names; None where it names none.
    commit: str | None = None
    short: str = ""

    def all(self) -> Iterator[FileEntry]:
        """Yield the entries; a folder that is not known in full is a closed one."""
        yield from self.entries.values()
        for folder in self.cut:
            name = f"{folder or '.'} (more than its host lists)"
            yield FileEntry(name, EntryKind.CLOSED, size=None)


def list_model(ask: Ask) -> Listed:
    """Return what a model's repository holds.

    Raises:
        HostError: the host does not answer, or not as ModelScope does.
    """
    found = Listed()
    waiting = [""]
    while waiting:
        folder = waiting.pop(0)
        if found.requests >= MOST_REQUESTS or len(found.entries) > FILE_LIMIT:
            found.cut.append(folder)
            continue
        if not _is_cut(found, ask, folder, Depth.ALL):
            continue
        if _is_cut(found, ask, folder, Depth.ALONE):
            found.cut.append(folder)
        within = f"{folder}/" if folder else ""
        below = (one for one in found.folders if one.startswith(within))
        waiting += sorted(one for one in below if "/" not in one.removeprefix(within))
    return found


def list_dataset(ask: Ask) -> Listed:
    """Return what a data set's repository holds.

    Raises:
        HostError: the host does not answer, or not as ModelScope does.
    """
    found = Listed()
    for page in range(1, MOST_REQUESTS + 1):
        members, _ = _take(found, ask("", Depth.ALL, page))
        if members < PAGE:
            return found
        if len(found.entries) > FILE_LIMIT:
            break
    found.cut.append("")
    return found


def _is_cut(found: Listed, ask: Ask, folder: str, depth: Depth) -> bool:
    members, total = _take(found, ask(folder, depth, 0))
    return members >= CUT or total > members


def _take(found: Listed, answer: Json) -> tuple[int, int]:
    """Keep what a list holds; return how many members it has, and how many the host counts."""
    found.requests += 1
    data = answer.get("Data") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or answer.get("Success") is False or not isinstance(data, dict):
        raise HostError("the host does not list its files", "check the address and the revision")
    members = data.get("Files")
    if members is None:
        members = []
    if not isinstance(members, list):
        raise HostError("the host does not answer as ModelScope does", "check MODELSCOPE_ENDPOINT")
    for member in members:
        _keep(found, member)
    latest = data.get("LatestCommitter")
    if isinstance(latest, dict) and found.commit is None:
        found.commit, found.short = _text(latest, "Id") or None, _text(latest, "ShortId")
    total = data.get("TotalCount")
    return len(members), total if isinstance(total, int) else 0


def _keep(found: Listed, member: Json) -> None:
    path = _text(member, "Path") if isinstance(member, dict) else ""
    if not isinstance(member, dict) or not path:
        raise HostError("the host does not answer as ModelScope does", "check MODELSCOPE_ENDPOINT")
    if _text(member, "Type") == "tree":
        found.folders.add(path)
        return
    size, digest = member.get("Size"), _text(member, "Sha256").lower()
    found.entries[path] = FileEntry(
        path,
        _kind(member),
        size if isinstance(size, int) and size >= 0 else None,
        sha256=digest if _SHA256.fullmatch(digest) else None,
    )


def _kind(member: Mapping[str, Json]) -> EntryKind:
    """Return what stands there; git's modes are written in decimal."""
    mode = _text(member, "Mode")
    number = int(mode) if mode.isdecimal() and len(mode) < 8 else stat.S_IFREG  # noqa: PLR2004 - digits
    if _text(member, "Type") == "commit" or number == _MOUNTED:
        return EntryKind.SUBMODULE
    if stat.S_ISLNK(number):
        return EntryKind.SYMLINK
    return EntryKind.FILE


def _text(member: Mapping[str, Json], key: str) -> str:
    value = member.get(key)
    return value if isinstance(value, str) else ""
