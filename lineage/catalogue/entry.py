"""A reference as the catalogue keeps it, and as a line of JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from lineage.codec import from_plain, to_plain
from lineage.kinship.storage import decode
from lineage.model import Repo


@dataclass(frozen=True, slots=True)
class WeightDigest:
    """A file of weights whose SHA-256 is known."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A reference model."""

    repo: Repo
    #: SPDX expression that was concluded for its weights; None where nothing could be.
    licence: str | None
    parameters: int
    #: Version of the fingerprint's layout and of how its parts are chosen.
    layout: int
    files: tuple[WeightDigest, ...]
    #: As ``lineage.kinship.storage`` packs it.
    fingerprint: bytes

    def line(self) -> str:
        """Return the entry as one line of JSON."""
        plain = {
            "repo": to_plain(self.repo),
            "licence": self.licence,
            "parameters": self.parameters,
            "layout": self.layout,
            "files": [to_plain(file) for file in self.files],
            "fingerprint": base64.b64encode(self.fingerprint).decode("ascii"),
        }
        return json.dumps(plain, sort_keys=True)


def parse(line: str) -> Entry:
    """Return the entry that a line describes; nothing in it is trusted.

    Raises:
        ValueError: it describes none, or its fingerprint cannot be read.
    """
    try:
        found = from_plain(json.loads(line), _Line)
    except RecursionError as error:
        raise ValueError("it nests too deep") from error
    packed = base64.b64decode(found.fingerprint, validate=True)
    fingerprint = decode(packed)
    if found.layout != fingerprint.version or found.parameters != fingerprint.parameters:
        raise ValueError("it says of its fingerprint what that does not hold")
    return Entry(
        found.repo, found.licence, found.parameters, found.layout, tuple(found.files), packed
    )


@dataclass(frozen=True, slots=True)
class _Line:
    repo: Repo
    licence: str | None
    parameters: int
    layout: int
    files: list[WeightDigest]
    fingerprint: str
