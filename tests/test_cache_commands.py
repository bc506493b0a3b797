from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.sources.cache.store import Piece, Store
from tests.test_cli import run


def test_what_is_kept_is_shown_and_thrown_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path))
    monkeypatch.setenv("LINEAGE_CACHE_SIZE", "20MB")
    assert run("cache", "show").stdout == (
        f"{tmp_path}\n0 revisions of repositories, 0 bytes of at most 20.0 MB\n"
    )
    assert list(tmp_path.iterdir()) == [], "looking makes nothing"
    store = Store(tmp_path, 1 << 20)
    store.keep("key", "path", Piece(0, b"x" * 2000))
    store.close()
    said = json.loads(run("cache", "show", "--format", "json").stdout)
    assert said == {
        "folder": str(tmp_path),
        "repositories": 1,
        "bytes": 2000,
        "limit": 20_000_000,
    }
    cleared = run("cache", "clear")
    assert (cleared.returncode, cleared.stdout) == (0, "")
    assert cleared.stderr == "1 revision of repositories, 2.0 kB, thrown away.\n"
    assert "0 revisions" in run("cache", "show").stdout


def test_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEAGE_CACHE", "off")
    assert run("cache", "show").stdout == "LINEAGE_CACHE is off: nothing is kept.\n"
    assert run("cache", "clear").returncode == 0
