"""Tensors of a file that are read by rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lineage.formats.elements import Element, FloatArray, element
from lineage.formats.header import FormatError
from lineage.formats.paging import Bytes

Raw: TypeAlias = NDArray[np.uint8]

#: Scattered places are read as one range that holds them while it is this small, …
_NEAR = 16 << 10
#: … or, up to this size, where this share of it is wanted.
_WINDOW = 8 << 20
_SHARE = 1 / 8
#: Rows that fit no address space are announced by tensors without elements.
_WIDEST = 1 << 40


class StoredTensor(Protocol):
    """A tensor in a file. Rows are counted over all axes but the last; a vector is one row."""

    @property
    def name(self) -> str:
        """Return what the file calls it."""

    @property
    def dtype(self) -> str:
        """Return the file format's own name for its type."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Return its shape, the slowest axis first."""

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return rows ``start`` to ``stop`` as [rows, columns], and fetch no others.

        Raises:
            ValueError: there are no such rows, or they cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Dense:
    """A tensor whose elements follow each other in the file, row by row."""

    source: Bytes
    name: str
    dtype: str
    shape: tuple[int, ...]
    #: Its first byte in the file.
    offset: int
    element: Element

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return rows as float32."""
        check_rows(self, start, stop)
        width = columns(self.shape)
        if not width or start == stop:
            return np.empty((stop - start, width), np.float32)
        first, last = self.element.span(start * width, stop * width)
        content = self.source.exactly(self.offset + first, last - first)
        count = (stop - start) * width
        return self.element.numbers(content, start * width, count).reshape(-1, width)


@dataclass(frozen=True, slots=True)
class Strided:
    """A tensor whose elements lie apart: a transposed matrix, or a view of a larger storage."""

    source: Bytes
    name: str
    dtype: str
    shape: tuple[int, ...]
    #: Elements from one to the next along each axis.
    strides: tuple[int, ...]
    #: Its first byte in the file.
    offset: int
    element: Element

    def rows(self, start: int, stop: int) -> FloatArray:
        """Return rows as float32."""
        check_rows(self, start, stop)
        count = stop - start
        content = self.raw(start, stop)
        return self.element.decode(content.tobytes()).reshape(count, columns(self.shape))

    def raw(self, start: int, stop: int) -> Raw:
        """Return rows as they are stored: [rows, columns, bytes of an element]."""
        width = columns(self.shape)
        taken = np.empty((stop - start, width, self.element.size), np.uint8)
        if taken.size:
            places = _places(self.shape[:-1], self.strides[:-1], start, stop)
            step = self.strides[-1] if self.strides else 1
            self._fill(taken, places, 0, step)
        return taken

    def _fill(self, taken: Raw, places: NDArray[np.int64], first: int, step: int) -> None:
        """Fetch elements ``first`` onwards of the rows at ``places`` into ``taken``."""
        rows, width, size = taken.shape
        low, high = int(places.min()), int(places.max())
        down, across = high - low, (width - 1) * step
        cover = (down + across + 1) * size
        wanted = rows * width * size
        if cover <= _NEAR or (cover <= _WINDOW and wanted >= cover * _SHARE) or rows * width == 1:
            start = self.offset + (low + first * step) * size
            window = np.frombuffer(self.source.exactly(start, cover), np.uint8).reshape(-1, size)
            indices = (places - low)[:, None] + np.arange(width, dtype=np.int64) * step
            taken[...] = window[indices]
        elif down >= across and rows > 1:
            half = rows // 2
            self._fill(taken[:half], places[:half], first, step)
            self._fill(taken[half:], places[half:], first, step)
        else:
            half = width // 2
            self._fill(taken[:, :half], places, first, step)
            self._fill(taken[:, half:], places, first + half, step)


@dataclass(frozen=True, slots=True)
class Opaque:
    """A tensor that is listed and cannot be read."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    reason: str

    def rows(self, start: int, stop: int) -> FloatArray:  # noqa: ARG002 - the protocol's
        """Raise, with the reason."""
        raise FormatError(self.reason)


def dense(
    source: Bytes, name: str, dtype: str, shape: tuple[int, ...], offset: int
) -> StoredTensor:
    """Return a dense tensor of a type that is named as safetensors names it."""
    try:
        return Dense(source, name, dtype, shape, offset, element(dtype))
    except FormatError as error:
        return Opaque(name, dtype, shape, str(error))


def strided(
    source: Bytes,
    name: str,
    dtype: str,
    shape: tuple[int, ...],
    *,
    strides: tuple[int, ...],
    first: int = 0,
    start: int = 0,
) -> StoredTensor:
    """Return a tensor whose elements begin with the ``first`` of those from byte ``start`` on."""
    gapless, expected = True, 1
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        gapless &= size <= 1 or stride == expected
        expected *= max(size, 1)
    try:
        kind = element(dtype)
    except FormatError as error:
        return Opaque(name, dtype, shape, str(error))
    offset = start + first * kind.size
    if gapless or math.prod(shape) == 0:
        return Dense(source, name, dtype, shape, offset, kind)
    return Strided(source, name, dtype, shape, strides, offset, kind)


def columns(shape: tuple[int, ...]) -> int:
    """Return the length of a row."""
    return shape[-1] if shape else 1


def check_rows(tensor: StoredTensor, start: int, stop: int) -> None:
    """Refuse rows that the tensor has not.

    Raises:
        FormatError: it has fewer rows.
    """
    if columns(tensor.shape) > _WIDEST:
        raise FormatError(f"{tensor.name!r} has rows that are too long to be read")
    if not 0 <= start <= stop <= math.prod(tensor.shape[:-1]):
        raise FormatError(f"{tensor.name!r} has no rows {start:,} to {stop:,}")


def _places(
    shape: tuple[int, ...], strides: tuple[int, ...], start: int, stop: int
) -> NDArray[np.int64]:
    """Return where each row begins, in elements."""
    index = np.arange(start, stop, dtype=np.int64)
    places = np.zeros(stop - start, np.int64)
    for size, stride in zip(reversed(shape), reversed(strides), strict=True):
        places += index % size * stride
        index //= size
    return places
