"""What only `lineage` says, and how right it is: p-values, direction, layers, cost."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from .scores import (
    Results,
    accused,
    count,
    extra,
    is_held_out,
    markdown,
    p_values,
    share,
    wilson,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .scores import Row

#: Ways to pair the models up so that no two pairs share one.
PAIRINGS = 100
LEVELS = (0.05, 0.01, 1e-3, 1e-6)
#: One test alone draws its permutations, 999 of them, unless it is far out in the tail.
DRAWN = (0.05, 0.01, 0.005)
#: Tests of which only a bound is known, far above the p-value, and the calibrated one.
NOT_UNIFORM = frozenset({"order of coordinates, run", "writers of matched units"})


def joint(found: Results) -> str:
    """Give how often the joint p-value of independent pairs is small: it must be rare enough."""
    lines = []
    for label, kind, wanted in (
        ("all independent pairs", "independent", lambda _: True),
        ("both held out", "independent", is_held_out),
        ("one transformed", "disguised-independent", lambda _: True),
    ):
        values = p_values(row for row in found.of(kind) if wanted(row))
        below = [count(value <= level for value in values) for level in LEVELS]
        lines.append([label, f"{len(values):,}", *below, f"{min(values, default=1):.1e}"])
    return markdown(["pairs", "n", *(f"p ≤ {level:g}" for level in LEVELS), "least"], lines)


def uniformity(found: Results) -> str:
    """Hold each exact test's p-values on independent pairs against the uniform distribution.

    Pairs share models, so that only pairs without a model in common are independent of each other:
    the models are paired up at random, many times over.
    """
    tests: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in found.of("independent"):
        said = extra(row).get("tests", {})
        assert isinstance(said, dict)
        for name, p_value in said.items():
            tests[name][row["suspect"], row["reference"]] = p_value
    lines = [_uniform(name, of) for name, of in tests.items() if name not in NOT_UNIFORM]
    head = ["exact test", "pairs", *(f"p ≤ {level:g}" for level in DRAWN), "least"]
    head += ["disjoint pairs", "KS p", f"of {PAIRINGS} pairings below 0.01", "D over all pairs"]
    return markdown(head, lines)


def _uniform(name: str, of: dict[tuple[str, str], float]) -> list[str]:
    values = np.array(list(of.values()))
    numbers = {model: n for n, model in enumerate(sorted({one for pair in of for one in pair}))}
    ends = np.array([[numbers[one], numbers[two]] for one, two in of])
    draws = [values[_disjoint(ends, len(numbers), number)] for number in range(PAIRINGS)]
    ps = [float(stats.kstest(some, "uniform").pvalue) for some in draws]
    return [
        name,
        f"{len(values):,}",
        *(f"{np.mean(values <= level):.5f}" for level in DRAWN),
        f"{values.min():.1e}",
        str(len(draws[0])),
        f"{ps[0]:.2f}",
        str(sum(p < DRAWN[1] for p in ps)),
        f"{stats.kstest(values, 'uniform').statistic:.3f}",
    ]


def _disjoint(ends: np.ndarray, models: int, number: int) -> list[int]:
    """Give pairs that share no model, chosen by chance: their places among all pairs."""
    free, left, found = [True] * models, models, []
    order = np.random.default_rng(number).permutation(len(ends))
    for place, (one, two) in zip(order.tolist(), ends[order].tolist(), strict=True):
        if free[one] and free[two]:
            free[one] = free[two] = False
            left -= 2
            found.append(place)
            if left < 2:
                break
    return found


def verdicts(found: Results) -> str:
    """Give what was said of each kind of pair, in its own words."""
    lines = []
    for kind in ("independent", "disguised-independent", "same-seed", "limit", "related"):
        said = Counter(row["verdict"] for row in found.of(kind))
        lines.append([kind, *(f"{said[name]:,}" for name in _VERDICTS)])
    return markdown(["pairs", *_VERDICTS.values()], lines)


_VERDICTS = {
    "related": "related",
    "shared-initialisation": "shared initialisation",
    "unrelated": "unrelated",
    "untestable": "cannot determine",
    "error": "error",
}


def direction(found: Results) -> str:
    """Give how often a parent was named, and how often rightly."""
    lines = []
    for label, wanted in (("all", lambda _: True), ("held out", is_held_out)):
        asked = [
            (extra(row)["parent"], parent)
            for kind, parent in (("related", "reference"), ("reversed", "suspect"))
            for row in found.of(kind)
            if _has_direction(row) and wanted(row)
        ]
        named = [said == truth for said, truth in asked if said != "unknown"]
        abstained = 1 - len(named) / max(1, len(asked))
        lines.append([label, f"{len(asked):,}", f"{100 * abstained:.0f} %", share(named)])
    return markdown(["direction", "pairs", "abstains", "right where named"], lines)


def _has_direction(row: Row) -> bool:
    known = not row["row"].startswith(("siblings", "copy", "merge", "renamed"))
    return known and accused(row) and extra(row)["relation"] != "identical"


def layer_maps(found: Results) -> str:
    """Give how many layers were found where they came from."""
    groups: dict[str, list[Row]] = {"layers dropped, repeated, inserted": [], "in place": []}
    for row in found.of("related"):
        if accused(row) and extra(row).get("layers") and "siblings" not in row["row"]:
            groups["layers dropped, repeated, inserted" if row["truth"] else "in place"].append(row)
    lines = []
    for name, rows in groups.items():
        for label, some in (("all", rows), ("held out", [r for r in rows if is_held_out(r)])):
            right = [_layers(row) for row in some]
            each = [hit for hits in right for hit in hits]
            lines.append([name, label, share(map(all, right)), share(each)])
    return markdown(["layer map", "bases", "whole maps right", "layers right"], lines)


def _layers(row: Row) -> list[bool]:
    said = extra(row)["layers"]
    assert isinstance(said, list)
    truth = json.loads(row["truth"]) if row["truth"] else list(range(len(said)))
    return [mine == true for mine, true in zip(said, truth, strict=True)]


def relations(found: Results) -> str:
    """Give what the suspect was said to be, by transformation, on the held-out half."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row in found.of("related"):
        if is_held_out(row):
            name = str(extra(row)["relation"]) if accused(row) else row["verdict"]
            said[row["row"]][name] += 1
    lines = [[name, _listed(counts)] for name, counts in said.items()]
    return markdown(["transformation", "said"], lines)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())


