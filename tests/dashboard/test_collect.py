from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

import pytest

from tests.dashboard.exports import ATTACKS, DASHBOARD, collect, data, everywhere, golden, write


def rows(page: Path) -> dict[str, dict[str, object]]:
    found = data(page)["rows"]
    assert isinstance(found, list)
    return {row["f"]: row for row in found}


def test_an_audit_becomes_a_row_of_its_figures(page: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"rich-2026-11-20.json": golden("rich")})

    done = collect(page, folder)

    row = rows(page)["rich-2026-11-20.json"]
    assert "1 audits are in" in done.stdout
    assert (row["i"], row["h"], row["d"]) == ("org/tuned", "huggingface", "2026-11-20")
    assert row["l"] == "LicenseRef-llama-3.1"
    assert row["u"] == [0, 0, 0, 12, 1]
    assert (row["q"], row["m"], row["w"], row["x"], row["n"]) == (3, 3, 1, 3, 13)
    assert ["meta/base", None, "finetune", "detected", 1] in row["p"]  # type: ignore[operator]  # a list
    waiver = row["e"][0]  # type: ignore[index]  # a list
    assert waiver[0] == golden_waiver()["expires"]


def golden_waiver() -> dict[str, object]:
    findings = golden("rich")["findings"]
    assert isinstance(findings, list)
    found: dict[str, object] = next(f["waiver"] for f in findings if f["waiver"])
    return found


BROKEN = {
    "empty.json": ("", "not valid JSON"),
    "torn.json": ('{"schema_version": "1", "target": {', "not valid JSON"),
    "latin.json": (b'{"schema_version": "\xff"}', "not valid JSON"),
    "deep.json": ("[" * 200_000, "nested too deeply"),
    "number.json": ('{"schema_version": NaN}', "NaN is no number"),
    "digits.json": ('{"schema_version": ' + "9" * 5000 + "}", "not valid JSON"),
    "list.json": ([], "no report of lineage"),
    "sarif.json": ({"version": "2.1.0", "runs": []}, "no report of lineage"),
    "future.json": ({"schema_version": "2"}, "its schema version is '2'"),
    "odd.json": ({"schema_version": ["1"]}, "its schema version is"),
    "compare.json": ({"schema_version": "1", "suspect": {}, "reference": {}}, "it has no target"),
    "wrong.json": ({**golden("rich"), "findings": {}}, "findings is of the wrong type"),
    "state.json": (
        {**golden("rich"), "findings": [{"state": "fine"}]},
        "findings.state is none of",
    ),
    "code.json": (
        {**golden("rich"), "summary": {"exit_code": -1}},
        "summary.exit_code is no count",
    ),
}


def test_each_broken_file_is_named_and_the_rest_is_shown(page: Path, tmp_path: Path) -> None:
    files = {name: content for name, (content, _) in BROKEN.items()}
    folder = write(tmp_path / "in", {**files, "good.json": golden("clean")})

    done = collect(page, folder, 1)

    assert list(rows(page)) == ["good.json"]
    told = dict(data(page)["broken"])  # type: ignore[call-overload]  # pairs
    assert told.keys() == BROKEN.keys()
    for name, (_, why) in BROKEN.items():
        assert why in told[name], name
        assert f"{name} was left out" in done.stderr


def test_links_are_not_followed(page: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"a.json": golden("clean")})
    secret = write(tmp_path / "elsewhere", {"b.json": golden("rich")})
    (folder / "link.json").symlink_to(secret / "b.json")
    (folder / "folder").symlink_to(secret)
    os.mkfifo(folder / "pipe.json")

    collect(page, folder, 1)

    assert list(rows(page)) == ["a.json"]
    assert dict(data(page)["broken"]) == dict.fromkeys(  # type: ignore[call-overload]  # pairs
        ("link.json", "pipe.json"), "it is no plain file"
    )


