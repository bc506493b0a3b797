"""Git LFS pointers: a small text in place of a large file, with its SHA-256 and its size.

https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: "must be less than 1024 bytes" (the specification); the shortest has 125.
POINTER_SIZES = range(120, 1025)
_FIRST_LINE = b"version https://git-lfs.github.com/spec/v1\n"
_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SIZE = re.compile(rb"^size ([0-9]{1,18})$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a pointer says of the file that it stands for."""

    sha256: str
    size: int


def pointer_in(content: bytes) -> Pointer | None:
    """Return what the content points to; None where it is no pointer."""
    if len(content) not in POINTER_SIZES or not content.startswith(_FIRST_LINE):
        return None
    digest, size = _OID.search(content), _SIZE.search(content)
    if digest is None or size is None:
        return None
    return Pointer(sha256=digest[1].decode(), size=int(size[1]))
