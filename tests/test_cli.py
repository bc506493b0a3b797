"""The installed command, run as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from lineage.reports import FORMATS
from tests.doubles.gitrepo import GitServer
from tests.doubles.hub import Hub
from tests.doubles.memory import Hosted

LINEAGE = Path(sys.executable).with_name("lineage")
SCHEMA = json.loads((files("lineage.reports") / "audit.schema.json").read_text("utf-8"))
MIT = """MIT License

Copyright (c) 2024 Example Authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


def run(
    *arguments: str | bytes,
    cwd: Path | None = None,
    found_in: Mapping[str, str] | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINEAGE, *arguments],
        cwd=cwd,
        env={**os.environ, **(found_in or {}), **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A repository of a model that is in order."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "README.md").write_text(
        "---\nlicense: mit\npipeline_tag: text-generation\n---\n# A model\n", "utf-8"
    )
    (folder / "LICENSE").write_text(MIT, "utf-8")
    (folder / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    return folder


@pytest.fixture
def unlicensed(tmp_path: Path) -> Path:
    """A repository that states no terms at all."""
    folder = tmp_path / "unlicensed"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    return folder


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from lineage.cli import cli; cli.main(['--help'], standalone_mode=False); "
        "print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in ran.stderr.split()}
    assert not loaded & {"rich", "networkx", "git", "huggingface_hub", "numpy", "yaml", "cattrs"}
    assert "lineage.reports" not in ran.stderr.split()


def test_help_teaches() -> None:
    top, audit = run("--help"), run("audit", "--help")
    assert top.returncode == audit.returncode == 0
    assert "Start with:\n    lineage audit hf:org/model" in top.stdout
    for said in (
        "Exit codes:\n    0    nothing at or above --fail-on",
        "lineage audit . --offline --fail-on medium",
        f"[{'|'.join(FORMATS)}]",
        "[none|low|medium|high|critical]",
        "SIZE",
        "FORMAT=FILE",
    ):
        assert said in audit.stdout
    assert max(map(len, audit.stdout.splitlines())) <= 80


def test_a_bare_command_shows_the_way() -> None:
    ran = run()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "lineage audit hf:org/model" in ran.stderr


def test_the_version_names_tool_knowledge_and_detector() -> None:
    ran = run("--version")
    assert [line.split()[0] for line in ran.stdout.splitlines()] == [
        "lineage",
        "knowledge",
        "scancode",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("audit",), "Missing argument 'TARGET'"),
        (("audit", ".", "--polcy", "x"), "No such option"),
        (("audit", ".", "--policy", "x.yaml"), "the policy x.yaml does not exist"),
        (("audit", ".", "--format", "pdf"), f"'pdf' is none of {', '.join(FORMATS)}."),
        (("audit", ".", "--fail-on", "info"), "'info' is none of none, low, medium, high"),
        (("audit", ".", "--max-bytes", "64X"), "'64X' is no size; write 5000000, 64MB or 64MiB."),
        (("audit", ".", "--max-bytes", "0"), "'0' is no size"),
        (("audit", ".", "--max-bytes", "-1"), "'-1' is no size"),
        (("audit", ".", "-o", "json"), "'json' is not FORMAT=FILE"),
        (("audit", ".", "-o", "pdf=x"), f"'pdf' is none of {', '.join(FORMATS)}."),
        (("audit", "no-such-thing"), "accepted are"),
        (("audit", "./no-such-directory"), "no-such-directory"),
        (("audit", ".", "-o", "json=missing/a.json"), "there is no folder missing"),
        (("audit", ".", "-o", "json=a", "-o", "markdown=./a"), "both json and markdown"),
        (("audit", ".", "--output", "."), "no regular file"),
        (("explain", "LIC-999"), "no rule is called LIC-999; did you mean LIC-0"),
        (("frobnicate",), "No such command 'frobnicate'"),
    ],
)
def test_a_slip_ends_with_2_and_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run(*arguments, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert "Error" not in ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) <= 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        ("\x1b[31mred\x1b]0;t\x07a\u202eb",),
        ("line\nbreak",),
        ("audit", b"bytes\xff\xfe\x1b[2J"),
        ("audit", ".", "--format", "a\u202eb\x9b"),
        ("audit", ".", "--\x1b[2J"),
        ("audit", ".", "-o", "json=\x1b[2J/a"),
        ("explain", "\x1b[2J"),
    ],
)
def test_the_command_line_is_not_echoed_raw(arguments: tuple[str | bytes, ...]) -> None:
    ran = run(*arguments)
    assert ran.returncode == 2
    assert ran.stderr
    assert all(line.isprintable() for line in ran.stderr.splitlines())
    assert len(ran.stderr.splitlines()) <= 2


