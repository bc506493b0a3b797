"""Files of weights that two repositories both hold, byte for byte.

Equal bytes need no statistics. They do not tell who copied from whom, nor whether both took the
file from a third: parts that many models carry unchanged (a text encoder, a VAE) are no descent of
the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from lineage.model import (
    Derivation,
    EntryKind,
    Exhibit,
    FileEntry,
    Origin,
    Reading,
    Relation,
    Tier,
    WeightFile,
)

#: Smaller files (states of random generators, arguments of a trainer) may be equal by chance.
_SMALLEST = 64 << 10
#: Share of either repository's weights from which on one is said to hold the other.
_MOST = 0.5
#: Files shown of each side.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Held:
    """A file of weights, and the digest that it is known by, if it is."""

    digest: str | None
    size: int
    exhibit: Exhibit


def same_bytes(
    child: str,
    parent: str,
    readings: Mapping[str, Reading],
    counts: Callable[[Reading, Exhibit], bool],
) -> Derivation | None:
    """Return the derivation that files in common show; None where no file is in common.

    ``identical`` where the parent holds all weights of the child, ``unknown`` where the files in
    common are most of what either side holds, else ``related``. Which of the two came first is not
    to be seen in equal bytes: the parent is the one that is taken for it.
    """
    mine, yours = (_held(readings[name], counts) for name in (child, parent))
    theirs = {file.digest: file for file in yours if file.digest}
    common = {file.digest: file for file in mine if file.digest in theirs}
    if not common:
        return None
    size = sum(file.size for file in common.values())
    share = max(size / _total(mine), size / _total(yours))
    shown = sorted(common.values(), key=lambda file: (-file.size, file.exhibit.path))[:_SHOWN]
    relation = Relation.UNKNOWN if share >= _MOST else Relation.RELATED
    return Derivation(
        parent=parent,
        child=child,
        relation=Relation.IDENTICAL if len(common) == len(mine) else relation,
        origin=Origin.DETECTED,
        tier=Tier.A,
        exhibits=(
            *(file.exhibit for file in shown),
            *(theirs[file.digest].exhibit for file in shown if file.digest),
        ),
    )


def _held(reading: Reading, counts: Callable[[Reading, Exhibit], bool]) -> list[_Held]:
    """Return the weight files, each content that a digest is known of once."""
    listed = {entry.path: entry for entry in reading.files}
    held: dict[str, _Held] = {}
    for file in reading.evidence:
        if isinstance(file, WeightFile) and counts(reading, file.exhibit):
            path, size = file.exhibit.path, file.size or 0
            digest = _digest(file, listed.get(path))
            if size >= _SMALLEST:
                held.setdefault(digest or path, _Held(digest, size, file.exhibit))
    return list(held.values())


def _digest(file: WeightFile, entry: FileEntry | None) -> str | None:
    """Return the content's SHA-256 or, failing that, git's own digest of a file that is no pointer.

    The same content has two digests of different kinds where one host keeps it in LFS; such a pair
    is not found, which loses a finding and makes none.
    """
    if file.sha256:
        return f"sha256:{file.sha256.lower()}"
    if entry and entry.blob and entry.kind is EntryKind.FILE:
        return f"git:{entry.blob.lower()}"
    return None


def _total(files: Iterable[_Held]) -> int:
    return sum(file.size for file in files)
