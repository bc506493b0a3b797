"""Pages for the browser: reports written to files, as a user writes them."""

from __future__ import annotations

from pathlib import Path

from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page


def page_of(audit: Audit, folder: Path, *, language: str = "en") -> str:
    """Write an audit's page and return its address."""
    path = folder / "report.html"
    text = FORMATS["html"].render(audit, Page(language=language))
    path.write_text(text, encoding="utf-8", newline="\n")
    return path.as_uri()
