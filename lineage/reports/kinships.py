"""A kinship as plain values, for every report that programs read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.codec import Plain
    from lineage.kinship.direction import Direction
    from lineage.kinship.honestagi import CurveScore
    from lineage.kinship.layers import LayerMap
    from lineage.kinship.verdict import Component, ExpertSource, Extent, Kinship
    from lineage.kinship.vocabulary import VocabularyRelation
    from lineage.model import Test

#: Pairs of equal tensors that are named; all are counted.
NAMED = 20


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


def described_test(test: Test) -> Plain:
    """Return a test of kinship as ``audit.schema.json`` describes it."""
    return {
        "name": test.name,
        "statistic": test.statistic,
        "p_value": test.p_value,
        "null": test.null,
        "exact": test.exact,
        "effect": test.effect,
        "minimum_detectable_effect": test.minimum_detectable_effect,
        "bytes_read": test.bytes_read,
        "interval": None if test.interval is None else list(test.interval),
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
    return {
        "score": curve.score,
        "background": curve.background,
        "same_shape": curve.same_shape,
        "points": curve.points,
    }
