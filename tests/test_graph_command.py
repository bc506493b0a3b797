from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.joining.worlds import audit, duty, edge, purl


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lineage"
    return subprocess.run([program, "graph", *words], capture_output=True, text=True, check=False)


@pytest.fixture
def reports(tmp_path: Path) -> list[Path]:
    base, tuned = purl("org/base", "r1"), purl("me/tuned", "r1")
    return [
        audit(tmp_path, "org/base"),
        audit(tmp_path, "me/tuned", edge(base, tuned), duties=(duty(base, base, tuned),)),
    ]


def test_two_audits_make_a_flow_chart(reports: list[Path]) -> None:
    done = run(*reports)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("flowchart LR\n")
    assert '-->|"fine-tune, declared"|' in done.stdout


def test_duties_are_told_with_their_path(reports: list[Path]) -> None:
    done = run(*reports, "--duties", "me/tuned")
    assert done.returncode == 0
    assert "1 duty reaches me/tuned." in done.stdout
    assert (
        'org/base, LLAMA 3.1: clause 1.b.i: asks for a model name that begins with "Llama" [unmet]'
        in done.stdout
    )
    assert "org/base \u2192 me/tuned" in done.stdout


def test_a_page_goes_to_a_file(reports: list[Path], tmp_path: Path) -> None:
    place = tmp_path / "graph.html"
    done = run(*reports, "--format", "html", "-o", place)
    assert (done.returncode, done.stdout) == (0, "")
    assert place.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--depth", "1"], "--depth says how far from --focus, which names no work"),
        (["--focus", "nobody/none"], "no node is called nobody/none"),
        (["--output", "missing/graph.mmd"], "there is no folder missing"),
        (["--format", "png"], "is none of mermaid, dot, graphml, json, html"),
    ],
)
def test_what_is_asked_wrongly_is_refused(reports: list[Path], words: list[str], said: str) -> None:
    done = run(*reports, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_report_of_another_version_is_named(tmp_path: Path, reports: list[Path]) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"schema_version": "2"}', encoding="utf-8")
    done = run(*reports, other)
    assert done.returncode == 2
    assert f"{other} is of schema version '2'; this lineage reads '1'" in done.stderr


def test_a_symbolic_link_is_not_written_through(tmp_path: Path, reports: list[Path]) -> None:
    link, kept = tmp_path / "link.html", tmp_path / "kept"
    kept.write_text("mine", encoding="utf-8")
    link.symlink_to(kept)
    done = run(*reports, "--format", "html", "--output", link)
    assert done.returncode == 2
    assert "is a symbolic link" in done.stderr
    assert kept.read_text("utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path, reports: list[Path]) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert run(*reports, "--output", closed / "graph.mmd").returncode == 2
