"""Tensors stored as small whole numbers with scales, as the numbers that they stand for.

All the schemes in use are one: a grid of scales, and perhaps of zero points, is laid over the
matrix. Per tensor it has one cell, per channel a cell for each row, per group several in each row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lineage.formats.elements import FloatArray
from lineage.formats.header import FormatError
from lineage.formats.tensors import Raw, StoredTensor, check_rows, columns

_WORD = 32
#: Where AWQ puts eight neighbours in a word (AutoAWQ, ``awq/utils/packing_utils.py``).
AWQ_ORDER = (0, 4, 1, 5, 2, 6, 3, 7)


class Words(Protocol):
    """A table of whole numbers of 32 bits, each of which holds several small ones."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return its shape."""

    def raw(self, start: int, stop: int) -> Raw:
        """Return rows as they are stored: [rows, columns, 4]."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Whole numbers of a few bits, several in each word, along the rows or along the columns."""

    words: Words
    name: str
    dtype: str
    shape: tuple[int, ...]
    bits: int
    #: Whether the numbers of a word stand in one row; else they stand in one column.
    along_row: bool
    #: Which place in the word each of its numbers has; None: in their order.
    order: tuple[int, ...] | None = None
    #: Added to each number.
    plus: int = 0

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return rows of the whole numbers."""
        check_rows(self, start, stop)
        each = _WORD // self.bits
        first, last = (start, stop) if self.along_row else (start // each, -(-stop // each))
        words = np.ascontiguousarray(self.words.raw(first, last)).view("<u4")[..., 0]
        order = self.order or tuple(range(each))
        mask = (1 << self.bits) - 1
        found = np.empty((*words.shape, each), np.float32)
        for place, slot in enumerate(order):
            found[..., place] = (words >> (slot * self.bits)) & mask
        if self.along_row:
            table = found.reshape(len(words), words.shape[1] * each)[:, : self.shape[-1]]
        else:
            table = found.swapaxes(1, 2).reshape(len(words) * each, words.shape[1])
            table = table[start - first * each : stop - first * each]
        return table + np.float32(self.plus)


@dataclass(frozen=True, slots=True)
class Scaled:
    """(numbers - zero points) * scales, the last two from a grid laid over the numbers."""

    numbers: StoredTensor
    scales: StoredTensor
    zeros: StoredTensor | None
    #: Rows and columns of a cell of the grid.
    cell: tuple[int, int]
    name: str
    dtype: str
    shape: tuple[int, ...]
    factor: float = 1.0
    #: Which column of the grid each column belongs to, where the cells do not say it.
    groups: StoredTensor | None = None

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return rows of the numbers that are meant."""
        check_rows(self, start, stop)
        table = self.numbers.rows(start, stop)
        if not table.size:
            return table
        across = self._columns()
        with np.errstate(all="ignore"):  # hostile scales overflow
            if self.zeros is not None:
                table -= self._spread(self.zeros, start, stop, across)
            table *= self._spread(self.scales, start, stop, across)
            if self.factor != 1:
                table *= np.float32(self.factor)
        return table

    def _columns(self) -> NDArray[np.intp]:
        width = columns(self.shape)
        if self.groups is not None:
            return np.asarray(self.groups.rows(0, 1)[0], np.intp)
        return np.arange(width, dtype=np.intp) // self.cell[1]

    def _spread(
        self, grid: StoredTensor, start: int, stop: int, across: NDArray[np.intp]
    ) -> FloatArray:
        """Return the grid's value for each number of these rows."""
        first = start // self.cell[0]
        values = grid.rows(first, -(-stop // self.cell[0]))
        if len(across) and not 0 <= across.min() <= across.max() < values.shape[1]:
            raise FormatError(f"the scales of {self.name!r} do not cover it")
        down = np.arange(start, stop, dtype=np.intp) // self.cell[0] - first
        spread: FloatArray = values[down][:, across]
        return spread


def scaled(
    numbers: StoredTensor,
    scales: StoredTensor,
    zeros: StoredTensor | None = None,
    *,
    name: str,
    cell: tuple[int, int],
    factor: float = 1.0,
    groups: StoredTensor | None = None,
) -> Scaled:
    """Return the numbers under a grid of scales.

    Raises:
        FormatError: the grid does not cover the numbers.
    """
    shape = numbers.shape
    height, width = math.prod(shape[:-1]), columns(shape)
    if min(cell) < 1:
        raise FormatError(f"the scales of {name!r} have no size")
    wanted = -(-height // cell[0]), -(-width // cell[1])
    for grid in (scales, zeros):
        if grid is None:
            continue
        have = math.prod(grid.shape[:-1]), columns(grid.shape)
        if have[0] < wanted[0] or (groups is None and have[1] < wanted[1]):
            raise FormatError(f"the scales of {name!r} do not cover it")
    if groups is not None and columns(groups.shape) != width:
        raise FormatError(f"the groups of {name!r} do not cover it")
    return Scaled(numbers, scales, zeros, cell, name, numbers.dtype, shape, factor, groups)


def per_axis(
    numbers: StoredTensor, scales: StoredTensor, zeros: StoredTensor | None, axis: int
) -> StoredTensor:
    """Return numbers that have one scale, or one for each place of an axis.

    Raises:
        FormatError: the scales do not fit the axis, or it is neither the first nor the last.
    """
    shape = numbers.shape
    height, width = math.prod(shape[:-1]), columns(shape)
    count = math.prod(scales.shape)
    if zeros is not None and math.prod(zeros.shape) != count:
        raise FormatError(f"the zero points of {numbers.name!r} do not fit its scales")
    axis = axis + len(shape) if axis < 0 else axis
    if count == 1:
        cell, grid = (max(height, 1), max(width, 1)), (1, 1)
    elif axis == len(shape) - 1 and count == width:
        cell, grid = (max(height, 1), 1), (1, width)
    elif axis == 0 and count == shape[0]:
        cell, grid = (max(1, height // count), max(width, 1)), (count, 1)
    else:
        raise FormatError(f"the scales of {numbers.name!r} lie in an unusual way")
    return scaled(
        numbers,
        reshaped(scales, grid),
        None if zeros is None else reshaped(zeros, grid),
        name=numbers.name,
        cell=cell,
    )


@dataclass(frozen=True, slots=True)
class _Reshaped:
    """The numbers of a tensor in rows of another length."""

    tensor: StoredTensor
    shape: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.tensor.name

    @property
    def dtype(self) -> str:
        return self.tensor.dtype

    def rows(self, start: int, stop: int) -> FloatArray:
        check_rows(self, start, stop)
        width, own = columns(self.shape), columns(self.tensor.shape)
        if start == stop or not width or not own:
            return np.empty((stop - start, width), np.float32)
        first, last = start * width // own, -(-stop * width // own)
        table = self.tensor.rows(first, last).reshape(-1)
        skipped = start * width - first * own
        return table[skipped : skipped + (stop - start) * width].reshape(-1, width)


def reshaped(tensor: StoredTensor, shape: tuple[int, ...]) -> StoredTensor:
    """Return the same numbers in the same order with another shape.

    Raises:
        FormatError: it has more or fewer numbers.
    """
    if math.prod(shape) != math.prod(tensor.shape):
        raise FormatError(f"{tensor.name!r} has another number of elements than it should")
    return _Reshaped(tensor, shape)
