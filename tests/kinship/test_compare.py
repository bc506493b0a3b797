"""Verdicts on models grown from numbers; the zoo's trained ones are another matter (benchmarks)."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from lineage.codec import to_plain
from lineage.kinship.bank import Bank, bank
from lineage.kinship.compare import compare
from lineage.kinship.direction import Side
from lineage.kinship.verdict import Related
from lineage.model import Relation, Tier
from tests.doubles.grown import (
    SETTINGS,
    TOKENS,
    VOCABULARY,
    WIDTH,
    Arrays,
    grown,
    moved,
    renamed,
    shuffled_units,
    trained_on,
    weights,
    with_layers,
)

PARENT = grown(1)
CHILD = trained_on(PARENT, 1, 0.3)
ROTATION = np.linalg.qr(np.random.default_rng(0).normal(size=(WIDTH, WIDTH)))[0]
PERMUTATION = np.eye(WIDTH)[np.random.default_rng(1).permutation(WIDTH)]


@pytest.mark.parametrize(
    "other", [CHILD, renamed(CHILD), {n: v.astype(np.float16) for n, v in CHILD.items()}]
)
def test_a_child_is_related_under_any_names_and_in_any_type(other: Arrays) -> None:
    found = compare(weights(other), weights(PARENT))
    assert found.related is Related.YES
    assert found.relation is Relation.FINETUNE
    assert found.tier is Tier.B
    assert found.p_value is not None
    assert found.p_value < 1e-6
    assert found.exact
    assert found.direction.parent is Side.REFERENCE
    assert found.layer_map is not None
    assert found.layer_map.in_place


def test_the_direction_turns_with_the_order_of_the_two() -> None:
    found = compare(weights(PARENT), weights(CHILD))
    assert found.related is Related.YES
    assert found.direction.parent is Side.SUSPECT
    assert found.relation is Relation.RELATED


def test_strangers_are_not_related_and_the_power_is_stated() -> None:
    found = compare(weights(grown(2)), weights(PARENT))
    assert found.related is Related.NO
    assert found.tier is None
    assert found.p_value is not None
    assert found.p_value > 1e-3
    assert "would have been seen" in found.power
    assert all(test.minimum_detectable_effect > 0 for test in found.tests)


def test_a_copy_is_identical_under_any_names_and_after_a_cast_that_loses_nothing() -> None:
    half = {name: values.astype(np.float16) for name, values in PARENT.items()}
    wide = {name: values.astype(np.float64) for name, values in half.items()}
    for one, two in ((renamed(PARENT), PARENT), (half, wide), (half, PARENT)):
        found = compare(weights(one), weights(two))
        assert (found.related, found.relation, found.tier) == (
            Related.YES,
            Relation.IDENTICAL,
            Tier.A,
        )
        assert found.p_value is None
        assert ("shorter" in found.words) == (two is PARENT and one is half)


def test_a_shared_start_is_a_verdict_of_its_own() -> None:
    twin = {
        name: (values + 0.5 * grown(1)[name]).astype(np.float32) if values.ndim == 1 else values
        for name, values in grown(3, start=1).items()
    }
    found = compare(weights(_weakly_trained(twin)), weights(_weakly_trained(PARENT)))
    assert found.related in {Related.SHARED_INITIALISATION, Related.CANNOT_DETERMINE}
    assert found.relation is Relation.UNKNOWN


def _weakly_trained(model: Arrays) -> Arrays:
    """Return the model with its initial numbers made more of, so that they are what is shared."""
    start = np.random.default_rng(1)
    made: Arrays = {}
    for name, values in model.items():
        noise = start.normal(size=values.shape) * (0.5 if values.ndim > 1 else 0.0)
        made[name] = (values + noise).astype(np.float32)
    return made


@pytest.mark.parametrize("turn", [ROTATION, PERMUTATION], ids=["rotated", "permuted"])
def test_a_disguised_residual_stream_is_seen_through(turn: np.ndarray) -> None:
    found = compare(weights(moved(CHILD, turn)), weights(PARENT))
    assert found.related is Related.YES
    assert found.exact
    assert found.p_value is not None
    assert found.p_value < 1e-6


def test_a_disguised_stranger_stays_a_stranger() -> None:
    for model in (moved(grown(2), ROTATION), shuffled_units(moved(grown(2), ROTATION), 3)):
        found = compare(weights(model), weights(PARENT))
        assert found.related is Related.NO


@pytest.mark.parametrize("hide", [lambda model: model, renamed], ids=["named", "nameless"])
@pytest.mark.parametrize("turn", [ROTATION, PERMUTATION], ids=["rotated", "permuted"])
def test_a_thorough_disguise_is_seen_through_and_never_called_exact(
    turn: np.ndarray, hide: Callable[[Arrays], Arrays]
) -> None:
    hidden = shuffled_units(moved(CHILD, turn), 3)
    found = compare(weights(trained_on(hide(hidden), 6, 0.05)), weights(PARENT))
    assert found.related is Related.YES
    assert not found.exact
    assert found.p_value is not None
    assert found.p_value >= 1 / (bank().pairs + 1)
    assert "ranked among independent models" in found.words
    assert [test.exact for test in found.tests if test.name == "writers of matched units"] == [
        False
    ]


def test_a_bank_never_gives_less_than_it_holds() -> None:
    known = Bank(((0.01, 30), (0.05, 9)), 9)
    assert known.pairs == 39
    assert known.p_value(1.0) == 1 / 40
    assert known.p_value(0.05) == 10 / 40
    assert known.p_value(-1.0) == 1.0
    assert bank().pairs >= 999


@pytest.mark.parametrize(
    ("layers", "sources"),
    [([0, 2, 3], (0, 2, 3)), ([0, 1, 2, 1, 2, 3], (0, 1, 2, 1, 2, 3)), ([3, 0], (3, 0))],
    ids=["dropped", "stacked", "reordered"],
)
def test_layers_are_found_wherever_they_went(layers: list[int], sources: tuple[int, ...]) -> None:
    found = compare(weights(with_layers(CHILD, layers)), weights(PARENT))
    assert found.related is Related.YES
    assert found.relation is Relation.RESTRUCTURED
    assert found.layer_map is not None
    assert found.layer_map.sources == sources


def test_disjoint_layers_of_one_parent_are_still_siblings() -> None:
    found = compare(weights(with_layers(CHILD, [0, 2])), weights(with_layers(PARENT, [1, 3])))
    assert found.p_value is not None
    assert found.p_value < 1e-6


def test_a_layer_from_elsewhere_has_no_source() -> None:
    mixed = with_layers(PARENT, [0, 1, 2, 3])
    foreign = grown(9)
    for name in list(mixed):
        if ".layers.2." in name:
            mixed[name] = foreign[name]
    found = compare(weights(trained_on(mixed, 4, 0.1)), weights(PARENT))
    assert found.layer_map is not None
    assert found.layer_map.sources == (0, 1, None, 3)


def test_a_narrowed_model_is_found_by_the_order_of_its_coordinates() -> None:
    kept = np.sort(np.random.default_rng(5).choice(WIDTH, 36, replace=False))
    narrow: Arrays = {}
    for name, values in CHILD.items():
        along = values.ndim == 1 or not ("o_proj" in name or "down" in name)
        narrow[name] = values[..., kept] if along else values[kept]
    found = compare(weights(narrow), weights(PARENT))
    assert found.related is Related.YES
    assert found.relation is Relation.PRUNED
    stranger = compare(weights(narrow), weights(grown(7)))
    assert stranger.related is not Related.YES


def test_another_vocabulary_does_not_hide_a_child() -> None:
    fresh = dict(CHILD)
    generator = np.random.default_rng(3)
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        fresh[name] = generator.normal(size=(TOKENS, WIDTH)).astype(np.float32)
    found = compare(weights(fresh, vocabulary={f"x{n}": n for n in range(TOKENS)}), weights(PARENT))
    assert found.related is Related.YES
    states = {part.name: part.shared for part in found.component_map}
    assert states["norms"]
    assert states["feed-forward"]
    assert "embedding" not in states


def test_shared_embeddings_alone_are_no_verdict_on_the_model() -> None:
    borrowed = dict(grown(2))
    borrowed["model.embed_tokens.weight"] = PARENT["model.embed_tokens.weight"] * np.float32(1.01)
    found = compare(weights(borrowed), weights(PARENT))
    assert found.related is Related.CANNOT_DETERMINE
    assert "Only the token embeddings" in found.words
    states = {part.name: part.shared for part in found.component_map}
    assert states == {
        "norms": False,
        "embedding": True,
        "unembedding": False,
        "attention": False,
        "feed-forward": False,
    }


def _not_a_number(model: Arrays) -> Arrays:
    model["model.layers.1.input_layernorm.weight"][3] = np.nan
    return model


def _infinite(model: Arrays) -> Arrays:
    model["model.layers.1.mlp.up_proj.weight"][3, 5] = np.inf
    return model


def _empty(model: Arrays) -> Arrays:
    model["model.layers.1.mlp.up_proj.weight"] = np.zeros((0, WIDTH), dtype=np.float32)
    return model


def _constant(model: Arrays) -> Arrays:
    return {name: np.ones_like(values) for name, values in model.items()}


def _one_layer(model: Arrays) -> Arrays:
    return with_layers(model, [0])


def _a_layer_short(model: Arrays) -> Arrays:
    return {name: values for name, values in model.items() if ".layers.1." not in name}


def _no_transformer(model: Arrays) -> Arrays:
    return {"fc.weight": np.random.default_rng(0).normal(size=(10, 7)).astype(np.float32)}


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_not_a_number, "NaN"),
        (_infinite, "NaN or infinity"),
        (_empty, "hold nothing"),
        (_constant, "constant"),
        (_one_layer, "one layer"),
        (_a_layer_short, "layer 1 of 4 is missing"),
        (_no_transformer, "no tensor is recognised"),
    ],
)
def test_what_cannot_be_tested_gets_a_reason_and_no_p_value(
    spoil: Callable[[Arrays], Arrays], reason: str
) -> None:
    for spoilt, whole in ((True, False), (False, True)):
        one = spoil(grown(1)) if spoilt else grown(4)
        two = spoil(grown(1)) if whole else grown(4)
        found = compare(weights(one), weights(two))
        assert found.related is Related.CANNOT_DETERMINE
        assert found.p_value is None
        assert found.tests == ()
        assert reason in found.words


def test_nothing_in_common_to_compare_by_is_said_so() -> None:
    narrow = {
        name: values[..., :40] if values.shape[-1] == WIDTH else values[:40]
        for name, values in grown(2).items()
    }
    found = compare(weights(narrow, vocabulary={"a": 0}), weights(PARENT, vocabulary={"b": 0}))
    assert found.related is Related.CANNOT_DETERMINE
    assert found.p_value is None


def test_padding_is_no_evidence() -> None:
    def padded(model: Arrays) -> Arrays:
        for name, values in model.items():
            along = values.ndim == 1 or not ("o_proj" in name or "down" in name)
            (values.T if along else values)[-16:] = 0.0
            model[name] = values
        return model

    found = compare(weights(padded(grown(2))), weights(padded(grown(1))))
    assert found.related is Related.NO


def test_fine_tuned_siblings_are_related_and_neither_is_the_parent() -> None:
    found = compare(weights(trained_on(PARENT, 11, 0.5)), weights(trained_on(PARENT, 12, 0.5)))
    assert found.related is Related.YES
    assert found.direction.parent is Side.UNKNOWN


def test_the_settings_are_the_ones_of_the_double() -> None:
    assert SETTINGS["hidden_size"] == WIDTH
    assert len(VOCABULARY) == TOKENS


def _with_tower(model: Arrays, tower: Arrays) -> Arrays:
    """Return a model with a second, smaller tower beside it."""
    side = {
        "vision." + name.removeprefix("model."): values[..., : values.shape[-1]]
        for name, values in with_layers(tower, [0, 1]).items()
        if ".layers." in name
    }
    return model | side


def test_a_tower_taken_from_a_third_party_is_no_verdict_on_the_model() -> None:
    tower = grown(5)
    suspect = _with_tower(grown(2), trained_on(tower, 1, 0.1))
    found = compare(weights(suspect), weights(_with_tower(PARENT, tower)))
    assert found.related is Related.CANNOT_DETERMINE
    assert "Only the tower vision.layers" in found.words
    frozen = compare(weights(_with_tower(grown(2), tower)), weights(_with_tower(PARENT, tower)))
    assert frozen.related is Related.CANNOT_DETERMINE
    assert frozen.equal_tensors


def test_an_adapter_has_no_weights_of_its_own_to_compare() -> None:
    adapter = {
        f"base_model.model.layers.{n}.self_attn.q_proj.lora_{side}.weight": np.ones((8, 48), "f4")
        for n in range(4)
        for side in "AB"
    }
    found = compare(weights(adapter), weights(PARENT))
    assert found.related is Related.CANNOT_DETERMINE
    assert "LoRA" in found.words


@pytest.mark.parametrize("other", [PARENT, CHILD, grown(2), renamed(moved(CHILD, ROTATION))])
def test_a_kinship_is_plain_json(other: Arrays) -> None:
    found = compare(weights(other), weights(PARENT), curves=True)
    plain = json.loads(json.dumps(to_plain(found), allow_nan=False))
    assert plain["related"] == found.related.value
    assert len(plain["tests"]) == len(found.tests)
