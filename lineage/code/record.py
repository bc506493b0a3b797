"""A family as it is gathered, release by release, and packed into one record.

Consecutive releases share most of their runs. Those are kept once, in a pool; each state is the
order in which it has them, which deflates to little where it is nearly the order of the state
before. Of statements it is kept how often each state has each.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_digest

from lineage.code.packing import deflated, packed, rising, signed
from lineage.code.prints import FilePrint, Hashes

#: Of a run's hash this much is kept in a record, whose runs are few.
KEPT = np.uint64(0xFFFFFFFF)
_SHORTEST_INDEXED_FUNCTION = 40
#: What keeps a function's hash apart from those of runs.
FUNCTION_MARK = np.uint64(0x5A5A5A5A5A5A)
SECTIONS = 16
HEAD = struct.Struct(f"<{SECTIONS}I")


@dataclass(slots=True)
class Gathering:
    """A family that is being put together."""

    path: str
    prints: dict[str, FilePrint] = field(default_factory=dict)
    releases: dict[str, list[int]] = field(default_factory=dict)
    heads: dict[str, int] = field(default_factory=dict)

    def add(self, found: FilePrint, release: int, head: int) -> None:
        """Note that a release has the file in this state."""
        self.prints.setdefault(found.blob, found)
        self.heads.setdefault(found.blob, head)
        self.releases.setdefault(found.blob, []).append(release)

    def runs(self) -> tuple[Hashes, Hashes]:
        """Return the hashes of all runs, and those of functions."""
        runs = [row.hashes for one in self.prints.values() for row in (one.named, one.shaped)]
        shapes = [
            function.shape
            for one in self.prints.values()
            for function in one.functions
            if function.tokens >= _SHORTEST_INDEXED_FUNCTION
        ]
        marked = np.array(sorted(set(shapes)), dtype=np.uint64) ^ FUNCTION_MARK
        return np.unique(np.concatenate(runs)), marked

    def record(self) -> bytes:
        """Return the family as a record."""
        found = [self.prints[blob] for blob in self.releases]
        names, functions = _functions_out(found)
        pool, counts = _counted([one.statements for one in found])
        meta = {
            "p": self.path,
            "r": [_ranges(releases) for releases in self.releases.values()],
            "h": [self.heads[blob] for blob in self.releases],
            "f": names,
            "s": len(pool),
        }
        numbers = [(one.tokens, one.lines, one.stream, one.shape) for one in found]
        parts = [
            deflated(meta),
            b"".join(bytes.fromhex(blob) for blob in self.releases),
            packed(np.array(numbers, dtype=np.uint64).reshape(-1)),
            *_row_out([one.named.hashes for one in found], [one.named.first for one in found]),
            *_row_out([one.shaped.hashes for one in found], [one.shaped.first for one in found]),
            *functions,
            rising(pool),
            packed(signed(np.diff(counts, axis=0, prepend=0).reshape(-1))),
        ]
        return sealed(HEAD.pack(*(len(part) for part in parts)) + b"".join(parts))


def sealed(record: bytes) -> bytes:
    """Return a record with what shows whether it is as it was written."""
    return xxh3_64_digest(record) + record


def _row_out(hashes: Sequence[Hashes], lines: Sequence[npt.NDArray[np.uint32]]) -> list[bytes]:
    """Return a row as four parts: counts, pool, order, lines."""
    flat = np.concatenate(hashes) & KEPT
    pool, first, order = np.unique(flat, return_index=True, return_inverse=True)
    by_place = np.argsort(first, kind="stable")
    rank = np.empty(len(pool), dtype=np.int64)
    rank[by_place] = np.arange(len(pool))
    counts = np.array([len(pool), *(len(one) for one in hashes)], dtype=np.uint64)
    steps = np.concatenate([np.diff(one.astype(np.int64), prepend=0) for one in lines])
    return [
        packed(counts),
        packed(pool[by_place]),
        packed(signed(np.diff(rank[order.reshape(-1)], prepend=0))),
        packed(signed(steps.astype(np.int64))),
    ]


def _functions_out(found: Sequence[FilePrint]) -> tuple[list[str], list[bytes]]:
    names: dict[str, int] = {}
    rows, steps = [], []
    for one in found:
        before = 0
        for function in one.functions:
            name = names.setdefault(function.name, len(names))
            first, last = function.lines
            rows.append((name, function.tokens, last - first, function.shape))
            steps.append(first - before)
            before = first
    table = np.array(rows, dtype=np.uint64).reshape(-1, 4)
    counts = np.array([len(one.functions) for one in found], dtype=np.uint64)
    moved = signed(np.array(steps, dtype=np.int64))
    return list(names), [packed(counts), packed(table.T.reshape(-1)), packed(moved)]


def _counted(found: Sequence[Hashes]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Return the statements of all states, each once, and how often each state has each."""
    pool, places = np.unique(np.concatenate(found), return_inverse=True)
    owners = np.repeat(np.arange(len(found)), [len(one) for one in found])
    counts = np.zeros((len(found), len(pool)), dtype=np.int64)
    np.add.at(counts, (owners, places.reshape(-1)), 1)
    return pool, counts


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Return rising numbers as ranges, both ends in."""
    made: list[list[int]] = []
    for number in sorted(set(numbers)):
        if made and made[-1][1] == number - 1:
            made[-1][1] = number
        else:
            made.append([number, number])
    return made
