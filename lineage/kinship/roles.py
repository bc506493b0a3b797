"""Which tensors are tied to the residual stream, and by which axis.

Names are asked first. Where they say nothing for most of the numbers of a model (renamed tensors,
ONNX's numbered MatMul constants), shapes and topology answer: the width is the one dimension that
nearly every matrix has, a table of many rows that comes once or twice is the embedding, and
whatever else has the width on one axis reads or writes the residual stream by that axis. A square
matrix has it on both; without a name its axis stays open (``Axis.EITHER``) and is settled from
values.

A part is described for reading: a tensor, a range of its rows, and the axis, so that fused and
stacked tensors (experts in one array) need no copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from lineage.kinship.names import READERS, WRITERS, Named, Role, named
from lineage.kinship.weights import Scalar, TensorInfo


class Axis(StrEnum):
    """Which axis of a part is the residual stream."""

    COLUMNS = "columns"
    ROWS = "rows"
    #: A square matrix that no name explains.
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Part:
    """A tensor, or a range of its rows, that is tied to the residual stream."""

    tensor: str
    role: Role
    layer: int | None
    expert: int | None
    axis: Axis
    #: First row and the row after the last.
    span: tuple[int, int]
    #: Length of a row.
    columns: int
    #: What the tensor is called inside its layer; tells one norm from another.
    leaf: str

    @property
    def other(self) -> int:
        """Return the length of the axis that is not the residual stream."""
        return self.columns if self.axis is Axis.ROWS else self.span[1] - self.span[0]

    @property
    def width(self) -> int:
        """Return the length of the axis that is the residual stream."""
        return self.span[1] - self.span[0] if self.axis is Axis.ROWS else self.columns


@dataclass(frozen=True, slots=True)
class Stack:
    """A tower of layers that share one residual stream: a decoder, an encoder, a vision tower."""

    #: The path before the layers' numbers; "" where names say nothing.
    name: str
    width: int
    #: How many layers the names count; 0 where they count none.
    layers: int
    parts: tuple[Part, ...]
    #: True where most of the numbers got their role from a name.
    named: bool
    #: How many key-value heads the configuration gives; 0 where it gives none.
    key_value_heads: int = 0

    def of(self, *roles: Role) -> tuple[Part, ...]:
        """Return the parts with one of these roles, in the order of layers."""
        return tuple(part for part in self.parts if part.role in roles)


#: Axes of a matrix; a tensor with one more holds one matrix for each expert.
MATRIX = 2
#: A matrix with fewer columns or rows than this is no residual stream worth testing.
NARROWEST = 16
#: Stacks beyond these are small heads and side towers.
MOST_STACKS = 4
_HEADS = ("num_key_value_heads", "num_attention_heads", "n_head", "num_heads", "n_heads")
_WIDTHS = ("hidden_size", "n_embd", "d_model", "dim", "embedding_length", "embed_dim")


def stacks(tensors: Sequence[TensorInfo], settings: Mapping[str, Scalar]) -> tuple[Stack, ...]:
    """Return the model's towers, largest first; empty where nothing looks like a transformer."""
    usable = [tensor for tensor in tensors if len(tensor.shape) in {1, 2, 3} and tensor.elements]
    said = {tensor.name: named(tensor.name) for tensor in usable}
    groups: dict[str, list[TensorInfo]] = {}
    for tensor in usable:
        groups.setdefault(said[tensor.name].stack, []).append(tensor)
    towers = {
        path: group
        for path, group in groups.items()
        if path and sum(said[tensor.name].role in READERS | WRITERS for tensor in group) > 1
    }
    if _share_named(usable, said) < 1 / 2 or not towers:
        stack = _nameless(usable, settings)
        return (stack,) if stack else ()
    loose = [tensor for path, group in groups.items() if path not in towers for tensor in group]
    found = [
        stack
        for path, group in towers.items()
        if (stack := _tower(path, group, _mine(path, loose, towers), said, settings))
    ]
    sizes = {stack.name: sum(tensor.elements for tensor in towers[stack.name]) for stack in found}
    return tuple(sorted(found, key=lambda stack: (-sizes[stack.name], stack.name))[:MOST_STACKS])


def _share_named(tensors: Sequence[TensorInfo], said: Mapping[str, Named]) -> float:
    matrices = [tensor for tensor in tensors if len(tensor.shape) > 1]
    total = sum(tensor.elements for tensor in matrices)
    known = sum(t.elements for t in matrices if said[t.name].role is not Role.OTHER)
    return known / total if total else 0.0


def _mine(
    path: str, loose: Sequence[TensorInfo], towers: Mapping[str, Sequence[TensorInfo]]
) -> list[TensorInfo]:
    """Return the tensors outside layers that stand nearest to this tower by name."""

    def shared(tensor: TensorInfo, tower: str) -> int:
        pairs = zip(
            tensor.name.lower().replace("/", ".").split("."), tower.split("."), strict=False
        )
        return next((n for n, (one, two) in enumerate(pairs) if one != two), 0)

    return [
        tensor
        for tensor in loose
        if shared(tensor, path) >= max(shared(tensor, tower) for tower in towers)
    ]


def _tower(
    path: str,
    layered: Sequence[TensorInfo],
    loose: Sequence[TensorInfo],
    said: Mapping[str, Named],
    settings: Mapping[str, Scalar],
) -> Stack | None:
    width = _width(layered, settings)
    if width is None:
        return None
    transposed = _transposed(layered, said, width)
    parts = [
        part
        for tensor in (*layered, *loose)
        for part in _parts(tensor, said[tensor.name], width, transposed=transposed)
    ]
    parts.sort(key=lambda part: (part.layer is None, part.layer or 0, part.leaf, part.expert or 0))
    layers = {part.layer for part in parts if part.layer is not None}
    return Stack(
        path, width, len(layers), tuple(parts), named=True, key_value_heads=_heads(settings)
    )


