"""Releases of a work into a shard: every distinct content of a file is read once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from packageurl import PackageURL

from lineage.code.fingerprint import LARGEST, blob_id
from lineage.code.matches import Release, Work
from lineage.code.prints import FilePrint
from lineage.code.reading import printed, readable
from lineage.code.record import Gathering
from lineage.code.shard import ENDING, write
from lineage.model import FileEntry, Unread
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot, UnreadableError

#: Files of fewer tokens say too little to be known again by.
FEWEST_TOKENS = 40
#: Where sources stand in a repository and not in the wheel that is made from it.
_SOURCE_FOLDER = re.compile(r"^(?:src|python|lib)/")


@dataclass(slots=True)
class Harvest:
    """A work that is being gathered, release by release, the earliest first."""

    work: Work
    #: Which paths are kept; None for all programs.
    wanted: Callable[[str], bool] | None = None
    jobs: int | None = None
    releases: list[Release] = field(default_factory=list)
    families: dict[str, Gathering] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    #: What was made of each content, so that the next release's equal file is not read again.
    _known: dict[tuple[str, str], tuple[FilePrint, int] | None] = field(default_factory=dict)

    def add(self, snapshot: Snapshot, release: Release, progress: Progress | None = None) -> int:
        """Take in a release; return how many of its files are kept."""
        number = len(self.releases)
        self.releases.append(release)
        files = [
            one
            for one in readable(snapshot.files())
            if self.wanted is None or self.wanted(one.path)
        ]
        (progress or Silent()).stage(
            f"fingerprinting {self.work.name} {release.version}", len(files)
        )
        places: dict[tuple[str, str], list[str]] = {}
        fresh = self._fresh(snapshot, files, places, progress or Silent())
        for path, (found, head) in self._printed(fresh, len(files)):
            self._known[_key(path, found.blob)] = (found, self._head(head))
        kept = 0
        for key, paths in places.items():
            known = self._known.get(key)
            for path in paths if known else ():
                assert known is not None  # noqa: S101 - the line above
                family = self.families.setdefault(path, Gathering(path))
                family.add(known[0], number, known[1])
                kept += 1
        return kept

    def write(self, folder: Path) -> Path:
        """Write the shard into a folder and return where it is."""
        path = folder / _name(self.work, self.releases)
        write(path, self.work, self.releases, self.families.values(), self.heads)
        return path

    def _fresh(
        self,
        snapshot: Snapshot,
        files: Iterable[FileEntry],
        places: dict[tuple[str, str], list[str]],
        progress: Progress,
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the contents that were not seen yet, and note where each content stands."""
        for entry in files:
            progress.advance(detail=entry.path)
            place = _SOURCE_FOLDER.sub("", entry.path)
            if entry.blob and _key(entry.path, entry.blob) in self._known:
                places.setdefault(_key(entry.path, entry.blob), []).append(place)
                continue
            try:
                content = snapshot.read(entry.path, LARGEST)
            except UnreadableError as error:
                self.unread.append(Unread(entry.path, str(error)))
                continue
            key = _key(entry.path, blob_id(content))
            places.setdefault(key, []).append(place)
            if key not in self._known:
                self._known[key] = None
                yield entry.path, content

    def _printed(
        self, contents: Iterable[tuple[str, bytes]], count: int
    ) -> Iterator[tuple[str, tuple[FilePrint, str]]]:
        for found, head in printed(contents, count, jobs=self.jobs, heads=True):
            if isinstance(found, FilePrint) and found.tokens >= FEWEST_TOKENS:
                yield found.path, (found, head)

    def _head(self, head: str) -> int:
        return self.heads.setdefault(head, len(self.heads))


def _key(path: str, blob: str) -> tuple[str, str]:
    """Return what a print hangs on: the content, and by its ending the language."""
    return path.rpartition(".")[2].lower(), blob


def _name(work: Work, releases: Iterable[Release]) -> str:
    """Return a file name that the same releases of the same work always get."""
    versions = "\n".join([work.purl, *(release.version for release in releases)])
    digest = hashlib.blake2b(versions.encode("utf-8", "replace"), digest_size=6).hexdigest()
    name = re.sub(r"[^a-z0-9]+", "-", PackageURL.from_string(work.purl).name.lower()).strip("-")
    return f"{name[:60] or 'work'}-{digest}{ENDING}"
