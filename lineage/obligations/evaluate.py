"""The engine: every licence above the audited artifact, past every duty that it puts on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TypeAlias

from lineage.graph import LineageGraph
from lineage.licences.duties import (
    Licence,
    NoTrain,
    ObligationTerm,
    TerritoryBar,
    Threshold,
    UseLimit,
    UsePolicy,
)
from lineage.licences.knowledge import KnowledgeBase
from lineage.licences.vocabulary import (
    Circumstance,
    DutyKind,
    Effect,
    LicenceClass,
    Permission,
    Strength,
    Subject,
    Trigger,
    Verified,
)
from lineage.model import Intent, Kind, Obligation, ParentAbsent, Profile, Scope, State, Tier
from lineage.obligations import limits, thresholds
from lineage.obligations.answer import (
    Answer,
    cannot_tell,
    investigate,
    met,
    unknown_condition,
)
from lineage.obligations.descent import (
    Descent,
    descents,
    hub_name,
    is_own,
    is_replaced,
    scope_of,
)
from lineage.obligations.owed import Case, Owed
from lineage.obligations.release import Release, release_of
from lineage.obligations.satisfaction import judged
from lineage.obligations.terms import Bound, Way, terms_of
from lineage.phrases import quoted

#: What is kept where an intermediate may be, and is, offered under other terms altogether.
_ALWAYS = frozenset({DutyKind.RETAIN_NOTICES, DutyKind.INCLUDE_LICENSE})
_DOUBTS = (State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE)

#: A limit of a licence: its kind, the term, and what is said of it.
_Entry: TypeAlias = tuple[str, Threshold | TerritoryBar | UseLimit | NoTrain, Answer | None]


def evaluate(
    graph: LineageGraph, knowledge: KnowledgeBase, profile: Profile | None = None
) -> tuple[Obligation, ...]:
    """Return what the licences of everything above the audited artifact ask of it, met or not.

    Each duty of a licence comes once, for the nearest parent that brings it.
    """
    if not graph.parents(graph.subject):
        return ()
    engine = _Engine(graph, knowledge, profile, release_of(graph, knowledge))
    found: dict[tuple[str, ...], Obligation] = {}
    for descent in descents(graph):
        for duty in engine.of_descent(descent):
            key = _key(duty)
            if key not in found or _is_firmer(duty, found[key]):
                found[key] = duty
    return tuple(sorted(found.values(), key=_order))


class _Engine:
    """What every evaluation needs at hand."""

    def __init__(
        self,
        graph: LineageGraph,
        knowledge: KnowledgeBase,
        profile: Profile | None,
        release: Release,
    ) -> None:
        self._graph = graph
        self._knowledge = knowledge
        self._profile = profile
        self._release = release
        self._acts = _acts(profile)

    def of_descent(self, descent: Descent) -> list[Obligation]:
        """Return the duties that reach down one way; of alternatives, the lightest."""
        parent = self._graph.artifact(descent.path[0])
        terms = terms_of(self._graph, self._knowledge, parent, scope_of(descent, parent))
        offers = [self._of_way(descent, way) for way in terms.ways]
        return min(offers, key=_weight)

    def _of_way(self, descent: Descent, way: Way) -> list[Obligation]:
        found = [self._unknown(descent, name) for name in way.unknown]
        known = [duty for duty in found if duty]
        for bound in way.bound:
            known.extend(self._of_licence(descent, bound))
        return known

    def _unknown(self, descent: Descent, name: str) -> Obligation | None:
        """Return the entry that says that a parent's terms are not known."""
        parent = self._graph.artifact(descent.path[0])
        is_opened = self._graph.reading(parent) is not None
        if parent.kind is Kind.DATASET and not is_opened:
            return None  # data sets are named by the dozen, and bind a model in no settled way
        what = f"{quoted(name)} is not in the knowledge base" if name else "nothing names them"
        if not is_opened:
            what = f"it {self._unopened(descent)}, and is none of the models whose licence is known"
        return Obligation(
            licence="",
            parent=parent.id,
            kind="unknown_terms",
            clause="",
            trigger="",
            state=State.CANNOT_DETERMINE,
            exhibits=descent.exhibits,
            title=name,
            reason=f"The terms of {quoted(parent.name)} are not known: {what}.",
            relation=descent.relation,
            tier=descent.tier,
            path=descent.path,
        )

    def _unopened(self, descent: Descent) -> str:
        """Return why a parent was not opened, as far as that was tried."""
        child = self._graph.artifact(descent.edges[0].child)
        for fact in self._graph.evidence(child, ParentAbsent):
            if fact.parent == descent.path[0]:
                return f"could not be opened ({fact.reason})"
        return "was not opened"

    def _of_licence(self, descent: Descent, bound: Bound) -> Iterator[Obligation]:
        licence = bound.licence
        if licence.licence_class is LicenceClass.PUBLIC_DOMAIN:
            return
        parent = self._graph.artifact(descent.path[0])
        if is_replaced(licence, descent, self._graph, self._knowledge):
            return
        if is_own(licence, parent, self._graph.subject, self._knowledge):
            return
        case = Case(
            self._graph,
            self._knowledge,
            self._release,
            licence,
            parent,
            descent,
            scope_of(descent, parent),
            derived=descent.is_derivative(licence),
        )
        caveat = ""
        if not bound.verified and not self._release.mentions(licence):
            caveat = f"That {quoted(parent.name)} is under it is taken from others' word."
        for term in licence.obligations:
            duty = self._of_term(case, term)
            if duty:
                yield replace(duty, caveat=caveat or _hearsay(term.verified))
        for duty, verified in self._of_limits(case):
            yield replace(duty, caveat=caveat or _hearsay(verified))

    def _of_term(self, case: Case, term: ObligationTerm) -> Obligation | None:
        trigger = self._trigger(case, term)
        if trigger is None or not _is_about(term, hub_name(case.parent)):
            return None
        reach = _reach(case, term)
        if reach is False or (term.kind not in _ALWAYS and self._is_relicensed(case)):
            return None
        answer = self._in_circumstance(case, term) or judged(Owed(case, term))
        if term.strength is Strength.ENCOURAGED:
            answer = _softened(answer, "The licence only encourages it.")
        answer = _as_sure_as(case, answer, open_question=reach is None)
        return _obligation(
            case,
            answer,
            kind=term.kind.value,
            clause=term.clause,
            trigger=trigger.value,
            id=term.id,
            literals=term.literals,
            quote=term.quote,
            required=term.strength is Strength.REQUIRED,
        )

    def _trigger(self, case: Case, term: ObligationTerm) -> Trigger | None:
        """Return the act of the publisher that brings the duty about; None if none does."""
        acts = self._acts | ({Trigger.TRAIN_ON_OUTPUTS} if case.descent.by_outputs else set())
        if case.descent.is_identical:
            acts -= {Trigger.MODIFY}
        return next((trigger for trigger in term.on if trigger in acts), None)

    def _in_circumstance(self, case: Case, term: ObligationTerm) -> Answer | None:
        """Return the answer where a duty hangs on a circumstance that decides it; None if not."""
        intent = self._profile.intent if self._profile else None
        of_product = term.of == (Subject.PRODUCT,)
        if of_product or Circumstance.COMMERCIAL in term.when:
            what = "products and services" if of_product else "commercial use"
            if intent is None:
                return unknown_condition(f"It arises with {what}; no profile gives an intent.")
            if not intent.is_commercial:
                return met(f"It arises with {what}, which the profile's intent is not.")
        if Circumstance.PUBLICATION in term.when:
            return unknown_condition("It arises where results are published.")
        return self._below_thresholds(case.licence, term) if term.thresholds else None

    def _below_thresholds(self, licence: Licence, term: ObligationTerm) -> Answer | None:
        """Return the answer where a duty arises beyond thresholds; None where one is crossed."""
        named = [licence.threshold(name) for name in term.thresholds]
        crossed = [thresholds.is_crossed(t, licence, self._profile) for t in named]
        said = " or ".join(thresholds.words(t, licence) for t in named)
        if True in crossed:
            return None
        if None in crossed:
            return unknown_condition(f"It arises beyond {said}; no profile says if it is.")
        return met(f"It does not arise: the profile is below {said}.")

    def _of_limits(self, case: Case) -> Iterator[tuple[Obligation, Verified]]:
        """Yield what the licence leaves out, and how sure its words are."""
        entries = list(_bars(case, self._profile)) if case.derived is not False else []
        bans = case.licence.no_train
        entries += [("no_train", ban, limits.no_train(ban, case)) for ban in bans]
        for kind, limit, answer in entries:
            if answer is None:
                continue
            is_ban = kind == "no_train"
            duty = _obligation(
                case,
                _as_sure_as(case, answer, open_question=case.derived is None and not is_ban),
                kind=kind,
                clause=limit.clause,
                trigger="train_on_outputs" if is_ban else "use",
                id=limit.id,
                quote=limit.quote,
            )
            yield duty, limit.verified
        if case.licence.use_policy and case.derived is not False:
            yield _use_policy(case, case.licence.use_policy), case.licence.verified

    def _is_relicensed(self, case: Case) -> bool:
        """Say whether somebody on the way was free to offer it on other terms, and did."""
        relicense = case.licence.relicense
        if relicense is None or relicense.allowed is not Permission.GRANTED:
            return False
        for edge in case.descent.edges[1:]:
            step = self._graph.artifact(edge.parent)
            known = terms_of(self._graph, self._knowledge, step, case.scope).licences
            if known and all(licence.id != case.licence.id for licence in known):
                return True
        return False


