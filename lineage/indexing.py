"""References into the catalogue: each is read once, and what is compared of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from lineage.assembly import artifact_of
from lineage.catalogue import Catalogue, Entry, WeightDigest
from lineage.code_indexing import Gathered, Wanted
from lineage.holdings import Holding, holding_of
from lineage.kinship.fingerprint import VERSION
from lineage.kinship.storage import encode
from lineage.model import EntryKind, FileEntry, Host, Reading, Scope, WeightFile
from lineage.phrases import counted
from lineage.progress import Progress
from lineage.reading import read
from lineage.sources import Snapshot, open_snapshot
from lineage.sources.links import without_credentials

#: Bytes that are hashed at a time.
_CHUNK = 4 << 20


class UnindexedError(Exception):
    """A model cannot be indexed. ``str()`` is the sentence for a person."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What of a reference was indexed."""

    #: Its weights, which are now in the catalogue; None where it holds none.
    entry: Entry | None
    #: Source files that were gathered.
    programs: int
    #: Bytes that crossed from the host or the disk.
    bytes_read: int


def index(wanted: Wanted, catalogue: Catalogue, gathered: Gathered, progress: Progress) -> Indexed:
    """Put a model's weights into the catalogue, and gather the source files that it holds.

    What was kept of this revision is replaced. What a repository is goes by what it holds: one with
    weights and source files is indexed as both.

    Raises:
        TargetError: the target is of no accepted form.
        UnreachableError: it is missing, private or out of reach.
        UnindexedError: it holds neither, or its weights cannot be read or fingerprinted.
        CatalogueError: it could not be kept.
    """
    shown = without_credentials(wanted.target)
    progress.stage(f"opening {shown}")
    with open_snapshot(wanted.target, wanted.options) as snapshot:
        reading = read(snapshot, frozenset(), progress)
        programs = gathered.add(snapshot, reading, progress, wanted.options.revision or "")
        progress.stage("taking the fingerprint")
        held = holding_of(snapshot)
        try:
            is_model = bool(held.paths or held.gaps) or not programs
            entry = _entry(snapshot, reading, held) if is_model else None
        except ValueError as error:
            raise UnindexedError(_sentence(shown, programs, error)) from error
        spent = snapshot.bytes_read
    if entry is not None:
        catalogue.put(entry)
    return Indexed(entry, programs, spent)


def _sentence(shown: str, programs: int, error: ValueError) -> str:
    if programs:
        files = counted(programs, "source file")
        return f"of {shown} {files} are indexed and the weights are not: {error}"
    return f"{shown} is not indexed: {error}"


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
