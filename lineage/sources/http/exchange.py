"""One request and its answer, redirects followed by hand, every byte counted.

The session is the library's that huggingface_hub brings, so the user's proxy and certificates are
found where that looks for them (``HTTPS_PROXY``, ``NO_PROXY``, ``SSL_CERT_FILE``). It keeps no
cookies.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

from huggingface_hub.utils import httpx

from lineage import __version__
from lineage.sources.http.errors import HostError, NoWayError
from lineage.sources.http.pace import Pace
from lineage.sources.http.reach import address_for, host_of, origin_of
from lineage.sources.http.traffic import Traffic
from lineage.sources.options import PATIENCE

#: Redirects that are followed, one after the other.
MOST_REDIRECTS = 5
#: Bytes that must be left for an answer's head.
_HEAD = 200
#: Seconds in which a connection must come about.
_CONNECT = 15.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_METHOD = frozenset({307, 308})
_PLAIN = {
    "User-Agent": f"lineage/{__version__}",
    # Sizes are those of the content; and a small answer must not unpack to a large one.
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a URL."""

    url: str
    method: str = "GET"
    #: Harmless anywhere: ``Range``, ``Accept``.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: For the URL's own host and no other: ``Authorization``, ``PRIVATE-TOKEN``.
    secrets: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    #: The URL whose server gave this one; None where the user or this program did.
    named_by: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, and a way to its body."""

    status: int
    headers: Mapping[str, str]
    #: Where it came from in the end.
    url: str
    response: httpx.Response


class Line:
    """A way out to the hosts: one session, bounded in time and bytes, paced."""

    def __init__(self, traffic: Traffic, pace: Pace, *, timeout: float, longest: float) -> None:
        self._traffic = traffic
        self._pace = pace
        self._timeout = timeout
        self._longest = longest
        self._session = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT)),
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    def close(self) -> None:
        """Close every connection."""
        self._session.close()

    @contextmanager
    def answer(self, request: Request) -> Iterator[Answer]:
        """Hold the answer to a request; what is not read of its body does not cross.

        Raises:
            HostError: there is none, or it leads where a stranger may not send us.
        """
        for _ in range(MOST_REDIRECTS + 1):
            with _explained(), self._sent(request) as response:
                place = response.headers.get("Location")
                if response.status_code not in _REDIRECTS or place is None:
                    yield Answer(response.status_code, response.headers, request.url, response)
                    return
                request = _redirected(request, response.status_code, place)
        raise HostError("the host leads from one address to the next without end")

    def body(self, answer: Answer, limit: int) -> bytearray:
        """Return at most ``limit`` bytes of an answer's body, and no more crosses."""
        body = bytearray()
        for chunk in self.pieces(answer, limit):
            body += chunk
        return body

    def pieces(self, answer: Answer, limit: int) -> Iterator[bytes]:
        """Yield the first ``limit`` bytes of an answer's body as they come in.

        Raises:
            HostError: they do not come, come too slowly, or are packed.
        """
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise HostError("the host packs what it was asked to send plain")
        host, left = host_of(answer.url), limit
        end = time.monotonic() + self._timeout * PATIENCE
        with _explained():
            for chunk in answer.response.iter_raw():
                self._traffic.received(host, len(chunk))
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return
                if time.monotonic() > end:
                    raise HostError("the host did not send it in time", "try again later")

    @contextmanager
    def _sent(self, request: Request) -> Iterator[httpx.Response]:
        host, key = host_of(request.url), _key(request.url)
        built = self._built(request)
        self._pace.await_turn(key, self._longest)
        self._traffic.allow(_HEAD)
        self._traffic.asked(host)
        response = self._session.send(built, stream=True)
        try:
            self._traffic.received(host, _length(response))
            self._pace.heard(key, response.status_code, response.headers)
            yield response
        finally:
            response.close()

    def _built(self, request: Request) -> httpx.Request:
        """Return the request, to the address that was looked at where a stranger named the URL."""
        headers = {**_PLAIN, **request.headers, **request.secrets}
        url, extensions = httpx.URL(request.url), {}
        address = address_for(request.url, request.named_by) if request.named_by else None
        if address is not None:
            headers["Host"] = url.netloc.decode("ascii")
            extensions = {"sni_hostname": url.host}
            url = url.copy_with(host=address)
        return self._session.build_request(
            request.method,
            url,
            headers=headers,
            content=request.body,
            extensions=extensions or None,
        )


def _redirected(request: Request, status: int, place: str) -> Request:
    """Return the request that a redirect asks for; another host is told no secrets."""
    url = urljoin(request.url, place)
    keeps = status in _KEPT_METHOD or request.method in {"GET", "HEAD"}
    if not keeps:
        request = replace(request, method="GET", body=None)
    elsewhere = origin_of(url) != origin_of(request.url)
    if elsewhere and request.body is not None:
        raise HostError("the host leads a question that is posted to another host")
    return replace(
        request,
        url=url,
        secrets={} if elsewhere else request.secrets,
        named_by=request.named_by or request.url,
    )


def _key(url: str) -> str:
    """Return what a host counts together: its API, or its files (as Hugging Face does)."""
    kind = "api" if urlsplit(url).path.startswith("/api/") else ""
    return "\n".join((*map(str, origin_of(url)), kind))


def _length(response: httpx.Response) -> int:
    """Return the bytes of an answer's head."""
    return 15 + sum(len(name) + len(value) + 4 for name, value in response.headers.raw)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever the library raises into a HostError; no server's own words are passed on."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise HostError("the host does not answer", "try again later") from error
    except httpx.TimeoutException as error:
        raise HostError(
            "the host does not answer", "try again later", passing=True, slow=True
        ) from error
    except (
        httpx.ConnectError,
        httpx.InvalidURL,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
    ) as error:
        raise NoWayError from error
    except httpx.HTTPError as error:
        raise HostError("the exchange broke off", "try again later", passing=True) from error
