"""An artifact as a CycloneDX component: its licences, its pedigree, its card and its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.escape import is_web_link
from lineage.licences.knowledge import load
from lineage.licences.tags import expression_of_spdx
from lineage.model import (
    Architecture,
    Copyright,
    Host,
    Kind,
    ModelCard,
    Tier,
    WeightFile,
)
from lineage.phrases import place
from lineage.reports import contents, descent
from lineage.reports.descent import CONFIDENCES, Standing, standing
from lineage.reports.provenance import key, name_of, shortened, valid_purl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lineage.codec import Plain
    from lineage.graph import LineageGraph
    from lineage.model import Artifact, Derivation, Exhibit, LicenceRecord, Repo, Scope

_TYPES = {Kind.MODEL: "machine-learning-model", Kind.DATASET: "data", Kind.CODE: "application"}
#: So many places and copyright lines are listed; the JSON report counts the rest.
_PLACES, _LINES = 100, 200


def component(graph: LineageGraph, artifact: Artifact) -> dict[str, Plain]:
    """Return an artifact with all that is known of it; what is not known is left out."""
    described = {
        **_named(artifact),
        "bom-ref": ref(artifact),
        "licenses": list(_licences(artifact)),
        "pedigree": _pedigree(graph, artifact),
        "externalReferences": list(_addresses(graph, artifact)),
        "components": [_file(artifact, fact) for fact in graph.evidence(artifact, WeightFile)],
        "evidence": _evidence(graph, artifact),
        "modelCard": _card(graph, artifact) if artifact.kind is Kind.MODEL else None,
        "properties": list(_properties(artifact)),
    }
    return {name: value for name, value in described.items() if value or name == "name"}


def ref(artifact: Artifact) -> str:
    """Return the name of an artifact's component within the document."""
    return f"artifact-{key(artifact.id)}"


def named(name: str, value: str) -> Plain:
    """Return a property."""
    return {"name": name, "value": shortened(value)}


def _named(artifact: Artifact) -> dict[str, Plain]:
    """Return what an artifact is called, here and where it stands in another's pedigree."""
    described: dict[str, Plain] = {"type": _TYPES[artifact.kind], "name": name_of(artifact)}
    if artifact.revision:
        described["version"] = shortened(artifact.revision)
    if purl := valid_purl(artifact.purl):
        described["purl"] = purl
    return described


def _licences(artifact: Artifact) -> Iterator[Plain]:
    for record in artifact.licences:
        for text in record.declared:
            yield _licence(text, record.scope, "declared")
        if record.concluded:
            yield _licence(record.concluded, record.scope, "concluded")


def _licence(text: str, scope: Scope | None, acknowledgement: str | None) -> Plain:
    """Return a licence by its SPDX identifier, as an expression, or by the name as written."""
    told: dict[str, Plain] = {"acknowledgement": acknowledgement} if acknowledgement else {}
    if scope is not None:
        told["properties"] = [named("lineage:scope", scope.value)]
    expression = expression_of_spdx(text)
    if expression is None:
        return {"license": {"name": shortened(text), **told}}
    if _is_on_the_list(expression):
        return {"license": {"id": expression, **told}}
    return {"expression": expression, **told}


def _is_on_the_list(expression: str) -> bool:
    """Say whether an expression is one SPDX identifier, as far as the knowledge base has it."""
    known = load().by_expression(expression)
    is_its_own = known is not None and known.spdx == expression
    return is_its_own and not expression.startswith("LicenseRef-") and " " not in expression


def _pedigree(graph: LineageGraph, artifact: Artifact) -> Plain:
    edges = graph.parents(artifact)
    notes = [descent.sentence(edge, graph.artifact(edge.parent)) for edge in edges]
    described: dict[str, Plain] = {
        "ancestors": _of_standing(graph, edges, Standing.ANCESTOR),
        "variants": _of_standing(graph, edges, Standing.VARIANT),
        "notes": shortened(". ".join(notes)),
    }
    return {name: value for name, value in described.items() if value}


def _of_standing(graph: LineageGraph, edges: Iterable[Derivation], wanted: Standing) -> list[Plain]:
    return [
        {
            **_named(graph.artifact(edge.parent)),
            "evidence": {"identity": [_identity(edge)]},
            "properties": [
                named("lineage:ref", ref(graph.artifact(edge.parent))),
                named("lineage:relation", edge.relation.value),
                named("lineage:origin", edge.origin.value),
                named("lineage:tier", edge.tier.value),
                *(named("lineage:test", contents.test_sentence(test)) for test in edge.tests),
            ],
        }
        for edge in edges
        if standing(edge) is wanted
    ]


