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
    from lineage.code.shard import Contents
    from lineage.codec import Plain
    from lineage.reports.page import Page


def page(entries: Sequence[Entry], works: Sequence[Contents], page: Page) -> str:
    """Return the references one beneath the other: models first, then works of code."""
    parts: list[RenderableType] = []
    rows = [*map(_row, entries), *map(_work_row, works)]
    if rows:
        parts.append(grid(rows, wide=width_of(page) >= WIDE))
    if entries or not works:
        held = counted(len(entries), "reference")
        parts.append(prose(f"{held}, {size_text(sum(map(_size, entries)))} of fingerprints."))
    if works:
        names = counted(len({one.work.purl for one in works}), "work")
        files = sum(one.files for one in works)
        parts.append(prose(f"{names} of code, {counted(files, 'distinct source file')}."))
    return printed(parts, page)


def as_json(entries: Sequence[Entry], works: Sequence[Contents]) -> str:
    """Return the references as one JSON object, fingerprints left out."""
    described: list[Plain] = [_described(entry) for entry in entries]
    code: list[Plain] = [_described_work(one) for one in works]
    return serialised({"schema_version": "1", "references": described, "code": code})


def _work_row(one: Contents) -> Row:
    licences = dict.fromkeys(release.licence for release in one.releases if release.licence)
    first, last = one.releases[0].version, one.releases[-1].version
    span = first if first == last else f"{first} to {last}"
    held = f"code: {counted(len(one.releases), 'release')} ({span})"
    files = counted(one.files, "distinct source file")
    return Row(
        (prose(" / ".join(licences) or "not known"),),
        (prose(one.work.purl), prose(held)),
        (prose(files, "dim"),),
    )


def _described_work(one: Contents) -> Plain:
    return {
        "name": one.work.name,
        "purl": one.work.purl,
        "url": one.work.url,
        "files": one.files,
        "releases": [
            {"version": each.version, "date": each.date, "licence": each.licence}
            for each in one.releases
        ],
    }


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
