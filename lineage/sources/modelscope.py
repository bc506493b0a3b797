"""A repository of ModelScope: one request lists the files with size and SHA-256, content by range.

``MODELSCOPE_ENDPOINT`` names another address for modelscope.cn, as for the host's own tools.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from lineage.model import Absence, Exhibit, FileEntry, Host, HostFact, Repo
from lineage.sources.bounds import Listing, Meter, TooManyFilesError, refuse_larger
from lineage.sources.cache import Place
from lineage.sources.clients import leased
from lineage.sources.http import Client, HostError, Json
from lineage.sources.keys import api_key
from lineage.sources.links import percent_encoded, without_credentials
from lineage.sources.modelscopelist import PAGE, Depth, Listed, list_dataset, list_model
from lineage.sources.modelscopeurl import ScopeAddress, scope_address, site_of
from lineage.sources.options import SourceOptions
from lineage.sources.revision import checked, is_commit
from lineage.sources.snapshot import TargetError, UnreachableError, UnreadableError

FORMS: tuple[str, ...] = ("https://modelscope.cn/models/org/name",)

_MAIN = "modelscope.cn"
_DEFAULT_REVISION = "master"
_CLOSED = frozenset({401, 403})


def accepts(target: str) -> bool:
    """Say whether the target is a page or a git URL of ModelScope, or of MODELSCOPE_ENDPOINT."""
    return _site(target) is not None


def place(target: str, options: SourceOptions) -> Place:
    """Return which repository the target stands for, at which host.

    Raises:
        TargetError: it stands for none.
    """
    address, revision = _meant(target, options)
    host = endpoint() if address.site == _MAIN else address.site
    return Place(host, f"{address.kind}/{address.name}", revision)


def open_target(target: str, options: SourceOptions) -> ScopeSnapshot:
    """Open the repository at one revision: ``options.revision``, else the URL's, else master.

    Raises:
        TargetError: the target names no repository, or the revision is none.
        UnreachableError: it is missing, private or out of reach, or ``offline`` forbids it.
    """
    shown = without_credentials(target)
    address, revision = _meant(target, options)
    if options.offline:
        raise UnreachableError(
            shown,
            "it is on the network, and --offline forbids that",
            "give a downloaded copy",
            absence=Absence.OFFLINE,
        )
    if not urlsplit(endpoint()).hostname:
        raise TargetError(shown, "MODELSCOPE_ENDPOINT holds no http or https URL")
    try:
        with leased(options) as (client, closing):
            desk = Desk(client, address)
            listed = desk.listed(revision)
            return ScopeSnapshot(desk, revision, listed, Meter(options.max_bytes), closing=closing)
    except HostError as error:
        raise UnreachableError(shown, error.reason, error.advice, absence=error.absence) from error
    except TooManyFilesError as error:
        raise UnreachableError(shown, error.reason, error.advice) from error


def _meant(target: str, options: SourceOptions) -> tuple[ScopeAddress, str]:
    """Return the repository, and the revision that is asked for."""
    address = scope_address(target, _site(target) or _MAIN)
    named = options.revision or address.revision or _DEFAULT_REVISION
    return address, checked(without_credentials(target), named)


def endpoint() -> str:
    """Return where modelscope.cn is asked."""
    chosen = os.environ.get("MODELSCOPE_ENDPOINT", "").strip().rstrip("/")
    if not chosen:
        return f"https://{_MAIN}"
    return chosen if "://" in chosen else f"https://{chosen}"


def _site(target: str) -> str | None:
    try:
        parts, own = urlsplit(target), urlsplit(endpoint())
        is_own = bool(own.netloc) and (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    except ValueError:
        return None
    return _MAIN if is_own else site_of(target)


class Desk:
    """The API of ModelScope, asked about one repository."""

    def __init__(self, client: Client, address: ScopeAddress) -> None:
        self._client = client
        self.address = address
        base = endpoint() if address.site == _MAIN else f"https://{address.site}"
        self.url = f"{base}/api/v1/{address.kind}/{address.name}"
        key = api_key(Host.MODELSCOPE) if address.site == _MAIN else None
        #: The token goes to the site that it is for, in the two ways that its API knows.
        self._secrets: Mapping[str, str] = key.secrets if key else {}

    def listed(self, revision: str) -> Listed:
        """Return which files there are at a revision.

        Raises:
            HostError: the host does not say.
        """

        def ask(folder: str, depth: Depth, page: int) -> Json:
            wanted = {"Revision": revision, "Recursive": depth.value}
            wanted |= {"Root": folder} if folder else {}
            wanted |= {"PageNumber": str(page), "PageSize": str(PAGE)} if page else {}
            what = "tree" if page else "files"
            url = f"{self.url}/repo/{what}?{urlencode(wanted)}"
            return self._client.get_json(url, secrets=self._secrets, explain=_explained)

        return list_dataset(ask) if self.address.kind == "datasets" else list_model(ask)

    def content(self, entry: FileEntry, revision: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file.

        Raises:
            HostError: the host does not send them.
        """
        wanted = urlencode({"Revision": revision, "FilePath": _encodable(entry.path)})
        return self._client.get_range(
            f"{self.url}/repo?{wanted}",
            start,
            stop,
            size=entry.size,
            secrets=self._secrets,
            explain=_explained,
        )


