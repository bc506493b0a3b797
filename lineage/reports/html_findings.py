"""Findings and duties as a page shows them: what was read here, beside what was read upstream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from lineage.model import Exhibit, Finding, State, Tier
from lineage.obligations import place_words
from lineage.phrases import place
from lineage.reports import contents, duties

if TYPE_CHECKING:
    from lineage.model import HeaderChange, Waiver
    from lineage.pipeline import Audit

#: So many findings of one group, and places of one finding, are written out; the rest are counted.
_FINDINGS, _PLACES, _QUOTES = 150, 10, 8


@dataclass(frozen=True, slots=True)
class Spot:
    """One place in a file: its lines, where to open it, what stands there."""

    lines: str
    url: str
    excerpt: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spots:
    """Places in one file."""

    file: str
    sha256: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as it is shown."""

    message: str
    fingerprint: str
    here: tuple[Spots, ...]
    there: tuple[Spots, ...]
    more: int
    waiver: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one rule as they are shown."""

    rule: str
    title: str
    severity: str
    state: str
    tier: str
    clause: str
    quote: str
    remedy: str
    findings: tuple[Told, ...]
    more: int

    @property
    def count(self) -> int:
        """How many there are, shown or not."""
        return len(self.findings) + self.more


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty as it is shown."""

    sentence: str
    quote: str
    state: str
    trigger: str
    why: str
    spots: tuple[Spots, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one licence asks, and how often it is met."""

    heading: str
    duties: tuple[Duty, ...]
    #: State, and how many duties are in it.
    states: tuple[tuple[str, int], ...] = field(default=())


def groups(audit: Audit, *states: State) -> tuple[Group, ...]:
    """Return the findings in these states, the gravest first."""
    upstream = {id_of(change.exhibit): change for change in _heads(audit)}
    quotes = _quotes(audit)
    return tuple(_group(group, upstream, quotes) for group in contents.groups(audit, *states))


def met(audit: Audit) -> tuple[Group, ...]:
    """Return the duties met, but for those that stand among what a licence asks."""
    kept = (
        replace(group, findings=tuple(f for f in group.findings if not _told(audit, f)))
        for group in contents.groups(audit, State.MET)
    )
    return tuple(_group(group, {}, {}) for group in kept if group.findings)


def asked(audit: Audit) -> tuple[Asked, ...]:
    """Return what each licence above the target asks."""
    return tuple(
        Asked(
            of.heading,
            tuple(
                Duty(
                    sentence=duties.sentence(duty),
                    quote=duty.quote or "",
                    state=duty.state.value,
                    trigger=duties.trigger(duty),
                    why=duties.why(duty),
                    spots=tuple(files(duty.exhibits[:_PLACES])),
                )
                for duty in of.duties
            ),
            tuple(
                (state.value, count)
                for state in State
                if (count := sum(duty.state is state for duty in of.duties))
            ),
        )
        for of in duties.asked(audit)
    )


def files(exhibits: Iterable[Exhibit]) -> Iterator[Spots]:
    """Yield places by file, so that what they share is said once."""
    for (repo, path, sha256), spots in groupby(exhibits, lambda e: (e.repo, e.path, e.sha256)):
        name = place(Exhibit(path, repo=repo))
        yield Spots(name, sha256 or "", tuple(dict.fromkeys(map(_spot, spots))))


def id_of(exhibit: Exhibit) -> tuple[str, str, tuple[int, int] | None]:
    """Return what tells two exhibits apart."""
    return exhibit.repo, exhibit.path, exhibit.lines


def tier_words(tier: Tier) -> str:
    """Return the key of a tier's words."""
    return f"tier_{tier.value}"


def _group(
    group: contents.Group,
    upstream: Mapping[tuple[str, str, tuple[int, int] | None], HeaderChange],
    quotes: Mapping[tuple[str | None, str], str],
) -> Group:
    shown = group.findings[:_FINDINGS]
    found = (quotes.get((finding.parent, finding.clause), "") for finding in shown)
    return Group(
        rule=group.rule,
        title=group.title,
        severity=group.severity.value,
        state=group.state.value,
        tier=group.tier.value,
        clause=group.clause,
        quote=next(filter(None, found), ""),
        remedy=group.remedy,
        findings=tuple(_finding(finding, upstream) for finding in shown),
        more=len(group.findings) - len(shown),
    )


def _finding(
    finding: Finding,
    upstream: Mapping[tuple[str, str, tuple[int, int] | None], HeaderChange],
) -> Told:
    exhibits = list(finding.exhibits)
    if all(not exhibit.repo for exhibit in exhibits):
        changes = (upstream.get(id_of(exhibit)) for exhibit in finding.exhibits)
        exhibits += [change.upstream_exhibit for change in changes if change]
    here = [exhibit for exhibit in exhibits if not exhibit.repo]
    there = [exhibit for exhibit in exhibits if exhibit.repo]
    left = max(0, len(here) - _PLACES) + max(0, len(there) - _PLACES)
    return Told(
        message=finding.message,
        fingerprint=finding.fingerprint,
        here=tuple(files(here[:_PLACES])),
        there=tuple(files(there[:_PLACES])),
        more=left,
        waiver=finding.waiver,
    )


def _spot(exhibit: Exhibit) -> Spot:
    first, last = exhibit.lines or (0, 0)
    lines = "" if not first else f"{first}" if first == last else f"{first}-{last}"
    excerpt = (exhibit.excerpt or "").split("\n")[:_QUOTES]
    return Spot(lines, exhibit.url or "", tuple(filter(None, excerpt)))


def _heads(audit: Audit) -> Iterator[HeaderChange]:
    if audit.traced:
        yield from (copy.change for copy in audit.traced.copies)


def _quotes(audit: Audit) -> dict[tuple[str | None, str], str]:
    return {
        (duty.parent, place_words(duty)): duty.quote for duty in audit.obligations if duty.quote
    }


def _told(audit: Audit, finding: Finding) -> bool:
    return duties.is_told_elsewhere(audit, finding)
