"""A snapshot of any host whose listing and content are kept on this machine.

Only what stands at a commit is kept: it cannot change. A part of a file that lies inside what is
kept is served from there, and of one that does not the missing bytes alone are asked for. The host
is not opened before something is missing.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from lineage.model import FileEntry, HostFact, Repo
from lineage.progress import Progress
from lineage.sources.bounds import Listing, Meter, refuse_larger
from lineage.sources.cache.opening import (
    Opening,
    packed_arrivals,
    packed_facts,
    packed_past,
    unpacked_arrivals,
    unpacked_facts,
    unpacked_past,
)
from lineage.sources.cache.store import Piece, Store
from lineage.sources.heads import PROBE, Headed
from lineage.sources.http import Client, LimitError
from lineage.sources.past import Annals, Arrivals, Chronicle, Dated, Past
from lineage.sources.snapshot import Snapshot, SourceError, UnreadableError

#: Bytes that say how long a header is.
_LENGTH = 8
#: A file of at most so many bytes is fetched whole.
SMALL = 1 << 20
#: Shards whose heads are fetched at once.
_AT_ONCE = 8
_SHARD = re.compile(r"(.*)-\d{5}(-of-\d{5}.*)")
_FACTS, _DATE, _ARRIVALS = "facts", "day", "arrivals"
#: The fact that a host's API did not answer: it is asked again next time.
NOT_ASKED = "host_api"


@dataclass(frozen=True, slots=True)
class Place:
    """Which repository a target stands for, known without asking anybody."""

    #: The host's name, or the address where it is asked.
    host: str
    id: str
    #: Branch, tag or commit as it was asked for; "" for the default branch.
    revision: str
    #: Whether content crosses the network when it is read, and not before.
    pays: bool = True

    @property
    def key(self) -> str:
        """What the place is known by in the cache; addresses may hold credentials."""
        return hashlib.sha256(f"{self.host}\n{self.id}".encode()).hexdigest()

    def at(self, revision: str) -> str:
        """Return what the repository at a commit is known by."""
        return hashlib.sha256(f"{self.host}\n{self.id}\n{revision}".encode()).hexdigest()


class KeptSnapshot:
    """Implements ``Snapshot`` over the cache, and over the host where that lacks something."""

    def __init__(
        self,
        opening: Opening,
        store: Store,
        key: str,
        *,
        host: Snapshot | None,
        live: Callable[[], Snapshot],
        client: Client,
        limit: int | None,
        pays: bool,
        closing: Callable[[], None],
    ) -> None:
        """Serve an opening; ``live`` opens the host if it is not open, and is called once at most.

        The snapshot closes the host and the cache, and then calls ``closing``.
        """
        self.repo: Repo = opening.repo
        self._opening = opening
        self._listing = Listing(opening.files)
        self._store = store
        self._key = key
        self._live = live
        self._client = client
        self._meter = Meter(limit)
        self._pays = pays
        self._closing = closing
        self._host = host
        self._is_fresh = host is not None
        self._failure: SourceError | None = None
        self._brought: set[tuple[str | None, ...]] = set()
        self._lock = threading.Lock()

    @property
    def bytes_read(self) -> int:
        """Bytes of content handed out so far, wherever they came from."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every path of the commit, sorted."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a file of at most ``limit`` bytes."""
        entry = self._listing.file(path)
        if entry.size is not None:
            refuse_larger(entry.size, limit)
            self._meter.allow(entry.size)
        content = self._whole(entry)
        if content is None:
            content = self._reached().read(path, limit)
            self._store.keep(self._key, path, Piece(0, content))
            if entry.size is None:
                self._store.keep_record(self._key, _size(path), str(len(content)).encode())
        else:
            self._charge(len(content))
            refuse_larger(len(content), limit)
        self._meter.spend(len(content))
        return content

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a file."""
        entry = self._listing.file(path)
        stop = stop if entry.size is None else min(stop, entry.size)
        if start >= stop:
            return b""
        self._meter.allow(stop - start)
        if start == 0 and stop == PROBE:
            self._bring_heads(path, stop)
        content = self._assembled(path, start, stop)
        self._meter.spend(len(content))
        return content

    def head(self, path: str) -> bytes | None:
        """Return the head of a weight file, where it is kept or the host tells it apart."""
        told = self._store.record(self._key, _head(path))
        if told is not None:
            return told
        kept = self._store.pieces(self._key, path, 0, PROBE)
        if not _gaps(kept, 0, _LENGTH):
            length = int.from_bytes(_joined(kept, 0, _LENGTH), "little")
            stop = _LENGTH + length
            return None if _gaps(kept, 0, stop) else _joined(kept, 0, stop)
        try:
            host = self._reached()
            head = host.head(path) if isinstance(host, Headed) else None
        except UnreadableError:
            return None
        if head is not None:  # put together from the host's JSON: not the file's own bytes
            self._store.keep_record(self._key, _head(path), head)
        return head

    def facts(self) -> tuple[HostFact, ...]:
        """Return what the host says of the repository, as it said when it was last asked."""
        kept = None if self._is_fresh else self._kept_facts()
        if kept is not None:
            return kept
        try:
            facts = self._reached().facts()
        except UnreadableError:  # it cannot be asked, and never was
            return ()
        if not any(fact.key == NOT_ASKED for fact in facts):
            self._store.keep_record(self._key, _FACTS, packed_facts(facts))
        return facts

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:
        """Return the host's page of a file at the commit; None where files have none."""
        addresses = self._opening.addresses
        return addresses.of(path, lines) if addresses else None

    def close(self) -> None:
        """Close the host, if it was opened, and let go of the cache."""
        if self._host is not None:
            self._host.close()
        self._store.close()
        self._closing()

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

    def _kept_facts(self) -> tuple[HostFact, ...] | None:
        kept = self._store.record(self._key, _FACTS)
        try:
            return None if kept is None else unpacked_facts(kept)
        except ValueError:
            return None

    def _whole(self, entry: FileEntry) -> bytes | None:
        """Return a file that is kept whole."""
        size = entry.size
        if size is None:
            known = self._store.record(self._key, _size(entry.path))
            if known is None:
                return None
            size = int(known)
        found = self._store.pieces(self._key, entry.path, 0, size)
        return _joined(found, 0, size) if not _gaps(found, 0, size) else None

    def _assembled(self, path: str, start: int, stop: int) -> bytes:
        """Return a part of a file: what is kept of it, and what is missing from the host."""
        found = list(self._store.pieces(self._key, path, start, stop))
        gaps = _gaps(found, start, stop)
        self._charge(stop - start - sum(end - begin for begin, end in gaps))
        for gap in gaps:
            begin, end = self._widened(path, *gap)
            piece = Piece(begin, self._reached().read_range(path, begin, end))
            self._store.keep(self._key, path, piece)
            found.append(piece)
            if begin <= start and stop <= end:
                break
        return _joined(sorted(found, key=lambda piece: piece.start), start, stop)

    def _bring_heads(self, path: str, stop: int) -> None:
        """Fetch the heads of all shards of a model at once where that of one is asked for.

        One after the other, the headers of a large model take minutes. A failure shows when the
        shard itself is read.
        """
        shard = _SHARD.search(path)
        if not self._pays or shard is None or shard.groups() in self._brought:
            return
        self._brought.add(shard.groups())
        others = [e.path for e in self._listing.entries if e.path != path and _is_of(e.path, shard)]
        if not others or not self._client.traffic.has_room(stop * len(others)):
            return

        def bring(other: str) -> None:
            with suppress(UnreadableError):
                self._assembled(other, 0, min(stop, self._listing.file(other).size or stop))

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(bring, others))

    def _widened(self, path: str, start: int, stop: int) -> tuple[int, int]:
        """Return the whole of a small file in the place of a part, if it has to be fetched.

        A request costs more than so few bytes, and more of them are likely to be asked for.
        """
        size = self._listing.file(path).size
        if (
            not self._pays
            or size is None
            or size > SMALL
            or not self._client.traffic.has_room(size)
        ):
            return start, stop
        return 0, size

    def _charge(self, count: int) -> None:
        """Count bytes out of the cache against the user's bound, as if they had been fetched."""
        if not self._pays or not count:
            return
        try:
            self._client.traffic.charge(count)
        except LimitError as error:
            raise UnreadableError(error.reason) from error

    def _reached(self) -> Snapshot:
        """Return the host's own snapshot.

        Raises:
            UnreadableError: the host cannot be opened, or may not be.
        """
        with self._lock:
            if self._host is None and self._failure is None:
                try:
                    self._host = self._live()
                except SourceError as error:
                    self._failure = error
        if self._host is None:
            reason = self._failure.reason if self._failure else ""
            raise UnreadableError(f"not in the cache; {reason}" if reason else "")
        return self._host


