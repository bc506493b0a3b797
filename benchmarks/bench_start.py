"""How fast the command starts, and how fast it answers for a model whose licence is known.

Run with ``python benchmarks/bench_start.py [REPEATS]``. Each audit has a cache folder of its own,
so nothing that an earlier run settled is there; the files of Python and of the package are in the
page cache after the first run, which is left out. That scancode was not loaded is seen from the
memory: its index alone takes more than a gigabyte, in whichever process it is loaded.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

LINEAGE = Path(sys.executable).with_name("lineage")
HELP_LIMIT, AUDIT_LIMIT = 0.3, 2.0
#: Peak memory above which something as large as scancode's index was loaded somewhere.
MEMORY_LIMIT = 400

MIT = """MIT License

Copyright (c) 2024 Example Authors

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@dataclass(frozen=True)
class Run:
    seconds: float
    #: Processor time of the process and its children: what a busy machine leaves unchanged.
    cpu: float
    #: Peak resident memory of the largest process of the run, children included, in MB.
    megabytes: float
    code: int
    output: str


def run(*arguments: str, cache: Path) -> Run:
    """Run the command and wait for it and all its children."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
        start = time.perf_counter()
        child = os.posix_spawn(
            LINEAGE,
            [str(LINEAGE), *arguments],
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, out.fileno(), 1)],
        )
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        peak = usage.ru_maxrss / 1024
        cpu = usage.ru_utime + usage.ru_stime
        return Run(seconds, cpu, peak, os.waitstatus_to_exitcode(status), out.read())


def header_of(name: str, rows: int, columns: int) -> bytes:
    """Return a whole safetensors file of one tensor of zeros."""
    size = rows * columns * 2
    entry = {name: {"dtype": "BF16", "shape": [rows, columns], "data_offsets": [0, size]}}
    header = json.dumps({"__metadata__": {"format": "pt"}, **entry}).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + bytes(size)


def write_model(folder: Path) -> None:
    """Write a model repository of ten files under MIT."""
    card = "---\nlicense: mit\npipeline_tag: text-generation\nlibrary_name: transformers\n---\n"
    config = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64}
    index = {"metadata": {}, "weight_map": {"a.weight": "model-00001-of-00001.safetensors"}}
    files: dict[str, str | bytes] = {
        "LICENSE": MIT,
        "README.md": card + "# Example\n\nA small model for text generation.\n",
        ".gitattributes": "*.safetensors filter=lfs diff=lfs merge=lfs -text\n",
        "config.json": json.dumps(config, indent=2),
        "generation_config.json": json.dumps({"max_length": 2048}),
        "tokenizer.json": json.dumps({"model": {"type": "BPE", "vocab": {}, "merges": []}}),
        "tokenizer_config.json": json.dumps({"tokenizer_class": "LlamaTokenizer"}),
        "model.safetensors.index.json": json.dumps(index),
        "model-00001-of-00001.safetensors": header_of("a.weight", 64, 64),
        "modeling_example.py": "# SPDX-License-Identifier: MIT\nimport torch\n",
    }
    assert len(files) == 10
    for name, content in files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)


def measure(repeats: int, *arguments: str, codes: set[int], folder: Path) -> list[Run]:
    """Return the runs after a first one, each with an empty cache."""
    runs = []
    for number in range(repeats + 1):
        cache = folder / f"cache-{number}"
        cache.mkdir(parents=True)
        done = run(*arguments, cache=cache)
        assert done.code in codes, (arguments, done)
        runs.append(done)
    return runs[1:]


def machine() -> str:
    """Return what the figures were taken on."""
    cpu = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [ln for ln in info.read_text().splitlines() if ln.startswith("model name")]
        cpu = names[0].partition(":")[2].strip() if names else cpu
    cores, load = os.cpu_count(), os.getloadavg()[0]
    return (
        f"{cpu}, {cores} cores, load {load:.1f}, Python {platform.python_version()}, {sys.platform}"
    )


def main() -> int:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / "model"
        model.mkdir()
        write_model(model)
        helps = measure(repeats, "--help", codes={0}, folder=folder / "help")
        audits = measure(
            repeats, "audit", str(model), "--format", "json", codes={0}, folder=folder / "audit"
        )
    report = json.loads(audits[0].output)
    licences = {record["scope"]: record["concluded"] for record in report["licences"]}
    assert set(licences.values()) == {"MIT"}, licences
    print(f"Machine: {machine()}. Median of {repeats} runs (fastest to slowest).\n")
    print("| what | seconds | limit | CPU s | peak MB |")
    print("|---|---|---|---|---|")
    within = True
    for what, runs, limit in (
        ("`lineage --help`", helps, HELP_LIMIT),
        ("audit of a ten-file model under MIT, cold cache", audits, AUDIT_LIMIT),
    ):
        times = sorted(done.seconds for done in runs)
        median, peak = statistics.median(times), max(done.megabytes for done in runs)
        within &= median < limit and peak < MEMORY_LIMIT
        spread = f"{median:.2f} ({times[0]:.2f} to {times[-1]:.2f})"
        cpu = statistics.median(done.cpu for done in runs)
        print(f"| {what} | {spread} | {limit} | {cpu:.2f} | {peak:.0f} |")
    loaded = "was not" if max(done.megabytes for done in audits) < MEMORY_LIMIT else "may have been"
    print(f"\nscancode {loaded} loaded: its index takes more than {MEMORY_LIMIT} MB.")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
