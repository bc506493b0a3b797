r"""The header of a safetensors file, read strictly.

A file is eight bytes of length, a JSON object, and the tensors' bytes without a gap
(https://github.com/huggingface/safetensors#format). Parsers in use accept files that are two things
at once: overlapping tensors, bytes that belong to none, names that come twice. A header is accepted
here only if it describes every byte of the file, each once.

The JSON is read by its own two-level grammar and not as JSON in general, so that neither depth nor
a large structure in an unexpected place costs anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import prod

from lineage.formats.header import MAX_NAME, MAX_TENSORS, FormatError, Header
from lineage.formats.reading import ByteReader
from lineage.model import Tensor

#: The format's own bound (``MAX_HEADER_SIZE`` of the reference implementation).
MAX_HEADER = 100_000_000

#: Bits of one element. Types of less than a byte, and scales without a mantissa (E8M0), are opaque
#: here: their width is all that a header needs.
BITS: dict[str, int] = {
    "F4": 4,
    "F6_E2M3": 6,
    "F6_E3M2": 6,
    "BOOL": 8,
    "F8_E4M3": 8,
    "F8_E4M3FNUZ": 8,
    "F8_E5M2": 8,
    "F8_E5M2FNUZ": 8,
    "F8_E8M0": 8,
    "I8": 8,
    "U8": 8,
    "BF16": 16,
    "F16": 16,
    "I16": 16,
    "U16": 16,
    "F32": 32,
    "I32": 32,
    "U32": 32,
    "C64": 64,
    "F64": 64,
    "I64": 64,
    "U64": 64,
}

#: Bytes fetched at once; the header of most files ends within them.
_FIRST = 64 << 10
_LENGTH = 8

_SPACE = re.compile(r"[ \t\n\r]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
#: An object without objects in it and with at most two flat lists: the shape and the offsets.
_DESCRIPTION = re.compile(r"\{[^{}\[\]]{0,256}(?:\[[^{}\[\]]{0,1024}\][^{}\[\]]{0,256}){0,2}\}")
_MEMBERS = {"dtype", "shape", "data_offsets"}


def read_header(read: ByteReader, size: int) -> Header:
    """Return the header of a safetensors file of ``size`` bytes.

    Raises:
        FormatError: the header does not describe the file, each byte of it once.
    """
    text, start = _header_text(read, size)
    described, metadata = _parsed(text)
    tensors = sorted(
        (_tensor(name, members, start) for name, members in described),
        key=lambda t: (t.span, t.name),
    )
    _check_spans(tensors, start, size)
    return Header(length=start, tensors=tuple(tensors), metadata=tuple(metadata))


def _header_text(read: ByteReader, size: int) -> tuple[str, int]:
    """Return the header and where it ends in the file."""
    first = read(0, min(size, _FIRST))
    length = int.from_bytes(first[:_LENGTH], "little")
    if len(first) < _LENGTH or length > size - _LENGTH:
        raise FormatError("the file ends before its header does")
    if length > MAX_HEADER:
        raise FormatError(f"a header of {length:,} bytes, more than the format allows")
    stop = _LENGTH + length
    content = first[_LENGTH:stop]
    if stop > len(first):
        content += read(len(first), stop)
    if len(content) != length:
        raise FormatError("the file ends before its header does")
    try:
        return content.decode(), stop
    except UnicodeDecodeError as error:
        raise FormatError("the header is not UTF-8") from error


def _parsed(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the tensors' names with their descriptions as written, and the metadata."""
    described: list[tuple[str, str]] = []
    metadata: list[tuple[str, str]] = []
    cursor = _Cursor(text)
    for name in cursor.members():
        if name == "__metadata__":
            metadata = [(key, cursor.string()) for key in cursor.members()]
            continue
        if len(name) > MAX_NAME:
            raise FormatError(f"a tensor's name is {len(name):,} characters long")
        described.append((name, cursor.take(_DESCRIPTION, "the description of a tensor")))
        if len(described) > MAX_TENSORS:
            raise FormatError(f"more than {MAX_TENSORS:,} tensors")
    cursor.expect_end()
    return described, metadata


