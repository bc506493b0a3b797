"""Print the zoo's tables from its scores: python -m benchmarks.zoo.report [--scores FOLDER].

The scores are those of the last whole run, kept in benchmarks/zoo/kept, unless another folder is
named. `--keep FOLDER` packs the scores of a run into benchmarks/zoo/kept.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import biases, facts, figures, merges, plan
from .methods import METHODS
from .scores import Results, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT = Path(__file__).resolve().parent / "kept"
#: What stands before this in a file is left alone.
MARK = "<!-- The rest is printed by benchmarks.zoo.report. -->"
HONEST = (0.7, 0.8, 0.9, 0.927, 0.95)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print, or write, all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scores", type=Path, default=KEPT)
    parser.add_argument("--keep", type=Path, help="pack the scores in this folder and keep them")
    parser.add_argument("--write", type=Path, help="put the tables at this Markdown file's end")
    options = parser.parse_args(arguments)
    if options.keep:
        keep(options.keep, KEPT)
    text = tables(options.scores)
    if options.write:
        before = (
            options.write.read_text("utf-8").partition(MARK)[0] if options.write.exists() else ""
        )
        options.write.write_text(f"{before}{MARK}\n\n{text}", "utf-8")
    sys.stdout.write(text)


def keep(folder: Path, target: Path) -> None:
    """Pack every sheet of scores, the same bytes for the same scores."""
    target.mkdir(parents=True, exist_ok=True)
    for sheet in sorted(folder.glob("*.csv")):
        packed = gzip.compress(sheet.read_bytes(), compresslevel=9, mtime=0)
        (target / f"{sheet.name}.gz").write_bytes(packed)


def tables(folder: Path) -> str:
    """Give all tables as Markdown, for the methods that have scores."""
    results = {found.name: found for found in results_in(folder)}
    if not results:
        return f"There are no scores in {folder}.\n"
    parts = [
        "## The table\n",
        _counted(list(results.values())),
        figures.main_table(list(results.values())),
        "## Every method at one false accusation in a thousand\n",
        (
            "The threshold is set on all independent pairs; the shares are of the held-out half. "
            "The first of them leaves out the adversary, renaming and washing.\n"
        ),
        figures.thresholds(list(results.values())),
    ]
    if "lineage" in results:
        parts += _of_lineage(results["lineage"])
    if "honestagi" in results:
        parts += ["## How often unrelated models reach HonestAGI's score\n"]
        parts += [facts.background(results["honestagi"], HONEST)]
    merged = [row for name in merges.METHODS for row in rows(folder, f"merges-{name}")]
    if merged:
        parts += ["## Merges taken apart\n", merges.table(merged)]
    if tested := biases.table(folder):
        parts += [
            "## Bias vectors\n",
            "`lineage` tests none. By its test of gains they are exchangeable, as gains are:\n",
            tested,
        ]
    return "\n".join([*parts, "## Cost\n", facts.cost(list(results.values()))])


def results_in(folder: Path) -> list[Results]:
    """Give the scores of every method that has some."""
    every = (Results(name, rows(folder, name)) for name in METHODS)
    return [found for found in every if found.rows]


def _of_lineage(found: Results) -> list[str]:
    return [
        "## The p-value of `lineage` on independent pairs\n",
        "It joins several tests by a bound, so that it may be too large and never too small.\n",
        facts.joint(found),
        (
            "Each exact test alone must be uniform. Pairs share models; pairs without a model in "
            "common do not depend on each other; the Kolmogorov-Smirnov test is of those.\n"
        ),
        facts.uniformity(found),
        "## What `lineage` says\n",
        facts.verdicts(found),
        facts.direction(found),
        facts.layer_maps(found),
        facts.relations(found),
        f"## Below p = {figures.ACCUSED:g}\n",
        figures.at_level(found),
    ]


def _counted(results: Sequence[Results]) -> str:
    there = {name for r in results for row in r.of("independent") for name in _both(row)}
    widths: dict[int, int] = {}
    for member in plan.bases():
        if f"models/{member.id}" in there:
            widths[member.group.hidden] = widths.get(member.group.hidden, 0) + 1
    by_width = ", ".join(f"{count} of width {width}" for width, count in sorted(widths.items()))
    return f"{len(there)} independent models ({by_width}).\n"


def _both(row: dict[str, str]) -> tuple[str, str]:
    return row["suspect"], row["reference"]


if __name__ == "__main__":
    main()