def cost(results: Sequence[Results]) -> str:
    """Give the processor time of a comparison, models being prepared."""
    lines = []
    for found in results:
        seconds = [float(row["seconds"]) for row in found.rows]
        failed = sum(row["verdict"] == "error" for row in found.rows)
        figures = [f"{np.median(seconds):.4f}", f"{np.max(seconds):.2f}", f"{sum(seconds):.0f}"]
        lines.append([found.name, f"{len(seconds):,}", str(failed), *figures])
    return markdown(["method", "pairs", "errors", "median CPU s", "greatest", "sum"], lines)


def background(found: Results, levels: Iterable[float]) -> str:
    """Give how often independent pairs reach a score, by likeness of the two."""
    groups: dict[str, list[float]] = defaultdict(list)
    for row in found.of("independent"):
        if row["statistic"]:
            groups["all independent pairs"].append(float(row["statistic"]))
            groups[row["row"]].append(float(row["statistic"]))
    lines = [
        [name, f"{len(some):,}", *(_rate(some, level) for level in levels)]
        for name, some in sorted(groups.items())
    ]
    return markdown([found.name, "n", *(f"≥ {level}" for level in levels)], lines)


def _rate(some: list[float], level: float) -> str:
    hits = sum(value >= level for value in some)
    low, high = wilson(hits, len(some))
    return f"{100 * hits / len(some):.1f} % ({100 * low:.1f}-{100 * high:.1f})"
