"""A comparison as JSON, version 1 (``compare.schema.json``), under the promises of the audit's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lineage.reports.json_report import SCHEMA_VERSION, described_repo, described_test, serialised

if TYPE_CHECKING:
    from lineage.codec import Plain
    from lineage.comparison import Comparison, Side
    from lineage.kinship.direction import Direction
    from lineage.kinship.honestagi import CurveScore
    from lineage.kinship.layers import LayerMap
    from lineage.kinship.verdict import Component, ExpertSource, Extent, Kinship
    from lineage.kinship.vocabulary import VocabularyRelation
    from lineage.reports.page import Page

#: Pairs of equal tensors that are named; all are counted.
NAMED = 20


def render(comparison: Comparison, _page: Page) -> str:
    """Return the comparison as one JSON object; the same comparison gives the same bytes."""
    return serialised(
        {
            "schema_version": SCHEMA_VERSION,
            "suspect": _side(comparison.suspect),
            "reference": _side(comparison.reference),
            "kinship": described_kinship(comparison.kinship),
            "code": None,
        }
    )


def described_kinship(kinship: Kinship) -> dict[str, Plain]:
    """Return a kinship as ``compare.schema.json`` describes it."""
    return {
        "related": kinship.related.value,
        "relation": kinship.relation.value,
        "tier": kinship.tier.value if kinship.tier else None,
        "words": kinship.words,
        "power": kinship.power,
        "p_value": kinship.p_value,
        "exact": kinship.exact,
        "tests": [described_test(test) for test in kinship.tests],
        "direction": _direction(kinship.direction),
        "component_map": [_component(part) for part in kinship.component_map],
        "coverage": _extent(kinship.coverage),
        "layer_map": _layers(kinship.layer_map),
        "experts": [_expert(source) for source in kinship.experts],
        "vocabulary": _vocabulary(kinship.vocabulary),
        "equal_tensors": {
            "count": len(kinship.equal_tensors),
            "pairs": [list(pair) for pair in kinship.equal_tensors[:NAMED]],
        },
        "honestagi": _curve(kinship.curve),
    }


def _side(side: Side) -> Plain:
    repo = side.repo
    return {
        "target": described_repo(repo),
        "format": side.format or None,
        "files": list(side.paths),
        "parameters": side.parameters,
        "bytes_read": side.bytes_read,
        "unread": [{"path": gap.path, "reason": gap.reason} for gap in side.unread],
        "not_compared": list(side.not_compared),
    }


def _direction(direction: Direction) -> Plain:
    return {
        "parent": direction.parent.value,
        "evidence": list(direction.evidence),
        "p_value": direction.p_value,
    }


def _component(part: Component) -> Plain:
    return {
        "name": part.name,
        "shared": part.shared,
        "effect": part.effect,
        "detectable": part.detectable,
    }


def _extent(extent: Extent | None) -> Plain:
    if extent is None:
        return None
    return {
        "suspect_bytes": extent.suspect_bytes,
        "reference_bytes": extent.reference_bytes,
        "suspect_towers": extent.suspect_towers,
        "reference_towers": extent.reference_towers,
        "pairs": extent.pairs,
    }


def _layers(layers: LayerMap | None) -> Plain:
    if layers is None:
        return None
    return {
        "sources": list(layers.sources),
        "similarities": [round(value, 4) for value in layers.similarities],
        "reference_layers": layers.reference_layers,
    }


def _expert(source: ExpertSource) -> Plain:
    return {
        "layer": source.layer,
        "expert": source.expert,
        "source": source.source,
        "similarity": source.similarity,
        "in_order": source.in_order,
    }


def _vocabulary(found: VocabularyRelation | None) -> Plain:
    if found is None:
        return None
    return {
        "overlap": found.overlap.value,
        "shared": found.shared,
        "same_number": found.same_number,
        "suspect": found.suspect,
        "reference": found.reference,
    }


def _curve(curve: CurveScore | None) -> Plain:
    if curve is None or not math.isfinite(curve.score):
        return None
    return {"score": curve.score, "background": curve.background, "points": curve.points}
