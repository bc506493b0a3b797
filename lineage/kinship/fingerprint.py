"""A model, small enough to be kept by the thousand: what the first three rungs need of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.kinship.sketch import Sketch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lineage.kinship.identity import Digest
    from lineage.kinship.weights import Weights

#: Raised by one whenever what is stored, or how it is chosen, changes.
VERSION = 1
#: At most this many digests of tensors are kept.
DIGESTS = 1024


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A model, as far as the first rungs look at it."""

    version: int
    sketches: tuple[Sketch, ...]
    #: 64-bit digests of tensors that were read whole, rounded to bfloat16; see ``identity``.
    digests: tuple[int, ...]
    #: Number of tensors and of parameters.
    tensors: int
    parameters: int
    #: Whether the tokens' names are known.
    vocabulary: bool
    bytes_read: int


def assembled(
    weights: Weights, sketches: tuple[Sketch, ...], found: Sequence[Digest]
) -> Fingerprint:
    """Return the fingerprint that these sketches and digests make.

    Of the digests the smallest are kept, so that two models that share tensors keep the same ones.
    """
    tensors = weights.tensors()
    kept = sorted({digest.bfloat16 for digest in found if digest.bfloat16})[:DIGESTS]
    return Fingerprint(
        version=VERSION,
        sketches=sketches,
        digests=tuple(kept),
        tensors=len(tensors),
        parameters=sum(tensor.elements for tensor in tensors),
        vocabulary=weights.vocabulary is not None,
        bytes_read=weights.bytes_read,
    )
