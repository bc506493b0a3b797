"""Many files over several processes: the same prints, whoever calls, and whatever a file does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.code import FilePrint, Passed
from lineage.code.crew import printed_by_several
from lineage.code.printing import prints_of
from lineage.code.reading import programs
from lineage.sources import open_snapshot
from tests.code.programs import FIRST, OTHER

MANY = [(f"r{n}.py", f"{OTHER if n % 2 else FIRST}\nrelease = {n}\n".encode()) for n in range(60)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work"
    made.mkdir()
    for n in range(310):
        (made / f"r{n}.py").write_text(f"def f{n}(a, b):\n    return a * {n} + b\n", "utf-8")
    return made


@pytest.mark.parametrize("heads", [False, True])
def test_several_processes_give_what_one_does(*, heads: bool) -> None:
    several = list(printed_by_several(iter(MANY), 2, heads=heads))
    alone = prints_of(MANY, heads=heads)
    assert [(one.path, head) for one, head in several] == [(one.path, head) for one, head in alone]
    for (one, _), (other, _) in zip(several, alone, strict=True):
        assert isinstance(one, FilePrint)
        assert isinstance(other, FilePrint)
        assert (one.stream, one.named.hashes.tolist()) == (
            other.stream,
            other.named.hashes.tolist(),
        )


def test_who_stops_asking_leaves_no_process() -> None:
    asked = printed_by_several(iter(MANY), 2, heads=False)
    next(asked)
    asked.close()  # type: ignore[attr-defined] # it is a generator
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("utf-8").split()
    told = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    assert not [one for one in told if b"print_worker" in one]


def test_a_file_that_ends_its_process_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stand-in for a grammar that crashes: a customisation that Python itself offers.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, lineage.code.printing as p\n"
        "whole = p.fingerprint\n"
        "p.fingerprint = lambda path, content: "
        "os.abort() if path == 'r7.py' else whole(path, content)\n",
        "utf-8",
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    found = [one for one, _ in printed_by_several(iter(MANY), 2, heads=False)]
    assert [one.path for one in found] == [path for path, _ in MANY]
    (lost,) = [one for one in found if isinstance(one, Passed)]
    assert lost.path == "r7.py"
    assert "came to an end" in lost.reason


def test_a_script_without_a_guard_may_ask(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from lineage.code import programs\n"
        "from lineage.sources import open_snapshot\n"
        f"with open_snapshot({str(folder)!r}) as snapshot:\n"
        "    print(len(programs(snapshot, jobs=2).prints))\n",
        "utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("310\n", 0), done.stderr


def test_no_module_of_the_audited_folder_is_imported(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "was-run"
    for name in ("numpy.py", "xxhash.py", "lineage.py", "sitecustomize.py"):
        (folder / name).write_text(f"open({str(mark)!r}, 'w')\n", "utf-8")
    monkeypatch.chdir(folder)
    with open_snapshot(".") as snapshot:
        found = programs(snapshot, jobs=2)
    assert len(found.prints) == 314
    assert not mark.exists()
