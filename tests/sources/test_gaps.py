"""What a source cannot show ends as an incomplete audit, through the real walk."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from lineage import walk
from lineage.model import Coverage, Unread
from lineage.plugins import scanners
from lineage.sources import open_snapshot
from tests.doubles.gitrepo import Submodule, bare_repository, commit
from tests.doubles.memory import Link, Pointer


def coverage_of(target: str) -> Coverage:
    with open_snapshot(target) as snapshot:
        return walk.read(snapshot, scanners()).coverage


def test_an_empty_directory_and_an_empty_commit_are_no_pass(tmp_path: Path) -> None:
    empty = (Unread("", "the repository is empty"),)
    (tmp_path / "empty").mkdir()
    assert coverage_of(str(tmp_path / "empty")).unread == empty
    path = bare_repository(tmp_path / "empty.git")
    commit(path, {})
    assert coverage_of(str(path)).unread == empty


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without permissions")
def test_a_closed_directory_is_no_pass_for_root_s_guests() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "README.md").write_text("# X")
        (folder / "closed").mkdir(mode=0)
        (folder / "README.md").chmod(0o644)
        os.seteuid(65534)
        try:
            snapshot = open_snapshot(name)
        finally:
            os.seteuid(0)
        with snapshot:
            unread = walk.read(snapshot, scanners()).coverage.unread
    assert unread == (Unread("closed", "a directory that could not be looked into"),)


def test_licence_files_that_are_not_here_are_no_pass(tmp_path: Path) -> None:
    path = bare_repository(tmp_path / "r.git")
    commit(
        path,
        {
            "LICENSE": Link("/etc/passwd"),
            "README.md": Pointer("ab" * 32, 9),
            "NOTICE": Submodule("12" * 20),
            "LICENSE.txt": b"x" * (5 << 20),
        },
    )
    coverage = coverage_of(str(path))
    assert coverage.bytes_read == 0
    assert {gap.path: gap.reason for gap in coverage.unread} == {
        "LICENSE": "a symbolic link, not followed (to /etc/passwd)",
        "LICENSE.txt": "left out by the clone, which fetches no file larger than it would read",
        "NOTICE": f"another repository (submodule), not entered (to {'12' * 20})",
        "README.md": "a Git LFS pointer; the file it stands for is not here",
    }
