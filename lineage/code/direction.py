"""Which of two files came first: what they say themselves, and when each was there.

Dates answer one question alone, who was first to show the code: they cannot tell a copy of upstream
from a copy of what upstream itself was made from, and the day on which a work was published is not
the day on which it was written. ``Witness`` keeps those grounds apart.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

from lineage.code.matches import Direction, FileMatch, Upstream, Witness
from lineage.code.prints import FilePrint
from lineage.codec import Plain
from lineage.headers import unpacked
from lineage.headers.head import place_digest
from lineage.headers.sources import Source

_WORDS = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
#: Repositories that bear another name than the works published from them.
_REPOSITORIES = {"timm": "/pytorch-image-models"}
_UNTOLD = "neither says, and nothing dates both"


@dataclass(frozen=True, slots=True)
class Seen:
    """When a file came to be in a work, as far as a history tells; all days are ISO, in UTC."""

    #: Before which nothing of the work was there; None where that is not known.
    since: str | None = None
    #: On which a file of this path was there at the latest; None where that is not known. It is the
    #: day on which the path came where ``since`` is known.
    by: str | None = None
    #: Whether the code stood nowhere else in the work before that day, as far as can be seen.
    is_fresh: bool = False
    #: Whether it came by itself, and not with everything else.
    is_lone: bool = False
    #: On which the file as it was compared was there for certain.
    at: str | None = None


def direction_of(
    suspect: FilePrint, upstream: Upstream, name: str
) -> tuple[Direction, Witness, str]:
    """Return the direction that the files themselves show, and why, as a phrase.

    ``name`` is what upstream would call the suspect's work. A credit that upstream's file gives too
    came along with the code, whichever way that went: it shows nothing.
    """
    theirs = _places_of(upstream.head)
    for line, source in suspect.sources:
        if place_digest(Source("", source, line)) in theirs:
            continue
        if _names(source, upstream.work.name) or _names(source, _stem(upstream.path)):
            return Direction.FROM_UPSTREAM, Witness.WORDS, f"line {line} of it names {source}"
    if name and name.lower() in _sources_of(upstream.head):
        return Direction.FROM_SUSPECT, Witness.WORDS, f"upstream's file names {name}"
    return Direction.UNKNOWN, Witness.NONE, _UNTOLD


def dated(match: FileMatch, seen: Seen, there: Seen | None = None) -> FileMatch:
    """Return the match with the direction that dates show, where nothing else shows one.

    ``there`` says when upstream's file came, where that is known otherwise than by its release: by
    upstream's own history, which is upstream's word and settles nothing.
    """
    upstream = match.upstream
    match = replace(match, seen=seen.by)
    if match.direction is not Direction.UNKNOWN:
        return match
    # Upstream's file is as it was compared since ``sure``, known in any form since ``first``, and
    # was not there until ``before``.
    sure, first = upstream.release.date, (upstream.first or upstream.release).date
    before = upstream.before.date if upstream.before else None
    if there is not None:
        sure, first = there.at, (there.by or there.since) if there.since else None
        before = first
    if sure and (after := _after(seen, sure)):
        witness, said = after
        return replace(
            match,
            direction=Direction.FROM_UPSTREAM,
            witness=Witness.DATES if there else witness,
            direction_reason=f"that was there on {sure}, and {said}",
        )
    if first and seen.by and seen.by < first:
        is_first = before is not None and seen.by < before
        witness = Witness.EARLIER if is_first else Witness.OPEN
        reason = f"it was there on {seen.by}, and upstream's file is known since {first}"
        return replace(match, witness=witness, direction_reason=reason)
    return replace(match, direction_reason=_untold(seen, sure))


def _after(seen: Seen, sure: str) -> tuple[Witness, str] | None:
    """Return what shows that nothing of the suspect was there on a day, and how it is said."""
    if seen.since and seen.since > sure:
        if seen.by and seen.is_lone:
            said = f"the target was begun on {seen.since}; this file came by itself on {seen.by}"
            return Witness.GROWTH, said
        return Witness.DATES, f"nothing of the target was there before {seen.since}"
    if seen.since and seen.by and seen.is_fresh and seen.by > sure:
        return Witness.DATES, f"this file came on {seen.by}, into a target begun on {seen.since}"
    return None


def _untold(seen: Seen, sure: str | None) -> str:
    if sure is None:
        return _UNTOLD
    if seen.by is None:
        return f"neither says; upstream's was there on {sure}, and nothing dates the target's"
    if seen.since is None:
        return f"neither says; it was there on {seen.by}, and no history before that is at hand"
    return f"neither says; a file of its path was there on {seen.by}, upstream's on {sure}"


def names_file(suspect: FilePrint, upstream: Upstream) -> bool:
    """Say whether a file credits the very file of upstream's, and not its work alone."""
    return any(_names(source, _stem(upstream.path)) for _, source in suspect.sources)


def _names(source: str, name: str) -> bool:
    source, name = source.lower(), name.lower()
    repository = _REPOSITORIES.get(name)
    in_words = bool(name) and name in _WORDS.findall(source)
    return in_words or (repository is not None and repository in source)


def _stem(path: str) -> str:
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return stem if len(stem) > 8 else ""  # noqa: PLR2004 - "utils" names nobody


def _sources_of(head: str) -> str:
    """Return what upstream's file says it was taken from, in lower case."""
    return json.dumps(_kept(head).get("a", "")).lower()


def _places_of(head: str) -> frozenset[str]:
    """Return the digests of what upstream's file says it was taken from."""
    try:
        return unpacked(_kept(head)).places
    except ValueError:
        return frozenset()


def _kept(head: str) -> dict[str, Plain]:
    try:
        kept = json.loads(head or "{}")
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}
