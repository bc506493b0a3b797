from __future__ import annotations

import contextlib
import os
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage import walk
from lineage.model import EntryKind, FileEntry, Host
from lineage.scanners import licence_files
from lineage.sources import (
    Snapshot,
    SourceOptions,
    TargetError,
    UnreachableError,
    UnreadableError,
    bounds,
    local,
    open_snapshot,
)
from tests.doubles.gitrepo import git, pointer_text
from tests.doubles.memory import Pointer

PASSWD = "/etc/passwd"


@contextlib.contextmanager
def opened(root: Path, **options: int) -> Iterator[Snapshot]:
    with open_snapshot(str(root), SourceOptions(max_bytes=options.get("max_bytes"))) as snapshot:
        yield snapshot


def entry(snapshot: Snapshot, path: str) -> FileEntry:
    return next(entry for entry in snapshot.files() if entry.path == path)


@contextlib.contextmanager
def without_privileges() -> Iterator[Path]:
    """Give a directory of the user `nobody`, and be that user: permissions do not bind root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        user = 65534 if os.geteuid() == 0 else os.geteuid()
        os.chown(folder, user, -1)
        before = os.geteuid()
        os.seteuid(user)
        try:
            yield folder
        finally:
            os.seteuid(before)
            for path in folder.rglob("*"):
                path.chmod(0o700)


def test_a_directory_is_listed_sorted_and_read(tmp_path: Path) -> None:
    (tmp_path / "b/c").mkdir(parents=True)
    (tmp_path / "LICENSE").write_text("MIT")
    (tmp_path / "b/c/d.py").write_bytes(b"0123456789")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "nothing in here").mkdir()
    with opened(tmp_path) as snapshot:
        assert snapshot.files() == (
            FileEntry("LICENSE", EntryKind.FILE, 3),
            FileEntry("b/c/d.py", EntryKind.FILE, 10),
            FileEntry("empty", EntryKind.FILE, 0),
        )
        assert snapshot.bytes_read == 0
        assert snapshot.read("LICENSE", 3) == b"MIT"
        assert snapshot.read("empty", 3) == b""
        assert snapshot.read_range("b/c/d.py", 2, 5) == b"234"
        assert snapshot.read_range("b/c/d.py", 8, 500) == b"89"
        assert snapshot.read_range("b/c/d.py", 50, 60) == b""
        assert snapshot.bytes_read == 3 + 3 + 2
        assert snapshot.url_of("LICENSE") is None
        assert snapshot.facts() == ()
        assert snapshot.repo.host is Host.LOCAL
        assert snapshot.repo.id == str(tmp_path.resolve())
        assert snapshot.repo.revision is None
        assert snapshot.repo.purl == f"pkg:generic/{tmp_path.name.lower()}"


def test_a_relative_path_a_home_and_a_linked_root_are_opened(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_home / "model").mkdir()
    (own_home / "model/a").write_text("x")
    (tmp_path / "link").symlink_to(own_home / "model")
    monkeypatch.chdir(own_home)
    for target in ("model", "./model", "~/model", str(tmp_path / "link")):
        with open_snapshot(target) as snapshot:
            assert [entry.path for entry in snapshot.files()] == ["a"]
            assert snapshot.repo.id == str((own_home / "model").resolve())


def test_links_are_listed_and_never_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "inner").mkdir(parents=True)
    (tmp_path / "secret").write_text("outside")
    (root / "LICENSE").symlink_to(PASSWD)
    (root / "up").symlink_to("../secret")
    (root / "around").symlink_to("around")
    (root / "out").symlink_to("/etc", target_is_directory=True)
    (root / "inner/back").symlink_to("..", target_is_directory=True)
    with opened(root) as snapshot:
        links = {entry.path: entry.link for entry in snapshot.files()}
        assert links == {
            "LICENSE": PASSWD,
            "around": "around",
            "inner/back": "..",
            "out": "/etc",
            "up": "../secret",
        }
        assert {entry.kind for entry in snapshot.files()} == {EntryKind.SYMLINK}
        for path in links:
            with pytest.raises(UnreadableError, match="symbolic link"):
                snapshot.read(path, 1 << 20)
            with pytest.raises(UnreadableError, match="symbolic link"):
                snapshot.read_range(path, 0, 10)
        assert snapshot.bytes_read == 0


def test_a_file_or_directory_replaced_by_a_link_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "docs").mkdir(parents=True)
    (root / "LICENSE").write_text("MIT")
    (root / "docs/passwd").write_text("mine")
    with opened(root) as snapshot:
        (root / "LICENSE").unlink()
        (root / "LICENSE").symlink_to(PASSWD)
        (root / "docs/passwd").unlink()
        (root / "docs").rmdir()
        (root / "docs").symlink_to("/etc", target_is_directory=True)
        with pytest.raises(UnreadableError, match="symbolic link"):
            snapshot.read("LICENSE", 1 << 20)
        with pytest.raises(UnreadableError, match=r"vanished|symbolic link"):
            snapshot.read("docs/passwd", 1 << 20)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/../../secret", "", ".", "a//b"])
def test_only_what_is_listed_can_be_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "root/a").mkdir(parents=True)
    (tmp_path / "secret").write_text("outside")
    with (
        opened(tmp_path / "root") as snapshot,
        pytest.raises(UnreadableError, match="no such file"),
    ):
        snapshot.read(path, 100)


def test_pipes_and_sockets_are_listed_and_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "LICENSE")
    with socket.socket(socket.AF_UNIX) as listener, opened_in(tmp_path):
        listener.bind("README.md")
        with opened(tmp_path) as snapshot:
            assert {entry.kind for entry in snapshot.files()} == {EntryKind.SPECIAL}
            for path in ("LICENSE", "README.md"):
                with pytest.raises(UnreadableError, match="neither a file nor a directory"):
                    snapshot.read(path, 100)


def test_a_pipe_put_in_the_place_of_a_file_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("MIT")
    with opened(tmp_path) as snapshot:
        (tmp_path / "LICENSE").unlink()
        os.mkfifo(tmp_path / "LICENSE")
        done: list[str] = []

        def reads() -> None:
            with pytest.raises(UnreadableError) as caught:
                snapshot.read("LICENSE", 100)
            done.append(str(caught.value))

        reader = threading.Thread(target=reads, daemon=True)
        reader.start()
        reader.join(5)
        assert done == ["neither a file nor a directory"]


@contextlib.contextmanager
def opened_in(folder: Path) -> Iterator[None]:
    """Stand in a folder for a while: a socket's path may only be a hundred bytes long."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def test_two_gigabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    with (tmp_path / "README.md").open("wb") as sparse:
        sparse.truncate(2 << 30)
    with opened(tmp_path) as snapshot:
        assert entry(snapshot, "README.md").size == 2 << 30
        with pytest.raises(UnreadableError, match="2,147,483,648 bytes, more than the 4,194,304"):
            snapshot.read("README.md", 4 << 20)
        assert snapshot.bytes_read == 0
        assert snapshot.read_range("README.md", (2 << 30) - 3, 1 << 40) == b"\0\0\0"


