"""A duty that is owed: the term, the licence it stands in, and the descent that brings it."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.graph import LineageGraph
from lineage.licences.duties import Licence, ObligationTerm
from lineage.licences.knowledge import KnowledgeBase
from lineage.model import Artifact, Scope
from lineage.obligations.descent import Descent
from lineage.obligations.release import Release


@dataclass(frozen=True, slots=True)
class Case:
    """One parent's licence against the audited release."""

    graph: LineageGraph
    knowledge: KnowledgeBase
    release: Release
    licence: Licence
    parent: Artifact
    descent: Descent
    #: The part that was taken.
    scope: Scope
    #: Whether the release is a derivative by the licence's own definition; None: that is open.
    derived: bool | None


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty of that licence."""

    case: Case
    term: ObligationTerm
