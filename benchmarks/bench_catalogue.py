"""What a catalogue costs: bytes and seconds for thousands of references, and for one look-up.

    python benchmarks/bench_catalogue.py [--references 10000] [--width 384]

References are synthetic fingerprints with the shapes of a real encoder of that width (gains, 128
token rows, three Grams, a probe), all independent but one, which the suspect was trained on from.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from lineage.catalogue import Catalogue, Entry, look_up
from lineage.catalogue.sieve import WORTH
from lineage.catalogue.store import open_catalogue
from lineage.kinship.fingerprint import VERSION, Fingerprint
from lineage.kinship.grams import Gram
from lineage.kinship.names import Role
from lineage.kinship.outline import closeness, outline
from lineage.kinship.screen import screen
from lineage.kinship.sketch import Sketch, Table
from lineage.kinship.storage import LARGEST, encode
from lineage.model import Host, Repo

#: Strangers of a width that are made; more references hold the same ones again.
DISTINCT = 250
LAYERS, TOKENS, ANCHORS, PROBE = 6, 128, 64, 96


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--references", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--others", type=float, default=0.5, help="share of another width")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.sqlite3"
        catalogue = open_catalogue(path, create=True)
        assert catalogue is not None
        with catalogue:
            measure(catalogue, path, arguments)
    power(arguments.width)


def measure(catalogue: Catalogue, path: Path, arguments: argparse.Namespace) -> None:
    start = time.perf_counter()
    sizes = []
    made: dict[tuple[int, int], bytes] = {}
    parent = arguments.references // 4
    for seed in range(arguments.references):
        wide = seed >= arguments.references * (1 - arguments.others)
        width = arguments.width * 2 if wide else arguments.width
        kind = seed if seed == parent else -1 - seed % DISTINCT, width
        packed = made.get(kind) or encode(fingerprint(kind[0] % 10**6, width))
        made[kind] = packed
        sizes.append(len(packed))
        catalogue.put(entry(seed, packed))
    filled = time.perf_counter() - start
    child = fingerprint(parent, arguments.width, noise=0.5)
    began = time.process_time(), time.perf_counter()
    found = look_up(catalogue, repo(-1), (), lambda: child)
    spent = time.process_time() - began[0], time.perf_counter() - began[1]
    names = [match.entry.repo.id for match in found.matches]
    assert names == [repo(parent).id], names
    count = arguments.references
    print(f"references            {count:,} ({arguments.others:.0%} of another width)")
    print(
        f"fingerprint           {np.mean(sizes):,.0f} bytes, at most {max(sizes):,} of {LARGEST:,}"
    )
    print(f"catalogue on disk     {size_of(path) / count:,.0f} bytes a reference")
    print(f"making and keeping    {filled:.1f} s")
    print(f"one look-up           {spent[1]:.1f} s, {spent[0]:.1f} s of CPU")
    print(f"a reference           {spent[0] / count * 1000:.1f} ms of CPU")
    print(
        f"matches               {names}, p < {found.matches[0].p_value:.0e} over {found.screened:,}"
    )
    print(
        f"memory                {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"
    )
    print(f"load while measuring  {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def power(width: int, pairs: int = 20) -> None:
    """Print how often a child that retains so much of its parent is found, by screen and tests."""
    print("\nretained correlation   passed the sieve   p < 1e-10 by the tests alone")
    for retained in (0.2, 0.1, 0.07, 0.05, 0.03, 0.0):
        noise = float("inf") if not retained else (1 / retained**2 - 1) ** 0.5
        seen = tested = 0
        for seed in range(pairs):
            parent = fingerprint(seed, width)
            child = fingerprint(seed + 10**6 * (not retained), width, min(noise, 1e3))
            mine, yours = (outline(made.sketches[0]) for made in (child, parent))
            seen += bool(closeness(mine, yours[None])[0] >= WORTH)
            p_value = screen(child, [parent])[0].p_value
            tested += p_value is not None and p_value < 1e-10
        print(f"{retained:20.2f}   {seen:8} of {pairs}   {tested:8} of {pairs}")


def size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


def fingerprint(seed: int, width: int, noise: float = 0.0) -> Fingerprint:
    generator = np.random.default_rng(seed)
    moved = np.random.default_rng((seed, 1))
    count = min(width, 512)

    def some(*shape: int) -> np.ndarray:
        made = generator.standard_normal(size=shape, dtype=np.float32)
        if noise:
            made += np.float32(noise) * moved.standard_normal(size=shape, dtype=np.float32)
        return made

    def gram() -> Gram:
        return Gram(np.arange(ANCHORS, dtype=np.int64), some(ANCHORS, count))

    probe = some(PROBE, count)
    probe /= np.linalg.norm(probe, axis=1, keepdims=True)
    made = Sketch(
        name="",
        width=width,
        layers=LAYERS,
        named=True,
        coordinates=np.linspace(0, width - 1, count).round().astype(np.int64),
        numbered=False,
        alive=np.ones(count, dtype=bool),
        gains=(1 + 0.1 * some(2 * LAYERS, count)).astype(np.float32),
        gain_places=tuple((p, n) for n in range(LAYERS) for p in ("attention", "feed-forward")),
        tables=(
            Table(
                tensor="embedding",
                role=Role.EMBEDDING,
                tokens=np.arange(1, TOKENS + 1, dtype=np.uint64),
                ids=np.arange(TOKENS, dtype=np.int64),
                values=some(TOKENS, count),
                height=30_000,
            ),
        ),
        grams={name: gram() for name in ("attention", "feed-forward", "all")},
        probe=probe,
    )
    digests = tuple(int(n) for n in generator.integers(1, 1 << 62, size=100))
    return Fingerprint(
        version=VERSION,
        sketches=(made,),
        digests=() if noise else digests,
        tensors=100,
        parameters=10**7,
        vocabulary=True,
        bytes_read=0,
    )


def entry(seed: int, packed: bytes) -> Entry:
    return Entry(repo(seed), "Apache-2.0", 10**7, VERSION, (), packed)


def repo(seed: int) -> Repo:
    name = f"org/model-{seed}"
    return Repo(
        Host.HUGGINGFACE,
        name,
        "0" * 40,
        f"https://huggingface.co/{name}",
        f"pkg:huggingface/{name}",
    )


if __name__ == "__main__":
    main()
