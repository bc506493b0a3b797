from __future__ import annotations

import os
from pathlib import Path

import pytest

from lineage.baselining import baselined
from lineage.destinations import DestinationError
from lineage.policy.file import SIZE_LIMIT
from lineage.reports import FORMATS, Page
from tests.reports.build import rich


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "audit.json"
    path.write_text(FORMATS["json"].render(rich(), Page()), encoding="utf-8")
    return path


@pytest.mark.parametrize("shift", range(3))
def test_a_file_with_more_bytes_than_are_read_is_not_cut_short(
    tmp_path: Path, report: Path, shift: int
) -> None:
    # Fewer characters than bytes: what was read of it would pass for all of it.
    before = "#" * (1 + shift) + "\nwaivers: []\n" + f"# {'许' * 30}\n" * 12_000
    assert len(before) < SIZE_LIMIT < len(before.encode())
    file = tmp_path / "lineage.yaml"
    file.write_text(before, encoding="utf-8")
    with pytest.raises(DestinationError, match="cannot be added to: it is larger than the 1,048,"):
        baselined(report, file)
    assert file.read_text("utf-8") == before


def test_what_is_no_text_file_is_not_added_to(tmp_path: Path, report: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name, said in (
        ("pipe", "it is no regular file"),
        (".", "it is no regular file"),
        ("binary", "it is no file of UTF-8"),
    ):
        with pytest.raises(DestinationError, match=f"cannot be added to: {said}"):
            baselined(report, tmp_path / name)
