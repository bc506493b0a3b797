"""Where a git host keeps the files of Git LFS, read by range.

The server is asked for the address of a file (https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md),
and that address for a part of it: "basic" transfer, download, nothing else. Addresses are asked for
many files at once and used for as long as they are good.

``.lfsconfig`` in a repository may name another server. It is the repository's word and may lead
anywhere, so it is followed on the repository's own host alone; on another one nothing is asked, and
the files stay pointers.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from lineage.sources.gitsites import SITES
from lineage.sources.http import Client, HostError, Json
from lineage.sources.keys import Key
from lineage.sources.lfs import Pointer
from lineage.sources.lfsbatch import Place, objects_in, place_in
from lineage.sources.snapshot import UnreadableError

#: Files whose addresses are asked for at once, as git-lfs does.
_AT_ONCE = 100
#: An answer about so many files, each with a signed address.
_ANSWER_LIMIT = 4 << 20
_MEDIA = "application/vnd.git-lfs+json"
_HEADERS = {"Accept": _MEDIA, "Content-Type": _MEDIA}
_SSH = re.compile(r"(?:ssh://)?(?:[^@/]*@)?(?P<host>[^:/@]+)(?::\d+)?[:/](?P<path>.+)")
#: Statuses after which a token is worth a try: hosts call missing what they keep private.
_CLOSED = frozenset({401, 403, 404})
_WITHHELD = frozenset({401, 403})
#: Statuses with which a store of signed addresses says that one is no longer good.
_EXPIRED = frozenset({400, 401, 403, 404, 410})


class LfsServer:
    """The LFS server of one repository."""

    def __init__(
        self, client: Client, url: str, key: Key, pointers: Iterable[Pointer] = ()
    ) -> None:
        """Ask the server at ``url`` from now on; ``pointers`` are all that may be asked for."""
        self._client = client
        self._url = url
        self._key = key
        self._pointers: Sequence[Pointer] = tuple(dict.fromkeys(pointers))
        self._places: dict[str, Place] = {}
        self._refused: dict[str, UnreadableError] = {}

    def content(self, pointer: Pointer) -> bytes:
        """Return a whole file, which is what its digest says.

        Raises:
            UnreadableError: the server does not give it, or gives another.
        """
        content = self.piece(pointer, 0, pointer.size)
        if hashlib.sha256(content).hexdigest() != pointer.sha256:
            raise UnreadableError("the LFS server sends another file than its pointer names")
        return content

    def piece(self, pointer: Pointer, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file; fewer where it ends before.

        Raises:
            UnreadableError: the server does not give them.
        """
        stop = min(stop, pointer.size)
        if stop <= start:
            return b""
        place, fresh = self._place(pointer)
        try:
            return self._part(place, pointer, start, stop)
        except HostError as error:
            if fresh or error.status not in _EXPIRED:
                raise self._failure(error) from error
        self._places.pop(pointer.sha256, None)
        try:
            return self._part(self._place(pointer)[0], pointer, start, stop)
        except HostError as error:
            raise self._failure(error) from error

    def _part(self, place: Place, pointer: Pointer, start: int, stop: int) -> bytes:
        return self._client.get_range(
            place.url,
            start,
            stop,
            size=pointer.size,
            secrets=place.secrets,
            named_by=self._url,
        )

    def _place(self, pointer: Pointer) -> tuple[Place, bool]:
        """Return where a file can be had, and whether that was asked just now."""
        known = self._places.get(pointer.sha256)
        if known and (known.until is None or time.monotonic() < known.until):
            return known, False
        if pointer.sha256 not in self._refused:
            self._ask(pointer)
        if refused := self._refused.get(pointer.sha256):
            raise refused
        found = self._places.get(pointer.sha256)
        if found is None:
            raise UnreadableError("the LFS server says nothing of it")
        return found, True

    def _ask(self, pointer: Pointer) -> None:
        """Ask where a file can be had, and those listed after it."""
        wanted = self._batch(pointer)
        question: Json = {
            "operation": "download",
            "transfers": ["basic"],
            "hash_algo": "sha256",
            "objects": [{"oid": one.sha256, "size": one.size} for one in wanted],
        }
        now = time.monotonic()
        try:
            answer = self._posted(question)
        except HostError as error:
            failure = self._failure(error)
            if not error.passing:  # the same answer for every file, and no need to ask again
                self._refused |= {one.sha256: failure for one in wanted}
            raise failure from error
        for oid, member in objects_in(answer).items():
            place = place_in(member, now)
            if isinstance(place, Place):
                self._places[oid] = place
            else:
                self._refused[oid] = place

    def _batch(self, pointer: Pointer) -> Sequence[Pointer]:
        if pointer not in self._pointers:
            return [pointer]
        at = self._pointers.index(pointer)
        around = (*self._pointers[at:], *self._pointers[:at])
        unknown = [one for one in around[1:] if one.sha256 not in self._places]
        return [pointer, *unknown[: _AT_ONCE - 1]]

    def _posted(self, question: Json) -> Json:
        """Return the answer to a question; a token is shown only to a host that asks for one."""
        try:
            return self._post(question, {})
        except HostError as error:
            if error.status not in _CLOSED or not self._key.secrets:
                raise
        return self._post(question, self._key.secrets)

    def _post(self, question: Json, secrets: Mapping[str, str]) -> Json:
        return self._client.post_json(
            f"{self._url}/objects/batch",
            question,
            headers=_HEADERS,
            secrets=secrets,
            limit=_ANSWER_LIMIT,
        )

    def _failure(self, error: HostError) -> UnreadableError:
        advice = self._key.advice if error.status in _CLOSED else error.advice
        said = f"{error.reason}; {advice}" if advice else error.reason
        return UnreadableError(
            f"a Git LFS pointer, and the server of its files does not help: {said}",
            withheld=error.status in _WITHHELD,
        )


def server_of(remote: str) -> str | None:
    """Return the address of the LFS server that belongs to a git remote; None for one on disk.

    https://github.com/git-lfs/git-lfs/blob/main/docs/api/server-discovery.md; over ssh the server
    is looked for under https, and no program is run there to ask for it.
    """
    if remote.startswith(("file:", "/")):
        return None
    parts = urlsplit(remote)
    if parts.scheme in ("http", "https"):
        place = parts.netloc.rpartition("@")[2]
        base = f"{parts.scheme}://{place}{parts.path}"
    elif ssh := _SSH.fullmatch(remote):
        site = SITES.get(ssh["host"].lower())
        base = f"https://{site.name if site else ssh['host']}/{ssh['path'].lstrip('/')}"
    else:
        return None
    base = base.rstrip("/")
    return f"{base}/info/lfs" if base.endswith(".git") else f"{base}.git/info/lfs"
