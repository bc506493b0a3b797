"""The wire format of Protocol Buffers, walked by range: what is not asked for is not fetched.

https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.formats.header import FormatError
from lineage.formats.paging import Source

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_SEVEN = 0x7F
#: Fields of one message; the largest graphs have some hundred thousand nodes.
_MAX_FIELDS = 2_000_000
#: A name or another short text.
MAX_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message."""

    number: int
    #: The value of a number; 0 where the field is a run of bytes.
    value: int
    #: Where its bytes lie in the file; empty for a number that is a varint.
    start: int
    stop: int
    is_bytes: bool


def fields(source: Source, start: int, stop: int) -> Iterator[Field]:
    """Yield the fields of the message that lies there.

    Raises:
        FormatError: it is malformed, or longer than its place.
    """
    position = start
    for _ in range(_MAX_FIELDS):
        if position == stop:
            return
        key, position = _varint(source, position, stop)
        kind, number = key & 7, key >> 3
        if kind == _VARINT:
            value, position = _varint(source, position, stop)
            yield Field(number, value, position, position, is_bytes=False)
            continue
        length = {_FIXED32: 4, _FIXED64: 8}.get(kind)
        if kind == _BYTES:
            length, position = _varint(source, position, stop)
        if length is None or not number or position + length > stop:
            raise FormatError("a message that is malformed or cut short")
        yield Field(number, 0, position, position + length, is_bytes=kind == _BYTES)
        position += length
    raise FormatError(f"a message of more than {_MAX_FIELDS:,} fields")


def text(source: Source, field: Field) -> str:
    """Return a short text.

    Raises:
        FormatError: it is long, or no text.
    """
    length = field.stop - field.start
    if length > MAX_TEXT or not field.is_bytes:
        raise FormatError(f"a name of {length:,} bytes")
    return source.exactly(field.start, length).decode(errors="replace")


def numbers(source: Source, field: Field) -> list[int]:
    """Return a whole number, or a packed list of them.

    Raises:
        FormatError: the list is malformed.
    """
    if not field.is_bytes:
        return [field.value]
    found = []
    position = field.start
    while position < field.stop:
        value, position = _varint(source, position, field.stop)
        found.append(value)
        if len(found) > MAX_TEXT:
            raise FormatError("a list that is too long")
    return found


def _varint(source: Source, position: int, stop: int) -> tuple[int, int]:
    """Return the number that begins here, and where it ends."""
    content = source(position, min(position + _LONGEST_VARINT, stop))
    value = 0
    for place, byte in enumerate(content):
        value |= (byte & _SEVEN) << (7 * place)
        if byte <= _SEVEN:
            return value, position + place + 1
    raise FormatError("a number that does not end")
