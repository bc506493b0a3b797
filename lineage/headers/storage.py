"""A head as plain values, a few hundred bytes of JSON, for an index of many upstream files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lineage.codec import Plain, from_plain
from lineage.headers.head import Head
from lineage.headers.sources import Source
from lineage.licences.copyrights import Statement, statements

#: Kept of an upstream file: what copies are compared with, and enough to show.
_STATEMENTS, _CHANGES, _SOURCES = 12, 4, 6
_TEXT = 160
#: Digests of what sources point to.
_PLACES = 60


def packed(head: Head) -> dict[str, Plain]:
    """Return the head as plain values, without what stands below it.

    ``unpacked`` returns one that copies compare with alike.
    """
    sources = sorted(head.sources, key=lambda one: (not one.states_change, one.line))[:_SOURCES]
    plain: dict[str, Plain] = {
        "c": [[one.line, one.text[:_TEXT]] for one in head.statements[:_STATEMENTS]],
        "l": list(head.licences),
        "m": [change[:_TEXT] for change in head.changes[:_CHANGES]],
        "a": [[one.line, one.text[:_TEXT], one.source[:_TEXT]] for one in sources],
        "n": list(head.lines or ()),
        "h": head.digest,
        "p": "".join(sorted(head.places)[:_PLACES]),
    }
    return {key: value for key, value in plain.items() if value}


def unpacked(plain: Plain) -> Head:
    """Return the head that was packed; nothing in it is trusted.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(plain, dict):
        raise ValueError("no head of a source file")  # noqa: TRY004 - of what an index holds
    return Head(
        statements=tuple(_stated(from_plain(plain.get("c", []), list[tuple[int, str]]))),
        licences=tuple(from_plain(plain.get("l", []), list[str])),
        below=(),
        licences_below=(),
        changes=tuple(from_plain(plain.get("m", []), list[str])),
        sources=tuple(_named(from_plain(plain.get("a", []), list[tuple[int, str, str]]))),
        lines=_pair(from_plain(plain.get("n", []), list[int])),
        digest=from_plain(plain.get("h", ""), str),
        places=frozenset(_fours(from_plain(plain.get("p", ""), str))),
    )


def _stated(kept: Iterable[tuple[int, str]]) -> Iterator[Statement]:
    for line, text in kept:
        for found in statements([text], line):
            yield Statement(text, found.holder, line)


def _fours(text: str) -> Iterator[str]:
    for start in range(0, len(text) - 3, 4):
        yield text[start : start + 4]


def _named(kept: Iterable[tuple[int, str, str]]) -> Iterator[Source]:
    for line, text, source in kept:
        yield Source(text, source, line)


def _pair(lines: Sequence[int]) -> tuple[int, int] | None:
    match lines:
        case [first, last] if 0 < first <= last:
            return first, last
        case _:
            return None
