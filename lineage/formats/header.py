"""What a weight file's header says."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model import Tensor

#: More tensors than any published model has; a header with more is an attack on its reader.
MAX_TENSORS = 200_000
#: Longest name of a tensor, in characters.
MAX_NAME = 512


class FormatError(ValueError):
    """A file is not what its ending says. ``str()`` is a phrase: "the header is cut short"."""


@dataclass(frozen=True, slots=True)
class Header:
    """A weight file's own description of its content."""

    #: Bytes from the start of the file to the end of the header.
    length: int
    #: Sorted by their place in the file.
    tensors: tuple[Tensor, ...]
    #: Key-value metadata as text, in the file's order; a short list repeats its key.
    metadata: tuple[tuple[str, str], ...]
    #: Lists and texts that are too long to keep, by key, with their number of items or bytes.
    omitted: tuple[tuple[str, int], ...] = ()
