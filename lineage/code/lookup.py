"""Source files looked up in the catalogue: upstream, release and lines of each that is not new.

Equal bytes come first, then equal tokens, then shared runs. A file may hold code of several works:
the one that explains the most is named, what it explains is taken away, and the rest is asked for
again, so that a family of files that copy each other is named once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from lineage.code.candidates import candidates
from lineage.code.catalogue import CodeCatalogue
from lineage.code.families import Families
from lineage.code.matches import CodeMatches, FileMatch, Work
from lineage.code.measuring import weighed
from lineage.code.pairing import paired
from lineage.code.prints import FilePrint, Passed
from lineage.code.search import Search
from lineage.code.shard import Shard
from lineage.progress import Progress, Silent

#: Suspects that are looked up at a time, and runs of theirs: what bounds the memory.
_AT_A_TIME, _RUNS_AT_A_TIME = 4_000, 4_000_000
#: Share of the files that stand in one work at the same places, for the target to be that work.
_WHOLE, _FEWEST_WHOLE = 0.6, 3


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the suspects beside their content."""

    #: What others would call the work: ``lineage-audit``, ``org/name``.
    name: str = ""
    #: Purls, without versions, of works that are the suspects' own and are left out.
    own: frozenset[str] = frozenset()


def look_up(
    prints: Sequence[FilePrint],
    catalogue: CodeCatalogue,
    about: About | None = None,
    *,
    passed: Collection[Passed] = (),
    progress: Progress | None = None,
) -> CodeMatches:
    """Return what the catalogue shows of some source files."""
    about = about or About()
    sound = catalogue.sound()
    shards = [one for one in sound if one.contents.work.purl not in about.own]
    families = Families(shards)
    progress = progress or Silent()
    progress.stage("looking code up", len(prints))
    found = list(_matches(prints, shards, families, about.name, progress))
    catalogue.faults += [f"{name} is damaged: a part is left out" for name in families.damaged]
    found.sort(key=lambda one: one.suspect.path)
    return CodeMatches(
        works=len({one.contents.work.purl for one in shards}),
        references=sum(one.contents.files for one in shards),
        compared=len(prints),
        matches=tuple(found),
        passed=tuple(passed),
        whole=_whole(found, len(prints)),
        is_indexed=len(shards) < len(sound),
    )


def _matches(
    prints: Sequence[FilePrint],
    shards: Sequence[Shard],
    families: Families,
    name: str,
    progress: Progress,
) -> Iterator[FileMatch]:
    """Yield the upstreams of each file."""
    search = Search(families, name)
    for some in _batches(prints):
        found = candidates(some, shards)
        suspects = [weighed(one) for one in some]
        beside = paired(suspects, found, families)
        for suspect, held, near in zip(suspects, found, beside, strict=True):
            yield from search.equal(suspect, held) if held.same else search.among(suspect, near)
            progress.advance(detail=suspect.suspect.path)


def _batches(prints: Sequence[FilePrint]) -> Iterator[list[FilePrint]]:
    batch: list[FilePrint] = []
    runs = 0
    for one in prints:
        batch.append(one)
        runs += len(one.named) + len(one.shaped)
        if len(batch) >= _AT_A_TIME or runs >= _RUNS_AT_A_TIME:
            yield batch
            batch, runs = [], 0
    if batch:
        yield batch


def _whole(found: Sequence[FileMatch], count: int) -> Work | None:
    """Return the work that most of the files stand in at the same places."""
    alike = [one for one in found if one.suspect.path.endswith(one.upstream.path)]
    works = {one.upstream.work.purl: one.upstream.work for one in alike}
    places = Counter(purl for _, purl in {(m.suspect.path, m.upstream.work.purl) for m in alike})
    if not places:
        return None
    purl, most = places.most_common(1)[0]
    return works[purl] if most >= max(_FEWEST_WHOLE, _WHOLE * count) else None
