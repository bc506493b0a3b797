"""From scores to tables: false accusations first, with intervals, then what is found."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from .pairs import SEARCHED
from .peers import RELATED
from .transform import TRANSFORMATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    Row = dict[str, str]

#: The false-accusation rate at which every method is given its threshold.
FIXED = 1e-3
#: Where a method gives p-values of its own, it is held to this instead.
ACCUSED = 1e-6


@dataclass(frozen=True, slots=True)
class Results:
    """All scores of one method."""

    name: str
    rows: list[Row]

    def of(self, kind: str) -> list[Row]:
        """Give the scores of one kind of pair."""
        return [row for row in self.rows if row["kind"] == kind]

    @property
    def calibrated(self) -> bool:
        """Whether the method gives p-values."""
        return any(row["p_value"] for row in self.rows)

    @property
    def threshold(self) -> float:
        """The least statistic that at most one in a thousand independent pairs reach."""
        found = np.sort([float(r["statistic"]) for r in self.of("independent") if r["statistic"]])
        if not len(found):
            return float("inf")
        return float(np.nextafter(found[-1 - int(FIXED * len(found))], np.inf))


def rows(path: Path) -> list[Row]:
    """Read a method's scores; none where there is no file."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as sheet:
        return list(csv.DictReader(sheet))


def tables(folder: Path, names: Sequence[str]) -> str:
    """Give all tables as Markdown, for the methods that have scores."""
    results = [Results(name, rows(folder / f"{name}.csv")) for name in names]
    results = [found for found in results if found.rows]
    if not results:
        return "No scores yet.\n"
    parts = [
        "## False accusations\n",
        _independents(results),
        "## p-values of independent pairs\n",
        _uniformity(results),
        "## Found, at each method's own verdict\n",
        _found(results, own=True),
        f"## Found, at p < {ACCUSED:g}, or where {FIXED:g} of the independent pairs are accused\n",
        _found(results, own=False),
        "## Area under the curve, against all independent pairs\n",
        _areas(results),
        "## What the accusation says\n",
        _facts(results),
        "## Cost\n",
        _cost(results),
    ]
    return "\n".join(parts)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Give the 95 % interval of a share."""
    if not total:
        return 0.0, 1.0
    found = stats.binomtest(hits, total).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Give the probability that a positive scores above a negative, ties counting half."""
    if not len(positive) or not len(negative):
        return float("nan")
    found = stats.mannwhitneyu(positive, negative)
    return float(found.statistic) / (len(positive) * len(negative))


def _accused(row: Row) -> bool:
    return row["verdict"] == RELATED


def _over(found: Results, row: Row) -> bool:
    if found.calibrated:
        return bool(row["p_value"]) and float(row["p_value"]) < ACCUSED
    return bool(row["statistic"]) and float(row["statistic"]) >= found.threshold


def _independents(results: list[Results]) -> str:
    """Give how many are accused, whole kinds before their parts.

    Of the disguised independents only those parts are shown whose tests search for an alignment.
    """
    searched = {f"independent: {TRANSFORMATIONS[name].row}" for name in SEARCHED}
    asked: list[tuple[str, str, str | None]] = [("all independent", "independent", None)]
    asked += _rows_of(results, "independent")
    asked.append(("all independent, one transformed", "disguised-independent", None))
    asked += [r for r in _rows_of(results, "disguised-independent") if r[2] in searched]
    asked += [*_rows_of(results, "same-seed"), *_rows_of(results, "limit")]
    lines = []
    for label, kind, row in asked:
        cells = [
            _share([_accused(r) for r in found.of(kind) if row in {None, r["row"]}], few=True)
            for found in results
        ]
        lines.append([label, *cells])
    return _markdown(["pairs accused", *(found.name for found in results)], lines)


def _rows_of(results: list[Results], kind: str) -> list[tuple[str, str, str]]:
    names = dict.fromkeys(row["row"] for found in results for row in found.of(kind))
    return [(name, kind, name) for name in names]


