"""Source files looked up in the catalogue: upstream, release and lines of each that is not new.

Equal bytes come first, then equal tokens, then shared runs. A file may hold code of several works:
the one that explains the most is named, what it explains is taken away, and the rest is asked for
again, so that a family of files that copy each other is named once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from lineage.code.blocks import Block, blocks, shown
from lineage.code.candidates import Candidates, candidates
from lineage.code.catalogue import CodeCatalogue
from lineage.code.direction import direction_of
from lineage.code.family import Family
from lineage.code.judging import AS_MUCH, EDGE, FEWEST_RUNS, Weight, basis_of, may_tell, relation_of
from lineage.code.matches import (
    Alternative,
    Basis,
    CodeMatches,
    FileMatch,
    FunctionPair,
    LinePair,
    Release,
    Upstream,
    Work,
)
from lineage.code.measuring import (
    Explained,
    Measured,
    Weighed,
    explained,
    measured,
    nearest,
    weighed,
    without,
)
from lineage.code.prints import FilePrint, Passed
from lineage.code.shard import Shard
from lineage.progress import Progress, Silent

#: Upstreams that are named for one file.
_MOST_UPSTREAMS = 4
#: Families kept opened.
_OPENED = 4_096
#: Share of the files that stand in one work at the same places, for the target to be that work.
_WHOLE, _FEWEST_WHOLE = 0.6, 3
_NO_DATE = "9999"


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
    search = _Search(shards, about)
    progress = progress or Silent()
    progress.stage("looking code up", len(prints))
    found: list[FileMatch] = []
    for suspect, some in zip(prints, candidates(prints, shards), strict=True):
        found += search.matches(suspect, some)
        progress.advance(detail=suspect.path)
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


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """A suspect beside the nearest state of a family."""

    shard: int
    family: Family
    #: Equally near states, the nearest first.
    states: tuple[int, ...]
    found: Measured
    #: Of what no nearer one explains.
    explains: Explained
    date: str


class _Search:
    """The shards, and the families that were opened."""

    def __init__(self, shards: Sequence[Shard], about: About) -> None:
        self._shards = shards
        self._about = about
        self._family = lru_cache(maxsize=_OPENED)(self._opened)

    def matches(self, suspect: FilePrint, some: Candidates) -> Iterator[FileMatch]:
        """Yield the upstreams of a suspect, the nearest first."""
        if some.same:
            yield from self._same(suspect, some)
            return
        left = weighed(suspect)
        scored = [self._scored(left, shard, family) for _, shard, family in some.near]
        for _ in range(_MOST_UPSTREAMS):
            scored.sort(key=lambda one: _nearness(suspect, one))
            match = next(self._judged(suspect, left, scored), None)
            if match is None:
                return
            best, made = match
            yield made
            left = without(left, best.found)
            scored = [
                replace(one, explains=explained(left, one.found))
                for one in scored
                if one is not best
            ]

    def _same(self, suspect: FilePrint, some: Candidates) -> Iterator[FileMatch]:
        """Yield the earliest of the files that equal the suspect as far as any does."""
        left = weighed(suspect)
        equal: list[tuple[Basis, _Scored]] = []
        for shard, number, _ in some.same:
            family = self._family(shard, number)
            if nearest_equal := _equal_state(suspect, family):
                basis, state = nearest_equal
                found = measured(left, family, state)
                date = self._release(shard, family, state).date or _NO_DATE
                explains = explained(left, found)
                equal.append((basis, _Scored(shard, family, (state,), found, explains, date)))
        for wanted in (Basis.BYTES, Basis.TOKENS, Basis.RENAMED):
            of_basis = [one for basis, one in equal if basis is wanted]
            if of_basis:
                of_basis.sort(key=lambda one: (one.date, _unlike(suspect, one), one.family.path))
                first, *others = of_basis
                rivals = [one for one in others if one.date == first.date]
                yield self._match(suspect, left, first, wanted, rivals)
                return

    def _judged(
        self, suspect: FilePrint, left: Weighed, scored: Sequence[_Scored]
    ) -> Iterator[tuple[_Scored, FileMatch]]:
        """Yield the first of the families that there is evidence for."""
        for number, one in enumerate(scored):
            if not may_tell(one.explains):
                continue
            weight = Weight.of(*_blocks(left, one), one.found, one.explains)
            if basis := basis_of(weight, one.found, one.explains):
                enough = min(AS_MUCH * one.explains.gain, one.explains.gain - EDGE)
                rivals = [r for r in scored[number + 1 :] if r.explains.gain >= enough]
                yield one, self._match(suspect, left, one, basis, rivals)

    def _scored(self, left: Weighed, shard: int, number: int) -> _Scored:
        family = self._family(shard, number)
        states = nearest(left, family)
        found = measured(left, family, states[0])
        date = self._release(shard, family, states[0]).date or _NO_DATE
        return _Scored(shard, family, states, found, explained(left, found), date)

    def _match(
        self,
        suspect: FilePrint,
        left: Weighed,
        one: _Scored,
        basis: Basis,
        rivals: Sequence[_Scored],
    ) -> FileMatch:
        upstream = self._upstream(one)
        others = [r for r in rivals if self._work(r).purl != upstream.work.purl]
        direction, witness, reason = direction_of(suspect, upstream, self._about.name)
        return FileMatch(
            suspect=suspect,
            relation=relation_of(basis, one.found),
            basis=basis,
            upstream=upstream,
            named=one.found.named,
            shaped=one.found.shaped,
            lines=_lines(suspect, left, one, basis),
            functions=tuple(_functions(suspect, one)),
            alternatives=tuple(self._alternatives(others)),
            direction=direction,
            direction_reason=reason,
            witness=witness,
        )

    def _alternatives(self, others: Sequence[_Scored]) -> Iterator[Alternative]:
        """Yield the best file of each other work."""
        known: set[str] = set()
        for one in others:
            if (purl := self._work(one).purl) not in known:
                known.add(purl)
                overlap = max(one.found.named, one.found.shaped, key=lambda row: row.of_suspect)
                yield Alternative(self._upstream(one), overlap.of_suspect, overlap.of_upstream)

    def _upstream(self, one: _Scored) -> Upstream:
        shard, state = self._shards[one.shard], one.family.states[one.states[0]]
        releases = shard.contents.releases
        last = max(state.releases)
        first = min(min(other.releases) for other in one.family.states)
        return Upstream(
            work=shard.contents.work,
            path=one.family.path,
            release=releases[min(state.releases)],
            last=releases[last],
            blob=state.blob,
            head=shard.heads[state.head],
            first=releases[first],
            before=releases[first - 1] if first else None,
        )

    def _work(self, one: _Scored) -> Work:
        return self._shards[one.shard].contents.work

    def _release(self, shard: int, family: Family, state: int) -> Release:
        return self._shards[shard].contents.releases[min(family.states[state].releases)]

    def _opened(self, shard: int, family: int) -> Family:
        return self._shards[shard].family(family)


def _equal_state(suspect: FilePrint, family: Family) -> tuple[Basis, int] | None:
    """Return the earliest state that equals the suspect, and how far."""
    for basis, mine, what in (
        (Basis.BYTES, suspect.blob, "blob"),
        (Basis.TOKENS, suspect.stream, "stream"),
        (Basis.RENAMED, suspect.shape, "shape"),
    ):
        equal = [n for n, state in enumerate(family.states) if getattr(state, what) == mine]
        if equal and mine:
            return basis, min(equal, key=lambda n: min(family.states[n].releases))
    return None


def _nearness(suspect: FilePrint, one: _Scored) -> tuple[float, str, int, str]:
    return -one.explains.gain, one.date, _unlike(suspect, one), one.family.path


def _unlike(suspect: FilePrint, one: _Scored) -> int:
    """Return how many parts the two paths share from their ends, as a number below zero."""
    mine, theirs = suspect.path.split("/")[::-1], one.family.path.split("/")[::-1]
    same = 0
    for here, there in zip(mine, theirs, strict=False):
        if here != there:
            break
        same += 1
    return -same


def _blocks(left: Weighed, one: _Scored) -> tuple[list[Block], list[Block]]:
    state, suspect = one.states[0], left.suspect
    return (
        blocks(suspect.named, left.named_weights, one.family.named, state),
        blocks(suspect.shaped, left.shaped_weights, one.family.shaped, state),
    )


def _lines(suspect: FilePrint, left: Weighed, one: _Scored, basis: Basis) -> tuple[LinePair, ...]:
    if basis in (Basis.BYTES, Basis.TOKENS, Basis.RENAMED):
        lines = one.family.states[one.states[0]].lines
        return (LinePair((1, max(suspect.lines, 1)), (1, max(lines, 1))),)
    named, shaped = _blocks(left, one)
    return shown(named if basis is Basis.NAMED else shaped, FEWEST_RUNS)


def _functions(suspect: FilePrint, one: _Scored) -> Iterator[FunctionPair]:
    """Yield the functions that equal one of upstream's but for names."""
    theirs = {f.shape: f for f in reversed(one.family.functions[one.states[0]])}
    for function in suspect.functions:
        if other := theirs.get(function.shape):
            pair = LinePair(function.lines, other.lines)
            yield FunctionPair(function.name, other.name, pair, exact=True)


def _whole(found: Sequence[FileMatch], count: int) -> Work | None:
    """Return the work that most of the files stand in at the same places."""
    alike = [one for one in found if one.suspect.path.endswith(one.upstream.path)]
    works = {one.upstream.work.purl: one.upstream.work for one in alike}
    places = Counter(purl for _, purl in {(m.suspect.path, m.upstream.work.purl) for m in alike})
    if not places:
        return None
    purl, most = places.most_common(1)[0]
    return works[purl] if most >= max(_FEWEST_WHOLE, _WHOLE * count) else None
