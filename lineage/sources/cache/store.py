"""The cache on disk: one SQLite database of listings, and of the pieces of files that were read.

SQLite and not a folder of files: a piece and its place in the index are written in one transaction,
so a process that is killed leaves all of it or nothing; several processes may read and write at
once (WAL); and ten thousand pieces of four kilobytes are one file. Every piece carries a digest
that is checked when it is read. What fails here is a miss: no audit fails since its cache does.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from lineage.sources.cache.place import cache_folder, cache_size

T = TypeVar("T")

FILE = "repositories.sqlite3"
#: Raised whenever the tables or what stands in them change; an older cache is thrown away.
SCHEMA = 1
#: Seconds to wait for another process that is writing.
_PATIENCE = 10.0
#: What is kept, of the bound, when older pieces make room.
_ROOM = 0.8
#: Of a cache in memory.
_IN_MEMORY = 64_000_000
_TABLES = """
CREATE TABLE repositories (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, used REAL NOT NULL);
CREATE TABLE records (
    repository INTEGER NOT NULL, kind BLOB NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL,
    PRIMARY KEY (repository, kind)) WITHOUT ROWID;
CREATE TABLE pieces (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, path BLOB NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, content BLOB NOT NULL, digest BLOB NOT NULL);
CREATE INDEX pieces_by_place ON pieces (repository, path, start);
CREATE TABLE branches (
    place TEXT NOT NULL, name TEXT NOT NULL, revision TEXT NOT NULL, seen REAL NOT NULL,
    PRIMARY KEY (place, name)) WITHOUT ROWID;
CREATE TABLE total (bytes INTEGER NOT NULL);
INSERT INTO total VALUES (0);
CREATE TRIGGER piece_added AFTER INSERT ON pieces BEGIN
    UPDATE total SET bytes = bytes + NEW.stop - NEW.start; END;
CREATE TRIGGER piece_removed AFTER DELETE ON pieces BEGIN
    UPDATE total SET bytes = bytes - (OLD.stop - OLD.start); END;
CREATE TRIGGER record_added AFTER INSERT ON records BEGIN
    UPDATE total SET bytes = bytes + length(NEW.content); END;
