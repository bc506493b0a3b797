"""Choose the small set that is committed: python -m benchmarks.zoo.commit --work FOLDER.

Writes benchmarks/zoo/checkpoints: weights in half precision, beside config, tokenizer and a note
that says how each was made. What needs no training is rebuilt from these by transform.py.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from . import store

if TYPE_CHECKING:
    from collections.abc import Sequence

TARGET = store.COMMITTED
BASE = "llama64x4-bytes-python-s1000"
CHOSEN = (
    *(f"llama64x4-bytes-python-s{n}" for n in range(1000, 1005)),
    "llama64x4-bytes-licences-s7000",
    "llama64x4-bpe-a-python-tied-s2000",
    "llama64x4-bpe-a-python-tied-s2001",
    "gpt264x4-bytes-python-s3000",
    "gpt264x4-bytes-python-s3001",
    "bert64x4-bytes-licences-s6000",
    "bert64x4-bytes-licences-s6001",
    f"{BASE}.twin-python",
    *(f"{BASE}.{name}" for name in ("ft-a", "ft-b", "ft-e", "attack-ft", "disguise-ft")),
    *(f"{BASE}.{name}" for name in ("lora-16", "lora-16-adapter", "cpt-100", "cpt-300")),
    *(f"{BASE}.{name}" for name in ("moe-ft", "recut-ft", "retok", "insert-ft", "solar-ft")),
    *(f"{BASE}.{name}" for name in ("width-ft", "distil")),
    "gpt264x4-bytes-python-s3000.ft-b",
    "bert64x4-bytes-licences-s6000.ft-b",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Copy the chosen models in half precision and write their manifest."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=store.DEFAULT)
    options = parser.parse_args(arguments)
    there = [name for name in CHOSEN if (options.work / "models" / name).is_dir()]
    entries = [_copied(options.work / "models" / name) for name in there]
    corpora = json.loads((options.work / "corpus" / "corpora.json").read_text("utf-8"))
    manifest = {
        "command": "python -m benchmarks.zoo.train && python -m benchmarks.zoo.commit",
        "corpora": corpora,
        "models": entries,
    }
    (TARGET / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    total = sum(path.stat().st_size for path in TARGET.rglob("*") if path.is_file())
    print(f"{len(entries)} models, {total / 1e6:.1f} MB, {len(CHOSEN) - len(there)} not trained")


def _copied(source: Path) -> dict[str, object]:
    from safetensors.numpy import load_file, save_file

    target = TARGET / source.name
    made: dict[str, object] = {"id": source.name}
    target.mkdir(parents=True, exist_ok=True)
    for name in (store.WEIGHTS, "adapter_model.safetensors"):
        if (source / name).exists():
            half = {n: t.astype(np.float16) for n, t in load_file(source / name).items()}
            save_file(half, target / name, metadata={"format": "pt"})
            made["sha256"] = hashlib.sha256((target / name).read_bytes()).hexdigest()
    for name in ("config.json", "adapter_config.json", "tokenizer.json", "zoo.json"):
        if (source / name).exists():
            parsed = json.loads((source / name).read_text("utf-8"))
            if "torch_dtype" in parsed:
                parsed["torch_dtype"] = "float16"
            text = json.dumps(parsed, separators=(",", ":") if name == "tokenizer.json" else None)
            (target / name).write_text(text + "\n", "utf-8")
    return made


if __name__ == "__main__":
    main()
