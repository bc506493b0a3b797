"""One suspect among the families that it may come from: which of them explains the most of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineage.code.blocks import blocks, shown, together
from lineage.code.candidates import Candidates
from lineage.code.direction import direction_of
from lineage.code.families import Families
from lineage.code.family import Family
from lineage.code.judging import (
    AS_MUCH,
    EDGE,
    FEWEST_RUNS,
    Weight,
    basis_of,
    relation_of,
)
from lineage.code.matches import (
    Alternative,
    Basis,
    FileMatch,
    FunctionPair,
    LinePair,
    Upstream,
    Work,
)
from lineage.code.measuring import (
    WHOLE,
    Explained,
    Measured,
    Weighed,
    at_most,
    explained,
    measured,
    nearest,
    without,
)
from lineage.code.pairing import Near, beside_one, near_of
from lineage.code.prints import FilePrint

#: Upstreams that are named for one file.
_MOST_UPSTREAMS = 4
#: Of what the nearest explains, another that may explain this much may be the right one.
_CLOSE = 0.85
_NO_DATE = "9999"


@dataclass(frozen=True, slots=True, eq=False)
class _Scored:
    """A suspect beside the nearest state of a family."""

    near: Near
    #: Equally near states, the earliest first.
    states: tuple[int, ...]
    found: Measured
    #: Of what no nearer one explains.
    explains: Explained
    date: str

    @property
    def family(self) -> Family:
        """The family."""
        return self.near.held.family


class Search:
    """The search for the upstreams of one suspect after the other."""

    def __init__(self, families: Families, name: str) -> None:
        """Take the families, and what others would call the suspects' work."""
        self._families = families
        self._name = name

    def equal(self, left: Weighed, some: Candidates) -> Iterator[FileMatch]:
        """Yield the earliest of the files that equal the suspect as far as any does."""
        suspect = left.suspect
        equal: list[tuple[Basis, _Scored]] = []
        for shard, number, _ in some.same:
            family = self._families.opened(shard, number)
            if family and (nearest_equal := _equal_state(suspect, family)):
                basis, state = nearest_equal
                (beside,) = beside_one([left], family)
                near = Near(shard, beside, at_most(left, beside))
                equal.append((basis, self._scored(left, near, (state,))))
        for wanted in (Basis.BYTES, Basis.TOKENS, Basis.RENAMED):
            of_basis = [one for basis, one in equal if basis is wanted]
            if of_basis:
                of_basis.sort(key=lambda one: (one.date, _unlike(suspect, one), one.family.path))
                first, *others = of_basis
                rivals = [one for one in others if one.date == first.date]
                yield self._match(suspect, first, (wanted, _whole_lines(suspect, first)), rivals)
                return

    def among(self, left: Weighed, near: Sequence[Near]) -> Iterator[FileMatch]:
        """Yield the upstreams of a suspect among some families, the nearest first."""
        for _ in range(_MOST_UPSTREAMS):
            found = self._nearest(left, near)
            if found is None:
                return
            best, match = found
            yield match
            left = without(left, best.found)
            others = (near_of(left, one.shard, one.held) for one in near if one is not best.near)
            near = [one for one in others if one]

    def _nearest(self, left: Weighed, near: Sequence[Near]) -> tuple[_Scored, FileMatch] | None:
        """Return the nearest of some families that there is evidence for.

        Those that may explain the most are looked into first; none that is left out could come
        close.
        """
        waiting = sorted(near, key=lambda one: one.most.gain)
        while waiting:
            group: list[_Scored] = []
            enough = 0.0
            while waiting and waiting[-1].most.gain >= enough:
                one = waiting.pop()
                group.append(self._scored(left, one, nearest(one.held)))
                enough = max(enough, _CLOSE * group[-1].explains.gain)
            if found := self._judged(left, group):
                return found
        return None

    def _judged(self, left: Weighed, group: Sequence[_Scored]) -> tuple[_Scored, FileMatch] | None:
        """Return the first of a group that there is evidence for."""
        most = max(one.explains.gain for one in group)
        for one in sorted(group, key=lambda one: _nearness(left, one, _CLOSE * most)):
            if evidence := _evidence(left, one):
                enough = min(AS_MUCH * one.explains.gain, one.explains.gain - EDGE)
                rivals = [r for r in group if r is not one and r.explains.gain >= enough]
                return one, self._match(left.suspect, one, evidence, rivals)
        return None

    def _scored(self, left: Weighed, near: Near, states: tuple[int, ...]) -> _Scored:
        found = measured(left, near.held, states[0])
        date = self._families.release(near.shard, near.family, states[0]).date or _NO_DATE
        return _Scored(near, states, found, explained(left, found), date)

    def _match(
        self,
        suspect: FilePrint,
        one: _Scored,
        evidence: tuple[Basis, tuple[LinePair, ...]],
        rivals: Sequence[_Scored],
    ) -> FileMatch:
        basis, lines = evidence
        upstream = self._upstream(one)
        others = [r for r in rivals if self._work(r).purl != upstream.work.purl]
        direction, witness, reason = direction_of(suspect, upstream, self._name)
        return FileMatch(
            suspect=suspect,
            relation=relation_of(basis, one.found),
            basis=basis,
            upstream=upstream,
            named=one.found.named,
            shaped=one.found.shaped,
            stated=one.found.stated,
            lines=lines,
            functions=tuple(_functions(suspect, one)),
            alternatives=tuple(self._alternatives(others)),
            direction=direction,
            direction_reason=reason,
            witness=witness,
        )

    def _upstream(self, one: _Scored) -> Upstream:
        return self._families.upstream(one.near.shard, one.family, one.states)

    def _work(self, one: _Scored) -> Work:
        return self._families.work(one.near.shard)

    def _alternatives(self, others: Sequence[_Scored]) -> Iterator[Alternative]:
        """Yield the best file of each other work."""
        known: set[str] = set()
        for one in others:
            if (purl := self._work(one).purl) not in known:
                known.add(purl)
                overlap = max(one.found.named, one.found.shaped, key=lambda row: row.of_suspect)
                yield Alternative(self._upstream(one), overlap.of_suspect, overlap.of_upstream)


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


