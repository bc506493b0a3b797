"""Fixed frequencies make coordinates agree by number; such towers must not be permuted."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lineage.kinship.compare import compare
from lineage.kinship.positions import sinusoidal
from lineage.kinship.verdict import Related
from lineage.kinship.weights import weights_of_arrays
from tests.doubles.grown import SETTINGS, VOCABULARY, WIDTH, Arrays, grown, trained_on


def _table(*, woven: bool) -> NDArray[np.float64]:
    angles = np.arange(64)[:, None] * 10000.0 ** -(np.arange(WIDTH // 2) / (WIDTH // 2))
    sine, cosine = np.sin(angles), np.cos(angles)
    if woven:
        return np.stack((sine, cosine), axis=2).reshape(64, -1)
    return np.concatenate((sine, cosine), axis=1)


@pytest.mark.parametrize("woven", [True, False])
@pytest.mark.parametrize("noise", [0.0, 0.003, 1.0])
def test_a_sinusoidal_table_is_recognised_even_after_training(*, woven: bool, noise: float) -> None:
    generator = np.random.default_rng(1)
    table = _table(woven=woven)
    assert sinusoidal(table * 0.02 + noise * 0.02 * generator.normal(size=table.shape))


def test_a_learned_table_is_none_however_smooth() -> None:
    generator = np.random.default_rng(2)
    steps = generator.normal(size=(64, WIDTH))
    assert not sinusoidal(steps)
    assert not sinusoidal(np.cumsum(steps, axis=0))
    assert not sinusoidal(np.zeros((64, WIDTH)))


def _with_positions(model: Arrays) -> Arrays:
    """Give every coordinate what a fixed frequency would leave in any model that has it."""
    table = _table(woven=False).astype(np.float32)
    strength = np.linspace(0.2, 3.0, WIDTH).astype(np.float32)
    made = {
        name: values * strength
        if values.ndim == 1 or not ("o_proj" in name or "down" in name)
        else values * strength[:, None]
        for name, values in model.items()
    }
    return made | {"model.embed_positions.weight": table}


def test_agreement_that_the_frequencies_explain_is_not_held_against_anyone() -> None:
    one, two = (
        weights_of_arrays(_with_positions(grown(seed)), SETTINGS, VOCABULARY) for seed in (1, 2)
    )
    found = compare(one, two)
    assert found.related is not Related.YES
    assert {test.name for test in found.tests} <= {"order of units", "order of heads"}


def test_the_order_of_units_still_shows_a_child() -> None:
    parent = _with_positions(grown(1))
    child = _with_positions(trained_on(grown(1), 5, 0.3))
    found = compare(
        weights_of_arrays(child, SETTINGS, VOCABULARY),
        weights_of_arrays(parent, SETTINGS, VOCABULARY),
    )
    assert found.related is Related.YES
    assert found.exact


@pytest.mark.parametrize("settings", [{"model_type": "marian"}, {"sinusoidal_pos_embds": True}])
def test_a_table_that_is_computed_at_run_time_is_known_by_the_configuration(
    settings: dict[str, str | bool],
) -> None:
    one, two = (weights_of_arrays(grown(seed), {**SETTINGS, **settings}) for seed in (1, 2))
    names = {test.name for test in compare(one, two).tests}
    assert names <= {"order of units", "order of heads"}
