"""When the target's files and upstream's came, asked of histories where a match hangs on it.

Nothing is asked where no match is of weight, or the files themselves say where they come from. Of a
repository on the network the commits are fetched once, without contents, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lineage.code import CodeMatches, Direction, FileMatch, Seen, dated
from lineage.copies import is_large
from lineage.model import Host, HostFact, Unread
from lineage.progress import Progress
from lineage.sources import UnreadableError
from lineage.sources.past import Annals, Arrivals
from lineage.weighing import Opened

#: Hosts whose repositories are git's and nothing else: their history is no further service.
_GIT = frozenset({Host.GIT, Host.GITCODE, Host.GITHUB, Host.LOCAL})
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: The hub gives this day to all that is older (huggingface_hub, ``ModelInfo.created_at``).
_NO_DAY = "2022-03-02"
_UNKNOWN = Arrivals(None, None, {})


def with_dates(
    target: Opened,
    references: Sequence[Opened],
    found: CodeMatches,
    progress: Progress,
    *,
    history: bool,
) -> tuple[CodeMatches, list[Unread]]:
    """Return the matches with what dates show of their direction, and the histories not to be had.

    Without ``history`` no commit is looked at, and what a host says of a repository is all.
    """
    opened = {one.reading.repo.purl: one for one in references}
    asked = _Asked(progress, history=history)
    matches = []
    for match in found.matches:
        reference = opened.get(match.upstream.work.purl)
        if not _hangs_on_dates(match, reference):
            matches.append(match)
            continue
        seen, there = asked.seen(target, match.suspect.path), None
        if reference is not None:
            there = asked.seen(reference, match.upstream.path, reference.reading.repo.id)
        matches.append(dated(match, seen, there))
    return replace(found, matches=tuple(matches)), asked.gaps


def _hangs_on_dates(match: FileMatch, reference: Opened | None) -> bool:
    has_dates = reference is not None or match.upstream.release.date is not None
    return has_dates and match.direction is Direction.UNKNOWN and is_large(match)


@dataclass(slots=True)
class _Asked:
    """The histories that were asked for, each once."""

    progress: Progress
    history: bool
    known: dict[str, Arrivals] = field(default_factory=dict)
    gaps: list[Unread] = field(default_factory=list)

    def seen(self, opened: Opened, path: str, name: str = "") -> Seen:
        """Return when a file of a repository came; ``name`` is that of another than the target."""
        key = opened.reading.repo.purl + f"\n{name}"
        if key not in self.known:
            self.known[key] = self._arrivals(opened, name)
        arrivals = self.known[key]
        arrival = arrivals.paths.get(path)
        if arrival is None:
            return Seen(arrivals.since, at=arrivals.at)
        return Seen(
            since=arrivals.since,
            by=arrival.day,
            is_fresh=arrival.is_fresh,
            is_lone=arrival.is_lone,
            at=arrivals.at,
        )

    def _arrivals(self, opened: Opened, name: str) -> Arrivals:
        snapshot = opened.snapshot
        if opened.reading.repo.host not in _GIT or not isinstance(snapshot, Annals):
            return Arrivals(_made(opened), None, {})
        if not self.history:
            return _UNKNOWN
        try:
            return snapshot.arrivals(self.progress)
        except UnreadableError as error:
            self.gaps.append(Unread(f"{name}:" if name else "", str(error), error.withheld))
            return _UNKNOWN


def _made(opened: Opened) -> str | None:
    """Return the day on which the host says that the repository was made."""
    facts = (fact for fact in opened.reading.evidence if isinstance(fact, HostFact))
    made = next((fact.value for fact in facts if fact.key == "created_at"), "")
    return made[:10] if _DAY.match(made) and not made.startswith(_NO_DAY) else None
