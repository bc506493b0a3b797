"""How fast the terms of licences are at hand, and how fast a licence text is read.

Run with ``python benchmarks/bench_terms.py``. The texts are those of scancode's data.
"""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from pathlib import Path

LOAD_LIMIT, TEXT_LIMIT = 100, 20
LOAD = """
import time, lineage.licences
start = time.perf_counter()
from lineage.licences.knowledge import load
base = load()
loaded = time.perf_counter()
base.find("llama3.1")
found = time.perf_counter()
count = len(list(base))
print((loaded - start) * 1e3, (found - loaded) * 1e3, (time.perf_counter() - found) * 1e3, count)
"""


def main() -> int:
    """Print the figures; 1 where one is over its limit."""
    runs = [
        [float(part) for part in subprocess.check_output([sys.executable, "-c", LOAD]).split()]
        for _ in range(5)
    ]
    load, one, every, count = (statistics.median(column) for column in zip(*runs, strict=True))
    print(
        f"load the knowledge base      {load:6.1f} ms  (limit {LOAD_LIMIT}; {count:.0f} licences)"
    )
    print(f"take the first licence apart {one:6.1f} ms")
    print(f"take all the others apart    {every:6.1f} ms")
    slow = load > LOAD_LIMIT
    for name, figures in readings().items():
        median, worst = statistics.median(figures), max(figures)
        print(
            f"{name:<28} {median:6.1f} ms  (worst {worst:.1f}, limit {TEXT_LIMIT};"
            f" {len(figures)} texts)"
        )
        slow = slow or median > TEXT_LIMIT
    return int(slow)


def readings() -> dict[str, list[float]]:
    """Return the milliseconds that reading each text takes, by what is done with it."""
    from lineage.licences.clauses import extract
    from lineage.licences.sketches import nearest
    from lineage.licences.words import words_of

    spec = importlib.util.find_spec("licensedcode")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "data" / "licenses"
    bodies = [
        path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")[2]
        for path in sorted(folder.glob("*.LICENSE"))[::5]
    ]
    nearest(words_of(["warm up"]))
    found: dict[str, list[float]] = {"read the facts of a text": [], "find the nearest licence": []}
    for body in filter(str.strip, bodies):
        words = words_of(body.split("\n"))
        start = time.perf_counter()
        extract(body)
        extracted = time.perf_counter()
        nearest(words)
        found["read the facts of a text"].append((extracted - start) * 1e3)
        found["find the nearest licence"].append((time.perf_counter() - extracted) * 1e3)
    return found


if __name__ == "__main__":
    sys.exit(main())
