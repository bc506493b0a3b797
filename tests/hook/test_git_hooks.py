"""The hooks as git and pre-commit run them: real commits, and a real push to a remote on a disk."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.doubles.gitrepo import git
from tests.doubles.worktree import Worktree
from tests.test_cli import MIT

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / "examples" / "hooks"
BIN = Path(sys.executable).parent
HEAD = "# Copyright 2024 The Example team\n# SPDX-License-Identifier: Apache-2.0\n"
LOCAL = """repos:
  - repo: local
    hooks:
      - id: lineage-hook
        name: lineage
        entry: lineage hook
        language: system
        pass_filenames: false
        always_run: true
"""


def environment() -> Mapping[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    names = {
        f"GIT_{who}_{what}": "test@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    kept |= {"COLUMNS": "100", "GIT_CONFIG_NOSYSTEM": "1"}
    return {**kept, **names, "PATH": f"{BIN}:{os.environ['PATH']}"}


def done(place: Path, *command: str | Path) -> tuple[int, str]:
    """Run a command as the user would; return its code and all that it said."""
    ran = subprocess.run(
        list(command),
        cwd=place,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return ran.returncode, ran.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Worktree:
    made = Worktree(tmp_path / "work")
    made.write({"LICENSE": MIT, "model.py": HEAD + "x = 1\n"})
    made.commit()
    return made


def install(tree: Worktree, hook: str) -> None:
    target = tree.path / ".git" / "hooks" / hook
    target.write_bytes((HOOKS / hook).read_bytes())
    target.chmod(0o755)


def test_a_commit_is_stopped_and_mended(tree: Worktree) -> None:
    install(tree, "pre-commit")
    tree.write({"model.py": "x = 1\n"})
    code, said = done(tree.path, "git", "commit", "-m", "clean up")
    assert code == 1
    assert "HOOK-001  Licence header lost" in said
    assert "git diff HEAD -- model.py" in said
    assert git(tree.path, "rev-list", "--count", "HEAD") == b"1\n"
    tree.write({"model.py": HEAD + "x = 2\n"})
    code, said = done(tree.path, "git", "commit", "-m", "change")
    assert (code, "nothing stops this commit" in said) == (0, True)


def test_a_commit_of_named_files_is_judged_by_its_own_index(tree: Worktree) -> None:
    install(tree, "pre-commit")
    (tree.path / "model.py").write_text("x = 1\n")
    tree.write({"other.py": "y = 1\n"})
    git(tree.path, "reset", "--quiet", "model.py")
    assert done(tree.path, "git", "commit", "-m", "one", "other.py")[0] == 0
    assert done(tree.path, "git", "commit", "-m", "all", "-a")[0] == 1


def test_a_push_is_stopped_with_what_to_do(tree: Worktree, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(tree.path, "remote", "add", "origin", (tmp_path / "remote.git").as_uri())
    assert done(tree.path, "git", "push", "--quiet", "origin", "main")[0] == 0
    install(tree, "pre-push")
    tree.remove("LICENSE")
    tree.commit()
    for branch in ("main", "main:new"):
        code, said = done(tree.path, "git", "push", "origin", branch)
        assert code == 1
        assert "LICENSE, a licence file (MIT), is removed." in said
        assert "git restore --source=" in said
        assert "To push all the same: git push --no-verify" in said
    git(tree.path, "revert", "--no-edit", "HEAD")
    code, said = done(tree.path, "git", "push", "origin", "main")
    assert code == 0, said
    assert done(tree.path, "git", "push", "origin", ":main")[0] in (0, 1)  # the remote's own HEAD


def test_the_steps_of_the_page_end_as_it_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "hooks.md").read_text("utf-8")
    steps = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert steps
    assert shown
    code, said = done(tmp_path, "sh", "-c", steps[1])
    assert code == 1
    assert shown[1].strip() in said


def test_the_manifest_is_one(tmp_path: Path) -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    code, said = done(tmp_path, BIN / "pre-commit", "validate-manifest", manifest)
    assert (code, said) == (0, "")


def test_under_pre_commit_itself(tree: Worktree) -> None:
    tree.write({".pre-commit-config.yaml": LOCAL})
    tree.commit()
    assert done(tree.path, BIN / "pre-commit", "install")[0] == 0
    tree.remove("LICENSE")
    code, said = done(tree.path, "git", "commit", "-m", "no licence")
    assert code == 1
    assert "HOOK-002  Licence or notice removed" in said
    code, said = done(
        tree.path, BIN / "pre-commit", "run", "--from-ref", "HEAD", "--to-ref", "HEAD"
    )
    assert (code, "Passed" in said) == (0, True), said
