"""Are bias vectors exchangeable? python -m benchmarks.zoo.biases --work FOLDER.

A pilot found small p-values for the output biases of independent published models. `lineage` tests
no biases; here they are put to its test of norm gains, in the models of one configuration that have
them, with the gains of the same models beside them: under H0 both must be uniform.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata

from lineage.kinship.permutation import agreement

from . import facts, plan, store
from .scores import Results, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    Vectors = dict[str, list[np.ndarray]]

#: Vectors along the residual stream: what they are called, and the names they go by.
VECTORS = {
    "output bias of attention": r"attn\.c_proj\.bias|attention\.output\.dense\.bias|o_proj\.bias",
    "output bias of the FFN": r"mlp\.c_proj\.bias|\d\.output\.dense\.bias",
    "bias of the norms": r"ln_[12]\.bias|output\.LayerNorm\.bias",
    "gain of the norms": r"ln_[12]\.weight|output\.LayerNorm\.weight|layernorm\.weight",
}
FIELDS = ("kind", "suspect", "reference", "extra")


def main(arguments: Sequence[str] | None = None) -> None:
    """Test every pair of one configuration with biases, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=store.DEFAULT)
    folder = parser.parse_args(arguments).work
    (folder / "results").mkdir(exist_ok=True)
    with (folder / "results" / "biases.csv").open("w", newline="", encoding="utf-8") as sheet:
        writer = csv.DictWriter(sheet, FIELDS)
        writer.writeheader()
        for group in plan.GROUPS:
            if group.bias or group.family != "llama":
                writer.writerows(_pairs(folder, group))
    sys.stdout.write(table(folder / "results"))


def table(folder: Path) -> str:
    """Give the p-values' distribution by kind of vector; nothing where none were kept."""
    found = rows(folder, "biases")
    return facts.uniformity(Results("biases", found)) if found else ""


def _pairs(work: Path, group: plan.Group) -> list[dict[str, str]]:
    members = [m.id for m in plan.bases() if m.group == group]
    there = {name: _vectors(work / "models" / name) for name in members if _is_there(work, name)}
    found = []
    for one, two in combinations(there, 2):
        tests = {name: _p_value(there[one][name], there[two][name]) for name in there[one]}
        said = {f"{name}, {group.family}": p for name, p in tests.items() if p is not None}
        row = {"kind": "independent", "suspect": one, "reference": two}
        found.append({**row, "extra": json.dumps({"tests": said})})
    return found


def _is_there(work: Path, name: str) -> bool:
    return (work / "models" / name).is_dir()


def _vectors(folder: Path) -> Vectors:
    """Give normal scores of each vector, in the order of the layers."""
    found: Vectors = defaultdict(list)
    for name, tensor in sorted(store.load(folder)[0].items()):
        for kind, pattern in VECTORS.items():
            if tensor.ndim == 1 and re.search(pattern, name):
                scores = ndtri((rankdata(tensor) - 0.5) / len(tensor))
                found[kind].append(scores / scores.std() if scores.std() else scores)
    return dict(found)


def _p_value(one: list[np.ndarray], two: list[np.ndarray]) -> float | None:
    alike = sum(np.outer(a, b) for a, b in zip(one, two, strict=True))
    found = agreement(np.asarray(alike) / len(one))
    return None if found is None else float(f"{found.p_value:.4g}")


if __name__ == "__main__":
    main()
