"""From readings to a lineage graph: the artifacts, and what is said of their descent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lineage.graph import LineageGraph
from lineage.licences import conclude
from lineage.model import (
    Architecture,
    Artifact,
    DatasetDeclared,
    Derivation,
    Host,
    Kind,
    ModelCard,
    Origin,
    ParentDeclared,
    Reading,
    Relation,
    Tier,
    WeightFile,
)
from lineage.sources.names import named_artifact

#: When two fields name one parent, the relation further left is the more telling one.
_TELLING = (
    Relation.ADAPTER,
    Relation.QUANTIZED,
    Relation.MERGE,
    Relation.FINETUNE,
    Relation.UNKNOWN,
)


def graph_of(target: Reading, references: Sequence[Reading] = ()) -> LineageGraph:
    """Return the lineage graph of the target: its parents as declared, and the references read."""
    read = [target, *(r for r in references if r.repo.purl != target.repo.purl)]
    opened = {artifact.id: artifact for artifact in map(artifact_of, read)}
    by_name = {artifact.name.lower(): artifact for artifact in opened.values()}
    artifacts = dict(opened)
    edges: dict[tuple[str, str], Derivation] = {}
    for reading, child in zip(read, opened.values(), strict=True):
        for parent, derivation in _declared(reading, child, by_name):
            artifacts.setdefault(parent.id, parent)
            key = (derivation.parent, derivation.child)
            edges[key] = _joined(edges[key], derivation) if key in edges else derivation
    return LineageGraph(
        subject=target.repo.purl,
        artifacts=artifacts.values(),
        derivations=edges.values(),
        readings={reading.repo.purl: reading for reading in read},
    )


def artifact_of(reading: Reading) -> Artifact:
    """Return the node that stands for a repository that was read."""
    repo = reading.repo
    return Artifact(
        id=repo.purl,
        kind=_kind(reading),
        name=repo.id,
        revision=repo.revision,
        purl=repo.purl,
        licences=conclude(reading),
    )


def _kind(reading: Reading) -> Kind:
    if reading.repo.host is Host.HUGGINGFACE and reading.repo.id.startswith("datasets/"):
        return Kind.DATASET
    telling = (WeightFile, Architecture, ParentDeclared)
    if any(isinstance(fact, telling) for fact in reading.evidence):
        return Kind.MODEL
    if reading.repo.host is Host.HUGGINGFACE:
        return Kind.MODEL
    is_card = any(isinstance(f, ModelCard) and _is_model_card(f) for f in reading.evidence)
    return Kind.MODEL if is_card else Kind.CODE


def _is_model_card(card: ModelCard) -> bool:
    keys = {key for key, _ in card.fields}
    return bool(keys & {"base_model", "pipeline_tag", "library_name", "model-index"})


def _declared(
    reading: Reading, child: Artifact, by_name: dict[str, Artifact]
) -> Iterable[tuple[Artifact, Derivation]]:
    for fact in reading.evidence:
        match fact:
            case ParentDeclared():
                name, kind, relation = fact.parent, Kind.MODEL, fact.relation
            case DatasetDeclared():
                name, kind, relation = fact.dataset, Kind.DATASET, Relation.TRAINED_ON
            case _:
                continue
        parent = by_name.get(name.lower()) or named_artifact(name, kind)
        yield (
            parent,
            Derivation(
                parent=parent.id,
                child=child.id,
                relation=relation,
                origin=Origin.DECLARED,
                # The publisher's own word in the publisher's own repository (licences.md 5.1).
                tier=Tier.A,
                exhibits=(fact.exhibit,),
            ),
        )


def _joined(first: Derivation, second: Derivation) -> Derivation:
    """Return one edge for two statements of the same descent."""
    exhibits = dict.fromkeys((*first.exhibits, *second.exhibits))
    relation = min(first.relation, second.relation, key=_telling)
    return replace(first, relation=relation, exhibits=tuple(exhibits))


def _telling(relation: Relation) -> int:
    return _TELLING.index(relation) if relation in _TELLING else -1