def _identity(edge: Derivation) -> Plain:
    """Return how sure it is that the edge is there, and by what."""
    sure = CONFIDENCES[edge.tier]
    techniques = {Tier.A: "manifest-analysis", Tier.D: "source-code-analysis"}
    technique = techniques.get(edge.tier, "binary-analysis" if edge.tests else "other")
    value = "; ".join([*map(place, edge.exhibits[:3]), *contents.strongest(edge.tests)])
    return {
        "field": "name",
        "confidence": sure,
        "methods": [{"technique": technique, "confidence": sure, "value": shortened(value)}],
    }


def _addresses(graph: LineageGraph, artifact: Artifact) -> Iterator[Plain]:
    reading = graph.reading(artifact)
    if reading is not None and is_web_link(address := contents.address(reading.repo)):
        yield {"type": _address_type(reading.repo), "url": address}


def _address_type(repo: Repo) -> str:
    return "distribution" if repo.host is Host.HUGGINGFACE else "vcs"


def _file(artifact: Artifact, fact: WeightFile) -> Plain:
    path = fact.exhibit.path
    described: dict[str, Plain] = {
        "type": "file",
        "bom-ref": f"file-{key(f'{artifact.id} {path}')}",
        "name": shortened(path),
        "properties": [
            named("lineage:format", fact.format),
            *([named("lineage:size", str(fact.size))] if fact.size is not None else []),
        ],
    }
    if fact.sha256:
        described["hashes"] = [{"alg": "SHA-256", "content": fact.sha256}]
    return described


def _evidence(graph: LineageGraph, artifact: Artifact) -> Plain:
    described: dict[str, Plain] = {
        "identity": _opened(graph, artifact),
        "occurrences": [
            _occurrence(exhibit)
            for record in artifact.licences
            for exhibit in record.exhibits[:_PLACES]
        ],
        "licenses": [
            _licence(text, record.scope, None)
            for record in artifact.licences
            for text in record.found
        ],
        "copyright": _copyrights(graph, artifact),
    }
    return {name: value for name, value in described.items() if value}


def _opened(graph: LineageGraph, artifact: Artifact) -> list[Plain]:
    """Return that the repository was opened at its revision; nothing for one that was not."""
    purl = valid_purl(artifact.purl)
    if graph.reading(artifact) is None or purl is None:
        return []
    sure = CONFIDENCES[Tier.A]
    method: Plain = {"technique": "attestation", "confidence": sure, "value": "opened and read"}
    return [{"field": "purl", "confidence": sure, "concludedValue": purl, "methods": [method]}]


def _occurrence(exhibit: Exhibit) -> Plain:
    described: dict[str, Plain] = {"location": shortened(exhibit.path or "the host's record")}
    if exhibit.lines:
        described["line"] = exhibit.lines[0]
    if exhibit.excerpt:
        described["additionalContext"] = shortened(exhibit.excerpt)
    return described


def _copyrights(graph: LineageGraph, artifact: Artifact) -> list[Plain]:
    lines = dict.fromkeys(shortened(c.statement) for c in graph.evidence(artifact, Copyright))
    return [{"text": line} for line in list(lines)[:_LINES]]


def _card(graph: LineageGraph, artifact: Artifact) -> Plain:
    built = graph.evidence(artifact, Architecture)
    fields = [pair for card in graph.evidence(artifact, ModelCard) for pair in card.fields]
    task = next((value for name, value in fields if name == "pipeline_tag"), "")
    data = [e for e in graph.parents(artifact) if standing(e) is Standing.TRAINING_DATA]
    datasets: list[Plain] = [{"ref": ref(graph.artifact(edge.parent))} for edge in data]
    parameters: dict[str, Plain] = {
        "task": shortened(task),
        "architectureFamily": shortened(built[0].model_type or "") if built else "",
        "modelArchitecture": shortened(", ".join(built[0].classes)) if built else "",
        "datasets": datasets,
    }
    told: Plain = {name: value for name, value in parameters.items() if value}
    return {"bom-ref": f"card-{key(artifact.id)}", "modelParameters": told} if told else None


def _properties(artifact: Artifact) -> Iterator[Plain]:
    for record in artifact.licences:
        yield named(f"lineage:licence:{record.scope.value}", _concluded(record))


def _concluded(record: LicenceRecord) -> str:
    return f"{record.concluded or 'not known'}: {record.reason}"
