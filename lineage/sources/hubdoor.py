"""The one door to the Hugging Face hub: every request passes here, bounded and explained.

Requests go through huggingface_hub's own session and carry the headers that it builds, so the
user's token, proxy and certificates are found where that library looks for them. On a redirect to
another host (the hub sends large files from one) the session drops the token.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from huggingface_hub import HfApi, constants
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, SpaceInfo
from huggingface_hub.utils import build_hf_headers, get_session, httpx, logging

from lineage import __version__
from lineage.model import Absence
from lineage.sources.hubaddress import HubAddress
from lineage.sources.options import PATIENCE

# The library would add what it finds out about this machine to every request, and print what a
# server puts into a header; both settings are looked at when a request is made.
constants.HF_HUB_DISABLE_TELEMETRY = True
logging.set_verbosity_error()

RepoInfo = ModelInfo | DatasetInfo | SpaceInfo
T = TypeVar("T")

#: How requests name their sender.
_NAME = "lineage"
#: Seconds to wait before each further attempt, unless the host names another time.
_PAUSES = (0.2, 1.0)
#: A host that asks for more than this is not waited for.
_LONGEST_PAUSE = 15.0
_CHUNK = 1 << 16
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_PARTIAL = 206
_BEYOND_THE_END = 416


class HubError(Exception):
    """The hub refuses, fails or cannot be reached."""

    def __init__(
        self,
        reason: str,
        advice: str = "",
        absence: Absence = Absence.FAILED,
        *,
        passing: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice
        #: Whether what was asked for is missing, kept back, or only out of reach.
        self.absence = absence
        #: Whether the same request may succeed later.
        self.passing = passing
        #: After how many seconds, if the host says so.
        self.wait = wait

    def __str__(self) -> str:
        """Return the sentence for a person."""
        return f"{self.reason}; {self.advice}" if self.advice else self.reason


class Door:
    """The hub at one address."""

    def __init__(self, endpoint: str, *, token: bool | None, timeout: float) -> None:
        """Build a door; ``token=False`` sends none, None sends the user's if there is one."""
        self.endpoint = endpoint
        self._timeout = timeout
        self._token = token
        self._api = HfApi(
            endpoint=endpoint, token=token, library_name=_NAME, library_version=__version__
        )

    def info(self, address: HubAddress, revision: str | None) -> RepoInfo:
        """Return what the hub says of a repository, its files with size and SHA-256 included.

        Raises:
            HubError: it cannot be had.
        """
        info = _persistently(
            lambda: self._api.repo_info(
                address.name,
                repo_type=address.type,
                revision=revision,
                timeout=self._timeout,
                files_metadata=True,
            )
        )
        if not isinstance(info, RepoInfo):
            raise HubError(f"a {address.type} cannot be audited")
        return info

    def content(self, url: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of what stands at a URL of the hub, none after them.

        Raises:
            HubError: they cannot be had.
        """
        return _persistently(lambda: self._range(url, start, stop))

    def _range(self, url: str, start: int, stop: int) -> bytes:
        headers = {
            **build_hf_headers(token=self._token, library_name=_NAME, library_version=__version__),
            "Range": f"bytes={start}-{stop - 1}",
            # Sizes are those of the file; and a small answer must not unpack to a large one.
            "Accept-Encoding": "identity",
        }
        session = get_session()
        with session.stream("GET", url, headers=headers, timeout=self._timeout) as response:
            if response.status_code == _BEYOND_THE_END:
                return b""
            if response.is_error:
                raise _refusal(response.status_code, response.headers)
            return self._body(response, start, stop)

    def _body(self, response: httpx.Response, start: int, stop: int) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise HubError("the host packs what it was asked to send plain")
        if response.status_code == _PARTIAL:
            span = response.headers.get("Content-Range", "")
            if not span.startswith(f"bytes {start}-"):
                raise HubError("the host sends another part of the file than it was asked for")
        elif start:
            raise HubError("the host sends no parts of files")
        body = bytearray()
        began = time.monotonic()
        for chunk in response.iter_raw(_CHUNK):
            body += chunk
            if len(body) >= stop - start:
                break
            if time.monotonic() - began > self._timeout * PATIENCE:
                raise HubError("the host did not send it in time", "try again later")
        return bytes(body[: stop - start])


def _persistently(exchange: Callable[[], T]) -> T:
    """Return what the exchange gives, trying again where a failure may pass."""
    for pause in _PAUSES:
        try:
            with _explained():
                return exchange()
        except HubError as error:
            wait = pause if error.wait is None else error.wait
            if not error.passing or wait > _LONGEST_PAUSE:
                raise
        time.sleep(wait)
    with _explained():
        return exchange()


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever the library raises into a HubError; no server's own words are passed on."""
    try:
        yield
    except HfHubHTTPError as error:
        raise _refusal(error.response.status_code, error.response.headers) from error
    except OfflineModeIsEnabled as error:
        raise HubError(
            "HF_HUB_OFFLINE forbids the network", "unset it, or give a downloaded copy"
        ) from error
    except httpx.TimeoutException as error:
        raise HubError("the host does not answer", "try again later") from error
    except (
        httpx.ConnectError,
        httpx.InvalidURL,
        httpx.ProxyError,
        httpx.UnsupportedProtocol,
    ) as error:
        raise HubError(
            "the host cannot be reached", "check the network, HTTPS_PROXY and HF_ENDPOINT"
        ) from error
    except httpx.HTTPError as error:
        raise HubError("the exchange broke off", "try again later", passing=True) from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise HubError("the host does not answer as the hub does", "check HF_ENDPOINT") from error


def _refusal(status: int, headers: Mapping[str, str]) -> HubError:
    """Return what a status means (https://huggingface.co/docs/hub/api)."""
    code = headers.get("X-Error-Code", "")
    if code in _CODES:
        return HubError(*_CODES[code])
    if status in _PASSING:
        return _passing(status, headers)
    if headers.get("X-Error-Message", "").startswith("Invalid credentials"):
        return HubError("the host does not accept the token", "check HF_TOKEN")
    return _refused(status)


def _refused(status: int) -> HubError:
    known = _STATUSES.get(status)
    return HubError(*known) if known else HubError(f"the host refuses with status {status}")


def _passing(status: int, headers: Mapping[str, str]) -> HubError:
    after = headers.get("Retry-After", "")
    wait = float(after) if after.isdecimal() else None
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        advice = "wait some minutes, or set HF_TOKEN, which raises the limit"
        return HubError("the host's limit of requests is used up", advice, passing=True, wait=wait)
    return HubError(
        f"the host fails with status {status}", "try again later", passing=True, wait=wait
    )


_MISSING = (
    "there is no such repository, or it is private",
    "check the name; for a private one set HF_TOKEN to a token that may read it",
    Absence.MISSING,
)
_CODES: dict[str, tuple[str, str, Absence]] = {
    "RepoNotFound": _MISSING,
    "GatedRepo": (
        "it is gated",
        "accept its terms on its page and set HF_TOKEN to a token of that account",
        Absence.WITHHELD,
    ),
    "RevisionNotFound": (
        "it has no such revision",
        "give a branch, a tag or the full id of a commit",
        Absence.MISSING,
    ),
    "EntryNotFound": ("the host no longer has the file", "", Absence.MISSING),
}
_STATUSES: dict[int, tuple[str, str, Absence]] = {
    # The hub answers so for what is missing as well, unless a token lets one see the difference.
    401: _MISSING,
    403: ("the host forbids it", "set HF_TOKEN to a token that may read it", Absence.WITHHELD),
    404: _MISSING,
    410: ("the host no longer has it", "", Absence.MISSING),
    451: ("the host withholds it for legal reasons", "", Absence.WITHHELD),
}
