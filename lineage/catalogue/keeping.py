"""The catalogue as lines of JSON, and looked over for damage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.catalogue.entry import parse
from lineage.catalogue.store import Catalogue
from lineage.kinship.fingerprint import VERSION
from lineage.kinship.storage import decode

#: A longer line holds no fingerprint of ours.
_LONGEST = 4 << 20


def lines(catalogue: Catalogue) -> Iterator[str]:
    """Yield every reference as one line of JSON, sorted by purl."""
    for entry in catalogue.entries():
        yield entry.line() + "\n"


def merge(catalogue: Catalogue, exported: Iterable[str]) -> tuple[int, list[str]]:
    """Put exported references into a catalogue; return how many, and what could not be.

    Raises:
        CatalogueError: it cannot be written.
    """
    taken = 0
    faults: list[str] = []
    for number, line in enumerate(exported, 1):
        if not line.strip():
            continue
        try:
            entry = parse(line) if len(line) <= _LONGEST else None
        except ValueError as error:
            faults.append(f"line {number} is no reference ({error})")
            continue
        if entry is None:
            faults.append(f"line {number} is longer than any reference")
            continue
        catalogue.put(entry)
        taken += 1
    return taken, faults


def verify(catalogue: Catalogue) -> tuple[int, list[str]]:
    """Return how many references are sound, and a sentence for each fault.

    Raises:
        CatalogueError: the file cannot be read.
    """
    faults = [f"SQLite says: {fault}" for fault in catalogue.faults()]
    sound = 0
    for entry in catalogue.entries():
        name = entry.repo.purl
        if entry.layout != VERSION:
            faults.append(
                f"{name} is of layout {entry.layout}, and {VERSION} is compared: index it anew"
            )
            continue
        try:
            decode(entry.fingerprint)
        except ValueError as error:
            faults.append(f"{name}: {error}: index it anew")
        else:
            sound += 1
    return sound, faults