class _Cursor:
    """Reads the grammar of a header from left to right."""

    def __init__(self, text: str) -> None:
        if not text.startswith("{"):
            raise FormatError("the header does not begin with {")
        self._text = text
        self._position = 0

    def members(self) -> Iterator[str]:
        """Yield the keys of the object that begins here; the caller takes each one's value.

        Raises:
            FormatError: a key comes twice, or this is no object.
        """
        seen: set[str] = set()
        self._take_mark("{")
        while self._text[self._position : self._position + 1] != "}":
            if seen:
                self._take_mark(",")
            key = self.string()
            if key in seen:
                raise FormatError(f"the name {key[:MAX_NAME]!r} comes twice")
            seen.add(key)
            self._take_mark(":")
            yield key
            self._skip_space()
        self._take_mark("}")

    def string(self) -> str:
        """Return the string that begins here."""
        value = json.loads(self.take(_STRING, "a string"))
        if not isinstance(value, str) or not _is_unicode(value):
            raise FormatError("a string with half a surrogate pair")
        return value

    def take(self, pattern: re.Pattern[str], wanted: str) -> str:
        """Return what matches here and pass it and the space that follows."""
        match = pattern.match(self._text, self._position)
        if match is None:
            raise FormatError(
                f"{wanted} is missing at character {self._position + 1:,} of the header"
            )
        self._position = match.end()
        self._skip_space()
        return match[0]

    def expect_end(self) -> None:
        """Refuse anything that follows."""
        if self._position != len(self._text):
            raise FormatError("something follows the object in the header")

    def _take_mark(self, mark: str) -> None:
        if not self._text.startswith(mark, self._position):
            raise FormatError(
                f"{mark} is missing at character {self._position + 1:,} of the header"
            )
        self._position += 1
        self._skip_space()

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._position)
        self._position = match.end() if match else self._position


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _tensor(name: str, description: str, start: int) -> Tensor:
    try:
        pairs = json.loads(description, object_pairs_hook=list)
    except json.JSONDecodeError as error:
        raise FormatError(f"the description of {name!r} is not JSON") from error
    members = dict(pairs)
    if len(pairs) != len(_MEMBERS) or members.keys() != _MEMBERS:
        raise FormatError(f"{name!r} is not described by dtype, shape and data_offsets alone")
    dtype = members["dtype"]
    if not isinstance(dtype, str) or dtype not in BITS:
        raise FormatError(f"{name!r} has the unknown type {dtype!r}")
    shape = _sizes(name, members["shape"])
    offsets = _sizes(name, members["data_offsets"])
    bits = prod(shape) * BITS[dtype]
    if len(offsets) != 2 or bits % 8 or offsets[1] - offsets[0] != bits // 8:  # noqa: PLR2004 - begin and end
        raise FormatError(f"the shape of {name!r} does not fit its place in the file")
    return Tensor(name, dtype, shape, (start + offsets[0], start + offsets[1]))


def _sizes(name: str, value: object) -> tuple[int, ...]:
    """Return a list of whole numbers that are not negative."""
    if not isinstance(value, list) or any(type(item) is not int or item < 0 for item in value):
        raise FormatError(f"the description of {name!r} holds what is no size")
    return tuple(value)


def _check_spans(tensors: list[Tensor], start: int, size: int) -> None:
    """Refuse tensors that overlap, leave a hole or end anywhere but at the end of the file."""
    expected = start
    for tensor in tensors:
        begin, end = tensor.span
        if begin != expected:
            fault = "overlaps another tensor" if begin < expected else "leaves a hole before it"
            raise FormatError(f"{tensor.name!r} {fault}")
        expected = end
    if expected != size:
        raise FormatError(
            "the tensors end beyond the file"
            if expected > size
            else "bytes that belong to no tensor"
        )
