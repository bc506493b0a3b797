from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lineage.delivery import deliver, planned
from lineage.destinations import Destination, DestinationError, write
from lineage.reports import FORMATS, Page
from tests.reports.build import clean


def test_the_table_goes_to_standard_output(tmp_path: Path) -> None:
    also = (Destination("json", tmp_path / "a.json"), Destination("markdown", tmp_path / "a.md"))
    text = deliver(clean(), planned(None, None, also), Page(width=80))
    assert text is not None
    assert text.startswith("org/tuned is a code repository")
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["schema_version"] == "1"
    assert (tmp_path / "a.md").read_text("utf-8").startswith("# Licence and lineage")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "a.md"]


def test_with_output_standard_output_stays_empty(tmp_path: Path) -> None:
    place = tmp_path / "audit.json"
    assert deliver(clean(), planned("json", str(place), ()), Page()) is None
    assert json.loads(place.read_text("utf-8"))["verdict"]


def test_a_dash_is_standard_output() -> None:
    assert planned("json", "-", ()) == (Destination("json"),)


def test_a_file_is_plain_whatever_the_terminal(tmp_path: Path) -> None:
    place = tmp_path / "audit.txt"
    deliver(clean(), planned("table", str(place), ()), Page(width=40, colour=True, unicode=False))
    text = place.read_text("utf-8")
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) > 60


def test_a_report_is_replaced_whole(tmp_path: Path) -> None:
    place = tmp_path / "audit.json"
    place.write_text("old")
    write(place, "new\n")
    assert place.read_text() == "new\n"
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(place.stat().st_mode) == 0o666 & ~umask


def test_two_reports_share_no_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    also = (
        Destination("json", tmp_path / "audit"),
        Destination("markdown", tmp_path / "sub" / ".." / "audit"),
    )
    with pytest.raises(DestinationError, match="both json and markdown"):
        planned(None, None, also)
    with pytest.raises(DestinationError, match="both table and json"):
        planned(None, str(tmp_path / "audit"), also[:1])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DestinationError, match=r"there is no folder .*missing"):
        planned(None, str(tmp_path / "missing" / "audit.txt"), ())


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("precious")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("link", "dangling"):
        with pytest.raises(DestinationError, match="symbolic link"):
            planned(None, str(tmp_path / name), ())
        with pytest.raises(DestinationError, match="symbolic link"):
            write(tmp_path / name, "x")
    assert (tmp_path / "real").read_text() == "precious"


@pytest.mark.parametrize("path", ["/dev/null", "."])
def test_only_regular_files_are_replaced(path: str) -> None:
    with pytest.raises(DestinationError, match="no regular file"):
        planned(None, path, ())


def test_a_name_too_long_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DestinationError, match="cannot be written: File name too long"):
        planned(None, str(tmp_path / ("x" * 300)), ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DestinationError, match="read-only"):
        planned(None, str(tmp_path / "audit.txt"), ())


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(DestinationError):
        write(tmp_path / "gone" / "audit.json", "x")
    place = tmp_path / "audit.json"
    place.mkdir()
    with pytest.raises(DestinationError):
        write(place, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["audit.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes anywhere")
def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    place = tmp_path / "audit.json"
    place.write_text("filed")
    place.chmod(0o400)
    with pytest.raises(DestinationError, match="it is read-only"):
        planned(None, str(place), ())


def test_a_place_that_takes_no_files_is_a_sentence() -> None:
    with pytest.raises(DestinationError, match=r"/proc/audit\.json cannot be written: "):
        write(Path("/proc/audit.json"), "x")


def test_two_names_of_one_folder_are_one_file(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "also").symlink_to("real")
    also = (
        Destination("sarif", tmp_path / "real" / "a"),
        Destination("spdx", tmp_path / "also" / "a"),
    )
    with pytest.raises(DestinationError, match="both sarif and spdx"):
        planned(None, None, also)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_to_a_file(tmp_path: Path, name: str) -> None:
    place = tmp_path / "report"
    assert deliver(clean(), planned(name, str(place), ()), Page()) is None
    assert place.read_text("utf-8") == FORMATS[name].render(clean(), Page())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "sarif={0}/a", "-o", "cyclonedx={0}/a"], "is to hold both sarif and cyclonedx"),
        (["--format", "spdx", "--output", "{0}/a", "-o", "notice={0}/a"], "both spdx and notice"),
        (["--output", "{0}/none/a"], "there is no folder"),
        (["-o", "comment={0}/link"], "is a symbolic link, which is never written through"),
        (["-o", "sarif=/proc/a"], "/proc/a cannot be written: "),
        (["-o", "pdf={0}/a"], "'pdf' is none of table, json, sarif, cyclonedx, spdx"),
    ],
)
def test_a_place_at_fault_is_one_line_and_exit_code_2(
    tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "link").symlink_to("elsewhere")
    (tmp_path / "target").mkdir()
    asked = [word.format(tmp_path) for word in words]
    command = [sys.executable, "-c", "from lineage.cli import main; main()", "audit", "target"]
    run = subprocess.run(
        [*command, "--offline", "--no-catalogue", *asked],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert said in run.stderr.splitlines()[0]
    assert "Traceback" not in run.stderr
    assert not run.stdout
