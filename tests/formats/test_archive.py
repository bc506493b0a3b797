from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineage.formats import FormatError, archive
from lineage.formats.archive import members, opened
from lineage.formats.paging import Source
from tests.doubles.sources import Ranges, source

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def made(*items: tuple[str, bytes], method: int = STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in items:
            made.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_members_are_read_by_range(method: int) -> None:
    content = random.Random(1).randbytes(128_000).hex().encode()
    read = source(made(("x/a", content), ("x/b", b"second"), method=method))
    found = members(read)
    assert list(found) == ["x/a", "x/b"]
    first = opened(read, found["x/a"])
    assert first.exactly(100_000, 50) == content[100_000:100_050]
    assert first.exactly(5, 70_000) == content[5:70_005]
    assert opened(read, found["x/b"]).exactly(0, 6) == b"second"
    with pytest.raises(FormatError, match="cut short"):
        opened(read, found["x/b"]).exactly(1, 6)


@pytest.mark.parametrize(
    "name", ["../a", "/a", "x/../../a", "x/..", "C:/a", "a\\b", "x/" + "a" * 600]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    content = made(("x" * len(name), b"1")).replace(b"x" * len(name), name.encode())
    with pytest.raises(FormatError):
        members(source(content))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(FormatError, match="comes twice"):
        members(source(made(("x/a", b"1"), ("x/a", b"2"))))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = made(("x/data.pkl", b"\0" * (20 << 20)), method=DEFLATED)
    assert len(bomb) < 40_000
    with pytest.raises(FormatError, match="shrinks more"):
        members(source(bomb))


def test_a_bomb_that_lies_about_its_size_is_cut_off() -> None:
    bomb = bytearray(made(("x/a", b"\0" * (8 << 20)), method=DEFLATED))
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    length = len(packed.compress(b"\0" * (8 << 20)) + packed.flush())
    for place in (22, bomb.rindex(b"PK\1\2") + 24):
        bomb[place : place + 4] = struct.pack("<I", length * 50)
    read = source(bytes(bomb))
    stream = opened(read, members(read)["x/a"])
    assert len(stream.exactly(0, length * 50)) == length * 50
    with pytest.raises(FormatError):
        stream.exactly(0, length * 50 + 1)


def test_bytes_before_the_archive_make_it_two_files_at_once() -> None:
    with pytest.raises(FormatError):
        members(source(b"#!/bin/sh\n" + made(("x/a", b"1"))))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (0, b"XXXX"),  # the signature
        (6, b"\1\0"),  # encrypted
        (8, b"\10\0"),  # deflated
        (18, b"\2\0\0\0"),  # size
        (22, b"\2\0\0\0"),
        (30, b"y/b"),  # name
    ],
)
def test_a_local_header_that_disagrees_is_refused(place: int, value: bytes) -> None:
    content = bytearray(made(("x/a", b"1")))
    content[place : place + len(value)] = value
    read = source(bytes(content))
    with pytest.raises(FormatError):
        opened(read, members(read)["x/a"]).exactly(0, 1)


def test_members_that_overlap_are_refused() -> None:
    content = bytearray(made(("x/a", b"1" * 50), ("x/b", b"2" * 50)))
    second = content.rindex(b"PK\1\2")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    with pytest.raises(FormatError):
        members(source(bytes(content)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(method: int) -> None:
    with pytest.raises(FormatError, match="unusual"):
        members(source(made(("x/a", b"1" * 100), method=method)))


def test_encryption_is_refused() -> None:
    content = bytearray(made(("x/a", b"1")))
    for place in (6, content.rindex(b"PK\1\2") + 8):
        content[place] |= 1
    with pytest.raises(FormatError, match="encrypted"):
        members(source(bytes(content)))


def test_a_directory_beyond_measure_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_DIRECTORY", 1000)
    content = made(*((f"x/{n}", b"") for n in range(100)))
    file = Ranges(content)
    with pytest.raises(FormatError, match="directory"):
        members(Source(file, len(content)))


def test_members_beyond_measure_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_MAX_MEMBERS", 3)
    with pytest.raises(FormatError, match="4 members"):
        members(source(made(*((f"x/{n}", b"1") for n in range(4)))))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_archive_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    method = data.draw(st.sampled_from([STORED, DEFLATED]))
    content = bytearray(made(("x/a", b"abcd" * 100), ("x/b", b"12"), method=method))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read = source(bytes(content))
    try:
        for member in members(read).values():
            opened(read, member).exactly(0, member.size)
    except FormatError:
        pass
