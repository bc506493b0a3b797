from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.formats import FormatError
from lineage.formats.scaled import Scaled
from tests.doubles.sources import same, tensors, whole

DATA = Path(__file__).parents[1] / "data/weights"
INSIDE, OUTSIDE = (DATA / f"{name}.onnx" for name in ("inside", "outside"))
KNOWN = {
    name: np.array([float(v) for v in said["values"]], np.float32).reshape(said["shape"])
    for name, said in json.loads((DATA / "values.json").read_text())["onnx"].items()
}


def test_every_initialiser_and_constant_reads_as_in_the_library() -> None:
    found = tensors("onnx", INSIDE.read_bytes())
    assert found.keys() == KNOWN.keys()
    for name, values in KNOWN.items():
        assert same(whole(found[name]), values), name
    assert isinstance(found["quantised"], Scaled)
    assert (found["quantised"].dtype, found["half"].dtype) == ("I8", "F16")


def test_weights_beside_the_model_are_read_there() -> None:
    far = (DATA / "outside.data").read_bytes()
    found = tensors("onnx", OUTSIDE.read_bytes(), outside_data=far)
    assert {name: same(whole(found[name]), values) for name, values in KNOWN.items()} == (
        dict.fromkeys(KNOWN, True)
    )


def test_weights_beside_the_model_that_are_not_here_are_listed_with_the_reason() -> None:
    found = tensors("onnx", OUTSIDE.read_bytes())
    assert same(whole(found["raw"]), KNOWN["raw"])
    with pytest.raises(FormatError, match=r"not here: outside\.data"):
        found["far"].rows(0, 1)


def test_a_file_beside_the_model_that_is_too_short_is_refused() -> None:
    with pytest.raises(FormatError, match="does not fit"):
        tensors("onnx", OUTSIDE.read_bytes(), outside_data=b"x" * 100)


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def part(number: int, content: bytes | str | int) -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    raw = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def model(*tensors: bytes) -> bytes:
    return part(7, b"".join(part(5, tensor) for tensor in tensors))


def tensor(*fields: bytes, name: str = "w", shape: tuple[int, ...] = (2,), kind: int = 1) -> bytes:
    dims = b"".join(part(1, size) for size in shape)
    return dims + part(2, kind) + part(8, name) + b"".join(fields)


ONE = tensor(part(9, np.array([1, 2], "<f4").tobytes()))


def test_the_encoder_of_these_tests_writes_what_is_read() -> None:
    assert same(whole(tensors("onnx", model(ONE))["w"]), np.array([1, 2], np.float32))


@pytest.mark.parametrize("location", ["../x", "/etc/passwd", "a/../../x", "..\\x"])
def test_weights_outside_of_the_folder_are_refused(location: str) -> None:
    entry = part(1, "location") + part(2, location)
    with pytest.raises(FormatError, match="outside of its folder"):
        tensors("onnx", model(tensor(part(13, entry), part(14, 1))))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 30,
        part(7, b"")[:-1] + b"\x05",
        part(7, b"") * 2,
        part(7, 5),
        model(ONE)[:-1],
        model(ONE, ONE),
        model(tensor(part(9, b"1234567"))),
        model(tensor(part(9, b"x" * 8), shape=(1 << 63, 4))),
        model(tensor(part(9, b"x" * 8), shape=(1,) * 40)),
        model(tensor(part(9, b"x" * 8), name="n" * 5000)),
        model(tensor(part(13, part(1, "length") + part(2, "-1")), part(14, 1))),
        part(7, varint(5 << 3 | 3)),
    ],
    ids=lambda content: repr(content[:40]),
)
def test_a_malformed_model_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        tensors("onnx", content)


@pytest.mark.parametrize(
    ("kind", "field", "values", "expected"),
    [
        (2, 5, (1, 255), (1, 255)),
        (3, 5, (1, (1 << 64) - 128), (1, -128)),
        (6, 5, (7, (1 << 64) - 1), (7, -1)),
        (7, 7, (7, (1 << 64) - 1), (7, -1)),
        (10, 5, (0x3C00, 0xC000), (1, -2)),
        (13, 11, (3, 4), (3, 4)),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_few_whole_numbers_that_are_written_one_by_one_are_read(
    kind: int, field: int, values: tuple[int, ...], expected: tuple[int, ...], *, packed: bool
) -> None:
    together = part(field, b"".join(map(varint, values)))
    apart = b"".join(part(field, value) for value in values)
    content = model(tensor(together if packed else apart, kind=kind))
    found = tensors("onnx", content)["w"]
    assert same(whole(found), np.array(expected, np.float32))


@pytest.mark.parametrize(
    "fields", [(part(5, b"\1\2"),), (part(4, 1),), (), (part(9, b"x" * 8), part(3, b""))]
)
def test_numbers_stored_in_other_ways_are_listed_and_not_read(fields: tuple[bytes, ...]) -> None:
    (found,) = tensors("onnx", model(tensor(*fields))).values()
    with pytest.raises(FormatError):
        found.rows(0, 1)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_model_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(INSIDE.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        for found in tensors("onnx", bytes(content)).values():
            found.rows(0, min(1, len(found.shape)))
    except FormatError:
        pass
