"""Reports joined, narrowed to what was asked for, and brought to standard output or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.destinations import expect_writable, write
from lineage.joining import JoinError, around, joined, named, reaching, read_audit
from lineage.reports.graphs import GRAPHS, reached
from lineage.reports.graphs.view import GraphView
from lineage.reports.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NEAR = 2


def joined_of(
    reports: Sequence[Path],
    *,
    focus: str | None = None,
    depth: int | None = None,
    duties: str | None = None,
    language: str = "en",
) -> GraphView:
    """Return the reports as one graph, narrowed to what is near the focus.

    Raises:
        ReportError: a report is not what it should be.
        JoinError: no node goes by a name that was asked for, or a depth is given without a focus.
    """
    if depth is not None and focus is None:
        raise JoinError("--depth says how far from --focus, which names no work")
    whole = joined([read_audit(path) for path in dict.fromkeys(reports)])
    centre = named(whole, focus) if focus is not None else None
    bound = named(whole, duties) if duties is not None else None
    return GraphView(
        graph=around(whole, centre, _NEAR if depth is None else depth) if centre else whole,
        focus=centre,
        duties=reaching(whole, bound) if bound else None,
        bound=bound,
        language=language,
    )


def drawn(view: GraphView, shown: str | None, output: Path | None) -> str | None:
    """Write the graph to a file, or return it; where only duties were asked for, return these.

    Raises:
        DestinationError: the file cannot be written.
    """
    if output and str(output) != "-":
        expect_writable(output)
    if shown is None and view.bound:
        text = reached.page(view, words_of("en"))
    else:
        text = GRAPHS[shown or next(iter(GRAPHS))].render(view)
    if output is None or str(output) == "-":
        return text
    write(output, text)
    return None
