"""The action: its file is one, and its script runs against a ``gh`` that notes what it is asked."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_cli import MIT

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "ci" / "github_action.py"
BIN = Path(sys.executable).parent

GH = """#!{python}
import json, os, sys
folder = os.path.dirname(__file__)
arguments = sys.argv[1:]
body = [a for a in arguments if a.startswith("body=@")]
with open(os.path.join(folder, "asked"), "a") as file:
    text = open(body[0][6:]).read() if body else ""
    file.write(json.dumps([arguments, text]) + "\\n")
if "--jq" in arguments:
    print(open(os.path.join(folder, "comments")).read(), end="")
sys.exit(int(open(os.path.join(folder, "code")).read()))
"""


class Runner:
    """A machine of GitHub's, as far as the script sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.work = folder / "work"
        for made in (self.bin, self.work, folder / "temp"):
            made.mkdir()
        gh = self.bin / "gh"
        gh.write_text(GH.format(python=sys.executable))
        gh.chmod(0o755)
        self.comments("")
        (self.bin / "code").write_text("0")
        (folder / "event.json").write_text('{"pull_request": {"number": 7}}')

    def comments(self, lines: str, code: int = 0) -> None:
        (self.bin / "comments").write_text(lines)
        (self.bin / "code").write_text(str(code))

    def asked(self) -> list[tuple[list[str], str]]:
        file = self.bin / "asked"
        return (
            [tuple(json.loads(line)) for line in file.read_text().splitlines()]
            if file.exists()
            else []
        )

    def run(self, **inputs: str) -> tuple[int, str]:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "INPUT_"))},
            **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
            "PATH": f"{self.bin}:{BIN}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.folder / "temp"),
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
        }
        done = subprocess.run(
            [sys.executable, SCRIPT],
            cwd=self.work,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    made = Runner(tmp_path)
    (made.work / "config.json").write_text('{"model_type": "llama"}')
    return made


def test_the_file_is_an_action(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            BIN / "check-jsonschema",
            "--builtin-schema",
            "vendor.github-actions",
            ROOT / "action.yml",
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_nothing_from_outside_is_pasted_into_a_shell() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    shells = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert len(shells) == 2
    assert not any("${{" in shell for shell in shells)
    given = {f"INPUT_{name.upper().replace('-', '_')}" for name in action["inputs"]}
    passed = action["runs"]["steps"][2]["env"]
    assert given - set(passed) == {"INPUT_UPLOAD_SARIF", "INPUT_TOKEN"}
    read = set(re.findall(r'given\("(\w+)"\)', SCRIPT.read_text("utf-8")))
    assert {f"INPUT_{name}" for name in read} == set(passed) - {"GH_TOKEN"}


def test_it_only_reports_unless_it_is_asked_to_fail(runner: Runner) -> None:
    code, said = runner.run()
    assert code == 0
    assert "::error title=LIC-001 No licence anywhere" in said
    assert runner.run(fail_on="high")[0] == 1
    assert runner.asked() == []
    outputs = dict(
        line.split("=", 1) for line in (runner.folder / "output").read_text().splitlines() if line
    )
    assert outputs["exit-code"] == "1"
    assert json.loads(Path(outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert "lineage-audit" in (runner.folder / "summary").read_text()


def test_what_a_repository_holds_is_no_command(runner: Runner) -> None:
    (runner.work / "README.md").write_text(
        '---\nlicense: "%0A::set-env name=x::y"\nbase_model: "a\\n::error::b"\n---\n'
    )
    _, said = runner.run()
    token = re.search(r"^::stop-commands::(\w{32})$", said, re.MULTILINE)
    assert token
    outside = said[: token.start()] + said.split(f"::{token[1]}::", 1)[1]
    commands = [line for line in outside.splitlines() if line.startswith("::")]
    assert commands == [line for line in outside.splitlines() if line]
    assert all(re.match(r"::(error|warning|notice) ", line) for line in commands)


def test_a_comment_is_written_once_and_then_kept_up_to_date(runner: Runner) -> None:
    runner.run(comment="true")
    (looked, _), (wrote, body) = runner.asked()
    assert looked[:3] == ["api", "--paginate", "repos/o/r/issues/7/comments?per_page=100"]
    assert wrote[:4] == ["api", "--method", "POST", "repos/o/r/issues/7/comments"]
    mark = body.split("\n")[0]
    assert mark.startswith("<!-- lineage-audit ")
    other = json.dumps({"id": 4, "body": "<!-- lineage-audit other -->\r\nx"})
    runner.comments(f"{other}\n" + json.dumps({"id": 5, "body": f"{mark}\r\nold"}) + "\n")
    runner.run(comment="true")
    assert runner.asked()[-1][0][:4] == ["api", "--method", "PATCH", "repos/o/r/issues/comments/5"]


def test_a_comment_that_may_not_be_written_fails_nothing(runner: Runner) -> None:
    runner.comments("", code=1)
    code, said = runner.run(comment="true")
    assert (code, "::warning title=lineage::The comment could not be written" in said) == (0, True)


def test_a_push_has_no_pull_request_to_comment_on(runner: Runner) -> None:
    (runner.folder / "event.json").write_text("{}")
    assert runner.run(comment="true")[0] == 0
    assert runner.asked() == []


def test_a_target_is_no_option(runner: Runner) -> None:
    code, said = runner.run(target="--output=/tmp/x")
    assert code == 2
    assert "--output=/tmp/x" in said


def test_a_baseline_waives(runner: Runner) -> None:
    runner.run()
    report = json.loads((runner.folder / "temp/lineage/audit.json").read_text())
    waivers = "".join(
        f"  - {{fingerprint: {f['fingerprint']}, reason: r, owner: o, expires: 2999-01-01}}\n"
        for f in report["findings"]
    )
    (runner.work / "baseline.yaml").write_text(f"waivers:\n{waivers}")
    code, said = runner.run(fail_on="high", baseline="baseline.yaml", format="markdown")
    assert code == 0, said
    assert "::error" not in said
    assert (runner.folder / "temp/lineage/report").read_text().startswith("#")


def test_what_could_not_be_read_is_no_pass(runner: Runner) -> None:
    (runner.work / "LICENSE").write_text(MIT)
    (runner.work / "README.md").write_text("---\nlicense: [\n---\n")
    code, said = runner.run()
    assert (code, "nothing here is a pass" in said) == (0, True)
    assert runner.run(fail_on="high")[0] == 3


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.github-workflows", "github-workflow.yml"),
        ("vendor.gitlab-ci", "gitlab-ci.yml"),
        ("vendor.github-workflows", "gitcode-pipeline.yml"),
    ],
)
def test_the_snippets_are_what_they_claim(schema: str, name: str) -> None:
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", schema, ROOT / "examples" / "ci" / name],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["gitlab-ci.yml", "gitcode-pipeline.yml"])
def test_the_lines_of_the_snippets_run(runner: Runner, name: str) -> None:
    text = (ROOT / "examples" / "ci" / name).read_text("utf-8")
    line = next(one for one in text.splitlines() if "lineage audit " in one)
    command = line.strip().removeprefix("- ").replace(".lineage-venv/bin/", "")
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=runner.work,
        env={
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "LINEAGE_FAIL_ON": "high",
            "LINEAGE_TARGET": ".",
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert (runner.work / "lineage.json").exists()
    assert (runner.work / "lineage.html").exists()
