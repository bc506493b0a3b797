"""What a parent's licence asks of a child offered under another licence: a release thought up.

Two artifacts are put into a graph, the child with its licence's text and nothing else, and the
engine that judges real releases judges this one. Duties that hang on the child's own terms are then
kept or broken; the others are what has to be done whichever licence is chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lineage.graph import LineageGraph
from lineage.licences import knowledge
from lineage.licences.compatibility import Compatibility, Compatible, compatible
from lineage.licences.duties import Licence
from lineage.licences.vocabulary import DutyKind, Permission, Place
from lineage.model import (
    Artifact,
    Coverage,
    Derivation,
    Exhibit,
    Host,
    Kind,
    LicenceRecord,
    LicenceText,
    Method,
    Obligation,
    Origin,
    Reading,
    Relation,
    Repo,
    Scope,
    State,
    TextForm,
    Tier,
)
from lineage.obligations import evaluate

#: Relations that one can ask about: what an act makes of the parent.
RELATIONS = tuple(
    relation.value
    for relation in Relation
    if relation not in (Relation.RELATED, Relation.UNKNOWN, Relation.TRAINED_ON)
)

_CODE = (Relation.CODE_COPIED, Relation.CODE_DERIVED)
_LIMITS = ("threshold", "territory", "use_limit", "no_train", "use_policy")
_GIVEN = "the licence asked about"


class Part(StrEnum):
    """Where a duty belongs in the answer."""

    #: The child's own terms break it.
    BROKEN = "broken"
    #: The child's own terms may break it: a person has to compare.
    DOUBTFUL = "doubtful"
    #: The child's own terms keep it.
    KEPT = "kept"
    #: It has to be done whatever the child's terms are.
    TO_DO = "to-do"
    #: The licence only encourages it.
    ENCOURAGED = "encouraged"
    #: What stays left out, whatever the child's terms are.
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Check:
    """What a child under one licence would owe a parent under another."""

    parent: Licence
    child: Licence
    relation: Relation
    #: Whether the child is a derivative by the parent's own definition; None: the text is open.
    is_derivative: bool | None
    #: Whether the parent's licence bars other terms altogether, and the child's are other.
    is_barred: bool
    duties: tuple[tuple[Part, Obligation], ...]
    #: For code in code: what the matrix of OSADL says.
    matrix: Compatibility | None = None

    def part(self, *parts: Part) -> tuple[Obligation, ...]:
        """Return the duties of some parts."""
        return tuple(duty for part, duty in self.duties if part in parts)

    @property
    def is_broken(self) -> bool:
        """Whether the child's terms break something."""
        in_matrix = self.matrix is not None and self.matrix.verdict is Compatible.NO
        return self.is_barred or in_matrix or bool(self.part(Part.BROKEN))


def check(parent: Licence, child: Licence, relation: Relation) -> Check:
    """Return what a child under one licence owes a parent under another."""
    duties = evaluate(_release(parent, child, relation), knowledge.load())
    known = [duty for duty in duties if duty.kind != "unknown_terms"]
    known += _bans(parent, {duty.id for duty in known if duty.kind == "no_train"})
    derivative = parent.derivative.covers(relation) if parent.derivative else None
    relicense = parent.relicense
    return Check(
        parent=parent,
        child=child,
        relation=relation,
        is_derivative=derivative,
        is_barred=(
            derivative is True
            and relicense is not None
            and relicense.allowed is Permission.DENIED
            and parent.id != child.id
            and not _keeps(known)
        ),
        duties=tuple((_part(parent, duty), duty) for duty in known),
        matrix=compatible(child.spdx, parent.spdx) if relation in _CODE else None,
    )


def _bans(parent: Licence, present: Collection[str]) -> Iterator[Obligation]:
    """Yield the bans on making other models better, which bind whoever uses the child as well."""
    for ban in parent.no_train:
        if ban.id not in present:
            yield Obligation(
                licence=parent.id,
                parent="parent",
                kind="no_train",
                clause=ban.clause,
                trigger="use",
                state=State.CANNOT_DETERMINE,
                id=ban.id,
                quote=ban.quote,
            )


def _keeps(duties: Iterable[Obligation]) -> bool:
    """Say whether the child's licence is one that the parent's allows by name or by version."""
    return any(d.kind == DutyKind.SAME_LICENSE and d.state is State.MET for d in duties)


def _part(parent: Licence, duty: Obligation) -> Part:
    if not duty.required:
        return Part.ENCOURAGED
    if _hangs_on_terms(parent, duty):
        match duty.state:
            case State.UNMET:
                return Part.BROKEN
            case State.MET:
                return Part.KEPT if duty.kind not in _LIMITS else Part.LEFT_OUT
            case _:
                return Part.DOUBTFUL if duty.kind not in _LIMITS else Part.LEFT_OUT
    return Part.LEFT_OUT if duty.kind in _LIMITS else Part.TO_DO


def _hangs_on_terms(parent: Licence, duty: Obligation) -> bool:
    """Say whether the child's own terms decide whether a duty is done."""
    if duty.kind in (DutyKind.SAME_LICENSE, "use_limit"):
        return True
    return any(
        term.id == duty.id and term.kind is DutyKind.PASS_THROUGH and Place.TERMS in term.where
        for term in parent.obligations
    )


def _release(parent: Licence, child: Licence, relation: Relation) -> LineageGraph:
    scope = Scope.CODE if relation in _CODE else Scope.WEIGHTS
    kind = Kind.CODE if relation in _CODE else Kind.MODEL
    above = Artifact("parent", kind, "parent", None, None, (_record(parent, scope),))
    below = Artifact("child", kind, "child", None, None, (_record(child, scope),))
    edge = Derivation(above.id, below.id, relation, Origin.DECLARED, Tier.A)
    reading = Reading(
        # What stands on a model hub is released weights, whatever is listed.
        repo=Repo(Host.GIT if kind is Kind.CODE else Host.HUGGINGFACE, "child", None, "", "child"),
        files=(),
        evidence=(_text(child),),
        coverage=Coverage(0, 0, 0, 0),
    )
    return LineageGraph("child", (above, below), (edge,), {"child": reading})


def _record(licence: Licence, scope: Scope) -> LicenceRecord:
    return LicenceRecord(scope, (), (), licence.spdx, _GIVEN, ())


def _text(licence: Licence) -> LicenceText:
    return LicenceText(
        expression=licence.spdx,
        form=TextForm.TEXT,
        method=Method.NORMALISED_HASH,
        exact=True,
        score=100.0,
        scope=None,
        exhibit=Exhibit("LICENSE"),
    )
