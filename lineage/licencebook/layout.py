"""Plain text in two columns: a label and its text, wrapped to the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from lineage.escape import safe_text

#: A line of prose is not read easily beyond this.
_PROSE = 100
_LEAST = 40
_LABEL = 14


def row(label: str, said: str, width: int) -> Iterator[str]:
    """Yield the lines of a label with its text beside it; a long label has a line of its own."""
    label, room = safe_text(label), width_of(width) - _LABEL
    lines = textwrap.wrap(safe_text(said), room, break_on_hyphens=False) or [""]
    if len(label) >= _LABEL:
        yield label
        label = ""
    for number, line in enumerate(lines):
        yield f"{label if number == 0 else '':{_LABEL}}{line}".rstrip()


def paragraph(said: str, width: int, indent: int = 0) -> Iterator[str]:
    """Yield the lines of a paragraph."""
    pad = " " * indent
    yield from textwrap.wrap(
        safe_text(said),
        width_of(width),
        initial_indent=pad,
        subsequent_indent=pad,
        break_on_hyphens=False,
    )


def quotation(quote: str | None, width: int) -> Iterator[str]:
    """Yield a clause's own words, set in."""
    if quote:
        yield from paragraph(f'"{quote}"', width, _LABEL)


def section(title: str, lines: Iterable[str], width: int) -> Iterator[str]:
    """Yield a heading and its lines; nothing where there are none."""
    made = list(lines)
    if made:
        yield ""
        yield from paragraph(title, width)
        yield from made


def width_of(width: int) -> int:
    """Return the width that text is wrapped to on a page of that width."""
    return max(_LEAST, min(width, _PROSE))
