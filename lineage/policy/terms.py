"""A policy as frozen dataclasses: what is allowed in which part of a repository, what is waived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lineage.model import Scope, Severity


class PolicyError(ValueError):
    """A policy file is not what it should be. ``str()`` names file, line and what is expected."""


class Ruling(StrEnum):
    """What a policy says of a licence. A tie is won by the one named first."""

    DENIED = "denied"
    REVIEW = "review"
    ALLOWED = "allowed"


class Aspect(StrEnum):
    """By what a selector picks licences."""

    LICENCE = "licence"
    CLASS = "class"
    FAMILY = "family"
    #: Something that a licence's terms hold.
    TRAIT = "trait"


class Trait(StrEnum):
    """What terms may hold besides their class."""

    #: Uses are forbidden, or only some allowed: a list of forbidden uses, non-commercial, research.
    FIELD_OF_USE = "field-of-use"
    #: The work, or what it puts out, may not be used to make other models better.
    NO_TRAIN = "no-train"
    #: Nothing is granted for some territories.
    TERRITORY = "territory"


class Layer(StrEnum):
    """Where a list stands. Of two that name a licence equally, the first one's word counts."""

    SCOPE = "scope"
    GENERAL = "general"
    PRESET = "preset"


@dataclass(frozen=True, slots=True)
class Selector:
    """One entry of a list."""

    #: As written.
    word: str
    aspect: Aspect
    #: The id of a licence, or its SPDX identifier in lower case where the knowledge base lacks it;
    #: or the name of a class, a family or a trait.
    value: str
    #: ``lineage.yaml:3``, or the name of a preset.
    place: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A selector and what is said of the licences that it picks."""

    selector: Selector
    ruling: Ruling
    layer: Layer
    #: None for every part of a repository.
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """A waiver of the policy: the findings it means, and who answers for it until when."""

    reason: str
    owner: str
    #: The last day on which it waives.
    expires: date
    #: ``lineage.yaml:12``.
    place: str
    fingerprint: str | None = None
    #: A rule's code, which comes with a glob of subjects.
    rule: str | None = None
    subject: str | None = None
    #: Glob that every place of the finding has to match.
    path: str | None = None
    #: When it was given.
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation allows and has waived."""

    #: The file, as the user would name it.
    source: str
    presets: tuple[str, ...] = ()
    fail_on: Severity | None = None
    #: ``fail-on: none`` was written, which stops nothing.
    fails_never: bool = False
    entries: tuple[Entry, ...] = ()
    waivers: tuple[WaiverEntry, ...] = field(default=())

    def about(self, scope: Scope) -> Iterator[Entry]:
        """Yield the entries that concern one part of a repository."""
        return (entry for entry in self.entries if entry.scope in (None, scope))
