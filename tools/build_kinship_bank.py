"""Build ``lineage/kinship/bank.json``: scores of models that are known to be independent.

    python -m tools.build_kinship_bank FOLDER

FOLDER holds the zoo's models, one folder each. Only bases take part, and of them only those with
an even seed: the others are held out for the figures that are reported. Every pair is scored twice,
the second time with the suspect's tensors under names that mean nothing, since that path of the
ladder has one more step.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.numpy import load_file
from threadpoolctl import threadpool_limits

from lineage.kinship.disguise import glimpse
from lineage.kinship.prepared import Model
from lineage.kinship.weights import Scalar, weights_of_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = Path(__file__).parents[1] / "lineage" / "kinship" / "bank.json"
#: Scores are kept in steps of one in so many, rounded up.
STEPS = 1000


def main() -> None:
    """Write the bank and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    bases = [path for path in sorted(folder.iterdir()) if _is_development_base(path)]
    named = [_model(path, renamed=False) for path in bases]
    nameless = [_model(path, renamed=True) for path in bases]
    # On one thread, as the ladder itself does: these matrices are small, and two take ten times
    # the processor time.
    with threadpool_limits(1):
        found = list(_scores(named, nameless))
    counts = Counter(math.ceil(value * STEPS) for value in found)
    content = {
        "models": len(bases),
        "steps": STEPS,
        "scores": sorted([step, count] for step, count in counts.items()),
    }
    TARGET.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(bases)} models, {len(found)} scores, the highest {max(found):.4f}")


def _is_development_base(path: Path) -> bool:
    note = path / "zoo.json"
    if not note.exists():
        return False
    content = json.loads(note.read_text(encoding="utf-8"))
    return bool(content["made"] == "base" and content["seed"] % 2 == 0)


def _model(path: Path, *, renamed: bool) -> Model:
    arrays = load_file(path / "model.safetensors")
    settings = json.loads((path / "config.json").read_text(encoding="utf-8"))
    if renamed:
        names = list(arrays)
        random.Random(path.name).shuffle(names)
        arrays = {f"t{place}": arrays[name] for place, name in enumerate(names)}
    scalars: dict[str, Scalar] = {
        key: value for key, value in settings.items() if not isinstance(value, list | dict)
    }
    tokenizer = json.loads((path / "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = tokenizer.get("model", {}).get("vocab")
    return Model(weights_of_arrays(arrays, scalars, vocabulary))


def _scores(named: list[Model], nameless: list[Model]) -> Iterator[float]:
    for place in range(len(named)):
        for suspect in (named[place], nameless[place]):
            for other in range(place):
                if suspect.towers[0].width == named[other].towers[0].width:
                    found = glimpse(suspect, named[other], 0, 0)
                    if found is not None and found.score is not None:
                        yield found.score


if __name__ == "__main__":
    main()
