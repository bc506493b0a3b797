"""CycloneDX 1.7: a bill of materials of the target, with its model card and its pedigree.

What the target was made from stands in ``pedigree``: ancestors where descent is declared or proven,
variants where two works are akin and neither is known to be first; a claim that the weights deny is
no ancestor and stands in the notes. Licences say whether they were declared or concluded, and
``evidence`` what was found where. Findings are left to the JSON report, whose digest is given.

The objects are written out, since the CycloneDX library has no model cards and drops them when it
reads one back; the tests hold every report to that library's strict validator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.model import Relation, State
from lineage.reports import contents, cyclonedx_parts, provenance
from lineage.reports.descent import CONFIDENCE_NOTE, Standing, standing
from lineage.reports.json_report import serialised
from lineage.verdict import verdict
from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.codec import Plain
    from lineage.graph import LineageGraph
    from lineage.model import Artifact
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "cyclonedx"

#: What cannot be used without its parent.
_NEEDS = (Relation.ADAPTER,)


def render(audit: Audit, _page: Page) -> str:
    """Return the audit as one CycloneDX JSON document."""
    digest = provenance.json_digest(audit)
    subject = audit.graph.subject
    others = [artifact for artifact in audit.graph.artifacts() if artifact.id != subject.id]
    bom: dict[str, Plain] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": provenance.uuid_of(digest, NAME).urn,
        "version": 1,
        "metadata": _metadata(audit, digest),
        "components": [cyclonedx_parts.component(audit.graph, artifact) for artifact in others],
        "dependencies": _dependencies(audit),
        "compositions": [_composition(audit)],
    }
    return serialised(bom)


def _metadata(audit: Audit, digest: str) -> Plain:
    moment = provenance.source_date()
    timestamp: dict[str, Plain] = {"timestamp": provenance.stamp(moment)} if moment else {}
    return {
        **timestamp,
        "lifecycles": [{"phase": "discovery"}],
        "tools": {"components": [_tool()]},
        "component": cyclonedx_parts.component(audit.graph, audit.graph.subject),
        "properties": [
            cyclonedx_parts.named(name, value) for name, value in _properties(audit, digest)
        ],
    }


def _tool() -> Plain:
    return {
        "type": "application",
        "name": "lineage",
        "version": __version__,
        "properties": [
            cyclonedx_parts.named("lineage:knowledge", KNOWLEDGE_VERSION),
            cyclonedx_parts.named("lineage:scancode", scancode_version() or "not installed"),
        ],
    }


def _properties(audit: Audit, digest: str) -> Iterator[tuple[str, str]]:
    yield "lineage:verdict", verdict(audit)
    yield "lineage:result", contents.ending(audit)
    yield "lineage:read", contents.read_sentence(audit.coverage)
    for state in State:
        number = sum(finding.state is state for finding in audit.findings)
        yield f"lineage:findings:{state.value}", str(number)
    yield "lineage:json:sha256", digest
    yield "lineage:confidence", CONFIDENCE_NOTE
    yield "lineage:disclaimer", contents.DISCLAIMER


def _dependencies(audit: Audit) -> list[Plain]:
    graph = audit.graph
    return [
        {
            "ref": cyclonedx_parts.ref(artifact),
            "dependsOn": list(_needed(graph, artifact)),
        }
        for artifact in graph.artifacts()
    ]


def _needed(graph: LineageGraph, artifact: Artifact) -> Iterator[Plain]:
    yield from sorted(
        {
            cyclonedx_parts.ref(graph.artifact(edge.parent))
            for edge in graph.parents(artifact)
            if edge.relation in _NEEDS
            and standing(edge) is Standing.ANCESTOR
            and edge.parent != edge.child
        }
    )


def _composition(audit: Audit) -> Plain:
    """Return how complete the list is: never more than not known, and less with a gap in it."""
    parts = [cyclonedx_parts.ref(audit.graph.subject)]
    return {
        "aggregate": "unknown" if audit.complete else "incomplete",
        "assemblies": list(parts),
        "dependencies": list(parts),
    }
