"""What a model must offer to be compared: its tensors, rows of them, its settings, its tokens."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float32]
Scalar: TypeAlias = str | int | float | bool | None


class UntestableError(ValueError):
    """The model cannot be tested; ``str()`` is a phrase: "its weights hold NaN"."""


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor, described without reading it."""

    name: str
    shape: tuple[int, ...]
    #: The file format's own name for it: ``BF16``, ``Q4_K``.
    dtype: str
    #: SHA-256 of its bytes as stored, where somebody knows it without a read.
    sha256: str | None = None

    @property
    def columns(self) -> int:
        """Return the length of the last axis."""
        return self.shape[-1] if self.shape else 1

    @property
    def height(self) -> int:
        """Return how many rows it has: all axes but the last, flattened. A vector is one row."""
        return math.prod(self.shape[:-1])

    @property
    def elements(self) -> int:
        """Return how many numbers it holds."""
        return math.prod(self.shape)


class Weights(Protocol):
    """A model's weights, in memory, in a file or far away."""

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """Return the scalars of the configuration; empty where there is none."""

    @property
    def vocabulary(self) -> Mapping[str, int] | None:
        """Return the row of each token in the embedding, or None where it is not known."""

    @property
    def bytes_read(self) -> int:
        """Return how many bytes of weights were read so far."""

    def tensors(self) -> tuple[TensorInfo, ...]:
        """Return every tensor; reads headers at most."""

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        """Return rows ``start`` to ``stop`` of a tensor as float32, [rows, columns].

        No more memory is used than these rows need. Rows are counted over all axes but the last.

        Raises:
            ValueError: the tensor cannot be read; the message is a phrase for a person.
        """


class ArrayWeights:
    """Weights that are in memory already."""

    def __init__(
        self,
        arrays: Mapping[str, NDArray[np.generic]],
        settings: Mapping[str, Scalar],
        vocabulary: Mapping[str, int] | None,
    ) -> None:
        """Keep the arrays as they are; rows are converted when they are asked for."""
        self._arrays = arrays
        self._settings = settings
        self._vocabulary = vocabulary
        self._read = 0

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """Return the settings that were given."""
        return self._settings

    @property
    def vocabulary(self) -> Mapping[str, int] | None:
        """Return the vocabulary that was given."""
        return self._vocabulary

    @property
    def bytes_read(self) -> int:
        """Return how many bytes were handed out, in the arrays' own type."""
        return self._read

    def tensors(self) -> tuple[TensorInfo, ...]:
        """Return the arrays' names, shapes and types."""
        return tuple(
            TensorInfo(name, array.shape, str(array.dtype)) for name, array in self._arrays.items()
        )

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        """Return a copy of the rows as float32."""
        array = self._arrays[name]
        table = array.reshape(-1, array.shape[-1] if array.ndim else 1)
        part = table[start:stop]
        self._read += part.nbytes
        return part.astype(np.float32)


class Remembered:
    """Weights of which every tensor is read once and kept; for models that are small in memory."""

    def __init__(self, weights: Weights) -> None:
        """Stand before these weights."""
        self._weights = weights
        self._tensors = {tensor.name: tensor for tensor in weights.tensors()}
        self._kept: dict[str, FloatArray] = {}

    @property
    def settings(self) -> Mapping[str, Scalar]:
        """Return the settings of the weights behind."""
        return self._weights.settings

    @property
    def vocabulary(self) -> Mapping[str, int] | None:
        """Return the vocabulary of the weights behind."""
        return self._weights.vocabulary

    @property
    def bytes_read(self) -> int:
        """Return the bytes that were read of the weights behind."""
        return self._weights.bytes_read

    def tensors(self) -> tuple[TensorInfo, ...]:
        """Return the tensors of the weights behind."""
        return tuple(self._tensors.values())

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        """Return rows of a tensor, which must not be changed.

        Raises:
            ValueError: the tensor cannot be read.
        """
        if name not in self._kept:
            self._kept[name] = self._weights.rows(name, 0, self._tensors[name].height)
            self._kept[name].setflags(write=False)
        return self._kept[name][start:stop]


def weights_of_arrays(
    arrays: Mapping[str, NDArray[np.generic]],
    settings: Mapping[str, Scalar] | None = None,
    vocabulary: Mapping[str, int] | None = None,
) -> Weights:
    """Return weights that stand on a dict of arrays."""
    return ArrayWeights(arrays, settings or {}, vocabulary)
