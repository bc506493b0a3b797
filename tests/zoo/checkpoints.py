"""The committed models of the zoo, and derivations of them that are rebuilt here."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path

import benchmarks.zoo
from benchmarks.zoo.anatomy import Model as Animal
from benchmarks.zoo.transform import MERGES, TUNED, merge_of, open_model, transform
from lineage.holdings import holding_of
from lineage.kinship.compare import compare
from lineage.kinship.prepared import Model
from lineage.kinship.verdict import Kinship
from lineage.kinship.weights import Scalar, weights_of_arrays
from lineage.sources import SourceOptions, open_snapshot

FOLDER = Path(next(iter(benchmarks.zoo.__path__))) / "checkpoints"
LLAMA = "llama64x4-bytes-python-s1000"
GPT2 = "gpt264x4-bytes-python-s3000"
BERT = "bert64x4-bytes-licences-s6000"
#: One of each family, and for each a stranger of the same configuration.
STRANGERS = {
    LLAMA: "llama64x4-bytes-python-s1001",
    GPT2: "gpt264x4-bytes-python-s3001",
    BERT: "bert64x4-bytes-licences-s6001",
}


@functools.cache
def animal(name: str) -> Animal:
    """Return a committed model as the transformations take it."""
    return open_model(FOLDER / name)


@functools.cache
def committed(name: str) -> Model:
    """Return a committed model as ``lineage compare`` opens it."""
    with open_snapshot(str(FOLDER / name), SourceOptions()) as snapshot:
        found = holding_of(snapshot).model
        assert found is not None
        found.digests()
        return found


def made(model: Animal) -> Model:
    """Return a derivation in memory as the ladder takes it."""
    settings: dict[str, Scalar] = {
        key: value
        for key, value in model.config.items()
        if isinstance(value, str | int | float | bool)
    }
    return Model(weights_of_arrays(model.weights, settings, _vocabulary(model.tokenizer)))


def transformed(name: str, move: str) -> Model:
    """Return a committed model after a transformation."""
    return made(transform(animal(name), move, name))


def merged(rule: str) -> tuple[Model, list[float]]:
    """Return a merge of the committed fine-tunes, and the weights that went in."""
    tuned = [animal(f"{LLAMA}.{tune}") for tune in TUNED[: MERGES[rule][1]]]
    found = merge_of(animal(LLAMA), tuned, rule, LLAMA)
    weights = found.truth["merge_weights"]
    assert isinstance(weights, list)
    return made(found), weights


def kinship(suspect: Model, reference: str) -> Kinship:
    """Return the kinship of a suspect with a committed model."""
    return compare(suspect, committed(reference))


def bases() -> list[str]:
    """Return the committed models that were trained from scratch, each from its own seed."""
    notes = (json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*/zoo.json")))
    return [note["id"] for note in notes if note["made"] == "base"]


def _vocabulary(tokenizer: Mapping[str, object]) -> Mapping[str, int] | None:
    model = tokenizer.get("model")
    assert isinstance(model, dict)
    found = model.get("vocab")
    return found if isinstance(found, dict) else None