class ScopeSnapshot:
    """A repository of ModelScope at one revision; at one commit, where the host names it."""

    def __init__(
        self,
        desk: Desk,
        revision: str,
        listed: Listed,
        meter: Meter,
        *,
        closing: Client | None = None,
    ) -> None:
        """Pin the repository; ``closing`` is a client that the snapshot closes.

        Raises:
            HostError: the host answers for another commit than it was asked for.
        """
        self._desk = desk
        self._closing = closing
        self._meter = meter
        self._commit = _commit(revision, listed)
        self._revision = self._commit or revision
        self._listing = Listing(listed.all())
        address = desk.address
        self.repo = Repo(
            host=Host.MODELSCOPE,
            id=address.id,
            revision=self._commit,
            url=f"{address.page}/files?version={quote(self._revision, safe='')}",
            purl=address.purl(self._commit),
        )

    @property
    def bytes_read(self) -> int:
        """Bytes of content brought in so far."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path, sorted; large files are files like any other."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes; its digest proves it."""
        entry = self._listing.file(path)
        size = limit if entry.size is None else entry.size
        refuse_larger(size, limit)
        content = self._fetched(entry, 0, size)
        if entry.sha256 and hashlib.sha256(content).hexdigest() != entry.sha256:
            raise UnreadableError("the host sends other content than it lists")
        return content

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file."""
        entry = self._listing.file(path)
        return self._fetched(entry, start, stop if entry.size is None else min(stop, entry.size))

    def facts(self) -> tuple[HostFact, ...]:
        """Return that the host names no commit, where it does not: what was read may change."""
        if self._commit is not None:
            return ()
        return (HostFact("unpinned", self._revision, Exhibit("", url=self._desk.address.page)),)

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:  # noqa: ARG002
        """Return the host's page of a file; it has no addresses for lines."""
        place = percent_encoded(path).replace("/", "%2F")
        return f"{self._desk.address.page}/file/view/{quote(self._revision, safe='')}/{place}"

    def close(self) -> None:
        """Close the connections, unless others use them too."""
        if self._closing is not None:
            self._closing.close()

    def __enter__(self) -> Self:
        """Return the snapshot itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the snapshot."""
        self.close()

    def _fetched(self, entry: FileEntry, start: int, stop: int) -> bytes:
        if stop <= start:
            return b""
        self._meter.allow(stop - start)
        try:
            content = self._desk.content(entry, self._revision, start, stop)
        except HostError as error:
            withheld = error.absence is Absence.WITHHELD
            raise UnreadableError(str(error), withheld=withheld) from error
        self._meter.spend(len(content))
        return content


def _commit(asked: str, listed: Listed) -> str | None:
    """Return the commit that was listed; None where it is not known."""
    named = listed.commit if listed.commit and is_commit(listed.commit) else None
    if not is_commit(asked):
        return named
    others = named not in (None, asked) or (named is None and not asked.startswith(listed.short))
    if others:
        raise HostError("the host answers for another commit than it was asked for")
    return asked


def _encodable(path: str) -> str:
    return path.encode("utf-8", "replace").decode()


def _explained(status: int, _headers: Mapping[str, str]) -> HostError | None:
    token = "MODELSCOPE_API_TOKEN"  # noqa: S105 - the variable's name
    if status in _CLOSED:
        reason = "the host keeps it back"
        advice = f"set {token} to a token that may read it"
        return HostError(reason, advice, status=status, absence=Absence.WITHHELD)
    if status == 404:  # noqa: PLR2004 - Not Found
        reason = "there is no such repository, revision or file, or it is private"
        advice = f"check the name; for a private one set {token}"
        return HostError(reason, advice, status=status, absence=Absence.MISSING)
    return None
