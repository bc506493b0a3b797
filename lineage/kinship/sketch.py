"""What the first rungs of the ladder look at in a tower, and how it is chosen.

Everything here is chosen without looking at another model, by rules that depend on the width, the
names and the tokens alone, so that two fingerprints of one width hold the same coordinates and two
vocabularies that share tokens hold the same ones of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.grams import Gram, grams
from lineage.kinship.names import Role, place_of_norm
from lineage.kinship.permutation import FEWEST
from lineage.kinship.positions import numbered
from lineage.kinship.reading import picked, slices
from lineage.kinship.weights import UntestableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lineage.kinship.roles import Part, Stack
    from lineage.kinship.weights import Weights

Rows: TypeAlias = NDArray[np.float32]
Keys: TypeAlias = NDArray[np.uint64]
Places: TypeAlias = NDArray[np.intp]

#: At most this many coordinates of the residual stream are kept.
COORDINATES = 512
#: At most this many norm vectors are kept.
GAINS = 32
#: Numbers of an embedding that are read: this over the width, within the two limits after it.
TABLE = 650_000
FEWEST_TOKENS, MOST_TOKENS = 64, 512
#: Rows of the probe, and how many matrices they are taken from.
PROBE, PROBED = 96, 8
#: Bytes that may be read for Grams.
GRAM_BYTES = 45_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of an embedding or an unembedding."""

    tensor: str
    role: Role
    #: Hash of each row's token; 0 where the vocabulary is not known.
    tokens: Keys
    #: Number of each row in the table.
    ids: NDArray[np.int64]
    #: [rows, coordinates]
    values: Rows
    #: How many rows the whole table has.
    height: int


@dataclass(frozen=True, slots=True)
class Sketch:
    """One tower of layers, as far as the first rungs look at it."""

    name: str
    width: int
    layers: int
    #: Whether its tensors' names say what they are.
    named: bool
    #: Which coordinates of the residual stream are kept, in order.
    coordinates: NDArray[np.int64]
    #: Whether coordinates carry fixed frequencies and can't be exchanged (``positions``).
    numbered: bool
    #: False for coordinates that are constant or empty in this model: padding, never evidence.
    alive: NDArray[np.bool_]
    #: Norm gains, [vectors, coordinates].
    gains: Rows
    #: Where each gain stands (``attention``, ``feed-forward``, ``final``, …) and its layer or -1.
    gain_places: tuple[tuple[str, int], ...]
    tables: tuple[Table, ...]
    #: Anchored Grams by class; empty until the third rung asks for them.
    grams: Mapping[str, Gram]
    #: Some rows of feed-forward readers, of length 1: what was trained and what was not
    #: (``seeds``). None until the third rung, and where no names say which rows to take.
    probe: Rows | None


def sketch(weights: Weights, stack: Stack) -> Sketch:
    """Return the sketch of one tower, as far as the first two rungs need it.

    Raises:
        UntestableError: what was read is constant, or not finite.
        ValueError: a tensor cannot be read.
    """
    coordinates = spread(stack.width, COORDINATES)
    places, gains = _gains(weights, stack, coordinates)
    tables = tuple(_tables(weights, stack, coordinates))
    alive = alive_in(gains, tables, len(coordinates))
    if alive.sum() < FEWEST:
        raise UntestableError("its norms and token tables are constant")
    return Sketch(
        name=stack.name,
        width=stack.width,
        layers=stack.layers,
        named=stack.named,
        coordinates=coordinates.astype(np.int64),
        numbered=numbered(weights, stack),
        alive=alive,
        gains=gains,
        gain_places=places,
        tables=tables,
        grams={},
        probe=None,
    )


def deepened(weights: Weights, stack: Stack, made: Sketch) -> Sketch:
    """Return a sketch with what the third rung needs.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: a tensor cannot be read.
    """
    coordinates = made.coordinates.astype(np.intp)
    found = grams(weights, stack, coordinates, GRAM_BYTES)
    return replace(made, grams=found, probe=_probe(weights, stack, coordinates))


def _probe(weights: Weights, stack: Stack, coordinates: Places) -> Rows | None:
    parts = stack.of(Role.GATE, Role.UP, Role.GATE_UP)
    if not parts:
        return None
    chosen = [parts[place] for place in spread(len(parts), PROBED)]
    each = PROBE // len(chosen)
    rows = [picked(weights, part, spread(part.other, each), coordinates) for part in chosen]
    table = np.concatenate(rows)
    size = np.linalg.norm(table, axis=1, keepdims=True)
    return np.asarray(table / np.where(size > 0, size, 1.0), dtype=np.float32)


def spread(length: int, most: int) -> Places:
    """Return at most that many indices, evenly over the length."""
    if length <= most:
        return np.arange(length)
    return np.unique(np.linspace(0, length - 1, most).round().astype(np.intp))


