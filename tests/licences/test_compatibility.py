from __future__ import annotations

import json
from importlib.resources import files

import pytest

from lineage.licences.compatibility import Compatible, compatible


@pytest.mark.parametrize(
    ("outbound", "inbound", "verdict"),
    [
        ("GPL-3.0-only", "MIT", "yes"),
        ("MIT", "GPL-3.0-only", "no"),
        ("GPL-2.0-only", "Apache-2.0", "no"),
        ("GPL-3.0-only", "Apache-2.0", "yes"),
        ("Apache-2.0", "Apache-2.0", "yes"),
        ("Apache-2.0", "MIT OR GPL-3.0-only", "yes"),  # whoever takes it in may choose
        ("Apache-2.0", "MIT AND GPL-3.0-only", "no"),
        ("MIT OR GPL-3.0-only", "GPL-3.0-only", "no"),  # whoever gets it may choose
        ("MIT", "LicenseRef-of-nobody", "unknown"),
        ("LicenseRef-of-nobody", "LicenseRef-of-nobody", "yes"),
    ],
)
def test_pairs(outbound: str, inbound: str, verdict: str) -> None:
    answer = compatible(outbound, inbound)
    assert answer.verdict == verdict
    assert answer.explanation.endswith(".")


def test_an_explanation_names_both_licences() -> None:
    said = compatible("MIT", "GPL-3.0-only").explanation
    assert "such as the GPL-3.0-only license" in said
    assert "such as the MIT license" in said


def test_the_table_is_whole() -> None:
    table = json.loads((files("lineage.licences") / "data" / "compatibility.json").read_bytes())
    size = len(table["names"])
    assert size >= 121
    assert table["names"] == sorted(table["names"])
    assert [len(row) for row in table["verdicts"]] == [size] * size
    assert [len(row) for row in table["explanations"]] == [size] * size
    assert set("".join(table["verdicts"])) == set("YNUCS")
    assert {n for row in table["explanations"] for n in row} == set(range(len(table["sentences"])))
    for place, name in enumerate(table["names"]):
        assert table["verdicts"][place][place] == "S"
        assert compatible(name, name).verdict is Compatible.YES


def test_the_table_says_where_it_is_from() -> None:
    data = files("lineage.licences") / "data"
    table = json.loads((data / "compatibility.json").read_bytes())
    assert table["source"].startswith("github:")
    assert "OSADL" in (data / "COMPATIBILITY.md").read_text(encoding="utf-8")
