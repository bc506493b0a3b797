"""The lineage graph: artifacts, the derivations that join them, and the duties that come down."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model.places import Exhibit
from lineage.model.words import Kind, Origin, Relation, Scope, State, Tier


@dataclass(frozen=True, slots=True)
class LicenceRecord:
    """What is known of the licence of one part of a repository."""

    scope: Scope
    #: What machine-readable fields say, as SPDX expressions or, failing that, as written.
    declared: tuple[str, ...]
    #: What the texts in the repository say.
    found: tuple[str, ...]
    #: The SPDX expression that follows, or None where nothing may be concluded.
    concluded: str | None
    #: Why, in one sentence.
    reason: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A node of the lineage graph: a model, a data set or a code work."""

    #: The purl where there is one, else ``unresolved:`` and the name as written.
    id: str
    kind: Kind
    name: str
    revision: str | None
    purl: str | None
    #: One record for each scope that has one.
    licences: tuple[LicenceRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Test:
    """One statistical test of kinship."""

    name: str
    statistic: float
    p_value: float
    #: The null hypothesis in words.
    null: str
    #: True only where the exchangeability argument makes the p-value exact; else it is calibrated.
    exact: bool
    #: Effect size (a correlation unless the name says otherwise).
    effect: float
    #: The smallest effect that the test would have seen.
    minimum_detectable_effect: float
    bytes_read: int
    #: Of the effect, 95 %; None where none is known.
    interval: tuple[float, float] | None = None

    @property
    def is_of_correlation(self) -> bool:
        """Whether the effect is a correlation, by the test's name."""
        return not self.name.startswith("order of") and "without signs" not in self.name


@dataclass(frozen=True, slots=True)
class Derivation:
    """An edge of the lineage graph, from parent to child."""

    #: Artifact ids.
    parent: str
    child: str
    relation: Relation
    origin: Origin
    tier: Tier
    tests: tuple[Test, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty or a limit that a parent's licence puts on a derivative, and whether it is kept."""

    #: Identifier of the licence in the knowledge base; "" where the parent's terms are not known.
    licence: str
    #: Artifact id of the parent, which may stand several derivations up.
    parent: str
    #: A kind of duty (``name_prefix``), or ``threshold``, ``territory``, ``use_limit``,
    #: ``no_train``, ``use_policy``, ``unknown_terms``.
    kind: str
    clause: str
    #: The act that brings it about: ``distribute``.
    trigger: str
    state: State
    exhibits: tuple[Exhibit, ...] = ()
    #: Its id within the licence.
    id: str = ""
    #: The licence's name, for a person.
    title: str = ""
    #: Texts of which any one will do.
    literals: tuple[str, ...] = ()
    #: The clause's own words, in short.
    quote: str | None = None
    #: Why it is in this state, in one sentence.
    reason: str = ""
    #: False where the licence only asks for it.
    required: bool = True
    #: Why it rests on less than the licensor's own text; "" where that was read.
    caveat: str = ""
    #: What the child is to the parent by the last derivation of the path.
    relation: Relation = Relation.UNKNOWN
    #: The tier of the weakest derivation of the path.
    tier: Tier = Tier.A
    #: Artifact ids from the parent down to the child.
    path: tuple[str, ...] = ()
