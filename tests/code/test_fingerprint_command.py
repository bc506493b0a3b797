"""``lineage fingerprint``: what SCANOSS's own tool writes of the same files, and our digests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scanoss_winnowing.winnowing import Winnowing

from lineage.code import FilePrint, fingerprint
from lineage.code.wfp import wfp
from tests.code.programs import FIRST, OTHER, THIRD
from tests.test_cli import run

TEXTS = {
    "routes.py": FIRST,
    "other.py": OTHER,
    "windows.py": THIRD.replace("\n", "\r\n"),
    "one line.js": "let a = b + c * d; " * 300,
    "long.c": "".join(f"int f{n}(int a) {{ return a * {n} + {n % 7}; }}\n" for n in range(100)),
    "letters.py": "# Grüße, 世界\n" * 60,
    "short.py": "x = 1\n",
    "just short.py": "x = 12\n" * 36 + "y = 1",
}


def written_by_scanoss(path: str, content: bytes) -> str:
    return str(Winnowing().wfp_for_contents(path, bin_file=False, contents=content))


@pytest.mark.parametrize("path", sorted(TEXTS))
def test_the_lines_are_those_of_scanoss(path: str) -> None:
    content = TEXTS[path].encode()
    assert wfp(path, content).splitlines() == written_by_scanoss(path, content).splitlines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    for path, text in TEXTS.items():
        (made / path).parent.mkdir(exist_ok=True)
        (made / path).write_bytes(text.encode())
    (made / "README.md").write_text("no program\n", "utf-8")
    return made


def test_the_command_writes_all_programs(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine.wfp"
    done = run("fingerprint", str(folder), "--output", str(output))
    assert (done.returncode, done.stdout) == (0, "")
    expected = "".join(written_by_scanoss(path, TEXTS[path].encode()) for path in sorted(TEXTS))
    assert output.read_text("utf-8").splitlines() == expected.splitlines()


def test_the_digests_are_those_of_the_catalogue(folder: Path) -> None:
    done = run("fingerprint", str(folder), "--format", "json")
    assert done.returncode == 0
    told = {one["path"]: one for one in map(json.loads, done.stdout.splitlines())}
    assert set(told) == set(TEXTS)
    found = fingerprint("routes.py", FIRST.encode())
    assert isinstance(found, FilePrint)
    assert told["routes.py"]["swhid"] == f"swh:1:cnt:{found.blob}"
    assert told["routes.py"]["named"] == [f"{one:016x}" for one in found.named.hashes.tolist()]
    assert "CartRouter" not in done.stdout


def test_what_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "large.py").write_bytes(b"x = 1\n" * (1 << 20))
    done = run("fingerprint", str(folder))
    assert done.returncode == 3
    assert "large.py has no fingerprint" in done.stderr
    assert "file=" in done.stdout
