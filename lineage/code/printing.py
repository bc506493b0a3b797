"""Prints of a few files, one after the other, with their heads where those are asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeAlias

from lineage.code.fingerprint import fingerprint
from lineage.code.prints import FilePrint, Passed
from lineage.headers import head_of, packed
from lineage.sources import UnreadableError
from lineage.sources.file import decode

Content: TypeAlias = tuple[str, bytes]
#: A print and the head of the file as ``lineage.headers`` packs it.
Printed: TypeAlias = tuple[FilePrint | Passed, str]


def prints_of(batch: Sequence[Content], *, heads: bool) -> list[Printed]:
    """Return the print of each file, with its packed head if ``heads`` are asked for."""
    return [
        (fingerprint(path, content), _head(content) if heads else "") for path, content in batch
    ]


def _head(content: bytes) -> str:
    try:
        head = head_of(decode(content))
    except UnreadableError:
        return ""
    return json.dumps(packed(head), ensure_ascii=False, separators=(",", ":"))
