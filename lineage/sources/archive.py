"""A wheel or a source distribution on this machine, read without being unpacked or executed.

The members of a zip are read out of it one by one. A tar has no list of its members, so it is
written out once, decompressed, to a file without a name. Both are bounded: an archive of a kilobyte
can claim to hold petabytes. Members are places in a listing and never paths on a disk.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self, TypeVar

from lineage.model import EntryKind, FileEntry, Host, HostFact, Repo
from lineage.sources.bounds import FILE_LIMIT, Listing, Meter, TooManyFilesError, refuse_larger
from lineage.sources.options import SourceOptions
from lineage.sources.purls import directory_purl, package_purl
from lineage.sources.snapshot import TargetError, UnreachableError, UnreadableError

FORMS: tuple[str, ...] = ("a wheel or a source distribution (.whl, .zip, .tar.gz, …)",)

#: What a tar may come to when it is decompressed.
LARGEST = 2 << 30
_ENDINGS = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar")
_PIECE = 1 << 20
#: What damaged archives raise, whichever part of Python reads them.
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_RELEASE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*?)-v?(?P<version>\d[\w.!+]*)(?:-.+)?")
_IS_METADATA = re.compile(r"PKG-INFO|[^/]+\.dist-info/METADATA")
_SPLIT = re.compile(r"[\\/\0]")
#: The first day of zip, of Unix, and the one that builders of wheels write for none.
_NO_DAYS = ("1980-01-01", "1970-01-01", "2020-02-02", "2016-01-01")
_NOWHERE = ("", ".", "..")
Member = zipfile.ZipInfo | tarfile.TarInfo
M = TypeVar("M", zipfile.ZipInfo, tarfile.TarInfo)


def accepts(target: str) -> bool:
    """Say whether the target is a file with an archive's ending."""
    try:
        return target.lower().endswith(_ENDINGS) and Path(target).expanduser().is_file()
    except (OSError, RuntimeError, ValueError):  # no home, a NUL
        return False


def place(target: str, options: SourceOptions) -> None:
    """Return nothing: what lies on this machine is read where it lies."""


def open_target(target: str, options: SourceOptions) -> ArchiveSnapshot:
    """Open the archive.

    Raises:
        TargetError: a revision is asked of it.
        UnreachableError: it cannot be read, is none, or holds too much.
    """
    if options.revision is not None:
        raise TargetError(target, "an archive has no revision to choose")
    path = Path(target).expanduser().resolve()
    try:
        return ArchiveSnapshot(path, Meter(options.max_bytes))
    except TooManyFilesError as error:
        raise UnreachableError(target, error.reason) from error
    except OSError as error:
        reason = error.strerror or "no archive of its ending"
        raise UnreachableError(target, f"it cannot be opened ({reason})") from error
    except _DAMAGED as error:
        raise UnreachableError(target, f"it is no sound archive ({_said(error)})") from error


