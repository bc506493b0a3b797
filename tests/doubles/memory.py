"""A snapshot made from a dict: what stands in the repository, and nothing else.

    snapshot_of({"README.md": b"# X", "model.safetensors": Pointer(sha256="ab…", size=10)})

It keeps the promises of ``lineage.sources.snapshot.Snapshot`` and counts what is read of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias

from lineage.model import EntryKind, FileEntry, Host, HostFact, Repo
from lineage.sources.file import SourceFile
from lineage.sources.snapshot import UnreadableError

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A Git LFS pointer, or (without a sha256) a blob that the clone's size filter left out."""

    sha256: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True, slots=True)
class Hosted:
    """A large file whose SHA-256 the host knows; its bytes can be had by range."""

    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


Content: TypeAlias = bytes | str | Pointer | Link | Hosted


class MemorySnapshot:
    """Implements ``Snapshot`` over a dict."""

    def __init__(
        self, contents: Mapping[str, Content], repo: Repo, facts: tuple[HostFact, ...]
    ) -> None:
        self._contents = dict(contents)
        self._facts = facts
        self.repo = repo
        self.bytes_read = 0
        #: Every (path, start, stop) that was asked for.
        self.asked: list[tuple[str, int, int]] = []

    def files(self) -> tuple[FileEntry, ...]:
        return tuple(_entry(path, self._contents[path]) for path in sorted(self._contents))

    def read(self, path: str, limit: int) -> bytes:
        content = self._bytes(path)
        if len(content) > limit:
            raise UnreadableError(f"{len(content):,} bytes, more than the {limit:,} that are read")
        return self._counted(path, content, 0, len(content))

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        return self._counted(path, self._bytes(path), start, stop)

    def facts(self) -> tuple[HostFact, ...]:
        return self._facts

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        return None

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _bytes(self, path: str) -> bytes:
        match self._contents.get(path):
            case bytes() as content:
                return content
            case str() as text:
                return text.encode()
            case Hosted(content):
                return content
            case _:
                raise UnreadableError("its content is not here")

    def _counted(self, path: str, content: bytes, start: int, stop: int) -> bytes:
        self.asked.append((path, start, stop))
        piece = content[start:stop]
        self.bytes_read += len(piece)
        return piece


def snapshot_of(
    contents: Mapping[str, Content], name: str = "org/name", facts: tuple[HostFact, ...] = ()
) -> MemorySnapshot:
    """Return a snapshot of a Hugging Face repository that holds these files."""
    repo = Repo(
        host=Host.HUGGINGFACE,
        id=name,
        revision=REVISION,
        url=f"https://huggingface.co/{name}/tree/{REVISION}",
        purl=f"pkg:huggingface/{name}@{REVISION}",
    )
    return MemorySnapshot(contents, repo, facts)


def file_of(path: str, content: Content, *others: str) -> SourceFile:
    """Return one file of a snapshot, as a scanner gets it; ``others`` are empty files beside it."""
    snapshot = snapshot_of({path: content, **dict.fromkeys(others, b"")})
    entry = next(entry for entry in snapshot.files() if entry.path == path)
    return SourceFile(snapshot, entry)


def _entry(path: str, content: Content) -> FileEntry:
    match content:
        case Pointer(sha256, size):
            kind = EntryKind.LFS if sha256 else EntryKind.FILTERED
            return FileEntry(path=path, kind=kind, size=size, sha256=sha256)
        case Link(target):
            return FileEntry(path=path, kind=EntryKind.SYMLINK, size=len(target), link=target)
        case Hosted(data):
            return FileEntry(path=path, kind=EntryKind.FILE, size=len(data), sha256=content.sha256)
        case bytes() | str():
            return FileEntry(path=path, kind=EntryKind.FILE, size=len(_as_bytes(content)))


def _as_bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content
