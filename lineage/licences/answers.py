"""scancode's answers, kept: a text is asked about once, whichever repository it stands in."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from platformdirs import user_cache_path

from lineage.licences.scancode import Answer, answers_of, plain_of, scancode_version
from lineage.licences.version import KNOWLEDGE_VERSION

_FILE = "licence-texts.sqlite"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers"
    " (text TEXT PRIMARY KEY, matches TEXT NOT NULL) WITHOUT ROWID"
)


class Answers:
    """Answers in the user's cache folder, for one version of scancode and of our index.

    A cache that cannot be opened, read or written is as good as an empty one.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._versions = f"{scancode_version()}\n{KNOWLEDGE_VERSION}\n"
        self._database = _opened(folder or user_cache_path("lineage"))

    def key(self, text: str) -> str:
        """Return what a text's answer is kept under."""
        return sha256((self._versions + text).encode(errors="replace")).hexdigest()

    def get(self, text: str) -> tuple[Answer, ...] | None:
        """Return the answer to a text that was asked about before."""
        if self._database is None:
            return None
        try:
            query = "SELECT matches FROM answers WHERE text = ?"
            with closing(self._database.execute(query, (self.key(text),))) as rows:
                row = rows.fetchone()
            return None if row is None else answers_of(json.loads(row[0]))
        except (sqlite3.Error, ValueError):
            return None

    def keep(self, text: str, answers: tuple[Answer, ...]) -> None:
        """Keep the answer to a text."""
        if self._database is None:
            return
        row = (self.key(text), json.dumps(plain_of(answers)))
        try:
            with self._database:
                self._database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", row)
        except sqlite3.Error:
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
        self._database = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _opened(folder: Path) -> sqlite3.Connection | None:
    """Return the cache; None where it cannot be had. One that is no database is begun anew."""
    path = folder / _FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return _with_table(path)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            path.unlink()
            return _with_table(path)
    except (OSError, sqlite3.Error):
        return None


def _with_table(path: Path) -> sqlite3.Connection:
    # Another process may be writing: wait for it rather than fail.
    database = sqlite3.connect(path, timeout=20)
    try:
        with database:
            database.execute(_TABLE)
    except BaseException:
        database.close()
        raise
    return database
