"""A whole weight file in one pass: its SHA-256, and what the numbers of each tensor are like.

The bytes are hashed in one thread while the other looks at the numbers; both let go of Python's
lock for the time. A few chunks are held at a time, however large the file is.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.formats.elements import Element, FloatArray, element
from lineage.formats.header import FormatError
from lineage.formats.reading import ByteReader
from lineage.model import Tensor

CHUNK = 4 << 20
#: Chunks that wait for the hash.
_WAITING = 2
#: Elements that are looked at together: what they are turned into stays in the processor's cache.
_TOGETHER = 64 << 10


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the numbers of a tensor are like. NaN and infinities are counted and left out."""

    name: str
    dtype: str
    elements: int
    #: How many of them are neither NaN nor infinite.
    finite: int
    mean: float
    #: Standard deviation.
    deviation: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Inventory:
    """A file's digest, and its tensors in the order of the file."""

    sha256: str
    size: int
    #: Tensors that are stored in blocks, which are unpacked more slowly than hashed, have none.
    statistics: tuple[Statistics, ...]


def take_inventory(read: ByteReader, size: int, tensors: Iterable[Tensor]) -> Inventory:
    """Return the inventory of a file that holds these tensors.

    Raises:
        FormatError: the file ends before.
    """
    digest = hashlib.sha256()
    tallies = deque(_tallies(tensors))
    done: list[_Tally] = []
    with ThreadPoolExecutor(1) as pool:
        hashing: deque[Future[None]] = deque()
        for start in range(0, size, CHUNK):
            chunk = read(start, min(start + CHUNK, size))
            if len(chunk) != min(CHUNK, size - start):
                raise FormatError("the file is cut short")
            hashing.append(pool.submit(digest.update, chunk))
            while tallies and tallies[0].start < start + len(chunk):
                tallies[0].look(chunk, start)
                if tallies[0].stop > start + len(chunk):
                    break
                done.append(tallies.popleft())
            if len(hashing) > _WAITING:
                hashing.popleft().result()
        for waiting in hashing:
            waiting.result()
    statistics = tuple(tally.statistics() for tally in (*done, *tallies))
    return Inventory(digest.hexdigest(), size, statistics)


def _tallies(tensors: Iterable[Tensor]) -> Iterator[_Tally]:
    """Yield a tally for each tensor whose type has a number in so many bytes."""
    for tensor in sorted(tensors, key=lambda tensor: tensor.span):
        try:
            kind = element(tensor.dtype)
        except FormatError:
            continue
        if kind.elements == 1:
            yield _Tally(tensor, kind)


class _Tally:
    """What was seen of one tensor so far."""

    def __init__(self, tensor: Tensor, kind: Element) -> None:
        self._tensor = tensor
        self._kind = kind
        self.start, self.stop = tensor.span
        #: The first bytes of a number of which the rest is in the next chunk.
        self._begun = b""
        self._finite = 0
        self._sum = 0.0
        self._squares = 0.0
        self._least = math.inf
        self._greatest = -math.inf

    def look(self, chunk: bytes, start: int) -> None:
        """Take in what a chunk, which begins there in the file, holds of the tensor."""
        size = self._kind.size
        first, last = max(self.start - start, 0), min(self.stop - start, len(chunk))
        if self._begun:
            missing = min(size - len(self._begun), last - first)
            self._begun += chunk[first : first + missing]
            first += missing
            if len(self._begun) < size:
                return
            self._add(self._kind.decode(self._begun))
        whole = first + (last - first) // size * size
        self._begun = chunk[whole:last]
        view = memoryview(chunk)
        for place in range(first, whole, _TOGETHER * size):
            self._add(self._kind.decode(view[place : min(place + _TOGETHER * size, whole)]))

    def _add(self, numbers: FloatArray) -> None:
        with np.errstate(all="ignore"):  # what overflows is done again below
            total, squares = float(numbers.sum()), float(np.einsum("i,i", numbers, numbers))
        if not math.isfinite(total + squares):
            wide: NDArray[np.float64] = numbers[np.isfinite(numbers)].astype(np.float64)
            self._finite += len(wide)
            if not len(wide):
                return
            total, squares = float(wide.sum()), float((wide * wide).sum())
            least, greatest = float(wide.min()), float(wide.max())
        else:
            self._finite += len(numbers)
            least, greatest = float(numbers.min()), float(numbers.max())
        self._sum += total
        self._squares += squares
        self._least, self._greatest = min(self._least, least), max(self._greatest, greatest)

    def statistics(self) -> Statistics:
        """Return what was seen."""
        count = self._finite
        mean = self._sum / count if count else math.nan
        variance = self._squares / count - mean * mean if count else math.nan
        return Statistics(
            name=self._tensor.name,
            dtype=self._tensor.dtype,
            elements=math.prod(self._tensor.shape),
            finite=count,
            mean=mean,
            deviation=math.sqrt(max(variance, 0.0)) if count else math.nan,
            least=self._least if count else math.nan,
            greatest=self._greatest if count else math.nan,
        )
