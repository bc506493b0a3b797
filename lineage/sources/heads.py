"""The heads of weight files, where a host tells those of all shards in one answer.

A head is the eight bytes of length and the header of a safetensors file
(https://github.com/huggingface/safetensors#format). The hub gives the headers as JSON, from which
the bytes are put together again: padded with spaces, as the format has it, to the length that the
file's size leaves for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Protocol, TypeAlias, runtime_checkable

from lineage.sources.http import Json

Reader: TypeAlias = Callable[[int, int], bytes]

#: How much of a file is asked for at once to find its header (``lineage.formats.safetensors``).
PROBE = 64 << 10
_SHARD = re.compile(r"(?P<stem>.+)-\d{5}-of-\d{5}\.safetensors")
_LENGTH = 8


@runtime_checkable
class Headed(Protocol):
    """A snapshot whose host may tell heads of weight files without being asked for the files."""

    def head(self, path: str) -> bytes | None:
        """Return the head of a weight file; None where the host does not tell it."""


def index_of(path: str) -> str | None:
    """Return the path of the index that a shard's name stands for."""
    found = _SHARD.fullmatch(path)
    return f"{found['stem']}.safetensors.index.json" if found else None


def head_of(header: Json, size: int | None) -> bytes | None:
    """Return the head of a file of that size; None where the header leaves no room for it."""
    if not isinstance(header, dict) or size is None:
        return None
    ends = [_end(value) for key, value in header.items() if key != "__metadata__"]
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    length = size - _LENGTH - max(ends, default=0)
    if min(ends, default=0) < 0 or length < len(text):
        return None
    return length.to_bytes(_LENGTH, "little") + text.ljust(length)


def headed(snapshot: object, path: str, read: Reader) -> Reader:
    """Return a reader of a file to which its head is known, if the host tells it.

    A probe for the header ends with it; every other range is what it is.
    """
    if not isinstance(snapshot, Headed):
        return read
    known: list[bytes | None] = []

    def reading(start: int, stop: int, /) -> bytes:
        if start == 0 and stop == PROBE and not known:
            known.append(snapshot.head(path))
        head = known[0] if known else None
        if head is not None and (stop <= len(head) or (start == 0 and stop == PROBE)):
            return head[start:stop]
        return read(start, stop)

    return reading


def _end(described: Json) -> int:
    """Return where a tensor ends, counted from the header's end; -1 where that is not said."""
    offsets = described.get("data_offsets") if isinstance(described, dict) else None
    end = offsets[1] if isinstance(offsets, list) and len(offsets) == 2 else None  # noqa: PLR2004
    return end if isinstance(end, int) and 0 <= end < 1 << 53 else -1
