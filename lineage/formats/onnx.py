"""ONNX models: the initialisers of their graph, and the constants among its nodes.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 has the numbers of the fields. The file is
walked on the wire, since the onnx package would parse all of it into memory. Weights that a
quantising exporter stored as whole numbers with a scale (a DequantizeLinear node) come as the
numbers that they stand for.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from lineage.formats.header import MAX_NAME, MAX_TENSORS, FormatError
from lineage.formats.paging import Source
from lineage.formats.safetensors import BITS
from lineage.formats.scaled import Scaled, per_axis
from lineage.formats.tensors import Opaque, StoredTensor, dense
from lineage.formats.wire import Field, fields, numbers, text

#: Gives the file at a path relative to the model's own folder, or None where there is none.
Beside: TypeAlias = Callable[[str], Source | None]

#: TensorProto.DataType, in the words of safetensors.
_TYPES = {
    1: "F32",
    2: "U8",
    3: "I8",
    4: "U16",
    5: "I16",
    6: "I32",
    7: "I64",
    9: "BOOL",
    10: "F16",
    11: "F64",
    12: "U32",
    13: "U64",
    14: "C64",
    16: "BF16",
    17: "F8_E4M3",
    18: "F8_E4M3FNUZ",
    19: "F8_E5M2",
    20: "F8_E5M2FNUZ",
    24: "F8_E8M0",
}
_MODEL_GRAPH = 7
_MAX_DIMENSIONS = 32
#: Numbers of one tensor that are read where each is written by itself.
_FEW = 4096
#: Types whose numbers have fields of their own.
_NEVER_WHOLE = frozenset({"C64", "F32", "F64"})
_ONE_BY_ONE = "its numbers are stored one by one, which is not read"


def read_tensors(source: Source, beside: Beside) -> tuple[StoredTensor, ...]:
    """Return the graph's tensors by name; sub-graphs are not looked into.

    Raises:
        FormatError: it is no ONNX model, or a name comes twice.
    """
    graphs = [item for item in fields(source, 0, source.size) if item.number == _MODEL_GRAPH]
    if len(graphs) != 1 or not graphs[0].is_bytes:
        raise FormatError("no ONNX model with one graph")
    found: dict[str, StoredTensor] = {}
    dequantised = []
    for item in fields(source, graphs[0].start, graphs[0].stop):
        match item:
            case Field(number=1, is_bytes=True):  # GraphProto.node
                node = _node(source, item)
                if node.operator == "Constant" and node.value and node.output:
                    _add(found, _tensor(source, node.value, node.output, beside))
                elif node.operator == "DequantizeLinear":
                    dequantised.append(node)
            case Field(number=5, is_bytes=True):  # GraphProto.initializer
                _add(found, _tensor(source, item, "", beside))
    for node in dequantised:
        _dequantise(found, node)
    return tuple(found.values())


def _add(found: dict[str, StoredTensor], tensor: StoredTensor) -> None:
    if tensor.name in found or len(tensor.name) > MAX_NAME or len(found) >= MAX_TENSORS:
        raise FormatError(f"the tensor's name {tensor.name[:80]!r} comes twice or is too long")
    found[tensor.name] = tensor


@dataclass(slots=True)
class _Node:
    """What is needed of a node."""

    operator: str = ""
    inputs: list[str] = field(default_factory=list)
    output: str = ""
    value: Field | None = None
    axis: int = 1


def _node(source: Source, place: Field) -> _Node:
    node = _Node()
    attributes = []
    for item in fields(source, place.start, place.stop):
        match item.number:
            case 1:
                node.inputs.append(text(source, item))
            case 2:
                node.output = node.output or text(source, item)
            case 4:
                node.operator = text(source, item)
            case 5:
                attributes.append(item)
    if node.operator in {"Constant", "DequantizeLinear"}:
        for item in attributes:
            _attribute(source, item, node)
    return node


def _attribute(source: Source, place: Field, node: _Node) -> None:
    parts = {item.number: item for item in fields(source, place.start, place.stop)}
    name, integer, tensor = parts.get(1), parts.get(3), parts.get(5)
    called = text(source, name) if name else ""
    if called == "axis" and integer:
        node.axis = integer.value - (integer.value >> 63 << 64)
    if called == "value" and tensor:
        node.value = tensor


def _dequantise(found: dict[str, StoredTensor], node: _Node) -> None:
    """Put the numbers in place of the whole numbers, where all that the node reads is constant."""
    parts = [found[name] for name in node.inputs if name in found]
    given = [name for name in node.inputs if name]
    if len(parts) != len(given) or not 2 <= len(parts) <= 3 or isinstance(parts[0], Scaled):  # noqa: PLR2004 - numbers, scales, perhaps zero points
        return
    zeros = parts[2] if len(parts) > 2 else None  # noqa: PLR2004 - as above
    try:
        found[parts[0].name] = per_axis(parts[0], parts[1], zeros, node.axis)
    except FormatError as error:
        found[parts[0].name] = Opaque(parts[0].name, parts[0].dtype, parts[0].shape, str(error))


@dataclass(slots=True)
class _Parts:
    """A TensorProto's fields, its content still in the file."""

    shape: list[int] = field(default_factory=list)
    type: int = 0
    name: str = ""
    content: Field | None = None
    #: Few numbers, each written by itself; scales and zero points come so.
    single: list[int] = field(default_factory=list)
    #: Why its content cannot be had.
    fault: str = ""
    external: dict[str, str] | None = None


