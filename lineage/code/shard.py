"""A shard: one work of code, or some releases of it, in one file that is written once.

An index of selected hashes says which families may hold what a suspect holds; a family's record is
opened only then. Small families are indexed by all of their hashes, large ones by one in eight.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lineage.code.family import Family, Gathering, family_of
from lineage.code.matches import Release, Work
from lineage.code.packing import deflated, inflated, packed, risen, rising, unpacked
from lineage.code.prints import VERSION, Hashes
from lineage.codec import Plain, from_plain

MAGIC = b"LINCODE1"
#: Raised whenever the file's layout changes.
LAYOUT = 1
ENDING = ".lineage-code"
#: Families of at most so many runs are indexed by all of them, others by one in ``RATE``.
SMALL, RATE = 160, 8
_LENGTH = struct.Struct("<I")
_HEADER_LIMIT = 16 << 20
_TEXT_LIMIT = 64 << 20


class ShardError(ValueError):
    """A file is no shard, or one of another version. ``str()`` is a phrase."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a shard says of itself."""

    work: Work
    releases: tuple[Release, ...]
    families: int
    #: Distinct contents of files.
    files: int
    prints: int


def is_indexed(hashes: Hashes, size: int) -> npt.NDArray[np.bool_]:
    """Say which runs of a family of a size stand in the index."""
    if size <= SMALL:
        return np.ones(len(hashes), dtype=np.bool_)
    chosen: npt.NDArray[np.bool_] = (hashes >> np.uint64(3)) % np.uint64(RATE) == 0
    return chosen


def write(
    path: Path,
    work: Work,
    releases: Iterable[Release],
    families: Iterable[Gathering],
    heads: Iterable[str],
) -> None:
    """Write a shard, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    gathered = sorted(families, key=lambda one: one.path)
    records = [one.record() for one in gathered]
    sizes = np.array([len(one.runs()[0]) for one in gathered], dtype=np.uint64)
    sections: dict[str, tuple[int, bytes]] = {
        **_indexed("keys", [np.concatenate(_selected(one)) for one in gathered]),
        **_indexed("blobs", [_first_bytes(one.prints) for one in gathered]),
        **_indexed("streams", [_digests(one, "stream") for one in gathered]),
        **_indexed("shapes", [_digests(one, "shape") for one in gathered]),
        "sizes": (len(sizes), packed(sizes)),
        "lengths": (len(records), packed(np.array([len(r) for r in records], dtype=np.uint64))),
        "heads": (0, deflated(list(heads))),
        "records": (len(records), b"".join(records)),
    }
    body = b"".join(data for _, data in sections.values())
    header = {
        "layout": LAYOUT,
        "prints": VERSION,
        "work": [work.name, work.purl, work.url],
        "releases": [[one.version, one.date, one.licence] for one in releases],
        "families": len(gathered),
        "files": sum(len(one.prints) for one in gathered),
        "sections": [[name, count, len(data)] for name, (count, data) in sections.items()],
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    head = deflated(header)
    _replace(path, MAGIC + _LENGTH.pack(len(head)) + head + body)


class Shard:
    """An open shard. Its sections are read when they are first asked for."""

    def __init__(self, path: Path) -> None:
        """Read what the file says of itself.

        Raises:
            ShardError: it is none, or of another version.
            OSError: it cannot be read.
        """
        self.path = path
        with path.open("rb") as file:
            start = file.read(len(MAGIC) + _LENGTH.size)
            if not start.startswith(MAGIC) or len(start) < len(MAGIC) + _LENGTH.size:
                raise ShardError("it is no catalogue of code")
            (length,) = _LENGTH.unpack(start[len(MAGIC) :])
            head = file.read(min(length, _HEADER_LIMIT))
        self._body = len(start) + length
        self._checked: bool | None = None
        try:
            self._read_header(json.loads(inflated(head, _HEADER_LIMIT)))
        except (KeyError, TypeError, IndexError, ValueError, RecursionError) as error:
            if isinstance(error, ShardError):
                raise
            raise ShardError("its header is damaged") from error

    def _read_header(self, header: dict[str, Plain]) -> None:
        layout, prints = header.pop("layout"), header["prints"]
        if layout != LAYOUT or prints != VERSION:
            raise ShardError(
                f"it is of layout {layout}.{prints}, and {LAYOUT}.{VERSION} is compared: index it"
                " anew"
            )
        made = _Header.of(header)
        self.contents = made.contents
        self._sha256 = made.sha256
        self._sections: dict[str, tuple[int, int, int]] = {}
        at = self._body
        for name, count, length in made.sections:
            self._sections[name] = (count, at, length)
            at += length

    def __len__(self) -> int:
        """Return how many families there are."""
        return self.contents.families

    @cached_property
    def keys(self) -> tuple[Hashes, npt.NDArray[np.uint64]]:
        """The index: selected hashes, sorted, and the family of each."""
        return self._index("keys")

    @cached_property
    def blobs(self) -> tuple[Hashes, npt.NDArray[np.uint64]]:
        """The first 48 bits of blob ids, sorted, and the family of each."""
        return self._index("blobs")

    @cached_property
    def streams(self) -> tuple[Hashes, npt.NDArray[np.uint64]]:
        """The hashes of whole files' tokens, and the family of each."""
        return self._index("streams")

    @cached_property
    def shapes(self) -> tuple[Hashes, npt.NDArray[np.uint64]]:
        """The hashes of whole files' abstracted tokens, and the family of each."""
        return self._index("shapes")

    @cached_property
    def rates(self) -> npt.NDArray[np.uint64]:
        """Of how many runs of each family one stands in the index."""
        sizes = unpacked(self._section("sizes"), self._sections["sizes"][0])
        return np.where(sizes <= SMALL, 1, RATE).astype(np.uint64)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """Heads of files, as ``lineage.headers`` packed them."""
        found = json.loads(inflated(self._section("heads"), _TEXT_LIMIT))
        return tuple(str(head) for head in found)

    def family(self, number: int) -> Family:
        """Return a family by its number.

        Raises:
            ValueError: its record is damaged.
        """
        start, stop = (int(n) for n in self._places[number : number + 2])
        return family_of(self._section("records", start, stop))

    def is_sound(self) -> bool:
        """Say whether the file is as it was written."""
        if self._checked is None:
            self._checked = self._is_as_written()
        return self._checked

    def _is_as_written(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(self._body)
            return hashlib.file_digest(file, "sha256").hexdigest() == self._sha256

    @cached_property
    def _places(self) -> npt.NDArray[np.uint64]:
        count = self._sections["lengths"][0]
        lengths = unpacked(self._section("lengths"), count)
        return np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(lengths)])

    def _index(self, name: str) -> tuple[Hashes, npt.NDArray[np.uint64]]:
        count = self._sections[name][0]
        owners = unpacked(self._section(f"{name}-of"), count)
        if count and int(owners.max()) >= len(self):
            raise ShardError("its index is damaged")
        return risen(self._section(name), count), owners

    def _section(self, name: str, start: int = 0, stop: int | None = None) -> bytes:
        _, at, length = self._sections[name]
        with self.path.open("rb") as file:
            file.seek(at + start)
            return file.read((length if stop is None else stop) - start)


