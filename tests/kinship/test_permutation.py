"""The engine's two bounds, against enumeration, against each other and against planted agreement."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from scipy.stats import kstest, norm

from lineage.kinship.permutation import DRAWS, FLOOR, SWITCH, _log_mgf, agreement


def test_the_tail_bound_is_never_below_the_true_moment_generating_function() -> None:
    rng = np.random.default_rng(3)
    for things in (3, 5, 7):
        orders = np.array(list(permutations(range(things))))
        for kind in (rng.normal, rng.standard_cauchy, rng.random):
            block = kind(size=(things, things))
            totals = block[np.arange(things), orders].sum(axis=1)
            for rate in (0.01, 0.3, 1.0, 5.0):
                true = np.logaddexp.reduce(rate * totals) - math.lgamma(things + 1)
                assert _log_mgf([block], rate) >= true - 1e-9


def test_the_tail_bound_is_never_below_the_true_tail() -> None:
    rng = np.random.default_rng(4)
    things = 8
    orders = np.array(list(permutations(range(things))))
    for _ in range(20):
        block = rng.normal(size=(things, things)) + 3.0 * np.eye(things) * rng.random()
        totals = block[np.arange(things), orders].sum(axis=1)
        trace = float(np.trace(block))
        tail = float(np.mean(totals >= trace - 1e-12))
        bound = min(_log_mgf([block], rate) - rate * trace for rate in np.geomspace(0.01, 30, 40))
        assert math.exp(min(0.0, bound)) >= tail * (1 - 1e-9)


def test_the_bound_is_attained_where_one_order_alone_agrees() -> None:
    found = agreement(np.eye(60))
    assert found is not None
    assert math.log(found.p_value) == pytest.approx(-math.lgamma(61), rel=0.02)


def test_independent_lists_have_uniform_p_values() -> None:
    rng = np.random.default_rng(5)
    values = []
    for _ in range(400):
        one, two = rng.normal(size=(2, 12, 40))
        found = agreement(one.T @ two)
        assert found is not None
        values.append(found.p_value)
    assert kstest(values, "uniform").pvalue > 0.01
    assert min(values) > SWITCH


def test_several_blocks_have_uniform_p_values_together() -> None:
    rng = np.random.default_rng(6)
    values = []
    for _ in range(300):
        blocks = [rng.normal(size=(6, n)).T @ rng.normal(size=(6, n)) for n in (8, 20, 11)]
        found = agreement(*blocks)
        assert found is not None
        values.append(found.p_value)
    assert kstest(values, "uniform").pvalue > 0.01


def test_heavy_tails_do_not_make_p_too_small() -> None:
    rng = np.random.default_rng(7)
    found = [agreement(np.outer(*rng.standard_cauchy(size=(2, 50)))) for _ in range(400)]
    values = np.array([one.p_value for one in found if one is not None])
    for level in (0.01, 0.05, 0.2):
        assert np.mean(values <= level) <= level + 3 * math.sqrt(level * (1 - level) / len(values))


def test_a_planted_agreement_is_found_at_the_size_that_is_called_detectable() -> None:
    rng = np.random.default_rng(8)
    seen = 0
    for _ in range(30):
        one, noise = rng.normal(size=(2, 64, 100))
        free = agreement(one.T @ noise / 64)
        assert free is not None
        share = 1.3 * free.detectable
        two = share * one + math.sqrt(1 - share**2) * noise
        found = agreement(one.T @ two / 64)
        assert found is not None
        seen += found.p_value < 1e-6
    assert seen >= 27


def test_the_bound_stays_close_to_the_gaussian_tail_of_moderate_deviations() -> None:
    rng = np.random.default_rng(9)
    one, noise = rng.normal(size=(2, 64, 300))
    found = agreement(one.T @ (0.1 * one + noise))
    assert found is not None
    gaussian = float(norm.logsf(found.z))
    assert 0.7 < math.log(found.p_value) / gaussian <= 1.0


@pytest.mark.parametrize("block", [np.zeros((20, 20)), np.ones((20, 20)), np.ones((1, 1))])
def test_nothing_is_said_of_things_that_are_all_alike(block: np.ndarray) -> None:
    assert agreement(block) is None


def test_nothing_is_said_of_values_that_are_not_finite() -> None:
    block = np.eye(20)
    block[3, 4] = math.inf
    with np.errstate(invalid="ignore"):
        assert agreement(block) is None


def test_a_row_effect_is_no_agreement() -> None:
    rng = np.random.default_rng(10)
    block = (
        rng.normal(size=(30, 1)) * 50 + rng.normal(size=(1, 30)) * 50 + rng.normal(size=(30, 30))
    )
    found = agreement(block)
    assert found is not None
    assert abs(found.z) < 4


def test_few_things_cannot_reach_the_level() -> None:
    found = agreement(np.eye(6))
    assert found is not None
    assert found.detectable == math.inf
    assert found.p_value >= 1 / (DRAWS + 1)


def test_no_p_value_is_below_the_floor() -> None:
    found = agreement(np.eye(400))
    assert found is not None
    assert found.p_value == FLOOR


def test_the_same_blocks_give_the_same_p_value() -> None:
    block = np.random.default_rng(11).normal(size=(33, 33))
    assert agreement(block) == agreement(block.copy())
