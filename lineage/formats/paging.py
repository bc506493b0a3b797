"""A byte source of which small reads share their fetches, and every fetched byte is counted."""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

from lineage.formats.header import FormatError
from lineage.formats.reading import ByteReader

PAGE = 4 << 10
#: A read of more is passed on as it is.
SMALL = 32 << 10
_KEPT_PAGES = 256


class Bytes(Protocol):
    """Bytes by range that are all there: a file, or a member of an archive."""

    def exactly(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes from ``start`` on.

        Raises:
            FormatError: they are not all there.
        """


class Source:
    """One file, far or near: its size, its bytes by range, and how many were fetched.

    Small reads are fetched in whole pages, and the last megabyte of pages is kept: neighbours
    that are asked for one by one (norm gains, scales, sampled rows) come in one fetch.
    """

    def __init__(self, read: ByteReader, size: int) -> None:
        """Stand on a file of ``size`` bytes."""
        self._read = read
        self._pages: OrderedDict[int, bytes] = OrderedDict()
        self.size = size
        #: Bytes fetched so far.
        self.fetched = 0

    def __call__(self, start: int, stop: int, /) -> bytes:
        """Return bytes ``start`` to ``stop``; shorter where the file ends before."""
        stop = min(stop, self.size)
        if start >= stop:
            return b""
        if stop - start > SMALL:
            return self._fetch(start, stop)
        first, last = start // PAGE, -(-stop // PAGE)
        self._bring(first, last)
        content = b"".join(self._pages[page] for page in range(first, last))
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        return content[start - first * PAGE : stop - first * PAGE]

    def exactly(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes from ``start`` on.

        Raises:
            FormatError: the file ends before.
        """
        content = self(start, start + count)
        if len(content) != count:
            raise FormatError("the file is cut short")
        return content

    def _bring(self, first: int, last: int) -> None:
        """Fetch the pages of a range that are not kept, from the first missing to the last."""
        missing = [page for page in range(first, last) if page not in self._pages]
        if missing:
            start, stop = missing[0], missing[-1] + 1
            content = self._fetch(start * PAGE, min(stop * PAGE, self.size))
            for page in range(start, stop):
                offset = (page - start) * PAGE
                self._pages[page] = content[offset : offset + PAGE]
        for page in range(first, last):
            self._pages.move_to_end(page)

    def _fetch(self, start: int, stop: int) -> bytes:
        content = self._read(start, stop)
        self.fetched += len(content)
        return content
