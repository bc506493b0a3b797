"""What a licence grants, asks for and forbids: the facts of a terms file as frozen dataclasses.

Facts only: what follows from them for a child in the lineage graph is the engine's business. Every
fact names its clause, and says how it was verified.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineage.licences.vocabulary import (
    Basis,
    Circumstance,
    Copy,
    DutyKind,
    Effect,
    Event,
    Exemption,
    LicenceClass,
    Limit,
    Material,
    Measured,
    Metric,
    Moment,
    Part,
    Period,
    Permission,
    Place,
    Strength,
    Subject,
    TrainObject,
    Trigger,
    Verified,
)
from lineage.model import Relation, Scope


@dataclass(frozen=True, slots=True)
class Text:
    """A copy of the licence's text, known by its words alone."""

    #: SHA-256 of its words as ``lineage.licences.words`` reads them, joined by line feeds.
    sha256: str
    #: How many words.
    words: int
    #: Where it was read: ``scancode:KEY`` or ``github:OWNER/NAME/PATH@COMMIT``.
    source: str
    copy: Copy
    part: Part = Part.LICENCE

    @property
    def scancode(self) -> str | None:
        """Return the key under which scancode's data holds this very text."""
        scheme, _, key = self.source.partition(":")
        return key if scheme == "scancode" else None


@dataclass(frozen=True, slots=True)
class Cover:
    """Models that the licensor itself publishes under the licence."""

    #: Globs of hub identifiers, matched without regard to case.
    models: tuple[str, ...]
    #: Where the licensor says so.
    source: str
    verified: Verified


@dataclass(frozen=True, slots=True)
class Aliases:
    """Names under which the licence goes."""

    #: Values of a model card's ``license`` that mean this licence.
    hf: tuple[str, ...] = ()
    #: Values of ``license_name``, lower case, hyphenated.
    names: tuple[str, ...] = ()
    #: Keys of scancode whose text is this licence.
    scancode: tuple[str, ...] = ()
    #: Further SPDX identifiers and LicenseRefs.
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grants:
    """What the licence allows."""

    clause: str
    use: Permission
    modify: Permission
    distribute: Permission
    commercial: Permission
    sublicense: Permission
    patent: Permission
    #: Whether the licensor may take the licence back from somebody who keeps it; None: not said.
    revocable: bool | None
    #: The licensor reserves a right to restrict usage from afar.
    runtime_restriction: bool = False
    #: The licensor may change the terms for those who already hold a licence.
    updatable: bool = False


@dataclass(frozen=True, slots=True)
class Derivative:
    """What the licence makes a derivative, by what was done; None: the text leaves it open."""

    clause: str
    finetune: bool | None
    adapter: bool | None
    merge: bool | None
    quantized: bool | None
    #: A model trained on outputs.
    distilled: bool | None
    code: bool | None
    quote: str | None = None

    def covers(self, relation: Relation) -> bool | None:
        """Say whether a child by this relation is a derivative; None where that cannot be told."""
        changed = self.finetune
        answers = {
            Relation.IDENTICAL: True,
            Relation.QUANTIZED: self.quantized,
            Relation.ADAPTER: self.adapter,
            Relation.MERGE: self.merge,
            Relation.FINETUNE: changed,
            Relation.PRUNED: changed,
            Relation.RESTRUCTURED: changed,
            Relation.UPCYCLED: changed,
            Relation.DISTILLED: self.distilled,
            Relation.CODE_COPIED: self.code,
            Relation.CODE_DERIVED: self.code,
        }
        return answers.get(relation)


