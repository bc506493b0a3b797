from __future__ import annotations

import math
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save

from lineage.formats import FormatError
from lineage.formats.elements import element, ggml_element
from lineage.formats.gguf import TYPES, read_texts
from lineage.formats.paging import PAGE, SMALL, Source
from tests.doubles.sources import Ranges, same, source, tensors, whole

#: Types that NumPy has, or ml_dtypes, and safetensors can write.
DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "BF16": ml_dtypes.bfloat16,
    "F8_E4M3": ml_dtypes.float8_e4m3fn,
    "F8_E5M2": ml_dtypes.float8_e5m2,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U64": np.uint64,
    "U32": np.uint32,
    "U16": np.uint16,
    "U8": np.uint8,
    "BOOL": np.bool_,
}


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_type_of_safetensors_reads_as_in_its_library(dtype: str) -> None:
    rng = np.random.default_rng(1)
    array = (rng.standard_normal((7, 3, 5)) * 30).astype(np.float32).astype(DTYPES[dtype])
    (found,) = tensors("safetensors", save({"w": array})).values()
    assert (found.name, found.dtype, found.shape) == ("w", dtype, (7, 3, 5))
    assert same(whole(found), array.astype(np.float32))
    table = array.astype(np.float32).reshape(21, 5)
    assert same(found.rows(4, 11), table[4:11])


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        ("F8_E4M3", ml_dtypes.float8_e4m3fn),
        ("F8_E4M3FNUZ", ml_dtypes.float8_e4m3fnuz),
        ("F8_E5M2", ml_dtypes.float8_e5m2),
        ("F8_E5M2FNUZ", ml_dtypes.float8_e5m2fnuz),
        ("F8_E8M0", ml_dtypes.float8_e8m0fnu),
        ("F16", np.float16),
        ("BF16", ml_dtypes.bfloat16),
    ],
)
def test_every_bit_pattern_of_a_small_type_is_known(dtype: str, kind: type) -> None:
    width = np.dtype(kind).itemsize
    patterns = np.arange(1 << 8 * width, dtype=f"<u{width}")
    with np.errstate(all="ignore"):
        values = patterns.view(kind).astype(np.float32)
    assert same(element(dtype).decode(patterns.tobytes()), values)


def test_half_bytes_come_low_half_first_and_start_anywhere() -> None:
    pairs = np.arange(256, dtype=np.uint8)
    halves = np.stack((pairs & 15, pairs >> 4), 1).reshape(-1)
    values = halves.view(ml_dtypes.float4_e2m1fn).astype(np.float32)
    four = element("F4")
    assert same(four.decode(pairs.tobytes()), values)
    first, last = four.span(3, 8)
    assert (first, last) == (1, 4)
    assert same(four.numbers(pairs.tobytes()[first:last], 3, 5), values[3:8])


@pytest.mark.parametrize("dtype", ["F6_E2M3", "C64", "Q4_0"])
def test_a_type_without_real_numbers_is_listed_and_not_read(dtype: str) -> None:
    with pytest.raises(FormatError, match=dtype):
        element(dtype)


def test_nan_and_infinity_come_through() -> None:
    odd = np.array([[np.nan, np.inf, -np.inf, 0.0]], np.float32)
    for dtype in (np.float32, np.float16, ml_dtypes.bfloat16, np.float64):
        (found,) = tensors("safetensors", save({"w": odd.astype(dtype)})).values()
        assert same(whole(found), odd)


@pytest.mark.parametrize("shape", [(0,), (0, 4), (4, 0), (3, 0, 2), ()])
def test_tensors_without_rows_or_columns_read_as_such(shape: tuple[int, ...]) -> None:
    (found,) = tensors("safetensors", save({"w": np.zeros(shape, np.float32)})).values()
    assert whole(found).shape == shape


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (0, 4), (2, 1), (4, 4)])
def test_rows_that_are_not_there_are_refused(start: int, stop: int) -> None:
    (found,) = tensors("safetensors", save({"w": np.zeros((3, 2), np.float32)})).values()
    with pytest.raises(FormatError, match="no rows"):
        found.rows(start, stop)


@settings(max_examples=60, deadline=None)
@given(
    array=hnp.arrays(np.float32, hnp.array_shapes(max_dims=4, max_side=6)),
    data=st.data(),
)
def test_any_rows_of_any_array_come_back(array: np.ndarray, data: st.DataObject) -> None:
    found = tensors("safetensors", save({"a": array, "b": array[..., ::-1].copy()}))
    height = math.prod(array.shape[:-1])
    start = data.draw(st.integers(0, height))
    stop = data.draw(st.integers(start, height))
    table = array.reshape(height, array.shape[-1])
    assert same(found["a"].rows(start, stop), table[start:stop])
    assert same(found["b"].rows(start, stop), table[start:stop, ::-1].copy())


