"""Equal tensors: digests of values, so that a cast that loses nothing changes nothing.

A tensor is hashed as float32 and again after rounding to bfloat16 and to float16, so that a copy
that was saved in another type is still found. An image in which nearly all numbers are one and the
same is left out: norms that were hardly trained all round to ones. So is a tensor that counts in
even steps: the numbers of positions are the same in models that have nothing to do with each other.

Equality needs no statistics (tier A). One thing it does not show: equal *untrained* tensors may
come from a shared seed, which is why the verdict asks for a trained tensor among the equal ones.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lineage.kinship.reading import CHUNK, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lineage.kinship.weights import FloatArray, TensorInfo, Weights

#: Smaller tensors are equal by chance or by convention, and so are those of which fewer numbers
#: than this differ from the commonest.
FEWEST_ELEMENTS = 32
#: Of a large model, tensors of at most so many numbers are hashed, and so many numbers in all.
SMALL, SMALL_IN_ALL = 100_000, 1_000_000
#: Numbers whose median stands for the commonest one of a tensor.
_SAMPLE = 1024


@dataclass(frozen=True, slots=True)
class Digest:
    """What a tensor's values hash to, 64 bits each; 0 where the image tells nothing."""

    tensor: str
    elements: int
    exact: int
    bfloat16: int
    float16: int

    def equals(self, other: Digest) -> bool:
        """Return whether the two hold the same numbers, up to the type they are stored in."""
        return self.elements == other.elements and any(
            one == two != 0
            for one, two in (
                (self.exact, other.exact),
                (self.bfloat16, other.bfloat16),
                (self.float16, other.float16),
            )
        )


@dataclass(frozen=True, slots=True)
class Shared:
    """Which tensors of two models are equal."""

    #: Pairs of names, suspect's and reference's.
    pairs: tuple[tuple[str, str], ...]
    #: Share of the suspect's hashed numbers that stand in equal tensors.
    suspect_share: float
    #: The same of the reference.
    reference_share: float
    #: Whether some are equal only after rounding to a shorter type.
    rounded: bool

    @property
    def everything(self) -> bool:
        """Return whether the two models hold the same tensors and no others."""
        return bool(self.pairs) and min(self.suspect_share, self.reference_share) == 1.0


def digests(weights: Weights, budget: int) -> tuple[Digest, ...]:
    """Return the digests of a model's tensors, smallest first.

    A model of more numbers than the budget gets those of its norms and biases alone.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    tensors = weights.tensors()
    large = sum(tensor.elements for tensor in tensors) > budget
    left = SMALL_IN_ALL if large else budget
    found: list[Digest] = []
    for tensor in sorted(tensors, key=lambda tensor: (tensor.elements, tensor.name)):
        left -= tensor.elements
        if left < 0 or (large and tensor.elements > SMALL):
            break
        if tensor.elements >= FEWEST_ELEMENTS and (made := _digest(weights, tensor)):
            found.append(made)
    return tuple(found)


def shared(suspect: Sequence[Digest], reference: Sequence[Digest]) -> Shared:
    """Return which of the hashed tensors are equal; each is paired once."""
    free: dict[tuple[str, int], list[int]] = {}
    for place, digest in enumerate(reference):
        for key in _keys(digest):
            free.setdefault(key, []).append(place)
    taken: set[int] = set()
    pairs = []
    for digest in suspect:
        places = [place for key in _keys(digest) for place in free.get(key, ())]
        match = next((place for place in places if place not in taken), None)
        if match is not None and digest.equals(reference[match]):
            taken.add(match)
            pairs.append((digest, reference[match]))
    return Shared(
        pairs=tuple((one.tensor, two.tensor) for one, two in pairs),
        suspect_share=_share([one for one, _ in pairs], suspect),
        reference_share=_share([two for _, two in pairs], reference),
        rounded=any(one.exact != two.exact for one, two in pairs),
    )


def _share(some: Sequence[Digest], every: Sequence[Digest]) -> float:
    total = sum(digest.elements for digest in every)
    return sum(digest.elements for digest in some) / total if total else 0.0


def _keys(digest: Digest) -> Iterator[tuple[str, int]]:
    if digest.exact:
        yield "exact", digest.exact
    if digest.bfloat16:
        yield "bfloat16", digest.bfloat16
    if digest.float16:
        yield "float16", digest.float16


def _digest(weights: Weights, tensor: TensorInfo) -> Digest | None:
    images = [_Image() for _ in range(3)]
    step = max(1, CHUNK // max(1, tensor.columns))
    for start in range(0, tensor.height, step):
        rows = rows_of(weights, tensor.name, start, min(tensor.height, start + step))
        if rows.size == tensor.elements and _counts(rows):
            return None
        with np.errstate(over="ignore"):
            half = rows.astype("<f2")
        for image, values in zip(images, (rows.astype("<f4"), _bfloat16(rows), half), strict=True):
            image.add(values)
    exact, bfloat16, float16 = (image.digest() for image in images)
    return Digest(tensor.name, tensor.elements, exact, bfloat16, float16) if exact else None


def _counts(rows: FloatArray) -> bool:
    """Say whether the numbers follow each other in even steps."""
    steps = np.diff(rows.ravel())
    return bool(len(steps)) and bool((steps == steps[0]).all())


class _Image:
    """The hash of a tensor's values in one type, and whether they are worth hashing."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=8)
        self._common: np.generic | None = None
        self._others = 0

    def add(self, values: NDArray[np.generic]) -> None:
        if self._common is None:
            ordered = np.sort(values.ravel()[:_SAMPLE])
            self._common = ordered[len(ordered) // 2]
        self._others += int(np.count_nonzero(values != self._common))
        self._hash.update(np.ascontiguousarray(values).tobytes())

    def digest(self) -> int:
        if self._others < FEWEST_ELEMENTS:
            return 0
        return int.from_bytes(self._hash.digest(), "little")


def _bfloat16(rows: FloatArray) -> NDArray[np.uint16]:
    """Return the upper half of each float, rounded to nearest and ties to even."""
    bits = np.ascontiguousarray(rows, dtype="<f4").view("<u4")
    odd = (bits >> np.uint32(16)) & np.uint32(1)
    return ((bits + np.uint32(0x7FFF) + odd) >> np.uint32(16)).astype("<u2")