def _parts(source: Source, place: Field) -> _Parts:
    parts = _Parts()
    entries = {}
    for item in fields(source, place.start, place.stop):
        match item:
            case Field(number=1):
                parts.shape += numbers(source, item)
            case Field(number=2):
                parts.type = item.value
            case Field(number=8):
                parts.name = text(source, item)
            case Field(number=3 | 4 | 5 | 6 | 7 | 9 | 10 | 11):
                _content(source, item, parts)
            case Field(number=13):
                entry = {part.number: part for part in fields(source, item.start, item.stop)}
                if 1 in entry and 2 in entry:  # noqa: PLR2004 - key and value
                    entries[text(source, entry[1])] = text(source, entry[2])
            case Field(number=14, value=1):
                parts.external = entries
    return parts


def _content(source: Source, item: Field, parts: _Parts) -> None:
    """Note where a tensor's numbers lie, or what they are where each is written by itself."""
    match item:
        case Field(number=4 | 9 | 10, is_bytes=True):  # floats, raw bytes or doubles
            parts.fault = _ONE_BY_ONE if parts.content else parts.fault
            parts.content = item
        case Field(number=5 | 7 | 11) if len(parts.single) < _FEW:  # whole numbers
            parts.single += numbers(source, item)
        case _:
            parts.fault = _ONE_BY_ONE


def _tensor(source: Source, place: Field, name: str, beside: Beside) -> StoredTensor:
    parts = _parts(source, place)
    name = name or parts.name
    shape: tuple[int, ...] = tuple(parts.shape)
    if len(shape) > _MAX_DIMENSIONS or any(size >> 62 for size in shape):
        raise FormatError(f"{name[:80]!r} has a shape that is none")
    dtype = _TYPES.get(parts.type, f"type {parts.type}")
    if parts.external is not None:
        return _outside(name, dtype, shape, parts.external, beside)
    elements = math.prod(shape)
    if parts.single and not parts.content and not parts.fault:
        return _written_out(name, dtype, shape, parts.single)
    if parts.fault or (parts.content is None and elements):
        return Opaque(name, dtype, shape, parts.fault or "its numbers are missing")
    start, stop = (parts.content.start, parts.content.stop) if parts.content else (0, 0)
    if dtype in BITS and _bytes(dtype, shape) != stop - start:
        raise FormatError(f"the shape of {name[:80]!r} does not fit its place in the file")
    return dense(source, name, dtype, shape, start)


def _written_out(name: str, dtype: str, shape: tuple[int, ...], single: list[int]) -> StoredTensor:
    """Return a tensor whose numbers, or their bits where they are no whole ones, are given."""
    if dtype not in BITS or dtype in _NEVER_WHOLE or len(single) != math.prod(shape):
        return Opaque(name, dtype, shape, _ONE_BY_ONE)
    size = BITS[dtype] // 8
    mask = (1 << BITS[dtype]) - 1
    content = b"".join((value & mask).to_bytes(size, "little") for value in single)
    return dense(_Given(content), name, dtype, shape, 0)


@dataclass(frozen=True, slots=True)
class _Given:
    """Bytes that are in memory already."""

    content: bytes

    def exactly(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes from ``start`` on."""
        return self.content[start : start + count]


def _outside(
    name: str, dtype: str, shape: tuple[int, ...], entries: dict[str, str], beside: Beside
) -> StoredTensor:
    """Return a tensor whose bytes lie in a file beside the model."""
    location = entries.get("location", "")
    numbers_given = [entries.get(key, "0") for key in ("offset", "length")]
    if location.startswith("/") or ".." in location.split("/") or "\\" in location:
        raise FormatError(f"its weights are said to lie outside of its folder: {location[:80]!r}")
    if not all(value.isdecimal() and len(value) < 20 for value in numbers_given):  # noqa: PLR2004 - digits of 64 bits
        raise FormatError(f"the place of {name[:80]!r} is malformed")
    source = beside(location)
    if source is None:
        return Opaque(name, dtype, shape, f"the file beside it is not here: {location[:80]}")
    if dtype not in BITS:
        return dense(source, name, dtype, shape, 0)
    start, length = map(int, numbers_given)
    size = _bytes(dtype, shape)
    if (length and length != size) or start + size > source.size:
        raise FormatError(f"{name[:80]!r} does not fit the file beside the model")
    return dense(source, name, dtype, shape, start)


def _bytes(dtype: str, shape: tuple[int, ...]) -> int:
    return math.prod(shape) * BITS[dtype] // 8