@dataclass(frozen=True, slots=True)
class _Header:
    contents: Contents
    sections: tuple[tuple[str, int, int], ...]
    sha256: str

    @classmethod
    def of(cls, header: dict[str, Plain]) -> _Header:
        read = from_plain(header, _Plain)
        contents = Contents(
            Work(*read.work),
            tuple(Release(*one) for one in read.releases),
            read.families,
            read.files,
            read.prints,
        )
        return cls(contents, tuple(read.sections), read.sha256)


@dataclass(frozen=True, slots=True)
class _Plain:
    prints: int
    work: tuple[str, str, str]
    releases: list[tuple[str, str | None, str | None]]
    families: int
    files: int
    sections: list[tuple[str, int, int]]
    sha256: str


def _indexed(name: str, hashes: list[Hashes]) -> dict[str, tuple[int, bytes]]:
    """Return two sections: the hashes of all families, sorted, and whose each is."""
    flat = np.concatenate([np.zeros(0, dtype=np.uint64), *hashes])
    owners = np.repeat(np.arange(len(hashes), dtype=np.uint64), [len(one) for one in hashes])
    order = np.argsort(flat, kind="stable")
    return {
        name: (len(flat), rising(flat[order])),
        f"{name}-of": (len(flat), packed(owners[order])),
    }


def _selected(family: Gathering) -> tuple[Hashes, Hashes]:
    runs, functions = family.runs()
    return runs[is_indexed(runs, len(runs))], functions


def _first_bytes(prints: Iterable[str]) -> Hashes:
    return np.array(sorted(int(blob[:12], 16) for blob in prints), dtype=np.uint64)


def _digests(family: Gathering, what: str) -> Hashes:
    found = {int(getattr(one, what)) for one in family.prints.values()} - {0}
    return np.array(sorted(found), dtype=np.uint64)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
