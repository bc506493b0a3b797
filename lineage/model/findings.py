"""What the rules find, and what an organisation says of itself and of what they found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineage.model.places import Exhibit
from lineage.model.words import Severity, State, Tier


class Intent(StrEnum):
    """What an organisation means to do with the work."""

    PERSONAL = "personal"
    INTERNAL = "internal"
    SHARE = "share"
    SELL = "sell"
    SAAS = "saas"

    @property
    def is_commercial(self) -> bool:
        """Whether money is meant to be made with it."""
        return self in (Intent.SELL, Intent.SAAS)

    @property
    def gives_copies(self) -> bool:
        """Whether somebody else gets copies."""
        return self in (Intent.SHARE, Intent.SELL)


@dataclass(frozen=True, slots=True)
class Users:
    """How many people use what an organisation offers."""

    number: int
    #: ``day`` or ``month``.
    period: str
    #: ISO date of the count; None: today.
    as_of: str | None = None
    #: ``licensee``: all that it offers; ``product``: what uses the work.
    of: str = "licensee"


@dataclass(frozen=True, slots=True)
class Revenue:
    """What an organisation earns."""

    amount: int
    #: ISO 4217.
    currency: str
    #: ``month``, ``year``, ``twelve-months`` or ``annual-recurring``.
    period: str
    of: str = "licensee"


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation says of itself, where a licence's conditions ask for it."""

    intent: Intent | None = None
    #: ISO 3166 codes of where it acts and offers; None: not said. ``EU`` stands for its members.
    territory: tuple[str, ...] | None = None
    #: Where it lives or has its principal place of business.
    domicile: str | None = None
    users: tuple[Users, ...] = ()
    revenue: tuple[Revenue, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says of one artifact. The engine adds the rule's own words to make a finding."""

    #: Artifact id.
    subject: str
    state: State
    #: A sentence that names the artifact, the claim and the place.
    message: str
    exhibits: tuple[Exhibit, ...] = ()
    #: Artifact id of the parent whose terms are in question.
    parent: str | None = None
    #: Which of several outcomes of this rule this is: a path or a licence. Part of the fingerprint.
    about: str = ""
    #: Where this outcome is graver or milder than the rule usually is.
    severity: Severity | None = None
    tier: Tier | None = None
    clause: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception somebody answers for."""

    reason: str
    owner: str
    #: ISO date after which it no longer waives.
    expires: str
    #: ISO date on which it was given, where it says so.
    since: str | None = None
    #: The state that the finding would be in without it.
    was: State = State.UNMET


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's outcome, ready to be reported."""

    #: Hash of rule, subject purl without revision, parent and what it is about: it survives a new
    #: revision and a moved line.
    fingerprint: str
    rule: str
    title: str
    severity: Severity
    state: State
    tier: Tier
    message: str
    subject: str
    parent: str | None
    clause: str
    remedy: str
    exhibits: tuple[Exhibit, ...]
    waiver: Waiver | None = None
