"""Take the zoo's merges apart: python -m benchmarks.zoo.merges --work FOLDER [--methods NAME...].

A decomposer gets the merge, the base and the fine-tunes that went in, and one of their siblings
that did not: the impostor. It gives each a weight. Two questions: how far off are the weights, and
how often does the impostor get a share?
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import store
from .derivations import parents
from .scores import rows, wilson
from .tools import opened
from .transform import MERGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    #: Weights of the parts, and which of them are claimed to have gone in.
    Answer = tuple[list[float], list[bool]]
    Decompose = Callable[[Path, Path, list[Path]], Answer]

FIELDS = ("method", "rule", "merge", "error", "missed", "impostor", "claimed")
#: From here on a share counts as a claim, where a method makes none of its own.
MATERIAL = 0.05


def lineage(suspect: Path, base: Path, parts: list[Path]) -> Answer:
    """Ask this project."""
    from lineage.kinship.merge import merge_of
    from lineage.kinship.prepared import Model

    models = [Model(opened(folder)) for folder in (suspect, base, *parts)]
    found = merge_of(models[0], models[1], models[2:])
    if found is None:
        return [0.0] * len(parts), [False] * len(parts)
    return [share.weight for share in found.shares], [share.genuine for share in found.shares]


def least_squares(suspect: Path, base: Path, parts: list[Path]) -> Answer:
    """Regress the suspect's change from the base on the parts' changes: no test, the yardstick."""
    origin = store.load(base)[0]
    columns = [_change(store.load(part)[0], origin) for part in parts]
    wanted = _change(store.load(suspect)[0], origin)
    gram = np.array([[a @ b for b in columns] for a in columns])
    weights = [float(x) for x in np.linalg.solve(gram, [c @ wanted for c in columns])]
    return weights, [weight > MATERIAL for weight in weights]


def modeldna(suspect: Path, base: Path, parts: list[Path]) -> Answer:
    """Ask modeldna 0.1.0, which samples."""
    from modeldna.fingerprint.extract import extract_fingerprint
    from modeldna.io.source import open_source
    from modeldna.merge import decompose_fingerprints

    read = [
        extract_fingerprint(open_source(str(folder)), mode="fast", model_id=folder.name)
        for folder in (suspect, base, *parts)
    ]
    found = decompose_fingerprints(read[0], read[2:], base=read[1])
    weights = [found.alphas[part.name] for part in parts]
    return weights, [found.summary == "MERGE" and weight > MATERIAL for weight in weights]


METHODS: dict[str, Decompose] = {
    "lineage": lineage,
    "least-squares": least_squares,
    "modeldna": modeldna,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Take every merge apart by each method, and print how well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=store.DEFAULT)
    parser.add_argument(
        "--methods", nargs="*", default=["lineage", "least-squares"], choices=METHODS
    )
    options = parser.parse_args(arguments)
    folder = options.work / "results"
    folder.mkdir(parents=True, exist_ok=True)
    for name in options.methods:
        with (folder / f"merges-{name}.csv").open("w", newline="", encoding="utf-8") as sheet:
            writer = csv.DictWriter(sheet, FIELDS)
            writer.writeheader()
            writer.writerows(taken_apart(options.work, name))
    sys.stdout.write(table([row for name in METHODS for row in rows(folder, f"merges-{name}")]))


def taken_apart(work: Path, method: str) -> list[dict[str, str]]:
    """Give the greatest error of the true weights and the impostor's share, for every merge."""
    found = []
    for base in (member.id for member in parents()):
        for name, (rule, count) in MERGES.items():
            folder = work / "derived" / f"{base}.{name}"
            if not folder.exists():
                continue
            facts = store.note(folder)
            truth, impostor = facts["merge_weights"], facts["impostor"]
            assert isinstance(truth, list)
            parts = [work / "models" / str(p) for p in [*_parts(facts), impostor]]
            given, claimed = METHODS[method](folder, work / "models" / base, parts)
            worst = max(abs(a - b) for a, b in zip(given[:-1], truth, strict=True))
            row = {"method": method, "rule": f"{rule}, {count}", "merge": folder.name}
            row |= {"error": f"{worst:.5f}", "missed": str(claimed[:-1].count(False))}
            row |= {"impostor": f"{given[-1]:.5f}", "claimed": str(int(claimed[-1]))}
            found.append(row)
    return found


def table(scores: list[dict[str, str]]) -> str:
    """Give errors and false claims by method and rule, as Markdown."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in scores:
        groups[row["method"], row["rule"]].append(row)
    head = ["method", "merge", "n", "mean error", "greatest", "parts missed", "impostor claimed"]
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for (method, rule), mine in groups.items():
        errors = np.array([float(row["error"]) for row in mine])
        claims, missed = (sum(int(row[key]) for row in mine) for key in ("claimed", "missed"))
        low, high = wilson(claims, len(mine))
        said = f"{claims}/{len(mine)} ({100 * low:.2g}-{100 * high:.2g} %)"
        figures = [f"{errors.mean():.4f}", f"{errors.max():.4f}"]
        parts = f"{missed}/{len(mine) * int(rule[-1])}"
        lines.append(
            "| " + " | ".join([method, rule, str(len(mine)), *figures, parts, said]) + " |"
        )
    return "\n".join(lines) + "\n"


def _parts(facts: dict[str, object]) -> list[str]:
    found = facts["merge_parts"]
    assert isinstance(found, list)
    return [str(part) for part in found]


def _change(weights: dict[str, np.ndarray], origin: dict[str, np.ndarray]) -> np.ndarray:
    return np.concatenate([(weights[n].astype(np.float64) - origin[n]).ravel() for n in origin])


if __name__ == "__main__":
    main()
