"""Two code trees held against each other: what of one stands in the other, file by file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lineage.code import CodeCatalogue, CodeMatches, Release, Work, look_up, programs
from lineage.code.gathering import Harvest
from lineage.code.reading import readable
from lineage.progress import Progress
from lineage.sources import Snapshot


def compared_code(suspect: Snapshot, reference: Snapshot, progress: Progress) -> CodeMatches | None:
    """Return what of the suspect's source files the reference holds; None where one has none."""
    if not readable(suspect.files()) or not readable(reference.files()):
        return None
    repo = reference.repo
    harvest = Harvest(Work(repo.id, repo.purl, repo.url))
    harvest.add(reference, Release(repo.revision or "as it stands"), progress)
    found = programs(suspect, progress=progress)
    with tempfile.TemporaryDirectory(prefix="lineage-") as made:
        harvest.write(Path(made))
        return look_up(
            found.prints, CodeCatalogue([Path(made)]), passed=found.passed, progress=progress
        )
