"""Reads the facts of a licence out of its own words: thresholds, territories, texts to be shown.

A text that is close to a known licence may differ from it in the one number that matters. What is
read here is what the text in hand says, with the lines where it says so; ``declared`` gives what
the knowledge base holds of a known licence in the same form. Patterns read English and, where
licences exist in it, Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lineage.licences import amounts, literals, patterns
from lineage.licences.sentences import Sentence, sentences_of
from lineage.licences.vocabulary import DutyKind, Limit, Metric, TrainObject

if TYPE_CHECKING:
    from lineage.licences.duties import Licence


class FactKind(StrEnum):
    """What a fact is about."""

    USERS = "users"
    REVENUE = "revenue"
    TERRITORY = "territory"
    DISPLAY = "display"
    NAME_PREFIX = "name-prefix"
    NOTICE = "notice"
    NO_TRAIN = "no-train"
    STATE_CHANGES = "state-changes"
    PASS_THROUGH = "pass-through"  # noqa: S105 - a kind of clause, no password
    USE_LIMIT = "use-limit"
    REVOCABLE = "revocable"
    RUNTIME = "runtime-restriction"
    DISTILLATION = "distillation"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a text says."""

    kind: FactKind
    #: The number, the place, the literal; "" where the kind says it all.
    value: str
    #: First and last line, counted from 1.
    lines: tuple[int, int]
    #: The text asks for it without demanding it.
    encouraged: bool = False

    @property
    def key(self) -> tuple[FactKind, str]:
        """Return what makes two facts the same: the value's words, whatever their case."""
        return self.kind, " ".join(re.findall(r"\w+", self.value.lower()))


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """Everything that was read out of a text, in its order."""

    facts: tuple[Fact, ...]

    def of(self, kind: FactKind) -> tuple[Fact, ...]:
        """Return the facts of one kind."""
        return tuple(fact for fact in self.facts if fact.kind is kind)

    def values(self, kind: FactKind) -> tuple[str, ...]:
        """Return the values of one kind."""
        return tuple(fact.value for fact in self.of(kind))

    def differing(self, other: ClauseFacts) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
        """Return what this text says and the other does not, and the other way round."""
        return (
            tuple(fact for fact in self.facts if not other.states(fact)),
            tuple(fact for fact in other.facts if not self.states(fact)),
        )

    def states(self, fact: Fact) -> bool:
        """Say whether this text says it too.

        Of a notice the beginning is enough: what follows it is a year or a disclaimer.
        """
        if fact.kind is not FactKind.NOTICE:
            return any(fact.key == own.key for own in self.facts)
        return any(
            f"{own.key[1]} ".startswith(f"{fact.key[1]} ")
            or f"{fact.key[1]} ".startswith(own.key[1])
            for own in self.of(FactKind.NOTICE)
        )


def extract(text: str) -> ClauseFacts:
    """Return the facts that a licence text states, each once, at the place that states it first."""
    found: dict[tuple[FactKind, str], Fact] = {}
    for sentence in sentences_of(text):
        for fact in _facts_of(sentence):
            found.setdefault(fact.key, fact)
    return ClauseFacts(tuple(_settled(found.values())))


def declared(licence: Licence) -> ClauseFacts:
    """Return the facts that the knowledge base holds of a licence, in the form ``extract`` gives.

    They have no lines.
    """
    return ClauseFacts(tuple(_declared(licence)))


#: What is told by one pattern alone, with words without one of which it need not be tried.
_SIMPLE = (
    (FactKind.STATE_CHANGES, ("change", "modif", "altered", "differs", "修改"), patterns.CHANGES),
    (
        FactKind.PASS_THROUGH,
        ("provision", "impose", "require", "similar", "bind", "条款"),
        patterns.PASS_ON,
    ),
    (FactKind.REVOCABLE, ("revocable", "撤销"), patterns.REVOCABLE),
    (FactKind.RUNTIME, ("remotely",), patterns.RUNTIME),
    (FactKind.DISTILLATION, ("pattern", "output", "模式"), patterns.DISTILLED),
    (FactKind.REGISTRATION, ("regist", "登记"), patterns.REGISTER),
)


def _facts_of(sentence: Sentence) -> Iterator[Fact]:
    text, lines = sentence.straight, sentence.lines
    low = text.lower()
    for value in amounts.users(text, low):
        yield Fact(FactKind.USERS, value, lines)
    for value in amounts.revenues(text, low):
        yield Fact(FactKind.REVENUE, value, lines)
    if '"' in text:
        yield from _literals(sentence)
    if "european union" in low and patterns.BARRED.search(text):
        codes = sorted(
            {patterns.TERRITORIES[name.lower()] for name in patterns.PLACES.findall(text)}
        )
        yield Fact(FactKind.TERRITORY, " ".join(codes), lines)
    if ban := _banned(text, low):
        yield Fact(FactKind.NO_TRAIN, ban, lines)
    if limit := _limit(text, low):
        yield Fact(FactKind.USE_LIMIT, limit, lines)
    for kind, needles, pattern in _SIMPLE:
        if any(needle in low for needle in needles) and pattern.search(text):
            yield Fact(kind, "", lines)


