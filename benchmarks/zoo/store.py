"""Where the zoo's animals live: one folder each, as a real model repository would look."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file, save_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    Weights = dict[str, np.ndarray]
    Config = dict[str, object]

DEFAULT = Path(__file__).resolve().parent.parent / "work" / "zoo"
#: The small set that tests and `make bench-zoo` need no training for.
COMMITTED = Path(__file__).resolve().parent / "checkpoints"
WEIGHTS = "model.safetensors"


def load(folder: Path) -> tuple[Weights, Config]:
    """Give a model's tensors and its config."""
    weights = load_file(folder / WEIGHTS)
    return weights, json.loads((folder / "config.json").read_text("utf-8"))


def save(
    folder: Path,
    weights: Mapping[str, np.ndarray],
    config: Mapping[str, object],
    note: Mapping[str, object],
    tokenizer: Path | None = None,
) -> None:
    """Write a model so that the folder appears whole or not at all; `note` says how it was made."""
    partial = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    named = {name: np.ascontiguousarray(weights[name]) for name in weights}
    save_file(named, partial / WEIGHTS, metadata={"format": "pt"})
    (partial / "config.json").write_text(json.dumps(dict(config), indent=1) + "\n", "utf-8")
    (partial / "zoo.json").write_text(json.dumps(dict(note), indent=1) + "\n", "utf-8")
    if tokenizer is not None:
        shutil.copyfile(tokenizer, partial / "tokenizer.json")
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def note(folder: Path) -> dict[str, object]:
    """Give how a model was made."""
    found = json.loads((folder / "zoo.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found