def _nearness(left: Weighed, one: _Scored, close: float) -> tuple[object, ...]:
    """Return what sorts the nearest first.

    Of those that explain about as much, whole files that the suspect holds come first, by their
    statements: junk between them breaks runs here and there, as chance will have it.
    """
    gain, distance = one.explains.gain, 0.0
    is_whole = one.found.stated.of_upstream >= WHOLE and gain >= close
    if is_whole:
        distance = float(one.near.held.distance[one.states[0]])
    return not is_whole, distance, -gain, one.date, _unlike(left.suspect, one), one.family.path


def _unlike(suspect: FilePrint, one: _Scored) -> int:
    """Return how many parts the two paths share from their ends, as a number below zero."""
    mine, theirs = suspect.path.split("/")[::-1], one.family.path.split("/")[::-1]
    same = 0
    for here, there in zip(mine, theirs, strict=False):
        if here != there:
            break
        same += 1
    return -same


def _evidence(left: Weighed, one: _Scored) -> tuple[Basis, tuple[LinePair, ...]] | None:
    """Return what a match rests on, and its lines; None where there is too little for one."""
    found, suspect, family = one.found, left.suspect, one.family
    bound = Weight(
        together(found.named_shared, left.named_weights, FEWEST_RUNS),
        together(found.shaped_shared, left.shaped_weights, FEWEST_RUNS),
    )
    if basis_of(bound, found, one.explains) is None:
        return None
    beside, state = one.near.held, one.states[0]
    named = blocks(suspect.named, left.named_weights, family.named, beside.named, state)
    shaped = blocks(suspect.shaped, left.shaped_weights, family.shaped, beside.shaped, state)
    basis = basis_of(Weight.of(named, shaped, found, one.explains), found, one.explains)
    if basis is None:
        return None
    fewest = 1 if basis is Basis.STATEMENTS else FEWEST_RUNS
    return basis, shown(named if basis is Basis.NAMED else shaped, fewest)


def _whole_lines(suspect: FilePrint, one: _Scored) -> tuple[LinePair, ...]:
    lines = one.family.states[one.states[0]].lines
    return (LinePair((1, max(suspect.lines, 1)), (1, max(lines, 1))),)


def _functions(suspect: FilePrint, one: _Scored) -> Iterator[FunctionPair]:
    """Yield the functions that equal one of upstream's but for names."""
    theirs = {f.shape: f for f in reversed(one.family.functions[one.states[0]])}
    for function in suspect.functions:
        if other := theirs.get(function.shape):
            pair = LinePair(function.lines, other.lines)
            yield FunctionPair(function.name, other.name, pair, exact=True)
