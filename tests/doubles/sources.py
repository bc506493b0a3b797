"""Bytes as a weight file that is read by range, with what was asked of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from lineage.formats.elements import FloatArray
from lineage.formats.files import StoredTensor, read_tensors
from lineage.formats.paging import Source


@dataclass
class Ranges:
    """A byte reader that notes every range it gives out."""

    content: bytes
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, start: int, stop: int, /) -> bytes:
        self.asked.append((start, stop))
        return self.content[start:stop]


def source(content: bytes) -> Source:
    return Source(Ranges(content), len(content))


def tensors(known: str, content: bytes, **beside: bytes) -> dict[str, StoredTensor]:
    """Return a file's tensors by name; ``beside`` are files of its folder, dots as underscores."""
    files = {name.replace("_", "."): source(inner) for name, inner in beside.items()}
    return {t.name: t for t in read_tensors(known, source(content), files.get)}


def whole(tensor: StoredTensor) -> FloatArray:
    """Return all of a tensor in its own shape."""
    found: FloatArray = tensor.rows(0, math.prod(tensor.shape[:-1])).reshape(tensor.shape)
    return found


def same(one: FloatArray, two: FloatArray) -> bool:
    return one.shape == two.shape and bool(np.array_equal(one, two, equal_nan=True))