class KeptChronicle(KeptSnapshot):
    """The same for a host that tells of the commits before the one that is open."""

    def past(self, patterns: tuple[str, ...], commits: int, contents: int) -> Past:
        """Return what became of the paths that match, as the host tells it: it cannot change."""
        kind = f"past {commits} {contents} {patterns!r}"
        kept = self._store.record(self._key, kind)
        if kept is not None:
            try:
                return unpacked_past(kept)
            except ValueError:
                pass
        host = self._reached()
        if not isinstance(host, Chronicle):
            raise UnreadableError("the host does not tell of earlier commits")
        past = host.past(patterns, commits, contents)
        self._store.keep_record(self._key, kind, packed_past(past))
        return past

    def date(self) -> str | None:
        """Return the day on which the commit was made; None where it says none."""
        kept = self._store.record(self._key, _DATE)
        if kept is None:
            host = self._reached()
            kept = ((host.date() if isinstance(host, Dated) else None) or "").encode()
            self._store.keep_record(self._key, _DATE, kept)
        return kept.decode() or None

    def arrivals(self, progress: Progress) -> Arrivals:
        """Return when the repository and its paths came; for a commit that cannot change."""
        kept = self._store.record(self._key, _ARRIVALS)
        if kept is not None:
            try:
                return unpacked_arrivals(kept)
            except ValueError:
                pass
        host = self._reached()
        if not isinstance(host, Annals):
            return Arrivals(None, None, {})
        arrivals = host.arrivals(progress)
        self._store.keep_record(self._key, _ARRIVALS, packed_arrivals(arrivals))
        return arrivals


def _is_of(path: str, shard: re.Match[str]) -> bool:
    other = _SHARD.search(path)
    return other is not None and other.groups() == shard.groups()


def _size(path: str) -> str:
    return f"size of {path}"


def _head(path: str) -> str:
    return f"head of {path}"


def _gaps(pieces: list[Piece] | tuple[Piece, ...], start: int, stop: int) -> list[tuple[int, int]]:
    """Return the parts of a range that no piece covers; pieces come by place."""
    gaps = []
    at = start
    for piece in pieces:
        if piece.start > at:
            gaps.append((at, min(piece.start, stop)))
        at = max(at, piece.stop)
        if at >= stop:
            return gaps
    return [*gaps, (at, stop)]


def _joined(pieces: list[Piece] | tuple[Piece, ...], start: int, stop: int) -> bytes:
    """Return the bytes of a range, as far as the pieces follow upon one another."""
    found = bytearray()
    at = start
    for piece in pieces:
        if piece.start > at:
            break
        found += piece.content[at - piece.start : stop - piece.start]
        at = max(at, min(piece.stop, stop))
    return bytes(found)
