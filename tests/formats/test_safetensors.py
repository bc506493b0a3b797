from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np
import pytest
import safetensors
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from lineage.formats import FormatError, Header
from lineage.formats.safetensors import BITS, read_header

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda name: name != "__metadata__"
)
SHAPES = st.lists(st.integers(0, 4), max_size=3).map(tuple)
DTYPES = st.sampled_from(["float16", "float32", "float64", "int8", "uint8", "int64", "bool"])
TENSORS = st.dictionaries(NAMES, st.builds(np.zeros, SHAPES, DTYPES), max_size=6)
# Without tensors and with empty metadata the library (0.8.0) writes what it cannot read itself.
METADATA = st.none() | st.dictionaries(
    NAMES, st.text(st.characters(exclude_categories=["Cs"])), min_size=1
)


def read(content: bytes) -> Header:
    return read_header(lambda start, stop: content[start:stop], len(content))


def file_with(header: str | bytes, data: bytes = b"") -> bytes:
    raw = header if isinstance(header, bytes) else header.encode()
    return len(raw).to_bytes(8, "little") + raw + data


def described(**tensors: tuple[str, list[int], tuple[int, int]]) -> str:
    return json.dumps(
        {
            name: {"dtype": dtype, "shape": shape, "data_offsets": offsets}
            for name, (dtype, shape, offsets) in tensors.items()
        }
    )


def as_the_library_reads_it(content: bytes) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    return {
        name: (tensor["dtype"], tuple(tensor["shape"]), bytes(tensor["data"]))
        for name, tensor in safetensors.deserialize(content)  # type: ignore[no-untyped-call]  # Rust
    }


def as_we_read_it(content: bytes) -> dict[str, tuple[str, tuple[int, ...], bytes]]:
    return {
        tensor.name: (tensor.dtype, tensor.shape, content[slice(*tensor.span)])
        for tensor in read(content).tensors
    }


@given(TENSORS, METADATA)
def test_every_file_that_the_library_writes_is_read(
    tensors: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]],
    metadata: dict[str, str] | None,
) -> None:
    content = save(tensors, metadata)
    assert as_we_read_it(content) == as_the_library_reads_it(content)
    assert dict(read(content).metadata) == (metadata or {})


@given(st.data())
def test_what_is_accepted_after_a_mutation_reads_as_in_the_library(data: st.DataObject) -> None:
    written = save(
        {"a": np.arange(6, dtype="float32").reshape(2, 3), "b": np.ones(4, "int8")}, {"k": "v"}
    )
    place = data.draw(st.integers(0, len(written) - 1))
    change: Callable[[bytes], bytes] = data.draw(
        st.sampled_from(
            [
                lambda piece: piece[1:],
                lambda piece: b"0" + piece,
                lambda piece: b"\0" + piece[1:],
                lambda piece: b"1" + piece[1:],
                lambda piece: bytes([piece[0] ^ 4]) + piece[1:],
                lambda piece: piece[:8] + piece,
                lambda piece: b"",
            ]
        )
    )
    content = written[:place] + change(written[place:])
    try:
        ours = as_we_read_it(content)
    except FormatError:
        return
    assert ours == as_the_library_reads_it(content)


def test_the_types_are_those_of_the_library() -> None:
    refused = file_with(described(a=("NO_SUCH", [0], (0, 0))))
    with pytest.raises(safetensors.SafetensorError) as error:
        safetensors.deserialize(refused)  # type: ignore[no-untyped-call]  # Rust
    listed = {word.strip("`") for word in str(error.value).split() if word.startswith("`")}
    known = {name.rstrip(",").strip("`") for name in listed} - {"NO_SUCH"}
    assert known <= BITS.keys(), "the library knows a type that we refuse"
    assert {"F4", "F8_E8M0", "BF16"} <= known


def test_a_tensor_is_placed_from_the_start_of_the_file() -> None:
    header = described(b=("U8", [3], (4, 7)), a=("F16", [2], (0, 4)))
    start = 8 + len(header)
    first, second = read(file_with(header, b"aaaabbb")).tensors
    assert (first.name, first.dtype, first.shape, first.span) == (
        "a",
        "F16",
        (2,),
        (start, start + 4),
    )
    assert second.span == (start + 4, start + 7)


def test_only_the_header_is_fetched() -> None:
    big = save({"a": np.zeros(500_000, "float32")})
    asked: list[tuple[int, int]] = []

    def reader(start: int, stop: int) -> bytes:
        asked.append((start, stop))
        return big[start:stop]

    read_header(reader, len(big))
    assert asked == [(0, 65_536)]


def test_a_long_header_takes_a_second_range() -> None:
    many = {f"model.layers.{i}.weight": np.zeros(1, "int8") for i in range(2_000)}
    content = save(many)
    assert len(read(content).tensors) == 2_000


