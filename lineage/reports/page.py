"""What a report is written on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A terminal, or a file, which is a plain page a hundred columns wide."""

    #: Columns of text.
    width: int = 100
    #: Whether colour may be used; it never carries meaning by itself.
    colour: bool = False
    #: Whether it can show more than ASCII.
    unicode: bool = True
    #: Whether details are wanted that most readers skip.
    verbose: bool = False
    #: Of the report's own words, as ``lineage.reports.wording.LANGUAGES`` has it.
    language: str = "en"