QUANTISED = [
    name
    for number, (name, elements, _) in TYPES.items()
    if elements > 1 and number in list(GGMLQuantizationType) and name not in {"Q8_1", "Q8_K"}
]


@pytest.mark.parametrize("name", QUANTISED)
def test_every_block_type_of_gguf_reads_as_its_library_dequantises(name: str) -> None:
    kind = GGMLQuantizationType[name]
    size = GGML_QUANT_SIZES[kind][1]
    rng = np.random.default_rng(3)
    blocks = rng.integers(0, 256, (6, 2 * size), dtype=np.uint8)
    found = ggml_element(name)
    with np.errstate(all="ignore"):
        try:
            known = dequantize(blocks, kind)
        except NotImplementedError:
            with pytest.raises(FormatError):
                found.decode(blocks.tobytes())
            return
    assert same(found.decode(blocks.tobytes()).reshape(known.shape), known)


@pytest.mark.parametrize("name", ["Q4_0", "Q8_0", "Q5_1", "BF16", "F16", "F32"])
def test_a_written_gguf_file_reads_by_rows(tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(4)
    matrix = rng.standard_normal((9, 64)).astype(np.float32)
    kind = GGMLQuantizationType[name]
    path = tmp_path / "m.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_token_list([f"t{n}" for n in range(1000)])
    writer.add_embedding_length(64)
    writer.add_tensor("w", quantize(matrix, kind), raw_dtype=kind)
    writer.add_tensor("norm", np.ones(5, np.float32))
    for step in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{step}_to_file")()
    writer.close()
    content = path.read_bytes()
    found = tensors("gguf", content)
    known = dequantize(GGUFReader(path).tensors[0].data, kind).reshape(9, 64)
    assert same(whole(found["w"]), known)
    assert same(found["w"].rows(3, 7), known[3:7])
    assert same(whole(found["norm"]), np.ones(5, np.float32))
    read = source(content)
    tokens = read_texts(read, len(content), "tokenizer.ggml.tokens")
    assert tokens == tuple(f"t{n}" for n in range(1000))
    assert read_texts(read, len(content), "llama.embedding_length") is None
    assert read_texts(read, len(content), "absent") is None


def test_blocks_that_live_only_in_memory_are_not_read() -> None:
    for name in ("Q8_1", "Q8_K", "type 99"):
        with pytest.raises(FormatError, match=name):
            ggml_element(name)


def test_small_reads_share_fetches_and_bytes_are_counted() -> None:
    file = Ranges(bytes(range(256)) * 1024)
    read = Source(file, len(file.content))
    assert read(10, 20) == file.content[10:20]
    assert read(100, 5000) == file.content[100:5000]
    assert read(0, 10) == file.content[:10]
    assert file.asked == [(0, PAGE), (PAGE, 2 * PAGE)]
    assert read.fetched == 2 * PAGE
    assert read(100, 100 + SMALL + 1) == file.content[100 : 101 + SMALL]
    assert file.asked[-1] == (100, 101 + SMALL)
    assert read(len(file.content) - 3, len(file.content) + 50) == file.content[-3:]
    assert read(len(file.content), len(file.content) + 5) == b""
    with pytest.raises(FormatError, match="cut short"):
        read.exactly(len(file.content) - 3, 4)


def test_pages_are_let_go() -> None:
    file = Ranges(b"x" * (PAGE * 1000))
    read = Source(file, len(file.content))
    for page in range(1000):
        read(page * PAGE, page * PAGE + 1)
    assert len(read._pages) <= 256
    read(0, 1)
    assert len(file.asked) == 1001


@settings(max_examples=50, deadline=None)
@given(ranges=st.lists(st.tuples(st.integers(0, 70_000), st.integers(0, 70_000)), max_size=20))
def test_any_ranges_are_what_the_file_has(ranges: list[tuple[int, int]]) -> None:
    content = np.random.default_rng(1).bytes(66_000)
    read = Source(Ranges(content), len(content))
    for start, stop in ranges:
        assert read(start, stop) == content[start:stop]


def test_a_row_costs_its_own_bytes() -> None:
    content = save({"w": np.zeros((10_000, 4096), np.float16)})
    read = source(content)
    from lineage.formats.files import read_tensors

    (found,) = read_tensors("safetensors", read, lambda _: None)
    before = read.fetched
    found.rows(5_000, 5_020)
    assert read.fetched - before == 20 * 4096 * 2
    found.rows(7_000, 7_001)
    assert read.fetched - before <= 21 * 4096 * 2 + 2 * PAGE