def test_a_model_in_order_passes(model: Path) -> None:
    ran = run("audit", str(model), "--offline")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "/model is a model under MIT;" in " ".join(ran.stdout.split())
    assert "Exit code 0: no finding is unmet at or above --fail-on high." in ran.stdout
    assert "\x1b" not in ran.stdout


def test_json_alone_on_standard_output(model: Path) -> None:
    ran = run("audit", str(model), "--format", "json")
    report = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    assert report["summary"]["exit_code"] == ran.returncode == 0
    assert report["licences"][0]["concluded"] == "MIT"
    assert ran.stderr == ""


def test_the_same_directory_gives_the_same_bytes(model: Path) -> None:
    seeds = ("1", "2")
    first, second = (
        run("audit", str(model), "--format", "json", PYTHONHASHSEED=seed) for seed in seeds
    )
    assert first.stdout == second.stdout != ""


@pytest.mark.parametrize(("fail_on", "code"), [("none", 0), ("low", 1), ("high", 1)])
def test_the_gate(unlicensed: Path, fail_on: str, code: int) -> None:
    ran = run("audit", str(unlicensed), "--fail-on", fail_on)
    assert ran.returncode == code
    assert "LIC-001" in ran.stdout
    assert f"Exit code {code}:" in ran.stdout


def test_what_cannot_be_read_is_no_pass(model: Path) -> None:
    (model / "config.json").write_text('{"model_type": ', "utf-8")
    ran = run("audit", str(model))
    assert ran.returncode == 3
    assert "no pass may be claimed, since 1 place could not be read" in " ".join(ran.stdout.split())
    assert "config.json" in ran.stdout


@pytest.mark.parametrize(
    ("option", "left_out"), [("--no-weights", "weights"), ("--no-code", "code")]
)
def test_what_is_left_out_is_said(model: Path, option: str, left_out: str) -> None:
    (model / "model.safetensors").write_bytes(b"\0")
    (model / "modeling.py").write_bytes(b"x = 1\0")
    broken = {"model.safetensors", "modeling.py"}
    kept = {"--no-weights": "modeling.py", "--no-code": "model.safetensors"}[option]
    report = json.loads(run("audit", str(model), option, "--format", "json").stdout)
    assert report["summary"]["left_out"] == [left_out]
    assert {gap["path"] for gap in report["coverage"]["unread"]} & broken == {kept}


def test_a_bound_on_bytes_leaves_the_rest_unread(model: Path) -> None:
    ran = run("audit", str(model), "--max-bytes", "100B", "--format", "json")
    report = json.loads(ran.stdout)
    assert ran.returncode == 3
    assert report["coverage"]["bytes_read"] <= 100
    assert report["coverage"]["unread"]


