"""Policies, waivers and baselines through the installed command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

LINEAGE = Path(sys.executable).with_name("lineage")
SCHEMA = json.loads((files("lineage.reports") / "audit.schema.json").read_text("utf-8"))


def today() -> date:
    """Return the day as the command sees it; a constant would be yesterday's after midnight."""
    return datetime.now(UTC).date()


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINEAGE, *arguments],
        cwd=cwd,
        env={**os.environ, "XDG_CACHE_HOME": str(cwd / ".cache")},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the user stands, with a model in a folder of its own whose licence is GPL-3.0."""
    model = tmp_path / "model"
    model.mkdir()
    (model / "README.md").write_text("---\nlicense: gpl-3.0\n---\n# M\n", "utf-8")
    (model / "config.json").write_text('{"model_type": "llama"}', "utf-8")
    return tmp_path


def policy(desk: Path, text: str, name: str = "lineage.yaml") -> None:
    (desk / name).write_text(text, "utf-8")


def audited(desk: Path, *arguments: str) -> tuple[int, dict[str, list[dict[str, object]]], str]:
    ran = run("audit", "model", "--offline", "--format", "json", *arguments, cwd=desk)
    assert "Traceback" not in ran.stderr
    report = json.loads(ran.stdout)
    jsonschema.validate(report, SCHEMA)
    return ran.returncode, report, ran.stderr


def rules(report: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {finding["rule"]: finding["state"] for finding in report["findings"]}


def waiver(days: int, rule: str = "POL-001") -> str:
    return (
        f"waivers:\n  - rule: {rule}\n    subject: '*model'\n    reason: It stays in the house.\n"
        f"    owner: jane@org.example\n    expires: {today() + timedelta(days=days)}\n"
    )


def test_a_denied_licence_stops_the_release(desk: Path) -> None:
    assert audited(desk)[0] == 0
    policy(desk, "preset: no-copyleft\n")
    code, report, _ = audited(desk)
    assert (code, rules(report)["POL-001"]) == (1, "unmet")
    assert report["policy"]["presets"] == ["no-copyleft"]  # type: ignore[call-overload]  # an object
    assert audited(desk, "--no-policy")[0] == 0
    assert audited(desk, "--fail-on", "critical")[0] == 0


def test_a_waived_finding_keeps_its_place_and_stops_nothing(desk: Path) -> None:
    policy(desk, "preset: no-copyleft\n" + waiver(30))
    code, report, said = audited(desk)
    (finding,) = (f for f in report["findings"] if f["rule"] == "POL-001")
    assert (code, finding["state"], said) == (0, "waived", "")
    assert finding["waiver"] == {
        "reason": "It stays in the house.",
        "owner": "jane@org.example",
        "expires": str(today() + timedelta(days=30)),
        "since": None,
        "was": "unmet",
    }
    summary = report["summary"]
    assert summary["waived"] == 1  # type: ignore[call-overload]  # an object
    table = " ".join(run("audit", "model", "--offline", cwd=desk).stdout.split())
    assert "lineage.yaml, preset no-copyleft; 1 waiver, of which 1 applies" in table
    assert "by jane@org.example: It stays in" in table


def test_an_expired_waiver_is_told_of_loudly_and_waives_nothing(desk: Path) -> None:
    policy(desk, "preset: no-copyleft\n" + waiver(-3))
    code, report, said = audited(desk)
    assert (code, rules(report)["POL-001"]) == (1, "unmet")
    assert "The waiver at lineage.yaml:3 expired 3 days ago" in said
    assert "expired 3 days ago" in run("audit", "model", "--offline", cwd=desk).stdout


def test_a_waiver_cannot_make_an_unread_file_a_pass(desk: Path) -> None:
    (desk / "model" / "README.md").write_text("---\nlicense: [\n---\n", "utf-8")
    policy(desk, "".join(waiver(30, "LIC-001")))
    assert audited(desk)[0] == 3


def test_the_policy_of_what_is_audited_is_not_taken(desk: Path) -> None:
    policy(desk / "model", waiver(30, "LIC-001") + "fail-on: none\n")
    (desk / "model" / "README.md").unlink()
    code, report, _ = audited(desk)
    assert not report["policy"]
    assert (code, rules(report)["LIC-001"]) == (1, "unmet")


def test_a_policy_from_inside_the_target_is_spoken_of(desk: Path) -> None:
    inside = desk / "model" / "sub"
    inside.mkdir()
    policy(inside, "fail-on: none\n")
    ran = run("audit", "..", "--offline", "--format", "json", cwd=inside)
    assert "lineage.yaml lies inside the target and is not followed" in ran.stderr
    assert json.loads(ran.stdout)["policy"] is None


def test_pyproject_holds_a_policy_too(desk: Path) -> None:
    policy(desk, '[tool.lineage]\npreset = "permissive-only"\n', "pyproject.toml")
    code, report, _ = audited(desk)
    assert (code, rules(report)["POL-003"]) == (1, "unmet")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("licences:\n  alowed: [MIT]\n", "lineage.yaml, line 2: licences.alowed: unknown key"),
        ("licences:\n  allowed: [Apche-2.0]\n", "did you mean apache-2.0"),
        ("waivers:\n  - fingerprint: '" + "a" * 32 + "'\n", "line 2: waivers[0].reason: expected why"),
        ("a: &a [1]\nb: *a\n", "expected neither anchors nor aliases"),
        ("x: " + "[" * 200_000, "lineage.yaml, line 1: expected less depth than this"),
        ("fail-on: \x1b[31mred\n", "lineage.yaml"),
    ],
)  # fmt: skip
def test_a_broken_policy_ends_with_2_and_its_line(desk: Path, text: str, said: str) -> None:
    policy(desk, text)
    began = time.monotonic()
    ran = run("audit", "model", "--offline", cwd=desk)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "\x1b" not in ran.stderr
    assert time.monotonic() - began < 20


def test_both_policy_and_none_is_a_slip(desk: Path) -> None:
    ran = run("audit", "model", "--policy", "x.yaml", "--no-policy", cwd=desk)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--no-policy wants none" in ran.stderr


def test_policy_rules_can_be_explained(desk: Path) -> None:
    assert run("explain", "POL-001", cwd=desk).stdout.startswith("POL-001  Licence denied")
    listed = run("explain", cwd=desk).stdout
    assert all(f"\n{code}  " in listed for code in ("POL-001", "POL-002", "POL-003"))


def test_from_findings_to_a_baseline_to_a_pass(desk: Path) -> None:
    policy(desk, "# Ours.\nfail-on: low\npreset: no-copyleft\n")
    assert run("audit", "model", "--offline", "-o", "json=a.json", cwd=desk).returncode == 1
    shown = run("baseline", "a.json", "--expires", str(today()), cwd=desk)
    assert (shown.returncode, f"expires: {today()}" in shown.stdout) == (0, True)
    wrote = run("baseline", "a.json", "--output", "b.yaml", cwd=desk)
    assert (wrote.returncode, wrote.stdout) == (0, "")
    assert "to be filled in, in b.yaml" in wrote.stderr

    policy(desk, "# Ours.\nfail-on: low\npreset: no-copyleft\nwaivers-from: b.yaml\n")
    unfilled = run("audit", "model", "--offline", cwd=desk)
    assert unfilled.returncode == 2
    assert "b.yaml, line" in unfilled.stderr
    assert "fill it in" in unfilled.stderr

    text = (desk / "b.yaml").read_text("utf-8")
    text = text.replace('reason: ""', "reason: Agreed.").replace('owner: ""', "owner: jane")
    (desk / "b.yaml").write_text(text, "utf-8")
    code, report, said = audited(desk, "-o", "json=b.json")
    assert (code, said, set(rules(report).values()) <= {"waived", "met"}) == (0, "", True)

    again = run("baseline", "a.json", "--output", "b.yaml", cwd=desk)
    assert again.stderr == "Nothing to add: no finding is open without a waiver.\n"
    assert (desk / "b.yaml").read_text("utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.json",), "missing.json does not exist"),
        (("old.json",), "old.json is of schema version '0'; this lineage reads '1'"),
        (("old.json", "--expires", "2001-01-01"), "2001-01-01 has passed"),
        (("old.json", "--expires", "soon"), "expected a date such as 2026-12-31; found 'soon'"),
    ],
)
def test_a_baseline_of_nonsense_ends_with_2(
    desk: Path, arguments: tuple[str, ...], said: str
) -> None:
    (desk / "old.json").write_text('{"schema_version": "0"}', "utf-8")
    ran = run("baseline", *arguments, cwd=desk)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
