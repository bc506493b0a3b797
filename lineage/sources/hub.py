"""A repository of the Hugging Face hub at one commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from lineage.model import Absence, EntryKind, Exhibit, FileEntry, Host, HostFact, Repo
from lineage.sources.bounds import Listing, Meter, refuse_larger
from lineage.sources.digests import expect_same
from lineage.sources.heads import head_of, index_of
from lineage.sources.http import Client, HostError, Json, NonsenseError
from lineage.sources.hubaddress import PLURALS, HubAddress
from lineage.sources.hubdoor import Door, GatedError, RepoInfo
from lineage.sources.links import COMMON_PAGES, percent_encoded, without_credentials
from lineage.sources.options import SourceOptions
from lineage.sources.past import Past
from lineage.sources.purls import hub_purl
from lineage.sources.revision import is_commit
from lineage.sources.snapshot import UnreadableError

#: Facts beyond this are cut: no repository has a thousand tags.
_FACT_LIMIT = 1000
_VALUE_LIMIT = 300
_CARD_KEYS = ("license", "license_name", "license_link")


class HubSnapshot:
    """One commit of a repository of the hub: listed by one request, read by range."""

    def __init__(
        self,
        door: Door,
        address: HubAddress,
        info: RepoInfo,
        meter: Meter,
        *,
        closing: Client | None = None,
        is_main: bool = False,
    ) -> None:
        """Pin the repository to the commit that the hub names.

        ``closing`` is a client that nobody else uses; the snapshot closes it. ``is_main`` says that
        the commit is that of the main branch, of which the hub tells more.

        Raises:
            HostError: it names none.
        """
        if not isinstance(info.sha, str) or not is_commit(info.sha):
            raise NonsenseError("the host names no commit")
        address = address.renamed(info.id)
        self._door = door
        self._closing = closing
        self._address = address
        self._is_main = is_main and address.type == "model"
        self._headers: dict[str, dict[str, Json]] = {}
        #: How the hub refused a file since the repository is gated: it refuses all of them.
        self._gate: UnreadableError | None = None
        self._meter = meter
        self._commit = info.sha
        self._page = f"{without_credentials(door.endpoint)}/{address.path}"
        self._content = f"{door.endpoint}/{address.path}/resolve/{info.sha}/"
        self._listing = Listing(_entries(info))
        self._facts = tuple(_facts(info, self._api_page(address)))
        self.repo = Repo(
            host=Host.HUGGINGFACE,
            id=address.path,
            revision=info.sha,
            url=COMMON_PAGES.of_revision(self._page, info.sha),
            purl=hub_purl(address.path, info.sha),
        )

    @property
    def bytes_read(self) -> int:
        """Bytes of content brought in so far."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path of the commit, sorted; large files are files like any other."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        entry = self._listing.file(path)
        size = limit if entry.size is None else entry.size
        refuse_larger(size, limit)
        self._meter.allow(size)
        if size == 0:
            return b""
        content = self._fetched(entry, 0, size)
        refuse_larger(len(content), limit)
        _expect_commits(content, entry)
        return content

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file."""
        entry = self._listing.file(path)
        stop = stop if entry.size is None else min(stop, entry.size)
        self._meter.allow(max(0, stop - start))
        return self._fetched(entry, start, stop) if start < stop else b""

    def head(self, path: str) -> bytes | None:
        """Return the head of a shard, which the hub tells with those of all others."""
        index = index_of(path)
        entry = self._listing.file(path)
        if not self._is_main or index is None:
            return None
        if index not in self._headers:
            try:
                self._headers[index] = self._door.headers(self._address, index)
            except HostError:  # an older hub, a mirror: each file is asked by itself
                self._headers[index] = {}
        told = self._headers[index]
        name = path.rpartition("/")[2]
        return head_of(told.get(path, told.get(name)), entry.size)

    def facts(self) -> tuple[HostFact, ...]:
        """Return what the hub says of the repository: gate, date, tags, the card's licence."""
        return self._facts

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        """Return the hub's page of a file at the commit."""
        return COMMON_PAGES.of_file(self._page, self._commit, path, lines)

    def past(self, patterns: tuple[str, ...], commits: int, contents: int) -> Past:
        """Return what became of some files at the root, as the hub's git tells it.

        Raises:
            UnreadableError: the hub does not give it.
        """
        from lineage.sources.gitpast import past_of  # noqa: PLC0415 - loads GitPython
        from lineage.sources.giturl import git_address  # noqa: PLC0415

        return past_of(
            git_address(self._page),
            self._commit,
            SourceOptions(),
            self._meter,
            patterns=patterns,
            commits=commits,
            contents=contents,
        )

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
        if any(part in {"", ".", ".."} for part in entry.path.split("/")):
            raise UnreadableError("its name would lead to another place on the host")
        if self._gate is not None:
            raise self._gate
        url = self._content + percent_encoded(entry.path)
        try:
            content = self._door.content(url, start, stop, entry.size)
        except HostError as error:
            withheld = error.absence is Absence.WITHHELD
            failure = UnreadableError(str(error), withheld=withheld)
            self._gate = failure if isinstance(error, GatedError) else None
            raise failure from error
        self._meter.spend(len(content))
        return content

    def _api_page(self, address: HubAddress) -> str:
        plural = PLURALS[address.type]
        endpoint = without_credentials(self._door.endpoint)
        return f"{endpoint}/api/{plural}/{address.name}/revision/{self._commit}"


def _expect_commits(content: bytes, entry: FileEntry) -> None:
    """Raise where the content of a whole file is not that of the commit.

    Raises:
        UnreadableError: its digest is another.
    """
    if entry.size is not None and len(content) != entry.size:
        raise UnreadableError(f"the host sends {len(content):,} bytes of its {entry.size:,}")
    expect_same(content, entry, "the host sends")


def _entries(info: RepoInfo) -> Iterator[FileEntry]:
    for file in info.siblings or ():
        yield FileEntry(
            path=file.rfilename,
            kind=EntryKind.FILE,
            size=file.lfs.size if file.lfs else file.size,
            sha256=file.lfs.sha256 if file.lfs else None,
            blob=file.blob_id,
        )


def _facts(info: RepoInfo, page: str) -> Iterator[HostFact]:
    """Yield what the host says; what changes from day to day (downloads, likes) is left out."""
    exhibit = Exhibit(path="", url=page)
    for key, value in _said(info):
        yield HostFact(key=key, value=value[:_VALUE_LIMIT], exhibit=exhibit)


def _said(info: RepoInfo) -> Iterator[tuple[str, str]]:
    for key in ("gated", "private", "disabled"):
        answer: object = getattr(info, key, None)
        if answer is not None:
            yield key, str(answer).lower()
    if isinstance(info.created_at, datetime):
        yield "created_at", info.created_at.isoformat()
    for tag in sorted({str(tag) for tag in info.tags or ()})[:_FACT_LIMIT]:
        yield "tag", tag
    if info.card_data is not None:
        for key in _CARD_KEYS:
            for value in _texts(info.card_data.get(key)):
                yield key, value


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values[:_FACT_LIMIT] if isinstance(one, str)]
