"""Members of a zip archive by range, without extracting anything.

The central directory is read by the standard library and then held against what an honest writer
makes: no name twice, none that leads elsewhere, members that follow each other from the start of
the file without overlap, and local headers that agree. Two readers of such an archive see the same.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from lineage.formats.header import MAX_NAME, MAX_TENSORS, FormatError
from lineage.formats.paging import Bytes, Source

#: A few members beside the tensors.
_MAX_MEMBERS = MAX_TENSORS + 64
#: The longest central directory: 120 bytes for each member.
_MAX_DIRECTORY = 24 << 20
#: Weights hardly compress; what shrinks more than this is a bomb.
_MAX_RATIO = 100
#: What is unpacked and held at once, for each compressed member that is read.
_PIECE = 64 << 10

_LOCAL = struct.Struct("<4s5H3L2H")
_SIGNATURE = b"PK\3\4"
_ENCRYPTED, _SIZE_FOLLOWS = 0x1, 0x8
_UNSAID = (0, 0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the archive."""

    name: str
    size: int
    stored_size: int
    #: Where its local header begins.
    header: int
    flags: int
    deflated: bool


def members(source: Source) -> dict[str, Member]:
    """Return the archive's members by name.

    Raises:
        FormatError: it is no zip archive, or not one that an honest writer makes.
    """
    try:
        with zipfile.ZipFile(_Seekable(source)) as archive:
            listed = archive.infolist()
    except FormatError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise FormatError(f"not a whole zip archive ({str(error)[:80]})") from error
    if len(listed) > _MAX_MEMBERS:
        raise FormatError(f"an archive of {len(listed):,} members")
    found: dict[str, Member] = {}
    for info in listed:
        member = _member(info)
        if member.name in found:
            raise FormatError(f"the member {member.name[:MAX_NAME]!r} comes twice")
        found[member.name] = member
    _check_order(found)
    return found


def _member(info: zipfile.ZipInfo) -> Member:
    name = info.orig_filename
    parts = name.split("/")
    if len(name) > MAX_NAME or name.startswith("/") or "\\" in name or "\0" in name:
        raise FormatError(f"the member's name {name[:80]!r} is none that a writer of weights gives")
    if ".." in parts or (parts[0][1:2] == ":"):
        raise FormatError(f"the member {name[:80]!r} leads out of the archive")
    if info.flag_bits & _ENCRYPTED:
        raise FormatError("the archive is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatError(f"the member {name[:80]!r} is compressed in an unusual way")
    deflated = info.compress_type == zipfile.ZIP_DEFLATED
    if deflated and info.file_size > _MAX_RATIO * max(info.compress_size, 1):
        raise FormatError(f"the member {name[:80]!r} shrinks more than weights do")
    if not deflated and info.file_size != info.compress_size:
        raise FormatError(f"the member {name[:80]!r} has two sizes")
    return Member(
        name, info.file_size, info.compress_size, info.header_offset, info.flag_bits, deflated
    )


def _check_order(found: dict[str, Member]) -> None:
    """Refuse members that overlap, and anything before the first."""
    expected = 0
    for member in sorted(found.values(), key=lambda member: member.header):
        if member.header < expected or (expected == 0 and member.header != 0):
            raise FormatError(f"the member {member.name[:80]!r} is not where a member may be")
        expected = member.header + _LOCAL.size + len(member.name) + member.stored_size


def content_start(source: Source, member: Member) -> int:
    """Return where a member's bytes begin, once its local header agrees with the directory.

    Raises:
        FormatError: it does not.
    """
    header = source.exactly(member.header, _LOCAL.size)
    signature, _, flags, method, _, _, _, stored, size, name, extra = _LOCAL.unpack(header)
    start = member.header + _LOCAL.size
    agrees = (
        bytes(signature) == _SIGNATURE
        and flags == member.flags
        and method == (zipfile.ZIP_DEFLATED if member.deflated else zipfile.ZIP_STORED)
        and _same(stored, member.stored_size)
        and _same(size, member.size)
        and (stored != 0 or member.stored_size == 0 or flags & _SIZE_FOLLOWS)
        and source.exactly(start, name) in _spellings(member.name)
    )
    if not agrees:
        raise FormatError(f"the member {member.name[:80]!r} is described in two ways")
    return start + int(name) + int(extra)


def _same(written: int, size: int) -> bool:
    return written == size or written in _UNSAID


def _spellings(name: str) -> tuple[bytes, ...]:
    """Return how the name may be written: as UTF-8, or in the oldest code page of the format."""
    return name.encode(), name.encode("cp437", errors="ignore")


def opened(source: Source, member: Member) -> Bytes:
    """Return a member's bytes; its headers are compared at the first read."""
    return _Inflated(source, member) if member.deflated else _Plain(source, member)


class _Plain:
    """A member that is stored as it is."""

    def __init__(self, source: Source, member: Member) -> None:
        self._source = source
        self._member = member
        self._start: int | None = None

    def exactly(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes from ``start`` on."""
        if start + count > self._member.size:
            raise FormatError("a member of the archive is cut short")
        if self._start is None:
            self._start = content_start(self._source, self._member)
        return self._source.exactly(self._start + start, count)


class _Inflated:
    """A compressed member by range: unpacked from its start as far as is asked, piece by piece."""

    def __init__(self, source: Source, member: Member) -> None:
        self._source = source
        self._member = member
        self._rewind(None)

    def _rewind(self, start: int | None) -> None:
        self._start = start
        self._unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        self._taken = 0
        self._position = 0
        self._piece = b""

    def exactly(self, start: int, count: int) -> bytes:
        """Return ``count`` bytes of the content from ``start`` on."""
        if self._start is None:
            self._start = content_start(self._source, self._member)
        if start + count > self._member.size:
            raise FormatError("a member of the archive is cut short")
        if start < self._position:
            self._rewind(self._start)
        while self._position + len(self._piece) <= start and self._next():
            pass
        offset = max(0, start - self._position)
        found = [self._piece[offset : offset + count]]
        have = len(found[0])
        while have < count and self._next():
            found.append(self._piece[: count - have])
            have += len(found[-1])
        if have != count:
            raise FormatError("a compressed member is cut short")
        return b"".join(found)

    def _next(self) -> bool:
        """Unpack one piece more; say whether there is one."""
        self._position += len(self._piece)
        self._piece = b""
        while not self._piece and not self._unpack.eof:
            waiting = self._unpack.unconsumed_tail or self._packed()
            if not waiting:
                break
            try:
                self._piece = self._unpack.decompress(waiting, _PIECE)
            except zlib.error as error:
                raise FormatError("a compressed member is damaged") from error
        return bool(self._piece)

    def _packed(self) -> bytes:
        first = (self._start or 0) + self._taken
        count = min(_PIECE, self._member.stored_size - self._taken)
        self._taken += count
        return self._source.exactly(first, count) if count else b""


class _Seekable(io.RawIOBase):
    """A byte source as the file that zipfile asks for; no read may be longer than a directory."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._position = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}
        place = base[whence] + offset
        if place < 0:
            raise OSError("a place before the file")
        self._position = place
        return place

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._source.size - self._position)
        count = left if size is None or size < 0 else min(size, left)
        if count > _MAX_DIRECTORY:
            raise FormatError("an archive whose directory is longer than any of weights")
        content = self._source(self._position, self._position + count)
        self._position += len(content)
        return content
