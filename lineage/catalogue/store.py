"""The catalogue on disk: one SQLite file, which several processes may read and write at a time.

Beside each fingerprint stand an outline of every tower and the digests of tensors, so that a
look-up reads a tenth of what is kept, and fingerprints of those alone that look like relatives.
They are made from the fingerprint, here, whoever sent that; a catalogue of an earlier layout gets
its own when it is opened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
from platformdirs import user_data_path

from lineage.catalogue.entry import Entry, WeightDigest
from lineage.kinship.outline import ROWS, outline
from lineage.kinship.storage import decode
from lineage.model import Host, Repo

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Raised whenever the tables change, or how an outline is made (``lineage.kinship.outline``).
SCHEMA = 2
#: Seconds to wait for another process that is writing.
PATIENCE = 60.0
_FILE = "catalogue.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS models (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    purl TEXT NOT NULL,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    revision TEXT,
    licence TEXT,
    parameters INTEGER NOT NULL,
    layout INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    UNIQUE (url, purl)
);
CREATE TABLE IF NOT EXISTS files (
    model INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
    path TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (model, path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS files_by_digest ON files (sha256);
CREATE INDEX IF NOT EXISTS files_by_size ON files (size);
"""
#: What look-ups go by; made from fingerprints.
_MARKS = """
DROP TABLE IF EXISTS towers;
DROP TABLE IF EXISTS tensors;
CREATE TABLE towers (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models ON DELETE CASCADE,
    width INTEGER NOT NULL,
    outline BLOB NOT NULL
);
CREATE INDEX towers_by_model ON towers (model);
CREATE INDEX towers_by_width ON towers (width);
CREATE TABLE tensors (
    model INTEGER PRIMARY KEY REFERENCES models ON DELETE CASCADE,
    digests BLOB NOT NULL
);
"""
#: Rows that are held at a time.
_TOGETHER = 128
_Run: TypeAlias = Callable[..., sqlite3.Cursor]


class CatalogueError(Exception):
    """The catalogue cannot be read or written. ``str()`` is the sentence for a person."""


def location() -> Path:
    """Return where the catalogue is: in the platform's data folder, ``XDG_DATA_HOME`` on Linux."""
    return user_data_path("lineage") / _FILE


def open_catalogue(path: Path | None = None, *, create: bool = False) -> Catalogue | None:
    """Return the catalogue; None where there is none and none is to be made.

    Raises:
        CatalogueError: it cannot be opened, or was written by a later version.
    """
    path = path or location()
    if not create and not path.exists():
        return None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CatalogueError(f"{path.parent} cannot be made: {error.strerror}") from error
    return Catalogue(path)


