"""The one way to every host but git's: bounded, patient, paced, and explained.

    client = Client(timeout=60)
    client.get_json("https://api.example.org/repos/o/r", secrets={"Authorization": "Bearer …"})
    client.get_range("https://example.org/o/r/resolve/main/model.safetensors", 0, 4096)

One client serves everything that a command opens; it opens nothing before it is first asked.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias, TypeVar

from lineage.model import Absence
from lineage.sources.http.errors import HostError, NonsenseError
from lineage.sources.http.pace import Pace
from lineage.sources.http.patience import asked_wait, persistently
from lineage.sources.http.traffic import Traffic

if TYPE_CHECKING:
    from lineage.sources.http.exchange import Answer, Line, Request

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
#: What a status and the headers of a refusal mean at one host; None for what they mean anywhere.
Explain: TypeAlias = Callable[[int, Mapping[str, str]], HostError | None]
T = TypeVar("T")

#: Listings of a hundred thousand files.
JSON_LIMIT = 64 << 20
#: About what the head of an answer takes; it is kept free where a bound is nearly reached.
HEAD = 1 << 10
#: Statuses of a failure that may pass.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_ERROR = 400
_PARTIAL = 206
_BEYOND_THE_END = 416
_NOTHING: Mapping[str, str] = {}


class Client:
    """Asks hosts; safe among threads."""

    def __init__(
        self,
        *,
        traffic: Traffic | None = None,
        pace: Pace | None = None,
        timeout: float = 60.0,
        longest: float = 330.0,
        offline: bool = False,
    ) -> None:
        """Build a client that opens no socket yet.

        Args:
            traffic: counts what crosses, and bounds it.
            pace: what is known of the hosts' limits; shared with other processes if it has a place.
            timeout: seconds to wait for a host to go on.
            longest: seconds to wait, in all, where a host asks to come back later.
            offline: refuse every request.
        """
        self.traffic = traffic or Traffic()
        #: Sentences for the user on what was done in the place of asking.
        self.notes: list[str] = []
        self._pace = pace or Pace(None)
        self._timeout = timeout
        self._longest = longest
        self._offline = offline
        self._opened: Line | None = None
        self._lock = threading.Lock()
        #: Where files were found that a host keeps elsewhere, by the URL that leads there.
        self._places: dict[str, str] = {}

    def get_json(
        self,
        url: str,
        *,
        secrets: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        limit: int = JSON_LIMIT,
        explain: Explain | None = None,
    ) -> Json:
        """Return the JSON that stands at a URL.

        ``secrets`` are headers that its own host alone may see, whatever it redirects to.

        Raises:
            HostError: it cannot be had, or is none.
        """
        return self.get_page(url, secrets=secrets, headers=headers, limit=limit, explain=explain)[0]

    def get_page(
        self,
        url: str,
        *,
        secrets: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        limit: int = JSON_LIMIT,
        explain: Explain | None = None,
    ) -> tuple[Json, Mapping[str, str]]:
        """Return the JSON that stands at a URL, and the headers that it came with (``Link``).

        Raises:
            HostError: it cannot be had, or is none.
        """
        request = self._request(url, {"Accept": "application/json", **headers}, secrets)
        body, answered = self._whole(request, limit, explain)
        return _parsed(body), answered

    def post_json(
        self,
        url: str,
        payload: Json,
        *,
        secrets: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        limit: int = JSON_LIMIT,
        explain: Explain | None = None,
    ) -> Json:
        """Return the JSON with which a host answers a question in JSON.

        Raises:
            HostError: it cannot be had, or is none.
        """
        kind = {"Accept": "application/json", "Content-Type": "application/json"}
        request = self._request(url, {**kind, **headers}, secrets, json.dumps(payload).encode())
        return _parsed(self._whole(request, limit, explain)[0])

    def get_bytes(
        self,
        url: str,
        *,
        limit: int,
        secrets: Mapping[str, str] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
        explain: Explain | None = None,
        named_by: str | None = None,
    ) -> bytes:
        """Return what stands at a URL, of at most ``limit`` bytes.

        ``named_by`` is the URL whose server gave this one, as an LFS server gives the address of a
        file: it is then followed like a redirect of that server.

        Raises:
            HostError: it cannot be had, or is larger.
        """
        request = self._request(url, headers, secrets, named_by=named_by)
        return self._whole(request, limit, explain)[0]

    def get_range(
        self,
        url: str,
        start: int,
        stop: int,
        *,
        size: int | None = None,
        secrets: Mapping[str, str] = _NOTHING,
        explain: Explain | None = None,
        named_by: str | None = None,
    ) -> bytes:
        """Return bytes ``start`` to ``stop`` of what stands at a URL; fewer where it ends before.

        A connection that is cut is taken up where it broke off. ``size`` is the whole file's, where
        it is known: a host that says another is not believed.

        Raises:
            HostError: they cannot be had.
        """
        if stop <= start:
            return b""
        from lineage.sources.http.ranges import RangeReader  # noqa: PLC0415 - loads the HTTP library

        self.traffic.allow(HEAD + (stop if size is None else min(stop, size)) - start)
        request = self._request(url, _NOTHING, secrets, named_by=named_by)
        reader = RangeReader(self._line(), request, (start, stop), size, self._places)
        return self._persist(lambda: reader.attempt(explain or _unexplained), reader.received)

    def close(self) -> None:
        """Close every connection; the client may be used again."""
        with self._lock:
            line, self._opened = self._opened, None
        if line is not None:
            line.close()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        self.close()

    def _whole(
        self, request: Request, limit: int, explain: Explain | None
    ) -> tuple[bytes, Mapping[str, str]]:
        line = self._line()

        def attempt() -> tuple[bytes, Mapping[str, str]]:
            with line.answer(request) as answer:
                expect_success(answer, explain or _unexplained)
                self.traffic.allow(_announced(answer))
                # A byte more than there may be, so that an answer that is longer is noticed.
                body = bytes(line.body(answer, limit + 1))
                if len(body) > limit:
                    raise HostError(f"the host sends more than the {limit:,} bytes that are read")
                return body, answer.headers

        return self._persist(attempt)

    def _persist(self, attempt: Callable[[], T], progress: Callable[[], int] = lambda: 0) -> T:
        return persistently(attempt, longest=self._longest, progress=progress)

    def _request(
        self,
        url: str,
        headers: Mapping[str, str],
        secrets: Mapping[str, str],
        body: bytes | None = None,
        *,
        named_by: str | None = None,
    ) -> Request:
        if self._offline:
            raise HostError(
                "it is on the network, and --offline forbids that", absence=Absence.OFFLINE
            )
        from lineage.sources.http.exchange import Request  # noqa: PLC0415 - loads the HTTP library

        method = "GET" if body is None else "POST"
        return Request(url, method, headers, secrets, body, named_by)

    def _line(self) -> Line:
        from lineage.sources.http.exchange import Line  # noqa: PLC0415 - loads the HTTP library

        with self._lock:
            if self._opened is None:
                self._opened = Line(
                    self.traffic, self._pace, timeout=self._timeout, longest=self._longest
                )
            return self._opened


def expect_success(answer: Answer, explain: Explain) -> None:
    """Raise what a refusal means.

    Raises:
        HostError: the host refuses.
    """
    if answer.status >= _ERROR or answer.status not in _FINE:
        raise explain(answer.status, answer.headers) or refusal(answer.status, answer.headers)


_FINE = frozenset({200, 201, 202, _PARTIAL})


def refusal(status: int, headers: Mapping[str, str]) -> HostError:
    """Return what a status means at any host."""
    wait = asked_wait(headers)
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        advice = "wait some minutes, or set the host's token, which raises the limit"
        reason = "the host's limit of requests is used up"
        return HostError(reason, advice, status=status, passing=True, wait=wait)
    if status in PASSING:
        reason = f"the host fails with status {status}"
        return HostError(reason, "try again later", status=status, passing=True, wait=wait)
    unknown = (f"the host refuses with status {status}", "", Absence.FAILED)
    reason, advice, absence = _STATUSES.get(status, unknown)
    return HostError(reason, advice, absence=absence, status=status)


_STATUSES: dict[int, tuple[str, str, Absence]] = {
    401: ("the host asks for a login", "set its token", Absence.WITHHELD),
    403: ("the host forbids it", "set a token that may read it", Absence.WITHHELD),
    404: ("the host has nothing there", "", Absence.MISSING),
    410: ("the host no longer has it", "", Absence.MISSING),
    416: ("the host has no such part of the file", "", Absence.FAILED),
    451: ("the host withholds it for legal reasons", "", Absence.WITHHELD),
}


def _unexplained(_status: int, _headers: Mapping[str, str]) -> HostError | None:
    return None


def _announced(answer: Answer) -> int:
    """Return the length that an answer says it has; 0 where it does not."""
    said = answer.headers.get("Content-Length", "")
    return int(said[:18]) if said.isdecimal() else 0


def _parsed(body: bytes) -> Json:
    try:
        found: Json = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NonsenseError from error
    return found
