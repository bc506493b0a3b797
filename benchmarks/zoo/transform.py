"""Derive models without training: python -m benchmarks.zoo.transform --work FOLDER ID...

Pure numpy and deterministic: the random numbers of a transformation come from the base's name and
its own, so that everybody rebuilds the same bytes from the same checkpoint.
"""

from __future__ import annotations

import argparse
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import disguise, merge, quantise, rename, store, surgery
from .anatomy import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Rule = Callable[[Model, np.random.Generator], Model]

ALL = frozenset({"bert", "gpt2", "llama"})
DECODERS = frozenset({"gpt2", "llama"})
LLAMA = frozenset({"llama"})


@dataclass(frozen=True, slots=True)
class Transformation:
    """One way to make a model from another."""

    rule: Rule
    #: The row of the table that it counts under.
    row: str
    families: frozenset[str] = ALL
    #: The function must not change: check_transforms.py holds it to that.
    preserves: bool = False


def _layers(choose: Callable[[int], list[int]]) -> Rule:
    return lambda model, _: surgery.layers_chosen(model, choose(model.layers))


def _dropped(share: float) -> Rule:
    def rule(model: Model, generator: np.random.Generator) -> Model:
        count = max(1, round(model.layers * share))
        gone = generator.choice(model.layers, count, replace=False)
        return surgery.layers_chosen(model, [n for n in range(model.layers) if n not in gone])

    return rule


