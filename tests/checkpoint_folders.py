"""Checkpoints on disk, made from grown models: weights, configuration, tokenizer, card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from tests.doubles.grown import SETTINGS, VOCABULARY

CARD = "---\nlicense: {licence}\npipeline_tag: text-generation\n{more}---\n# {name}\n"


def checkpoint(
    folder: Path,
    name: str,
    arrays: Mapping[str, NDArray[np.float32]],
    *,
    licence: str = "mit",
    base: str = "",
) -> Path:
    """Return the folder of a checkpoint that holds these arrays."""
    place = folder / name
    place.mkdir(parents=True)
    save_file(dict(arrays), place / "model.safetensors")
    config = {"model_type": "llama", **SETTINGS}
    (place / "config.json").write_text(json.dumps(config), "utf-8")
    tokenizer = {"model": {"type": "BPE", "vocab": VOCABULARY}}
    (place / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    more = f"base_model: {base}\n" if base else ""
    (place / "README.md").write_text(CARD.format(licence=licence, more=more, name=name), "utf-8")
    return place
