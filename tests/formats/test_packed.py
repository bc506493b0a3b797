"""The packers below follow the code of the quantisers that are named in lineage.formats.packed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import ml_dtypes
import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from lineage.formats.files import StoredTensor
from lineage.formats.packed import Scheme, unpacked
from tests.doubles.sources import same, tensors, whole

#: An array of any type.
Array: TypeAlias = NDArray[np.generic]
IN, OUT, GROUP = 64, 48, 16
GPTQ = Scheme("gptq", 4, GROUP, "gptq")
AWQ = Scheme("awq", 4, GROUP, "gemm")


def packed_columns(
    table: np.ndarray, bits: int, order: tuple[int, ...] | None = None
) -> np.ndarray:
    each = 32 // bits
    words = np.zeros((table.shape[0], -(-table.shape[1] // each)), np.uint32)
    for column in range(table.shape[1]):
        word, place = divmod(column, each)
        if order:
            place = order.index(place)
        words[:, word] |= table[:, column].astype(np.uint32) << np.uint32(bits * place)
    return words.view(np.int32)


def packed_rows(table: np.ndarray, bits: int) -> np.ndarray:
    return np.ascontiguousarray(packed_columns(table.T, bits).T)


def opened(
    scheme: Scheme, arrays: Mapping[str, Array]
) -> tuple[dict[str, StoredTensor], list[str]]:
    content = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
    return unpacked(tensors("safetensors", content), scheme)


def grid(bits: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return whole numbers [in, out], zero points and scales [groups, out]."""
    rng = np.random.default_rng(bits)
    numbers = rng.integers(0, 1 << bits, (IN, OUT))
    zeros = rng.integers(1, 1 << bits, (IN // GROUP, OUT))
    scales = rng.random((IN // GROUP, OUT)).astype(np.float16)
    return numbers, zeros, scales


def meant(
    numbers: np.ndarray, zeros: np.ndarray, scales: np.ndarray, index: np.ndarray
) -> np.ndarray:
    weight = (numbers - zeros[index]).astype(np.float32) * scales.astype(np.float32)[index]
    turned: np.ndarray = weight.T.astype(np.float32)
    return turned


def check(found: StoredTensor, weight: np.ndarray) -> None:
    assert found.shape == weight.shape
    assert same(whole(found), weight)
    for start, stop in ((0, 1), (5, 29), (len(weight) - 1, len(weight)), (3, 3)):
        assert same(found.rows(start, stop), weight[start:stop])


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("layout", ["gptq", "gptq_v2", ""])
@pytest.mark.parametrize("index", ["none", "in order", "by activation"])
def test_gptq_comes_as_the_weight(bits: int, layout: str, index: str) -> None:
    numbers, zeros, scales = grid(bits)
    groups = np.arange(IN) // GROUP
    if index == "by activation":
        groups = np.random.default_rng(7).permutation(groups)
    arrays = {
        "l.q_proj.qweight": packed_rows(numbers, bits),
        "l.q_proj.qzeros": packed_columns(zeros - (0 if layout == "gptq_v2" else 1), bits),
        "l.q_proj.scales": scales,
        "norm.weight": np.ones(4, np.float32),
    }
    if index != "none":
        arrays["l.q_proj.g_idx"] = groups.astype(np.int32)
    found, faults = opened(Scheme("gptq", bits, GROUP, layout), arrays)
    assert not faults
    assert set(found) == {"l.q_proj.weight", "norm.weight"}
    assert found["l.q_proj.weight"].dtype == f"GPTQ{bits}"
    check(found["l.q_proj.weight"], meant(numbers, zeros, scales, groups))


def test_gptq_with_one_group_for_all() -> None:
    numbers, zeros, scales = grid()
    arrays = {
        "l.qweight": packed_rows(numbers, 4),
        "l.qzeros": packed_columns(zeros[:1] - 1, 4),
        "l.scales": scales[:1],
    }
    found, faults = opened(replace(GPTQ, group=-1), arrays)
    assert not faults
    check(found["l.weight"], meant(numbers, zeros[:1], scales[:1], np.zeros(IN, int)))


def test_awq_comes_as_the_weight() -> None:
    numbers, zeros, scales = grid()
    order = (0, 2, 4, 6, 1, 3, 5, 7)
    arrays = {
        "l.qweight": packed_columns(numbers, 4, order),
        "l.qzeros": packed_columns(zeros, 4, order),
        "l.scales": scales,
    }
    found, faults = opened(AWQ, arrays)
    assert not faults
    check(found["l.weight"], meant(numbers, zeros, scales, np.arange(IN) // GROUP))


def whole_layer() -> dict[str, np.ndarray]:
    numbers, zeros, scales = grid()
    return {
        "l.qweight": packed_rows(numbers, 4),
        "l.qzeros": packed_columns(zeros - 1, 4),
        "l.scales": scales,
        "l.g_idx": (np.arange(IN) // GROUP).astype(np.int32),
    }


@pytest.mark.parametrize(
    "scheme",
    [
        Scheme(),
        Scheme("gptq", 3, GROUP),
        Scheme("gptq", 0, GROUP),
        Scheme("gptq", 4, GROUP, "marlin"),
        Scheme("awq", 4, GROUP, "gemv"),
        Scheme("awq", 8, GROUP, "gemm"),
        Scheme("hqq", 4, GROUP),
        Scheme("gptq", 8, GROUP),
    ],
)
def test_a_layout_that_is_not_settled_is_named_and_never_read_as_numbers(scheme: Scheme) -> None:
    found, faults = opened(scheme, whole_layer())
    assert not found
    (fault,) = faults
    assert fault.startswith("l: ")


@pytest.mark.parametrize("part", ["l.qzeros", "l.scales"])
def test_a_layer_of_which_a_part_is_missing_is_named(part: str) -> None:
    arrays = whole_layer()
    del arrays[part]
    found, faults = opened(GPTQ, arrays)
    assert (found, len(faults)) == ({}, 1)
    assert f"{part[2:]} is missing" in faults[0]


@pytest.mark.parametrize(
    ("part", "array"),
    [
        ("l.qweight", np.zeros((4, OUT), np.int32)),
        ("l.qweight", np.zeros((IN // 8, OUT), np.int64)),
        ("l.qweight", np.zeros(IN, np.int32)),
        ("l.qzeros", np.zeros((4, 5), np.int32)),
        ("l.scales", np.zeros((1, OUT), np.float16)),
        ("l.g_idx", np.zeros(3, np.int32)),
    ],
)
def test_parts_that_do_not_fit_are_named(part: str, array: np.ndarray) -> None:
    found, faults = opened(GPTQ, {**whole_layer(), part: array})
    assert (found, len(faults)) == ({}, 1)


@pytest.mark.parametrize("wrong", [-1, IN, 2**31 - 1])
def test_an_index_that_leads_out_of_the_scales_is_refused(wrong: int) -> None:
    index = np.full(IN, wrong, np.int32)
    found, faults = opened(GPTQ, {**whole_layer(), "l.g_idx": index})
    assert not faults
    with pytest.raises(ValueError, match="do not cover"):
        found["l.weight"].rows(0, 1)


def test_the_rows_of_bitsandbytes_int8_have_a_scale_each() -> None:
    rng = np.random.default_rng(1)
    numbers = rng.integers(-127, 128, (OUT, IN)).astype(np.int8)
    scales = rng.random(OUT).astype(np.float32)
    found, faults = opened(Scheme(), {"l.weight": numbers, "l.SCB": scales})
    assert (set(found), faults) == ({"l.weight"}, [])
    weight = numbers.astype(np.float32) * scales[:, None] * np.float32(1 / 127)
    assert np.allclose(whole(found["l.weight"]), weight, rtol=1e-6)


@pytest.mark.parametrize(
    ("shape", "scheme"),
    [
        ((), Scheme("fp8")),
        ((1,), Scheme("fp8")),
        ((OUT, 1), Scheme("compressed-tensors")),
        ((OUT,), Scheme("fp8")),
        ((3, 4), Scheme("fp8", block=(16, 16))),
        ((2, 3), Scheme("fp8", block=(32, 24))),
        ((OUT, 4), Scheme("compressed-tensors", 8, 16)),
    ],
)
@pytest.mark.parametrize("name", ["weight_scale", "weight_scale_inv"])
def test_eight_bit_floats_are_scaled_by_tensor_row_group_or_block(
    shape: tuple[int, ...], scheme: Scheme, name: str
) -> None:
    rng = np.random.default_rng(1)
    numbers = rng.standard_normal((OUT, IN)).astype(ml_dtypes.float8_e4m3fn)
    scales = rng.random(shape or (1,)).astype(np.float32).reshape(shape)
    found, faults = opened(scheme, {"l.weight": numbers, f"l.{name}": scales})
    assert (set(found), faults) == ({"l.weight"}, [])
    full = scales.reshape(-1, 1) if shape == (OUT,) else scales.reshape(*(shape or (1,)), 1)[..., 0]
    full = np.atleast_2d(full)
    high, wide = -(-OUT // full.shape[0]), -(-IN // full.shape[1])
    if scheme.block:
        high, wide = scheme.block
    full = full.repeat(high, 0)[:OUT].repeat(wide, 1)[:, :IN]
    check(found["l.weight"], numbers.astype(np.float32) * full)


def test_scales_whose_place_is_not_said_are_named() -> None:
    numbers = np.ones((OUT, IN), ml_dtypes.float8_e4m3fn)
    found, faults = opened(
        Scheme("fp8"), {"l.weight": numbers, "l.weight_scale": np.ones((3, 4), np.float32)}
    )
    assert (found, len(faults)) == ({}, 1)


def test_a_scale_beside_ordinary_numbers_is_named() -> None:
    arrays = {"l.weight": np.ones((2, 2), np.float32), "l.weight_scale": np.ones(1, np.float32)}
    assert opened(Scheme(), arrays)[1]


@pytest.mark.parametrize("is_symmetric", [True, False])
def test_compressed_tensors_come_as_the_weight(*, is_symmetric: bool) -> None:
    rng = np.random.default_rng(1)
    numbers = rng.integers(0, 16, (OUT, IN))
    zeros = rng.integers(0, 16, (OUT, IN // GROUP))
    scales = rng.random((OUT, IN // GROUP)).astype(np.float32)
    arrays = {
        "l.weight_packed": packed_columns(numbers, 4),
        "l.weight_shape": np.array([OUT, IN]),
        "l.weight_scale": scales,
    }
    if not is_symmetric:
        arrays["l.weight_zero_point"] = packed_rows(zeros, 4)
    found, faults = opened(Scheme("compressed-tensors", 4, GROUP), arrays)
    assert (set(found), faults) == ({"l.weight"}, [])
    centre = 8 if is_symmetric else zeros.repeat(GROUP, 1)
    check(found["l.weight"], (numbers - centre).astype(np.float32) * scales.repeat(GROUP, 1))


def test_openai_s_four_bits_come_as_the_weight() -> None:
    rng = np.random.default_rng(1)
    blocks = rng.integers(0, 256, (3, 5, 4, 16), dtype=np.uint8)
    powers = rng.integers(120, 130, (3, 5, 4), dtype=np.uint8)
    found, faults = opened(Scheme("mxfp4"), {"mlp.up_blocks": blocks, "mlp.up_scales": powers})
    assert (set(found), faults) == ({"mlp.up"}, [])
    levels = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], np.float32)
    levels = np.concatenate((levels, -levels))
    halves = np.stack((blocks & 15, blocks >> 4), -1).reshape(3, 5, 4, 32)
    weight = levels[halves] * np.exp2(powers[..., None].astype(np.float32) - 127)
    assert found["mlp.up"].shape == (3, 5, 128)
    assert np.array_equal(whole(found["mlp.up"]), weight.reshape(3, 5, 128))


@pytest.mark.parametrize("is_nested", [True, False])
def test_bitsandbytes_four_bits_come_as_the_weight(*, is_nested: bool) -> None:
    rng = np.random.default_rng(1)
    shape, block = (OUT, IN - 1), 64
    count = OUT * (IN - 1)
    places = rng.integers(0, 16, count + count % 2)
    levels = np.sort(rng.standard_normal(16)).astype(np.float32)
    blocks = -(-count // block)
    state: dict[str, object] = {"quant_type": "nf4", "blocksize": block, "shape": list(shape)}
    arrays: dict[str, Array] = {
        "l.weight": (places[::2] << 4 | places[1::2]).astype(np.uint8)[:, None],
        "l.weight.quant_map": levels,
    }
    if is_nested:
        table = rng.standard_normal(256).astype(np.float32)
        inner = rng.integers(0, 256, blocks, dtype=np.uint8)
        outer = rng.random(-(-blocks // 16)).astype(np.float32)
        state |= {"nested_blocksize": 16, "nested_offset": 0.25}
        arrays |= {
            "l.weight.absmax": inner,
            "l.weight.nested_quant_map": table,
            "l.weight.nested_absmax": outer,
        }
        scales = table[inner] * outer.repeat(16)[:blocks] + np.float32(0.25)
    else:
        scales = rng.random(blocks).astype(np.float32)
        arrays["l.weight.absmax"] = scales
    written = np.frombuffer(json.dumps(state).encode(), np.uint8)
    arrays["l.weight.quant_state.bitsandbytes__nf4"] = written
    found, faults = opened(Scheme("bitsandbytes"), arrays)
    assert (set(found), faults) == ({"l.weight"}, [])
    weight = levels[places[:count]] * scales.repeat(block)[:count]
    check(found["l.weight"], weight.reshape(shape))


@pytest.mark.parametrize(
    "state", [b"", b"{", b"[]", b"{}", b'{"shape": [2, 2], "blocksize": 0}', b"[" * 4000]
)
def test_a_broken_state_is_named(state: bytes) -> None:
    arrays: dict[str, Array] = {
        "l.weight": np.zeros((2, 1), np.uint8),
        "l.weight.absmax": np.zeros(1, np.float32),
        "l.weight.quant_map": np.zeros(16, np.float32),
        "l.weight.quant_state.bitsandbytes__nf4": np.frombuffer(state, np.uint8),
    }
    found, faults = opened(Scheme(), arrays)
    assert (found, len(faults)) == ({}, 1)


def test_other_tensors_are_left_alone() -> None:
    arrays: dict[str, Array] = {
        "my_blocks": np.ones((2, 3, 16), np.uint8),
        "a.scales": np.ones(3, np.float32),
    }
    found, faults = opened(GPTQ, arrays)
    assert (set(found), faults) == (set(arrays), [])
