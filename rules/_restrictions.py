"""What a licence restricts beyond notices and copyleft: uses, users, places, and its own end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.licences.choices import choices
from lineage.licences.duties import Licence
from lineage.licences.knowledge import load
from lineage.licences.vocabulary import Effect, LicenceClass, Limit
from lineage.obligations.thresholds import words

_LIMITS = {
    Limit.NON_COMMERCIAL: "leaves out commercial use",
    Limit.RESEARCH: "allows research alone",
    Limit.NON_PRODUCTION: "leaves out use in production",
    Limit.NO_HOSTING: "leaves out offering it as a service",
    Limit.LINE_OF_BUSINESS: "asks some lines of business for a licence of their own",
    Limit.NO_DISTRIBUTION: "lets nobody pass on derivatives",
}


@dataclass(frozen=True, slots=True)
class Restriction:
    """Something that a licence keeps back."""

    #: What makes two licences restrict the same: ``non-commercial``, ``territory EU``.
    key: str
    #: What the licence does, after its name: "leaves out commercial use".
    says: str
    clause: str
    verified: bool
    #: False where it only lets the licensor end or change the grant.
    of_use: bool = True


def licences_bound(expression: str | None) -> tuple[Licence, ...]:
    """Return the known licences of an expression; of alternatives, those that restrict least.

    Nothing where one of them is not known.
    """
    ways: list[tuple[Licence, ...]] = []
    for way in choices(expression) if expression else ():
        found = [load().by_expression(name) for name in way]
        known = tuple(licence for licence in found if licence)
        if len(known) < len(way):
            return ()
        ways.append(known)
    return min(ways, key=lambda way: sum(len(list(restrictions(one))) for one in way), default=())


def restrictions(licence: Licence) -> Iterator[Restriction]:
    """Yield what a licence restricts, what it says of use first."""
    sure = licence.verified.may_be_high
    for limit in licence.use_limits:
        yield Restriction(limit.kind, _LIMITS[limit.kind], limit.clause, limit.verified.may_be_high)
    if licence.use_policy:
        policy = licence.use_policy
        says = f"forbids the uses that its {policy.name} lists"
        yield Restriction("use-policy", says, policy.clause, sure)
    for threshold in licence.thresholds:
        if threshold.effect is not Effect.DUTY:
            says = f"ends beyond {words(threshold, licence)}"
            verified = threshold.verified.may_be_high
            yield Restriction(f"threshold {threshold.metric}", says, threshold.clause, verified)
    for bar in licence.territories:
        places = ", ".join(bar.barred)
        says = f"grants nothing in {places}"
        yield Restriction(f"territory {places}", says, bar.clause, bar.verified.may_be_high)
    for ban in licence.no_train:
        says = "forbids making other models better with it"
        yield Restriction("no-train", says, ban.clause, ban.verified.may_be_high)
    yield from _of_the_grant(licence)


def keeps_open(licence: Licence) -> bool:
    """Say whether a licence asks that derivatives stay under it."""
    kinds = (LicenceClass.COPYLEFT, LicenceClass.WEAK_COPYLEFT, LicenceClass.SHARE_ALIKE)
    return licence.licence_class in kinds


def _of_the_grant(licence: Licence) -> Iterator[Restriction]:
    grants, sure = licence.grants, licence.verified.may_be_high
    if grants and grants.revocable:
        says = "can be taken back by its licensor"
        yield Restriction("revocable", says, grants.clause, sure, of_use=False)
    if grants and grants.updatable:
        says = "can be changed by its licensor for those who hold it"
        yield Restriction("updatable", says, grants.clause, sure, of_use=False)
    if grants and grants.runtime_restriction:
        says = "lets its licensor restrict usage from afar"
        yield Restriction("runtime", says, grants.clause, sure, of_use=False)
