"""What the hook says of a commit that is about to be made, in real repositories."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from lineage.hook.checking import Checked, HookOptions, check
from lineage.hook.report import as_json, as_text
from lineage.policy import Exit
from lineage.sources import TargetError
from tests.doubles.gitrepo import git, pointer_text
from tests.doubles.memory import Pointer
from tests.doubles.worktree import Worktree
from tests.licences.texts import licence as licence_text
from tests.test_cli import MIT

HEAD = """# Copyright 2024 The Qwen team, Alibaba Group.
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0

"""
CODE = "".join(f"def f{n}(x):\n    return x + {n}\n" for n in range(20))
CARD = "---\nlicense: mit\nbase_model: Qwen/Qwen2.5-7B\n---\n# A model\n"


@pytest.fixture
def tree(tmp_path: Path) -> Worktree:
    """A repository of a model that is in order."""
    made = Worktree(tmp_path / "work")
    made.write(
        {
            "LICENSE": MIT,
            "NOTICE": "Example\nCopyright 2024 Example Authors\nIncludes work of Foo.\n",
            "README.md": CARD,
            "src/model.py": HEAD + CODE,
        }
    )
    made.commit()
    return made


def found(tree: Worktree, *files: str) -> list[tuple[str, str, str]]:
    """Return rule, severity and state of what the hook finds."""
    checked = check(tree.path, HookOptions(files))
    assert not checked.unread
    return [(f.rule, f.severity.value, f.state.value) for f in checked.findings]


def test_nothing_staged_stops_nothing(tree: Worktree) -> None:
    checked = check(tree.path)
    assert (checked.changes, checked.findings, checked.exit_code) == ((), (), Exit.PASS)


def test_the_index_counts_and_not_the_work_tree(tree: Worktree) -> None:
    (tree.path / "src/model.py").write_text(CODE)
    assert found(tree) == []
    git(tree.path, "add", "src/model.py")
    (tree.path / "src/model.py").write_text(HEAD + CODE)
    assert found(tree) == [("HOOK-001", "high", "unmet")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CODE, [("HOOK-001", "high", "unmet")]),
        ("# Copyright 2026 Acme\n" + CODE, [("HOOK-001", "high", "unmet")]),
        ("# Copyright 2026 Acme\n" + HEAD + CODE, []),
        (HEAD.replace("2024", "2023-2026") + CODE, []),
        (HEAD.replace("Alibaba Group", "Alibaba Groep") + CODE, []),
        (HEAD + CODE.replace("+", "*"), []),
        ("x = 1\n", [("HOOK-001", "medium", "investigate")]),
        ("", []),
    ],
    ids=["stripped", "replaced", "added", "years", "spelling", "code", "rewritten", "emptied"],
)
def test_headers(tree: Worktree, text: str, expected: list[tuple[str, str, str]]) -> None:
    tree.write({"src/model.py": text})
    assert found(tree) == expected


def test_a_renamed_file_keeps_its_head(tree: Worktree) -> None:
    tree.move("src/model.py", "src/other.py")
    assert found(tree) == []
    tree.write({"src/other.py": CODE})
    assert found(tree) == [("HOOK-001", "high", "unmet")]
    assert [c.status for c in check(tree.path).changes] == ["renamed"]


def test_a_removed_file_says_nothing(tree: Worktree) -> None:
    tree.remove("src/model.py")
    assert found(tree) == []


def test_a_removed_licence_and_notice(tree: Worktree) -> None:
    tree.remove("LICENSE", "NOTICE")
    assert found(tree) == [("HOOK-002", "high", "unmet")] * 2


def test_a_moved_licence_is_no_loss(tree: Worktree) -> None:
    tree.move("LICENSE", "LICENSES/MIT.txt")
    assert found(tree) == []


def test_another_licence_is_shown_and_does_not_stop(tree: Worktree) -> None:
    tree.write({"LICENSE": "Copyright 2024 Example Authors\n\n" + licence_text("apache-2.0")})
    checked = check(tree.path)
    assert [(f.rule, f.severity.value) for f in checked.findings] == [("HOOK-002", "medium")]
    assert "holds Apache-2.0 where it held MIT" in checked.findings[0].message
    assert checked.exit_code is Exit.PASS


def test_a_holder_lost_from_the_licence(tree: Worktree) -> None:
    tree.write({"LICENSE": MIT.replace("Example Authors", "Acme Corp")})
    (one,) = check(tree.path).findings
    assert "no longer names" in one.message
    assert (one.rule, one.severity.value) == ("HOOK-002", "high")


def test_lines_lost_from_a_notice(tree: Worktree) -> None:
    tree.write({"NOTICE": "Example\nCopyright 2024 Example Authors\n"})
    assert found(tree) == [("HOOK-002", "medium", "unmet")]


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("# A model\n", ["high", "high"]),
        (CARD.replace("base_model: Qwen/Qwen2.5-7B\n", ""), ["high"]),
        (CARD.replace("Qwen/Qwen2.5-7B", "[Qwen/Qwen2.5-7B, org/other]"), []),
        (CARD.replace("Qwen/Qwen2.5-7B", "org/other"), ["medium"]),
        (CARD.replace("license: mit", "license: apache-2.0"), ["medium"]),
        (CARD + "More words.\n", []),
    ],
)
def test_cards(tree: Worktree, card: str, expected: list[str]) -> None:
    tree.write({"README.md": card})
    assert found(tree) == [("HOOK-003", severity, "unmet") for severity in expected]


def test_a_removed_card_takes_its_statements_along(tree: Worktree) -> None:
    tree.remove("README.md")
    checked = check(tree.path)
    assert [f.rule for f in checked.findings] == ["HOOK-003"] * 2
    assert "git restore --source=HEAD --staged --worktree -- README.md" in as_text(checked)


def test_a_card_that_cannot_be_parsed_is_no_pass(tree: Worktree) -> None:
    tree.write({"README.md": "---\nlicense: [\n---\n"})
    checked = check(tree.path)
    assert checked.exit_code is Exit.INCOMPLETE
    assert [gap.path for gap in checked.unread] == ["README.md"]
    assert not checked.findings


def test_weights(tree: Worktree) -> None:
    pointer = pointer_text(Pointer("ab" * 32, 7_000_000_000))
    tree.write({"model.safetensors": pointer, "pytorch_model.bin": b"\x80"})
    checked = check(tree.path)
    assert [(f.rule, f.severity.value) for f in checked.findings] == [("HOOK-004", "medium")]
    assert [(w.path, w.size) for w in checked.weights] == [
        ("model.safetensors", 7_000_000_000),
        ("pytorch_model.bin", 1),
    ]


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({}, [("HOOK-005", "high", "unmet")]),
        ({"LICENSE": MIT}, [("HOOK-005", "low", "unmet")]),
        ({"README.md": CARD}, []),
        ({"README.md": "---\ntags: [x]\n---\n", "LICENSE": MIT}, []),
    ],
)
def test_weights_without_terms(
    tmp_path: Path, beside: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    tree = Worktree(tmp_path / "new")
    tree.write({"model.safetensors": b"x", **beside})
    assert found(tree) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("GPL-3.0-only", [("HOOK-006", "high", "unmet")]),
        ("MPL-2.0", [("HOOK-006", "medium", "investigate")]),
        ("BSD-3-Clause", []),
        ("GPL-2.0-only OR MIT", []),
    ],
)
def test_new_files_under_other_terms(
    tree: Worktree, tag: str, expected: list[tuple[str, str, str]]
) -> None:
    tree.write({"src/new.py": f"# Copyright 2020 Someone\n# SPDX-License-Identifier: {tag}\n"})
    assert found(tree) == expected


def test_files_that_are_named_are_looked_at_alone(tree: Worktree) -> None:
    tree.write({"src/model.py": CODE, "README.md": "# A model\n"})
    assert found(tree, "src/model.py") == [("HOOK-001", "high", "unmet")]
    assert found(tree, "*.py") == []


def test_between_two_commits(tree: Worktree) -> None:
    first = tree.commit()
    tree.remove("LICENSE")
    second = tree.commit()
    checked = check(tree.path, HookOptions(between=(first, second)))
    assert [f.rule for f in checked.findings] == ["HOOK-002"]
    assert f"git restore --source={first[:12]}" in checked.findings[0].remedy
    with pytest.raises(TargetError, match="names no commit"):
        check(tree.path, HookOptions(between=("--upload-pack=x", "HEAD")))


def test_the_policy_at_the_root_counts(tree: Worktree) -> None:
    tree.remove("NOTICE")
    (one,) = check(tree.path).findings
    waiver = (
        f"fingerprint: {one.fingerprint}\n    reason: ours\n    owner: A\n    expires: 2999-01-01"
    )
    (tree.path / "lineage.yaml").write_text(f"fail-on: high\nwaivers:\n  - {waiver}\n")
    checked = check(tree.path / "src")
    assert checked.exit_code is Exit.PASS
    assert [f.state.value for f in checked.findings] == ["waived"]
    assert as_text(checked).count("NOTICE") == 0
    assert check(tree.path, HookOptions(fail_on="none", policy=None)).exit_code is Exit.PASS


# Repositories in odd states.


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no git repository"):
        check(tmp_path)


def test_a_bare_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "bare")
    with pytest.raises(TargetError):
        check(tmp_path / "bare")


def test_before_the_first_commit(tmp_path: Path) -> None:
    tree = Worktree(tmp_path / "new")
    assert found(tree) == []
    tree.write({"LICENSE": MIT, "src/model.py": HEAD + CODE})
    checked = check(tree.path)
    assert (checked.repo.revision, [c.status for c in checked.changes]) == (None, ["added"] * 2)
    assert not checked.findings


def test_names_that_are_no_utf8_and_hostile_ones(tree: Worktree) -> None:
    tree.write({"caf\udce9.py": HEAD + CODE, "a\x1b[31m\nb.py": HEAD + CODE})
    tree.commit()
    tree.write({"caf\udce9.py": CODE, "a\x1b[31m\nb.py": CODE, "-x; rm.bin": b"x"})
    checked = check(tree.path)
    text, report = as_text(checked), as_json(checked)
    assert [f.rule for f in checked.findings] == ["HOOK-001"] * 2
    assert "\x1b" not in text + report
    assert json.loads(report)["summary"]["stopping"] == 2


def test_binary_content_under_the_name_of_a_source_file(tree: Worktree) -> None:
    tree.write({"src/model.py": b"\0\1\2"})
    checked = check(tree.path)
    assert [gap.path for gap in checked.unread] == ["src/model.py"]
    assert checked.exit_code is Exit.INCOMPLETE


def test_a_large_staged_file_is_not_read(tree: Worktree) -> None:
    tree.write({"model.safetensors": bytes(30 << 20), "src/big.py": b"# x\n" * (2 << 20)})
    checked = check(tree.path)
    assert checked.exit_code is Exit.PASS
    assert [w.size for w in checked.weights] == [30 << 20]


def test_a_merge_conflict(tree: Worktree) -> None:
    git(tree.path, "branch", "other")
    tree.write({"src/model.py": HEAD + "a = 1\n"})
    tree.commit()
    git(tree.path, "checkout", "--quiet", "other")
    tree.write({"src/model.py": HEAD + "b = 2\n"})
    tree.commit()
    environment = {**os.environ, "GIT_MERGE_AUTOEDIT": "no"}
    done = subprocess.run(
        ["git", "merge", "main"], cwd=tree.path, env=environment, capture_output=True, check=False
    )
    assert done.returncode
    checked = check(tree.path)
    assert [gap.path for gap in checked.unread] == ["src/model.py"]
    assert "merge conflict" in as_text(checked)


def test_a_submodule_and_a_link(tree: Worktree) -> None:
    tree.write({"x": "x"})
    commit = tree.commit()
    git(tree.path, "update-index", "--add", "--cacheinfo", f"160000,{commit},vendored")
    (tree.path / "COPYING").symlink_to("/etc/passwd")
    git(tree.path, "add", "COPYING")
    checked = check(tree.path)
    assert [c.path for c in checked.changes] == ["COPYING", "vendored"]
    assert [gap.path for gap in checked.unread] == ["COPYING"]


def test_a_partial_clone_fetches_nothing(tree: Worktree, tmp_path: Path) -> None:
    git(tree.path, "config", "uploadpack.allowFilter", "true")
    origin = tree.path.as_uri()
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-checkout", "--filter=blob:none", origin, str(clone))
    git(clone, "read-tree", "HEAD")
    (clone / "model.py").write_text(CODE)
    oid = git(clone, "hash-object", "-w", "model.py").decode().strip()
    git(clone, "update-index", "--add", "--cacheinfo", f"100644,{oid},src/model.py")
    checked = check(clone)
    assert [gap.path for gap in checked.unread] == ["src/model.py"]
    assert checked.exit_code is Exit.INCOMPLETE


def test_reports_are_the_same_from_run_to_run(tree: Worktree) -> None:
    tree.write({"src/model.py": CODE, "README.md": "# x\n"})

    def twice() -> tuple[Checked, Checked]:
        return check(tree.path), check(tree.path)

    one, other = twice()
    assert as_json(one) == as_json(other)
    assert as_text(one) == as_text(other)
