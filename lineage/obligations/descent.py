"""Every way by which the audited artifact comes from another, and what a licence makes of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lineage.graph import LineageGraph
from lineage.licences.duties import Licence
from lineage.licences.knowledge import KnowledgeBase
from lineage.model import (
    Artifact,
    Derivation,
    Exhibit,
    Kind,
    Origin,
    Relation,
    Scope,
    Tier,
    WeightFile,
)

#: Ways that are longer, or more than so many, are not followed: the nearest come first.
_LONGEST = 8
_MOST = 256
CODE = frozenset({Relation.CODE_COPIED, Relation.CODE_DERIVED})
#: What an undeclared relation to a base model can be.
_ANY = (Relation.FINETUNE, Relation.MERGE, Relation.QUANTIZED)
_ADAPTER_FILE = re.compile(r"adapter_config\.json|.*(?:adapter|lora)[^/]*\.(?:safetensors|bin|pt)")
#: How a model is improved, in the words of licences that speak of more than derivatives.
_IMPROVED = frozenset(
    {
        Relation.ADAPTER,
        Relation.FINETUNE,
        Relation.MERGE,
        Relation.PRUNED,
        Relation.RESTRUCTURED,
        Relation.UNKNOWN,
        Relation.UPCYCLED,
    }
)


@dataclass(frozen=True, slots=True)
class Descent:
    """One way from an ancestor down to the audited artifact."""

    #: From the ancestor down.
    edges: tuple[Derivation, ...]
    #: What each edge may be, as far as it is known.
    relations: tuple[tuple[Relation, ...], ...]

    @property
    def path(self) -> tuple[str, ...]:
        """Artifact ids from the ancestor down."""
        return (self.edges[0].parent, *(edge.child for edge in self.edges))

    @property
    def relation(self) -> Relation:
        """What the audited artifact is to its own parent on this way."""
        return self.edges[-1].relation

    @property
    def tier(self) -> Tier:
        """The tier of the weakest edge."""
        return max(edge.tier for edge in self.edges)

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Where the descent can be checked."""
        return tuple(dict.fromkeys(e for edge in reversed(self.edges) for e in edge.exhibits))

    @property
    def is_identical(self) -> bool:
        """Whether the ancestor is passed on as it is."""
        return all(edge.relation is Relation.IDENTICAL for edge in self.edges)

    @property
    def by_outputs(self) -> bool:
        """Whether what the ancestor put out was trained on."""
        return any(edge.relation is Relation.DISTILLED for edge in self.edges)

    def is_derivative(self, licence: Licence) -> bool | None:
        """Say whether the end is a derivative by the ancestor's own definition; None if unclear."""
        if self.is_identical:
            return True
        if licence.derivative is None:
            return None
        covers = licence.derivative.covers
        answers = [_common([covers(one) for one in either]) for either in self.relations]
        return False if False in answers else _common(answers)

    def is_improved(self, *, by_outputs: bool) -> bool | None:
        """Say whether the end is a model that the ancestor, or what it put out, helped to make."""
        for place, edge in enumerate(self.edges):
            if edge.relation is Relation.DISTILLED and by_outputs:
                if place:  # outputs of a derivative: whose outputs these are is not said
                    return None
            elif edge.relation not in _IMPROVED:
                return False
        return True if len(self.edges) == 1 or not self.by_outputs else None


def descents(graph: LineageGraph) -> Iterator[Descent]:
    """Yield every way to the audited artifact, the shortest first, none that turns in a circle."""
    ways: list[tuple[Derivation, ...]] = [()]
    count = 0
    for _ in range(_LONGEST):
        ways = [(edge, *way) for way in ways for edge in _upwards(graph, way)]
        for way in ways:
            yield Descent(way, tuple(_relations(graph, edge) for edge in way))
            count += 1
            if count >= _MOST:
                return


def scope_of(descent: Descent, ancestor: Artifact) -> Scope:
    """Return which part of the ancestor was taken."""
    if descent.edges[0].relation in CODE:
        return Scope.CODE
    return Scope.DATA if ancestor.kind is Kind.DATASET else Scope.WEIGHTS


def is_replaced(
    licence: Licence, descent: Descent, graph: LineageGraph, knowledge: KnowledgeBase
) -> bool:
    """Say whether the licensor itself published something on the way under terms of its own.

    Its later terms stand in the place of the earlier ones.
    """
    if licence.licensor is None:
        return False
    for edge in descent.edges[1:]:
        covered = knowledge.of_model(hub_name(graph.artifact(edge.parent)))
        if covered and covered.licence.licensor == licence.licensor:
            return True
    return False


def is_own(licence: Licence, parent: Artifact, child: Artifact, knowledge: KnowledgeBase) -> bool:
    """Say whether the child is published by whoever grants the licence: nobody is their licensee.

    Under terms that anybody may use, the account that publishes the parent is the licensor.
    """
    own = knowledge.of_model(hub_name(child))
    if licence.licensor is not None and own and own.licence.licensor == licence.licensor:
        return True
    is_granted = licence.licensor is None or knowledge.of_model(hub_name(parent)) is not None
    account, _, name = hub_name(parent).lower().rpartition("/")
    is_same = bool(name and account) and hub_name(child).lower().rpartition("/")[0] == account
    return is_granted and is_same


def hub_name(artifact: Artifact) -> str:
    """Return ``org/name`` as a hub lists the artifact; its name where it stands on none."""
    if artifact.id.startswith("pkg:huggingface/"):
        return artifact.id.removeprefix("pkg:huggingface/").partition("@")[0]
    return artifact.name.removeprefix("hf_mirrors/")


def _upwards(graph: LineageGraph, way: tuple[Derivation, ...]) -> Iterator[Derivation]:
    child = graph.artifact(way[0].parent) if way else graph.subject
    passed = {edge.child for edge in way} | {child.id}
    for edge in graph.parents(child):
        if edge.parent not in passed and _counts(edge):
            yield edge


def _counts(edge: Derivation) -> bool:
    """Say whether an edge can carry a duty at all."""
    if edge.origin is Origin.CONTRADICTED or edge.relation is Relation.RELATED:
        return False
    return edge.tier is not Tier.E and (edge.tier is not Tier.D or edge.relation in CODE)


def _relations(graph: LineageGraph, edge: Derivation) -> tuple[Relation, ...]:
    if edge.relation is not Relation.UNKNOWN:
        return (edge.relation,)
    may_be_adapter = _may_be_adapter(graph, graph.artifact(edge.child))
    return (*_ANY, Relation.ADAPTER) if may_be_adapter else _ANY


def _may_be_adapter(graph: LineageGraph, artifact: Artifact) -> bool:
    """Say whether a repository may hold an adapter alone; whole weights show that it does not."""
    reading = graph.reading(artifact)
    if reading is None or not graph.evidence(artifact, WeightFile):
        return True
    names = (posixpath.basename(entry.path).lower() for entry in reading.files)
    return any(map(_ADAPTER_FILE.fullmatch, names))


def _common(answers: list[bool | None]) -> bool | None:
    return answers[0] if len(set(answers)) == 1 else None
