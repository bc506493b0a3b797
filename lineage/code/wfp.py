"""SCANOSS fingerprints of source files, for those who ask a SCANOSS knowledge base.

The format is the one that the tools of SCANOSS write and read (``file=md5,size,path``, then
``line=hash,hash``). Its algorithm, as published: letters and digits in lower case, runs of 30 of
them hashed with CRC-32C, of each window of 64 the least kept, and hashed once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from string import ascii_letters, digits

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

GRAM, WINDOW = 30, 64
#: Files of no more bytes get no lines.
LEAST = 256
_CASTAGNOLI = 0x82F63B78
#: Bytes hashed at a time, which bounds the memory.
_PIECE = 1 << 18


def wfp(path: str, content: bytes) -> str:
    """Return the fingerprints of one file as lines of text."""
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    name = path.replace("\n", " ").replace("\r", " ")
    head = f"file={digest},{len(content)},{name}\n"
    if b"\0" in content:
        return head
    if other := _with_other_ends(content):
        head += f"fh2={hashlib.md5(other, usedforsecurity=False).hexdigest()}\n"
    if len(content) <= LEAST:
        return head
    return head + "".join(
        f"{line}={','.join(f'{one:08x}' for one in hashes)}\n" for line, hashes in _lines(content)
    )


def _with_other_ends(content: bytes) -> bytes:
    """Return the content with the line ends of the other kind of system; nothing if it has none."""
    if b"\r\n" in content:
        return content.replace(b"\r\n", b"\n")
    return content.replace(b"\n", b"\r\n") if b"\n" in content else b""


def _lines(content: bytes) -> Iterator[tuple[int, list[int]]]:
    """Yield the lines that hashes are kept for, with those."""
    bytes_ = np.frombuffer(content, dtype=np.uint8)
    kept = np.flatnonzero(_KEPT[bytes_])
    if len(kept) < GRAM:
        return
    lines = 1 + np.cumsum(bytes_ == ord("\n"))[kept]
    grams = _crc(_LOWERED[bytes_[kept]])
    found: dict[int, list[int]] = {}
    for place, value in _least(grams):
        found.setdefault(int(lines[place + GRAM - 1]), []).append(_again(value))
    yield from found.items()


def _least(grams: npt.NDArray[np.uint32]) -> Iterator[tuple[int, int]]:
    """Yield place and hash of the least of each window, where it is not that of the one before."""
    if len(grams) < WINDOW:
        return
    least = sliding_window_view(grams, WINDOW).min(axis=1)
    before = -1
    for end, value in enumerate(least.tolist(), WINDOW - 1):
        if value != before:
            yield end, value
            before = value


def _crc(characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Return the CRC-32C of every run of characters, as if each run stood alone."""
    count = len(characters) - GRAM + 1
    made = np.empty(count, dtype=np.uint32)
    for start in range(0, count, _PIECE):
        stop = min(count, start + _PIECE)
        state = np.full(stop - start, 0xFFFFFFFF, dtype=np.uint32)
        for offset in range(GRAM):
            piece = characters[start + offset : stop + offset]
            state = _TABLE[(state ^ piece) & 0xFF] ^ (state >> np.uint32(8))
        made[start:stop] = state ^ np.uint32(0xFFFFFFFF)
    return made


def _again(value: int) -> int:
    """Return the hash of a hash: its four bytes, the lowest first."""
    state = 0xFFFFFFFF
    for byte in value.to_bytes(4, "little"):
        state = int(_TABLE[(state ^ byte) & 0xFF]) ^ (state >> 8)
    return state ^ 0xFFFFFFFF


def _table() -> npt.NDArray[np.uint32]:
    made = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        made = np.where(made & 1, (made >> 1) ^ np.uint32(_CASTAGNOLI), made >> 1)
    return made.astype(np.uint32)


_TABLE = _table()
_LOWERED = np.arange(256, dtype=np.uint8)
_LOWERED[ord("A") : ord("Z") + 1] += 32
_KEPT = np.isin(np.arange(256), np.frombuffer(f"{ascii_letters}{digits}".encode(), dtype=np.uint8))
