"""What a terminal report is printed on: a grid of labels and texts, each made safe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from lineage.escape import safe_text

if TYPE_CHECKING:
    from lineage.reports.page import Page

#: From here on details stand beside the text.
WIDE = 140
#: A line of prose is not read easily beyond this.
_PROSE = 120
_LEAST, _MOST = 40, 200
_LABEL = 17
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Row:
    """A label, its text, and the details that a narrow page puts beneath the text."""

    label: tuple[Text, ...]
    body: tuple[Text, ...]
    aside: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of lines, and a line beneath both."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    beneath: str


def printed(parts: Iterable[RenderableType], page: Page) -> str:
    """Return the parts one beneath the other, as wide and as plain as the page."""
    width = width_of(page)
    paper = StringIO()
    console = Console(
        file=paper,
        width=width,
        color_system="standard" if page.colour else None,
        force_terminal=page.colour,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    for part in parts:
        console.print(part, width=min(width, _PROSE) if isinstance(part, Text) else None)
    text = "\n".join(line.rstrip() for line in paper.getvalue().split("\n"))
    return text if page.unicode else _ascii(text)


def width_of(page: Page) -> int:
    """Return the width of what is printed."""
    return max(_LEAST, min(page.width, _MOST))


def grid(rows: Iterable[Row], *, wide: bool) -> Table:
    """Return rows as a grid; wide ones have their details beside the text."""
    found = Table.grid(padding=(0, 2, 0, 0), expand=True)
    found.add_column(width=_LABEL, overflow="fold")
    found.add_column(ratio=3, overflow="fold")
    if wide:
        found.add_column(ratio=2, overflow="fold")
    for number, one in enumerate(rows):
        if number and len(one.label) > 1:
            found.add_row()
        body, aside = (one.body, one.aside) if wide else ((*one.body, *one.aside), ())
        cells = (Group(*one.label), Group(*body), Group(*aside))
        found.add_row(*cells[: 3 if wide else 2])
    return found


def beside(pairs: Iterable[Pair]) -> Table:
    """Return pairs one beneath the other, each in two columns of one width."""
    found = Table.grid(padding=(0, 2, 0, 0), expand=True)
    found.add_column(ratio=1, overflow="fold")
    found.add_column(ratio=1, overflow="fold")
    for number, pair in enumerate(pairs):
        if number:
            found.add_row()
        for left, right in zip_longest(pair.left, pair.right, fillvalue=""):
            found.add_row(prose(left), prose(right))
        if pair.beneath:
            found.add_row(prose(pair.beneath, "dim"))
    return found


def row(label: str, text: str) -> Row:
    """Return a row of a label and one paragraph."""
    return Row((Text(label),), (prose(text),))


def prose(text: str, style: str = "") -> Text:
    """Return foreign or own text as one paragraph that does nothing to the terminal."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return Text(safe_text(shown), style)


def _ascii(text: str) -> str:
    return text.replace("…", "...").encode("ascii", "backslashreplace").decode("ascii")