def _uniformity(results: list[Results]) -> str:
    lines = []
    for found in results:
        for kind in ("independent", "disguised-independent"):
            values = [float(r["p_value"]) for r in found.of(kind) if r["p_value"]]
            if values:
                distance = stats.kstest(values, "uniform")
                rates = [
                    _share([v <= a for v in values], few=True) for a in (0.05, 0.01, 1e-3, 1e-6)
                ]
                least = f"{min(values):.1e}"
                lines.append([found.name, kind, str(len(values)), *rates, least, _ks(distance)])
    head = ["method", "pairs", "n", "p ≤ 0.05", "p ≤ 0.01", "p ≤ 0.001", "p ≤ 1e-6", "least"]
    return _markdown([*head, "Kolmogorov-Smirnov"], lines)


def _ks(found) -> str:  # type: ignore[no-untyped-def] # noqa: ANN001 - scipy's own result class
    return f"D = {found.statistic:.3f}, p = {found.pvalue:.2g}"


def _found(results: list[Results], *, own: bool) -> str:
    lines = []
    for name, _, row in _rows_of(results, "related"):
        total = max(sum(r["row"] == row for r in found.of("related")) for found in results)
        cells = []
        for found in results:
            mine = [r for r in found.of("related") if r["row"] == row]
            cells.append(_share([_accused(r) if own else _over(found, r) for r in mine]))
        lines.append([name, str(total), *cells])
    return _markdown(["transformation", "n", *(found.name for found in results)], lines)


def _areas(results: list[Results]) -> str:
    negatives = [_statistics(found.of("independent")) for found in results]
    lines = []
    for name, _, row in _rows_of(results, "related"):
        cells = []
        for found, negative in zip(results, negatives, strict=True):
            mine = [r for r in found.of("related") if r["row"] == row]
            cells.append(f"{area(_statistics(mine), negative):.3f}" if mine else "")
        lines.append([name, *cells])
    return _markdown(["transformation", *(found.name for found in results)], lines)


def _statistics(rows: Iterable[Row]) -> list[float]:
    # What cannot be tested cannot be told from the least alike.
    return [float(row["statistic"]) if row["statistic"] else -1e9 for row in rows]


def _facts(results: list[Results]) -> str:
    """Give how often direction was named, and rightly, where a method names one."""
    right: dict[str, list[bool]] = defaultdict(list)
    asked: dict[str, int] = defaultdict(int)
    for found in results:
        for kind, parent in (("related", "reference"), ("reversed", "suspect")):
            for row in found.of(kind):
                said = json.loads(row["extra"] or "{}").get("parent")
                if said is not None and _directed(row):
                    asked[found.name] += 1
                    if said != "unknown":
                        right[found.name].append(said == parent)
    lines = [
        [name, str(asked[name]), str(len(right[name])), _share(right[name], few=True)]
        for name in asked
    ]
    return _markdown(["direction", "pairs", "named", "rightly"], lines)


def _directed(row: Row) -> bool:
    return not row["row"].startswith(("siblings", "copy", "merge")) and _accused(row)


def _cost(results: list[Results]) -> str:
    lines = []
    for found in results:
        seconds = [float(row["seconds"]) for row in found.rows]
        middle, most = float(np.median(seconds)), float(np.max(seconds))
        failed = sum(row["verdict"] == "error" for row in found.rows)
        untested = sum(row["verdict"] == "untestable" for row in found.rows)
        counts = [str(len(seconds)), str(untested), str(failed)]
        lines.append([found.name, *counts, f"{sum(seconds):.0f}", f"{middle:.4f}", f"{most:.2f}"])
    head = ["method", "pairs", "untestable", "errors", "CPU s", "median s", "greatest s"]
    return _markdown(head, lines)


def _share(hits: list[bool], *, few: bool = False) -> str:
    """Give a share with its interval: in per cent, or as a count where it should be near none."""
    if not hits:
        return ""
    low, high = wilson(sum(hits), len(hits))
    if few:
        return f"{sum(hits)}/{len(hits)} ({100 * low:.2g}-{100 * high:.2g} %)"
    return f"{100 * sum(hits) / len(hits):.0f} % ({100 * low:.0f}-{100 * high:.0f})"


def _markdown(head: list[str], lines: list[list[str]]) -> str:
    ruled = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in ruled) + "\n"