class Catalogue:
    """An open catalogue."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make its tables where there are none.

        Raises:
            CatalogueError: it is no catalogue, or one of a later version.
        """
        self.path = path
        with self._guarded():
            self._database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def _prepare(self) -> None:
        run = self._database.execute
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")
        run("PRAGMA foreign_keys = ON")
        (version,) = run("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            raise CatalogueError(
                f"{self.path} was written by a later version of lineage (layout {version}; this "
                f"one knows {SCHEMA})"
            )
        if version < SCHEMA:
            self._lay_out()

    def _lay_out(self) -> None:
        """Make the tables, and the marks of what a catalogue of an earlier layout holds."""
        with self._writing() as run:
            (version,) = run("PRAGMA user_version").fetchone()
            if version >= SCHEMA:  # another process was quicker
                return
            for statement in (_TABLES + _MARKS).split(";"):
                run(statement)
            for (number,) in run("SELECT id FROM models").fetchall():
                row = run("SELECT fingerprint FROM models WHERE id = ?", (number,)).fetchone()
                _mark(run, number, bytes(row[0]))
            run(f"PRAGMA user_version = {SCHEMA}")

    def __enter__(self) -> Self:
        """Return the catalogue itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._database.close()

    def __len__(self) -> int:
        """Return how many references there are."""
        with self._guarded():
            (count,) = self._database.execute("SELECT COUNT(*) FROM models").fetchone()
        return int(count)

    def put(self, entry: Entry) -> None:
        """Keep a reference, in the place of what was kept of the same revision before."""
        repo = entry.repo
        with self._guarded(), self._writing() as run:
            run("DELETE FROM models WHERE url = ? AND purl = ?", (repo.url, repo.purl))
            cursor = run(
                "INSERT INTO models (url, purl, host, name, revision, licence, parameters, layout,"
                " fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    repo.url,
                    repo.purl,
                    repo.host.value,
                    repo.id,
                    repo.revision,
                    entry.licence,
                    entry.parameters,
                    entry.layout,
                    entry.fingerprint,
                ),
            )
            number = cursor.lastrowid
            assert number is not None  # noqa: S101 - a row was just put in
            _mark(run, number, entry.fingerprint)
            for file in entry.files:
                run(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                    (number, file.path, file.size, file.sha256),
                )

    def remove(self, purl: str) -> int:
        """Forget every revision that goes by a purl; return how many there were."""
        with self._guarded(), self._writing() as run:
            return run("DELETE FROM models WHERE purl = ?", (purl,)).rowcount

    def entries(self, text: str = "") -> Iterator[Entry]:
        """Yield the references whose name, purl or licence holds the text, sorted by purl.

        They are read one by one as they are asked for, fingerprints included.
        """
        pattern = f"%{text.replace('%', '')}%"
        with self._guarded():
            numbers = self._database.execute(
                "SELECT id FROM models WHERE name LIKE ?1 OR purl LIKE ?1 OR licence LIKE ?1"
                " ORDER BY purl, url",
                (pattern,),
            ).fetchall()
        for (number,) in numbers:
            entry = self._entry(number)
            if entry is not None:
                yield entry

    def purls(self) -> list[tuple[int, str]]:
        """Return the number and the purl of every reference."""
        with self._guarded():
            rows = self._database.execute("SELECT id, purl FROM models ORDER BY purl, url")
            return [(number, purl) for number, purl in rows]

    def numbers_of(self, repo: Repo) -> list[int]:
        """Return the numbers of what was indexed from one address."""
        with self._guarded():
            rows = self._database.execute("SELECT id FROM models WHERE url = ?", (repo.url,))
            return [number for (number,) in rows]

    def fingerprints(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Yield the fingerprints of some references, with their numbers."""
        for number in numbers:
            with self._guarded():
                row = self._database.execute(
                    "SELECT fingerprint FROM models WHERE id = ?", (number,)
                ).fetchone()
            if row is not None:  # else another process removed it
                yield number, bytes(row[0])

    def outlined(self) -> frozenset[int]:
        """Return the numbers of the references whose fingerprints can be compared."""
        with self._guarded():
            rows = self._database.execute("SELECT model FROM tensors").fetchall()
        return frozenset(number for (number,) in rows)

    def outlines(self) -> Iterator[tuple[int, list[int], NDArray[np.int8]]]:
        """Yield width by width, some at a time, the towers' models and their outlines."""
        with self._guarded():
            rows = self._database.execute("SELECT id, width FROM towers ORDER BY width, id")
            for width, group in groupby(rows.fetchall(), itemgetter(1)):
                towers = [one for one, _ in group]
                for start in range(0, len(towers), _TOGETHER):
                    some = towers[start : start + _TOGETHER]
                    marks = ", ".join("?" * len(some))
                    held = self._database.execute(
                        f"SELECT model, outline FROM towers WHERE id IN ({marks})",  # noqa: S608 - question marks
                        some,
                    ).fetchall()
                    shape = (len(held), ROWS, -1)
                    yield (
                        width,
                        [model for model, _ in held],
                        np.frombuffer(b"".join(made for _, made in held), np.int8).reshape(shape),
                    )

    def digests(self) -> Iterator[tuple[int, NDArray[np.uint64]]]:
        """Yield the digests of each reference's tensors, with its number."""
        with self._guarded():
            for number, packed in self._database.execute("SELECT model, digests FROM tensors"):
                yield number, np.frombuffer(packed, dtype="<u8")

    def holding_files(self, digests: Iterable[str]) -> dict[int, list[str]]:
        """Return which references hold files of these SHA-256, and which of the digests each."""
        found: dict[int, list[str]] = {}
        with self._guarded():
            for digest in dict.fromkeys(digests):
                for (number,) in self._database.execute(
                    "SELECT DISTINCT model FROM files WHERE sha256 = ?", (digest.lower(),)
                ):
                    found.setdefault(number, []).append(digest)
        return found

    def sizes_held(self, sizes: Iterable[int]) -> frozenset[int]:
        """Return which of these sizes a weight file of a reference has."""
        with self._guarded():
            run = self._database.execute
            return frozenset(
                size
                for size in sizes
                if run("SELECT 1 FROM files WHERE size = ? LIMIT 1", (size,)).fetchone()
            )

    def of(self, numbers: Iterable[int]) -> list[Entry]:
        """Return references by the numbers that look-ups give."""
        found = (self._entry(number) for number in numbers)
        return [entry for entry in found if entry is not None]

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file; empty where nothing is."""
        with self._guarded():
            rows = self._database.execute("PRAGMA integrity_check").fetchall()
        return [str(row[0]) for row in rows if row[0] != "ok"]

    def _entry(self, number: int) -> Entry | None:
        with self._guarded():
            row = self._database.execute(
                "SELECT host, name, revision, url, purl, licence, parameters, layout, fingerprint"
                " FROM models WHERE id = ?",
                (number,),
            ).fetchone()
            if row is None:  # another process removed it
                return None
            files = self._database.execute(
                "SELECT path, size, sha256 FROM files WHERE model = ? ORDER BY path", (number,)
            ).fetchall()
            host, name, revision, url, purl, *rest = row
            licence, parameters, layout, fingerprint = rest
            return Entry(
                repo=Repo(Host(host), name, revision, url, purl),
                licence=licence,
                parameters=parameters,
                layout=layout,
                files=tuple(WeightDigest(*file) for file in files),
                fingerprint=bytes(fingerprint),
            )

    @contextmanager
    def _writing(self) -> Iterator[_Run]:
        """Begin a transaction, and end it whole or not at all."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database.execute
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError) as error:
            raise CatalogueError(f"the catalogue {self.path} cannot be used: {error}") from error


def _mark(run: _Run, number: int, fingerprint: bytes) -> None:
    """Keep what look-ups go by; nothing for a fingerprint that is of no use to them."""
    try:
        found = decode(fingerprint)
    except ValueError:  # of another layout, or damaged: catalogue verify names it
        return
    digests = np.array(found.digests, dtype="<u8").tobytes()
    run("INSERT INTO tensors VALUES (?, ?)", (number, digests))
    for made in found.sketches:
        run(
            "INSERT INTO towers (model, width, outline) VALUES (?, ?, ?)",
            (number, made.width, outline(made).tobytes()),
        )
