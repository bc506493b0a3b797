"""References into the catalogue: each is read once, its fingerprint, digests and terms are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lineage.assembly import artifact_of
from lineage.catalogue import Catalogue, Entry, WeightDigest
from lineage.holdings import Holding, holding_of
from lineage.kinship.fingerprint import VERSION
from lineage.kinship.storage import encode
from lineage.model import EntryKind, FileEntry, Host, Reading, Scope, WeightFile
from lineage.pipeline import AuditOptions, read
from lineage.progress import Progress
from lineage.sources import Snapshot, SourceOptions, open_snapshot
from lineage.sources.links import without_credentials

#: Bytes that are hashed at a time.
_CHUNK = 4 << 20


class UnindexedError(Exception):
    """A model cannot be indexed. ``str()`` is the sentence for a person."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A reference that is now in the catalogue."""

    entry: Entry
    #: Bytes that crossed from the host or the disk.
    bytes_read: int


def index(target: str, catalogue: Catalogue, source: SourceOptions, progress: Progress) -> Indexed:
    """Put a model into the catalogue, in the place of what was kept of this revision.

    Raises:
        TargetError: the target is of no accepted form.
        UnreachableError: it is missing, private or out of reach.
        UnindexedError: its weights could not be read, or cannot be fingerprinted.
        CatalogueError: it could not be kept.
    """
    shown = without_credentials(target)
    progress.stage(f"opening {shown}")
    with open_snapshot(target, source) as snapshot:
        reading = read(snapshot, AuditOptions(source=source), progress)
        progress.stage("taking the fingerprint")
        held = holding_of(snapshot)
        try:
            entry = _entry(snapshot, reading, held)
        except ValueError as error:
            raise UnindexedError(f"{shown} is not indexed: {error}") from error
        spent = snapshot.bytes_read
    catalogue.put(entry)
    return Indexed(entry, spent)


def _entry(snapshot: Snapshot, reading: Reading, held: Holding) -> Entry:
    """Return a model as the catalogue keeps it.

    Raises:
        ValueError: its weights cannot be read or not be told from others.
    """
    if held.model is None:
        raise ValueError(held.reason)
    fingerprint = held.model.fingerprint()
    licences = artifact_of(reading).licences
    return Entry(
        repo=reading.repo,
        licence=next((one.concluded for one in licences if one.scope is Scope.WEIGHTS), None),
        parameters=fingerprint.parameters,
        layout=VERSION,
        files=tuple(_digests(snapshot, reading, held)),
        fingerprint=encode(fingerprint),
    )


def _digests(snapshot: Snapshot, reading: Reading, held: Holding) -> Iterator[WeightDigest]:
    """Yield the SHA-256 of the weight files: as the host gives it, else of what lies on a disk."""
    known = {
        fact.exhibit.path: fact.sha256
        for fact in reading.evidence
        if isinstance(fact, WeightFile) and fact.sha256
    }
    compared = set(held.paths)
    for file in reading.files:
        if file.path in known:
            yield WeightDigest(file.path, file.size or 0, known[file.path])
        elif file.path in compared and _is_near(reading, file):
            yield WeightDigest(file.path, file.size or 0, _hashed(snapshot, file))


def _is_near(reading: Reading, file: FileEntry) -> bool:
    return reading.repo.host is Host.LOCAL and file.kind is EntryKind.FILE and bool(file.size)


def _hashed(snapshot: Snapshot, file: FileEntry) -> str:
    digest = hashlib.sha256()
    size = file.size or 0
    for start in range(0, size, _CHUNK):
        digest.update(snapshot.read_range(file.path, start, min(size, start + _CHUNK)))
    return digest.hexdigest()
