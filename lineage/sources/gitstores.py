"""What a git host gives beside a clone: files of Git LFS, and those too large to be fetched along.

Nothing is asked before a file is read. A repository that was reached on disk, or at an address that
``url.….insteadOf`` turned into one on disk, has no host to ask: its files stay what they are.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from lineage.model import EntryKind, FileEntry, HostFact
from lineage.sources.bounds import Listing, refuse_larger
from lineage.sources.gitclone import BLOB_LIMIT, Clone
from lineage.sources.gitprocess import GitError
from lineage.sources.giturl import GitAddress
from lineage.sources.http import Client, HostError
from lineage.sources.http.reach import origin_of
from lineage.sources.keys import git_key
from lineage.sources.lfs import Pointer
from lineage.sources.lfsserver import LfsServer, server_of
from lineage.sources.restapi import RestApi, api_of
from lineage.sources.snapshot import UnreadableError

_LFS_CONFIG = ".lfsconfig"
#: Endings of what is read whole however large it is: tokenizers, indexes of shards.
_READ_WHOLE = (".json", ".model", ".tiktoken", ".txt")
_WITHHELD = frozenset({401, 403})


class Stores:
    """The files of one commit that are not in its clone."""

    def __init__(self, address: GitAddress, commit: str, clone: Clone, client: Client) -> None:
        """Ask nobody yet."""
        self._address = address
        self._commit = commit
        self._clone = clone
        self._client = client
        self._pointers: dict[str, Pointer] = {}
        self._server: LfsServer | None = None
        self._left_out: dict[str, str] = {}
        self._found_remote: str | None = None

    def facts(self) -> tuple[HostFact, ...]:
        """Return what the host says of the repository; it is asked here and now."""
        api = self._api
        return api.facts(self._client) if api else ()

    def reached(self, listing: Listing) -> Listing:
        """Return the listing in which what a host can be asked for is a file like any other."""
        found = listing.entries
        pointers = {e.path: p for e in found if (p := _pointer(e)) is not None}
        left_out = {e.path: e.blob for e in found if _is_wanted(e) and e.blob}
        if not pointers and not left_out:
            return listing
        self._server = self._lfs(listing, pointers) if pointers else None
        self._pointers = pointers if self._server else {}
        self._left_out = left_out if self._api else {}
        here = self._pointers.keys() | self._left_out.keys()
        return Listing(replace(e, kind=EntryKind.FILE) if e.path in here else e for e in found)

    def holds(self, path: str) -> bool:
        """Say whether a file is to be had here, and not from the clone."""
        return path in self._pointers or path in self._left_out

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file, which is what its digest says.

        Raises:
            UnreadableError: its host does not give it, or it is larger than ``limit``.
        """
        if pointer := self._pointers.get(path):
            return self._files.content(pointer)
        if limit <= BLOB_LIMIT:  # the clone left it out for being larger than that
            refuse_larger(BLOB_LIMIT + 1, limit)
        return self._raw(path, limit)

    def piece(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file.

        Raises:
            UnreadableError: its host does not give them.
        """
        if pointer := self._pointers.get(path):
            return self._files.piece(pointer, start, stop)
        raise UnreadableError("left out by the clone, and of a size that is not known")

    @property
    def _remote(self) -> str:
        """Where git itself goes for the repository."""
        if self._found_remote is None:
            self._found_remote = self._clone.remote_of(self._address)
        return self._found_remote

    @property
    def _api(self) -> RestApi | None:
        """The host's API; None where none is known or the repository was read from elsewhere."""
        api = api_of(self._address)
        return api if api and server_of(self._remote) else None

    @property
    def _files(self) -> LfsServer:
        if self._server is None:
            raise UnreadableError("a Git LFS pointer; the file it stands for is not here")
        return self._server

    def _lfs(self, listing: Listing, pointers: dict[str, Pointer]) -> LfsServer | None:
        """Return the LFS server; None where there is none, or the repository names a stranger's."""
        url = server_of(self._remote)
        named = self._named_server(listing) if url else None
        if url is None or (named is not None and not _is_same_host(named, url)):
            return None
        key = git_key(self._address.host, self._remote)
        return LfsServer(self._client, (named or url).rstrip("/"), key, pointers.values())

    def _named_server(self, listing: Listing) -> str | None:
        """Return the server that the repository itself names, if it names one."""
        if not any(entry.path == _LFS_CONFIG for entry in listing.entries):
            return None
        blob = f"{self._commit}:{_LFS_CONFIG}"
        try:
            with self._clone.command(
                "config", "--no-includes", "--blob", blob, "--get", "lfs.url"
            ) as process:
                return process.line().decode("utf-8", "replace")
        except GitError:  # it names none, or is no configuration
            return None

    def _raw(self, path: str, limit: int) -> bytes:
        """Return a file of git's own as its host sends it; git's digest proves it."""
        api, blob = self._api, self._left_out[path]
        if api is None:
            raise UnreadableError("left out by the clone, and no host is known to send it")
        try:
            content = api.content(self._client, path, blob, self._commit, limit)
        except HostError as error:
            raise UnreadableError(
                f"left out by the clone, and its host does not send it: {error}",
                withheld=error.status in _WITHHELD,
            ) from error
        digest = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
        if digest.hexdigest() != blob:
            raise UnreadableError("its host sends another file than git names")
        return content


def _pointer(entry: FileEntry) -> Pointer | None:
    if entry.kind is not EntryKind.LFS or entry.sha256 is None or entry.size is None:
        return None
    return Pointer(entry.sha256, entry.size)


def _is_wanted(entry: FileEntry) -> bool:
    return entry.kind is EntryKind.FILTERED and entry.path.lower().endswith(_READ_WHOLE)


def _is_same_host(one: str, other: str) -> bool:
    try:
        return origin_of(one) == origin_of(other)
    except HostError:
        return False