def _heads(settings: Mapping[str, Scalar]) -> int:
    stated = (settings.get(key) for key in _HEADS)
    return next((value for value in stated if isinstance(value, int)), 0)


def _width(tensors: Sequence[TensorInfo], settings: Mapping[str, Scalar]) -> int | None:
    """Return the dimension that most numbers in matrices have on an axis.

    The configuration's word breaks a tie; between equals the smaller dimension is the width, since
    inner widths are multiples of it.
    """
    votes: Counter[int] = Counter()
    for tensor in tensors:
        if len(tensor.shape) > 1:
            for size in set(tensor.shape[-2:]):
                votes[size] += tensor.elements
        elif tensor.shape[0] in votes:
            votes[tensor.shape[0]] += tensor.elements
    usable = {size: count for size, count in votes.items() if size >= NARROWEST}
    if not usable:
        return None
    best = max(usable.values())
    level = [size for size, count in usable.items() if count >= 0.98 * best]
    stated = [value for key in _WIDTHS if isinstance(value := settings.get(key), int)]
    return next((value for value in stated if value in level), min(level))


def _transposed(tensors: Sequence[TensorInfo], said: Mapping[str, Named], width: int) -> bool:
    """Return whether matrices are stored [in, out], as GPT-2's Conv1D does."""
    normal = turned = 0
    for tensor in tensors:
        role = said[tensor.name].role
        if len(tensor.shape) == MATRIX and tensor.shape[0] != tensor.shape[1]:
            reads = tensor.shape[1] == width
            normal += (role in READERS and reads) or (role in WRITERS and not reads)
            turned += (role in READERS and not reads) or (role in WRITERS and reads)
    return turned > normal


def _parts(tensor: TensorInfo, said: Named, width: int, *, transposed: bool) -> list[Part]:
    """Return what of a tensor is tied to the residual stream of this width."""
    part = Part(
        tensor=tensor.name,
        role=said.role,
        layer=said.layer,
        expert=said.expert,
        axis=Axis.COLUMNS,
        span=(0, tensor.height),
        columns=tensor.columns,
        leaf=said.leaf,
    )
    if said.role is Role.OTHER or width not in tensor.shape:
        return []
    if len(tensor.shape) == 1:
        return [part] if said.role in {Role.GAIN, Role.BIAS} else []
    if said.role in {Role.EMBEDDING, Role.UNEMBEDDING, Role.POSITION}:
        turned = tensor.columns != width
        return [replace(part, axis=Axis.ROWS if turned else Axis.COLUMNS)]
    if said.role not in READERS | WRITERS:
        return []
    axis = _axis(tensor, width, reader=said.role in READERS, transposed=transposed)
    if len(tensor.shape) == MATRIX:
        return [replace(part, axis=axis)]
    each = tensor.shape[-2]
    return [
        replace(part, axis=axis, expert=expert, span=(expert * each, (expert + 1) * each))
        for expert in range(tensor.shape[0])
    ]


def _axis(tensor: TensorInfo, width: int, *, reader: bool, transposed: bool) -> Axis:
    rows, columns = tensor.shape[-2:]
    if rows != columns:
        return Axis.COLUMNS if columns == width else Axis.ROWS
    return Axis.COLUMNS if reader != transposed else Axis.ROWS


def _nameless(tensors: Sequence[TensorInfo], settings: Mapping[str, Scalar]) -> Stack | None:
    """Return the one tower that shapes alone show."""
    width = _width(tensors, settings)
    if width is None:
        return None
    tables = _table_shapes(tensors, width)
    parts = []
    for tensor in tensors:
        role = _role_by_shape(tensor, width, tables)
        if role is Role.OTHER:
            continue
        square = tensor.shape[-2:] == (width, width)
        flat = len(tensor.shape) == 1 or tensor.columns == width
        axis = Axis.EITHER if square else Axis.COLUMNS if flat else Axis.ROWS
        each = tensor.shape[-2] if len(tensor.shape) > 1 else 1
        parts += [
            Part(tensor.name, role, None, None, axis, (first, first + each), tensor.columns, "")
            for first in range(0, tensor.height, each)
        ]
    return Stack("", width, 0, tuple(parts), named=False)


def _table_shapes(tensors: Sequence[TensorInfo], width: int) -> set[tuple[int, ...]]:
    """Return shapes of matrices that are no part of a layer: those that come less than others."""
    counts = Counter(
        tensor.shape for tensor in tensors if len(tensor.shape) == MATRIX and width in tensor.shape
    )
    most = max(counts.values(), default=0)
    return {shape for shape, count in counts.items() if count <= min(2, most - 1)}


def _role_by_shape(tensor: TensorInfo, width: int, tables: set[tuple[int, ...]]) -> Role:
    if width not in tensor.shape:
        return Role.OTHER
    if len(tensor.shape) == 1:
        return Role.GAIN
    rows, columns = tensor.shape[-2:]
    other = rows if columns == width else columns
    if tensor.shape in tables and other == max(max(shape) for shape in tables) and other > width:
        return Role.EMBEDDING
    stacked = len(tensor.shape) > MATRIX
    return Role.MATRIX if stacked or tensor.shape not in tables else Role.OTHER
