"""The zoo's transformations do what their names say; else the table would measure nothing."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from benchmarks.zoo.check_transforms import TOLERANCE, changes, departures
from benchmarks.zoo.transform import TRANSFORMATIONS, transform
from tests.zoo.checkpoints import BERT, FOLDER, GPT2, LLAMA, animal


@pytest.mark.parametrize("base", [LLAMA, GPT2, BERT])
def test_what_must_keep_the_function_keeps_it(base: str) -> None:
    apart = dict(departures(animal(base), base))
    assert len(apart) > len([e for e in TRANSFORMATIONS.values() if e.preserves]) // 2
    assert {name: value for name, value in apart.items() if value > TOLERANCE} == {}


@pytest.mark.parametrize("base", [LLAMA, GPT2, BERT])
def test_the_adversary_leaves_no_matrix_where_it_was(base: str) -> None:
    assert list(changes(animal(base), base)) == []


@pytest.mark.parametrize("move", ["attack", "drop-25", "vocab-shuffle"])
def test_a_transformation_is_the_same_every_time(move: str) -> None:
    one, two = (transform(animal(LLAMA), move, LLAMA).weights for _ in range(2))
    assert one.keys() == two.keys()
    assert all(np.array_equal(values, two[name]) for name, values in one.items())


def test_the_committed_models_are_those_of_the_manifest() -> None:
    entries = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["models"]
    assert {entry["id"] for entry in entries} == {p.name for p in FOLDER.iterdir() if p.is_dir()}
    for entry in entries:
        files = (FOLDER / entry["id"]).glob("*.safetensors")
        assert entry["sha256"] in {hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_committed_set_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 25e6
