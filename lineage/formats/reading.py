"""How readers of weight files get at bytes: by range, since the file may be far away and vast."""

from __future__ import annotations

from typing import Protocol

from lineage.formats.header import FormatError


class ByteReader(Protocol):
    """Gives out ranges of one file."""

    def __call__(self, start: int, stop: int, /) -> bytes:
        """Return bytes ``start`` to ``stop``; shorter only where the file ends before."""


class Window:
    """Sequential reading over ranges, which grow as the header turns out to be long.

    What has been passed is let go, and what is skipped is not fetched.
    """

    #: Most headers fit in the first range; the largest ranges keep the number of requests low.
    FIRST = 64 << 10
    LARGEST = 4 << 20

    def __init__(self, read: ByteReader, size: int, limit: int) -> None:
        """Stand at the start of a file of ``size`` bytes, of which ``limit`` may be passed."""
        self._read = read
        self._size = size
        self._limit = limit
        self._next = self.FIRST
        #: What was fetched and not let go, and where in the file it begins.
        self._kept = b""
        self._start = 0
        #: Where in the file the reading stands.
        self.position = 0

    @property
    def left(self) -> int:
        """Bytes of the file beyond the position."""
        return self._size - self.position

    def skip(self, count: int) -> None:
        """Pass over bytes without fetching them.

        Raises:
            FormatError: the file ends before, or the header grows beyond its limit.
        """
        if count > self.left:
            raise FormatError("the header is cut short")
        self.position += count
        if self.position > self._limit:
            raise FormatError(f"the header is longer than {self._limit:,} bytes")

    def take(self, count: int) -> bytes:
        """Return the next bytes.

        Raises:
            FormatError: as for ``skip``.
        """
        start = self.position
        self.skip(count)
        view, offset = self.ahead(start, count)
        return view[offset : offset + count]

    def ahead(self, position: int, count: int) -> tuple[bytes, int]:
        """Return bytes that hold ``count`` from ``position`` on, and where these begin in them.

        Raises:
            FormatError: the file ends before.
        """
        offset = position - self._start
        if offset < 0 or offset + count > len(self._kept):
            self._fetch(position, count)
            offset = 0
        if offset + count > len(self._kept):
            raise FormatError("the header is cut short")
        return self._kept, offset

    def _fetch(self, position: int, count: int) -> None:
        """Keep the bytes from ``position`` on: those that were fetched before and a range more."""
        offset = position - self._start
        known = self._kept[offset:] if 0 <= offset <= len(self._kept) else b""
        stop = min(self._size, position + max(count, len(known) + self._next))
        self._kept = known + self._read(position + len(known), stop)
        self._start = position
        self._next = min(self._next * 2, self.LARGEST)
