"""How fast a weight file is hashed and looked at in one pass, beside ``sha256sum``.

Run with ``python benchmarks/bench_inventory.py [MEGABYTES] [REPEATS]``. Each type of number gets a
file of its own, written once and read from the page cache by both, in turn, in the same run. The
target is 0.8 of the throughput of ``sha256sum``; the same digest by Python's hashlib alone is shown
beside it, since that is what the pass can at best reach where it is the faster of the two.
"""

from __future__ import annotations

import hashlib
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

from lineage.formats import safetensors
from lineage.formats.inventory import CHUNK, take_inventory

TARGET = 0.8
DTYPES = {
    "BF16": ml_dtypes.bfloat16,
    "F16": np.float16,
    "F32": np.float32,
    "F8_E4M3": ml_dtypes.float8_e4m3fn,
}
MATRIX = 4 << 20


def written(folder: Path, name: str, megabytes: int) -> Path:
    """Write matrices of four million random numbers each."""
    rng = np.random.default_rng(1)
    matrix = (rng.standard_normal(MATRIX, dtype=np.float32) * 0.02).astype(DTYPES[name])
    count = max(1, (megabytes << 20) // matrix.nbytes)
    path = folder / f"{name}.safetensors"
    save_file({f"layers.{n:03}.weight": matrix.reshape(2048, -1) for n in range(count)}, path)
    return path


def inventory(path: Path) -> str:
    with path.open("rb", buffering=0) as file:

        def read(start: int, stop: int) -> bytes:
            file.seek(start)
            return file.read(stop - start)

        size = path.stat().st_size
        header = safetensors.read_header(read, size)
        found = take_inventory(read, size, header.tensors)
    assert len(found.statistics) == len(header.tensors)
    return found.sha256


def by_hashlib(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def by_sha256sum(path: Path) -> str:
    command = ["sha256sum", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[0]


def timed(function: Callable[[Path], str], path: Path) -> tuple[float, str]:
    start = time.perf_counter()
    digest = function(path)
    return time.perf_counter() - start, digest


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print(f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"median of {repeats} runs in turn, {megabytes} MiB a file, MB/s\n")
    print(f"{'type':8} {'inventory':>10} {'sha256sum':>10} {'hashlib':>10} {'ratio':>7}")
    worst = 1e9
    for name in DTYPES:
        with tempfile.TemporaryDirectory() as folder:
            path = written(Path(folder), name, megabytes)
            size = path.stat().st_size / 1e6
            runs: dict[str, list[float]] = {}
            for _ in range(repeats):
                digests = set()
                for function in (by_sha256sum, inventory, by_hashlib):
                    seconds, digest = timed(function, path)
                    runs.setdefault(function.__name__, []).append(size / seconds)
                    digests.add(digest)
                assert len(digests) == 1
        ours, theirs, plain = (
            statistics.median(runs[key]) for key in ("inventory", "by_sha256sum", "by_hashlib")
        )
        worst = min(worst, ours / theirs)
        print(f"{name:8} {ours:10,.0f} {theirs:10,.0f} {plain:10,.0f} {ours / theirs:7.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = "met" if worst >= TARGET else "missed"
    print(f"\ntarget {TARGET} of sha256sum: {verdict} (worst {worst:.2f}); peak {peak:.0f} MB,")
    print("most of it for writing the files")


if __name__ == "__main__":
    main()