def _acts(profile: Profile | None) -> set[Trigger]:
    intent = profile.intent if profile else None
    acts = {Trigger.USE, Trigger.MODIFY}
    if intent is None or intent.gives_copies:
        acts |= {Trigger.DISTRIBUTE, Trigger.MAKE_AVAILABLE}
    if intent is Intent.SAAS:
        acts |= {Trigger.MAKE_AVAILABLE}
    return acts


def _reach(case: Case, term: ObligationTerm) -> bool | None:
    """Say whether a duty reaches down a way; None where that is open."""
    reaches: list[bool | None] = []
    if case.descent.is_identical:
        reaches.append(Subject.ORIGINAL in term.of)
    elif Subject.DERIVATIVE in term.of or term.of == (Subject.PRODUCT,):
        reaches.append(case.derived)
    if Subject.IMPROVED_MODEL in term.of:
        by_outputs = Trigger.TRAIN_ON_OUTPUTS in term.on
        reaches.append(case.descent.is_improved(by_outputs=by_outputs))
    if True in reaches:
        return True
    return None if None in reaches else False


def _as_sure_as(case: Case, answer: Answer, *, open_question: bool) -> Answer:
    """Return the answer, no firmer than the descent that brings the duty."""
    if case.descent.tier is Tier.C:
        return _softened(answer, "The descent rests on structure alone.")
    if case.scope is Scope.WEIGHTS and not case.release.passes_weights_on:
        return _softened(answer, "No weights stand in the repository, which may pass none on.")
    if open_question:
        said = f"Whether such a model is bound is not settled by {case.licence.title}."
        return _softened(answer, said)
    return answer


