"""The one door to the Hugging Face hub: every request passes here, bounded and explained.

huggingface_hub finds the user's token and understands the hub's answers; the requests themselves go
through the client that serves every host, which shows the token to the hub alone: large files come
from another host, by a redirect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urljoin, urlsplit

from huggingface_hub import constants, get_token
from huggingface_hub.hf_api import DatasetInfo, ModelInfo, SpaceInfo
from huggingface_hub.utils import logging

from lineage.model import Absence
from lineage.sources.http import Client, HostError, Json, NonsenseError, asked_wait
from lineage.sources.hubaddress import PLURALS, HubAddress

# The library would print what a server puts into a header.
logging.set_verbosity_error()

RepoInfo = ModelInfo | DatasetInfo | SpaceInfo


class GatedError(HostError):
    """A file is refused since its repository is gated; so are all others of it."""

    def __init__(self, status: int) -> None:
        super().__init__(
            "it is gated",
            "accept its terms on its page and set HF_TOKEN to a token of that account",
            absence=Absence.WITHHELD,
            status=status,
        )


_INFOS: dict[str, type[RepoInfo]] = {"model": ModelInfo, "dataset": DatasetInfo, "space": SpaceInfo}
#: Statuses with which the hub says that a listing is too much at once; pages of it may work.
_TOO_MUCH = frozenset({413, 500, 502, 503, 504})
_NEXT = re.compile(r'<([^<>]{1,4000})>\s*;\s*rel="?next"?')
#: A thousand files each.
_MOST_PAGES = 1000


class Door:
    """The hub at one address."""

    def __init__(self, endpoint: str, client: Client, *, with_token: bool) -> None:
        """Build a door, at which the user's token is shown if there is one and it may be."""
        self.endpoint = endpoint
        self._client = client
        wanted = with_token and not constants.HF_HUB_DISABLE_IMPLICIT_TOKEN
        found = get_token() if wanted else None
        self._secrets = {"Authorization": f"Bearer {found}"} if found else {}

    def info(self, address: HubAddress, revision: str | None) -> RepoInfo:
        """Return what the hub says of a repository, its files with size and SHA-256 included.

        Raises:
            HostError: it cannot be had.
        """
        page = self._api(address)
        at = page if revision is None else f"{page}/revision/{quote(revision, safe='')}"
        try:
            return self._parsed(address, self._asked(f"{at}?blobs=true"))
        except HostError as error:
            if error.status not in _TOO_MUCH:
                raise
        found = self._asked(at)
        if isinstance(found, dict):
            found["siblings"] = list(self._listed(page, found.get("sha")))
        return self._parsed(address, found)

    def headers(self, address: HubAddress, index: str) -> dict[str, Json]:
        """Return the header of every shard that an index on ``main`` names, in one answer.

        Raises:
            HostError: the host does not tell.
        """
        place = f"{self._api(address)}/safetensors-metadata/{quote(index, safe='/')}"
        found = self._asked(place)
        headers = found.get("headers") if isinstance(found, dict) else None
        if not isinstance(headers, dict):
            raise NonsenseError("the host does not tell the headers")
        return headers

    def content(self, url: str, start: int, stop: int, size: int | None) -> bytes:
        """Return bytes ``start`` to ``stop`` of what stands at a URL of the hub, none after them.

        Raises:
            HostError: they cannot be had.
        """
        _expect_online()
        return self._client.get_range(
            url, start, stop, size=size, secrets=self._secrets, explain=refusal
        )

    def _api(self, address: HubAddress) -> str:
        return f"{self.endpoint}/api/{PLURALS[address.type]}/{address.name}"

    def _asked(self, url: str) -> Json:
        _expect_online()
        return self._client.get_json(url, secrets=self._secrets, explain=refusal)

    def _listed(self, page: str, commit: Json) -> Iterator[Json]:
        """Yield the files of a commit, page by page, as the hub's description lists them."""
        url = f"{page}/tree/{quote(str(commit), safe='')}?recursive=true&limit=1000"
        for _ in range(_MOST_PAGES):
            _expect_online()
            entries, headers = self._client.get_page(url, secrets=self._secrets, explain=refusal)
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and entry.get("type") == "file":
                    yield _sibling(entry)
            following = _NEXT.search(headers.get("Link", ""))
            if following is None:
                return
            url = self._own(urljoin(url, following[1]))
        raise HostError("the host's listing has no end")

    def _own(self, url: str) -> str:
        """Return a URL of the hub's own.

        Raises:
            HostError: it is another's.
        """
        own, there = urlsplit(self.endpoint), urlsplit(url)
        if (own.scheme, own.netloc) != (there.scheme, there.netloc):
            raise HostError("the host's listing goes on at another host, which is not followed")
        return url

    @staticmethod
    def _parsed(address: HubAddress, found: Json) -> RepoInfo:
        with _understood():
            if not isinstance(found, dict):
                raise TypeError
            return _INFOS[address.type](**found)


def _sibling(entry: dict[str, Json]) -> Json:
    """Return an entry of a tree as an entry of a description."""
    lfs = entry.get("lfs")
    stored: Json = None
    if isinstance(lfs, dict):
        stored = {"size": lfs.get("size"), "sha256": lfs.get("oid"), "pointerSize": 0}
    return {
        "rfilename": entry.get("path"),
        "size": entry.get("size"),
        "blobId": entry.get("oid"),
        "lfs": stored,
    }


def _expect_online() -> None:
    if constants.HF_HUB_OFFLINE:
        raise HostError(
            "HF_HUB_OFFLINE forbids the network",
            "unset it, or give a downloaded copy",
            absence=Absence.OFFLINE,
        )


@contextmanager
def _understood() -> Iterator[None]:
    """Turn what an answer that is not the hub's makes of our reading of it into a HostError."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NonsenseError("the host does not answer as the hub does") from error


def refusal(status: int, headers: Mapping[str, str]) -> HostError | None:
    """Return what a status means here (https://huggingface.co/docs/hub/api)."""
    if status == 429:  # noqa: PLR2004 - Too Many Requests
        reason = "the host's limit of requests is used up"
        advice = "wait some minutes, or set HF_TOKEN, which raises the limit"
        return HostError(reason, advice, status=status, passing=True, wait=asked_wait(headers))
    code = headers.get("X-Error-Code", "")
    if code == "GatedRepo":
        return GatedError(status)
    known = _CODES.get(code)
    if known is None and headers.get("X-Error-Message", "").startswith("Invalid credentials"):
        known = ("the host does not accept the token", "check HF_TOKEN", Absence.FAILED)
    reason, advice, absence = known or _STATUSES.get(status) or ("", "", Absence.FAILED)
    return HostError(reason, advice, absence=absence, status=status) if reason else None


_MISSING = (
    "there is no such repository, or it is private",
    "check the name; for a private one set HF_TOKEN to a token that may read it",
    Absence.MISSING,
)
_CODES: dict[str, tuple[str, str, Absence]] = {
    "RepoNotFound": _MISSING,
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
