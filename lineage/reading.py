"""One repository read: past the scanners, open texts settled, what its host says of it added."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage import plugins, walk
from lineage.elsewhere import named
from lineage.formats import format_of
from lineage.licences import settle
from lineage.licences.places import role_of
from lineage.model import (
    EntryKind,
    Evidence,
    Exhibit,
    FileEntry,
    Reading,
    Scope,
    UnsettledText,
    WeightFile,
)
from lineage.progress import Progress, Silent
from lineage.sources import Snapshot
from lineage.testimony import with_testimony

_CARD = ("readme", "model_card", "modelcard")
_CONFIGS = frozenset({"adapter_config.json", "config.json", "model_index.json"})


def read(snapshot: Snapshot, leave_out: frozenset[Scope], progress: Progress) -> Reading:
    """Return what the scanners see of a repository, with the texts that they left open settled."""
    chosen = [s for s in plugins.scanners() if s.ABOUT not in leave_out]
    return with_testimony(_settled(snapshot, walk.read(snapshot, chosen, progress), progress))


def read_parent(snapshot: Snapshot) -> Reading:
    """Return what a parent's card, terms and configuration say, and which weights are listed."""
    chosen = [s for s in plugins.scanners() if s.ABOUT not in (Scope.CODE, Scope.WEIGHTS)]
    reading = walk.read(snapshot, chosen, only=_is_metadata)
    reading = with_testimony(_settled(snapshot, reading, Silent()))
    listed = _weights_listed(snapshot, reading.files)
    return named(replace(reading, evidence=(*reading.evidence, *listed)))


def _is_metadata(entry: FileEntry) -> bool:
    """Say whether a file of a parent is read: its card, its terms, its configuration."""
    folder, name = posixpath.split(entry.path.lower())
    if "/" in folder:
        return False
    if role_of(entry.path) is not None:
        return True
    is_recipe = "merge" in name and name.endswith((".yml", ".yaml"))
    return not folder and (name.startswith(_CARD) or name in _CONFIGS or is_recipe)


def _weights_listed(snapshot: Snapshot, files: Sequence[FileEntry]) -> Iterator[WeightFile]:
    """Yield the weight files that a listing shows, none of which is asked for."""
    for entry in files:
        known = format_of(entry.path.rpartition("/")[2])
        if known is not None and entry.kind in (EntryKind.FILE, EntryKind.LFS):
            place = Exhibit(entry.path, url=snapshot.url_of(entry.path))
            yield WeightFile(known, entry.size, entry.sha256, None, (), place)


def _settled(snapshot: Snapshot, reading: Reading, progress: Progress) -> Reading:
    """Return the reading with every unsettled text replaced by what it turned out to be."""
    open_texts = tuple(fact for fact in reading.evidence if isinstance(fact, UnsettledText))
    if not open_texts:
        return reading
    settled, unread = settle(open_texts, snapshot.read, progress)
    evidence: list[Evidence] = [f for f in reading.evidence if not isinstance(f, UnsettledText)]
    coverage = reading.coverage
    return replace(
        reading,
        evidence=(*evidence, *settled),
        coverage=replace(
            coverage,
            bytes_read=snapshot.bytes_read,
            unread=(*coverage.unread, *unread),
        ),
    )