def _literals(sentence: Sentence) -> Iterator[Fact]:
    for literal in literals.prefixes(sentence.text):
        yield Fact(FactKind.NAME_PREFIX, literal, sentence.lines)
    for literal in literals.notices(sentence.text):
        yield Fact(FactKind.NOTICE, literal, sentence.lines)
    encouraged = literals.is_encouraged(sentence.text)
    for literal in literals.displays(sentence.text):
        yield Fact(FactKind.DISPLAY, literal, sentence.lines, encouraged=encouraged)


def _banned(text: str, low: str) -> TrainObject | None:
    """Return the kind of model that may not be trained or improved."""
    if not any(needle in low for needle in ("improve", "distill", "改进")):
        return None
    found = patterns.IMPROVE.search(text)
    if found is None:
        return None
    for kind, pattern in patterns.TRAIN_OBJECTS:
        if re.search(pattern, found["rest"], re.IGNORECASE):
            return kind
    return None


def _limit(text: str, low: str) -> Limit | None:
    if not any(needle in low for needle in ("commercial", "research", "production", "非商业")):
        return None
    for limit, pattern in patterns.LIMITS:
        if re.search(pattern, text, re.IGNORECASE):
            return limit
    return None


def _settled(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Yield the facts without those that another one says better.

    A heading may name fewer territories than the definition, and a grant for research mentions what
    is non-commercial as well.
    """
    known = list(facts)
    places = max((f.value for f in known if f.kind is FactKind.TERRITORY), key=len, default="")
    limits = [f.value for f in known if f.kind is FactKind.USE_LIMIT]
    for fact in known:
        if fact.kind is FactKind.TERRITORY and fact.value != places:
            continue
        if fact.kind is FactKind.USE_LIMIT and fact.value != _strictest(limits):
            continue
        yield fact


def _strictest(limits: Iterable[str]) -> str:
    order = [Limit.RESEARCH, Limit.NON_PRODUCTION, Limit.NON_COMMERCIAL]
    return min(limits, key=lambda limit: order.index(Limit(limit)))


def _declared(licence: Licence) -> Iterator[Fact]:
    nowhere = (0, 0)
    for threshold in licence.thresholds:
        kind = FactKind.REVENUE if threshold.metric is Metric.REVENUE else FactKind.USERS
        yield Fact(kind, amounts.of_threshold(threshold), nowhere)
    for bar in licence.territories:
        yield Fact(FactKind.TERRITORY, " ".join(sorted(bar.barred)), nowhere)
    for ban in licence.no_train:
        yield Fact(FactKind.NO_TRAIN, ban.object, nowhere)
    limits = [limit.kind for limit in licence.use_limits if limit.kind in _READ_LIMITS]
    if limits:
        yield Fact(FactKind.USE_LIMIT, _strictest(limits), nowhere)
    yield from _declared_duties(licence)
    grants, derivative = licence.grants, licence.derivative
    if grants and grants.revocable:
        yield Fact(FactKind.REVOCABLE, "", nowhere)
    if grants and grants.runtime_restriction:
        yield Fact(FactKind.RUNTIME, "", nowhere)
    if derivative and derivative.distilled:
        yield Fact(FactKind.DISTILLATION, "", nowhere)


_READ_LIMITS = frozenset(limit for limit, _ in patterns.LIMITS)
_OF_DUTY = {
    DutyKind.STATE_CHANGES: FactKind.STATE_CHANGES,
    DutyKind.PASS_THROUGH: FactKind.PASS_THROUGH,
    DutyKind.REGISTER: FactKind.REGISTRATION,
}
_OF_LITERAL = {
    DutyKind.DISPLAY_TEXT: FactKind.DISPLAY,
    DutyKind.NAME_PREFIX: FactKind.NAME_PREFIX,
    DutyKind.NOTICE_FILE_LITERAL: FactKind.NOTICE,
}


def _declared_duties(licence: Licence) -> Iterator[Fact]:
    for term in licence.obligations:
        encouraged = term.strength == "encouraged"
        if kind := _OF_LITERAL.get(term.kind):
            for literal in term.literals:
                yield Fact(kind, literal, (0, 0), encouraged=encouraged)
        elif kind := _OF_DUTY.get(term.kind):
            yield Fact(kind, "", (0, 0))
