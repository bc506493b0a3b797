"""Scanners: each reads one kind of file of a snapshot and yields evidence. Installed as lineage.scanners."""

from __future__ import annotations

from lineage.plugins import Scanner

__all__ = ["SCANNERS"]

#: Every built-in scanner by name. A new one is one file and one line here.
SCANNERS: dict[str, Scanner] = {}
