"""Which of two files came first: what they say themselves, and when each was there."""

from __future__ import annotations

import json
import re

from lineage.code.matches import Direction, Upstream
from lineage.code.prints import FilePrint

_WORDS = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def direction_of(
    suspect: FilePrint, upstream: Upstream, seen: str | None, name: str
) -> tuple[Direction, str]:
    """Return the direction and why, as a phrase.

    ``seen`` is the ISO date on which the suspect's file was first there, where its history says so;
    ``name`` is what upstream would call the suspect's work.
    """
    for line, source in suspect.sources:
        if _names(source, upstream.work.name) or _names(source, _stem(upstream.path)):
            return Direction.FROM_UPSTREAM, f"line {line} of it names {source}"
    if name and name.lower() in _sources_of(upstream.head):
        return Direction.FROM_SUSPECT, f"upstream's file names {name}"
    date = upstream.release.date
    if seen and date and date != seen:
        if date < seen:
            return (
                Direction.FROM_UPSTREAM,
                f"{upstream.release.version} is of {date}, and it was first there on {seen}",
            )
        return (
            Direction.UNKNOWN,
            f"it was there on {seen}, and {upstream.release.version} is of {date}",
        )
    return Direction.UNKNOWN, "neither says, and nothing dates both"


def _names(source: str, name: str) -> bool:
    return bool(name) and name.lower() in _WORDS.findall(source.lower())


def _stem(path: str) -> str:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return stem if len(stem) > 8 else ""  # noqa: PLR2004 - "utils" names nobody


def _sources_of(head: str) -> str:
    """Return what upstream's file says it was taken from, in lower case."""
    try:
        kept = json.loads(head or "{}")
    except ValueError:
        return ""
    return json.dumps(kept.get("a", "")).lower() if isinstance(kept, dict) else ""
