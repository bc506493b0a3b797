from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from lineage.sources.cache import store as module
from lineage.sources.cache.place import DEFAULT_SIZE, cache_folder, cache_size
from lineage.sources.cache.store import FILE, Piece, Store, open_store

MB = 1_000_000


def test_pieces_come_back_by_place(tmp_path: Path) -> None:
    store = Store(tmp_path, 10 * MB)
    store.keep("key", "a\ud800", Piece(10, b"0123456789"))
    store.keep("key", "a\ud800", Piece(40, b"x" * 10))
    store.keep("other", "a\ud800", Piece(0, b"y" * 90))
    assert store.pieces("key", "a\ud800", 0, 100) == (
        Piece(10, b"0123456789"),
        Piece(40, b"x" * 10),
    )
    assert store.pieces("key", "a\ud800", 20, 40) == ()
    assert store.pieces("key", "b", 0, 100) == ()
    store.close()


def test_records_and_branches_are_replaced(tmp_path: Path) -> None:
    store = Store(tmp_path, 10 * MB)
    assert store.record("key", "opening") is None
    store.keep_record("key", "opening", b"one")
    store.keep_record("key", "opening", b"two")
    assert store.record("key", "opening") == b"two"
    before = time.time()
    store.keep_sight("place", "main", "c1")
    store.keep_sight("place", "main", "c2")
    sight = store.sight("place", "main")
    assert sight is not None
    assert sight.revision == "c2"
    assert before <= sight.seen <= time.time()
    assert store.sight("place", "v1") is None
    assert store.size() == (1, 3)
    store.clear()
    assert store.size() == (0, 0)
    assert store.sight("place", "main") is None
    store.close()


def test_what_was_not_used_for_longest_makes_room(tmp_path: Path) -> None:
    store = Store(tmp_path, MB)
    for name in ("a", "b", "c"):
        store.keep(name, "f", Piece(0, b"x" * 400_000))
        store.keep_record(name, "opening", b"!")
        if name == "b":
            assert store.record("a", "opening") == b"!"  # used again, so b is the older one
    assert [bool(store.pieces(name, "f", 0, 1)) for name in ("a", "b", "c")] == [True, False, True]
    assert store.record("b", "opening") is None
    assert store.size()[1] <= MB
    for number in range(20):
        store.keep("c", "g", Piece(number * 100_000, b"y" * 100_000))
    assert store.size()[1] <= MB
    assert store.pieces("c", "g", 1_900_000, 1_900_001), "the latest is kept"
    assert (tmp_path / FILE).stat().st_size < 3 * MB, "the file shrinks too"
    store.close()


def test_a_piece_whose_bytes_have_changed_is_missing(tmp_path: Path) -> None:
    store = Store(tmp_path, MB)
    store.keep("key", "f", Piece(0, b"x" * 100))
    store.keep_record("key", "opening", b"right")
    with sqlite3.connect(tmp_path / FILE) as other:
        other.execute("UPDATE pieces SET content = ?", (b"y" * 100,))
        other.execute("UPDATE records SET content = ?", (b"wrong",))
    other.close()
    assert store.pieces("key", "f", 0, 100) == ()
    assert store.record("key", "opening") is None
    store.close()


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000])
def test_a_damaged_cache_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    store = Store(tmp_path, MB)
    store.keep("key", "f", Piece(0, b"x"))
    assert store.pieces("key", "f", 0, 1) == (Piece(0, b"x"),)
    store.close()


def test_a_cache_of_another_time_is_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SCHEMA", 99)
    old = Store(tmp_path, MB)
    old.keep("key", "f", Piece(0, b"x"))
    old.close()
    monkeypatch.undo()
    store = Store(tmp_path, MB)
    assert store.pieces("key", "f", 0, 1) == ()
    store.close()


def _writes(folder: Path, start: int, count: int) -> None:
    store = Store(folder, 50 * MB)
    for number in range(start, start + count):
        store.keep("key", "f", Piece(number * 1000, number.to_bytes(4) * 250))
    store.close()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_writes, args=(tmp_path, at, 60)) for at in (0, 60)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    store = Store(tmp_path, 50 * MB)
    found = store.pieces("key", "f", 0, 120_000)
    assert [piece.content for piece in found] == [n.to_bytes(4) * 250 for n in range(120)]
    store.close()


def test_a_process_that_is_killed_leaves_whole_pieces(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=_writes, args=(tmp_path, 0, 1_000_000))
    worker.start()
    end = time.monotonic() + 30
    while time.monotonic() < end and not _count(tmp_path) > 20:
        time.sleep(0.02)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(30)
    store = Store(tmp_path, 500 * MB)
    found = store.pieces("key", "f", 0, 10**12)
    assert len(found) > 20
    assert all(p.content == (p.start // 1000).to_bytes(4) * 250 for p in found)
    store.keep("key", "g", Piece(0, b"goes on"))
    assert store.pieces("key", "g", 0, 7) == (Piece(0, b"goes on"),)
    with sqlite3.connect(tmp_path / FILE) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    other.close()
    store.close()


def _count(folder: Path) -> int:
    try:
        with sqlite3.connect(folder / FILE) as database:
            count: int = database.execute("SELECT count(*) FROM pieces").fetchone()[0]
    except sqlite3.Error:
        return 0
    finally:
        database.close()
    return count


def test_where_the_cache_lies_and_how_large_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LINEAGE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "lineage"
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.setenv("LINEAGE_CACHE", "OFF")
    assert cache_folder() is None
    assert open_store() is None
    for text, size in (
        ("", DEFAULT_SIZE),
        ("20GB", 20 * 10**9),
        ("1 MiB", 1 << 20),
        ("x", DEFAULT_SIZE),
    ):
        monkeypatch.setenv("LINEAGE_CACHE_SIZE", text)
        assert cache_size() == size


def test_where_nothing_can_be_written_the_cache_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "file" / "below"))
    for _ in range(2):
        store = open_store()
        assert store is not None
        assert store.size() == (0, 0)
        store.keep("key", "f", Piece(0, b"x"))
        assert store.size() == (1, 1)
        store.close()
