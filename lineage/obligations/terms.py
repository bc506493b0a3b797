"""Which licences bind an artifact, as far as the knowledge base knows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lineage.graph import LineageGraph
from lineage.licences.choices import choices
from lineage.licences.duties import Licence
from lineage.licences.knowledge import KnowledgeBase
from lineage.licences.tags import agree
from lineage.model import Artifact, Exhibit, LicenceRecord, Scope
from lineage.obligations.descent import hub_name


@dataclass(frozen=True, slots=True)
class Bound:
    """A licence that binds an artifact."""

    licence: Licence
    #: False where only somebody else says that it does.
    verified: bool
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """Licences that bind together."""

    bound: tuple[Bound, ...]
    #: Those that the knowledge base does not hold, and parts of which nothing is known.
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What binds an artifact: any one of the ways will do."""

    ways: tuple[Way, ...]

    @property
    def licences(self) -> tuple[Licence, ...]:
        """Every known licence in them."""
        return tuple(bound.licence for way in self.ways for bound in way.bound)

    @property
    def are_known(self) -> bool:
        """Whether every licence in them is known."""
        return not any(way.unknown for way in self.ways)


def terms_of(
    graph: LineageGraph, knowledge: KnowledgeBase, artifact: Artifact, scope: Scope
) -> Terms:
    """Return what binds a part of an artifact.

    What was read in the artifact's own repository counts; for one that was not opened, or that says
    nothing, what its maker is known to publish it under.
    """
    record = _record(graph, artifact, scope)
    if record and record.concluded:
        return _of_expression(knowledge, record.concluded, record.exhibits)
    if record and record.declared and not record.found:
        # A gated repository keeps its licence file back, and its host tells what is declared.
        said = _of_declared(knowledge, record)
        if said.are_known:
            return said
    if record and (record.declared or record.found):
        return Terms((Way((), (", ".join(record.declared or record.found),)),))
    covered = knowledge.of_model(hub_name(artifact))
    if covered is None:
        return Terms((Way((), ("",)),))
    return Terms((Way((Bound(covered.licence, covered.verified.may_be_high),)),))


def is_licence(licence: Licence, expression: str) -> bool:
    """Say whether an identifier in an expression stands for the licence, or for a copy of it."""
    keys = (f"LicenseRef-scancode-{key}" for key in licence.aliases.scancode)
    ours = f"LicenseRef-lineage-{licence.id}"
    return _one_of((licence.spdx, ours, *licence.aliases.expressions, *keys), expression)


@lru_cache(maxsize=4096)
def _one_of(names: tuple[str, ...], expression: str) -> bool:
    return any(agree(name, expression) for name in names)


def _record(graph: LineageGraph, artifact: Artifact, scope: Scope) -> LicenceRecord | None:
    """Return the record of a part; where a repository has but one, that one speaks for all."""
    found = graph.licence(artifact, scope)
    if found is None and len(artifact.licences) == 1:
        return artifact.licences[0]
    return found


def _of_declared(knowledge: KnowledgeBase, record: LicenceRecord) -> Terms:
    """Return the terms that a repository declares and whose text nobody has read there."""
    found = {name: knowledge.by_expression(name) for name in record.declared}
    bound = tuple(
        Bound(one, verified=False, exhibits=record.exhibits) for one in found.values() if one
    )
    return Terms((Way(bound, tuple(name for name, one in found.items() if one is None)),))


def _of_expression(
    knowledge: KnowledgeBase, expression: str, exhibits: tuple[Exhibit, ...]
) -> Terms:
    ways = []
    for names in choices(expression):
        found = {name: knowledge.by_expression(name) for name in names}
        bound = tuple(Bound(one, verified=True, exhibits=exhibits) for one in found.values() if one)
        ways.append(Way(bound, tuple(name for name, one in found.items() if one is None)))
    return Terms(tuple(ways))
