"""A file's statements, each as one hash of its abstracted tokens.

Runs of tokens break where junk is put between statements or functions change places; the statements
themselves stay. As a multiset they tell one release of a file from the next one, and a disguised
copy of a small file from a stranger.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lineage.code.prints import STATEMENT_BITS, Hashes

#: What stands between tokens. No token has a hash below ``FIRST_TOKEN``.
NEWLINE, NOTHING, OPEN, CLOSE, OPEN_BLOCK, CLOSE_BLOCK, END, GOES_ON = range(8)
FIRST_TOKEN = 8
MARKS = {
    **dict.fromkeys(b"([", OPEN),
    **dict.fromkeys(b")]", CLOSE),
    **dict.fromkeys(b"{", OPEN_BLOCK),
    **dict.fromkeys(b"}", CLOSE_BLOCK),
    **dict.fromkeys(b",", NOTHING),
    **dict.fromkeys(b";", END),
    **dict.fromkeys(b"\\", GOES_ON),
}
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def numbered(marks: Hashes, *, by_line: bool, heads: Hashes, colon: int) -> Numbers:
    """Return for each token which statement it is of, as rising numbers.

    ``marks`` are marks and, where tokens stand, their hashes. ``heads`` are the words that begin a
    statement whose body may follow in the same line, after a ``colon``: formatters put it in the
    next one.
    """
    ends = _ends_by_line(marks) if by_line else _ends_by_block(marks)
    is_token = marks >= FIRST_TOKEN
    number: Numbers = np.cumsum(ends, dtype=np.int64)[is_token]
    if not len(heads) or not len(number):
        return number
    starts = np.concatenate([[True], number[1:] != number[:-1]])
    tokens = marks[is_token]
    has_body = np.isin(tokens[starts], heads)[np.cumsum(starts) - 1]
    is_outside = _is_outside(marks, (OPEN, OPEN_BLOCK), (CLOSE, CLOSE_BLOCK))[is_token]
    cut = has_body & (tokens == np.uint64(colon)) & is_outside
    return np.cumsum(starts | np.concatenate([[False], cut[:-1]]), dtype=np.int64)


def hashed(shaped: Hashes, number: Numbers) -> Hashes:
    """Return one hash of each statement, in order."""
    if not len(shaped):
        return np.zeros(0, dtype=np.uint64)
    starts = np.flatnonzero(np.concatenate([[True], number[1:] != number[:-1]]))
    lengths = np.diff(np.append(starts, len(shaped)))
    place = (np.arange(len(shaped)) - np.repeat(starts, lengths)).astype(np.uint64)
    spread = (shaped ^ ((place + np.uint64(1)) * _SPREAD)) * _MIX
    spread ^= spread >> np.uint64(29)
    sums = np.add.reduceat(spread * _SPREAD, starts)
    made: Hashes = (sums ^ (sums >> np.uint64(32))) & np.uint64((1 << STATEMENT_BITS) - 1)
    return made


def _ends_by_line(marks: Hashes) -> Mask:
    """Say at which marks a statement ends where lines end them, outside of brackets."""
    goes_on = np.concatenate([[False], marks[:-1] == GOES_ON])
    is_outside = _is_outside(marks, (OPEN, OPEN_BLOCK), (CLOSE, CLOSE_BLOCK))
    ends: Mask = is_outside & ((marks == END) | ((marks == NEWLINE) & ~goes_on))
    return ends


def _ends_by_block(marks: Hashes) -> Mask:
    """Say at which marks a statement ends where semicolons and braces end them."""
    is_outside = _is_outside(marks, (OPEN,), (CLOSE,))
    is_block = (marks == OPEN_BLOCK) | (marks == CLOSE_BLOCK)
    ends: Mask = is_block | ((marks == END) & is_outside)
    return ends


def _is_outside(marks: Hashes, opening: tuple[int, ...], closing: tuple[int, ...]) -> Mask:
    """Say which marks stand in no bracket."""
    opened = np.cumsum(np.isin(marks, opening), dtype=np.int64)
    outside: Mask = opened <= np.cumsum(np.isin(marks, closing), dtype=np.int64)
    return outside