@pytest.mark.parametrize(
    ("file", "day"),
    [
        ("a-2026-11-20.json", "2026-11-20"),
        ("20261120/a.json", "2026-11-20"),
        ("2025-01-01/a-2026-11-20.json", "2026-11-20"),
        ("a-2026-02-30.json", None),
        ("a-120261120.json", None),
        ("a-2026-1120.json", None),
        ("a.json", None),
    ],
)
def test_a_date_is_read_from_the_path_alone(
    page: Path, tmp_path: Path, file: str, day: str | None
) -> None:
    collect(page, write(tmp_path / "in", {file: golden("clean")}))

    assert rows(page)[file]["d"] == day


def test_a_manifest_dates_files(page: Path, tmp_path: Path) -> None:
    dates = {"dates": {"a.json": "2026-03-04"}}
    folder = write(tmp_path / "in", {"a.json": golden("clean"), "manifest.json": dates})
    collect(page, folder)
    assert rows(page)["a.json"]["d"] == "2026-03-04"

    write(folder, {"manifest.json": {"dates": {"a.json": "yesterday"}}})
    collect(page, folder, 1)
    assert rows(page)["a.json"]["d"] is None
    assert "yesterday" in str(data(page)["broken"])


def test_names_cannot_move_a_terminal_or_leave_the_folder(page: Path, tmp_path: Path) -> None:
    name = "a\x1b[2J\u202e<img src=x>'\"#?.json"
    folder = write(tmp_path / "in", {name: "{", "b#?.json": golden("clean"), "b#?.html": "<p>"})
    (folder / os.fsdecode(b"c\xff.json")).write_bytes(json.dumps(golden("clean")).encode())

    done = collect(page, folder, 1)

    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr
    link = str(rows(page)["b#?.json"]["r"])
    assert link.endswith("in/b%23%3F.html")
    assert len(rows(page)) == 2


def test_hostile_text_stays_text_in_ascii(page: Path, tmp_path: Path) -> None:
    files = {f"{n}.json": everywhere(golden("rich"), attack) for n, attack in enumerate(ATTACKS)}
    collect(page, write(tmp_path / "in", files))

    for script in (page / "data").iterdir():
        text = script.read_bytes()
        assert text.isascii()
        assert re.fullmatch(rb'lineage(Audits\(|Details\(\d+,)"(\\.|[^"\\])*"\);\n', text)


def test_details_of_an_earlier_collection_are_removed(page: Path, tmp_path: Path) -> None:
    many = write(tmp_path / "many", {f"{n}.json": golden("clean") for n in range(101)})
    one = write(tmp_path / "one", {"a.json": golden("clean")})

    collect(page, many)
    assert {p.name for p in (page / "data").iterdir()} >= {"details-00000.js", "details-00001.js"}
    collect(page, one)

    assert {p.name for p in (page / "data").iterdir()} == {"audits.js", "details-00000.js"}


def test_the_same_folder_gives_the_same_bytes(page: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"a.json": golden("rich"), "b/c.json": golden("hostile")})
    collect(page, folder, 0, "--output", str(tmp_path / "1"))
    collect(page, folder, 0, "--output", str(tmp_path / "2"))

    assert (tmp_path / "1/audits.js").read_bytes() == (tmp_path / "2/audits.js").read_bytes()


def test_what_is_no_folder_is_refused(page: Path, tmp_path: Path) -> None:
    assert "is no folder" in collect(page, tmp_path / "missing", 2).stderr
    blocked = write(tmp_path, {"file": ""}) / "file"
    folder = write(tmp_path / "in", {"a.json": golden("clean")})
    assert "cannot be written" in collect(page, folder, 2, "--output", str(blocked)).stderr


def test_files_of_others_are_the_ones_that_are_named() -> None:
    listed = (DASHBOARD / "vendor" / "README.md").read_text("utf-8")
    found = dict(re.findall(r"^\| `([^`]+)`.*`([0-9a-f]{64})` \|$", listed, re.MULTILINE))

    kept = {p.name for p in (DASHBOARD / "vendor").iterdir()} - {"README.md"}
    assert found.keys() == kept
    for name, digest in found.items():
        assert hashlib.sha256((DASHBOARD / "vendor" / name).read_bytes()).hexdigest() == digest