def test_a_file_that_grows_shrinks_or_vanishes(tmp_path: Path) -> None:
    for name in ("grows", "shrinks", "vanishes"):
        (tmp_path / name).write_bytes(b"1234")
    with opened(tmp_path) as snapshot:
        (tmp_path / "grows").write_bytes(b"123456789")
        (tmp_path / "shrinks").write_bytes(b"1")
        (tmp_path / "vanishes").unlink()
        with pytest.raises(UnreadableError, match="9 bytes, more than the 5"):
            snapshot.read("grows", 5)
        assert snapshot.read("shrinks", 5) == b"1"
        with pytest.raises(UnreadableError, match="vanished"):
            snapshot.read("vanishes", 5)


def test_content_without_end_is_bounded(tmp_path: Path) -> None:
    # A file of /proc says that it is empty; what it yields depends on who reads.
    with open_snapshot("/proc/self/task") as snapshot:
        path = next(e.path for e in snapshot.files() if e.path.endswith("/smaps"))
        with pytest.raises(UnreadableError, match="it grew while it was read"):
            snapshot.read(path, 10)


def test_a_file_and_a_directory_without_permission() -> None:
    with without_privileges() as folder:
        (folder / "closed").mkdir()
        (folder / "closed/inside").write_text("x")
        (folder / "LICENSE").write_text("MIT")
        (folder / "LICENSE").chmod(0)
        (folder / "closed").chmod(0)
        with open_snapshot(str(folder)) as snapshot:
            assert entry(snapshot, "closed") == FileEntry("closed", EntryKind.CLOSED, None)
            with pytest.raises(UnreadableError, match="no permission"):
                snapshot.read("LICENSE", 100)


def test_a_root_without_permission() -> None:
    with without_privileges() as folder:
        (folder / "root").mkdir(mode=0)
        with pytest.raises(UnreachableError, match="cannot be opened"):
            open_snapshot(str(folder / "root"))


