"""Scanners: each reads one kind of file and yields evidence. Installed as lineage.scanners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import weight_files

if TYPE_CHECKING:
    from lineage.plugins import Scanner

__all__ = ["SCANNERS", "weight_files"]

#: Every built-in scanner by name. A new one is one file and one line here.
SCANNERS: dict[str, Scanner] = {
    weight_files.NAME: weight_files,
}
