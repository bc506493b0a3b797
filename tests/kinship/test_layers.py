"""Where layers are found, from tables of how alike they are."""

from __future__ import annotations

import numpy as np

from lineage.kinship.layers import Likeness

ROWS = np.array([[1.0, 0.0, 0.0, 0.01], [0.0, 0.0, 1.0, 0.01]])
SIGHT = np.array([[1.0, 0.57, 0.54, 0.53], [0.54, 0.6, 1.0, 0.79]])


def _always(mine: int, yours: int) -> bool:
    del mine, yours
    return True


def test_a_dropped_layer_is_not_found_again_in_its_neighbour() -> None:
    alike = Likeness(ROWS, SIGHT)
    assert alike.sources(_always).sources == (0, 2)
    back = alike.turned().sources(_always)
    assert back.sources == (0, None, 1, None)
    assert back.repeated == ()


def test_a_shuffled_layer_is_found_by_sight_and_only_if_its_units_agree() -> None:
    alike = Likeness(np.zeros((2, 4)), SIGHT)
    assert alike.sources(_always).sources == (0, 2)
    assert alike.sources(lambda mine, yours: mine == yours).sources == (0, None)


def test_a_layer_that_stands_twice_in_order_is_repeated() -> None:
    found = Likeness(ROWS[[0, 0, 1]], SIGHT[[0, 0, 1]]).sources(_always)
    assert found.sources == (0, 0, 2)
    assert found.repeated == (0,)
    assert found.dropped == (1, 3)
