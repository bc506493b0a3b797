"""Fingerprints of a snapshot's source files as text, for those who look them up elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from lineage.code import VERSION, Passed
from lineage.code.printing import Content
from lineage.code.reading import printed, read_all, readable
from lineage.code.wfp import wfp
from lineage.model import FileEntry, Unread
from lineage.progress import Silent
from lineage.sources import Snapshot


@dataclass(slots=True)
class Prints:
    """The source files of a snapshot, read one after the other."""

    snapshot: Snapshot
    #: Those that could not be read, once all were asked for.
    unread: list[Unread] = field(default_factory=list)

    def files(self) -> list[FileEntry]:
        """Return the source files by path."""
        return sorted(readable(self.snapshot.files()), key=lambda one: one.path)

    def contents(self) -> Iterator[Content]:
        """Yield path and content of each source file, by path."""
        return read_all(self.snapshot, self.files(), self.unread, Silent())


def as_wfp(prints: Prints) -> Iterator[str]:
    """Yield the fingerprints of each file in the format of SCANOSS."""
    for path, content in prints.contents():
        yield wfp(path, content)


def as_json(prints: Prints) -> Iterator[str]:
    """Yield one line of JSON for each file: digests of its bytes and of its tokens."""
    for found, _ in printed(prints.contents(), len(prints.files()), heads=False):
        if isinstance(found, Passed):
            told: dict[str, object] = {
                "path": found.path,
                "kind": found.kind,
                "reason": found.reason,
            }
        else:
            told = {
                "path": found.path,
                "kind": found.kind,
                "language": found.language,
                "lines": found.lines,
                "swhid": f"swh:1:cnt:{found.blob}",
                "sha256": found.sha256,
                "tokens": found.tokens,
                "stream": f"{found.stream:016x}",
                "shape": f"{found.shape:016x}",
                "named": [f"{one:016x}" for one in found.named.hashes.tolist()],
                "shaped": [f"{one:016x}" for one in found.shaped.hashes.tolist()],
                "statements": [f"{one:06x}" for one in found.statements.tolist()],
            }
        yield json.dumps({"version": VERSION, **told}, ensure_ascii=False) + "\n"
