"""Weight files: the inventory of tensors, and what the files' own metadata say.

Headers are read by range and nothing more of them, on a disk as on a host. A format whose header is
not read (a pickle is never opened) is listed with its size and digest.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.formats import HEADERS, NAMES, FormatError, Header, format_of
from lineage.model import EntryKind, Evidence, Scope, WeightFile
from lineage.phrases import listed
from lineage.sources.file import JSON_LIMIT, SourceFile
from lineage.sources.snapshot import UnreadableError

from ._weight_metadata import statements

NAME = "weight-files"
_INDEXES = ("*.safetensors.index.json", "*.bin.index.json")
PATTERNS = tuple(pattern for patterns in NAMES.values() for pattern in patterns) + _INDEXES
ABOUT = Scope.WEIGHTS

#: Metadata of trainers runs to megabytes; what names a licence or a parent is short.
_MAX_PAIRS = 256
_MAX_VALUE = 1_000


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the weight file, and what its metadata say of licence, parents and data."""
    if file.name.lower().endswith(".index.json"):
        _check_index(file)
        return
    known = format_of(file.name)
    if known is None or (known not in HEADERS and file.entry.size == 0):
        return
    try:
        header = _header(file, known)
    except UnreadableError:
        # What the host keeps back is known by its digest all the same.
        if file.entry.sha256 is not None:
            yield _described(file, known, None)
        raise
    yield _described(file, known, header)
    if header is not None:
        yield from statements(file, known, header)
    elif known in HEADERS and file.entry.sha256 is None:
        raise UnreadableError("weights that the clone left out, without a digest to know them by")


def _described(file: SourceFile, known: str, header: Header | None) -> WeightFile:
    return WeightFile(
        format=known,
        size=file.entry.size,
        sha256=file.entry.sha256,
        tensors=None if header is None else header.tensors,
        metadata=() if header is None else tuple(_metadata(header)),
        exhibit=file.exhibit(),
    )


def _header(file: SourceFile, known: str) -> Header | None:
    """Return the header; None where the content is elsewhere or only its format is known."""
    if known not in HEADERS or file.entry.kind is not EntryKind.FILE:
        return None
    if file.entry.size is None:
        raise UnreadableError("a weight file whose size the host does not tell")
    try:
        return HEADERS[known](file.opening, file.entry.size)
    except FormatError as error:
        raise UnreadableError(f"not valid {known}: {error}") from error


def _metadata(header: Header) -> Iterator[tuple[str, str]]:
    for key, value in header.metadata[:_MAX_PAIRS]:
        yield key, value if len(value) <= _MAX_VALUE else value[: _MAX_VALUE - 1] + "…"
    for key, length in header.omitted[:_MAX_PAIRS]:
        yield f"{key}.length", str(length)


def _check_index(file: SourceFile) -> None:
    """Refuse an index that names shards which the repository does not hold."""
    index = file.json(JSON_LIMIT)
    shards = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(shards, dict):
        raise UnreadableError("an index of weights without a weight_map")
    named = sorted({shard for shard in shards.values() if isinstance(shard, str)})
    missing = [shard for shard in named if shard not in file.siblings]
    if missing:
        raise UnreadableError(f"names weights that are not in the repository: {listed(missing)}")
