"""Each rung of the ladder on trained models: fires on what it is for, and on nothing else."""

from __future__ import annotations

from itertools import combinations

import pytest

from benchmarks.zoo.transform import TRANSFORMATIONS
from lineage.kinship.compare import compare
from lineage.kinship.direction import Side
from lineage.kinship.merge import merge_of
from lineage.kinship.permutation import LEVEL
from lineage.kinship.verdict import Kinship, Related
from lineage.model import Relation
from tests.zoo.checkpoints import (
    BERT,
    GPT2,
    LLAMA,
    STRANGERS,
    bases,
    committed,
    kinship,
    merged,
    transformed,
)

ADVERSARY = [name for name, entry in TRANSFORMATIONS.items() if entry.row.startswith("adversary")]
RENAMED = ["rename", "fuse", "anonymous"]
MOVES = [
    (base, move)
    for base, family in ((LLAMA, "llama"), (GPT2, "gpt2"), (BERT, "bert"))
    for move in (*ADVERSARY, *RENAMED)
    if family in TRANSFORMATIONS[move].families
]


def _fired(found: Kinship) -> set[str]:
    return {test.name for test in found.tests if test.exact and test.p_value < LEVEL}


@pytest.mark.parametrize(
    ("move", "rung"),
    [
        ("prune-90", "gains by layer"),
        ("drop-50", "gains by layer"),
        ("vocab-replace", "gains by layer"),
        ("norms", "embedding"),
        ("vocab-shuffle", "embedding"),
        ("vocab-trim", "embedding"),
        ("quant-int4", "attention"),
        ("ffn-50", "feed-forward"),
        ("moe-recut", "feed-forward"),
        ("width-75", "order of coordinates, ranks"),
        ("width-50", "order of coordinates, run"),
        ("rotate", "order of units"),
        ("permute", "order of units"),
    ],
)
def test_a_rung_fires_on_the_derivation_that_it_is_for(move: str, rung: str) -> None:
    found = kinship(transformed(LLAMA, move), LLAMA)
    assert found.related is Related.YES
    assert rung in _fired(found)


@pytest.mark.parametrize(
    ("name", "relation"),
    [
        ("ft-a", None),
        ("lora-16", Relation.FINETUNE),
        ("cpt-100", Relation.FINETUNE),
        ("cpt-300", Relation.FINETUNE),
        ("moe-ft", Relation.UPCYCLED),
        ("recut-ft", Relation.UPCYCLED),
        ("retok", Relation.FINETUNE),
        ("width-ft", Relation.PRUNED),
        ("attack-ft", None),
        ("disguise-ft", None),
    ],
)
def test_what_was_trained_on_is_related(name: str, relation: Relation | None) -> None:
    found = compare(committed(f"{LLAMA}.{name}"), committed(LLAMA))
    assert found.related is Related.YES
    assert relation in {None, found.relation}
    assert found.direction.parent is not Side.SUSPECT
    assert found.layer_map is not None
    assert found.layer_map.in_place


@pytest.mark.parametrize("base", [GPT2, BERT])
def test_other_families_find_their_children(base: str) -> None:
    found = compare(committed(f"{base}.ft-b"), committed(base))
    assert found.related is Related.YES
    assert {"gains by layer", "embedding", "attention", "feed-forward"} <= _fired(found)


@pytest.mark.parametrize("move", ["copy", "quant-fp16", "anonymous"])
def test_equal_numbers_need_no_test(move: str) -> None:
    found = kinship(transformed(LLAMA, move), LLAMA)
    assert (found.related, found.relation) == (Related.YES, Relation.IDENTICAL)
    assert found.p_value is None


@pytest.mark.parametrize(("base", "move"), MOVES)
def test_the_adversarys_moves_change_no_verdict(base: str, move: str) -> None:
    assert kinship(transformed(base, move), base).related is Related.YES
    stranger = kinship(transformed(STRANGERS[base], move), base)
    assert stranger.related in {Related.NO, Related.CANNOT_DETERMINE}
    assert stranger.p_value is None or stranger.p_value > LEVEL


@pytest.mark.parametrize("move", ["attack", "disguise", "everything"])
def test_a_move_after_training_on_hides_nothing(move: str) -> None:
    assert kinship(transformed(f"{LLAMA}.ft-b", move), LLAMA).related is Related.YES


def test_shuffled_units_in_a_hidden_basis_take_the_calibrated_rung() -> None:
    found = kinship(transformed(LLAMA, "attack"), LLAMA)
    assert found.related is Related.YES
    assert not found.exact
    assert found.p_value is not None
    assert found.p_value <= 1e-3
    assert "ranked among independent models" in found.words


def test_independent_models_are_silent() -> None:
    for one, two in combinations(bases(), 2):
        found = compare(committed(one), committed(two))
        assert found.related in {Related.NO, Related.CANNOT_DETERMINE}, (one, two)
        assert found.p_value is None or found.p_value > 1e-3


def test_one_seed_and_other_data_is_a_shared_start() -> None:
    found = compare(committed(f"{LLAMA}.twin-python"), committed(LLAMA))
    assert found.related is Related.SHARED_INITIALISATION
    assert found.relation is Relation.UNKNOWN


@pytest.mark.parametrize(
    ("move", "sources"),
    [("solar", (0, 1, 2, 1, 2, 3)), ("even", (0, 2)), ("odd", (1, 3))],
)
def test_layers_are_found_where_they_came_from(move: str, sources: tuple[int, ...]) -> None:
    found = kinship(transformed(LLAMA, move), LLAMA)
    assert found.layer_map is not None
    assert found.layer_map.sources == sources
    assert found.relation is Relation.RESTRUCTURED


@pytest.mark.parametrize(("name", "sources"), [("solar-ft", (0, 1, 2, 1, 2, 3))])
def test_layers_are_found_after_training_on(name: str, sources: tuple[int, ...]) -> None:
    found = compare(committed(f"{LLAMA}.{name}"), committed(LLAMA))
    assert found.related is Related.YES
    assert found.layer_map is not None
    assert found.layer_map.sources == sources
    assert found.direction.parent is Side.REFERENCE


def test_distillation_into_a_fresh_student_leaves_no_trace() -> None:
    found = compare(committed(f"{LLAMA}.distil"), committed(LLAMA))
    assert found.related is Related.NO
    assert found.p_value is not None
    assert found.p_value > 1e-3


def test_a_base_is_not_called_its_childs_child() -> None:
    found = compare(committed(LLAMA), committed(f"{LLAMA}.cpt-100"))
    assert found.related is Related.YES
    assert found.direction.parent is Side.SUSPECT
    assert found.relation is Relation.RELATED


@pytest.mark.parametrize("rule", ["merge-linear2", "merge-ties2", "merge-dare2"])
def test_a_merge_is_taken_apart_and_an_impostor_gets_no_share(rule: str) -> None:
    suspect, weights = merged(rule)
    parts = [committed(f"{LLAMA}.{tune}") for tune in ("ft-a", "ft-b", "ft-e")]
    found = merge_of(suspect, committed(LLAMA), parts)
    assert found is not None
    assert found.merged
    given = [share.weight for share in found.shares]
    assert given[:2] == pytest.approx(weights, abs=0.02)
    assert [share.genuine for share in found.shares] == [True, True, False]
