"""An audit's JSON report read back, as what it is: a file that anybody may have written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lineage.given import GivenError, read_given
from lineage.licences.field import Field, Plain, TermsError

#: The version that is read, as ``audit.schema.json`` has it.
SCHEMA_VERSION = "1"
#: Bytes of a report that are read.
SIZE_LIMIT = 64 << 20
_WANTED = "a report of lineage audit --format json is wanted"


class ReportError(ValueError):
    """A file is not the report that it should be. ``str()`` is the sentence for a person."""


@contextmanager
def read_back(path: Path) -> Iterator[Field]:
    """Yield what ``lineage audit --format json`` wrote, for its values to be taken.

    Raises:
        ReportError: the file cannot be read, is no such report or is one of another version, or a
            value that is taken from it is not what it should be.
    """
    try:
        report = Field(_plain(path), str(path), (), {})
        version = report["schema_version"].value
        if version != SCHEMA_VERSION:
            raise ReportError(
                f"{path} is of schema version {str(version)[:20]!r}; this lineage reads "
                f"{SCHEMA_VERSION!r}"
            )
        yield report
    except GivenError as error:
        raise ReportError(str(error)) from error
    except TermsError as error:
        raise ReportError(f"{error}; {_WANTED}") from error


def _plain(path: Path) -> Plain:
    content = read_given(path, SIZE_LIMIT)
    try:
        plain: Plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{path} is not valid JSON; {_WANTED}") from error
    return plain
