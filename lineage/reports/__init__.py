"""Reports: views of one audit, one file per format. A new one is one file and one line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lineage.reports import (
    comment,
    cyclonedx,
    html,
    json_report,
    kinship_json,
    kinship_table,
    markdown,
    notice,
    sarif,
    spdx,
    table,
)
from lineage.reports.page import Page

if TYPE_CHECKING:
    from lineage.comparison import Comparison
    from lineage.pipeline import Audit

__all__ = ["COMPARISONS", "FORMATS", "ComparisonFormat", "Format", "Page"]


class Format(Protocol):
    """A module that shows an audit. What only this format needs, it imports in ``render``."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module constant
        """Its name on the command line: ``json``."""

    def render(self, audit: Audit, page: Page, /) -> str:
        """Return the whole report, every foreign string escaped for this format.

        The same audit on the same page gives the same text.
        """


class ComparisonFormat(Protocol):
    """A module that shows a comparison of two models."""

    def render(self, comparison: Comparison, page: Page, /) -> str:
        """Return the whole report; the same comparison on the same page gives the same text."""


#: Every format by name; the first is what a terminal gets.
FORMATS: dict[str, Format] = {
    "table": table,
    "json": json_report,
    "sarif": sarif,
    "cyclonedx": cyclonedx,
    "spdx": spdx,
    "markdown": markdown,
    "comment": comment,
    "notice": notice,
    "html": html,
}

#: The same of ``lineage compare``.
COMPARISONS: dict[str, ComparisonFormat] = {
    "table": kinship_table,
    "json": kinship_json,
}
