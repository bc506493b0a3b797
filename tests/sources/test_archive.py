"""Wheels and source distributions: what they hold, and what hostile ones may not do."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from lineage.model import EntryKind
from lineage.sources import (
    SourceOptions,
    TargetError,
    UnreachableError,
    UnreadableError,
    archive,
    open_snapshot,
)

FILES = {"oak/a.py": b"x = 1\n", "oak-1.0.dist-info/METADATA": b"Name: oak\n"}
UPWARDS = ("../../above.py", "/etc/root.py", "C:\\windows.py", "a/../../b.py", "..\\..\\c.py")


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def tarred(path: Path, files: Mapping[str, bytes], *others: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
        for other in others:
            made.addfile(other)
    return path


def test_a_wheel_is_listed_and_read(tmp_path: Path) -> None:
    with open_snapshot(str(zipped(tmp_path / "oak-1.0-py3-none-any.whl", FILES))) as snapshot:
        assert [one.path for one in snapshot.files()] == sorted(FILES)
        assert snapshot.read("oak/a.py", 100) == b"x = 1\n"
        assert snapshot.read_range("oak/a.py", 4, 99) == b"1\n"
        assert snapshot.repo.purl == "pkg:pypi/oak@1.0"
        assert snapshot.bytes_read == 8


def test_the_folder_around_a_source_distribution_is_left_off(tmp_path: Path) -> None:
    files = {"oak-2.1/oak/a.py": b"x = 1\n", "oak-2.1/PKG-INFO": b"Name: oak\n"}
    with open_snapshot(str(tarred(tmp_path / "oak-2.1.tar.gz", files))) as snapshot:
        assert [one.path for one in snapshot.files()] == ["PKG-INFO", "oak/a.py"]
        assert snapshot.read("oak/a.py", 100) == b"x = 1\n"
        assert snapshot.repo.revision == "2.1"


@pytest.mark.parametrize("make", [zipped, tarred])
def test_no_place_lies_outside(make: object, tmp_path: Path) -> None:
    files = {**dict.fromkeys(UPWARDS, b"x = 1\n"), "oak.py": b""}
    path = tmp_path / ("a.zip" if make is zipped else "a.tar.gz")
    (zipped if make is zipped else tarred)(path, files)
    with open_snapshot(str(path)) as snapshot:
        places = [one.path for one in snapshot.files()]
        assert all(".." not in one.split("/") and not one.startswith("/") for one in places)
        assert "above.py" in places
        with pytest.raises(UnreadableError):
            snapshot.read("../../above.py", 100)
    assert sorted(one.name for one in tmp_path.iterdir()) == [path.name]


def test_links_and_devices_are_named_and_not_followed(tmp_path: Path) -> None:
    link, hard, device = (tarfile.TarInfo(name) for name in ("soft.py", "hard.py", "null.py"))
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    hard.type, hard.linkname = tarfile.LNKTYPE, "../../etc/passwd"
    device.type = tarfile.CHRTYPE
    path = tarred(tmp_path / "a.tar.gz", {"b.py": b"x\n"}, link, hard, device)
    with open_snapshot(str(path)) as snapshot:
        kinds = {one.path: one.kind for one in snapshot.files()}
        assert kinds == {
            "b.py": EntryKind.FILE,
            "hard.py": EntryKind.SYMLINK,
            "null.py": EntryKind.SPECIAL,
            "soft.py": EntryKind.SYMLINK,
        }
        for name in ("soft.py", "hard.py", "null.py"):
            with pytest.raises(UnreadableError):
                snapshot.read(name, 1 << 20)


def test_a_link_in_a_zip_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("soft.py")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    with open_snapshot(str(path)) as snapshot:
        assert snapshot.files()[0].kind is EntryKind.SYMLINK
        with pytest.raises(UnreadableError):
            snapshot.read("soft.py", 1 << 20)


def test_a_large_member_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.whl", {"bomb.py": bytes(64 << 20), "b.py": b"x\n"})
    assert path.stat().st_size < 1 << 20
    with open_snapshot(str(path)) as snapshot:
        with pytest.raises(UnreadableError, match=r"67,108,864|larger|more than"):
            snapshot.read("bomb.py", 1 << 20)
        assert snapshot.bytes_read == 0


def test_a_member_that_understates_its_size_gives_no_more_than_that(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.whl", {"bomb.py": bytes(1 << 20)})
    whole = path.read_bytes()
    real, told = (1 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little")
    assert real in whole
    path.write_bytes(whole.replace(real, told))
    with open_snapshot(str(path)) as snapshot:
        assert snapshot.files()[0].size == 10
        with pytest.raises(UnreadableError, match="damaged"):
            snapshot.read("bomb.py", 1 << 10)


def test_a_tar_that_inflates_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST", 4 << 20)
    path = tmp_path / "a.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(9):
            file.write(bytes(1 << 20))
    with pytest.raises(UnreachableError, match="comes to more than"):
        open_snapshot(str(path))


@pytest.mark.parametrize("name", ["a.whl", "a.tar.gz", "a.tar.bz2", "a.tar.xz", "a.tar", "a.zip"])
@pytest.mark.parametrize("content", [b"", b"no archive", os.urandom(4096)])
def test_damage_is_told_in_a_sentence(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    if name == "a.tar" and not content:
        return  # a tar of nothing
    with pytest.raises(UnreachableError, match=r"it (is no sound archive|cannot be opened)"):
        open_snapshot(str(tmp_path / name))


def test_a_damaged_member_is_unread_and_the_others_are_read(tmp_path: Path) -> None:
    content = os.urandom(5_000)
    path = zipped(tmp_path / "a.whl", {"a.py": content, "b.py": b"x = 1\n"})
    whole = bytearray(path.read_bytes())
    at = whole.find(content[:40])
    whole[at : at + 40] = bytes(40)
    path.write_bytes(whole)
    with open_snapshot(str(path)) as snapshot:
        with pytest.raises(UnreadableError, match="damaged"):
            snapshot.read("a.py", 1 << 20)
        assert snapshot.read("b.py", 100) == b"x = 1\n"


def test_many_members_are_listed_and_too_many_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(100_000):
            made.writestr(zipfile.ZipInfo(f"f/{number}.py"), b"")
    with open_snapshot(str(path)) as snapshot:
        assert len(snapshot.files()) == 100_000
    monkeypatch.setattr("lineage.sources.bounds.FILE_LIMIT", 99_999)
    with pytest.raises(UnreachableError, match="more than"):
        open_snapshot(str(path))


def test_an_archive_has_no_revision(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", FILES)
    with pytest.raises(TargetError, match="no revision"):
        open_snapshot(str(path), SourceOptions(revision="v1"))


def test_the_bytes_asked_for_are_bounded(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", FILES)
    with (
        open_snapshot(str(path), SourceOptions(max_bytes=3)) as snapshot,
        pytest.raises(UnreadableError, match="byte limit"),
    ):
        snapshot.read("oak/a.py", 100)
