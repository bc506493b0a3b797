"""The audit's look at code: prints of the source files, and the works that hold the same code.

They are looked up in the catalogues of code at hand and among the files of the references that were
opened. No socket is opened for that, and nothing of the code is kept. Where something is found that
does not say where it comes from, histories are asked when it came (``lineage.dating``).
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lineage.assembly import artifact_of
from lineage.code import About, CodeCatalogue, CodeMatches, Release, Work, look_up, programs
from lineage.code.fingerprint import LARGEST
from lineage.code.gathering import Harvest
from lineage.copies import Copy, Traced, copies_of
from lineage.dating import with_dates
from lineage.headers import Head, head_of
from lineage.model import Host, Reading, Scope, Unread
from lineage.progress import Progress
from lineage.sources import UnreadableError
from lineage.sources.file import TEXT_LIMIT, decode
from lineage.sources.names import unpinned
from lineage.weighing import Opened

#: Letters of a commit that name it to a person.
_SHORT = 12

#: What a catalogue that cannot be read is called among the files that cannot.
_CATALOGUE = "catalogue of code"


def trace(
    target: Opened,
    references: Sequence[Opened],
    folders: Iterable[Path],
    progress: Progress,
    *,
    history: bool = True,
) -> tuple[Opened, Traced]:
    """Return the target with what became of upstream's heads, and what its code was found to be.

    ``folders`` hold catalogues of code. Without ``history`` no commit is looked at.
    """
    found = programs(target.snapshot, progress=progress)
    gaps = _gaps(target, found.unread)
    with tempfile.TemporaryDirectory(prefix="lineage-") as made:
        for reference in references if found.prints else ():
            harvest = _gathered(reference, progress)
            harvest.write(Path(made))
            name = reference.reading.repo.id
            missed = _gaps(reference, harvest.unread)
            gaps += [replace(gap, path=f"{name}:{gap.path}") for gap in missed]
        catalogue = CodeCatalogue([*folders, Path(made)])
        about = _about(target.reading)
        matches = look_up(found.prints, catalogue, about, passed=found.passed, progress=progress)
    matches, undated = with_dates(target, references, matches, progress, history=history)
    gaps += undated
    if found.prints:
        gaps += [Unread(_CATALOGUE, fault) for fault in catalogue.faults]
    copies = _copies(target, matches, gaps)
    traced = Traced(
        files=len(found.prints),
        works=matches.works,
        references=matches.references,
        copies=copies,
        whole=matches.whole.name if matches.whole else None,
        passed=_counted(
            [*(one.reason for one in found.passed), *(gap.reason for gap in found.unread)]
        ),
    )
    return replace(target, reading=_with(target, copies, gaps)), traced


def _about(reading: Reading) -> About:
    """Return what others call the target."""
    repo = reading.repo
    name = "" if repo.host is Host.LOCAL else repo.id
    return About(name, frozenset({unpinned(repo.purl)}))


def _gathered(reference: Opened, progress: Progress) -> Harvest:
    """Return a reference's source files as a work of one release."""
    reading = reference.reading
    repo = reading.repo
    licences = {one.scope: one.concluded for one in artifact_of(reading).licences}
    harvest = Harvest(Work(repo.id, repo.purl, repo.url))
    release = Release((repo.revision or "")[:_SHORT], None, licences.get(Scope.CODE))
    harvest.add(reference.snapshot, release, progress)
    return harvest


def _gaps(opened: Opened, unread: Iterable[Unread]) -> list[Unread]:
    """Return what could not be read; what is too large to be held against anything is no gap."""
    large = {one.path for one in opened.reading.files if (one.size or 0) > LARGEST}
    return [gap for gap in unread if gap.path not in large]


def _copies(target: Opened, matches: CodeMatches, gaps: list[Unread]) -> tuple[Copy, ...]:
    """Return the copies; a head that cannot be read is one more of the gaps."""
    heads: dict[str, Head] = {}
    urls: dict[str, str] = {}
    for path in dict.fromkeys(match.suspect.path for match in matches.matches):
        head = None
        try:
            head = head_of(decode(target.snapshot.read(path, TEXT_LIMIT)))
            heads[path] = head
        except UnreadableError as error:
            gaps.append(Unread(path, str(error)))
        if url := target.snapshot.url_of(path, head.lines if head else None):
            urls[path] = url
    return copies_of(matches, heads, target.reading.repo, urls)


def _counted(reasons: Iterable[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(reasons)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _with(target: Opened, copies: Sequence[Copy], gaps: Sequence[Unread]) -> Reading:
    """Return the target's reading with what became of the heads, the bytes it took and its gaps."""
    reading = target.reading
    known = {gap.path for gap in reading.coverage.unread}
    new = tuple(dict.fromkeys(gap for gap in gaps if gap.path not in known))
    coverage = replace(
        reading.coverage,
        bytes_read=target.snapshot.bytes_read,
        unread=(*reading.coverage.unread, *new),
    )
    changes = (copy.change for copy in copies if copy.tells)
    return replace(reading, evidence=(*reading.evidence, *changes), coverage=coverage)