def key_of(token: str) -> int:
    """Return the 64-bit key of a token; 0 stands for no token and is never returned."""
    digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def _gains(
    weights: Weights, stack: Stack, coordinates: Places
) -> tuple[tuple[tuple[str, int], ...], Rows]:
    parts = stack.of(Role.GAIN)
    chosen = [parts[index] for index in spread(len(parts), GAINS)]
    vectors = [next(slices(weights, part, coordinates))[0] for part in chosen]
    kept = [n for n, vector in enumerate(vectors) if not near_constant(vector)]
    places = tuple(
        (place_of_norm(chosen[n].leaf, chosen[n].layer), _number(chosen[n].layer)) for n in kept
    )
    empty = np.zeros((0, len(coordinates)))
    return places, np.array([vectors[n] for n in kept] or empty, dtype=np.float32)


def _number(layer: int | None) -> int:
    return -1 if layer is None else layer


def near_constant(vector: NDArray[np.floating]) -> bool:
    """Return whether most of a vector is one value, or all of it nearly so: nothing was trained."""
    values, counts = np.unique(vector, return_counts=True)
    spread_of = float(values[-1] - values[0])
    return bool(counts.max() > len(vector) / 2) or spread_of <= 1e-6 * float(np.abs(values).max())


def _tables(weights: Weights, stack: Stack, coordinates: Places) -> list[Table]:
    names = names_of(weights)
    count = int(np.clip(TABLE // stack.width, FEWEST_TOKENS, MOST_TOKENS))
    return [
        table_of(weights, part, coordinates, _chosen(part.other, count, names), names)
        for part in stack.of(Role.EMBEDDING, Role.UNEMBEDDING)[:4]
    ]


def names_of(weights: Weights) -> dict[int, str]:
    """Return the token of each row; empty where the vocabulary is not known."""
    vocabulary = weights.vocabulary
    return {row: token for token, row in vocabulary.items()} if vocabulary else {}


def table_of(
    weights: Weights, part: Part, coordinates: Places, ids: Places, names: Mapping[int, str]
) -> Table:
    """Return some rows of a table of tokens, under the names of these.

    Raises:
        UntestableError: what was read is not finite.
        ValueError: the tensor cannot be read.
    """
    keys = [key_of(names[row]) if row in names else 0 for row in ids.tolist()]
    return Table(
        tensor=part.tensor,
        role=part.role,
        tokens=np.array(keys, dtype=np.uint64),
        ids=ids.astype(np.int64),
        values=picked(weights, part, ids, coordinates).astype(np.float32),
        height=part.other,
    )


def _chosen(height: int, count: int, names: Mapping[int, str]) -> Places:
    """Return the rows to keep: those whose token, or whose number, has the smallest hash.

    Two vocabularies that share tokens so keep the same ones of them, wherever these stand.
    """
    if height <= count:
        return np.arange(height)
    numbers = np.argsort(scatter(height), kind="stable")
    if not names:
        return np.sort(numbers[:count])
    tokens = sorted((key_of(token), row) for row, token in names.items() if 0 <= row < height)
    some = [row for _, row in tokens[: count // 2]]
    return np.array(sorted({*some, *numbers[: count - len(some)].tolist()}), dtype=np.intp)


def thinned(table: Table, rows: int) -> Table:
    """Return the table with so many of its rows, the same ones of any table with the same tokens.

    As in the choice of them all, half go by the hash of their token and the rest by their number's.
    """
    if rows >= len(table.ids):
        return table
    numbers = np.argsort(scatter(table.height)[table.ids], kind="stable")
    known = np.flatnonzero(table.tokens)
    some = known[np.argsort(table.tokens[known], kind="stable")][: rows // 2]
    rest = numbers[~np.isin(numbers, some)][: rows - len(some)]
    kept = np.sort(np.concatenate([some, rest]))
    return replace(table, tokens=table.tokens[kept], ids=table.ids[kept], values=table.values[kept])


def scatter(count: int) -> NDArray[np.uint64]:
    """Return a well mixed 64-bit image of each number below a count (splitmix64's finaliser)."""
    mixed = np.arange(count, dtype=np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def alive_in(
    gains: Rows | Sequence[Rows], tables: Sequence[Table], count: int
) -> NDArray[np.bool_]:
    """Return which coordinates vary: a coordinate that is empty everywhere is padding."""
    alive = np.zeros(count, dtype=bool)
    seen = False
    for table in tables:
        alive |= np.ptp(table.values, axis=0) > 0
        seen = True
    if len(gains) > 1:
        alive |= np.ptp(gains, axis=0) > 0
        seen = True
    return alive if seen else np.ones(count, dtype=bool)
