"""A part of a file, taken up again where the connection breaks off.

Every answer is held against what was asked: the place in the file (``Content-Range``), the file's
size, and that it is still the same file (``ETag``). https://httpwg.org/specs/rfc9110.html#range.requests
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from dataclasses import replace

from lineage.sources.http.client import Explain, expect_success
from lineage.sources.http.errors import HostError
from lineage.sources.http.exchange import Answer, Line, Request
from lineage.sources.http.reach import origin_of

_SPAN = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
_PARTIAL = 206
_BEYOND_THE_END = 416
#: How a host of signed addresses says that one is no longer good.
_EXPIRED = frozenset({400, 401, 403, 404, 410})


class RangeReader:
    """Collects the bytes of one range over as many attempts as it takes."""

    def __init__(
        self,
        line: Line,
        request: Request,
        span: tuple[int, int],
        size: int | None,
        places: MutableMapping[str, str],
    ) -> None:
        """Ask for ``span`` of the file at the request's URL.

        ``places`` holds where earlier requests for the same file were led to: a signed address is
        good for some time, and the host that gave it need not be asked again meanwhile.
        """
        self._line = line
        self._request = request
        self._start, self._stop = span
        self._size = size
        self._places = places
        self._body = bytearray()
        self._etag: str | None = None

    def received(self) -> int:
        """Return how many of the bytes are here."""
        return len(self._body)

    def attempt(self, explain: Explain) -> bytes:
        """Return the whole range; what comes in before a failure is kept for the next attempt.

        Raises:
            HostError: it cannot be had, or not in this attempt.
        """
        at = self._start + len(self._body)
        asked = {"Range": f"bytes={at}-{self._stop - 1}"}
        request = replace(self._known_place(), headers={**self._request.headers, **asked})
        with self._line.answer(request) as answer:
            if request.url != self._request.url and answer.status in _EXPIRED:
                self._places.pop(self._request.url, None)
                raise HostError("a signed address has expired", passing=True, wait=0.0)
            if answer.status == _BEYOND_THE_END and not self._body:
                return self._nothing()
            expect_success(answer, explain)
            self._remember(answer)
            end = self._expected_end(answer, at)
            for piece in self._line.pieces(answer, (self._stop if end is None else end) - at):
                self._body += piece
        if end is not None and self._start + len(self._body) < end:
            raise HostError("the exchange broke off", "try again later", passing=True)
        return bytes(self._body)

    def _nothing(self) -> bytes:
        if self._size is not None and self._size > self._start:
            raise HostError(f"the host's file ends before its {self._size:,} bytes")
        return b""

    def _known_place(self) -> Request:
        """Return the request, to where an earlier one for the same file was led."""
        place = self._places.get(self._request.url)
        if place is None:
            return self._request
        named_by = self._request.named_by or self._request.url
        return replace(self._request, url=place, secrets={}, named_by=named_by)

    def _remember(self, answer: Answer) -> None:
        """Keep where the file lies, and which it is, for the next request."""
        if origin_of(answer.url) != origin_of(self._request.url):
            self._places[self._request.url] = answer.url
        etag = answer.headers.get("ETag")
        if self._body and etag != self._etag:
            raise HostError("the file changed while it was read", "try again")
        self._etag = etag

    def _expected_end(self, answer: Answer, at: int) -> int | None:
        """Return where the answer's bytes end, by what it says of itself; None where it does not.

        Raises:
            HostError: they are not those that were asked for.
        """
        # ModelScope sends parts with status 200, and says which part it is as others do.
        if answer.status != _PARTIAL and "Content-Range" not in answer.headers:
            if at:
                raise HostError("the host sends no parts of files")
            sent = _announced(answer)
            if None not in (sent, self._size) and sent != self._size:
                raise _another_size(sent, self._size)
            whole = self._size or sent
            return None if whole is None else min(self._stop, whole)
        span = _SPAN.fullmatch(answer.headers.get("Content-Range", ""))
        if span is None or int(span[1]) != at:
            raise HostError("the host sends another part of the file than it was asked for")
        end, total = int(span[2]) + 1, None if span[3] == "*" else int(span[3])
        if self._size is not None and total not in (None, self._size):
            raise _another_size(total, self._size)
        whole = self._size if total is None else total
        wanted = self._stop if whole is None else min(self._stop, whole)
        if end > wanted or (end < wanted and whole is not None):
            raise HostError("the host sends another part of the file than it was asked for")
        return end


def _announced(answer: Answer) -> int | None:
    said = answer.headers.get("Content-Length", "")
    return int(said[:18]) if said.isdecimal() else None


def _another_size(sent: int | None, known: int | None) -> HostError:
    return HostError(f"the host sends a file of {sent:,} bytes, not of its {known:,}")
