"""Whether a whole file is the one that a host, or a cache, says it is."""

from __future__ import annotations

import hashlib

from lineage.model import FileEntry
from lineage.sources.snapshot import UnreadableError


def expect_same(content: bytes, entry: FileEntry, whose: str) -> None:
    """Raise where a file's content is not what its digest says.

    Raises:
        UnreadableError: the digest is another; ``whose`` says where the content comes from.
    """
    if entry.sha256 is not None:
        same = hashlib.sha256(content).hexdigest() == entry.sha256
    else:
        named = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
        same = entry.blob in {None, named.hexdigest()}
    if not same:
        raise UnreadableError(f"{whose} other content than the commit")