def test_one_run_many_reports(model: Path, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    also = ("-o", f"json={reports / 'a.json'}", "-o", f"markdown={reports / 'a.md'}")
    ran = run("audit", str(model), *also)
    assert "Exit code 0" in ran.stdout
    report = json.loads((reports / "a.json").read_text("utf-8"))
    assert report["verdict"] in (reports / "a.md").read_text("utf-8").replace("\\", "")
    assert sorted(path.name for path in reports.iterdir()) == ["a.json", "a.md"]


def test_with_output_the_verdict_still_reaches_the_log(model: Path, tmp_path: Path) -> None:
    place = tmp_path / "audit.json"
    ran = run("audit", str(model), "--format", "json", "--output", str(place))
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == json.loads(place.read_text("utf-8"))["verdict"] + "\n"


def test_a_reference_is_read_too(model: Path, unlicensed: Path) -> None:
    ran = run("audit", str(model), "--against", str(unlicensed), "--format", "json")
    report = json.loads(ran.stdout)
    assert [r["target"]["id"] for r in report["references"]] == [str(unlicensed)]


def test_a_repository_on_github_under_its_own_name(tmp_path: Path) -> None:
    server = GitServer(tmp_path)
    commit = server.add(
        "https://github.com/org/code", {"LICENSE": MIT, "a.py": "# Copyright 2024 Org\nx = 1\n"}
    )
    ran = run("audit", "https://github.com/org/code", found_in=server.environment())
    assert ran.returncode == 0
    assert ran.stdout.startswith("org/code is a code repository under MIT;")
    assert f"Revision           {commit}" in ran.stdout
    gone = run(
        "audit", "https://github.com/org/code", "--revision", "v9", found_in=server.environment()
    )
    assert (gone.returncode, gone.stdout) == (3, "")
    assert "v9" in gone.stderr


def test_a_model_on_the_hub_held_against_its_parent() -> None:
    with Hub() as hub:
        hub.add(
            "org/base",
            {
                "README.md": "---\nlicense: apache-2.0\n---\n",
                "NOTICE": "Copyright 2024 Base Inc.\n",
            },
        )
        hub.add(
            "org/tuned",
            {
                "README.md": "---\nlicense: apache-2.0\nbase_model: org/base\n---\n",
                "model.safetensors": Hosted(bytes(100)),
            },
        )
        command = ("audit", "hf:org/tuned", "--against", "hf:org/base", "--format", "json")
        ran = run(*command, HF_ENDPOINT=hub.endpoint)
        gone = run("audit", "hf:org/none", HF_ENDPOINT=hub.endpoint)
    report = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(report)
    # The weights are zeros, which are no safetensors header: unread, so no pass.
    assert ran.returncode == report["summary"]["exit_code"] == 3
    assert [gap["path"] for gap in report["coverage"]["unread"]] == ["model.safetensors"]
    assert [edge["relation"] for edge in report["derivations"]] == ["unknown"]
    assert {f["rule"] for f in report["findings"] if f["state"] == "unmet"} >= {"ATT-004"}
    assert report["references"][0]["target"]["id"] == "org/base"
    assert (gone.returncode, gone.stdout) == (3, "")
    assert gone.stderr.startswith("hf:org/none: there is no such repository")


def test_hostile_file_names_do_nothing(model: Path) -> None:
    for name in (
        b"\x1b]0;t\x07.json",
        b"line\nbreak.json",
        b"\xff\xfe.json",
        "a\u202eb.json".encode(),
    ):
        Path(os.fsdecode(bytes(model) + b"/" + name)).write_bytes(b"{")
    for report in ("table", "markdown", "json"):
        ran = run("audit", str(model), "--format", report)
        assert ran.stderr == ""
        assert ran.stdout.replace("\n", "").isprintable()


def test_an_ascii_terminal_gets_ascii(model: Path) -> None:
    (model / "配置.json").write_text("{", "utf-8")
    for report in ("table", "markdown", "json"):
        ran = run("audit", str(model), "--format", report, PYTHONIOENCODING="ascii")
        assert ran.returncode in {0, 3}
        assert ran.stdout.isascii()
        assert ran.stderr == ""


def test_secrets_of_a_target_are_not_repeated() -> None:
    ran = run("audit", "https://someone:hunter2@127.0.0.1:1/org/name", "--offline")
    assert ran.returncode in {2, 3}
    assert ran.stderr
    assert "hunter2" not in ran.stderr + ran.stdout


def test_a_host_out_of_reach_is_incomplete() -> None:
    ran = run("audit", "hf:org/name", "--offline")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert len(ran.stderr.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(model: Path) -> None:
    command = f"'{LINEAGE}' audit '{model}' --format json | head -c 1"
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"{", b"")


def test_standard_output_may_be_closed(model: Path) -> None:
    command = f"'{LINEAGE}' audit '{model}' >&-"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_a_full_disk_is_a_sentence(model: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            [LINEAGE, "audit", model], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 2
    assert ran.stderr == "standard output cannot be written: No space left on device\n"


@pytest.fixture
def broken_plugin(tmp_path: Path) -> Path:
    """A third party's rule, offered through the entry point, that fails."""
    site = tmp_path / "site"
    (site / "broken-1.dist-info").mkdir(parents=True)
    (site / "broken-1.dist-info" / "METADATA").write_text("Name: broken\nVersion: 1\n")
    (site / "broken-1.dist-info" / "entry_points.txt").write_text(
        "[lineage.rules]\nbroken = broken:RULES\n"
    )
    (site / "broken.py").write_text(
        "import sys\nfrom lineage.model import Severity, Tier\n"
        "CODE, TITLE, CLAUSE, REMEDY = 'BAD-001', 'Bad', 'none', 'none'\n"
        "SEVERITY, TIER = Severity.LOW, Tier.A\n"
        "def check(graph):\n    raise ZeroDivisionError('\\x1b[31m' + graph.subject.name)\n"
        "RULES = {CODE: sys.modules[__name__]}\n"
    )
    return site


def test_a_fault_of_our_own_claims_nothing(
    model: Path, broken_plugin: Path, tmp_path: Path
) -> None:
    place = tmp_path / "audit.json"
    command = ("audit", str(model), "-o", f"json={place}")
    ran = run(*command, PYTHONPATH=str(broken_plugin))
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr == (
        "Sorry: lineage failed by a fault of its own (ZeroDivisionError) and claims nothing about "
        "the target; LINEAGE_DEBUG=1 shows where.\n"
    )
    assert not place.exists()
    debug = run(*command, PYTHONPATH=str(broken_plugin), LINEAGE_DEBUG="1")
    assert "Traceback" in debug.stderr
    assert r"\x1b[31m" in debug.stderr
    assert "\x1b" not in debug.stderr


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, ending: signal.Signals) -> None:
    tools, temporary = tmp_path / "tools", tmp_path / "temporary"
    tools.mkdir()
    temporary.mkdir()
    started = tmp_path / "started"
    git = tools / "git"
    git.write_text(f"#!/bin/sh\ntouch '{started}'\nexec sleep 60\n")
    git.chmod(0o755)
    running = subprocess.Popen(
        [LINEAGE, "audit", f"file://{tmp_path}/somewhere", "-o", f"json={tmp_path / 'a.json'}"],
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # In the background of a shell SIGINT is ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - no threads
    )
    deadline = time.monotonic() + 30
    while not started.exists() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(ending)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out) == (130, "")
    assert err.split("\n")[-2] == "Interrupted; nothing was concluded."
    assert not list(temporary.iterdir())
    assert not (tmp_path / "a.json").exists()


def test_explain_lists_and_explains() -> None:
    listing = run("explain")
    assert listing.returncode == 0
    codes = [line.split()[0] for line in listing.stdout.splitlines()]
    assert "LIC-001" in codes
    page = run("explain", "lic-001")
    assert page.stdout.startswith("LIC-001  ")
    assert "Why it matters" in page.stdout
    rules = json.loads(run("explain", "--format", "json").stdout)["rules"]
    assert [rule["code"] for rule in rules] == codes
