from __future__ import annotations

from pathlib import Path

import pytest

from lineage.readback import SIZE_LIMIT, ReportError, read_back
from lineage.reports import FORMATS, Page
from tests.reports.build import rich


def refused(path: Path) -> str:
    with pytest.raises(ReportError) as caught, read_back(path) as report:
        report["target"].text("purl")
    return str(caught.value)


def test_a_report_of_ours_is_opened(tmp_path: Path) -> None:
    path, whole = tmp_path / "audit.json", rich()
    path.write_text(FORMATS["json"].render(whole, Page()), encoding="utf-8")
    with read_back(path) as report:
        assert report["target"].text("purl") == whole.target.purl


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not valid JSON; a report of lineage audit --format json is wanted"),
        (b"\xff\xfe", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b'{"schema_version": ' + b"1" * 10_000 + b"}", "is not valid JSON"),
        (b"[]", "expected a mapping; a report of lineage audit --format json is wanted"),
        (b"null", "expected a mapping"),
        (b"{}", "is of schema version 'None'; this lineage reads '1'"),
        (b'{"schema_version": "2"}', "is of schema version '2'; this lineage reads '1'"),
        (b'{"schema_version": 1}', "is of schema version '1'; this lineage reads '1'"),
        (b'{"schema_version": {"x": "' + b"y" * 99 + b'"}}', "is of schema version \"{'x': 'yyyyyyyyyyyyy\";"),
        (b'{"schema_version": "1"}', "expected a mapping; a report of lineage audit --format json is wanted"),
        (b'{"schema_version": "1", "target": {"purl": 7}}', "target.purl: expected a text"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    told = refused(file)
    assert told.startswith(str(file))
    assert said in told


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == f"{tmp_path} is no regular file"
    assert refused(tmp_path / "none.json") == f"{tmp_path / 'none.json'} does not exist"
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(SIZE_LIMIT + 1)
    assert "is larger than the 67,108,864 bytes that are read" in refused(tmp_path / "large.json")
