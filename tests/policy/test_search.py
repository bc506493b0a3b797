from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Severity
from lineage.policy.search import chosen, threshold
from lineage.policy.terms import Policy, PolicyError

TOML = '[tool.lineage]\nfail-on = "low"\n'


def here(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name.replace("_", ".")).write_text(text, "utf-8")
    return tmp_path


def test_without_a_file_there_is_no_policy(tmp_path: Path) -> None:
    assert chosen("hf:a/b", here=tmp_path).policy is None
    assert chosen("hf:a/b", here=here(tmp_path, pyproject_toml="[tool.other]\n")).policy is None


@pytest.mark.parametrize("files", [{"lineage_yaml": "fail-on: low"}, {"pyproject_toml": TOML}])
def test_the_file_where_the_user_stands_is_taken(tmp_path: Path, files: dict[str, str]) -> None:
    policy = chosen("hf:a/b", here=here(tmp_path, **files)).policy
    assert policy is not None
    assert policy.fail_on is Severity.LOW


def test_auditing_the_directory_one_stands_in_takes_its_policy(tmp_path: Path) -> None:
    here(tmp_path, lineage_yaml="fail-on: low")
    assert chosen(str(tmp_path), here=tmp_path).policy is not None


@pytest.mark.parametrize("form", ["{}", "file://{}", "{}/"])
def test_a_policy_inside_what_is_audited_is_not_followed(tmp_path: Path, form: str) -> None:
    (tmp_path / "inside" / "deeper").mkdir(parents=True)
    folder = here(tmp_path / "inside" / "deeper", lineage_yaml="waivers: nonsense")
    choice = chosen(form.format(tmp_path), here=folder)
    assert choice.policy is None
    assert "lies inside the target and is not followed" in choice.remark


def test_a_policy_that_is_named_is_taken_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    folder = here(tmp_path / "inside", lineage_yaml="fail-on: low")
    assert chosen(str(tmp_path), folder / "lineage.yaml", folder).policy is not None


def test_two_policies_are_one_too_many(tmp_path: Path) -> None:
    folder = here(tmp_path, lineage_yaml="fail-on: low", pyproject_toml=TOML)
    with pytest.raises(PolicyError, match="both state a policy"):
        chosen("hf:a/b", here=folder)


@pytest.mark.parametrize("name", ["lineage.yml", ".lineage.yaml", ".lineage.yml"])
def test_a_file_by_a_similar_name_is_not_passed_over_in_silence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("fail-on: low", "utf-8")
    with pytest.raises(PolicyError, match=r"is not read; name it lineage\.yaml"):
        chosen("hf:a/b", here=tmp_path)


def test_a_broken_pyproject_matters_only_where_it_names_us(tmp_path: Path) -> None:
    assert chosen("hf:a/b", here=here(tmp_path, pyproject_toml="[tool.other\n")).policy is None
    with pytest.raises(PolicyError, match=r"pyproject\.toml, line 2: expected TOML"):
        chosen("hf:a/b", here=here(tmp_path, pyproject_toml="[tool.lineage]\nx = = 1\n"))


@pytest.mark.parametrize(
    ("asked", "policy", "gate"),
    [
        (None, None, Severity.HIGH),
        (None, Policy("x"), Severity.HIGH),
        (None, Policy("x", fail_on=Severity.LOW), Severity.LOW),
        (None, Policy("x", fails_never=True), None),
        ("medium", Policy("x", fail_on=Severity.LOW), Severity.MEDIUM),
        ("none", Policy("x", fail_on=Severity.LOW), None),
        ("high", Policy("x", fails_never=True), Severity.HIGH),
    ],
)
def test_the_command_line_comes_before_the_policy(
    asked: str | None, policy: Policy | None, gate: Severity | None
) -> None:
    assert threshold(asked, policy) is gate
