"""One suspect and several references: roots, merges, impostors, and the price of many looks."""

from __future__ import annotations

import numpy as np

from lineage.kinship.family import compare_all
from lineage.kinship.prepared import Model
from lineage.kinship.verdict import Related
from lineage.model import Relation
from tests.doubles.grown import Arrays, grown, trained_on, weights

BASE = grown(1)
TUNED = [trained_on(BASE, seed, 0.4) for seed in (1, 2, 3)]


def _model(arrays: Arrays) -> Model:
    return Model(weights(arrays))


def _mixed(shares: list[float]) -> Arrays:
    return {
        name: np.asarray(
            values + sum(s * (t[name] - values) for s, t in zip(shares, TUNED, strict=True)),
            dtype=np.float32,
        )
        for name, values in BASE.items()
    }


def test_a_merge_is_taken_apart_and_the_sibling_left_out() -> None:
    references = {"base": _model(BASE), "stranger": _model(grown(2))}
    references |= {f"tuned-{n}": _model(tuned) for n, tuned in enumerate(TUNED)}
    found = compare_all(_model(_mixed([0.6, 0.4, 0.0])), references)
    assert found.root == "base"
    assert found.merge is not None
    assert found.merge.merged
    assert found.parts == ("tuned-0", "tuned-1", "tuned-2")
    weights_found = [share.weight for share in found.merge.shares]
    assert np.allclose(weights_found, [0.6, 0.4, 0.0], atol=0.01)
    kinships = dict(found.kinships)
    relations = {name: kinship.relation for name, kinship in kinships.items()}
    assert relations["tuned-0"] is relations["tuned-1"] is Relation.MERGE
    assert relations["tuned-2"] is not Relation.MERGE
    assert kinships["stranger"].related is Related.NO


def test_without_the_base_two_parents_still_share_the_suspect() -> None:
    references = {f"tuned-{n}": _model(tuned) for n, tuned in enumerate(TUNED[:2])}
    found = compare_all(_model(_mixed([0.3, 0.7, 0.0])), references)
    assert found.root is None
    assert found.merge is not None
    assert np.allclose([share.weight for share in found.merge.shares], [0.3, 0.7], atol=0.01)


def test_a_fine_tune_of_one_is_no_merge_with_its_siblings() -> None:
    references = {"base": _model(BASE)}
    references |= {f"tuned-{n}": _model(tuned) for n, tuned in enumerate(TUNED)}
    found = compare_all(_model(trained_on(TUNED[0], 9, 0.2)), references)
    assert found.root == "base"
    assert found.merge is not None
    assert not found.merge.merged


def test_many_references_raise_what_counts_as_evidence() -> None:
    one = compare_all(_model(TUNED[0]), {"base": _model(BASE)})
    many = {"base": _model(BASE)} | {f"s{n}": _model(grown(10 + n)) for n in range(6)}
    several = compare_all(_model(TUNED[0]), many)
    alone, among = one.kinships[0][1].p_value, several.kinships[0][1].p_value
    assert alone is not None
    assert among is not None
    assert np.isclose(among, 7 * alone)
    assert all(kinship.related is Related.NO for _, kinship in several.kinships[1:])
