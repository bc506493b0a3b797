"""What the functions that ``torch.save`` names would build: views of storages, and nothing else.

https://github.com/pytorch/pytorch/blob/main/torch/_utils.py has the functions themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lineage.formats.header import MAX_NAME, MAX_TENSORS, FormatError
from lineage.formats.pickles import Call, Name, Persistent, Value

_STORAGES = {
    "BFloat16Storage": "BF16",
    "BoolStorage": "BOOL",
    "ByteStorage": "U8",
    "CharStorage": "I8",
    "ComplexDoubleStorage": "C128",
    "ComplexFloatStorage": "C64",
    "DoubleStorage": "F64",
    "FloatStorage": "F32",
    "HalfStorage": "F16",
    "IntStorage": "I32",
    "LongStorage": "I64",
    "ShortStorage": "I16",
    "UntypedStorage": "U8",
}
_DTYPES = {
    "bfloat16": "BF16",
    "bool": "BOOL",
    "complex128": "C128",
    "complex64": "C64",
    "float16": "F16",
    "float32": "F32",
    "float64": "F64",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e4m3fnuz": "F8_E4M3FNUZ",
    "float8_e5m2": "F8_E5M2",
    "float8_e5m2fnuz": "F8_E5M2FNUZ",
    "float8_e8m0fnu": "F8_E8M0",
    "int16": "I16",
    "int32": "I32",
    "int64": "I64",
    "int8": "I8",
    "uint16": "U16",
    "uint32": "U32",
    "uint64": "U64",
    "uint8": "U8",
}
_BYTES = {
    **dict.fromkeys(("BOOL", "I8", "U8"), 1),
    **dict.fromkeys(("BF16", "F16", "I16", "U16"), 2),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("C64", "F64", "I64", "U64"), 8),
    "C128": 16,
}
#: Globals that stand for something and are never called.
_INERT = {("torch", "Tensor"), ("torch.nn.parameter", "Parameter")}
#: Keys under which training scripts put the weights beside other things.
_WRAPPERS = ("state_dict", "model_state_dict", "model_state", "model", "module", "params", "net")
_MAX_DIMENSIONS = 32
_MAX_DEPTH = 16


@dataclass(frozen=True, slots=True)
class Storage:
    """A run of elements that tensors look at."""

    key: str
    dtype: str
    #: In elements of ``dtype``.
    count: int

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return self.count * bytes_of(self.dtype)


@dataclass(frozen=True, slots=True)
class View:
    """A tensor: which elements of a storage it has, in which order."""

    storage: Storage
    #: Its own type; a storage may be untyped.
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    name: str = ""


def bytes_of(dtype: str) -> int:
    """Return the bytes of one element."""
    return _BYTES.get(dtype, 1)


def known(name: Name) -> Call | None:
    """Return what a call of the global gives, or None where it is a mere name.

    Raises:
        FormatError: it has no place in a state dict.
    """
    call = _CALLS.get((name.module, name.name))
    inert = (
        (name.module, name.name) in _INERT
        or (name.module in {"torch", "torch.cuda", "torch.storage"} and name.name in _STORAGES)
        or (name.module == "torch" and name.name in _DTYPES)
    )
    if call is None and not inert:
        raise FormatError(f"the pickle names {name}, which has no place in a state dict")
    return call


def views(value: Value) -> tuple[View, ...]:
    """Return the tensors in what a checkpoint describes, named by their path in it.

    Raises:
        FormatError: there are none, too many, or two of one name.
    """
    found: dict[str, View] = {}
    for path, view in _found(_unwrapped(value), "", set(), _MAX_DEPTH):
        if path in found or len(path) > MAX_NAME or len(found) >= MAX_TENSORS:
            raise FormatError(f"the tensor's name {path[:80]!r} comes twice or is too long")
        found[path] = replace(view, name=path)
    if not found:
        raise FormatError("it holds no tensors")
    return tuple(found.values())


def _unwrapped(value: Value) -> Value:
    """Return the state dict inside the wrappers of training scripts."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(value, dict) or any(isinstance(v, View) for v in value.values()):
            return value
        inner = (value[key] for key in _WRAPPERS if isinstance(value.get(key), dict))
        value_inside = next(inner, None)
        if value_inside is None:
            return value
        value = value_inside
    return value


def _found(value: Value, path: str, seen: set[int], depth: int) -> Iterator[tuple[str, View]]:
    """Yield tensors with their paths; a container that comes again is passed over."""
    if isinstance(value, View):
        yield path, value
        return
    if not isinstance(value, (dict, list, tuple)) or id(value) in seen:
        return
    if not depth:
        raise FormatError("tensors are nested too deep")
    seen.add(id(value))
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield from _found(item, f"{path}.{key}" if path else str(key), seen, depth - 1)


