"""SHA-256 of weight files on a disk, taken where another file of that size is known.

A host tells the digest of each large file; a disk does not. A file is worth its hashing where what
it is compared with holds one of the same size, and where both can be read the same few bytes at
three places too: models that were trained on have their parent's size, and its bytes nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lineage.model import EntryKind, FileEntry, Host, Reading, WeightFile
from lineage.sources import Snapshot, UnreadableError

if TYPE_CHECKING:
    from lineage.catalogue import Catalogue
    from lineage.progress import Progress

#: Smaller files may be equal by chance (``sameness``).
SMALLEST = 64 << 10
#: Bytes that are hashed in all; what lies beyond is compared by its tensors alone.
MOST = 16 << 30
_CHUNK = 4 << 20
_SAMPLE = 4 << 10


@dataclass(slots=True)
class _File:
    """A weight file of an open repository, and what it is known by."""

    snapshot: Snapshot
    entry: FileEntry
    size: int
    sha256: str | None

    @property
    def is_near(self) -> bool:
        """Whether its bytes are on this machine, and its digest is not known."""
        near = self.snapshot.repo.host is Host.LOCAL and self.entry.kind is EntryKind.FILE
        return near and self.sha256 is None


def digested(
    opened: Sequence[tuple[Snapshot, Reading]], catalogue: Catalogue | None, progress: Progress
) -> tuple[Reading, ...]:
    """Return the readings with the digests that tell the first's weight files from the others'.

    What cannot be read has none; whoever compares the weights says so.
    """
    files = [_weight_files(snapshot, reading) for snapshot, reading in opened]
    mine, others = files[0], [file for held in files[1:] for file in held]
    kept = catalogue.sizes_held({file.size for file in mine}) if catalogue else frozenset()
    wanted = [
        *(file for file in mine if file.size in kept or any(_alike(file, one) for one in others)),
        *(one for one in others if any(_alike(file, one) for file in mine)),
    ]
    _hash([file for file in wanted if file.is_near], progress)
    return tuple(
        _with(reading, {file.entry.path: file.sha256 for file in held if file.sha256})
        for (_, reading), held in zip(opened, files, strict=True)
    )


def same_bytes(
    one: Snapshot, paths: Sequence[str], two: Snapshot, others: Sequence[str], progress: Progress
) -> bool:
    """Return whether these files of two repositories are the same, byte for byte."""
    mine, yours = (_listed(*side) for side in ((one, paths), (two, others)))
    if not mine or sorted(file.size for file in mine) != sorted(file.size for file in yours):
        return False
    if not all(any(_alike(file, other) for other in yours) for file in mine):
        return False
    _hash([file for file in (*mine, *yours) if file.is_near], progress)
    known = [sorted(file.sha256 or "" for file in side) for side in (mine, yours)]
    return known[0] == known[1] and all(known[0])


def _weight_files(snapshot: Snapshot, reading: Reading) -> list[_File]:
    listed = {entry.path: entry for entry in reading.files}
    return [
        _File(snapshot, listed[fact.exhibit.path], fact.size, fact.sha256)
        for fact in reading.evidence
        if isinstance(fact, WeightFile) and (fact.size or 0) >= SMALLEST and fact.size
    ]


def _listed(snapshot: Snapshot, paths: Sequence[str]) -> list[_File]:
    chosen = set(paths)
    return [
        _File(snapshot, entry, entry.size, entry.sha256)
        for entry in snapshot.files()
        if entry.path in chosen and entry.size
    ]


def _alike(one: _File, two: _File) -> bool:
    """Say whether two files may be the same: nothing that is quick to see tells them apart."""
    if one.size != two.size or not (one.is_near or two.is_near):
        return one.size == two.size and one.sha256 == two.sha256
    if not all(file.is_near or file.sha256 for file in (one, two)):
        return False
    for start in (0, one.size // 2, max(0, one.size - _SAMPLE)):
        try:
            some = {
                bytes(file.snapshot.read_range(file.entry.path, start, start + _SAMPLE))
                for file in (one, two)
            }
        except UnreadableError:
            continue
        if len(some) > 1:
            return False
    return True


def _hash(files: Sequence[_File], progress: Progress) -> None:
    """Take the digests, the smallest files' first, as far as the limit goes."""
    left = MOST
    if files:
        progress.stage("hashing weights", sum(-(-file.size // _CHUNK) for file in files))
    for file in sorted(files, key=lambda file: file.size):
        left -= file.size
        if left < 0 or file.sha256:
            continue
        digest = hashlib.sha256()
        try:
            for piece in _pieces(file):
                digest.update(piece)
                progress.advance(detail=file.entry.path)
        except UnreadableError:
            continue
        file.sha256 = digest.hexdigest()


def _pieces(file: _File) -> Iterator[bytes]:
    """Yield the content.

    Raises:
        UnreadableError: it is shorter than it was, or cannot be read.
    """
    for start in range(0, file.size, _CHUNK):
        stop = min(file.size, start + _CHUNK)
        piece = bytes(file.snapshot.read_range(file.entry.path, start, stop))
        if len(piece) != stop - start:
            raise UnreadableError("it shrank while it was read")
        yield piece


def _with(reading: Reading, digests: dict[str, str]) -> Reading:
    """Return the reading with the digests of weight files filled in."""
    evidence = tuple(
        replace(fact, sha256=found, exhibit=replace(fact.exhibit, sha256=found))
        if isinstance(fact, WeightFile)
        and fact.sha256 is None
        and (found := digests.get(fact.exhibit.path))
        else fact
        for fact in reading.evidence
    )
    return replace(reading, evidence=evidence)
