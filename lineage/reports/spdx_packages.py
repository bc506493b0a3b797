"""Artifacts and their files of weights as SPDX packages and files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from packageurl import PackageURL

from lineage.escape import is_web_link
from lineage.model import Architecture, HostFact, Kind, ModelCard, WeightFile
from lineage.reports import contents
from lineage.reports.provenance import key, name_of, shortened, stamp, valid_purl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.codec import Plain
    from lineage.graph import LineageGraph
    from lineage.model import Artifact
    from lineage.pipeline import Audit
    from lineage.reports.spdx_elements import Elements

_TYPES = {
    Kind.MODEL: ("ai_AIPackage", "model"),
    Kind.DATASET: ("dataset_DatasetPackage", "data"),
    Kind.CODE: ("software_Package", "source"),
}


def add(elements: Elements, audit: Audit) -> dict[str, str]:
    """Add every artifact, the target first; return the ids of the packages by artifact."""
    graph = audit.graph
    others = [artifact for artifact in graph.artifacts() if artifact.id != graph.subject.id]
    made = {a.id: _package(elements, graph, a) for a in (graph.subject, *others)}
    for artifact in graph.artifacts():
        _add_files(elements, audit, artifact, made[artifact.id])
    return made


def _package(elements: Elements, graph: LineageGraph, artifact: Artifact) -> str:
    kind, purpose = _TYPES[artifact.kind]
    fields: dict[str, Plain] = {
        "name": name_of(artifact),
        "software_primaryPurpose": purpose,
        "software_packageVersion": shortened(artifact.revision or ""),
        "software_packageUrl": valid_purl(artifact.purl),
        "software_downloadLocation": _address(graph, artifact),
        "suppliedBy": _supplier(elements, artifact),
        **_released(graph, artifact),
    }
    if artifact.kind is Kind.DATASET:
        fields["dataset_datasetType"] = ["noAssertion"]
    if artifact.kind is Kind.MODEL:
        fields |= _of_model(graph, artifact)
    return elements.add(kind, f"artifact-{key(artifact.id)}", **fields)


def _address(graph: LineageGraph, artifact: Artifact) -> str | None:
    reading = graph.reading(artifact)
    address = contents.address(reading.repo) if reading else ""
    return address if is_web_link(address) else None


def _supplier(elements: Elements, artifact: Artifact) -> str | None:
    """Return the account that publishes the artifact at its host; None where there is none."""
    purl = valid_purl(artifact.purl)
    parts = PackageURL.from_string(purl) if purl else None
    if parts is None or not parts.namespace:
        return None
    said = f"The account of that name at the host: {parts.type}."
    name = f"account-{key(f'{parts.type}/{parts.namespace}')}"
    return elements.add("Agent", name, name=shortened(parts.namespace), comment=said)


def _released(graph: LineageGraph, artifact: Artifact) -> dict[str, Plain]:
    """Return when the host says that the repository was made."""
    for fact in graph.evidence(artifact, HostFact):
        if fact.key == "created_at":
            try:
                moment = datetime.fromisoformat(fact.value).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
            said = "releaseTime is when the host says that the repository was created."
            return {"releaseTime": stamp(moment), "comment": said}
    return {}


def _of_model(graph: LineageGraph, artifact: Artifact) -> dict[str, Plain]:
    built = graph.evidence(artifact, Architecture)
    types = [fact.model_type for fact in built if fact.model_type]
    fields = [pair for card in graph.evidence(artifact, ModelCard) for pair in card.fields]
    tasks = [value for name, value in fields if name == "pipeline_tag"]
    return {
        "ai_typeOfModel": [shortened(text) for text in dict.fromkeys(types)],
        "ai_domain": [shortened(text) for text in dict.fromkeys(tasks)],
    }


def _add_files(elements: Elements, audit: Audit, artifact: Artifact, package: str) -> None:
    held = list(_files(elements, audit.graph, artifact))
    if held:
        reading = audit.graph.reading(artifact)
        has_gaps = reading is not None and bool(reading.coverage.unread)
        elements.relate(
            package,
            "contains",
            held,
            f"files-{key(artifact.id)}",
            completeness="incomplete" if has_gaps else "noAssertion",
        )


def _files(elements: Elements, graph: LineageGraph, artifact: Artifact) -> Iterator[str]:
    for fact in graph.evidence(artifact, WeightFile):
        path = fact.exhibit.path
        digest: Plain = {"type": "Hash", "algorithm": "sha256", "hashValue": fact.sha256}
        yield elements.add(
            "software_File",
            f"file-{key(f'{artifact.id} {path}')}",
            name=shortened(path),
            software_primaryPurpose="model",
            software_fileKind="file",
            verifiedUsing=[digest] if fact.sha256 else None,
            comment=shortened(f"Weights in the format {fact.format}."),
        )
