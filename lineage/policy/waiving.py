"""Waivers applied: findings that somebody answers for, and waivers that no longer hold.

A waived finding keeps its place in the reports and stops no release. A waiver that has expired
waives nothing and is spoken of; a duty that is met needs none; and what could not be read cannot be
waived, since nobody knows what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from lineage.graph import LineageGraph
from lineage.model import Finding, State, Waiver
from lineage.phrases import counted, quoted
from lineage.policy.terms import WaiverEntry
from lineage.sources.names import unpinned

#: A waiver that holds longer than this is remarked on.
FAR_DAYS = 366

_WAIVABLE = frozenset(
    {State.UNMET, State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE}
)


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """What became of a policy's waivers in one audit."""

    #: How many waivers there are, and how many of them waive something here.
    waivers: int = 0
    applied: int = 0
    #: Age of the oldest waiver that is applied; None where none says since when it holds.
    oldest_days: int | None = None
    #: A sentence for each waiver that has expired and would waive something here.
    expired: tuple[str, ...] = ()
    #: How many have expired and would waive nothing here.
    expired_unused: int = 0
    #: A sentence for each that is applied and has long to run.
    far: tuple[str, ...] = ()


def waive(
    findings: Sequence[Finding],
    entries: Sequence[WaiverEntry],
    graph: LineageGraph,
    today: date,
) -> tuple[tuple[Finding, ...], WaiverUse]:
    """Return the findings, those that a waiver means as waived, and what became of the waivers."""
    means = {
        number: [entry for entry in entries if _means(entry, finding, graph)]
        for number, finding in enumerate(findings)
        if finding.state in _WAIVABLE
    }
    in_force = {
        number: next((entry for entry in found if entry.expires >= today), None)
        for number, found in means.items()
    }
    applied = list(dict.fromkeys(entry for entry in in_force.values() if entry))
    expired: dict[WaiverEntry, list[Finding]] = {}
    for number, found in means.items():
        for entry in found if in_force[number] is None else ():
            expired.setdefault(entry, []).append(findings[number])
    ages = [(today - entry.since).days for entry in applied if entry.since]
    stale = [entry for entry in entries if entry.expires < today and entry not in expired]
    after = (_waived(finding, in_force.get(number)) for number, finding in enumerate(findings))
    return tuple(after), WaiverUse(
        waivers=len(entries),
        applied=len(applied),
        oldest_days=max(ages, default=None),
        expired=tuple(_expiry(entry, found, today) for entry, found in expired.items()),
        expired_unused=len(stale),
        far=tuple(_far(applied, today)),
    )


def _means(entry: WaiverEntry, finding: Finding, graph: LineageGraph) -> bool:
    if entry.fingerprint is not None:
        return entry.fingerprint == finding.fingerprint
    if entry.rule != finding.rule or entry.subject is None:
        return False
    subject = graph.artifact(finding.subject)
    names = {subject.id, unpinned(subject.id), subject.name}
    if not any(fnmatchcase(name.lower(), entry.subject.lower()) for name in names):
        return False
    return entry.path is None or _stands_in(finding, entry.path)


def _stands_in(finding: Finding, path: str) -> bool:
    """Say whether every place of a finding matches: a waiver for one file waives no other."""
    places = [exhibit.path for exhibit in finding.exhibits]
    return bool(places) and all(fnmatchcase(place, path) for place in places)


def _waived(finding: Finding, entry: WaiverEntry | None) -> Finding:
    if entry is None:
        return finding
    waiver = Waiver(
        reason=entry.reason,
        owner=entry.owner,
        expires=entry.expires.isoformat(),
        since=entry.since.isoformat() if entry.since else None,
        was=finding.state,
    )
    return replace(finding, state=State.WAIVED, waiver=waiver)


def _expiry(entry: WaiverEntry, findings: Sequence[Finding], today: date) -> str:
    ago = counted((today - entry.expires).days, "day")
    rules = " and ".join(sorted({finding.rule for finding in findings}))
    return (
        f"The waiver at {entry.place} expired {ago} ago, on {entry.expires}, and waives "
        f"{counted(len(findings), 'finding')} of {rules} no longer; {quoted(entry.owner)} answers "
        "for it."
    )


def _far(entries: Iterable[WaiverEntry], today: date) -> Iterable[str]:
    for entry in entries:
        if (entry.expires - today).days > FAR_DAYS:
            yield (
                f"The waiver at {entry.place} holds until {entry.expires}, more than a year from "
                f"now; {quoted(entry.owner)} answers for it."
            )
