"""Hold every transformation to its promise: python -m benchmarks.zoo.check_transforms FOLDER...

Each FOLDER is a model. What must preserve the function is run forward before and after; what only
renames, renumbers or rounds is checked for exactly that. Prints the worst departure of each.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import anatomy, rename, surgery
from .forward import logits
from .transform import TRANSFORMATIONS, open_model, transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .anatomy import Model

#: Logits are of order one to ten; weights are stored in single precision.
TOLERANCE = 2e-4


def departures(base: Model, identity: str) -> Iterator[tuple[str, float]]:
    """Yield each promise and by how much it is broken, relative to the spread of the logits."""
    ids = _windows(base)
    before = logits(base, ids)
    for name, entry in TRANSFORMATIONS.items():
        if entry.preserves and base.family in entry.families:
            yield name, _apart(before, logits(transform(base, name, identity), ids))
    yield "vocab-extend", _extended(base, ids, before, identity)
    yield "vocab-shuffle", _renumbered(base, ids, before, identity, "vocab-shuffle")
    yield "vocab-trim", _renumbered(base, ids, before, identity, "vocab-trim")
    yield "rename", _same_numbers(base, rename.foreign(base))
    yield "anonymous", _same_numbers(base, transform(base, "anonymous", identity))
    if base.family == "llama":
        yield "fuse", _same_numbers(base, rename.fused(base))
    for name in TRANSFORMATIONS:
        if name.startswith("quant-"):
            yield name, _rounding(base, transform(base, name, identity)) - 0.25


def changes(base: Model, identity: str) -> Iterator[str]:
    """Yield each adversary's move that leaves some tensor of a layer exactly where it was."""
    for name in ("permute", "attack", "disguise", "rotate"):
        if base.family in TRANSFORMATIONS[name].families:
            after = transform(base, name, identity).weights
            same = [
                n for n, t in base.weights.items() if t.ndim > 1 and np.array_equal(t, after[n])
            ]
            yield from (f"{name}: {tensor}" for tensor in same)


def main() -> int:
    """Check the models named on the command line; fail if a promise is broken."""
    worst: dict[str, float] = {}
    unmoved: list[str] = []
    for argument in sys.argv[1:]:
        base = open_model(Path(argument))
        for name, apart in departures(base, Path(argument).name):
            worst[name] = max(apart, worst.get(name, -1.0))
        unmoved += changes(base, Path(argument).name)
    broken = [name for name, apart in worst.items() if apart > TOLERANCE]
    for name, apart in sorted(worst.items()):
        print(f"{'BROKEN' if name in broken else 'holds ':6} {name:18} {apart:.1e}")
    print(
        f"{len(sys.argv) - 1} models, {len(broken)} promises broken, {len(unmoved)} tensors unmoved"
    )
    return 1 if broken or unmoved else 0


def _windows(base: Model) -> np.ndarray:
    generator = np.random.default_rng(0)
    return generator.integers(0, anatomy.size(base, "vocabulary"), (4, 24))


def _apart(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.abs(before - after).max() / before.std())


def _extended(base: Model, ids: np.ndarray, before: np.ndarray, identity: str) -> float:
    after = logits(transform(base, "vocab-extend", identity), ids)
    return _apart(before, after[..., : before.shape[-1]])


def _renumbered(
    base: Model, ids: np.ndarray, before: np.ndarray, identity: str, name: str
) -> float:
    """Follow the tokens through both tokenizers: what is left must have the same logits."""
    after = transform(base, name, identity)
    old, new = surgery._entry(base.tokenizer), surgery._entry(after.tokenizer)  # noqa: SLF001 - the
    # tokenizer's own table is what is being checked
    shared = sorted(new, key=new.__getitem__)
    from_old = np.array([old[token] for token in shared])
    place = np.full(before.shape[-1], -1)
    place[from_old] = [new[token] for token in shared]
    windows = np.where(place[ids] < 0, from_old[-1], ids)
    wanted = logits(base, windows)[..., from_old]
    return _apart(wanted, logits(after, place[windows])[..., [new[t] for t in shared]])


def _same_numbers(before: Model, after: Model) -> float:
    mine, theirs = (
        np.sort(np.concatenate([t.ravel() for t in model.weights.values()]))
        for model in (before, after)
    )
    return 0.0 if np.array_equal(mine, theirs) else 1.0


def _rounding(before: Model, after: Model) -> float:
    errors = [
        float(np.linalg.norm(after.weights[n] - t) / (np.linalg.norm(t) + 1e-12))
        for n, t in before.weights.items()
    ]
    return max(errors)


if __name__ == "__main__":
    raise SystemExit(main())
