"""The catalogue's references: as a page for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lineage.phrases import counted
from lineage.reports.contents import size_text
from lineage.reports.json_report import described_repo, serialised
from lineage.reports.paper import WIDE, Row, grid, printed, prose, width_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lineage.catalogue import Entry
    from lineage.codec import Plain
    from lineage.reports.page import Page


def page(entries: Sequence[Entry], page: Page) -> str:
    """Return the references one beneath the other."""
    parts: list[RenderableType] = []
    if entries:
        parts.append(grid(map(_row, entries), wide=width_of(page) >= WIDE))
    held = counted(len(entries), "reference")
    parts.append(prose(f"{held}, {size_text(sum(map(_size, entries)))} of fingerprints."))
    return printed(parts, page)


def as_json(entries: Sequence[Entry]) -> str:
    """Return the references as one JSON object, fingerprints left out."""
    described: list[Plain] = [_described(entry) for entry in entries]
    return serialised({"schema_version": "1", "references": described})


def _row(entry: Entry) -> Row:
    size = f"{entry.parameters:,} numbers, fingerprint {size_text(_size(entry))}"
    return Row(
        (prose(entry.licence or "not known"),), (prose(entry.repo.purl),), (prose(size, "dim"),)
    )


def _described(entry: Entry) -> Plain:
    return {
        "target": described_repo(entry.repo),
        "licence": entry.licence,
        "parameters": entry.parameters,
        "layout": entry.layout,
        "files": [
            {"path": file.path, "size": file.size, "sha256": file.sha256} for file in entry.files
        ],
        "fingerprint_bytes": _size(entry),
    }


def _size(entry: Entry) -> int:
    return len(entry.fingerprint)