def test_names_may_hold_anything(tmp_path: Path) -> None:
    names = ["a\nb", "\x1b[31mred", "caf\udce9", "-rf", "名前", "a\\b", '"', "\u202egpj"]
    for name in names:
        (tmp_path / name).write_text(name, errors="surrogateescape")
    with opened(tmp_path) as snapshot:
        assert {entry.path for entry in snapshot.files()} == set(names)
        for name in names:
            assert snapshot.read(name, 100) == name.encode("utf-8", "surrogateescape")


def test_a_directory_with_an_odd_name(tmp_path: Path) -> None:
    root = tmp_path / "caf\udce9\n"
    root.mkdir()
    with opened(root) as snapshot:
        assert snapshot.repo.purl.startswith("pkg:generic/caf")
        assert "\n" not in snapshot.repo.url + snapshot.repo.purl


def test_pointers_of_git_lfs_are_recognised_and_not_taken_for_the_file(tmp_path: Path) -> None:
    digest = "ab" * 32
    (tmp_path / "model.bin").write_bytes(pointer_text(Pointer(digest, 5_000_000_000)))
    (tmp_path / "almost.bin").write_bytes(pointer_text(Pointer("zz" * 32, 5)))
    (tmp_path / "about.md").write_bytes(b"The spec says:\n" + pointer_text(Pointer(digest, 5)))
    with opened(tmp_path) as snapshot:
        assert entry(snapshot, "model.bin") == FileEntry(
            "model.bin", EntryKind.LFS, 5_000_000_000, sha256=digest
        )
        assert entry(snapshot, "almost.bin").kind is EntryKind.FILE
        assert entry(snapshot, "about.md").kind is EntryKind.FILE
        with pytest.raises(UnreadableError, match="Git LFS pointer"):
            snapshot.read("model.bin", 10_000)


def work_tree(path: Path) -> str:
    git(path, "init", "--quiet", "--initial-branch=main")
    (path / "LICENSE").write_text("MIT")
    git(path, "add", "--all")
    git(path, "commit", "--quiet", "--message=x")
    return git(path, "rev-parse", "HEAD").decode().strip()


def test_a_work_tree_is_pinned_to_its_commit_and_git_is_left_out(tmp_path: Path) -> None:
    commit = work_tree(tmp_path)
    with opened(tmp_path) as snapshot:
        assert [entry.path for entry in snapshot.files()] == ["LICENSE"]
        assert snapshot.repo.revision == commit
        assert snapshot.repo.purl == f"pkg:generic/{tmp_path.name.lower()}@{commit}"
    git(tmp_path, "pack-refs", "--all")
    with opened(tmp_path) as snapshot:
        assert snapshot.repo.revision == commit
    git(tmp_path, "checkout", "--quiet", "--detach")
    with opened(tmp_path) as snapshot:
        assert snapshot.repo.revision == commit
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/a").write_text("x")
    with opened(tmp_path / "inner") as snapshot:
        assert snapshot.repo.revision is None


def test_git_itself_is_not_run_in_a_hostile_work_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = work_tree(tmp_path)
    marker = tmp_path / "ran"
    with (tmp_path / ".git/config").open("a") as config:
        config.write(f'[core]\n\tfsmonitor = "touch {marker}"\n\thooksPath = {tmp_path}\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    with opened(tmp_path) as snapshot:
        assert snapshot.repo.revision == commit
    assert not marker.exists()


@pytest.mark.parametrize(
    "head",
    ["", "ref: refs/heads/none", "ref: refs/../../secret", "ref: refs/heads/\x1b", "nonsense",
     "ref: /etc/passwd", "ref: refs//x", "x" * 10_000],
)  # fmt: skip
def test_a_broken_head_names_no_commit(tmp_path: Path, head: str) -> None:
    root = tmp_path / "root"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "secret").write_text("0" * 40)
    (root / ".git/HEAD").write_text(head)
    with opened(root) as snapshot:
        assert snapshot.repo.revision is None
        assert snapshot.files() == ()


def test_a_git_directory_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    work_tree(tmp_path / "other")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").symlink_to(tmp_path / "other/.git")
    (tmp_path / "said").mkdir()
    (tmp_path / "said/.git").write_text(f"gitdir: {tmp_path / 'other/.git'}")
    for name in ("linked", "said"):
        with opened(tmp_path / name) as snapshot:
            assert snapshot.repo.revision is None
            assert snapshot.files() == ()