CREATE TRIGGER record_removed AFTER DELETE ON records BEGIN
    UPDATE total SET bytes = bytes - length(OLD.content); END;
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a file, and where in it they begin."""

    start: int
    content: bytes

    @property
    def stop(self) -> int:
        """Where the bytes end."""
        return self.start + len(self.content)


@dataclass(frozen=True, slots=True)
class Sight:
    """The commit at which a branch was last seen, and when (seconds since 1970)."""

    revision: str
    seen: float


class Store:
    """The cache, opened; safe among threads and processes."""

    def __init__(self, folder: Path | None, limit: int) -> None:
        """Open the cache in a folder, or begin one; None is a cache in memory, soon forgotten.

        Raises:
            OSError: it cannot be had there.
        """
        self._limit = limit
        self._lock = threading.RLock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            self._database = _opened(folder / FILE if folder else None)
        except sqlite3.Error as error:
            raise OSError(str(error)) from error

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._database.close()

    def record(self, key: str, kind: str) -> bytes | None:
        """Return what was kept of a repository under a name; it counts as used from now on."""

        def found() -> bytes | None:
            row = self._database.execute(
                "SELECT r.id, content, digest FROM repositories r JOIN records ON repository = r.id"
                " WHERE key = ? AND kind = ?",
                (key, _bytes(kind)),
            ).fetchone()
            if row is None or _digest(row[1]) != row[2]:
                return None
            self._database.execute(
                "UPDATE repositories SET used = ? WHERE id = ?", (time.time(), row[0])
            )
            return bytes(row[1])

        return self._tried(found, None)

    def keep_record(self, key: str, kind: str, content: bytes) -> None:
        """Keep something of a repository in place of what was kept under that name."""

        def kept() -> None:
            number = self._number(key)
            self._database.execute(
                "DELETE FROM records WHERE repository = ? AND kind = ?", (number, _bytes(kind))
            )
            self._database.execute(
                "INSERT INTO records VALUES (?, ?, ?, ?)",
                (number, _bytes(kind), content, _digest(content)),
            )
            self._make_room(number)

        self._tried(kept, None)

    def pieces(self, key: str, path: str, start: int, stop: int) -> tuple[Piece, ...]:
        """Return what is kept of a part of a file, by place; pieces may overlap.

        What is damaged is passed over, and goes when room is made.
        """

        def found() -> tuple[Piece, ...]:
            rows = self._database.execute(
                "SELECT p.id, start, content, digest FROM repositories r"
                " JOIN pieces p ON repository = r.id"
                " WHERE key = ? AND path = ? AND start < ? AND stop > ? ORDER BY start",
                (key, _bytes(path), stop, start),
            ).fetchall()
            whole = (row for row in rows if _digest(row[2]) == row[3])
            return tuple(Piece(row[1], bytes(row[2])) for row in whole)

        return self._tried(found, (), writes=False)

    def keep(self, key: str, path: str, piece: Piece) -> None:
        """Keep a piece of a file."""

        def kept() -> None:
            number = self._number(key)
            self._database.execute(
                "INSERT INTO pieces (repository, path, start, stop, content, digest)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    number,
                    _bytes(path),
                    piece.start,
                    piece.stop,
                    piece.content,
                    _digest(piece.content),
                ),
            )
            self._make_room(number)

        if piece.content and len(piece.content) <= self._limit * _ROOM:
            self._tried(kept, None)

    def sight(self, place: str, name: str) -> Sight | None:
        """Return the commit at which a branch was last seen."""

        def found() -> Sight | None:
            row = self._database.execute(
                "SELECT revision, seen FROM branches WHERE place = ? AND name = ?", (place, name)
            ).fetchone()
            return None if row is None else Sight(row[0], row[1])

        return self._tried(found, None)

    def keep_sight(self, place: str, name: str, revision: str) -> None:
        """Keep at which commit a branch stands now."""
        row = (place, name, revision, time.time())
        self._tried(
            lambda: self._database.execute("REPLACE INTO branches VALUES (?, ?, ?, ?)", row), None
        )

    def size(self) -> tuple[int, int]:
        """Return how many repositories are kept, and in how many bytes."""

        def found() -> tuple[int, int]:
            count = self._database.execute("SELECT count(*) FROM repositories").fetchone()[0]
            return count, self._database.execute("SELECT bytes FROM total").fetchone()[0]

        return self._tried(found, (0, 0))

    def clear(self) -> None:
        """Throw everything away."""

        def cleared() -> None:
            for table in ("pieces", "records", "branches", "repositories"):
                self._database.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own

        self._tried(cleared, None)
        with self._lock:
            self._database.execute("VACUUM")

    def _number(self, key: str) -> int:
        self._database.execute(
            "INSERT INTO repositories (key, used) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET used = excluded.used",
            (key, time.time()),
        )
        found = self._database.execute("SELECT id FROM repositories WHERE key = ?", (key,))
        number: int = found.fetchone()[0]
        return number

    def _make_room(self, current: int) -> None:
        """Let the repositories go that were not used for longest, and pieces of the last."""
        while (over := self._over()) > 0:
            oldest = self._database.execute(
                "SELECT id FROM repositories WHERE id != ? ORDER BY used LIMIT 1", (current,)
            ).fetchone()
            if oldest is None:
                self._shorten(current, over + int(self._limit * (1 - _ROOM)))
                return
            for table, column in (
                ("pieces", "repository"),
                ("records", "repository"),
                ("repositories", "id"),
            ):
                self._database.execute(f"DELETE FROM {table} WHERE {column} = ?", oldest)  # noqa: S608 - names of our own

    def _over(self) -> int:
        total: int = self._database.execute("SELECT bytes FROM total").fetchone()[0]
        return total - self._limit

    def _shorten(self, repository: int, count: int) -> None:
        rows = self._database.execute(
            "SELECT id, stop - start FROM pieces WHERE repository = ? ORDER BY id", (repository,)
        )
        gone = []
        for number, length in rows:
            if count <= 0:
                break
            gone.append((number,))
            count -= length
        self._database.executemany("DELETE FROM pieces WHERE id = ?", gone)

    def _tried(self, work: Callable[[], T], otherwise: T, *, writes: bool = True) -> T:
        """Return what one transaction gives; ``otherwise`` where the database fails."""
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
                found = work()
                self._database.execute("COMMIT")
            except sqlite3.Error:
                self._abandon()
                return otherwise
            except BaseException:
                self._abandon()
                raise
        return found

    def _abandon(self) -> None:
        try:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
        except sqlite3.Error:
            return


def open_store() -> Store | None:
    """Return the user's cache, in memory where it cannot be had; None where it is to be none."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        return Store(folder, cache_size())
    except OSError:
        return in_memory()


def in_memory() -> Store:
    """Return a cache for one repository and one command."""
    return Store(None, _IN_MEMORY)


def _opened(path: Path | None) -> sqlite3.Connection:
    """Return the database with its tables; one that is damaged or of another time is begun anew."""
    for last in (False, True):
        database = sqlite3.connect(
            path or ":memory:", timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(database)
        except sqlite3.OperationalError:  # another process holds it, or the disk is full
            database.close()
            raise
        except sqlite3.DatabaseError:
            database.close()
            if last or path is None:
                raise
            for end in ("", "-wal", "-shm"):
                path.with_name(path.name + end).unlink(missing_ok=True)
        else:
            return database
    raise sqlite3.DatabaseError("it cannot be begun anew")


def _prepare(database: sqlite3.Connection) -> None:
    database.execute("PRAGMA auto_vacuum = FULL")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("BEGIN IMMEDIATE")
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in _statements():
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {SCHEMA}")
    database.execute("COMMIT")
    if version not in (0, SCHEMA):
        raise sqlite3.DatabaseError("of another time")


def _statements() -> list[str]:
    """Return the statements that make the tables: a trigger ends in ``END;``, all else in ``;``."""
    found, waiting = [], ""
    for line in _TABLES.strip().splitlines():
        waiting += line + "\n"
        if sqlite3.complete_statement(waiting):
            found.append(waiting)
            waiting = ""
    return found


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _bytes(text: str) -> bytes:
    """Return a path as bytes: it may hold what is no text."""
    return text.encode("utf-8", "surrogatepass")