def _stacked(depth: int) -> list[int]:
    # SOLAR: the first and the last three quarters, one after the other.
    cut = max(1, depth // 4)
    return [*range(depth - cut), *range(cut, depth)]


def _replaced(model: Model, generator: np.random.Generator) -> Model:
    tokenizer = surgery.shuffled(model, generator).tokenizer
    size = len(model.weights[surgery.EMBEDDING[model.family]])
    return surgery.revocabularied(model, generator, tokenizer, size)


def _everything(model: Model, generator: np.random.Generator) -> Model:
    return rename.anonymous(disguise.disguised(model, generator), generator)


def _disguised_then(scheme: str) -> Rule:
    return lambda m, g: quantise.quantised(disguise.disguised(m, g), scheme)


TRANSFORMATIONS: dict[str, Transformation] = {
    "copy": Transformation(lambda m, _: m, "copy", preserves=True),
    # Precision
    **{
        f"quant-{scheme}": Transformation(
            lambda m, _, s=scheme: quantise.quantised(m, s), f"quantised {scheme}"
        )
        for scheme in sorted(quantise.SCHEMES)
    },
    # Pruning
    **{
        f"prune-{share}": Transformation(
            lambda m, _, s=share: surgery.pruned(m, s / 100), f"unstructured pruning {share} %"
        )
        for share in (50, 70, 90)
    },
    "width-75": Transformation(lambda m, _: surgery.narrowed(m, 0.75), "residual width x 0.75"),
    "width-50": Transformation(lambda m, _: surgery.narrowed(m, 0.5), "residual width x 0.5"),
    "ffn-75": Transformation(lambda m, _: surgery.thinned(m, 0.75), "FFN width x 0.75"),
    "ffn-50": Transformation(lambda m, _: surgery.thinned(m, 0.5), "FFN width x 0.5"),
    # Depth
    "drop-25": Transformation(_dropped(0.25), "layers dropped 25 %"),
    "drop-50": Transformation(_dropped(0.5), "layers dropped 50 %"),
    "even": Transformation(_layers(lambda n: [*range(0, n, 2)]), "layers dropped 50 %"),
    "odd": Transformation(_layers(lambda n: [*range(1, n, 2)]), "layers dropped 50 %"),
    "solar": Transformation(_layers(_stacked), "depth up-scaled"),
    "insert": Transformation(surgery.inserted, "layers inserted", DECODERS, preserves=True),
    # Width and experts
    "widen": Transformation(surgery.widened, "FFN widened", preserves=True),
    "moe-clone": Transformation(surgery.upcycled, "MoE cloned", LLAMA, preserves=True),
    "moe-noise": Transformation(
        lambda m, g: surgery.upcycled(m, g, noise=0.3), "MoE cloned with noise", LLAMA
    ),
    "moe-split": Transformation(surgery.split, "MoE split", LLAMA, preserves=True),
    "moe-recut": Transformation(surgery.recut, "MoE re-cut", LLAMA),
    # Vocabulary
    "vocab-extend": Transformation(surgery.extended, "vocabulary extended"),
    "vocab-trim": Transformation(surgery.trimmed, "vocabulary trimmed"),
    "vocab-shuffle": Transformation(surgery.shuffled, "vocabulary renumbered"),
    "vocab-replace": Transformation(_replaced, "vocabulary replaced"),
    # Vectors
    "norms": Transformation(surgery.norms_refreshed, "norms refreshed"),
    "no-bias": Transformation(lambda m, _: surgery.biases_deleted(m), "biases deleted"),
    # The adversary
    "permute": Transformation(disguise.permuted, "adversary: permutation", preserves=True),
    "signs": Transformation(disguise.flipped, "adversary: signs", LLAMA, preserves=True),
    "rescale": Transformation(disguise.rescaled, "adversary: scale", preserves=True),
    "heads": Transformation(disguise.heads_shuffled, "adversary: heads", preserves=True),
    "units": Transformation(disguise.units_shuffled, "adversary: FFN units", preserves=True),
    "rotate-v": Transformation(disguise.values_rotated, "adversary: V-O rotation", preserves=True),
    "rotate-k": Transformation(disguise.keys_rotated, "adversary: Q-K rotation", preserves=True),
    "attack": Transformation(
        disguise.attacked, "adversary: permutation, signs, scale, heads, units", preserves=True
    ),
    "rotate": Transformation(
        disguise.turned, "adversary: residual rotation", DECODERS, preserves=True
    ),
    "disguise": Transformation(disguise.disguised, "adversary: all combined", preserves=True),
    "disguise-q4_0": Transformation(_disguised_then("q4_0"), "adversary: all, then Q4_0"),
    "rename": Transformation(lambda m, _: rename.foreign(m), "renamed to another family"),
    "fuse": Transformation(lambda m, _: rename.fused(m), "tensors fused", LLAMA),
    "anonymous": Transformation(rename.anonymous, "renamed at random"),
    "everything": Transformation(_everything, "adversary: all combined, renamed at random"),
}
#: Merges of fine-tunes a, b, ... of one base: name -> (rule, how many).
MERGES: dict[str, tuple[str, int]] = {
    "merge-linear2": ("linear", 2),
    "merge-linear3": ("linear", 3),
    "merge-linear4": ("linear", 4),
    "merge-slerp": ("slerp", 2),
    "merge-ties2": ("ties", 2),
    "merge-ties4": ("ties", 4),
    "merge-dare2": ("dare", 2),
    "merge-dare3": ("dare", 3),
}
#: Real stored forms, for the readers: name -> scheme.
STORED = {"gguf-q4_0": "q4_0", "gguf-q8_0": "q8_0"}
#: The fine-tunes of a base, in the order in which merges take them; the last is never merged.
TUNED = ("ft-a", "ft-b", "ft-c", "ft-d", "ft-e")


def open_model(folder: Path) -> Model:
    """Read a model of the zoo."""
    weights, config = store.load(folder)
    tokenizer = folder / "tokenizer.json"
    parsed = json.loads(tokenizer.read_text("utf-8")) if tokenizer.exists() else {}
    return Model({n: t.astype(np.float32) for n, t in weights.items()}, config, parsed)


def transform(base: Model, name: str, identity: str) -> Model:
    """Apply a transformation with the random numbers that belong to this base."""
    return TRANSFORMATIONS[name].rule(base, generator_for(identity, name))


def merge_of(base: Model, tuned: Sequence[Model], name: str, identity: str) -> Model:
    """Merge a base's fine-tunes with the random numbers that belong to this base."""
    rule, count = MERGES[name]
    generator = generator_for(identity, name)
    done = merge.merged(base, tuned[:count], generator, rule=rule)
    parts = [f"{identity}.{tune}" for tune in TUNED[:count]]
    return done.with_truth(merge_parts=parts, impostor=f"{identity}.{TUNED[-1]}")


def generator_for(identity: str, name: str) -> np.random.Generator:
    """Give the generator that belongs to one transformation of one base."""
    return np.random.default_rng([zlib.crc32(identity.encode()), zlib.crc32(name.encode())])


def write(model: Model, folder: Path, parents: Sequence[str], made: str) -> None:
    """Write a derived model as a folder of its own, its tokenizer beside it."""
    facts = {"id": folder.name, "made": made, "parents": list(parents), **model.truth}
    store.save(folder, model.weights, model.config, facts)
    if model.tokenizer:
        (folder / "tokenizer.json").write_text(json.dumps(model.tokenizer) + "\n", "utf-8")


def derive(models: Path, base: str, name: str, target: Path) -> None:
    """Make one derived model from the folders under `models`, unless it is there."""
    folder = target / f"{base}.{name}"
    if folder.exists():
        return
    parent = open_model(models / base)
    if name in MERGES:
        parents = [f"{base}.{tune}" for tune in TUNED[: MERGES[name][1]]]
        tuned = [open_model(models / tune) for tune in parents]
        write(merge_of(parent, tuned, name, base), folder, parents, name)
    elif name in STORED:
        if parent.family == "llama" and parent.config.get("attention_bias") is not True:
            _write_stored(parent, folder, base, name)
    elif parent.family in TRANSFORMATIONS[name].families:
        write(transform(parent, name, base), folder, [base], name)


def derive_all(work: Path, bases: Sequence[str], names: Sequence[str] = ()) -> None:
    """Make all, or the named, derivations of the bases that are there."""
    models = work / "models"
    for base in bases:
        for name in names or (*TRANSFORMATIONS, *MERGES, *STORED):
            needed = [base, *(f"{base}.{tune}" for tune in TUNED if name in MERGES)]
            if all((models / part).exists() for part in needed):
                derive(models, base, name, work / "derived")


def _write_stored(model: Model, folder: Path, base: str, name: str) -> None:
    partial = folder.with_name(f"{folder.name}.part")
    partial.mkdir(parents=True, exist_ok=True)
    quantise.write_gguf(model, partial / "model.gguf", STORED[name])
    facts = {"id": folder.name, "made": name, "parents": [base]}
    (partial / "zoo.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    partial.rename(folder)


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive all, or the named, transformations of the given bases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=store.DEFAULT)
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("bases", nargs="+")
    options = parser.parse_args(arguments)
    derive_all(options.work, options.bases, options.names)


if __name__ == "__main__":
    main()