def test_what_is_no_directory_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    for name in ("file", "loop", "pipe"):
        with pytest.raises(TargetError, match="directory"):
            open_snapshot(str(tmp_path / name))


def test_what_does_not_exist_is_a_usage_error() -> None:
    with pytest.raises(TargetError, match="there is no such directory"):
        open_snapshot("./no/such/thing")


def test_a_directory_has_no_revisions(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="file://"):
        open_snapshot(str(tmp_path), SourceOptions(revision="main"))


def test_the_byte_limit_is_hard(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 60)
    (tmp_path / "b").write_bytes(b"x" * 60)
    with opened(tmp_path, max_bytes=100) as snapshot:
        assert len(snapshot.read("a", 1000)) == 60
        with pytest.raises(UnreadableError, match="the byte limit of 100 is used up"):
            snapshot.read("b", 1000)
        assert snapshot.read_range("b", 0, 40) == b"x" * 40
        with pytest.raises(UnreadableError, match="byte limit"):
            snapshot.read_range("b", 0, 1)
        assert snapshot.bytes_read == 100


def test_too_many_files_and_directories_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in range(30):
        (tmp_path / "files" / str(name)).mkdir(parents=True)
        (tmp_path / "files" / f"{name}.txt").touch()
    for limited, limit in ((bounds, 20), (local, 20)):
        with monkeypatch.context() as patch:
            patch.setattr(limited, "FILE_LIMIT", limit)
            with pytest.raises(UnreachableError, match="it holds more than"):
                open_snapshot(str(tmp_path))


def test_directories_in_directories_without_end(tmp_path: Path) -> None:
    before = os.open(tmp_path, os.O_RDONLY)
    here = before
    for _ in range(local.DEPTH_LIMIT + 5):
        os.mkdir("d" * 50, dir_fd=here)
        inner = os.open("d" * 50, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    with opened(tmp_path) as snapshot:
        assert [entry.kind for entry in snapshot.files()] == [EntryKind.CLOSED]


def test_closing_twice_and_reading_after(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    snapshot = open_snapshot(str(tmp_path))
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    snapshot.close()
    snapshot.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == open_before - 1
    with pytest.raises(UnreadableError):
        snapshot.read("a", 10)


def test_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    before = (tmp_path / "a").stat()
    with opened(tmp_path) as snapshot:
        snapshot.read("a", 10)
    assert (tmp_path / "a").stat().st_mtime_ns == before.st_mtime_ns
    tmp_path.chmod(stat.S_IRWXU)


def environment(folder: Path) -> None:
    (folder / "bin").mkdir(parents=True)
    (folder / "lib/python3.11/site-packages/torch").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (folder / "lib/python3.11/site-packages/torch/LICENSE").write_text("BSD")


def test_environments_and_caches_are_listed_and_not_entered(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    environment(tmp_path / "tools/env of mine")
    for name in ("node_modules", "src/__pycache__", ".tox", ".nox", ".eggs", ".mypy_cache"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner/LICENSE").write_text("GPL")
    (tmp_path / "src/a.py").write_text("pass")
    with opened(tmp_path) as snapshot:
        kinds = {entry.path: entry.kind for entry in snapshot.files()}
        assert kinds.pop("src/a.py") is EntryKind.FILE
        assert set(kinds) == {
            ".eggs",
            ".mypy_cache",
            ".nox",
            ".tox",
            ".venv",
            "node_modules",
            "src/__pycache__",
            "tools/env of mine",
        }
        assert set(kinds.values()) == {EntryKind.ENVIRONMENT}
        with pytest.raises(UnreadableError, match="installed packages"):
            snapshot.read(".venv", 10)
        coverage = walk.read(snapshot, [licence_files]).coverage
        assert ("(environment folder)", 8) in coverage.not_examined
        assert coverage.unread == ()


def test_an_environment_that_was_asked_for_is_read(tmp_path: Path) -> None:
    environment(tmp_path / "node_modules")
    with opened(tmp_path / "node_modules") as snapshot:
        assert "lib/python3.11/site-packages/torch/LICENSE" in {e.path for e in snapshot.files()}


def test_a_mark_alone_makes_no_environment(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights/pyvenv.cfg").write_text("")
    (tmp_path / "weights/model.safetensors").write_bytes(b"x")
    with opened(tmp_path) as snapshot:
        assert {entry.path for entry in snapshot.files()} == {
            "weights/model.safetensors",
            "weights/pyvenv.cfg",
        }
