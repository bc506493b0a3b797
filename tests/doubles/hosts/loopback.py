"""A host on 127.0.0.1: the base of every double that speaks some host's API.

    class GitCode(Loopback):
        def answer(self, request: Request) -> Answer:
            return json_answer({"id": 1}) if request.route == "/api/v5/…" else Answer(404)

    with GitCode() as host:
        host.fail("/raw/", Fault(503), Fault(cut_after=100))
        …ask host.endpoint…
        assert [request.path for request in host.requests] == [...]

Only 127.0.0.1 is bound, on a port that is free; leaving the context stops the server. What came in
is recorded, so that a test can say what was *not* asked for. Ranges, faults and cut connections are
this module's; a double only says what the right answer is.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.doubles.hosts.faults import Fault, FaultPlan

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in."""

    method: str
    #: With the query.
    path: str
    #: Names in lower case.
    headers: Mapping[str, str]
    body: bytes = b""
    #: When it came in, by the monotonic clock.
    moment: float = field(default=0.0, compare=False)

    @property
    def token(self) -> str | None:
        """The bearer token that it carries."""
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None

    @property
    def route(self) -> str:
        """The path without the query, as it was sent (still percent-encoded)."""
        return urlsplit(self.path).path

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The parameters of the query."""
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    @property
    def span(self) -> tuple[int, int] | None:
        """The bytes that it asks for, from and to, or None for all; (5, -1) is open at its end."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        return (int(asked[1]), int(asked[2]) + 1 if asked[2] else -1) if asked else None


@dataclass(frozen=True, slots=True)
class Answer:
    """The right answer to a request."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Whether a part of the body may be asked for.
    is_file: bool = False


def json_answer(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer in JSON."""
    kind = {"Content-Type": "application/json"}
    return Answer(status, json.dumps(value).encode(), {**kind, **(headers or {})})


def file_answer(content: bytes, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a file, of which parts may be asked for."""
    return Answer(body=content, headers=headers or {}, is_file=True)


class Loopback:
    """A host; a double overrides ``answer``."""

    def __init__(self, plan: FaultPlan | None = None) -> None:
        """Start to listen; several hosts may share a plan of faults."""
        self.requests: list[Request] = []
        self.plan = plan or FaultPlan()
        self._server = _Server(self)
        self.endpoint = self._server.address

    def answer(self, request: Request) -> Answer:
        """Return the right answer."""
        raise NotImplementedError

    def fail(self, pattern: str, *faults: Fault) -> None:
        """Answer the next requests whose path matches the pattern with these faults, in order."""
        self.plan.add(pattern, *faults)

    def close(self) -> None:
        """Stop listening."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: Loopback) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.host = host
        self.address = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has gone away; print everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # any socket

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave at once, not after the other side has confirmed the head.
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass

    def do_GET(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        request = Request(self.command, self.path, headers, body, time.monotonic())
        host = self.server.host
        host.requests.append(request)
        fault = host.plan.take(self.path)
        if fault and fault.delay:
            threading.Event().wait(fault.delay)
        if fault and (fault.status != 200 or fault.body is not None):
            self._send(Answer(fault.status, fault.body or b"", fault.headers), Fault())
            return
        right = host.answer(request)
        if right.is_file and not (fault and fault.whole):
            right = _part(right, request)
        self._send(right, fault or Fault())

    def _send(self, answer: Answer, fault: Fault) -> None:
        body = answer.body if fault.only is None else answer.body[: fault.only]
        changed = fault.headers if answer.status < 400 else {}
        self.send_response(answer.status)
        sent = {"Content-Length": str(len(body)), **answer.headers, **changed}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._pour(body if fault.cut_after is None else body[: fault.cut_after], fault)
        if fault.cut_after is not None:
            self.close_connection = True

    def _pour(self, body: bytes, fault: Fault) -> None:
        if not fault.drip:
            self.wfile.write(body)
            return
        for start in range(0, len(body), fault.drip):
            self.wfile.write(body[start : start + fault.drip])
            self.wfile.flush()
            threading.Event().wait(fault.pause)


def _part(answer: Answer, request: Request) -> Answer:
    """Return the part of a file that a request asks for."""
    data = answer.body
    if request.span is None or answer.status != 200:
        return answer
    start, stop = request.span
    if start >= len(data):
        return Answer(416, headers={"Content-Range": f"bytes */{len(data)}"})
    stop = len(data) if stop < 0 else min(stop, len(data))
    where = {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
    return Answer(206, data[start:stop], {**answer.headers, **where})
