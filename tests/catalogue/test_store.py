from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from lineage.catalogue import CatalogueError, Entry, WeightDigest, open_catalogue
from lineage.catalogue.entry import parse
from lineage.catalogue.keeping import lines, merge, verify
from lineage.catalogue.store import Catalogue
from lineage.kinship.fingerprint import VERSION
from lineage.kinship.prepared import Model
from lineage.kinship.storage import encode
from lineage.model import Host, Repo
from tests.doubles.grown import grown, weights

FINGERPRINT = Model(weights(grown(1))).fingerprint()
PACKED = encode(FINGERPRINT)


def entry(name: str, revision: str = "a" * 40, licence: str | None = "MIT") -> Entry:
    repo = Repo(
        Host.HUGGINGFACE,
        name,
        revision,
        f"https://huggingface.co/{name}/tree/{revision}",
        f"pkg:huggingface/{name}@{revision}",
    )
    files = (WeightDigest("model.safetensors", 10, "cd" * 32),)
    return Entry(repo, licence, FINGERPRINT.parameters, VERSION, files, PACKED)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "catalogue.sqlite3"


def made(path: Path) -> Catalogue:
    found = open_catalogue(path, create=True)
    assert found is not None
    return found


def test_there_is_none_until_one_is_made(path: Path) -> None:
    assert open_catalogue(path) is None
    assert not path.parent.exists()
    with made(path) as catalogue:
        assert len(catalogue) == 0


def test_what_is_put_comes_back_and_once_more_changes_nothing(path: Path) -> None:
    with made(path) as catalogue:
        for one in (entry("org/b"), entry("org/a"), entry("org/b"), entry("org/a", "b" * 40)):
            catalogue.put(one)
        found = list(catalogue.entries())
    assert found == [entry("org/a"), entry("org/a", "b" * 40), entry("org/b")]
    with made(path) as catalogue:
        catalogue.put(entry("org/b", licence="Apache-2.0"))
        assert len(catalogue) == 3
        assert [one.repo.id for one in catalogue.entries("apache")] == ["org/b"]
        assert [one.repo.id for one in catalogue.entries("ORG/A")] == ["org/a", "org/a"]


def _fill(path: Path, first: int) -> None:
    with made(path) as catalogue:
        for number in range(first, first + 20):
            catalogue.put(entry(f"org/{number}"))
            catalogue.put(entry("org/shared"))


def test_two_processes_write_at_a_time(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_fill, args=(path, first)) for first in (0, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with made(path) as catalogue:
        assert len(catalogue) == 41
        assert catalogue.faults() == []


def test_what_is_exported_is_taken_over_elsewhere(path: Path, tmp_path: Path) -> None:
    with made(path) as catalogue:
        for name in ("org/a", "org/b"):
            catalogue.put(entry(name))
        exported = list(lines(catalogue))
    assert [parse(line) for line in exported] == [entry("org/a"), entry("org/b")]
    with made(tmp_path / "other.sqlite3") as other:
        assert merge(other, exported) == (2, [])
        assert list(lines(other)) == exported
        taken, faults = merge(
            other, ["{}", "[" * 100_000, exported[0].replace('"a', '"b'), "x", ""]
        )
    assert taken <= 1
    assert len(faults) >= 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"layout": 1', '"layout": 2'),
        ('"parameters": ', '"parameters": 1'),
        ('"fingerprint": "', '"fingerprint": "AAAA'),
        ('"host": "huggingface"', '"host": "elsewhere"'),
        ('"licence"', '"other"'),
    ],
)
def test_a_line_that_does_not_hold_together_is_refused(old: str, new: str) -> None:
    line = entry("org/a").line()
    assert old in line
    with pytest.raises(ValueError, match=r"."):
        parse(line.replace(old, new))


def test_damage_is_named(path: Path) -> None:
    with made(path) as catalogue:
        for name in ("org/a", "org/b", "org/c"):
            catalogue.put(entry(name))
        assert verify(catalogue) == (3, [])
    with sqlite3.connect(path) as database:
        database.execute("UPDATE models SET fingerprint = x'00' WHERE name = 'org/a'")
        database.execute("UPDATE models SET layout = 99 WHERE name = 'org/b'")
    database.close()
    with made(path) as catalogue:
        sound, faults = verify(catalogue)
    assert sound == 1
    assert "org/a" in faults[0]
    assert "index it anew" in faults[1]


def test_no_catalogue_and_one_from_the_future_are_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no database, however you look at it" * 100)
    with pytest.raises(CatalogueError, match="cannot be used"):
        open_catalogue(tmp_path / "text")
    with made(path):
        pass
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(CatalogueError, match="later version"):
        open_catalogue(path)
