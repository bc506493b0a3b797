"""A family: the states of one file over the releases of a work, read from its record."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_digest

from lineage.code.packing import inflated, risen, unpacked, unsigned
from lineage.code.prints import FunctionPrint, Hashes
from lineage.code.rarity import Weights, rarity
from lineage.code.record import HEAD
from lineage.codec import from_plain

_SEAL = 8
_META_LIMIT = 1 << 24
_MOST_RELEASES = 1 << 16
#: States times runs, or statements, of one file: what a look-up lays out. The shipped works have
#: less than a million.
_MOST_CELLS = 1 << 26
_FIRST_LOOK = np.uint64(0x7FFF)
Order = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Row:
    """The runs of every state of a family in one row of tokens."""

    #: Low bits of the hashes of all runs, each once.
    pool: Hashes
    #: Places in the pool, of all states one after the other, and the line of each.
    order: Order
    lines: Order
    #: Where each state's part begins, and the end of the last.
    bounds: Order
    #: Sorted runs that many files of the work have.
    common: Hashes

    @cached_property
    def weights(self) -> Weights:
        """What each run of the pool counts."""
        return rarity().weights(self.pool)

    @cached_property
    def rare(self) -> Mask:
        """Which runs of the pool few files of the work have."""
        if not len(self.common):
            return np.ones(len(self.pool), dtype=np.bool_)
        at = np.minimum(np.searchsorted(self.common, self.pool), len(self.common) - 1)
        rare: Mask = self.common[at] != self.pool
        return rare

    @cached_property
    def has(self) -> Mask:
        """Which state has which runs of the pool: (states, runs)."""
        lengths = np.diff(self.bounds)
        made = np.zeros((len(lengths), len(self.pool)), dtype=np.bool_)
        made[np.repeat(np.arange(len(lengths)), lengths), self.order] = True
        return made

    def of(self, state: int) -> tuple[Order, Order]:
        """Return the places and the lines of one state."""
        part = slice(int(self.bounds[state]), int(self.bounds[state + 1]))
        return self.order[part], self.lines[part]

    def places_of(self, hashes: Hashes) -> Places:
        """Return the place in the pool of each hash; -1 where the pool has it not."""
        made = np.full(len(hashes), -1, dtype=np.int32)
        maybe = np.flatnonzero(self._known[hashes & _FIRST_LOOK])
        if len(maybe):
            pool, place = self._sorted
            wanted = hashes[maybe]
            at = np.minimum(np.searchsorted(pool, wanted), len(pool) - 1)
            made[maybe] = np.where(pool[at] == wanted, place[at], -1)
        return made

    @cached_property
    def _known(self) -> Mask:
        """Which low bits the pool has: most hashes of a stranger are told from these."""
        made = np.zeros(int(_FIRST_LOOK) + 1, dtype=np.bool_)
        made[self.pool & _FIRST_LOOK] = True
        return made

    @cached_property
    def _sorted(self) -> tuple[Hashes, Order]:
        order = np.argsort(self.pool)
        return self.pool[order], order


@dataclass(frozen=True, eq=False)
class Statements:
    """The statements of every state of a family, without their order."""

    #: Sorted hashes, each once.
    pool: Hashes
    #: How often each state has each: (states, statements).
    counts: npt.NDArray[np.int32]

    @cached_property
    def totals(self) -> Order:
        """How many each state has."""
        totals: Order = self.counts.sum(axis=1)
        return totals


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


class Family:
    """The states of a file."""

    def __init__(self, record: bytes, common: Hashes) -> None:
        """Take a record; ``common`` are sorted runs that many files of the work have.

        Raises:
            ValueError: it is none, or damaged.
        """
        seal, body = record[:_SEAL], record[_SEAL:]
        if seal != xxh3_64_digest(body):
            raise ValueError("a damaged record")
        try:
            parts = list(_parts(body))
            meta = from_plain(json.loads(inflated(parts[0], _META_LIMIT)), _Meta)
            count = len(meta.h)
            self.path = meta.p
            self.states = tuple(_states(meta, parts[1], unpacked(parts[2], 4 * count)))
            #: The runs with names kept, and with names abstracted.
            self.named = _row(parts[3:7], count, common)
            self.shaped = _row(parts[7:11], count, common)
            self._functions = _Functions(parts[11:14], meta.f, count)
            self.statements = _statements(parts[14:16], meta.s, count)
        except (struct.error, IndexError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError("a damaged record") from error

    def function_tokens(self, shapes: Hashes) -> Order:
        """Return how many tokens each state has in functions of some shapes, sorted."""
        return self._functions.tokens_of(shapes)

    @cached_property
    def functions(self) -> tuple[tuple[FunctionPrint, ...], ...]:
        """The functions of each state."""
        return self._functions.of_states()


@dataclass(frozen=True, slots=True)
class _Meta:
    """What a record says in words: path, releases, heads, names of functions, statements."""

    p: str
    r: list[list[tuple[int, int]]]
    h: list[int]
    f: list[str]
    s: int


def _parts(record: bytes) -> Iterator[bytes]:
    at = HEAD.size
    for length in HEAD.unpack_from(record):
        yield record[at : at + length]
        at += length
    if at != len(record):
        raise ValueError("a record of another length than it says")


def _row(parts: Sequence[bytes], count: int, common: Hashes) -> Row:
    size, *lengths = unpacked(parts[0], count + 1).tolist()
    total = sum(lengths)
    pool = unpacked(parts[1], size)
    order = np.cumsum(unsigned(unpacked(parts[2], total)))
    steps = unsigned(unpacked(parts[3], total))
    if size * count > _MOST_CELLS:
        raise ValueError("a record of more runs and states than files have")
    bounds = np.cumsum([0, *lengths])
    if total and (order.min() < 0 or order.max() >= size):
        raise ValueError("a record points outside of itself")
    summed = np.concatenate([[0], np.cumsum(steps)])
    before = np.repeat(summed[bounds[:-1]], lengths)
    return Row(pool, order, summed[1:] - before, bounds, common)


def _statements(parts: Sequence[bytes], size: int, count: int) -> Statements:
    if size * count > _MOST_CELLS:
        raise ValueError("a record of more statements and states than files have")
    steps = unsigned(unpacked(parts[1], size * count)).reshape(count, size)
    return Statements(risen(parts[0], size), np.cumsum(steps, axis=0, dtype=np.int32))


def _states(meta: _Meta, blobs: bytes, numbers: Hashes) -> Iterator[FileState]:
    rows = numbers.reshape(-1, 4).tolist()
    for number, (head, ranges, row) in enumerate(zip(meta.h, meta.r, rows, strict=True)):
        blob = blobs[20 * number : 20 * number + 20].hex()
        yield FileState(blob, tuple(_unranged(ranges)), head, *row)


class _Functions:
    """The functions of all states, as numbers until they are asked for."""

    def __init__(self, parts: Sequence[bytes], names: Sequence[str], count: int) -> None:
        """Read them.

        Raises:
            ValueError: they are damaged.
        """
        self._names = names
        self._counts = unpacked(parts[0], count)
        total = int(self._counts.sum())
        self._table = unpacked(parts[1], 4 * total).reshape(4, total).T
        self._steps = unsigned(unpacked(parts[2], total))
        if total and int(self._table[:, 0].max()) >= len(names):
            raise ValueError("a record points outside of itself")

    def tokens_of(self, shapes: Hashes) -> Order:
        """Return how many tokens each state has in functions of some shapes, sorted."""
        made = np.zeros(len(self._counts), dtype=np.int64)
        if len(shapes) and len(self._table):
            mine = self._table[:, 3]
            at = np.minimum(np.searchsorted(shapes, mine), len(shapes) - 1)
            owners = np.repeat(np.arange(len(made)), self._counts.astype(np.int64))
            np.add.at(made, owners, np.where(shapes[at] == mine, self._table[:, 1], 0).astype(int))
        return made

    def of_states(self) -> tuple[tuple[FunctionPrint, ...], ...]:
        """Return them."""
        bounds = np.cumsum(self._counts).tolist()
        rows, steps = self._table.tolist(), self._steps.tolist()
        return tuple(
            tuple(_placed(rows[start:stop], steps[start:stop], self._names))
            for start, stop in zip([0, *bounds], bounds, strict=False)
        )


def _placed(
    table: Sequence[Sequence[int]], steps: Sequence[int], names: Sequence[str]
) -> Iterator[FunctionPrint]:
    line = 0
    for (name, tokens, height, shape), step in zip(table, steps, strict=True):
        line += step
        yield FunctionPrint(names[name], (line, line + height), tokens, shape)


def _unranged(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    for first, last in ranges:
        if last - first > _MOST_RELEASES:
            raise ValueError("a record names more releases than there are")
        yield from range(first, last + 1)
