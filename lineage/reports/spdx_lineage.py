"""Edges of the lineage graph as SPDX relationships, each with what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.model import Relation
from lineage.phrases import place
from lineage.reports import descent
from lineage.reports.descent import Standing, standing
from lineage.reports.kinships import described_test
from lineage.reports.provenance import key, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lineage.codec import Plain
    from lineage.model import Derivation
    from lineage.pipeline import Audit
    from lineage.reports.spdx_elements import Elements

_HOW = {
    Standing.ANCESTOR: "descendantOf",
    Standing.TRAINING_DATA: "trainedOn",
    Standing.VARIANT: "other",
    Standing.CONTRADICTED: "other",
}


def add(elements: Elements, audit: Audit, packages: Mapping[str, str]) -> None:
    """Add every edge, from child to parent, and an annotation that says how sure it is."""
    for number, edge in enumerate(audit.graph.derivations()):
        name = f"edge-{number}-{key(f'{edge.child} {edge.parent}')}"
        relationship = elements.relate(
            packages[edge.child],
            _HOW[standing(edge)],
            [packages[edge.parent]],
            name,
            completeness="noAssertion",
            comment=shortened(descent.sentence(edge, audit.graph.artifact(edge.parent))),
        )
        elements.annotate(relationship, name, _told(edge))
        if edge.relation is Relation.ADAPTER and standing(edge) is Standing.ANCESTOR:
            elements.relate(
                packages[edge.child], "dependsOn", [packages[edge.parent]], f"needs-{number}"
            )


def _told(edge: Derivation) -> Plain:
    return {
        "relation": edge.relation.value,
        "origin": edge.origin.value,
        "tier": edge.tier.value,
        "tests": [described_test(test) for test in edge.tests],
        "exhibits": [shortened(place(exhibit)) for exhibit in edge.exhibits],
    }
