"""What a comparison of weights costs: bytes read, processor time and memory, beside the peers.

    python benchmarks/bench_kinship_cost.py [--peers PYTHON] [--layers 6]

First a pair with the shapes of a 14B model: 28 GB each to look at, sparse on the disk. Only what
the ladder asks for is there, so that a peer's verdict on it means nothing, and its cost does. Then
a smaller pair, all of whose bytes are real. modeldna 0.1.0 and Cisco's kit are run by the
interpreter that ``--peers`` names. Each figure is of a process of its own, with one thread.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import ml_dtypes
import numpy as np

if TYPE_CHECKING:
    from lineage.kinship.weights import Scalar, TensorInfo

MB = 1e6
Shapes = Mapping[str, tuple[int, ...]]


def shapes(
    width: int, layers: int, units: int, tokens: int, keys: int
) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (tokens, width)}
    for layer in range(layers):
        place = f"model.layers.{layer}."
        found |= {
            place + "input_layernorm.weight": (width,),
            place + "self_attn.q_proj.weight": (width, width),
            place + "self_attn.k_proj.weight": (keys, width),
            place + "self_attn.v_proj.weight": (keys, width),
            place + "self_attn.o_proj.weight": (width, width),
            place + "post_attention_layernorm.weight": (width,),
            place + "mlp.gate_proj.weight": (units, width),
            place + "mlp.up_proj.weight": (units, width),
            place + "mlp.down_proj.weight": (width, units),
        }
    return found | {"model.norm.weight": (width,), "lm_head.weight": (tokens, width)}


VAST = shapes(5120, 48, 13824, 152_064, 1024)


def rows(name: str, shape: tuple[int, ...], first: int, last: int, *, child: bool) -> bytes:
    """Return rows of a tensor as bfloat16; the child's are the parent's, trained on."""
    key = [sum(name.encode()) * 1009 + len(name), hash_of(name), first]
    made = np.random.default_rng(key).standard_normal((last - first, shape[-1]), np.float32)
    if child:
        made += 0.3 * np.random.default_rng([*key, 1]).standard_normal(made.shape, np.float32)
    made = 1 + 0.1 * made if len(shape) == 1 else 0.02 * made
    return made.astype(ml_dtypes.bfloat16).tobytes()


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode()[-8:], "little")


class Asked:
    """A model of given shapes that notes which rows are asked of it, and hands out noise."""

    def __init__(self, of: Shapes) -> None:
        self._of = of
        self.asked: set[tuple[str, int, int]] = set()
        self.settings: dict[str, Scalar] = {"hidden_size": of["model.norm.weight"][0]}
        self.vocabulary: dict[str, int] | None = None
        self.bytes_read = 0

    def tensors(self) -> tuple[TensorInfo, ...]:
        from lineage.kinship.weights import TensorInfo

        return tuple(TensorInfo(name, shape, "BF16") for name, shape in self._of.items())

    def rows(self, name: str, start: int, stop: int) -> np.ndarray:
        self.asked.add((name, start, stop))
        shape = self._of[name]
        raw = rows(name, shape, start, stop, child=False)
        return np.frombuffer(raw, ml_dtypes.bfloat16).astype(np.float32).reshape(-1, shape[-1])


def write(folder: Path, of: Shapes, pieces: list[tuple[str, int, int]], *, child: bool) -> None:
    """Write a checkpoint of which these rows are there and the rest is a hole."""
    folder.mkdir()
    width = of["model.norm.weight"][0]
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": width,
        "num_hidden_layers": sum("input_layernorm" in name for name in of),
        "intermediate_size": of["model.layers.0.mlp.up_proj.weight"][0],
        "num_attention_heads": width // 128,
        "num_key_value_heads": of["model.layers.0.self_attn.k_proj.weight"][0] // 128,
        "vocab_size": of["lm_head.weight"][0],
        "torch_dtype": "bfloat16",
    }
    (folder / "config.json").write_text(json.dumps(config))
    spans: dict[str, int] = {}
    header: dict[str, object] = {}
    end = 0
    for name, shape in of.items():
        size = 2 * int(np.prod(shape))
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [end, end + size]}
        spans[name] = end
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with (folder / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        begin = file.tell()
        file.truncate(begin + end)
        for name, first, last in pieces:
            shape = of[name]
            at = spans[name] + 2 * first * shape[-1]
            file.seek(begin + at)
            file.write(rows(name, shape, first, last, child=child))


def whole(of: Shapes, each: int = 512) -> Iterator[tuple[str, int, int]]:
    for name, shape in of.items():
        height = shape[0] if len(shape) > 1 else 1
        for start in range(0, height, each):
            yield name, start, min(height, start + each)


def asked_of(of: Shapes) -> list[tuple[str, int, int]]:
    """Return which rows the first rungs ask of a model of these shapes: its content has no say."""
    from lineage.kinship.prepared import Model

    made = Asked(of)
    model = Model(made)
    model.digests()
    model.sketch(0, with_grams=True)
    return sorted(made.asked)


def ladder(one: str, two: str) -> None:
    """Print what the rungs of `lineage compare` read and spend on two folders."""
    from threadpoolctl import threadpool_limits

    from lineage.holdings import holding_of
    from lineage.kinship.ladder import Climb
    from lineage.kinship.residual import gain_tests, gram_tests, table_tests
    from lineage.sources import SourceOptions, open_snapshot

    began = time.process_time()
    with (
        threadpool_limits(1),
        open_snapshot(one, SourceOptions()) as mine,
        open_snapshot(two, SourceOptions()) as yours,
    ):
        held = [holding_of(snapshot).model for snapshot in (mine, yours)]
        models = [model for model in held if model is not None]
        for with_grams, rung in ((False, "rungs 0-2"), (True, "rung 3")):
            for model in models:
                model.digests()
            a, b = (model.sketch(0, with_grams=with_grams) for model in models)
            found = Climb(0, 0, 1)
            found.add(gram_tests(a, b) if with_grams else (*gain_tests(a, b), *table_tests(a, b)))
            say(rung, began, max(mine.bytes_read, yours.bytes_read), f"p = {found.p_value:.0e}")


def compared(one: str, two: str) -> None:
    """Print what the whole of `lineage compare` reads and spends."""
    from lineage.comparison import compare

    began = time.process_time()
    found = compare(one, two)
    read = max(found.suspect.bytes_read, found.reference.bytes_read)
    said = f"{found.kinship.related.value}, {found.kinship.relation.value}"
    say("whole comparison", began, read, said)


def peer(name: str) -> Callable[[str, str], None]:
    """Return what runs a peer as the zoo does."""

    def run(one: str, two: str) -> None:
        sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
        from benchmarks.zoo import tools

        method = tools.ModelDNA() if name == "modeldna" else tools.ProvenanceKit()
        began = time.process_time()
        a, b = (method.prepare(Path(folder)) for folder in (one, two))
        said = method.compare(a, b).extra.get("said", "")
        size = (Path(one) / "model.safetensors").stat().st_size
        read = size if name == "cisco" else read_by_calls() / 2
        say(name, began, int(read), str(said))

    return run


def read_by_calls() -> int:
    """Return the bytes that this process asked of files by reading (not by mapping them)."""
    text = Path("/proc/self/io").read_text()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("rchar")))


def say(what: str, began: float, read: int, said: str) -> None:
    spent = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([what, read / MB, spent, peak, said]), flush=True)


def measured(python: str, step: str, one: Path, two: Path) -> list[list[object]]:
    """Return what a step printed, run in a process of its own."""
    here = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [python, __file__, "--step", step, str(one), str(two)]
    ran = subprocess.run(command, capture_output=True, text=True, env=here, check=False)
    found = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith('["')]
    return found or [[step, float("nan"), float("nan"), float("nan"), ran.stderr[-200:].strip()]]


def show(title: str, found: list[list[object]]) -> None:
    print(f"\n### {title}\n")
    print("| what | MB read of each | CPU s | peak MB | said |\n|---|---:|---:|---:|---|")
    for what, read, spent, peak, said in found:
        text = " ".join(str(said).split()).replace("|", "/")
        print(f"| {what} | {read:,.1f} | {spent:.1f} | {peak:,.0f} | {text} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="an interpreter that has modeldna and the kit")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--step")
    parser.add_argument("folders", nargs="*")
    arguments = parser.parse_args()
    if arguments.step:
        steps: dict[str, Callable[[str, str], None]] = {"ladder": ladder, "compared": compared}
        steps |= {name: peer(name) for name in ("modeldna", "cisco")}
        steps[arguments.step](*arguments.folders)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pieces = asked_of(VAST)
        for name in ("child", "parent"):
            write(place / name, VAST, pieces, child=name == "child")
        size = (place / "parent" / "model.safetensors").stat().st_size
        found = measured(sys.executable, "ladder", place / "child", place / "parent")
        if arguments.peers:
            found += measured(arguments.peers, "modeldna", place / "child", place / "parent")
        show(f"A pair of 14B, {size / 1e9:.1f} GB each", found)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        of = shapes(2048, arguments.layers, 5632, 32_000, 512)
        for name in ("child", "parent"):
            write(place / name, of, list(whole(of)), child=name == "child")
        size = (place / "parent" / "model.safetensors").stat().st_size
        pair = place / "child", place / "parent"
        found = measured(sys.executable, "ladder", *pair)
        found += measured(sys.executable, "compared", *pair)
        for name in ("modeldna", "cisco") if arguments.peers else ():
            found += measured(arguments.peers, name, *pair)
        show(f"A pair with every byte real, {size / 1e9:.2f} GB each", found)


if __name__ == "__main__":
    main()
