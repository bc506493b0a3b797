"""Duties towards a work whose code was found in the release, judged by the heads of its files."""

from __future__ import annotations

from collections.abc import Sequence

from lineage.headers.holders import not_among
from lineage.model import Exhibit, HeaderChange, HeaderStatus
from lineage.obligations.answer import Answer, cannot_tell, investigate, met, unmet
from lineage.obligations.descent import CODE
from lineage.obligations.owed import Owed
from lineage.phrases import counted, places

#: Files shown.
_SHOWN = 3
_LOST = frozenset(
    {
        HeaderStatus.LICENCE_CHANGED,
        HeaderStatus.PARTLY_LOST,
        HeaderStatus.REPLACED,
        HeaderStatus.STRIPPED,
    }
)


def copied_files(owed: Owed) -> tuple[HeaderChange, ...]:
    """Return the files whose code was found to be the parent's; none for other descents."""
    case = owed.case
    if case.descent.edges[-1].relation not in CODE:
        return ()
    changes = case.graph.evidence(case.graph.subject, HeaderChange)
    return tuple(change for change in changes if change.upstream == case.parent.name)


def heads_kept(owed: Owed, changes: Sequence[HeaderChange]) -> Answer:
    """Judge whether the heads of copied files are there."""
    lost = [change for change in changes if change.status in _LOST]
    altered = [change for change in changes if change.status is HeaderStatus.ALTERED]
    if not lost and not altered:
        said = f"The {_files(changes)} found to be upstream's lack nothing of its heads."
        return met(said, *_shown(changes))
    if altered and not lost:
        return investigate(f"{_places(altered)}: nearly upstream's head.", *_shown(altered))
    said = f"Of {_files(changes)} found to be upstream's {len(lost):,} lack its head or part of it"
    said = f"{said}: {_places(lost)}."
    plain = any(change.sure and not _is_credited(owed, change) for change in lost)
    return (unmet if plain else investigate)(said, *_shown(lost))


def changes_marked(changes: Sequence[HeaderChange]) -> Answer:
    """Judge whether copied files that were changed say so."""
    changed = [change for change in changes if change.modified]
    silent = [change for change in changed if not change.modification_stated]
    if not changed:
        return met(f"The {_files(changes)} found to be upstream's were not changed.")
    if not silent:
        return met(f"The {_files(changed)} found to be changed say so.", *_shown(changed))
    said = f"Of {_files(changed)} found to be changed {len(silent):,} do not say so"
    sure = any(change.sure for change in silent)
    return (unmet if sure else investigate)(f"{said}: {_places(silent)}.", *_shown(silent))


def notice_unknown(name: str) -> Answer:
    """Say that nobody knows whether the parent has a NOTICE."""
    return cannot_tell(f"{name} was not opened, so that it is not known if it has a NOTICE.")


def _is_credited(owed: Owed, change: HeaderChange) -> bool:
    """Say whether the copy, or a document of the release, credits upstream all the same."""
    if change.credits:
        return True
    stated = [one.holder for one in owed.case.release.copyrights if "/" not in one.exhibit.path]
    return bool(change.upstream_holders) and not not_among(change.upstream_holders, stated)


def _files(changes: Sequence[HeaderChange]) -> str:
    return counted(len({change.exhibit.path for change in changes}), "file")


def _places(changes: Sequence[HeaderChange]) -> str:
    return places([change.exhibit for change in changes])


def _shown(changes: Sequence[HeaderChange]) -> tuple[Exhibit, ...]:
    return tuple(change.exhibit for change in changes[:_SHOWN])
