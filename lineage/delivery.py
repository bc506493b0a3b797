"""Reports to where the user wants them: standard output, or files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.destinations import Destination, DestinationError, expect_writable, write
from lineage.reports import FORMATS, Page

if TYPE_CHECKING:
    from lineage.pipeline import Audit

#: What standard output shows unless the user says otherwise.
DEFAULT_FORMAT = "table"


def planned(
    shown: str | None, output: str | None, also: Iterable[Destination]
) -> tuple[Destination, ...]:
    """Return where each report is to go, looked at before any work is done.

    The report in the format ``shown`` goes to ``output`` or, without one (or with ``-``), to
    standard output.

    Raises:
        DestinationError: a folder is missing or may not be written, two reports share a file, or a
            path names a symbolic link or anything else that is no regular file.
    """
    main = Destination(shown or DEFAULT_FORMAT, Path(output) if output not in (None, "-") else None)
    destinations = (main, *also)
    taken: dict[Path, str] = {}
    for place, path in ((d, d.path) for d in destinations if d.path):
        expect_writable(path)
        file = path.parent.resolve() / path.name
        if file in taken:
            raise DestinationError(
                f"{path} is to hold both {taken[file]} and {place.format}; "
                "give each report a file of its own"
            )
        taken[file] = place.format
    return destinations


def deliver(audit: Audit, destinations: Iterable[Destination], page: Page) -> str | None:
    """Write the reports that go to files; return the one for standard output, if any.

    Raises:
        DestinationError: a file cannot be written.
    """
    rendered = [
        (d.path, FORMATS[d.format].render(audit, Page(language=page.language) if d.path else page))
        for d in destinations
    ]
    for path, text in rendered:
        if path:
            write(path, text)
    return next((text for path, text in rendered if path is None), None)
