"""The terminal at hand: what fits on its standard output, and progress on its standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from lineage import progress
from lineage.escape import safe_text, without_secrets
from lineage.reports import Page

#: Longest path shown; a bar that wraps scrolls the terminal.
_DETAIL = 40


class _Count(MofNCompleteColumn):
    """How many of how many, where that is known."""

    def render(self, task: Task) -> Text:
        """Return "3/12", or nothing."""
        return super().render(task) if task.total else Text()


class Bar:
    """Shows the stage at hand, how far it is, and what is being read."""

    def __init__(self, display: Progress) -> None:
        self._display = display
        self._task: TaskID | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        """Replace the stage before by this one."""
        if self._task is not None:
            self._display.remove_task(self._task)
        shown = safe_text(without_secrets(name))
        self._task = self._display.add_task(shown, total=total, detail="")

    def advance(self, steps: int = 1, detail: str = "") -> None:
        """Move the bar on."""
        if self._task is not None:
            shown = safe_text(detail)
            shown = shown if len(shown) <= _DETAIL else f"...{shown[3 - _DETAIL :]}"
            self._display.update(self._task, advance=steps, detail=shown)


@contextmanager
def shown_progress() -> Iterator[progress.Progress]:
    """Yield a progress that a person sees if standard error is a terminal; it leaves no trace."""
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    if not (sys.stderr.isatty() and console.is_terminal) or console.is_dumb_terminal:
        yield progress.Silent()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        _Count(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
    )
    # stdout carries the result alone: rich must not take it over.
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as display:
        yield Bar(display)


def stdout_page(*, verbose: bool = False, language: str = "en") -> Page:
    """Return the page that standard output is: plain and a hundred columns wide unless a terminal.

    ``NO_COLOR`` (https://no-color.org), ``FORCE_COLOR`` and ``COLUMNS`` are honoured.
    """
    stdout = sys.stdout
    is_terminal = stdout is not None and stdout.isatty() and os.environ.get("TERM") != "dumb"
    forced = bool(os.environ.get("FORCE_COLOR"))
    return Page(
        width=shutil.get_terminal_size((Page().width, 0)).columns,
        colour=(is_terminal or forced) and not os.environ.get("NO_COLOR"),
        unicode=(getattr(stdout, "encoding", None) or "ascii").lower().startswith("utf"),
        verbose=verbose,
        language=language,
    )
