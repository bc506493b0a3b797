"""Works of code into the catalogue: the releases of each are gathered into one shard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lineage.assembly import artifact_of
from lineage.code import Release, Work
from lineage.code.gathering import Harvest
from lineage.code.reading import readable
from lineage.code.shard import Contents, Shard
from lineage.model import Host, Reading, Scope, Unread
from lineage.progress import Progress
from lineage.sources import Snapshot, SourceOptions
from lineage.sources.gittags import tags_of
from lineage.sources.names import unpinned
from lineage.sources.past import Dated

#: Letters of a commit that name a release.
_SHORT = 12
_PARTS = re.compile(r"\d+|\D+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target, and the revision of it that is indexed."""

    target: str
    options: SourceOptions


@dataclass(slots=True)
class Gathered:
    """The works that are being gathered, by purl."""

    harvests: dict[str, Harvest] = field(default_factory=dict)

    def add(self, snapshot: Snapshot, reading: Reading, progress: Progress, name: str = "") -> int:
        """Take the source files of a snapshot in; return how many there are."""
        if not readable(snapshot.files()):
            return 0
        repo = reading.repo
        purl = unpinned(repo.purl)
        label = repo.id if repo.host is not Host.LOCAL else purl.rpartition("/")[2]
        harvest = self.harvests.setdefault(purl, Harvest(Work(label, purl, repo.url)))
        licences = {one.scope: one.concluded for one in artifact_of(reading).licences}
        version = name or (repo.revision or "")[:_SHORT] or "as it stands"
        release = Release(version, _date_of(snapshot), licences.get(Scope.CODE))
        return harvest.add(snapshot, release, progress)

    def write(self, folder: Path) -> Iterator[tuple[Contents, tuple[Unread, ...]]]:
        """Write the works that hold something, and yield what each shard holds."""
        for harvest in self.harvests.values():
            if harvest.families:
                path = harvest.write(folder)
                yield Shard(path).contents, tuple(harvest.unread)


def wanted(targets: Sequence[str], tags: str | None, options: SourceOptions) -> list[Wanted]:
    """Return what is to be indexed: each target, or each of its tags that are like ``tags``.

    Archives of one work come in the order of their versions, the earliest first.

    Raises:
        TargetError: ``tags`` are asked of what is no git repository, or there is none like it.
        UnreachableError: a repository's tags cannot be had.
    """
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    if tags is None:
        return [Wanted(target, options) for target in sorted(targets, key=_by_numbers)]
    return [
        Wanted(target, replace(options, revision=tag))
        for target in targets
        for tag in tags_of(target, tags, options)
    ]


def _date_of(snapshot: Snapshot) -> str | None:
    if isinstance(snapshot, Dated):
        return snapshot.date()
    return None


def _by_numbers(target: str) -> list[tuple[bool, int, str]]:
    """Return a key that sorts ``x-4.9`` before ``x-4.10``."""
    parts = _PARTS.findall(target)
    return [(p.isdecimal(), int(p[:18]) if p.isdecimal() else 0, p) for p in parts]