class ArchiveSnapshot:
    """An archive, listed once."""

    def __init__(self, path: Path, meter: Meter) -> None:
        """List the archive; closing the snapshot closes the file."""
        self._meter = meter
        self._members: dict[str, Member] = {}
        self._zip: zipfile.ZipFile | None = None
        self._tar: tarfile.TarFile | None = None
        self._spool: IO[bytes] | None = None
        try:
            entries = self._zipped(path) if _is_zip(path) else self._tarred(path)
            self._listing = Listing(entries)
        except BaseException:
            self.close()
            raise
        is_package = any(_IS_METADATA.fullmatch(one.path) for one in self._listing.entries)
        self.repo = _repo(path, is_package=is_package)

    @property
    def bytes_read(self) -> int:
        """Bytes of content handed out so far."""
        return self._meter.spent

    def files(self) -> tuple[FileEntry, ...]:
        """Return every member, sorted by path; a folder that holds all others is left off."""
        return self._listing.entries

    def read(self, path: str, limit: int) -> bytes:
        """Return the whole content of a member of at most ``limit`` bytes."""
        entry = self._listing.file(path)
        refuse_larger(entry.size or 0, limit)
        return self._piece(entry, 0, limit + 1)

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return bytes ``start`` to ``stop`` of a member."""
        return self._piece(self._listing.file(path), start, stop)

    def facts(self) -> tuple[HostFact, ...]:
        """Return nothing: a file says nothing beyond its content."""
        return ()

    def url_of(self, path: str, lines: tuple[int, int] | None = None) -> str | None:  # noqa: ARG002
        """Return nothing: a member of an archive has no page."""
        return None

    def date(self) -> str | None:
        """Return the latest day that a member was changed on; None where none is told.

        Builds that are to be repeatable set all members to one day long ago.
        """
        days = [_day_of(member) for member in self._members.values()]
        told = {day for day in days if day and day not in _NO_DAYS}
        return max(told, default=None)

    def close(self) -> None:
        """Close the archive."""
        for opened in (self._zip, self._tar, self._spool):
            if opened is not None:
                opened.close()

    def __enter__(self) -> Self:
        """Return the snapshot itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the snapshot."""
        self.close()

    def _piece(self, entry: FileEntry, start: int, stop: int) -> bytes:
        stop = min(stop, entry.size or 0)
        self._meter.allow(max(0, stop - start))
        member = self._members[entry.path]
        try:
            with self._opened(member) as file:
                file.seek(start)
                found = file.read(max(0, stop - start))
        except _DAMAGED as error:
            raise UnreadableError(f"damaged in the archive ({_said(error)})") from error
        self._meter.spend(len(found))
        return found

    def _opened(self, member: Member) -> IO[bytes]:
        if isinstance(member, zipfile.ZipInfo):
            assert self._zip is not None  # noqa: S101 - its member
            return self._zip.open(member)
        file = self._tar.extractfile(member) if self._tar else None
        if file is None:
            raise UnreadableError("neither a file nor a directory")
        return file

    def _zipped(self, path: Path) -> Iterator[FileEntry]:
        self._zip = zipfile.ZipFile(path)
        members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        for name, info in _placed(members):
            self._members[name] = info
            is_link = stat.S_ISLNK(info.external_attr >> 16)
            kind = EntryKind.SYMLINK if is_link else EntryKind.FILE
            yield FileEntry(name, kind, info.file_size)

    def _tarred(self, path: Path) -> Iterator[FileEntry]:
        self._spool = _decompressed(path)
        self._tar = tarfile.open(fileobj=self._spool, mode="r:")  # noqa: SIM115 - kept open
        members: dict[str, tarfile.TarInfo] = {}
        for number, info in enumerate(self._tar):
            if number > FILE_LIMIT:
                raise TooManyFilesError
            if not info.isdir():
                members[info.name] = info
        for name, info in _placed(members):
            self._members[name] = info
            is_link = info.issym() or info.islnk()
            other = EntryKind.SYMLINK if is_link else EntryKind.SPECIAL
            kind = EntryKind.FILE if info.isreg() else other
            yield FileEntry(name, kind, info.size, link=info.linkname if is_link else None)


def _is_zip(path: Path) -> bool:
    return path.name.lower().endswith((".whl", ".zip"))


def _placed(members: Mapping[str, M]) -> Iterator[tuple[str, M]]:
    """Yield the members by their places: no drive, no way upwards, no folder around all of them."""
    places = {
        name: [part for part in _SPLIT.split(name) if part not in _NOWHERE] for name in members
    }
    first = {parts[0] for parts in places.values() if parts}
    is_wrapped = len(first) == 1 and all(len(parts) > 1 for parts in places.values())
    for name, member in members.items():
        if place := "/".join(places[name][is_wrapped:]):
            yield place, member


def _parts(name: str) -> list[str]:
    return [part for part in _SPLIT.split(name) if part not in _NOWHERE]


def _decompressed(path: Path) -> IO[bytes]:
    """Return the tar inside, decompressed into a file without a name."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the snapshot closes it
    try:
        with _opened(path) as file:
            for _ in range(LARGEST // _PIECE):
                spool.write(file.read(_PIECE))
            _expect_end(file)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool


def _opened(path: Path) -> BinaryIO | BufferedIOBase:
    name = path.name.lower()
    if name.endswith((".gz", ".tgz")):
        return gzip.open(path, "rb")
    if name.endswith(".bz2"):
        return bz2.open(path, "rb")
    return lzma.open(path, "rb") if name.endswith(".xz") else path.open("rb")


def _expect_end(file: BinaryIO | BufferedIOBase) -> None:
    if file.read(1):
        raise ValueError(f"it comes to more than {LARGEST:,} bytes")


def _repo(path: Path, *, is_package: bool) -> Repo:
    stem = path.name
    for ending in _ENDINGS:
        stem = stem[: -len(ending)] if stem.lower().endswith(ending) else stem
    release = _RELEASE.fullmatch(stem)
    name, version = (release["name"], release["version"]) if release else (stem, None)
    purl = (package_purl if is_package else directory_purl)(name, version)
    return Repo(Host.LOCAL, str(path), version, path.as_uri(), purl)


def _day_of(member: Member) -> str:
    if isinstance(member, zipfile.ZipInfo):
        return "{:04}-{:02}-{:02}".format(*member.date_time)
    try:
        return datetime.fromtimestamp(member.mtime, UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return ""


def _said(error: BaseException) -> str:
    return (str(error) or type(error).__name__).split("\n", 1)[0][:120]
