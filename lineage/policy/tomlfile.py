"""The part of a TOML file that is ours, with the lines of its keys.

The standard library's reader tells no lines; they are found by the tables' and keys' own lines. A
key inside a value that spans lines has the line of the value.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from lineage.licences.field import Field, Path, Plain, TermsError

_TABLE = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")


def section(text: str, file: str, table: tuple[str, ...]) -> Field | None:
    """Return a table of a TOML file; None where there is none.

    Raises:
        TermsError: the file is not valid TOML.
    """
    try:
        content: object = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        problem = f"expected TOML: {error}"
        raise TermsError(file, int(line[1]) if line else None, problem) from error
    for name in table:
        content = content.get(name) if isinstance(content, dict) else None
    if content is None:
        return None
    return Field(_plain(content), file, (), _beneath(_lines(text), table))


def _plain(value: object) -> Plain:
    """Return a value of TOML in the kinds of value that YAML knows; a date as its own digits."""
    match value:
        case bool() | int() | str():
            return value
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case _:
            return str(value)


def _lines(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    seen: dict[Path, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if header := _TABLE.fullmatch(line.rstrip("\r")):
            table = _keys(header[2])
            if header[1] == "[[":
                count = seen[table] = seen.get(table, -1) + 1
                table = (*table, count)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_keys(key[1])), number


def _keys(dotted: str) -> Path:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _beneath(lines: Iterator[tuple[Path, int]], table: Path) -> Mapping[Path, int]:
    depth = len(table)
    return {path[depth:]: line for path, line in lines if path[:depth] == table}
