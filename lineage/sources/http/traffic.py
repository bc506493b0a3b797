"""What crosses the network: counted by host, and stopped at the user's bound.

One ``Traffic`` serves everything that a command opens, so that ``--max-bytes`` bounds the whole.
Bodies count, and so do the headers of answers as far as they are seen.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from lineage.sources.http.errors import LimitError


@dataclass(frozen=True, slots=True)
class HostTraffic:
    """What was asked of one host, and what it sent."""

    host: str
    requests: int
    received: int


class Traffic:
    """Counts requests and bytes; safe among threads."""

    def __init__(self, limit: int | None = None) -> None:
        """Start at nothing; ``limit`` is the most bytes that may come in, None for no bound."""
        self.limit = limit
        self._charged = 0
        self._hosts: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    @property
    def charged(self) -> int:
        """Bytes that count against the limit so far."""
        return self._charged

    @property
    def hosts(self) -> tuple[HostTraffic, ...]:
        """What each host was asked for and sent, by name."""
        with self._lock:
            found = sorted(self._hosts.items())
        return tuple(HostTraffic(host, *counts) for host, counts in found)

    def allow(self, count: int) -> None:
        """Say whether ``count`` more bytes may come in.

        Raises:
            LimitError: they would pass the bound.
        """
        if self.limit is not None and self._charged + count > self.limit:
            raise LimitError(self.limit)

    def has_room(self, count: int) -> bool:
        """Say whether ``count`` more bytes may come in, and twice as many."""
        return self.limit is None or self._charged + 2 * count <= self.limit

    def asked(self, host: str) -> None:
        """Count a request."""
        self._count(host, 1, 0)

    def received(self, host: str, count: int) -> None:
        """Count bytes that a host sent.

        Raises:
            LimitError: they pass the bound.
        """
        self._count(host, 0, count)
        self.charge(count)

    def charge(self, count: int) -> None:
        """Count bytes against the bound.

        What comes out of the cache is charged like what is fetched: a limit that was reached once
        is reached again, and the report is the same.

        Raises:
            LimitError: they pass the bound.
        """
        with self._lock:
            self._charged += count
            if self.limit is not None and self._charged > self.limit:
                raise LimitError(self.limit)

    def _count(self, host: str, requests: int, received: int) -> None:
        with self._lock:
            before = self._hosts.get(host, (0, 0))
            self._hosts[host] = (before[0] + requests, before[1] + received)
