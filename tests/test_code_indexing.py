"""``lineage index`` on code: tags of a real repository, wheels in order, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from lineage.code import CodeCatalogue, FilePrint, code_location, fingerprint, look_up
from lineage.code_indexing import wanted
from lineage.sources import SourceOptions, TargetError, UnreachableError
from tests.code.programs import FIRST, OTHER, SECOND, THIRD
from tests.test_cli import run

TAGS = {"v1.9": FIRST, "v1.10": SECOND, "v2.0": THIRD, "nightly": OTHER}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acorn")

    def git(*arguments: str) -> None:
        who = {
            f"GIT_{role}_{what}": "a@b"
            for role in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        subprocess.run(["git", "-C", str(folder), *arguments], check=True, env=os.environ | who)

    git("init", "-q", "-b", "main")
    for tag, text in TAGS.items():
        (folder / "routes.py").write_text(text, "utf-8")
        (folder / "LICENSE").write_text("MIT License\n", "utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", tag)
        git("tag", tag)
    return folder


def test_tags_come_by_their_numbers(repository: Path) -> None:
    url = repository.as_uri()
    found = wanted([url], "v*", SourceOptions())
    assert [one.options.revision for one in found] == ["v1.9", "v1.10", "v2.0"]
    assert len(wanted([url], "*", SourceOptions())) == 4


def test_archives_come_by_their_versions() -> None:
    names = ["oak-1.10.tar.gz", "oak-1.9.tar.gz", "oak-1.2.tar.gz"]
    found = wanted(names, None, SourceOptions())
    assert [one.target for one in found] == names[::-1]


@pytest.mark.parametrize(
    ("target", "pattern", "said"),
    [
        ("", "w*", "none of its 4 tags is like 'w\\*'"),
        ("hf:org/model", "*", "no git repository"),
    ],
)
def test_tags_that_are_not_there_are_refused(
    target: str, pattern: str, said: str, repository: Path
) -> None:
    with pytest.raises(TargetError, match=said):
        wanted([target or repository.as_uri()], pattern, SourceOptions())


def test_offline_asks_no_network_for_tags() -> None:
    with pytest.raises(UnreachableError, match="--offline forbids"):
        wanted(["https://github.com/org/acorn"], "*", SourceOptions(offline=True))


def test_index_keeps_the_releases_of_a_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    done = run("index", repository.as_uri(), "--tags", "v*", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    catalogue = CodeCatalogue([code_location()])
    (shard,) = catalogue.shards
    assert [one.version for one in shard.contents.releases] == ["v1.9", "v1.10", "v2.0"]
    assert shard.contents.releases[0].date
    suspect = fingerprint("mine.py", SECOND.replace("Cart", "Sled").encode())
    assert isinstance(suspect, FilePrint)
    (match,) = look_up([suspect], catalogue).matches
    assert match.upstream.release.version == "v1.10"
