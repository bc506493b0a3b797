"""The scores of every method, as the runs left them, and what is reckoned from them."""

from __future__ import annotations

import csv
import gzip
import json
import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from .peers import RELATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    Row = dict[str, str]

#: The false-accusation rate at which every method is given its threshold.
FIXED = 1e-3
_SEED = re.compile(r"-s(\d+)")


@dataclass(frozen=True)
class Results:
    """All scores of one method."""

    name: str
    rows: list[Row]

    def of(self, kind: str) -> list[Row]:
        """Give the scores of one kind of pair."""
        return self._kinds.get(kind, [])

    @cached_property
    def _kinds(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row["kind"], []).append(row)
        return found

    @property
    def calibrated(self) -> bool:
        """Whether the method gives p-values."""
        return any(row["p_value"] for row in self.rows)

    @cached_property
    def threshold(self) -> float:
        """The least statistic that at most one in a thousand independent pairs reach."""
        found = np.sort([float(r["statistic"]) for r in self.of("independent") if r["statistic"]])
        if not len(found):
            return float("inf")
        return float(np.nextafter(found[-1 - int(FIXED * len(found))], np.inf))


def rows(folder: Path, name: str) -> list[Row]:
    """Read a method's scores, packed or not; none where there is no file."""
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    if plain.exists():
        return list(csv.DictReader(plain.read_text("utf-8").splitlines()))
    if packed.exists():
        text = gzip.decompress(packed.read_bytes()).decode("utf-8")
        return list(csv.DictReader(text.splitlines()))
    return []


def is_held_out(row: Row) -> bool:
    """Say whether nothing was set on this pair: limits and the bank come from even seeds."""
    names = [row["suspect"]]
    if row["kind"] in {"independent", "disguised-independent"}:
        names.append(row["reference"])
    return all(is_odd(name) for name in names)


def is_odd(name: str) -> bool:
    """Say whether a model, or the base that it was made from, has an odd seed."""
    found = _SEED.search(name)
    return found is not None and int(found[1]) % 2 == 1


def accused(row: Row) -> bool:
    """Say whether the method's own verdict is kinship."""
    return row["verdict"] == RELATED


def p_values(rows: Iterable[Row]) -> list[float]:
    """Give the p-values of those that have one."""
    return [float(row["p_value"]) for row in rows if row["p_value"]]


def extra(row: Row) -> dict[str, object]:
    """Give what else the method said."""
    found = json.loads(row["extra"] or "{}")
    assert isinstance(found, dict)
    return found


def statistics(rows: Iterable[Row]) -> list[float]:
    """Give the scores; what cannot be tested cannot be told from the least alike."""
    return [float(row["statistic"]) if row["statistic"] else -1e9 for row in rows]


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


def share(hits: Iterable[bool]) -> str:
    """Give a share in per cent with its interval and its n."""
    found = list(hits)
    if not found:
        return ""
    low, high = wilson(sum(found), len(found))
    return f"{_percent(sum(found) / len(found))} ({_percent(low)}-{_percent(high)}), {len(found)}"


def count(hits: Iterable[bool]) -> str:
    """Give a count that should be near none, with the interval of its share in per cent."""
    found = list(hits)
    if not found:
        return ""
    low, high = wilson(sum(found), len(found))
    ends = "-".join(f"{100 * end:.0f}" if end > 0.1 else f"{100 * end:.2g}" for end in (low, high))
    return f"{sum(found):,} of {len(found):,} ({ends} %)"


def markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Give a table."""
    ruled = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in ruled) + "\n"


def _percent(value: float) -> str:
    # Rounded down: what is not all is never printed as 100.
    text = f"{math.floor(1000 * value + 1e-9) / 10:.1f}"
    return text.removesuffix(".0")
