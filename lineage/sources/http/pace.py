"""Staying under the limits that hosts state, together with every other process of this user.

A host says how many requests it still grants and for how long (``RateLimit: "api";r=12;t=55``,
https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/; GitHub has headers of its
own), or asks to be left alone (``Retry-After``). What it said is kept in one small file per kind of
request, under a lock, and every request takes one off before it is sent.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from lineage.sources.http.errors import HostError
from lineage.sources.http.patience import asked_wait

_REMAINING = re.compile(r"(?:^|;|\s)r=(\d{1,9})(?:;|,|\s|$)")
_RESET = re.compile(r"(?:^|;|\s)t=(\d{1,9})(?:;|,|\s|$)")
_QUOTA = re.compile(r"(?:^|;|\s)q=(\d{1,9})(?:;|,|\s|$)")
_WINDOW = re.compile(r"(?:^|;|\s)w=(\d{1,9})(?:;|,|\s|$)")
_TOO_MANY = 429
#: Statuses with which GitHub says that a quota is used up.
_REFUSING = (403, _TOO_MANY)
#: A stranger's word on when to come back is taken for no longer than this.
_LONGEST = 3600.0
#: Two answers of one window may differ so far in when it ends; they count in whole seconds.
_SLACK = 1.5


@dataclass(frozen=True, slots=True)
class Grant:
    """What a host grants: so many more requests, until then (seconds since 1970)."""

    remaining: int
    until: float
    #: Requests in a whole window, and its seconds; 0 where it was not said.
    quota: int = 0
    window: float = 0.0

    def after_one(self, now: float) -> Grant | None:
        """Return what is left after one more request; None where nothing is known any more."""
        if self.until > now:
            return replace(self, remaining=self.remaining - 1)
        if not self.quota:
            return None
        return replace(self, remaining=self.quota - 1, until=now + self.window)


class Pace:
    """The limits of all hosts, shared through a folder; in memory alone where that fails."""

    def __init__(self, folder: Path | None) -> None:
        """Keep the limits in the folder; None keeps them in this object."""
        self._folder = folder
        self._memory: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def await_turn(
        self, key: str, longest: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Return when a request may be sent, having taken it off what the host grants.

        Raises:
            HostError: that would take more than ``longest`` seconds.
        """
        end = time.time() + longest
        while (pause := self._taken(key)) > 0:
            if time.time() + pause > end:
                raise used_up(pause)
            # Those who wait for the same moment do not all come at it.
            sleep(pause + random.random() * min(1.0, pause / 4))  # noqa: S311 - no secret

    def heard(self, key: str, status: int, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says of the host's limits."""
        said = _said(status, headers, time.time())
        if said is None:
            return
        with self._shared(key) as (known, keep):
            if known and abs(known.until - said.until) <= _SLACK:
                # Requests under way were taken off here and are not yet known there.
                said = replace(said, remaining=min(known.remaining, said.remaining))
            keep(said)

    def _taken(self, key: str) -> float:
        """Take one request off; return how long to wait where none is left."""
        now = time.time()
        with self._shared(key) as (known, keep):
            if known is None:
                return 0.0
            if known.until > now and known.remaining <= 0:
                return known.until - now
            keep(known.after_one(now))
            return 0.0

    @contextmanager
    def _shared(self, key: str) -> Iterator[tuple[Grant | None, Callable[[Grant | None], None]]]:
        """Hold what is known of a key, and a way to replace it, against everybody else."""
        with self._lock:
            descriptor = self._opened(key)
            if descriptor is None:
                yield self._memory.get(key), lambda grant: self._remember(key, grant)
                return
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield _read(descriptor), lambda grant: _write(descriptor, grant)
            finally:
                os.close(descriptor)

    def _opened(self, key: str) -> int | None:
        if self._folder is None:
            return None
        name = hashlib.sha256(key.encode()).hexdigest()[:32]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return None

    def _remember(self, key: str, grant: Grant | None) -> None:
        if grant is None:
            self._memory.pop(key, None)
        else:
            self._memory[key] = grant


def used_up(pause: float) -> HostError:
    """Return what is said where a limit is used up for longer than one waits."""
    return HostError(
        "the host's limit of requests is used up",
        f"wait {max(1, round(pause / 60))} min, or set the host's token, which raises the limit",
        status=_TOO_MANY,
        wait=pause,
    )


def _said(status: int, headers: Mapping[str, str], now: float) -> Grant | None:
    """Return what the headers of an answer grant; None where they say nothing of it."""
    wait = asked_wait(headers) if status in _REFUSING else None
    limit, policy = headers.get("RateLimit", ""), headers.get("RateLimit-Policy", "")
    left, reset = _number(_REMAINING, limit), _number(_RESET, limit)
    if left is not None and reset is not None:
        seconds = min(max(wait or 0.0, float(reset)), _LONGEST)
        quota, window = _number(_QUOTA, policy) or 0, _number(_WINDOW, policy) or 0
        remaining = 0 if status == _TOO_MANY else left
        return Grant(remaining, now + seconds, quota if window else 0, min(window, _LONGEST))
    if wait is not None:
        return Grant(0, now + min(wait, _LONGEST))
    left, until = (
        _count(headers.get(f"X-RateLimit-{name}", "")) for name in ("Remaining", "Reset")
    )
    if left is None or until is None:
        return None
    return Grant(left, min(float(until), now + _LONGEST))


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None  # noqa: PLR2004 - digits of a time


def _read(descriptor: int) -> Grant | None:
    """Return what the file says; None where it says nothing or was not written whole."""
    try:
        found = json.loads(os.pread(descriptor, 1000, 0))
        numbers = [float(found[name]) for name in ("remaining", "until", "quota", "window")]
        return Grant(int(numbers[0]), numbers[1], int(numbers[2]), numbers[3])
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None


def _write(descriptor: int, grant: Grant | None) -> None:
    try:
        text = json.dumps(asdict(grant)).encode() if grant else b""
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)
    except OSError:  # a full disk: the next answer says it again
        return
