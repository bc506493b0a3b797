"""Fingerprints as bytes: at most 256 KiB each, and nothing in them is trusted when they come back.

The limit holds together with what a catalogue makes of one to look past it quickly (``outline``).

Layout: ``LKFP``, the length of a JSON header (4 bytes, little-endian), the header, and the arrays
one after the other, compressed by zlib. Tables, Grams and the probe are kept in 6 bits a number
with one scale for each row, which costs less than a hundredth of a correlation.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.fingerprint import VERSION, Fingerprint
from lineage.kinship.grams import Gram
from lineage.kinship.names import Role
from lineage.kinship.outline import ROWS
from lineage.kinship.sketch import COORDINATES, Sketch, Table, spread, thinned

if TYPE_CHECKING:
    from collections.abc import Mapping

#: A longer fingerprint is refused, and never written.
LARGEST = 256 << 10
#: What is left of it for an outline of each tower, which a catalogue keeps beside the fingerprint.
BESIDE = ROWS * COORDINATES
#: Shares of the rows of token tables that are tried, until what is left fits.
KEPT = (1.0, 0.75, 0.5, 0.35, 0.25, 0.125)
#: What the arrays of one may come to.
UNPACKED = 4 << 20
#: Steps from zero to the largest number of a row.
STEPS = 31
_MAGIC = b"LKFP"

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"


def encode(fingerprint: Fingerprint) -> bytes:
    """Return a fingerprint as bytes, of which as much is kept as fits.

    Rows of token tables go first, then the smallest towers.
    """
    for count in range(len(fingerprint.sketches), 0, -1):
        for share in KEPT:
            kept = tuple(_with_rows(made, share) for made in fingerprint.sketches[:count])
            found = _encoded(fingerprint, kept)
            if len(found) + count * BESIDE <= LARGEST:
                return found
    return _encoded(fingerprint, ())


def _with_rows(made: Sketch, share: float) -> Sketch:
    return replace(
        made, tables=tuple(thinned(table, round(share * len(table.ids))) for table in made.tables)
    )


def _encoded(fingerprint: Fingerprint, sketches: tuple[Sketch, ...]) -> bytes:
    arrays: list[bytes] = []
    header = {
        "version": fingerprint.version,
        "sketches": [_packed(made, arrays) for made in sketches],
        "digests": len(fingerprint.digests),
        "tensors": fingerprint.tensors,
        "parameters": fingerprint.parameters,
        "vocabulary": fingerprint.vocabulary,
        "bytes_read": fingerprint.bytes_read,
    }
    arrays.append(np.array(fingerprint.digests, dtype="<u8").tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    return _MAGIC + struct.pack("<I", len(text)) + text + zlib.compress(b"".join(arrays), 9)


def _packed(made: Sketch, arrays: list[bytes]) -> dict[str, Json]:
    arrays += [made.coordinates.astype("<u4").tobytes(), np.packbits(made.alive).tobytes()]
    arrays.append(made.gains.astype("<f2").tobytes())
    for table in made.tables:
        arrays += [table.tokens.astype("<u8").tobytes(), table.ids.astype("<u4").tobytes()]
        arrays.append(_coarse(table.values))
    for gram in made.grams.values():
        arrays += [gram.anchors.astype("<u4").tobytes(), _coarse(gram.values)]
    if made.probe is not None:
        arrays.append(_coarse(made.probe))
    return {
        "name": made.name,
        "width": made.width,
        "layers": made.layers,
        "named": made.named,
        "coordinates": len(made.coordinates),
        "numbered": made.numbered,
        "gains": [list(place) for place in made.gain_places],
        "tables": [[t.tensor, t.role.value, len(t.ids), t.height] for t in made.tables],
        "grams": [[name, len(gram.anchors)] for name, gram in made.grams.items()],
        "probe": None if made.probe is None else len(made.probe),
    }


def decode(content: bytes) -> Fingerprint:
    """Return the fingerprint that the bytes hold.

    Raises:
        ValueError: they hold none of this version.
    """
    if len(content) > LARGEST or len(content) < len(_MAGIC) + 4 or content[:4] != _MAGIC:
        raise ValueError("not a fingerprint")
    (length,) = struct.unpack("<I", content[4:8])
    try:
        header = _Header(json.loads(content[8 : 8 + length]))
        body = zlib.decompressobj().decompress(content[8 + length :], UNPACKED)
    except (ValueError, RecursionError, zlib.error) as error:
        raise ValueError("the fingerprint is damaged") from error
    if header.number("version") != VERSION:
        raise ValueError(f"the fingerprint is of version {header.number('version')}")
    return _unpacked(header, _Body(body))


def _unpacked(header: _Header, body: _Body) -> Fingerprint:
    sketches = tuple(_sketch(part, body) for part in header.parts("sketches"))
    digests = body.take("<u8", header.number("digests"))
    return Fingerprint(
        version=VERSION,
        sketches=sketches,
        digests=tuple(digests.tolist()),
        tensors=header.number("tensors"),
        parameters=header.number("parameters"),
        vocabulary=header.truth("vocabulary"),
        bytes_read=header.number("bytes_read"),
    )


def _sketch(header: _Header, body: _Body) -> Sketch:
    count = header.number("coordinates")
    places = tuple((_text(place), _whole(layer)) for place, layer in header.rows("gains", 2))
    coordinates = body.take("<u4", count).astype(np.int64)
    alive = np.unpackbits(body.take("u1", -(-count // 8)).astype(np.uint8), count=count)
    gains = body.take("<f2", len(places) * count).astype(np.float32).reshape(len(places), count)
    chosen = spread(header.number("width"), COORDINATES)
    if not np.array_equal(coordinates, chosen) or not np.isfinite(gains).all():
        raise ValueError("the fingerprint is damaged")
    tables = tuple(
        Table(
            tensor=_text(tensor),
            role=Role(_text(role)),
            tokens=body.take("<u8", rows).astype(np.uint64),
            ids=body.take("<u4", rows).astype(np.int64),
            values=body.fine(rows, count),
            height=_whole(height),
        )
        for tensor, role, size, height in header.rows("tables", 4)
        for rows in [_whole(size)]
    )
    grams = {
        _text(name): Gram(_within(body.take("<u4", size), count), body.fine(size, count))
        for name, anchors in header.rows("grams", 2)
        for size in [_whole(anchors)]
    }
    probe = header.get("probe")
    return Sketch(
        name=_text(header.get("name")),
        width=header.number("width"),
        layers=header.number("layers"),
        named=header.truth("named"),
        coordinates=coordinates,
        numbered=header.truth("numbered"),
        alive=alive.astype(bool),
        gains=gains,
        gain_places=places,
        tables=tables,
        grams=grams,
        probe=None if probe is None else body.fine(_whole(probe), count),
    )


def _coarse(values: NDArray[np.float32]) -> bytes:
    """Return rows in steps of their largest number, and these."""
    largest = np.abs(values).max(axis=1, initial=0.0).astype("<f4")
    scale = np.where(largest > 0, largest, 1.0)[:, None]
    return bytes(largest.tobytes() + np.round(values / scale * STEPS).astype("i1").tobytes())


def _within(places: NDArray[np.generic], count: int) -> NDArray[np.int64]:
    found = places.astype(np.int64)
    if found.size and found.max() >= count:
        raise ValueError("the fingerprint is damaged")
    return found


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError("the fingerprint is damaged")  # noqa: TRY004 - the file is at fault
    return value


def _whole(value: Json) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 1 << 62:
        raise ValueError("the fingerprint is damaged")
    return value


class _Header:
    """A JSON object of which every field is checked when it is read."""

    def __init__(self, content: Json) -> None:
        if not isinstance(content, dict):
            raise ValueError("the fingerprint is damaged")  # noqa: TRY004 - a file is at fault
        self._content: Mapping[str, Json] = content

    def get(self, key: str) -> Json:
        return self._content.get(key)

    def number(self, key: str) -> int:
        found = _whole(self.get(key))
        if found < 0:
            raise ValueError("the fingerprint is damaged")
        return found

    def truth(self, key: str) -> bool:
        return self.get(key) is True

    def parts(self, key: str) -> list[_Header]:
        return [_Header(item) for item in self._list(key)]

    def rows(self, key: str, length: int) -> list[list[Json]]:
        found = self._list(key)
        rows = [row for row in found if isinstance(row, list) and len(row) == length]
        if len(rows) != len(found):
            raise ValueError("the fingerprint is damaged")
        return rows

    def _list(self, key: str) -> list[Json]:
        found = self.get(key)
        if not isinstance(found, list):
            raise ValueError("the fingerprint is damaged")  # noqa: TRY004 - a file is at fault
        return found


class _Body:
    """Arrays one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    def take(self, kind: str, count: int) -> NDArray[np.generic]:
        size = np.dtype(kind).itemsize * count
        start, self._position = self._position, self._position + size
        if count < 0 or self._position > len(self._content):
            raise ValueError("the fingerprint is cut short")
        return np.frombuffer(self._content[start : self._position], dtype=kind)

    def fine(self, rows: int, columns: int) -> NDArray[np.float32]:
        largest = self.take("<f4", rows).astype(np.float32)
        steps = self.take("i1", rows * columns).astype(np.float32).reshape(rows, columns)
        with np.errstate(over="ignore", invalid="ignore"):
            found = steps * largest[:, None] / np.float32(STEPS)
        if not np.isfinite(found).all():
            raise ValueError("the fingerprint holds NaN or infinity")
        return found