HOSTILE = {
    "empty file": b"",
    "only a length": (2).to_bytes(8, "little"),
    "length beyond the file": (100).to_bytes(8, "little") + b"{}",
    "length of 2^62": (1 << 62).to_bytes(8, "little") + b"{}",
    "empty header": file_with(""),
    "a list": file_with("[]"),
    "leading spaces": file_with("  {}"),
    "not UTF-8": file_with(b'{"\xff":1}'),
    "half JSON": file_with('{"a":{"dtype":"F32"'),
    "trailing text in the header": file_with("{} x"),
    "two objects": file_with("{}{}"),
    "no comma": file_with('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]} "b":{}}'),
    "trailing comma": file_with('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},}'),
    "bytes after the tensors": file_with(described(a=("U8", [1], (0, 1))), b"xPK"),
    "bytes and no tensor": file_with("{}", b"PK"),
    "hole": file_with(described(a=("U8", [1], (0, 1)), b=("U8", [1], (2, 3))), b"xxx"),
    "hole at the start": file_with(described(a=("U8", [1], (1, 2))), b"xx"),
    "overlap": file_with(described(a=("U8", [2], (0, 2)), b=("U8", [2], (1, 3))), b"xxx"),
    "same place": file_with(described(a=("U8", [2], (0, 2)), b=("U8", [2], (0, 2))), b"xx"),
    "beyond the file": file_with(described(a=("U8", [9], (0, 9))), b"x"),
    "shape too large": file_with(described(a=("F32", [2], (0, 4))), b"xxxx"),
    "shape overflow": file_with(described(a=("F32", [1 << 62, 4], (0, 0)))),
    "begin after end": file_with(described(a=("U8", [1], (1, 0))), b"x"),
    "negative dimension": file_with(described(a=("U8", [-1, -1], (0, 1))), b"x"),
    "negative offset": file_with(described(a=("U8", [1], (-1, 0))), b""),
    "fractional dimension": file_with(
        '{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}', b"x"
    ),
    "truth for a dimension": file_with(
        '{"a":{"dtype":"U8","shape":[true],"data_offsets":[0,1]}}', b"x"
    ),
    "NaN for a dimension": file_with(
        '{"a":{"dtype":"U8","shape":[NaN],"data_offsets":[0,1]}}', b"x"
    ),
    "three offsets": file_with('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}', b"x"),
    "unknown type": file_with(described(a=("F7", [1], (0, 1))), b"x"),
    "type in small letters": file_with(described(a=("u8", [1], (0, 1))), b"x"),
    "half a byte": file_with(described(a=("F4", [3], (0, 1))), b"x"),
    "a member too many": file_with('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}'),
    "a member twice": file_with(
        '{"a":{"dtype":"U8","dtype":"I8","shape":[0],"data_offsets":[0,0]}}'
    ),
    "a member missing": file_with('{"a":{"dtype":"U8","shape":[0]}}'),
    "a name twice": file_with(
        '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    ),
    "metadata twice": file_with('{"__metadata__":{},"__metadata__":{}}'),
    "a metadata key twice": file_with('{"__metadata__":{"a":"1","a":"2"}}'),
    "metadata that is no text": file_with('{"__metadata__":{"a":1}}'),
    "metadata that is a list": file_with('{"__metadata__":["a"]}'),
    "deep metadata": file_with('{"__metadata__":' + '{"a":' * 3_000 + "1" + "}" * 3_001),
    "deep shape": file_with('{"a":{"dtype":"U8","shape":' + "[" * 20_000),
    "half a surrogate pair in a name": file_with(
        '{"\\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    ),
    "half a surrogate pair in metadata": file_with('{"__metadata__":{"a":"\\udfff"}}'),
    "a control character in a name": file_with(
        '{"a\n":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}'
    ),
    "a long name": file_with(described(**{"n" * 513: ("U8", [0], (0, 0))})),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_malformed_file_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        read(content)


def test_every_truncation_is_refused() -> None:
    content = save({"a": np.zeros(3, "float32")}, {"format": "pt"})
    for stop in range(len(content)):
        with pytest.raises(FormatError):
            read(content[:stop])


def test_three_hundred_thousand_empty_tensors_are_refused_soon() -> None:
    entry = '"t%d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}'
    content = file_with("{" + ",".join(entry % i for i in range(300_000)) + "}")
    start = time.process_time()
    with pytest.raises(FormatError, match="more than 200,000 tensors"):
        read(content)
    assert time.process_time() - start < 10


def test_a_header_of_lists_costs_no_memory() -> None:
    content = file_with('{"a":' + "[" + "[]," * 2_000_000 + "[]]}")
    with pytest.raises(FormatError, match="the description of a tensor is missing"):
        read(content)


def test_a_header_beyond_the_bound_is_refused_before_it_is_fetched() -> None:
    def reader(start: int, stop: int) -> bytes:
        assert stop <= 65_536
        return (200_000_000).to_bytes(8, "little")[start:stop] + b"{" * 100

    with pytest.raises(FormatError, match="more than the format allows"):
        read_header(reader, 1 << 40)


def test_what_the_host_cuts_short_is_refused() -> None:
    content = save({f"t{i}": np.zeros(1, "int8") for i in range(2_000)})
    with pytest.raises(FormatError, match="ends before its header"):
        read_header(lambda start, stop: content[start : min(stop, 70_000)], len(content))


def test_names_are_kept_as_they_are() -> None:
    content = file_with(described(**{"../\x1b[31mred": ("U8", [1], (0, 1))}), b"x")
    assert read(content).tensors[0].name == "../\x1b[31mred"
