"""Arrays of whole numbers as few bytes: byte planes, deflated; and back, within bounds."""

from __future__ import annotations

import json
import zlib

import numpy as np
import numpy.typing as npt

#: What one section of a shard may grow to when it is opened.
LARGEST = 1 << 30


def packed(numbers: npt.NDArray[np.unsignedinteger]) -> bytes:
    """Return the numbers with their first, second, … bytes side by side, deflated."""
    width = max(1, (int(numbers.max(initial=0)).bit_length() + 7) // 8)
    planes = numbers.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :width]
    return bytes([width]) + zlib.compress(planes.T.tobytes(), 6)


def unpacked(data: bytes, count: int) -> npt.NDArray[np.uint64]:
    """Return the ``count`` numbers that were packed.

    Raises:
        ValueError: the data holds other than that.
    """
    width = data[0] if data else 0
    if not 1 <= width <= 8:  # noqa: PLR2004 - bytes of a number
        raise ValueError("no row of numbers")
    planes = np.frombuffer(inflated(data[1:], width * count), dtype=np.uint8)
    if len(planes) != width * count:
        raise ValueError("a row of numbers is cut short")
    wide = np.zeros((count, 8), dtype=np.uint8)
    wide[:, :width] = planes.reshape(width, count).T
    return wide.reshape(-1).view("<u8").astype(np.uint64)


def rising(numbers: npt.NDArray[np.uint64]) -> bytes:
    """Return sorted numbers packed by their steps."""
    return packed(np.diff(numbers, prepend=np.uint64(0)))


def risen(data: bytes, count: int) -> npt.NDArray[np.uint64]:
    """Return the sorted numbers that were packed by their steps."""
    return np.cumsum(unpacked(data, count), dtype=np.uint64)


def signed(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Return small numbers of either sign as small ones without (zigzag)."""
    return ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)


def unsigned(numbers: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Return the numbers of either sign."""
    return (numbers >> np.uint64(1)).astype(np.int64) ^ -(numbers & np.uint64(1)).astype(np.int64)


def deflated(value: object) -> bytes:
    """Return a plain value as deflated JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 9)


def inflated(data: bytes, limit: int = LARGEST) -> bytes:
    """Return what was deflated.

    Raises:
        ValueError: it is damaged, or larger than ``limit``.
    """
    opening = zlib.decompressobj()
    try:
        found = opening.decompress(data, max(limit, 1))
    except zlib.error as error:
        raise ValueError("damaged data") from error
    if not opening.eof and opening.unconsumed_tail:
        raise ValueError("more data than there should be")
    return found
