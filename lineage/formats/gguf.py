"""The header of a GGUF file: its key-value metadata and where its tensors lie.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Counts and lengths come from the file, so
each is held against the bytes that are left before anything is made of it. Long lists (such as a
vocabulary) are passed over and only counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from struct import Struct

from lineage.formats.header import MAX_NAME, MAX_TENSORS, FormatError, Header
from lineage.formats.reading import ByteReader, Window
from lineage.model import Tensor

#: The largest known headers carry a vocabulary of 260,000 with its merges, and a tokenizer.json
#: besides: some fifty megabytes.
MAX_HEADER = 128 << 20
#: Known files have fewer than a hundred keys.
MAX_KEYS = 16_384
#: The specification's bound on a key.
MAX_KEY = 65_535
#: A list of more items, or a text of more bytes, is counted and not kept.
KEPT_ITEMS = 128
KEPT_TEXT = 64 << 10
#: ``GGML_MAX_DIMS``.
MAX_DIMENSIONS = 4

#: Tensor types: name, elements in a block, bytes of a block (``ggml_type`` and its traits in ggml).
TYPES: dict[int, tuple[str, int, int]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 40),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
    40: ("NVFP4", 64, 36),
    41: ("Q1_0", 128, 18),
}

_SCALARS: dict[int, Struct] = {
    0: Struct("<B"),
    1: Struct("<b"),
    2: Struct("<H"),
    3: Struct("<h"),
    4: Struct("<I"),
    5: Struct("<i"),
    6: Struct("<f"),
    7: Struct("<?"),
    10: Struct("<Q"),
    11: Struct("<q"),
    12: Struct("<d"),
}
_STRING = 8
_LIST = 9
_U32 = Struct("<I")
_U64 = Struct("<Q")
_VERSIONS = (2, 3)
#: A version whose low half is empty was written by a machine of the other byte order.
_LOW_HALF = 0xFFFF


@dataclass(frozen=True, slots=True)
class _Info:
    """A tensor as its header entry describes it, before its place in the file is known."""

    name: str
    type: int
    #: In the usual order, the slowest dimension first; the file has it the other way round.
    shape: tuple[int, ...]
    offset: int


def read_header(read: ByteReader, size: int) -> Header:
    """Return the header of a GGUF file of ``size`` bytes, of version 2 or 3 and little-endian.

    Raises:
        FormatError: the header is malformed or does not fit the file.
    """
    window = Window(read, size, MAX_HEADER)
    tensor_count, key_count = _counts(window)
    metadata: dict[str, list[str]] = {}
    omitted: dict[str, int] = {}
    for _ in range(key_count):
        key = _string(window, MAX_KEY)
        if key in metadata or key in omitted:
            raise FormatError(f"the key {key[:MAX_NAME]!r} comes twice")
        values = _value(window, _number(window, _U32))
        if isinstance(values, int):
            omitted[key] = values
        else:
            metadata[key] = values
    infos = [_info(window) for _ in range(tensor_count)]
    tensors = _placed(infos, window.position, _alignment(metadata), size)
    return Header(
        length=window.position,
        tensors=tuple(tensors),
        metadata=tuple((key, value) for key, values in metadata.items() for value in values),
        omitted=tuple(omitted.items()),
    )


def read_texts(read: ByteReader, size: int, wanted: str) -> tuple[str, ...] | None:
    """Return a list of texts of the metadata, however long it is; None where there is none.

    Raises:
        FormatError: the metadata are malformed.
    """
    window = Window(read, size, MAX_HEADER)
    _, key_count = _counts(window)
    for _ in range(key_count):
        key, kind = _string(window, MAX_KEY), _number(window, _U32)
        if key != wanted:
            _value(window, kind)
        elif kind == _LIST and _number(window, _U32) == _STRING:
            count = _number(window, _U64)
            if count * _U64.size > window.left:
                raise FormatError(f"a list of {count:,} items in a file that ends before")
            return tuple(_string(window, KEPT_TEXT) for _ in range(count))
        else:
            return None
    return None


def _counts(window: Window) -> tuple[int, int]:
    """Return how many tensors and how many keys the file announces."""
    if window.take(4) != b"GGUF":
        raise FormatError("the file does not begin with GGUF")
    version = _number(window, _U32)
    if version not in _VERSIONS:
        big_endian = not version & _LOW_HALF
        raise FormatError(
            "big-endian GGUF is not read" if big_endian else f"GGUF version {version} is not read"
        )
    tensors, keys = _number(window, _U64), _number(window, _U64)
    if tensors > MAX_TENSORS or keys > MAX_KEYS:
        raise FormatError(f"{tensors:,} tensors and {keys:,} keys are announced")
    return tensors, keys


def _number(window: Window, form: Struct) -> int:
    value: int = form.unpack(window.take(form.size))[0]
    return value


def _string(window: Window, limit: int) -> str:
    length = _number(window, _U64)
    if length > limit:
        raise FormatError(f"a name of {length:,} bytes")
    return window.take(length).decode(errors="replace")


def _value(window: Window, kind: int) -> list[str] | int:
    """Return a value as texts, or the length of one that is not kept."""
    if kind == _LIST:
        return _list(window)
    if kind == _STRING:
        return _text(window)
    return [_scalar(window, _form(kind))]


def _text(window: Window) -> list[str] | int:
    length = _number(window, _U64)
    if length > KEPT_TEXT:
        window.skip(length)
        return length
    return [window.take(length).decode(errors="replace")]


def _list(window: Window) -> list[str] | int:
    kind, count = _number(window, _U32), _number(window, _U64)
    if kind == _LIST:
        raise FormatError("a list of lists")
    form = _U64 if kind == _STRING else _form(kind)
    if count * form.size > window.left:
        raise FormatError(f"a list of {count:,} items in a file that ends before")
    if count <= KEPT_ITEMS:
        values = [_value(window, kind) for _ in range(count)]
        texts = [value for value in values if not isinstance(value, int)]
        return [text for value in texts for text in value] if len(texts) == count else count
    if kind == _STRING:
        window.skip(_length_of_strings(window, count))
    else:
        window.skip(count * form.size)
    return count


def _length_of_strings(window: Window, count: int) -> int:
    """Return how many bytes that many strings take, reading little but their lengths."""
    position = window.position
    while count:
        view, offset = window.ahead(position, _U64.size)
        position -= offset
        last = len(view) - _U64.size
        while count and offset <= last:
            offset += _U64.size + _U64.unpack_from(view, offset)[0]
            count -= 1
        position += offset
        if position > MAX_HEADER:
            raise FormatError(f"the header is longer than {MAX_HEADER:,} bytes")
    return position - window.position


def _form(kind: int) -> Struct:
    if kind not in _SCALARS:
        raise FormatError(f"a value of the unknown type {kind}")
    return _SCALARS[kind]


def _scalar(window: Window, form: Struct) -> str:
    value: bool | int | float = form.unpack(window.take(form.size))[0]
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.7g}"
        case _:
            return str(value)


def _info(window: Window) -> _Info:
    name = _string(window, MAX_NAME)
    dimensions = _number(window, _U32)
    if dimensions > MAX_DIMENSIONS:
        raise FormatError(f"{name!r} has {dimensions:,} dimensions")
    shape = tuple(_number(window, _U64) for _ in range(dimensions))[::-1]
    return _Info(name, _number(window, _U32), shape, _number(window, _U64))


def _alignment(metadata: dict[str, list[str]]) -> int:
    """Return to which multiple tensors are placed: a power of two, 32 where none is given."""
    written = metadata.get("general.alignment", ["32"])
    value = int(written[0]) if len(written) == 1 and written[0].isdecimal() else 0
    if not 0 < value <= 1 << 20 or value & (value - 1):
        raise FormatError("general.alignment is no power of two")
    return value


def _placed(infos: list[_Info], end_of_header: int, alignment: int, size: int) -> Iterator[Tensor]:
    """Yield the tensors by their place, refusing those that overlap or end beyond the file."""
    start = -(-end_of_header // alignment) * alignment
    if len({info.name for info in infos}) != len(infos):
        raise FormatError("the name of a tensor comes twice")
    ordered = sorted(infos, key=lambda info: info.offset)
    limits = [*(info.offset for info in ordered), max(size - start, 0)][1:]
    for info, limit in zip(ordered, limits, strict=True):
        length = _bytes_of(info)
        end = limit if length is None else info.offset + length
        if info.offset % alignment or not info.offset <= end <= limit:
            raise FormatError(f"{info.name!r} does not fit its place in the file")
        dtype = TYPES[info.type][0] if info.type in TYPES else f"type {info.type}"
        yield Tensor(info.name, dtype, info.shape, (start + info.offset, start + end))


def _bytes_of(info: _Info) -> int | None:
    """Return the bytes that a tensor takes; None for a type that is newer than our table."""
    if info.type not in TYPES:
        return None
    _, elements, length = TYPES[info.type]
    if (info.shape[-1] if info.shape else 1) % elements:
        raise FormatError(f"the rows of {info.name!r} are no whole blocks")
    return prod(info.shape) // elements * length
