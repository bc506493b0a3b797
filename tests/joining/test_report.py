from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.joining import read_audit
from lineage.readback import ReportError
from lineage.reports import FORMATS, Page
from tests.joining.worlds import audit, edge, purl
from tests.reports.build import hostile, rich

TUNED = purl("me/tuned", "r1")


def changed(folder: Path, *path: str | int, to: object) -> Path:
    """Write an audit of which one value is another."""
    file = audit(folder, "me/tuned", edge(purl("org/base"), TUNED, p=1e-9))
    report = json.loads(file.read_text("utf-8"))
    place = report
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    file.write_text(json.dumps(report), encoding="utf-8")
    return file


@pytest.mark.parametrize("made", [rich, hostile])
def test_our_own_reports_are_read(tmp_path: Path, made: object) -> None:
    whole = rich() if made is rich else hostile()
    path = tmp_path / "audit.json"
    path.write_text(FORMATS["json"].render(whole, Page()), encoding="utf-8")
    found = read_audit(path)
    assert len(found.artifacts) == len(whole.graph.artifacts())
    assert len(found.statements) == len(whole.graph.derivations())
    assert len(found.duties) == len(whole.obligations)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("target",), [], "expected a mapping"),
        (("target", "purl"), "pkg:other/x", "among the artifacts"),
        (("artifacts",), {}, "expected a list"),
        (("artifacts", 0, "kind"), "virus", "expected one of: model, dataset, code"),
        (("artifacts", 0, "name"), 7, "expected a text"),
        (("artifacts", 0, "name"), "x" * 70_000, "expected a text of at most"),
        (("derivations", 0, "parent"), "pkg:nobody/x", "one of the artifacts"),
        (("derivations", 0, "relation"), [], "expected one of"),
        (("derivations", 0, "tests", 0, "p_value"), "1e-9", "expected a finite number"),
        (("derivations", 0, "tests", 0, "p_value"), float("nan"), "expected a finite number"),
        (("derivations", 0, "tests", 0, "p_value"), True, "expected a finite number"),
        (("obligations",), [7], "expected a mapping"),
        (("weights",), ["x"], "expected a mapping"),
    ],
)
def test_what_is_no_report_is_refused_by_name(
    tmp_path: Path, path: tuple[str | int, ...], value: object, said: str
) -> None:
    file = changed(tmp_path, *path, to=value)
    with pytest.raises(ReportError) as refused:
        read_audit(file)
    assert said in str(refused.value)
    assert str(file) in str(refused.value)
