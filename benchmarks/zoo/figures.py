"""The one table: false accusations first, then what is found, method by method.

Everything is worked out from the scores. What is found is counted on the held-out half alone: on
derivations of bases with odd seeds, which no limit and no bank of `lineage` has seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .pairs import SEARCHED
from .scores import (
    FIXED,
    Results,
    accused,
    area,
    count,
    is_held_out,
    markdown,
    share,
    statistics,
)
from .transform import TRANSFORMATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .scores import Row

#: Where a method gives p-values of its own, it is held to this.
ACCUSED = 1e-6


def main_table(results: Sequence[Results]) -> str:
    """Give the false accusations, then the shares found, at each method's own verdict."""
    head = ["pairs", *(found.name for found in results)]
    return markdown(head, [*_false(results), *_found(results)])


def _false(results: Sequence[Results]) -> list[list[str]]:
    searched = {f"independent: {TRANSFORMATIONS[name].row}" for name in SEARCHED}
    lines = []
    for label, kind, wanted in (
        ("**accused: all independent pairs**", "independent", lambda _: True),
        ("accused: both held out", "independent", is_held_out),
        *((f"accused: {row}", "independent", _is(row)) for row in _rows(results, "independent")),
        ("accused: independent, one transformed", "disguised-independent", lambda _: True),
        (
            "accused: the same, where a basis is searched for",
            "disguised-independent",
            lambda row: row["row"] in searched,
        ),
        *((f"accused: {row}", "same-seed", _is(row)) for row in _rows(results, "same-seed")),
        ("accused: distilled into a fresh student", "limit", lambda _: True),
    ):
        cells = [count(accused(row) for row in r.of(kind) if wanted(row)) for r in results]
        lines.append([label, *cells])
    return lines


def _found(results: Sequence[Results]) -> list[list[str]]:
    lines = []
    for name in _rows(results, "related"):
        mine = [[r for r in found.of("related") if r["row"] == name] for found in results]
        lines.append([name, *(share(accused(r) for r in rows if is_held_out(r)) for rows in mine)])
    every = [[r for r in found.of("related") if is_held_out(r)] for found in results]
    return [["**found: all held-out pairs**", *(share(map(accused, e)) for e in every)], *lines]


def thresholds(results: Sequence[Results]) -> str:
    """Give each method the threshold that accuses one independent pair in a thousand."""
    lines = []
    for found in results:
        related = [row for row in found.of("related") if is_held_out(row)]
        negative = statistics(found.of("independent"))
        plain = [row for row in related if not _is_adversary(row)]
        lines.append(
            [
                found.name,
                f"{found.threshold:.4g}",
                count(_over(found, row) for row in found.of("independent")),
                share(_over(found, row) for row in plain),
                share(_over(found, row) for row in related if _is_adversary(row)),
                f"{area(statistics(plain), negative):.4f}",
                f"{area(statistics(related), negative):.4f}",
                str(sum(not row["statistic"] for row in related)),
            ]
        )
    head = ["method", f"threshold at {FIXED:g}", "independent pairs over it", "found over it"]
    head += ["found, adversary", "AUC", "AUC with the adversary", "not testable"]
    return markdown(head, lines)


def at_level(found: Results) -> str:
    """Give what a method with p-values of its own finds below its level, by transformation."""
    lines = []
    for name in _rows([found], "related"):
        mine = [row for row in found.of("related") if row["row"] == name]
        below = [
            [row["p_value"] != "" and float(row["p_value"]) < ACCUSED for row in rows]
            for rows in (mine, [row for row in mine if is_held_out(row)])
        ]
        lines.append([name, *(share(hits) for hits in below)])
    return markdown(["transformation", f"p < {ACCUSED:g}, all", "held out"], lines)


def _is(name: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - a predicate of a row
    return lambda row: row["row"] == name


def _rows(results: Sequence[Results], kind: str) -> Iterable[str]:
    return dict.fromkeys(row["row"] for found in results for row in found.of(kind))


def _is_adversary(row: Row) -> bool:
    return row["row"].startswith(("adversary", "renamed", "washing"))


def _over(found: Results, row: Row) -> bool:
    return bool(row["statistic"]) and float(row["statistic"]) >= found.threshold
