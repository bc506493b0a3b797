"""What a server of Git LFS answers: for each file a place where it can be had, or why not.

https://github.com/git-lfs/git-lfs/blob/main/docs/api/batch.md
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lineage.sources.http import Json
from lineage.sources.snapshot import UnreadableError

#: Seconds before its end from which on an address is taken for expired.
_SLACK = 30.0
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
#: Go writes year 1 where there is no date; this is the year of the first specification.
_FIRST_YEAR = 2013
_WITHHELD = frozenset({401, 403})
#: Headers that a server's answer may not choose for us.
_OURS = frozenset({"connection", "content-length", "cookie", "host", "range", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file can be had."""

    url: str
    #: Headers that go with it, to that host alone.
    secrets: Mapping[str, str]
    #: By the monotonic clock; None for good.
    until: float | None


def objects_in(answer: Json) -> dict[str, dict[str, Json]]:
    """Return the members of an answer by their digest.

    Raises:
        UnreadableError: it is no answer of an LFS server, or offers what was not asked for.
    """
    members = answer.get("objects") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(members, list):
        raise UnreadableError("the host does not answer as an LFS server does")
    if answer.get("transfer", "basic") != "basic" or answer.get("hash_algo", "sha256") != "sha256":
        raise UnreadableError("the LFS server offers no plain transfer")
    found: dict[str, dict[str, Json]] = {}
    for member in members:
        if isinstance(member, dict) and isinstance(oid := member.get("oid"), str):
            found.setdefault(oid, member)
    return found


def place_in(member: Mapping[str, Json], now: float) -> Place | UnreadableError:
    """Return where a file can be had, or why it cannot, by what the server says of it."""
    actions = member.get("actions")
    download = actions.get("download") if isinstance(actions, dict) else None
    href = download.get("href") if isinstance(download, dict) else None
    if not isinstance(download, dict) or not isinstance(href, str):
        return _refusal(member.get("error"))
    headers = download.get("header")
    return Place(
        href,
        dict(_kept(headers)) if isinstance(headers, dict) else {},
        _end(download, now),
    )


def _kept(headers: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield the headers that a server may add to a request for a file."""
    for name, value in headers.items():
        is_plain = isinstance(value, str) and _HEADER.fullmatch(name) and value.isprintable()
        if is_plain and isinstance(value, str) and name.lower() not in _OURS:
            yield name, value


def _refusal(error: Json) -> UnreadableError:
    code = error.get("code") if isinstance(error, dict) else None
    reasons = {404: "it does not have the file", 410: "it no longer has the file"}
    reason = reasons.get(code) if isinstance(code, int) else None
    return UnreadableError(
        "a Git LFS pointer, and the server of its files does not help: "
        + (reason or "it names no place for the file"),
        withheld=code in _WITHHELD,
    )


def _end(action: Mapping[str, Json], now: float) -> float | None:
    """Return when an address expires; seconds from now go before the server's clock."""
    seconds, moment = action.get("expires_in"), action.get("expires_at")
    if isinstance(seconds, int | float) and seconds > 0:
        return now + float(seconds) - _SLACK
    try:
        then = datetime.fromisoformat(moment) if isinstance(moment, str) else None
    except ValueError:
        return now  # a moment that nobody understands: used once
    if then is None or then.year < _FIRST_YEAR:  # year 1 stands for none
        return None
    left = then.timestamp() - time.time()
    return now + left - _SLACK
