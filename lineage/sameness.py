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
    """A file of weights, by its digest."""

    digest: str
    size: int
    exhibit: Exhibit


def same_bytes(
    child: str,
    parent: str,
    readings: Mapping[str, Reading],
    counts: Callable[[Reading, Exhibit], bool],
) -> Derivation | None:
    """Return the derivation that files in common show; None where no file is in common.

    ``identical`` where they are most of what either side holds, else ``related``. Which of the two
    came first is not to be seen in equal bytes: the parent is the one that is taken for it.
    """
    mine, yours = _by_digest(readings[child], counts), _by_digest(readings[parent], counts)
    common = [digest for digest in mine if digest in yours]
    if not common:
        return None
    size = sum(mine[digest].size for digest in common)
    share = max(size / _total(mine.values()), size / _total(yours.values()))
    shown = sorted(common, key=lambda digest: (-mine[digest].size, mine[digest].exhibit.path))
    return Derivation(
        parent=parent,
        child=child,
        relation=Relation.IDENTICAL if share >= _MOST else Relation.RELATED,
        origin=Origin.DETECTED,
        tier=Tier.A,
        exhibits=tuple(side[digest].exhibit for side in (mine, yours) for digest in shown[:_SHOWN]),
    )


def _by_digest(reading: Reading, counts: Callable[[Reading, Exhibit], bool]) -> dict[str, _Held]:
    """Return the weight files that a digest is known of, each content once."""
    listed = {entry.path: entry for entry in reading.files}
    held: dict[str, _Held] = {}
    for file in reading.evidence:
        if not isinstance(file, WeightFile) or not counts(reading, file.exhibit):
            continue
        digest = _digest(file, listed.get(file.exhibit.path))
        if digest and (file.size or 0) >= _SMALLEST:
            held.setdefault(digest, _Held(digest, file.size or 0, file.exhibit))
    return held


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
