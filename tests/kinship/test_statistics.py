"""Each statistic where its answer is known: planted, enumerated, or drawn under the null."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import chi2, kstest

from lineage.kinship.blocks import fisher, unit_order
from lineage.kinship.direction import Side, by_retention, by_witnesses
from lineage.kinship.honestagi import curve_score
from lineage.kinship.identity import digests, shared
from lineage.kinship.merge import Rule, decompose
from lineage.kinship.prepared import Model
from lineage.kinship.rectangular import longest_run, run_bound
from lineage.kinship.residual import gain_tests, gram_tests, table_tests
from lineage.kinship.seeds import origin
from lineage.kinship.tables import table_pairs
from lineage.kinship.traits import traits
from lineage.kinship.views import Block, unit_rows
from lineage.kinship.vocabulary import Overlap, relation
from lineage.kinship.weights import weights_of_arrays
from tests.doubles.grown import Arrays, grown, renamed, trained_on, weights

PARENT = grown(1)


def test_tests_of_independent_towers_have_uniform_p_values() -> None:
    sketches = [Model(weights(grown(seed))).sketch(0, with_grams=True) for seed in range(24)]
    values: dict[str, list[float]] = {}
    for place, one in enumerate(sketches):
        for two in sketches[:place]:
            for test in (*gain_tests(one, two), *table_tests(one, two), *gram_tests(one, two)):
                values.setdefault(test.name, []).append(test.agreement.p_value)
    assert len(values) == 8
    for name, found in values.items():
        assert len(found) == 276
        assert min(found) > 1e-5, name
        assert kstest(found, "uniform").pvalue > 1e-3, name


def test_the_order_of_units_is_uniform_in_any_basis_that_never_saw_it() -> None:
    rng = np.random.default_rng(1)
    found = []
    for _ in range(150):
        sides = [unit_rows(rng.normal(size=(30, 12))) for _ in range(6)]
        one, two = (
            Block(0, None, tuple(sides[:2]), sides[2]),
            Block(0, None, tuple(sides[3:5]), sides[5]),
        )
        agreed = unit_order([(one, two)])
        assert agreed is not None
        found.append(agreed.p_value)
    assert kstest(found, "uniform").pvalue > 0.01


def test_fisher_agrees_with_the_chi_squared_tail() -> None:
    for values in ([0.03, 0.2, 0.5], [1e-9, 0.9], [1.0, 1.0], [1e-200, 1e-200]):
        true = chi2.sf(-2 * sum(math.log(p) for p in values), 2 * len(values))
        assert fisher(values) == pytest.approx(max(true, 1e-300), rel=1e-6)


def test_the_bound_on_increasing_runs_is_never_below_the_truth() -> None:
    for count in (4, 6, 8):
        lengths = [len(longest_run(order)) for order in permutations(range(count))]
        for longest in range(1, count + 1):
            true = sum(length >= longest for length in lengths) / len(lengths)
            assert run_bound(count, longest) >= true - 1e-12


def test_the_longest_run_is_increasing_and_longest() -> None:
    values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    run = longest_run(values)
    chosen = [values[place] for place in run]
    assert chosen == sorted(set(chosen))
    assert len(run) == 5
    assert longest_run([]) == []


def test_digests_see_through_names_and_lossless_casts_only() -> None:
    half = {name: values.astype(np.float16) for name, values in renamed(PARENT).items()}
    one, two = digests(weights(half), 10**9), digests(weights(PARENT), 10**9)
    everything = shared(one, two)
    assert everything.everything
    assert len(everything.pairs) == len(PARENT)
    moved = digests(weights(trained_on(PARENT, 1, 0.1)), 10**9)
    assert shared(moved, two).pairs == ()


def test_norms_that_were_hardly_trained_are_not_equal_for_rounding_to_ones() -> None:
    rng = np.random.default_rng(1)
    one, two = (
        digests(
            weights_of_arrays({"norm": (1 + 1e-3 * rng.normal(size=400)).astype(np.float32)}), 999
        )
        for _ in range(2)
    )
    assert one[0].bfloat16 == two[0].bfloat16 == 0
    assert shared(one, two).pairs == ()


def test_constants_and_crumbs_are_never_equal() -> None:
    arrays: dict[str, np.ndarray] = {"ones": np.ones((50, 50)), "crumb": np.arange(8.0)}
    assert digests(weights_of_arrays(arrays), 10**9) == ()


def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(60, 40))


def _trained(start: np.ndarray, seed: int, strength: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    strong = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 40))
    return start + strength * strong + 0.3 * rng.normal(size=(60, 40))


def test_a_shared_start_is_told_from_shared_training() -> None:
    starts = [_noise(seed) for seed in range(12)]
    parents = [_trained(start, 100 + n) for n, start in enumerate(starts)]
    twins = [_trained(start, 200 + n) for n, start in enumerate(starts)]
    children = [parent + 0.8 * _noise(300 + n) for n, parent in enumerate(parents)]
    twin = origin(zip(twins, parents, strict=True))
    child = origin(zip(children, parents, strict=True))
    assert twin is not None
    assert child is not None
    assert not twin.trained
    assert twin.reference_in_suspect.concentration < 0.5
    assert child.trained
    assert child.reference_in_suspect.concentration > 0.95


def test_what_was_hardly_trained_is_not_called_trained() -> None:
    starts = [_noise(seed) for seed in range(6)]
    pairs = [(start + 0.01 * _noise(50), start + 0.01 * _noise(60)) for start in starts]
    found = origin(pairs)
    assert found is not None
    assert not found.learned
    assert not found.trained


def test_a_child_retains_its_parent_evenly_and_not_the_other_way_round() -> None:
    parents = [_trained(_noise(n), 100 + n) for n in range(16)]
    children = [parent + 0.8 * _noise(300 + n) for n, parent in enumerate(parents)]
    for suspects, references, expected in (
        (children, parents, Side.REFERENCE),
        (parents, children, Side.SUSPECT),
    ):
        found = origin(zip(suspects, references, strict=True))
        assert found is not None
        assert by_retention(found).parent is expected
    siblings = [parent + 0.8 * _noise(400 + n) for n, parent in enumerate(parents)]
    level = origin(zip(children, siblings, strict=True))
    assert level is not None
    assert by_retention(level).parent is Side.UNKNOWN


def test_a_witness_settles_the_direction_and_abstains_between_siblings() -> None:
    parent = [_noise(n) for n in range(8)]
    one, two, three = (
        [p + 0.3 * _noise(seed + n) for n, p in enumerate(parent)] for seed in (50, 70, 90)
    )
    assert by_witnesses(one, parent, [two]).parent is Side.REFERENCE
    assert by_witnesses(parent, one, [two, three]).parent is Side.SUSPECT
    assert by_witnesses(one, two, [three]).parent is Side.UNKNOWN
    assert by_witnesses(one, parent, []).parent is Side.UNKNOWN


def _family() -> tuple[list[np.ndarray], list[list[np.ndarray]]]:
    base = [_noise(n) for n in range(10)]
    tuned = [[x + 0.1 * _noise(1000 * (k + 1) + n) for n, x in enumerate(base)] for k in range(3)]
    return base, tuned


def test_a_linear_merge_is_taken_apart_exactly_and_the_impostor_left_out() -> None:
    base, tuned = _family()
    mixed = [0.3 * a + 0.7 * b for a, b in zip(tuned[0], tuned[1], strict=True)]
    found = decompose(mixed, tuned, base)
    assert found is not None
    assert found.merged
    assert found.rule is Rule.LINEAR
    assert [share.weight for share in found.shares] == pytest.approx([0.3, 0.7, 0.0], abs=1e-6)
    assert [share.genuine for share in found.shares] == [True, True, False]
    assert found.explained == pytest.approx(1.0)


def test_dare_and_ties_are_recognised_and_taken_apart() -> None:
    base, tuned = _family()
    rng = np.random.default_rng(7)
    dare, ties = [], []
    for x, a, b in zip(base, tuned[0], tuned[1], strict=True):
        kept = [(rng.random(x.shape) < 0.5) / 0.5 * (t - x) for t in (a, b)]
        dare.append(x + 0.4 * kept[0] + 0.6 * kept[1])
        tasks = [np.where(abs(t - x) >= np.quantile(abs(t - x), 0.5), t - x, 0) for t in (a, b)]
        shares = [0.4 * tasks[0], 0.6 * tasks[1]]
        sign = np.sign(shares[0] + shares[1])
        agree = [np.sign(share) == sign for share in shares]
        mass = 0.4 * (agree[0] & (tasks[0] != 0)) + 0.6 * (agree[1] & (tasks[1] != 0))
        total = shares[0] * agree[0] + shares[1] * agree[1]
        ties.append(x + total / np.maximum(mass, 1e-12))
    for mixed, rule, slack in ((dare, Rule.DARE, 0.03), (ties, Rule.TIES, 0.01)):
        found = decompose(mixed, tuned, base)
        assert found is not None
        assert found.rule is rule
        assert [s.weight for s in found.shares] == pytest.approx([0.4, 0.6, 0.0], abs=slack)
        assert [s.genuine for s in found.shares] == [True, True, False]


def test_siblings_that_were_not_merged_are_no_parents() -> None:
    base, tuned = _family()
    alone = decompose(tuned[0], tuned[1:], base)
    assert alone is not None
    assert not alone.merged
    assert not any(share.genuine for share in alone.shares)
    assert decompose(base, tuned, base) is None


def test_the_curve_of_the_dispute_reaches_high_values_between_strangers() -> None:
    def deep(seed: int) -> Arrays:
        return {
            name: (values * (1 + 0.4 * int(name.split(".")[2]))).astype(np.float32)
            if ".layers." in name
            else values
            for name, values in grown(seed, layers=6).items()
        }

    one, two = Model(weights(deep(1))), Model(weights(deep(2)))
    found = curve_score((one.weights, one.towers[0]), (two.weights, two.towers[0]))
    assert found is not None
    assert found.score > 0.9
    assert found.background == pytest.approx(200 / 8698)
    assert found.same_shape == pytest.approx(208 / 4830)


@pytest.mark.parametrize(
    ("scheme", "quantized", "thinned"),
    [
        ("none", False, False),
        ("int8", True, False),
        ("int4", True, False),
        ("half", False, False),
        ("pruned", False, True),
    ],
)
def test_grids_and_zeros_are_seen(scheme: str, *, quantized: bool, thinned: bool) -> None:
    def processed(values: np.ndarray) -> np.ndarray:
        if scheme == "half":
            bits: np.ndarray = values.astype("<f4").view("<u4") & np.uint32(0xFFFF0000)
            return np.asarray(bits.view("<f4"))
        if scheme == "pruned":
            return np.asarray(np.where(abs(values) < np.quantile(abs(values), 0.5), 0, values))
        if scheme in {"int8", "int4"}:
            steps = 127 if scheme == "int8" else 7
            scale = abs(values).max(axis=1, keepdims=True) / steps
            return np.asarray(np.round(values / scale) * scale)
        return np.asarray(values)

    model = Model(weights({n: processed(v) if v.ndim > 1 else v for n, v in PARENT.items()}))
    found = traits(model.weights, model.towers[0])
    assert (found.quantized, found.thinned) == (quantized, thinned)


def test_nameless_tables_are_told_apart_by_what_their_tokens_have_in_common() -> None:
    known = Model(weights(PARENT)).sketch(0, with_grams=False)
    for seed in range(6):
        nameless = Model(weights(renamed(trained_on(PARENT, 1, 0.3), seed))).sketch(
            0, with_grams=False
        )
        pairs = table_pairs(nameless.tables, known.tables, named=False)
        assert len(pairs) == 2
        for _, mine, yours in pairs:
            left, right = mine.values.ravel(), yours.values.ravel()
            assert np.corrcoef(left, right)[0, 1] > 0.9


@pytest.mark.parametrize(
    ("suspect", "reference", "overlap"),
    [
        ({"a": 0, "b": 1}, {"a": 0, "b": 1}, Overlap.IDENTICAL),
        ({"a": 0, "b": 1, "c": 2}, {"a": 0, "b": 1}, Overlap.EXTENDED),
        ({"a": 0}, {"a": 0, "b": 1}, Overlap.TRIMMED),
        ({"a": 1, "b": 0}, {"a": 0, "b": 1}, Overlap.OVERLAPPING),
        ({"x": 0, "y": 1}, {"a": 0, "b": 1}, Overlap.DIFFERENT),
        (None, {"a": 0}, Overlap.UNKNOWN),
        ({}, {}, Overlap.UNKNOWN),
    ],
)
def test_vocabularies_relate(
    suspect: dict[str, int] | None, reference: dict[str, int] | None, overlap: Overlap
) -> None:
    assert relation(suspect, reference).overlap is overlap
