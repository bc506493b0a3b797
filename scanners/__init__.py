"""Scanners: each reads one kind of file and yields evidence. Installed as lineage.scanners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    adapter_config,
    documents,
    licence_clauses,
    licence_files,
    mergekit,
    model_card,
    model_config,
    package_metadata,
    source_headers,
    tokenizer_files,
    weight_files,
)

if TYPE_CHECKING:
    from lineage.plugins import Scanner

__all__ = [
    "SCANNERS",
    "adapter_config",
    "documents",
    "licence_clauses",
    "licence_files",
    "mergekit",
    "model_card",
    "model_config",
    "package_metadata",
    "source_headers",
    "tokenizer_files",
    "weight_files",
]

#: Every built-in scanner by name. A new one is one file and one line here.
SCANNERS: dict[str, Scanner] = {
    adapter_config.NAME: adapter_config,
    documents.NAME: documents,
    licence_clauses.NAME: licence_clauses,
    licence_files.NAME: licence_files,
    mergekit.NAME: mergekit,
    model_card.NAME: model_card,
    model_config.NAME: model_config,
    package_metadata.NAME: package_metadata,
    source_headers.NAME: source_headers,
    tokenizer_files.NAME: tokenizer_files,
    weight_files.NAME: weight_files,
}
