"""What the look at code costs: printing a release, and a look-up in a catalogue of many files.

    python benchmarks/bench_code_cost.py --suspects transformers.whl [--files 1000000] [--work DIR]

The catalogue is made of the shipped shards, over and over with other hashes, until it holds so many
distinct files: its size and its index are those of a real one, and one copy of each shard is left
as it is for the suspects to be found in. Figures are CPU seconds; wall clock is printed with the
load beside it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from xxhash import xxh3_64_hexdigest

from lineage.code import CodeCatalogue, FilePrint, look_up, programs
from lineage.code.catalogue import STARTER
from lineage.code.index import KEY_BITS, Index, laid_out
from lineage.code.packing import deflated
from lineage.code.prints import VERSION
from lineage.code.shard import _LENGTH, ENDING, LAYOUT, MAGIC, Shard
from lineage.sources import open_snapshot

SUSPECTS = 3_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suspects", type=Path, required=True, help="a wheel of many files")
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("benchmarks/work/code-cost"))
    arguments = parser.parse_args()
    prints = printed(arguments.suspects, arguments.jobs)
    suspects = (prints * (1 + SUSPECTS // len(prints)))[:SUSPECTS]
    suspects = [replace(one, path=f"{n}/{one.path}") for n, one in enumerate(suspects)]
    build(arguments.work, arguments.files)
    looked_up(suspects, arguments.work)


def printed(wheel: Path, jobs: int) -> list[FilePrint]:
    """Print a release over several processes; say what it took."""
    began, before = time.perf_counter(), spent()
    with open_snapshot(str(wheel)) as snapshot:
        found = programs(snapshot, jobs=jobs)
    wall, cpu = time.perf_counter() - began, spent() - before
    print(
        f"{wheel.name}: {len(found.prints):,} files, {jobs} processes: {wall:.1f} s at load"
        f" {os.getloadavg()[0]:.0f}, {cpu:.1f} CPU s, {len(found.prints) / cpu:.0f} files a CPU"
        f" second; {len(found.unread)} unread",
        flush=True,
    )
    return list(found.prints)


def looked_up(suspects: list[FilePrint], folder: Path) -> None:
    began, before = time.perf_counter(), spent()
    catalogue = CodeCatalogue([folder])
    assert not catalogue.faults, catalogue.faults
    found = look_up(suspects, catalogue)
    wall, cpu = time.perf_counter() - began, spent() - before
    size = sum(shard.path.stat().st_size for shard in catalogue.shards)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(suspects):,} files looked up among {len(catalogue):,} ({size / 1e6:,.0f} MB,"
        f" {len(catalogue.shards)} shards): {cpu:.1f} CPU s, {wall:.1f} s at load"
        f" {os.getloadavg()[0]:.0f}, peak {peak:,.0f} MB; {len(found.matches):,} matches"
    )


def build(folder: Path, files: int) -> None:
    """Write shards until they hold so many files."""
    folder.mkdir(parents=True, exist_ok=True)
    held = sum(shard.contents.files for shard in CodeCatalogue([folder]).shards)
    starter = CodeCatalogue([STARTER]).shards
    number = 0
    while held < files:
        for shard in starter:
            path = folder / f"{shard.contents.work.name}-{number:03}{ENDING}"
            if held < files and not path.exists():
                write(path, shard, number)
                held += shard.contents.files
        number += 1


def write(path: Path, shard: Shard, number: int) -> None:
    """Write a shard once more as another work's, with its hashes moved by a number."""
    sections = {name: (shard._sections[name].count, data) for name, data in moved(shard, number)}  # noqa: SLF001
    body = b"".join(data for _, data in sections.values())
    held = shard.contents
    header = {
        "layout": LAYOUT,
        "prints": VERSION,
        "work": [f"{held.work.name}-{number}", f"{held.work.purl}-{number}", held.work.url],
        "releases": [[one.version, one.date, one.licence] for one in held.releases],
        "families": held.families,
        "files": held.files,
        "sections": [
            [name, count, len(data), "" if name == "records" else xxh3_64_hexdigest(data)]
            for name, (count, data) in sections.items()
        ],
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    head = deflated(header)
    path.write_bytes(MAGIC + _LENGTH.pack(len(head)) + head + body)


def moved(shard: Shard, number: int) -> Iterator[tuple[str, bytes]]:
    """Yield the sections, the keys of the indexes moved by a step of their own."""
    step = np.uint64(0x9E3779B97F4A7C15 * number % (1 << KEY_BITS))
    for name in shard._sections:  # noqa: SLF001 - the same layout is written
        if number and name in ("keys", "streams", "shapes", "blobs"):
            index: Index = getattr(shard, name)
            keys = (index.keys + step) % np.uint64(1 << KEY_BITS)
            yield name, laid_out(keys, index.owners)
        else:
            yield name, bytes(shard._section(name))  # noqa: SLF001


def spent() -> float:
    """Return the CPU seconds of this process and of those it started and waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


if __name__ == "__main__":
    main()
