"""A comparison as JSON, version 1 (``compare.schema.json``), under the promises of the audit's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.reports.code_kinship import described_comparison
from lineage.reports.json_report import SCHEMA_VERSION, described_repo, serialised
from lineage.reports.kinships import described_kinship

if TYPE_CHECKING:
    from lineage.codec import Plain
    from lineage.comparison import Comparison, Side
    from lineage.reports.page import Page


def render(comparison: Comparison, _page: Page) -> str:
    """Return the comparison as one JSON object; the same comparison gives the same bytes."""
    return serialised(
        {
            "schema_version": SCHEMA_VERSION,
            "suspect": _side(comparison.suspect),
            "reference": _side(comparison.reference),
            "kinship": described_kinship(comparison.kinship),
            "code": described_comparison(comparison.code),
        }
    )


def _side(side: Side) -> Plain:
    repo = side.repo
    return {
        "target": described_repo(repo),
        "format": side.format or None,
        "files": list(side.paths),
        "parameters": side.parameters,
        "bytes_read": side.bytes_read,
        "unread": [{"path": gap.path, "reason": gap.reason} for gap in side.unread],
        "not_compared": list(side.not_compared),
    }