def _is_about(term: ObligationTerm, model: str) -> bool:
    return not term.models or any(fnmatchcase(model.lower(), m.lower()) for m in term.models)


def _hearsay(verified: Verified) -> str:
    return "" if verified.may_be_high else "The clause was not read in the licence itself."


def _softened(answer: Answer, because: str) -> Answer:
    if answer.state is not State.UNMET:
        return answer
    return investigate(f"{answer.reason} {because}", *answer.exhibits)


def _bars(case: Case, profile: Profile | None) -> Iterator[_Entry]:
    """Yield the thresholds, territories and uses that a licence leaves out."""
    licence = case.licence
    for threshold in licence.thresholds:
        if threshold.effect is not Effect.DUTY:
            yield "threshold", threshold, thresholds.answer(threshold, licence, profile)
    for bar in licence.territories:
        yield "territory", bar, limits.territory(bar, case, profile)
    for limit in licence.use_limits:
        if limit.derivatives or case.descent.is_identical:
            yield "use_limit", limit, limits.use_limit(limit, case, profile)


def _use_policy(case: Case, policy: UsePolicy) -> Obligation:
    where = f" ({policy.url})" if policy.url else ""
    said = f"How the work is used is not to be seen in a repository; read {policy.name}{where}."
    return _obligation(
        case,
        cannot_tell(said),
        kind="use_policy",
        clause=policy.clause,
        trigger="use",
        id="use-policy",
    )


def _obligation(
    case: Case,
    answer: Answer,
    *,
    kind: str,
    clause: str,
    trigger: str,
    id: str,  # noqa: A002 - the field's name
    literals: tuple[str, ...] = (),
    quote: str | None = None,
    required: bool = True,
) -> Obligation:
    return Obligation(
        licence=case.licence.id,
        parent=case.parent.id,
        kind=kind,
        clause=clause,
        trigger=trigger,
        state=answer.state,
        exhibits=tuple(dict.fromkeys((*answer.exhibits, *case.descent.exhibits))),
        id=id,
        title=case.licence.title,
        literals=literals,
        quote=quote,
        reason=answer.reason,
        required=required,
        relation=case.descent.relation,
        tier=case.descent.tier,
        path=case.descent.path,
    )


def _weight(duties: Iterable[Obligation]) -> tuple[int, int, int]:
    states = [duty.state for duty in duties]
    doubts = sum(state in _DOUBTS for state in states)
    return states.count(State.UNMET), doubts, len(states)


def _key(duty: Obligation) -> tuple[str, ...]:
    """Return what makes two entries one: the duty, and the parent where its notices matter."""
    of_parent = duty.kind in ("retain_notices", "unknown_terms")
    return (duty.licence, duty.kind, duty.id, duty.parent if of_parent else "")


def _is_firmer(duty: Obligation, other: Obligation) -> bool:
    """Say whether a second entry for one duty tells more than the first, nearer one."""
    return duty.state is State.UNMET and other.state in _DOUBTS


def _order(duty: Obligation) -> tuple[int, str, str, str, str]:
    return (len(duty.path), duty.parent, duty.licence, duty.kind, duty.id)
