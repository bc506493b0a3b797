"""A family: the states of one file over the releases of a work, packed into one record.

Consecutive releases share most of their runs. Those are kept once, in a pool; each state is the
order in which it has them, which deflates to little where it is nearly the order of the state
before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from lineage.code.packing import deflated, inflated, packed, signed, unpacked, unsigned
from lineage.code.prints import FileKind, FilePrint, FunctionPrint, Hashes

#: Of a run's hash this much is kept in a record, whose runs are few.
_KEPT = np.uint64(0xFFFFFFFF)
_SHORTEST_INDEXED_FUNCTION = 40
#: What keeps a function's hash apart from those of runs.
FUNCTION_MARK = np.uint64(0x5A5A5A5A5A5A)
_SECTIONS = 14
_HEAD = struct.Struct(f"<{_SECTIONS}I")
Order = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The runs of every state of a family in one row of tokens."""

    #: Low bits of the hashes of all runs, each once.
    pool: Hashes
    #: Places in the pool, of all states one after the other, and the line of each.
    order: Order
    lines: Order
    #: Where each state's part begins, and the end of the last.
    bounds: Order
    #: The different places of all states one after the other, and how many each state has.
    distinct: tuple[Order, Order]

    def distinct_of(self, state: int) -> Order:
        """Return the different places of one state."""
        places, counts = self.distinct
        start = int(counts[:state].sum())
        return places[start : start + int(counts[state])]

    def of(self, state: int) -> tuple[Order, Order]:
        """Return the places and the lines of one state."""
        part = slice(int(self.bounds[state]), int(self.bounds[state + 1]))
        return self.order[part], self.lines[part]


@dataclass(frozen=True, slots=True)
class FileState:
    """One content of the file."""

    blob: str
    #: Numbers of the releases that have it.
    releases: tuple[int, ...]
    #: Number of its head among the shard's.
    head: int
    tokens: int
    lines: int
    stream: int
    shape: int


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """The states of a file."""

    path: str
    language: str
    kind: FileKind
    states: tuple[FileState, ...]
    named: Row
    shaped: Row
    #: Functions of each state.
    functions: tuple[tuple[FunctionPrint, ...], ...]


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
        meta = {
            "p": self.path,
            "l": found[0].language,
            "k": found[0].kind.value,
            "r": [_ranges(releases) for releases in self.releases.values()],
            "h": [self.heads[blob] for blob in self.releases],
            "f": names,
        }
        numbers = [(one.tokens, one.lines, one.stream, one.shape) for one in found]
        parts = [
            deflated(meta),
            b"".join(bytes.fromhex(blob) for blob in self.releases),
            packed(np.array(numbers, dtype=np.uint64).reshape(-1)),
            *_row_out([one.named.hashes for one in found], [one.named.first for one in found]),
            *_row_out([one.shaped.hashes for one in found], [one.shaped.first for one in found]),
            *functions,
        ]
        return _HEAD.pack(*(len(part) for part in parts)) + b"".join(parts)


def family_of(record: bytes) -> Family:
    """Return the family that a record holds.

    Raises:
        ValueError: it holds none.
    """
    try:
        return _read(record)
    except (struct.error, KeyError, IndexError, TypeError, OverflowError) as error:
        raise ValueError("a damaged record") from error


def _read(record: bytes) -> Family:
    from json import loads  # noqa: PLC0415 - named beside its only use

    parts = _parts(record)
    meta = loads(inflated(parts[0], 1 << 24))
    count = len(meta["h"])
    blobs = [parts[1][at : at + 20].hex() for at in range(0, 20 * count, 20)]
    numbers = unpacked(parts[2], 4 * count).reshape(-1, 4).tolist()
    states = tuple(
        FileState(blob, tuple(_unranged(ranges)), int(head), *number)
        for blob, ranges, head, number in zip(blobs, meta["r"], meta["h"], numbers, strict=True)
    )
    return Family(
        path=str(meta["p"]),
        language=str(meta["l"]),
        kind=FileKind(meta["k"]),
        states=states,
        named=_row_in(parts[3:7], count),
        shaped=_row_in(parts[7:11], count),
        functions=_functions_in(parts[11:14], meta["f"], count),
    )


def _parts(record: bytes) -> list[bytes]:
    at, parts = _HEAD.size, []
    for length in _HEAD.unpack_from(record):
        parts.append(record[at : at + length])
        at += length
    if at != len(record):
        raise ValueError("a record of another length than it says")
    return parts


def _row_out(hashes: Sequence[Hashes], lines: Sequence[npt.NDArray[np.uint32]]) -> list[bytes]:
    """Return a row as four parts: counts, pool, order, lines."""
    flat = np.concatenate(hashes) & _KEPT
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


def _row_in(parts: Sequence[bytes], count: int) -> Row:
    size, *lengths = unpacked(parts[0], count + 1).tolist()
    total = sum(lengths)
    pool = unpacked(parts[1], size)
    order = np.cumsum(unsigned(unpacked(parts[2], total)))
    steps = unsigned(unpacked(parts[3], total))
    bounds = np.cumsum([0, *lengths])
    if total and (order.min() < 0 or order.max() >= size):
        raise ValueError("a record points outside of itself")
    summed = np.concatenate([[0], np.cumsum(steps)])
    before = np.repeat(summed[bounds[:-1]], lengths)
    return Row(pool, order, summed[1:] - before, bounds, _distinct(order, lengths, size))


def _distinct(order: Order, lengths: Sequence[int], size: int) -> tuple[Order, Order]:
    owners = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    keyed = np.unique(owners * max(size, 1) + order)
    counts = np.bincount(keyed // max(size, 1), minlength=len(lengths))
    return keyed % max(size, 1), counts.astype(np.int64)


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


def _functions_in(
    parts: Sequence[bytes], names: Sequence[str], count: int
) -> tuple[tuple[FunctionPrint, ...], ...]:
    counts = unpacked(parts[0], count).tolist()
    total = sum(counts)
    table = unpacked(parts[1], 4 * total).reshape(4, total).T.tolist()
    steps = unsigned(unpacked(parts[2], total)).tolist()
    made, at = [], 0
    for number in counts:
        made.append(tuple(_placed(table[at : at + number], steps[at : at + number], names)))
        at += number
    return tuple(made)


def _placed(
    table: Sequence[Sequence[int]], steps: Sequence[int], names: Sequence[str]
) -> Iterator[FunctionPrint]:
    line = 0
    for (name, tokens, height, shape), step in zip(table, steps, strict=True):
        line += step
        yield FunctionPrint(names[name], (line, line + height), tokens, shape)


def _ranges(numbers: Sequence[int]) -> list[list[int]]:
    """Return rising numbers as ranges, both ends in."""
    made: list[list[int]] = []
    for number in sorted(set(numbers)):
        if made and made[-1][1] == number - 1:
            made[-1][1] = number
        else:
            made.append([number, number])
    return made


def _unranged(ranges: Sequence[Sequence[int]]) -> Iterator[int]:
    for first, last in ranges:
        if last - first > 1 << 16:
            raise ValueError("a record names more releases than there are")
        yield from range(first, last + 1)
