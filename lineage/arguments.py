"""What the command line accepts, parsed once at the door. Lists of names are asked for late.

``lineage --help`` loads neither the formats nor the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from datetime import date

    from lineage.destinations import Destination

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


class LateChoice(click.ParamType[str]):
    """One of a list of names that is loaded when it is needed and not before."""

    name = "choice"

    def __init__(self, load: Callable[[], Iterable[str]]) -> None:
        self._load = load

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's
        """Return the names as the help shows them."""
        return f"[{'|'.join(self._load())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name as it is listed."""
        names = tuple(self._load())
        if value.lower() not in names:
            self.fail(f"{value!r} is none of {', '.join(names)}.", param, ctx)
        return value.lower()

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return the names that begin so."""
        return [CompletionItem(name) for name in self._load() if name.startswith(incomplete)]


class ByteSize(click.ParamType[int]):
    """A number of bytes: 5000000, 64MB (powers of 1000), 64MiB (powers of 1024)."""

    name = "size"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number of bytes."""
        if isinstance(value, int):
            return value
        found = _SIZE.fullmatch(value.strip())
        size = 0
        if found and not (found[3] and not found[2]):
            size = int(float(found[1]) * (1024 if found[3] else 1000) ** _POWERS[found[2].lower()])
        if size < 1:
            self.fail(f"{value!r} is no size; write 5000000, 64MB or 64MiB.", param, ctx)
        return size


class Day(click.ParamType["date"]):
    """A day that has not passed: 2026-12-31."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day."""
        from datetime import UTC, datetime

        from lineage.policy.file import day_of

        if not isinstance(value, str):
            return value
        try:
            day = day_of(value)
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
        if day < datetime.now(UTC).date():
            self.fail(f"{value} has passed.", param, ctx)
        return day


class FormatFile(click.ParamType["Destination"]):
    """FORMAT=FILE: one more report, and where it goes."""

    name = "format=file"

    def convert(
        self, value: str | Destination, param: click.Parameter | None, ctx: click.Context | None
    ) -> Destination:
        """Return the destination."""
        from lineage.destinations import Destination

        if isinstance(value, Destination):
            return value
        name, equals, path = value.partition("=")
        if not equals or not path:
            self.fail(f"{value!r} is not FORMAT=FILE, such as json=audit.json.", param, ctx)
        return Destination(LateChoice(formats).convert(name, param, ctx), Path(path))


def formats() -> Iterable[str]:
    """Return the names of the report formats."""
    from lineage.reports import FORMATS

    return FORMATS


def languages() -> Iterable[str]:
    """Return the languages of reports, the default first."""
    from lineage.reports.wording import LANGUAGES

    return LANGUAGES


def graphs() -> Iterable[str]:
    """Return the names of the formats of a joined graph."""
    from lineage.reports.graphs import GRAPHS

    return GRAPHS


def thresholds() -> Iterable[str]:
    """Return what ``--fail-on`` may be: a severity, or none."""
    from lineage.model import Severity

    return ("none", *(s.value for s in Severity if s is not Severity.INFO))
