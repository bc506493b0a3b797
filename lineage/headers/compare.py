"""The head of a file beside that of the upstream file whose code it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from lineage.headers.head import Head, place_digest
from lineage.headers.holders import Party, all_parties, not_among, parties
from lineage.headers.sources import Source
from lineage.licences.tags import licences_of
from lineage.model import HeaderStatus

#: Names of licence families, longest first, as SPDX identifiers begin with them.
_FAMILIES = ("LicenseRef-lineage", "LicenseRef-scancode", "AGPL", "LGPL", "GPL", "CC-BY", "BSD")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the head of an upstream file."""

    status: HeaderStatus
    #: Statements of upstream's holders of whom one is named nowhere in the file.
    missing: tuple[str, ...]
    #: Holders whom upstream's head does not name.
    added: tuple[str, ...]
    #: Licences that upstream's head grants and the file does not name.
    licences_missing: tuple[str, ...]
    #: A line that says that the file was changed and is not upstream's own; "" without one.
    change: str
    #: Comments of the file's own that say where code was taken from.
    credits: tuple[Source, ...]


def compare_heads(suspect: Head, upstream: Head) -> Comparison:
    """Return what became of upstream's head in a file whose code was found to be upstream's.

    A holder or a licence that is named anywhere in the file is kept: moved is not lost. Years are
    not compared, since a holder adds to them every January.
    """
    here = [one.holder for one in (*suspect.statements, *suspect.below)]
    theirs = upstream.holders
    missing = not_among(theirs, here)
    added = not_among(suspect.holders, theirs)
    gone = _licences_gone(suspect, upstream)
    return Comparison(
        status=_status(suspect, upstream, missing, added, gone),
        missing=missing,
        added=added,
        licences_missing=gone,
        change=_change(suspect, upstream),
        credits=_credits(suspect, upstream),
    )


def _status(
    suspect: Head,
    upstream: Head,
    missing: tuple[str, ...],
    added: tuple[str, ...],
    gone: tuple[str, ...],
) -> HeaderStatus:
    if upstream.is_empty:
        return HeaderStatus.NONE_UPSTREAM
    if missing:
        return _without(suspect, upstream)
    if gone:
        return _without_licence(suspect, upstream)
    return HeaderStatus.KEPT_ADDED if added else HeaderStatus.KEPT


def _without(suspect: Head, upstream: Head) -> HeaderStatus:
    """Return the status of a head in which a holder of upstream's is missing."""
    here = [one.holder for one in (*suspect.statements, *suspect.below)]
    if not here:
        return (
            HeaderStatus.PARTLY_LOST
            if _keeps_licence(suspect, upstream)
            else _bare(suspect, upstream)
        )
    known = all_parties(here)
    lost = [party for party in _parties_of(upstream) if not party.is_among(known)]
    if len(lost) == len(_parties_of(upstream)):
        nearly = all(party.is_nearly_among(known) for party in lost)
        return HeaderStatus.ALTERED if nearly else HeaderStatus.REPLACED
    nearly = all(party.is_nearly_among(known) for party in lost)
    return HeaderStatus.ALTERED if nearly else HeaderStatus.PARTLY_LOST


def _bare(suspect: Head, upstream: Head) -> HeaderStatus:
    """Return the status of a head that names no holder, and not upstream's licence."""
    is_other = suspect.licences and not _same_family(suspect, upstream)
    return HeaderStatus.LICENCE_CHANGED if is_other else HeaderStatus.STRIPPED


def _keeps_licence(suspect: Head, upstream: Head) -> bool:
    return bool(upstream.licences) and not _licences_gone(suspect, upstream)


def _without_licence(suspect: Head, upstream: Head) -> HeaderStatus:
    """Return the status of a head that names upstream's holders, if any, and not its licence."""
    if suspect.licences:
        same = _same_family(suspect, upstream)
        return HeaderStatus.ALTERED if same else HeaderStatus.LICENCE_CHANGED
    if upstream.statements:
        return HeaderStatus.PARTLY_LOST
    return HeaderStatus.REPLACED if suspect.statements else HeaderStatus.STRIPPED


def _parties_of(upstream: Head) -> tuple[Party, ...]:
    return tuple(dict.fromkeys(p for holder in upstream.holders for p in parties(holder)))


def _licences_gone(suspect: Head, upstream: Head) -> tuple[str, ...]:
    """Return upstream's licences that the file does not name; of alternatives any one will do."""
    here = _names((*suspect.licences, *suspect.licences_below))
    return tuple(one for one in upstream.licences if here.isdisjoint(_names((one,))))


def _names(expressions: Iterable[str]) -> frozenset[str]:
    """Return the licences that are named; "the BSD License" may be any of its forms."""
    names = (name for one in expressions for name in licences_of(one))
    return frozenset("BSD" if name.startswith("BSD-") else name for name in names)


def _same_family(suspect: Head, upstream: Head) -> bool:
    ours, theirs = ({_family(n) for n in _names(one.licences)} for one in (suspect, upstream))
    return bool(ours & theirs)


def _family(licence: str) -> str:
    """Return the family of a licence: that of BSD-2-Clause and BSD-3-Clause is one."""
    if licence.startswith("LicenseRef-"):
        return licence
    return next((name for name in _FAMILIES if licence.startswith(name)), licence.partition("-")[0])


def _credits(suspect: Head, upstream: Head) -> tuple[Source, ...]:
    """Return the sources that upstream's file does not name itself."""
    return tuple(one for one in suspect.sources if place_digest(one) not in upstream.places)


def _change(suspect: Head, upstream: Head) -> str:
    """Return a statement of change that is the copy's own."""
    known = {_plain(one) for one in upstream.changes}
    own = (one for one in suspect.changes if _plain(one) not in known)
    taken = (one.text for one in _credits(suspect, upstream) if one.states_change)
    return next(chain(own, taken), "")


def _plain(text: str) -> str:
    """Return a statement as far as it is kept of an upstream file, without case and layout."""
    return " ".join(text.lower().split())[:150]