def _ordered_dict(arguments: tuple[Value, ...]) -> Value:
    match arguments:
        case ():
            return {}
        case (list() as pairs,):
            found: dict[Value, Value] = {}
            for pair in pairs:
                match pair:
                    case [str() | int() as key, item]:
                        found[key] = item
                    case _:
                        raise FormatError("the pickle fills a dict with what are no pairs")
            return found
        case _:
            raise FormatError("the pickle makes a dict of what are no pairs")


def _tensor(arguments: tuple[Value, ...]) -> View:
    """Return what ``_rebuild_tensor`` and its second version build."""
    match arguments:
        case (Persistent(id=identity), int() as offset, tuple() as shape, tuple() as strides, *_):
            storage, skipped = _storage(identity)
            return _checked(storage, storage.dtype, skipped + offset, shape, strides)
        case _:
            raise FormatError("the pickle describes a tensor in an unknown way")


def _tensor_v3(arguments: tuple[Value, ...]) -> View:
    """Return what the third version builds: a tensor whose storage is untyped."""
    match arguments:
        case (
            Persistent(id=identity),
            int() as offset,
            tuple() as shape,
            tuple() as strides,
            _,
            _,
            Name(module="torch", name=name),
            *_,
        ) if name in _DTYPES:
            storage, skipped = _storage(identity)
            if storage.dtype != "U8" or skipped:
                raise FormatError("the pickle gives a tensor two types")
            return _checked(storage, _DTYPES[name], offset, shape, strides)
        case _:
            raise FormatError("the pickle describes a tensor in an unknown way")


def _storage(identity: Value) -> tuple[Storage, int]:
    """Return a storage, and which of its elements is the first of the part that is meant."""
    match identity:
        case ("storage", Name(name=kind), str() as key, str(), int() as count, *rest):
            if kind not in _STORAGES or count < 0:
                raise FormatError(f"the pickle describes a storage of {kind}")
            skipped = _skipped(rest)
            return Storage(key, _STORAGES[kind], count), skipped
        case _:
            raise FormatError("the pickle describes a storage in an unknown way")


def _skipped(rest: list[Value]) -> int:
    """Return where the part begins that the oldest files let a tensor stand on."""
    match rest:
        case [] | [None]:
            return 0
        case [(str(), int() as offset, int())] if offset >= 0:
            return offset
        case _:
            raise FormatError("the pickle describes a storage in an unknown way")


def _checked(
    storage: Storage,
    dtype: str,
    offset: int,
    shape: tuple[Value, ...],
    strides: tuple[Value, ...],
) -> View:
    """Return the view, once it is known to lie inside its storage."""
    sizes = tuple(size for size in shape if _is_size(size) and isinstance(size, int))
    steps = tuple(step for step in strides if _is_size(step) and isinstance(step, int))
    if len(sizes) != len(shape) or len(steps) != len(strides) or len(sizes) != len(steps):
        raise FormatError("a tensor has a shape that is none")
    reach = sum((size - 1) * step for size, step in zip(sizes, steps, strict=True)) + 1
    capacity = storage.size // bytes_of(dtype)
    elements = math.prod(sizes)
    if len(sizes) > _MAX_DIMENSIONS or offset < 0 or elements > capacity:
        raise FormatError("a tensor is larger than its storage")
    if elements and offset + reach > capacity:
        raise FormatError("a tensor reaches beyond its storage")
    return View(storage, dtype, offset, sizes, steps)


def _is_size(value: Value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _parameter(arguments: tuple[Value, ...]) -> View:
    match arguments:
        case (View() as view, bool(), *_):
            return view
        case _:
            raise FormatError("the pickle describes a parameter in an unknown way")


def _of_type(arguments: tuple[Value, ...]) -> Value:
    """Return a tensor of a class, without the class."""
    match arguments:
        case (Name() as function, Name(), tuple() as inner, *_):
            call = _CALLS.get((function.module, function.name))
            if call in {_tensor, _tensor_v3, _parameter}:
                return call(inner)
    raise FormatError("the pickle describes a tensor in an unknown way")


def _size(arguments: tuple[Value, ...]) -> Value:
    match arguments:
        case (tuple() as sizes,):
            return sizes
        case _:
            raise FormatError("the pickle describes a shape in an unknown way")


def _device(_: tuple[Value, ...]) -> Value:
    return None


_CALLS: dict[tuple[str, str], Call] = {
    ("collections", "OrderedDict"): _ordered_dict,
    ("torch", "Size"): _size,
    ("torch", "device"): _device,
    ("torch._tensor", "_rebuild_from_type_v2"): _of_type,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch._utils", "_rebuild_parameter_with_state"): _parameter,
    ("torch._utils", "_rebuild_tensor"): _tensor,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_tensor_v3"): _tensor_v3,
}
