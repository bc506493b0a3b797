"""Trying again where a failure may pass: a bounded number of times, for a bounded time."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from lineage.sources.http.errors import HostError

T = TypeVar("T")

#: Seconds to wait before each further attempt, unless the host names another time.
PAUSES = (0.25, 1.0, 4.0)
#: Attempts at one piece of content, however far each of them gets.
MOST_ATTEMPTS = 20


def persistently(
    attempt: Callable[[], T],
    *,
    longest: float,
    progress: Callable[[], int] = lambda: 0,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Return what the attempt gives; it is repeated after a failure that may pass.

    An attempt that got further than the one before starts the count anew; one that took a whole
    time-out is repeated once. ``longest`` bounds the seconds that are waited in all.

    Raises:
        HostError: it failed for good, or too often, or the host asks for more patience.
    """
    failures, waited, reached = 0, 0.0, progress()
    for _ in range(MOST_ATTEMPTS):
        try:
            return attempt()
        except HostError as error:
            if progress() > reached:
                failures, reached = 0, progress()
            if not error.passing or failures >= (1 if error.slow else len(PAUSES)):
                raise
            pause = _jittered(PAUSES[failures] if error.wait is None else error.wait)
            if waited + pause > longest:
                raise
        failures += 1
        waited += pause
        sleep(pause)
    raise HostError("the exchange breaks off again and again", "try again later")


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return how many seconds a host asks to wait (``Retry-After``); None where it does not."""
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said[:9])
    try:
        then = email.utils.parsedate_to_datetime(said)
        return max(0.0, then.timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _jittered(pause: float) -> float:
    """Return a little more than the pause: many who were told the same do not return at once."""
    return pause * (1 + random.random() / 4)  # noqa: S311 - no secret
