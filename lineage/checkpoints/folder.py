"""What stands beside the weights: a configuration, a tokenizer, further files of the format."""

from __future__ import annotations

import posixpath

from lineage.checkpoints.vocabulary import READERS, Vocabulary
from lineage.formats.paging import Source
from lineage.model import EntryKind, FileEntry, Unread
from lineage.sources.file import JSON_LIMIT, Json, SourceFile
from lineage.sources.heads import headed
from lineage.sources.snapshot import Snapshot

_CONFIGS = ("config.json", "params.json")
#: The quantiser's own record, beside configurations that do not repeat it.
_QUANTISERS = ("quantize_config.json", "quant_config.json")
_NOT_HERE = {
    EntryKind.LFS: "a Git LFS pointer; the weights that it stands for are not here",
    EntryKind.FILTERED: "left out by the clone; the weights are not here",
    EntryKind.SYMLINK: "a symbolic link, not followed",
    EntryKind.SUBMODULE: "another repository (submodule), not entered",
    EntryKind.SPECIAL: "neither a file nor a directory",
    EntryKind.CLOSED: "a directory that could not be looked into",
    EntryKind.ABSENT: "not in this copy, which was downloaded in part",
}


class Folder:
    """A folder of a snapshot, which remembers what of it could not be read."""

    def __init__(self, snapshot: Snapshot, path: str) -> None:
        """Stand in the folder; ``""`` is the root."""
        self._snapshot = snapshot
        self._path = path
        self._entries = {entry.path: entry for entry in snapshot.files()}
        self._indexes: dict[str, dict[str, str]] = {}
        self._beside: dict[str, Source | None] = {}
        self.gaps: list[Unread] = []

    def gap(self, path: str, reason: str) -> None:
        """Remember what could not be read, and why."""
        self.gaps.append(Unread(path, reason))

    def source(self, entry: FileEntry) -> Source | None:
        """Return a file's bytes by range; None, and a gap, where they are not here."""
        reason = _NOT_HERE.get(entry.kind)
        if reason is None and entry.size is None:
            reason = "weights whose size the host does not tell"
        if reason is not None or entry.size is None:
            self.gap(entry.path, reason or "")
            return None
        snapshot = self._snapshot

        def read(start: int, stop: int) -> bytes:
            return snapshot.read_range(entry.path, start, stop)

        return Source(headed(snapshot, entry.path, read), entry.size)

    def beside(self, name: str) -> Source | None:
        """Return another file of this folder by range; None where it is not there or not here."""
        path = posixpath.normpath(posixpath.join(self._path, name))
        if path not in self._beside:
            entry = self._entries.get(path)
            self._beside[path] = None if entry is None else self.source(entry)
        return self._beside[path]

    @property
    def opened_beside(self) -> tuple[Source, ...]:
        """Return the files that were opened since another pointed to them."""
        return tuple(source for source in self._beside.values() if source is not None)

    def tensors_by_shard(self, index: FileEntry) -> dict[str, str]:
        """Return which file an index names for each tensor; a gap where it cannot be read."""
        if index.path not in self._indexes:
            named = self.object(index).get("weight_map")
            pairs = named.items() if isinstance(named, dict) else ()
            self._indexes[index.path] = {
                tensor: shard for tensor, shard in pairs if isinstance(shard, str)
            }
        return self._indexes[index.path]

    def config(self) -> dict[str, Json]:
        """Return the model's configuration; empty where there is none or it cannot be read."""
        return self._object(_CONFIGS)

    def quantiser(self) -> dict[str, Json]:
        """Return what the quantiser left beside the configuration."""
        return self._object(_QUANTISERS)

    def object(self, entry: FileEntry) -> dict[str, Json]:
        """Return a JSON file's members; empty, and a gap, where it cannot be read."""
        try:
            found = SourceFile(self._snapshot, entry).json(JSON_LIMIT)
        except ValueError as error:
            self.gap(entry.path, str(error))
            return {}
        if isinstance(found, dict):
            return found
        self.gap(entry.path, "JSON that is no mapping")
        return {}

    def _object(self, names: tuple[str, ...]) -> dict[str, Json]:
        entries = (self._entries.get(posixpath.join(self._path, name)) for name in names)
        entry = next((entry for entry in entries if entry is not None), None)
        return {} if entry is None else self.object(entry)

    def vocabulary(self) -> Vocabulary | None:
        """Return the row of each token, from the first tokenizer file that says it."""
        parent, _, own = self._path.rpartition("/")
        tokenizer = own.replace("text_encoder", "tokenizer") if "text_encoder" in own else ""
        places = [self._path, *([posixpath.join(parent, tokenizer)] if tokenizer else [])]
        for place in places:
            for name, read in READERS.items():
                entry = self._entries.get(posixpath.join(place, name))
                if entry is None:
                    continue
                try:
                    return read(SourceFile(self._snapshot, entry))
                except ValueError as error:
                    self.gap(entry.path, str(error))
        return None
