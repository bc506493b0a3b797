"""The calls for programs: lazy, typed, and the ones that the commands make."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lineage
from lineage.api import AuditWords, CompareWords, audit_options, compare_options
from lineage.model import Scope, Severity
from lineage.reports import FORMATS, Page
from tests.test_cli import MIT, run

DOCS = Path(__file__).parents[1] / "docs" / "python.md"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# A model\n", "utf-8")
    (folder / "LICENSE").write_text(MIT, "utf-8")
    (folder / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    return folder


def test_importing_loads_nothing_heavy() -> None:
    script = (
        "import sys, lineage; print([m for m in ('click', 'numpy', 'networkx', 'rich', "
        "'lineage.model', 'lineage.api') if m in sys.modules], 'audit' in dir(lineage))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[] True\n"


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = lineage.nothing


def test_the_command_says_the_same(model: Path) -> None:
    audit = lineage.audit(str(model), offline=True)
    printed = run("audit", str(model), "--offline", "--format", "json")
    assert json.loads(printed.stdout) == json.loads(FORMATS["json"].render(audit, Page()))
    assert int(audit.exit_code) == printed.returncode


def test_options_and_words_exclude_each_other(model: Path) -> None:
    with pytest.raises(TypeError, match="already say"):
        lineage.audit(str(model), audit_options(), offline=True)
    with pytest.raises(TypeError, match="already say"):
        lineage.compare(str(model), str(model), compare_options(), offline=True)


def test_an_unknown_word(model: Path) -> None:
    with pytest.raises(TypeError, match="ofline is none of revision"):
        lineage.audit(str(model), ofline=True)  # type: ignore[call-arg]  # that is the point


def test_every_word_arrives(tmp_path: Path) -> None:
    policy, profile = tmp_path / "p.yaml", tmp_path / "f.yaml"
    policy.write_text("fail-on: low\n")
    profile.write_text("intent: sell\n")
    options = audit_options(
        revision="v1",
        against=("a", "b"),
        depth=1,
        max_parents=3,
        history=True,
        policy=policy,
        profile=str(profile),
        offline=True,
        max_bytes=10,
        weights=False,
        code=False,
        catalogue=False,
    )
    source = options.source
    assert (source.revision, source.offline, source.max_bytes) == ("v1", True, 10)
    assert (options.against, options.history) == (("a", "b"), True)
    assert (options.follow.depth, options.follow.parents) == (1, 3)
    assert options.leave_out == {Scope.WEIGHTS, Scope.CODE}
    assert (options.catalogue, options.code_catalogues) == (None, ())
    assert options.fail_on is Severity.LOW
    assert options.profile is not None
    assert audit_options(fail_on="none", policy=policy).fail_on is None
    with pytest.raises(ValueError, match="worst"):
        audit_options(fail_on="worst")


def test_the_words_of_compare() -> None:
    options = compare_options(
        revision="a", reference_revision="b", offline=True, max_bytes=5, thorough=True
    )
    assert (options.suspect.revision, options.reference.revision) == ("a", "b")
    assert (options.reference.offline, options.reference.max_bytes) == (True, 5)
    assert options.thorough


def test_the_page_names_every_word() -> None:
    page = DOCS.read_text("utf-8")
    for word in (*AuditWords.__annotations__, *CompareWords.__annotations__):
        assert f"`{word}`" in page


def test_the_examples_of_the_page_run(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 3
    script = "\n".join(blocks)
    (tmp_path / "path/to").mkdir(parents=True)
    model.rename(tmp_path / "path/to/checkout")
    (tmp_path / "path/to/other").mkdir()
    (tmp_path / "path/to/other/a.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    exec(compile(script, str(DOCS), "exec"), {})
    printed = capsys.readouterr().out
    assert "pkg:generic/checkout True 0" in printed
    assert '"schema_version": "1"' in printed
