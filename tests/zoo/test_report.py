"""The zoo's tables are reckoned from scores, and reckoned right."""

from __future__ import annotations

import csv
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from benchmarks.zoo import figures, report
from benchmarks.zoo.facts import uniformity
from benchmarks.zoo.scores import Results, area, is_held_out, rows, share, wilson

FIELDS = ("kind", "row", "suspect", "reference", "statistic", "p_value", "verdict", "seconds")
MORE = ("extra", "truth")


def _row(
    suspect: str, reference: str, kind: str = "independent", **more: str | float
) -> dict[str, str]:
    given = {"suspect": suspect, "reference": reference, "kind": kind, "row": "a row", **more}
    return {name: str(given.get(name, "")) for name in (*FIELDS, *MORE)} | {"seconds": "0.01"}


def _write(folder: Path, name: str, found: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as sheet:
        writer = csv.DictWriter(sheet, (*FIELDS, *MORE))
        writer.writeheader()
        writer.writerows(found)


def test_the_threshold_accuses_one_independent_pair_in_a_thousand() -> None:
    found = Results("any", [_row(f"a-s{n}", "b-s1", statistic=n / 4000) for n in range(4000)])
    over = [row for row in found.rows if float(row["statistic"]) >= found.threshold]
    assert len(over) == 4


def test_a_pair_is_held_out_if_no_model_of_it_has_an_even_seed() -> None:
    assert is_held_out(_row("models/x-s1001", "models/x-s1003"))
    assert not is_held_out(_row("models/x-s1001", "models/x-s1002"))
    assert not is_held_out(_row("models/x-s1002.ft-a", "models/x-s1002", "related"))
    assert is_held_out(_row("derived/x-s1001.solar", "models/x-s1001", "related"))


def test_what_is_not_all_is_never_printed_as_all() -> None:
    assert share([True] * 1999 + [False]).startswith("99.9 ")
    assert share([True] * 20) == "100 (83.8-100), 20"


def test_intervals_and_areas_are_those_of_the_textbook() -> None:
    assert wilson(0, 19900) == pytest.approx((0.0, 1.93e-4), abs=1e-6)
    assert area([2.0, 3.0], [1.0, 2.0]) == 0.875


def test_uniform_p_values_pass_and_others_do_not() -> None:
    generator = np.random.default_rng(0)
    pairs = [(f"a-s{i}", f"a-s{j}") for i, j in combinations(range(60), 2)]
    for shape, passes in ((1.0, True), (0.5, False)):
        values = generator.random(len(pairs)) ** (1 / shape)
        found = [
            _row(one, two, extra=json.dumps({"tests": {"gains": value}}))
            for (one, two), value in zip(pairs, values, strict=True)
        ]
        cells = uniformity(Results("any", found)).splitlines()[2].split(" | ")
        below = int(cells[-2])
        assert (below < 10) == passes


def test_packed_scores_give_the_same_tables(tmp_path: Path) -> None:
    said = {"relation": "finetune", "parent": "reference", "layers": [0, 1], "tests": {"gains": 0}}
    found = [
        _row("models/x-s1001", "models/x-s1003", statistic=0.1, p_value=0.8, verdict="unrelated"),
        _row(
            *("models/x-s1001.ft-a", "models/x-s1001", "related"),
            statistic=30,
            p_value=1e-30,
            verdict="related",
            extra=json.dumps(said),
        ),
    ]
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.mkdir()
    _write(plain, "lineage", found)
    report.keep(plain, packed)
    assert rows(plain, "lineage") == rows(packed, "lineage") == found
    text = report.tables(packed)
    assert text == report.tables(plain)
    assert "| **accused: all independent pairs** | 0 of 1" in text
    assert "| **found: all held-out pairs** | 100 (20.6-100), 1 |" in text


def test_the_kept_scores_are_those_that_the_table_was_printed_from() -> None:
    text = (report.KEPT.parent / "RESULTS.md").read_text("utf-8")
    assert figures.main_table(report.results_in(report.KEPT)) in text
