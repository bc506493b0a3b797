"""From readings to a lineage graph: the artifacts, and what is said of their descent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from lineage.graph import LineageGraph
from lineage.licences import conclude
from lineage.model import (
    Architecture,
    Artifact,
    DatasetDeclared,
    Derivation,
    Evidence,
    Exhibit,
    HostFact,
    Kind,
    ModelCard,
    Origin,
    ParentDeclared,
    Reading,
    Relation,
    Tier,
    WeightFile,
)
from lineage.sameness import same_bytes
from lineage.sources.names import goes_by, named_artifact, unpinned

#: A model's files stand at the root or one folder down (diffusers keeps one folder for each part).
_RELEASE_DEPTH = 1
_TEST_FOLDERS = frozenset({"test", "tests", "testing", "fixtures", "testdata", "examples"})
#: Keys that transformers fills in when it saves a model: its own name, a parent's, a folder's.
_BYPRODUCTS = frozenset({"_name_or_path", "mm_vision_tower"})
#: What a host says of its own accord: nobody of the repository stated it.
_OUTSIDE_WORDS = frozenset({"fork_of", "mirror_of"})
_OF_CODE = (Relation.CODE_COPIED, Relation.CODE_DERIVED)
#: The fact under which a reading keeps the purl that its host led on from.
MOVED = "renamed_from"
#: When two fields name one parent, the relation further left is the more telling one.
_TELLING = (
    Relation.ADAPTER,
    Relation.QUANTIZED,
    Relation.MERGE,
    Relation.FINETUNE,
    Relation.UNKNOWN,
)


def graph_of(target: Reading, references: Sequence[Reading] = ()) -> LineageGraph:
    """Return the lineage graph of the target: its parents as declared, and the references read.

    A reference that holds the same weights, byte for byte, is joined to the target as well.
    """
    opened = _opened((target, *references))
    artifacts = {name: replace(artifact_of(reading), id=name) for name, reading in opened.items()}
    edges: dict[tuple[str, str], Derivation] = {}
    for child, reading in opened.items():
        for fact in _statements(reading):
            named = _named(fact)
            parent = _opened_as(named, child, opened, artifacts) or named.id
            if parent == child and _is_own_name(fact):
                continue
            artifacts.setdefault(parent, named)
            edge = _derivation(parent, child, fact)
            key = (parent, child)
            edges[key] = _joined(edges[key], edge) if key in edges else edge
    return LineageGraph(
        subject=next(iter(opened)),
        artifacts=artifacts.values(),
        derivations=(*edges.values(), *_found(opened, edges)),
        readings=opened,
    )


def _opened(readings: Iterable[Reading]) -> dict[str, Reading]:
    """Return the readings by the id of their artifact; a repository given twice comes once.

    Two directories may have one purl, which holds no more of them than their name.
    """
    opened: dict[str, Reading] = {}
    for reading in readings:
        purl = reading.repo.purl
        name, count = purl, 1
        while name in opened and opened[name].repo.url != reading.repo.url:
            count += 1
            name = f"{purl}#{count}"
        opened.setdefault(name, reading)
    return opened


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
    if reading.repo.host.is_hub:
        return Kind.DATASET if reading.repo.id.startswith("datasets/") else Kind.MODEL
    is_model = any(_tells_of_a_model(reading, fact) for fact in reading.evidence)
    return Kind.MODEL if is_model else Kind.CODE


def _tells_of_a_model(reading: Reading, fact: Evidence) -> bool:
    match fact:
        case ParentDeclared() if fact.relation in _OF_CODE:
            return False
        case WeightFile() | Architecture() | ParentDeclared():
            return _is_released(reading, fact.exhibit)
        case ModelCard():
            return _is_released(reading, fact.exhibit) and _is_model_card(fact)
        case _:
            return False


def _is_released(reading: Reading, exhibit: Exhibit) -> bool:
    """Say whether a file is part of what the repository releases, and not a code work's test data.

    A code work may hold the cards and configurations of others far down its tree.
    """
    folders = exhibit.path.lower().split("/")[:-1]
    near = reading.repo.host.is_hub or len(folders) <= _RELEASE_DEPTH
    return near and not _TEST_FOLDERS.intersection(folders)


def _is_model_card(card: ModelCard) -> bool:
    keys = {key for key, _ in card.fields}
    return bool(keys & {"base_model", "pipeline_tag", "library_name", "model-index"})


def _statements(reading: Reading) -> Iterator[ParentDeclared | DatasetDeclared]:
    """Yield what the repository says of where its model came from."""
    for fact in reading.evidence:
        match fact:
            case ParentDeclared() | DatasetDeclared() if _is_released(reading, fact.exhibit):
                yield fact


def _found(
    opened: Mapping[str, Reading], declared: Collection[tuple[str, str]]
) -> Iterator[Derivation]:
    """Yield the derivations that equal weight files show between the references and the target.

    None to a target that a reference is declared to come from: there the copy is the reference.
    """
    target, *references = opened
    for reference in references:
        edge = same_bytes(target, reference, opened, _is_released)
        if edge and target not in _above(reference, declared):
            yield edge


def _above(artifact: str, edges: Collection[tuple[str, str]]) -> set[str]:
    """Return the ids of everything that an artifact is declared to come from."""
    above: set[str] = set()
    waiting = [artifact]
    while waiting:
        child = waiting.pop()
        parents = {parent for parent, of in edges if of == child} - above
        above |= parents
        waiting += parents
    return above


def _named(fact: ParentDeclared | DatasetDeclared) -> Artifact:
    match fact:
        case ParentDeclared():
            kind = Kind.CODE if fact.relation in _OF_CODE else Kind.MODEL
            return named_artifact(fact.parent, kind)
        case DatasetDeclared():
            return named_artifact(fact.dataset, Kind.DATASET)


def _is_own_name(fact: ParentDeclared | DatasetDeclared) -> bool:
    """Say whether the field may hold the model's own name, which is then no parent's."""
    return _is_byproduct(fact) or fact.key.startswith("general.source.")


def _is_byproduct(fact: ParentDeclared | DatasetDeclared) -> bool:
    """Say whether a program wrote the name when it saved the model; nobody stated a descent."""
    return fact.key.rpartition(".")[2] in _BYPRODUCTS


def _opened_as(
    named: Artifact,
    child: str,
    opened: Mapping[str, Reading],
    artifacts: Mapping[str, Artifact],
) -> str | None:
    """Return the id of the repository that was opened under the name, if one was.

    The same address is the same repository, be it the child itself. A mirror on another host goes
    by the same name; the child is no mirror of its own parent.
    """
    address = unpinned(named.id).lower()
    mirrors = []
    for name, reading in opened.items():
        if address in _addresses(name, reading):
            return name
        is_data = artifacts[name].kind is Kind.DATASET
        same_kind = is_data is (named.kind is Kind.DATASET)
        if name != child and same_kind and goes_by(reading.repo, named.name.lower()):
            mirrors.append(name)
    return mirrors[0] if mirrors else None


def _addresses(name: str, reading: Reading) -> Iterator[str]:
    """Yield the address of a repository, and those that its host led on from."""
    yield unpinned(name).lower()
    for fact in reading.evidence:
        if isinstance(fact, HostFact) and fact.key == MOVED:
            yield unpinned(fact.value).lower()


def _derivation(parent: str, child: str, fact: ParentDeclared | DatasetDeclared) -> Derivation:
    relation = fact.relation if isinstance(fact, ParentDeclared) else Relation.TRAINED_ON
    return Derivation(
        parent=parent,
        child=child,
        relation=relation,
        origin=Origin.DECLARED,
        # The publisher's own word in the publisher's own repository is the surest (licences.md
        # 5.1); what a program left in a configuration is structure.
        tier=_tier(fact),
        exhibits=(fact.exhibit,),
    )


def _tier(fact: ParentDeclared | DatasetDeclared) -> Tier:
    if fact.key in _OUTSIDE_WORDS:
        return Tier.E
    return Tier.C if _is_byproduct(fact) else Tier.A


def _joined(first: Derivation, second: Derivation) -> Derivation:
    """Return one edge for two statements of the same descent."""
    exhibits = dict.fromkeys((*first.exhibits, *second.exhibits))
    relation = min(first.relation, second.relation, key=_telling)
    tier = min(first.tier, second.tier)
    return replace(first, relation=relation, tier=tier, exhibits=tuple(exhibits))


def _telling(relation: Relation) -> int:
    return _TELLING.index(relation) if relation in _TELLING else -1
