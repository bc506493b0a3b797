"""Weights that bitsandbytes stored as four bits: NF4 or FP4, under scales that may be rounded too.

https://github.com/bitsandbytes-foundation/bitsandbytes/blob/main/bitsandbytes/functional.py
(QuantState). The numbers of a weight follow each other in one run, two in a byte, the high half
first; each block of them has one scale, and those scales may in turn be bytes that stand for places
in a table, under scales of their own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lineage.formats.elements import FloatArray
from lineage.formats.header import FormatError
from lineage.formats.tensors import StoredTensor, check_rows, columns

#: A state is a short JSON object.
_MAX_STATE = 4096
_LEVELS = 16
_BYTES = 256
_MAX_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Nested:
    """Scales that are bytes themselves."""

    table: StoredTensor
    scales: StoredTensor
    block: int
    offset: float


@dataclass(frozen=True, slots=True)
class FourBits:
    """A weight of four bits to a number."""

    halves: StoredTensor
    levels: StoredTensor
    scales: StoredTensor
    block: int
    nested: _Nested | None
    name: str
    dtype: str
    shape: tuple[int, ...]

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return rows of the numbers that are meant."""
        check_rows(self, start, stop)
        width = columns(self.shape)
        first, last = start * width, stop * width
        if first == last:
            return np.empty((stop - start, width), np.float32)
        packed = _run(self.halves, first // 2, -(-last // 2)).astype(np.uint8)
        halves = np.stack((packed >> 4, packed & 0xF), axis=1).reshape(-1)
        numbers = _run(self.levels, 0, _LEVELS)[halves[first % 2 :][: last - first]]
        blocks = np.arange(first, last) // self.block
        scales = self._scales(int(blocks[0]), int(blocks[-1]) + 1)
        with np.errstate(all="ignore"):  # hostile scales overflow
            numbers *= scales[blocks - blocks[0]]
        found: FloatArray = numbers.reshape(-1, width)
        return found

    def _scales(self, first: int, last: int) -> FloatArray:
        scales = _run(self.scales, first, last)
        if self.nested is None:
            return scales
        blocks = np.arange(first, last) // self.nested.block
        outer = _run(self.nested.scales, int(blocks[0]), int(blocks[-1]) + 1)
        table = _run(self.nested.table, 0, _BYTES)
        with np.errstate(all="ignore"):  # as above
            meant = table[scales.astype(np.uint8)] * outer[blocks - blocks[0]]
            found: FloatArray = meant + np.float32(self.nested.offset)
        return found


def four_bits(tensors: Mapping[str, StoredTensor], name: str) -> FourBits:
    """Return the weight whose parts bear this name.

    Raises:
        FormatError: parts are missing or do not fit each other.
    """
    state = _state(tensors, name)
    shape, block = _shape(state.get("shape")), _count(state.get("blocksize"))
    halves, levels, scales = (
        _of(tensors, f"{name}{part}", dtype)
        for part, dtype in (("", "U8"), (".quant_map", "F32"), (".absmax", None))
    )
    elements = math.prod(shape)
    blocks = -(-elements // block)
    nested = _nested(tensors, name, state, blocks) if scales.dtype == "U8" else None
    fits = (
        -(-elements // 2) == math.prod(halves.shape)
        and math.prod(levels.shape) == _LEVELS
        and math.prod(scales.shape) == blocks
    )
    if not fits or not elements:
        raise FormatError("its parts do not fit each other")
    kind = str(state.get("quant_type", ""))[:8].upper()
    return FourBits(halves, levels, scales, block, nested, name, f"BNB-{kind}", shape)


def _nested(
    tensors: Mapping[str, StoredTensor], name: str, state: Mapping[str, object], count: int
) -> _Nested:
    table = _of(tensors, f"{name}.nested_quant_map", "F32")
    scales = _of(tensors, f"{name}.nested_absmax", "F32")
    block, offset = _count(state.get("nested_blocksize")), state.get("nested_offset")
    fits = math.prod(table.shape) == _BYTES and math.prod(scales.shape) == -(-count // block)
    if not fits or not isinstance(offset, (int, float)):
        raise FormatError("its parts do not fit each other")
    return _Nested(table, scales, block, float(offset))


def _state(tensors: Mapping[str, StoredTensor], name: str) -> dict[str, object]:
    """Return the state that is stored as a JSON text in a tensor of bytes."""
    found = [key for key in tensors if key.startswith(f"{name}.quant_state.bitsandbytes__")]
    if len(found) != 1 or math.prod(tensors[found[0]].shape) > _MAX_STATE:
        raise FormatError("its state is missing")
    written = tensors[found[0]].rows(0, 1)[0].astype(np.uint8).tobytes()
    try:
        state = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise FormatError("its state is not JSON") from error
    if not isinstance(state, dict):
        raise FormatError("its state is no mapping")
    return state


def _of(tensors: Mapping[str, StoredTensor], name: str, dtype: str | None) -> StoredTensor:
    part = tensors.get(name)
    if part is None or part.dtype not in ({dtype} if dtype else {"U8", "F32"}):
        raise FormatError(f"{name.rpartition('.')[2]} is missing or of another type")
    return part


def _shape(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or any(type(size) is not int or size < 0 for size in value):
        raise FormatError("its shape is not given")
    return tuple(value)


def _count(value: object) -> int:
    if type(value) is not int or not 0 < value <= _MAX_BLOCK:
        raise FormatError("the size of its blocks is not given")
    return value


def _run(tensor: StoredTensor, first: int, last: int) -> FloatArray:
    """Return elements ``first`` to ``last`` of a tensor, whatever its shape."""
    width = columns(tensor.shape)
    rows = tensor.rows(first // width, -(-last // width)).reshape(-1)
    skipped = first % width
    return rows[skipped : skipped + last - first]