@dataclass(frozen=True, slots=True)
class Relicense:
    """Whether a derivative may be offered under other terms."""

    allowed: Permission
    clause: str
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class ObligationTerm:
    """A duty."""

    #: Unique within the licence.
    id: str
    kind: DutyKind
    on: tuple[Trigger, ...]
    of: tuple[Subject, ...]
    clause: str
    verified: Verified
    #: Texts of which any one will do; empty where no text is prescribed.
    literals: tuple[str, ...] = ()
    where: tuple[Place, ...] = ()
    strength: Strength = Strength.REQUIRED
    #: Thresholds of the licence, any of which has to be crossed.
    thresholds: tuple[str, ...] = ()
    when: tuple[Circumstance, ...] = ()
    #: Globs of the licensor's models that the duty is limited to; empty: all.
    models: tuple[str, ...] = ()
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of users or a sum of money that changes what the licence asks."""

    id: str
    metric: Metric
    value: int
    period: Period
    at: Moment
    of: Measured
    effect: Effect
    clause: str
    verified: Verified
    #: ISO 4217; None for users.
    currency: str | None = None
    #: True: the value itself already counts; False: only what is above it.
    inclusive: bool = False
    #: Whoever gets the work inside an integrated product is exempt.
    integrated_product_exempt: bool = False
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class TerritoryBar:
    """Places for which the licence grants nothing."""

    id: str
    #: ISO 3166 codes and ``EU``.
    barred: tuple[str, ...]
    basis: Basis
    clause: str
    verified: Verified
    #: The bar also holds for outputs.
    outputs: bool = False
    #: It holds for multimodal models only.
    multimodal_only: bool = False
    #: End users of a product are exempt.
    end_users_exempt: bool = False
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class NoTrain:
    """A ban on using the work, or what it puts out, to make other models better."""

    id: str
    object: TrainObject
    subject: tuple[Material, ...]
    clause: str
    verified: Verified
    exempt: tuple[Exemption, ...] = ()
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class UseLimit:
    """A limit on what the work may be used for at all."""

    id: str
    kind: Limit
    clause: str
    verified: Verified
    #: Derivatives are bound too.
    derivatives: bool = True
    #: Outputs are bound too.
    outputs: bool = False
    #: A registration or a licence of its own lifts it.
    liftable: bool = False
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class UsePolicy:
    """A list of forbidden uses that the licence takes in."""

    name: str
    clause: str
    #: None where the policy stands in the licence itself.
    url: str | None = None
    #: Changes to the policy bind those who already hold a licence.
    updatable: bool = False


@dataclass(frozen=True, slots=True)
class Termination:
    """How a licence ends."""

    event: Event
    clause: str


@dataclass(frozen=True, slots=True)
class Licence:
    """Everything known of one version of a licence."""

    id: str
    title: str
    family: str
    licence_class: LicenceClass
    scopes: tuple[Scope, ...]
    #: The SPDX identifier, or the LicenseRef under which its text is recognised.
    spdx: str
    verified: Verified
    version: str | None = None
    #: ISO date on which this version came out.
    released: str | None = None
    #: Who grants it; None for a licence that anybody uses.
    licensor: str | None = None
    law: str | None = None
    aliases: Aliases = Aliases()
    texts: tuple[Text, ...] = ()
    covers: tuple[Cover, ...] = ()
    grants: Grants | None = None
    derivative: Derivative | None = None
    relicense: Relicense | None = None
    obligations: tuple[ObligationTerm, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    territories: tuple[TerritoryBar, ...] = ()
    no_train: tuple[NoTrain, ...] = ()
    use_limits: tuple[UseLimit, ...] = ()
    use_policy: UsePolicy | None = None
    termination: tuple[Termination, ...] = ()
    #: What a reader has to know besides, in our words.
    notes: tuple[str, ...] = ()
    #: Where facts come from that no recorded text shows.
    sources: tuple[str, ...] = ()

    def duties(self, trigger: Trigger) -> tuple[ObligationTerm, ...]:
        """Return the duties that an act brings about."""
        return tuple(term for term in self.obligations if trigger in term.on)

    def threshold(self, name: str) -> Threshold:
        """Return the threshold of that id.

        Raises:
            KeyError: the licence has none.
        """
        for threshold in self.thresholds:
            if threshold.id == name:
                return threshold
        raise KeyError(name)
