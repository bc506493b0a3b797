"""A shard: one work of code, or some releases of it, in one file that is written once.

An index of selected hashes says which families may hold what a suspect holds; a family's record is
opened only then. Small families are indexed by all of their hashes, large ones by one in eight. The
file is mapped into memory: of a large one a look-up touches the indexes and a few records.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import struct
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_64_hexdigest

from lineage.code.family import Family
from lineage.code.index import Index, keys_of, laid_out, mapped
from lineage.code.matches import Release, Work
from lineage.code.packing import deflated, inflated, packed, risen, rising, unpacked
from lineage.code.prints import VERSION, Hashes
from lineage.code.record import KEPT, Gathering
from lineage.codec import Plain, from_plain

MAGIC = b"LINCODE1"
#: Raised whenever the file's layout changes.
LAYOUT = 2
ENDING = ".lineage-code"
#: Of a family's runs about so many stand in the index, of large ones one in ``MOST_RATE``.
_ENOUGH, MOST_RATE = 96, 8
#: A run that more files of a work have is one that the work repeats: it tells little of any.
COMMON = 10
_LENGTH = struct.Struct("<I")
_HEADER_LIMIT = 16 << 20
_TEXT_LIMIT = 64 << 20
_RECORDS = "records"
_SECTIONS = {"keys", "blobs", "streams", "shapes", "sizes", "lengths", "common", "heads", _RECORDS}


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


def rates(sizes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Return of how many runs one stands in the index, of families of some sizes."""
    found: npt.NDArray[np.uint64] = np.clip(sizes // np.uint64(_ENOUGH), 1, MOST_RATE)
    return found


def is_indexed(hashes: Hashes, size: int) -> npt.NDArray[np.bool_]:
    """Say which runs of a family of a size stand in the index."""
    (rate,) = rates(np.array([size], dtype=np.uint64))
    chosen: npt.NDArray[np.bool_] = (hashes >> np.uint64(3)) % rate == 0
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
        "keys": _indexed([np.concatenate(_selected(one)) for one in gathered]),
        "blobs": _indexed([_first_bytes(one.prints) for one in gathered]),
        "streams": _indexed([_digests(one, "stream") for one in gathered]),
        "shapes": _indexed([_digests(one, "shape") for one in gathered]),
        "sizes": (len(sizes), packed(sizes)),
        "lengths": (len(records), packed(np.array([len(r) for r in records], dtype=np.uint64))),
        "common": _common([one.runs()[0] for one in gathered]),
        "heads": (0, deflated(list(heads))),
        _RECORDS: (len(records), b"".join(records)),
    }
    body = b"".join(data for _, data in sections.values())
    header = {
        "layout": LAYOUT,
        "prints": VERSION,
        "work": [work.name, work.purl, work.url],
        "releases": [[one.version, one.date, one.licence] for one in releases],
        "families": len(gathered),
        "files": sum(len(one.prints) for one in gathered),
        "sections": [
            [name, count, len(data), "" if name == _RECORDS else xxh3_64_hexdigest(data)]
            for name, (count, data) in sections.items()
        ],
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
        self._sections: dict[str, _Section] = {}
        at = self._body
        for name, count, length, digest in made.sections:
            self._sections[name] = _Section(count, at, length, digest)
            at += length
        self._end = at
        if missing := _SECTIONS - self._sections.keys():
            raise ValueError(f"no section {min(missing)}")

    def __len__(self) -> int:
        """Return how many families there are."""
        return self.contents.families

    @cached_property
    def keys(self) -> Index:
        """The index of selected hashes."""
        return self._index("keys")

    @cached_property
    def blobs(self) -> Index:
        """The index of the first 48 bits of blob ids."""
        return self._index("blobs")

    @cached_property
    def streams(self) -> Index:
        """The index of the hashes of whole files' tokens."""
        return self._index("streams")

    @cached_property
    def shapes(self) -> Index:
        """The index of the hashes of whole files' abstracted tokens."""
        return self._index("shapes")

    @cached_property
    def rates(self) -> npt.NDArray[np.uint64]:
        """Of how many runs of each family one stands in the index."""
        sizes = unpacked(bytes(self._section("sizes")), self._sections["sizes"].count)
        return rates(sizes)

    @cached_property
    def common(self) -> Hashes:
        """Low bits of the runs that many files of the work have, sorted."""
        return risen(bytes(self._section("common")), self._sections["common"].count)

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """Heads of files, as ``lineage.headers`` packed them.

        Raises:
            ValueError: they are damaged.
        """
        try:
            found = json.loads(inflated(bytes(self._section("heads")), _TEXT_LIMIT))
            return tuple(str(head) for head in found)
        except (TypeError, RecursionError) as error:
            raise ValueError("damaged heads") from error

    def family(self, number: int) -> Family:
        """Return a family by its number.

        Raises:
            ValueError: its record is damaged.
        """
        start, stop = (int(n) for n in self._places[number : number + 2])
        family = Family(bytes(self._section(_RECORDS)[start:stop]), self.common)
        releases, heads = len(self.contents.releases), len(self.heads)
        if any(max(one.releases) >= releases or one.head >= heads for one in family.states):
            raise ValueError("a record that points outside of its shard")
        return family

    def is_sound(self) -> bool:
        """Say whether all but the records is as it was written; each of those tells of itself.

        A file of hostile make can bear the right digests: its indexes have to be such as well.
        """
        if self._checked is None:
            try:
                self._checked = self._is_intact()
                if self._checked:
                    self._open_indexes()
            except (ValueError, OSError):
                self._checked = False
        return self._checked

    def _is_intact(self) -> bool:
        return self._end == self.path.stat().st_size and all(
            xxh3_64_hexdigest(self._section(name)) == one.digest
            for name, one in self._sections.items()
            if name != _RECORDS
        )

    def _open_indexes(self) -> tuple[Index, ...]:
        """Return the indexes, all of them.

        Raises:
            ValueError: one of them is none, or tells of other families than there are.
        """
        if len(self.rates) != len(self):
            raise ValueError("sizes of other families than there are")
        return self.keys, self.blobs, self.streams, self.shapes

    def is_as_written(self) -> bool:
        """Say whether the whole file is as it was written."""
        with self.path.open("rb") as file:
            file.seek(self._body)
            return hashlib.file_digest(file, "sha256").hexdigest() == self._sha256

    @cached_property
    def _places(self) -> npt.NDArray[np.uint64]:
        lengths = unpacked(bytes(self._section("lengths")), self._sections["lengths"].count)
        return np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(lengths)])

    def _index(self, name: str) -> Index:
        return mapped(self._section(name), self._sections[name].count, len(self))

    def _section(self, name: str) -> memoryview:
        one = self._sections[name]
        return self._mapped[one.start : one.start + one.length]

    @cached_property
    def _mapped(self) -> memoryview:
        with self.path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


@dataclass(frozen=True, slots=True)
class _Section:
    count: int
    start: int
    length: int
    #: What shows that it is as it was written; "" of the records, each of which has its own.
    digest: str


@dataclass(frozen=True, slots=True)
class _Header:
    contents: Contents
    sections: tuple[tuple[str, int, int, str], ...]
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
    sections: list[tuple[str, int, int, str]]
    sha256: str


def _indexed(hashes: list[Hashes]) -> tuple[int, bytes]:
    """Return how many hashes all families have, and the index of them."""
    flat = np.concatenate([np.zeros(0, dtype=np.uint64), *hashes])
    owners = np.repeat(np.arange(len(hashes), dtype=np.uint64), [len(one) for one in hashes])
    return len(flat), laid_out(keys_of(flat), owners)


def _common(runs: list[Hashes]) -> tuple[int, bytes]:
    """Return how many runs many families have, and those runs."""
    low = [np.unique(one & KEPT) for one in runs]
    found, often = np.unique(np.concatenate([np.zeros(0, np.uint64), *low]), return_counts=True)
    common = found[often > COMMON]
    return len(common), rising(common)


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
