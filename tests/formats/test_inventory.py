from __future__ import annotations

import hashlib
import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from lineage.formats import FormatError, inventory
from lineage.formats.inventory import Inventory, take_inventory
from lineage.formats.safetensors import read_header
from tests.doubles.sources import Ranges


def taken(content: bytes) -> tuple[Inventory, Ranges]:
    file = Ranges(content)
    header = read_header(file, len(content))
    file.asked.clear()
    return take_inventory(file, len(content), header.tensors), file


@pytest.mark.parametrize(
    "dtype", [np.float32, np.float16, ml_dtypes.bfloat16, np.float64, ml_dtypes.float8_e4m3fn]
)
def test_digest_and_statistics_are_those_of_the_file(dtype: type) -> None:
    rng = np.random.default_rng(1)
    arrays: dict[str, np.ndarray] = {
        "b": (rng.standard_normal((300, 500)) * 3 + 1).astype(dtype),
        "a": rng.standard_normal(7).astype(dtype),
    }
    content = save(arrays)
    found, _ = taken(content)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.size == len(content)
    assert {s.name for s in found.statistics} == {"a", "b"}
    for seen in found.statistics:
        wide = arrays[seen.name].astype(np.float64)
        assert (seen.elements, seen.finite) == (wide.size, wide.size)
        assert math.isclose(seen.mean, wide.mean(), rel_tol=1e-5, abs_tol=1e-6)
        assert math.isclose(seen.deviation, wide.std(), rel_tol=1e-4)
        assert seen.least == float(np.float32(wide.min()))
        assert seen.greatest == float(np.float32(wide.max()))


def test_nan_infinity_and_emptiness_are_counted_apart() -> None:
    odd = np.array([np.nan, np.inf, -np.inf, 2.0, 4.0, 3e20, 1e20], np.float32)
    content = save({"odd": odd, "none": odd[:3], "empty": odd[:0]})
    found, _ = taken(content)
    seen = {s.name: s for s in found.statistics}
    assert (seen["odd"].elements, seen["odd"].finite) == (7, 4)
    assert math.isclose(seen["odd"].mean, 1e20, rel_tol=1e-6)
    assert math.isclose(seen["odd"].greatest, 3e20, rel_tol=1e-6)
    assert seen["none"].finite == seen["empty"].finite == 0
    assert math.isnan(seen["none"].mean)
    assert math.isnan(seen["empty"].least)


@settings(max_examples=40, deadline=None)
@given(chunk=st.integers(1, 300), sizes=st.lists(st.integers(0, 40), max_size=6))
def test_numbers_that_chunks_cut_in_two_are_seen_whole(chunk: int, sizes: list[int]) -> None:
    rng = np.random.default_rng(1)
    kinds = [np.float64, np.float32, np.float16, np.int8]
    arrays = {
        f"t{n}": (rng.standard_normal(size) * 9).astype(kinds[n % 4])
        for n, size in enumerate(sizes)
    }
    content = save(arrays)
    before = inventory.CHUNK
    inventory.CHUNK = chunk
    try:
        found, _ = taken(content)
    finally:
        inventory.CHUNK = before
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    seen = {s.name: s for s in found.statistics}
    assert set(seen) == set(arrays)
    for name, array in arrays.items():
        assert seen[name].finite == array.size
        if array.size:
            assert math.isclose(
                seen[name].mean, array.astype(float).mean(), rel_tol=1e-5, abs_tol=1e-5
            )


def test_each_byte_is_read_once() -> None:
    content = save({"w": np.zeros((3000, 1000), np.float32)})
    _, file = taken(content)
    assert file.asked == [
        (start, min(start + inventory.CHUNK, len(content)))
        for start in range(0, len(content), inventory.CHUNK)
    ]


def test_a_file_that_ends_early_is_refused() -> None:
    content = save({"w": np.zeros(1000, np.float32)})
    header = read_header(Ranges(content), len(content))
    with pytest.raises(FormatError, match="cut short"):
        take_inventory(Ranges(content[:-1]), len(content), header.tensors)
