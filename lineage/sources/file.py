"""One file of a snapshot as a scanner sees it: bytes, text or JSON, always bounded."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import TypeAlias

from lineage.model import EntryKind, Exhibit, FileEntry
from lineage.sources.heads import Reader, headed
from lineage.sources.snapshot import Snapshot, UnreadableError

#: Text larger than this is not read whole; licence and source files are far smaller.
TEXT_LIMIT = 4 << 20
#: tokenizer.json of large vocabularies.
JSON_LIMIT = 64 << 20
#: Longest literal quote in an exhibit.
EXCERPT_LIMIT = 300

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
#: The built-in, which the method of that name hides inside the class.
Bytes: TypeAlias = bytes


class SourceFile:
    """A file of a snapshot. Content is fetched on first use and kept while the file is scanned."""

    def __init__(self, snapshot: Snapshot, entry: FileEntry) -> None:
        self._snapshot = snapshot
        self.entry = entry
        self.path = entry.path
        self.name = entry.path.rpartition("/")[2]
        #: Whether any byte of it was read.
        self.touched = False
        self._kept: Bytes | None = None
        self._opening: Reader | None = None

    def bytes(self, limit: int = TEXT_LIMIT) -> Bytes:
        """Return the whole content.

        Raises:
            UnreadableError: it is larger than ``limit`` or its content is not here.
        """
        size = self.entry.size if self._kept is None else len(self._kept)
        if size is not None and size > limit:
            raise UnreadableError(f"{size:,} bytes, more than the {limit:,} that are read")
        if self._kept is None:
            self._kept = self._snapshot.read(self.path, limit)
            self.touched = True
        return self._kept

    @cached_property
    def text(self) -> str:
        """The content as text: UTF-8, UTF-16 with a byte-order mark, or Latin-1.

        Raises:
            UnreadableError: the content is binary or larger than ``TEXT_LIMIT``.
        """
        return decode(self.bytes())

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text's lines without their ends; ``lines[0]`` is line 1."""
        return tuple(self.text.split("\n"))

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the content, taken from the host where it says so."""
        return self.entry.sha256 or hashlib.sha256(self.bytes(JSON_LIMIT)).hexdigest()

    def range(self, start: int, stop: int) -> Bytes:
        """Return bytes ``start`` to ``stop``, without fetching the rest."""
        self.touched = True
        return self._snapshot.read_range(self.path, start, stop)

    def opening(self, start: int, stop: int) -> Bytes:
        """Return bytes as ``range`` does; a probe for a header may end with it.

        Where the host tells the heads of all shards at once, none of them is asked for by itself.
        """
        self.touched = True
        if self._opening is None:
            self._opening = headed(self._snapshot, self.path, self.range)
        return self._opening(start, stop)

    def json(self, limit: int = TEXT_LIMIT) -> Json:
        """Return the content parsed as JSON.

        NaN and Infinity, which Python writes and real configurations carry, come as text.

        Raises:
            UnreadableError: it is not JSON, gives one key two values, nests too deep or is too
                large.
        """
        try:
            parsed: Json = json.loads(
                decode(self.bytes(limit)), parse_constant=str, object_pairs_hook=_object
            )
        except json.JSONDecodeError as error:
            raise UnreadableError(f"not valid JSON (line {error.lineno})") from error
        except RecursionError as error:
            raise UnreadableError("JSON nested too deep") from error
        return parsed

    @property
    def is_here(self) -> bool:
        """Whether the content itself can be asked for (not a link, pointer or left-out blob)."""
        return self.entry.kind is EntryKind.FILE

    def exhibit(
        self,
        lines: tuple[int, int] | None = None,
        *,
        excerpt: str | None = None,
        span: tuple[int, int] | None = None,
    ) -> Exhibit:
        """Return the exhibit for lines (from 1) or bytes of this file."""
        return Exhibit(
            path=self.path,
            lines=lines,
            span=span,
            sha256=self.entry.sha256 or (None if self._kept is None else self.sha256),
            url=self._snapshot.url_of(self.path, lines),
            excerpt=None if excerpt is None else shorten(excerpt),
        )

    def line_of(self, needle: str, start: int = 1) -> tuple[int, int] | None:
        """Return the first line from ``start`` on that contains ``needle``, as an exhibit range."""
        for number, line in enumerate(self.lines[start - 1 :], start):
            if needle in line:
                return (number, number)
        return None

    def line_of_member(self, key: str, value: str) -> tuple[int, int] | None:
        """Return the line of a JSON text that holds the key and the value, or else the value."""
        quoted = json.dumps(value), json.dumps(value, ensure_ascii=False)
        holding = [
            (number, line)
            for number, line in enumerate(self.lines, 1)
            if any(text in line for text in quoted)
        ]
        both = (number for number, line in holding if json.dumps(key) in line)
        number = next(both, holding[0][0] if holding else None)
        return None if number is None else (number, number)

    @cached_property
    def siblings(self) -> frozenset[str]:
        """The names that the snapshot lists in the file's own folder, its own among them."""
        folder = self.path.rpartition("/")[0]
        paths = (entry.path.rpartition("/") for entry in self._snapshot.files())
        return frozenset(name for parent, _, name in paths if parent == folder)


def decode(content: bytes) -> str:
    r"""Return bytes as text with ``\n`` line ends.

    Raises:
        UnreadableError: the bytes hold NUL characters and no UTF-16 mark: they are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\0" in content:
        raise UnreadableError("binary content where text was expected")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shorten(text: str) -> str:
    """Return text cut to the length of an exhibit's quote, with an ellipsis where it was cut."""
    return text if len(text) <= EXCERPT_LIMIT else text[: EXCERPT_LIMIT - 1] + "…"


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return a JSON object; which of two values counts would be each reader's own choice."""
    members: dict[str, Json] = {}
    for key, value in pairs:
        if key in members and members[key] != value:
            raise UnreadableError(f"the key {shorten(key)!r} comes twice, with different values")
        members[key] = value
    return members
