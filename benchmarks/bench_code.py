"""How well copied source files are found, with their release, beside four other methods.

    python benchmarks/bench_code.py [--files 100] [--background 5000] [--work benchmarks/work/code]

Upstream: releases of public packages, downloaded from PyPI into the work folder (nothing of them is
executed), gathered into a catalogue. Suspects: files of them changed by script. Background: files
of packages that have nothing to do with them, and the standard library. Odd releases were for
choosing thresholds, even ones are reported on (``--tune`` swaps them).
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TypeVar

import numpy as np
from code_mutations import MUTATIONS, pasted, renamed
from datasketch import MinHash
from scanoss_winnowing.winnowing import Winnowing

from lineage.code import (
    CodeCatalogue,
    CodeMatches,
    FileMatch,
    FilePrint,
    Release,
    Work,
    fingerprint,
    look_up,
)
from lineage.code.gathering import Harvest
from lineage.code.languages import language_of
from lineage.code.tokens import tokens_of
from lineage.code.winnow import winnow
from lineage.sources import open_snapshot

UPSTREAM = {
    "peft": [f"0.{n}.0" for n in range(1, 22)],
    "timm": ["0.4.5", "0.5.4", "0.6.5", "0.9.0", "1.0.3"],
    "accelerate": [f"0.{n}.0" for n in range(18, 35)],
    "transformers": ["4.30.0", "4.34.0", "4.38.0", "4.42.0", "4.46.1", "4.50.0", "4.54.0"],
}
#: Of transformers only the models are taken: the rest is large and seldom copied.
MODELS = "transformers/models/"
#: Distributions that share nothing with those.
BACKGROUND = [
    "django",
    "sympy",
    "pandas",
    "scikit-learn",
    "scipy",
    "matplotlib",
    "twisted",
    "sqlalchemy",
    "babel",
    "pygments",
    "astropy",
    "nltk",
    "boto3",
    "botocore",
    "sphinx",
    "ansible-core",
    "celery",
    "numba",
    "dask",
    "networkx",
    "bokeh",
    "plotly",
    "xgboost",
    "lightgbm",
    "statsmodels",
    "tornado",
    "aiohttp",
    "jinja2",
    "werkzeug",
    "flask",
    "fastapi",
    "pydantic",
    "httpx",
]
SEED = 20261121
T = TypeVar("T", str, int)


#: Texts by work and release, and by path.
CORPUS: dict[tuple[str, str], dict[str, str]] = {}


@dataclass(frozen=True)
class Suspect:
    path: str
    text: str
    original: str
    work: str
    upstream: str
    blob: str
    #: What the right answer may be called: releases that hold the same tokens.
    releases: frozenset[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--background", type=int, default=5000)
    parser.add_argument("--work", type=Path, default=Path("benchmarks/work/code"))
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--show", action="store_true", help="print every false match")
    arguments = parser.parse_args()
    chance = random.Random(SEED + arguments.tune)
    corpus = gathered(arguments.work)
    CORPUS.update(corpus)
    catalogue = CodeCatalogue([arguments.work / "shards"])
    assert not catalogue.faults, catalogue.faults
    originals = chosen(corpus, catalogue, arguments.files, chance, tune=arguments.tune)
    print(
        f"{sum(s.contents.files for s in catalogue.shards):,} distinct upstream files of"
        f" {len(catalogue.works)} works; {len(originals)} of them changed by script;"
        f" load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
    )
    hosts = [text for _, text in background(arguments.work, 400, chance)]
    recall(originals, hosts, catalogue, chance)
    false_matches(arguments, catalogue, chance, originals)


def gathered(work: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Return the texts by work and release, and see that the shards are there."""
    corpus = {}
    for name, versions in UPSTREAM.items():
        paths = [(version, downloaded(work, name, version)) for version in versions]
        held = [(version, path) for version, path in paths if path]
        for version, path in held:
            corpus[name, version] = dict(texts(path, name))
        if not list((work / "shards").glob(f"{name}-*")):
            harvest = Harvest(
                Work(name, f"pkg:pypi/{name}", f"https://pypi.org/project/{name}/"),
                wanted=is_wanted,
                jobs=1,
            )
            for number, (version, path) in enumerate(held):
                with open_snapshot(str(path)) as snapshot:
                    harvest.add(snapshot, Release(version, f"20{number:02}-01-01"))
            harvest.write(work / "shards")
    return corpus


def downloaded(work: Path, name: str, version: str) -> Path | None:
    """Return the wheel of a release, from PyPI if it is not there yet."""
    folder = work / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}-"
    for _ in range(2):
        if there := [p for p in folder.iterdir() if p.name.lower().startswith(stem.lower())]:
            return there[0]
        command = ("download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(folder))
        subprocess.run(
            [sys.executable, "-m", "pip", *command, f"{name}=={version}"],
            check=False,
            capture_output=True,
        )
    return None


def is_wanted(path: str) -> bool:
    models = path.startswith(MODELS) and "/modeling_" in path and "_tf_" not in path
    return path.endswith(".py") and (models or not path.startswith("transformers/"))


def texts(path: Path, top: str) -> Iterator[tuple[str, str]]:
    with open_snapshot(str(path)) as snapshot:
        for entry in snapshot.files():
            if is_wanted(entry.path) and entry.path.startswith(f"{top}/"):
                try:
                    yield entry.path, snapshot.read(entry.path, 1 << 20).decode()
                except ValueError:
                    continue


def chosen(
    corpus: dict[tuple[str, str], dict[str, str]],
    catalogue: CodeCatalogue,
    count: int,
    chance: random.Random,
    *,
    tune: bool,
) -> list[Suspect]:
    """Return originals: files of some size, each of a release of its own."""
    shards = {shard.contents.work.name: shard for shard in catalogue.shards}
    pool = []
    for (name, version), files in corpus.items():
        if list(UPSTREAM[name]).index(version) % 2 == (0 if tune else 1):
            pool += [(name, version, path) for path in files if "/tests/" not in path]
    chance.shuffle(pool)
    made: list[Suspect] = []
    per_work: dict[str, int] = {}
    for name, version, path in pool:
        text = corpus[name, version][path]
        if len(made) == count or per_work.get(name, 0) > count // 3 or not is_fit(text):
            continue
        found = fingerprint(path, text.encode())
        assert isinstance(found, FilePrint)
        if found.tokens < 300 or name not in shards:
            continue
        equal = frozenset(
            v
            for (other, v), files in corpus.items()
            if other == name and path in files and stream(path, files[path]) == found.shape
        )
        per_work[name] = per_work.get(name, 0) + 1
        made.append(Suspect(path, text, text, name, path, found.blob, equal))
    return made


_SHAPES: dict[tuple[str, str], int] = {}


def stream(path: str, text: str) -> int:
    key = (path, text)
    if key not in _SHAPES:
        found = fingerprint(path, text.encode())
        _SHAPES[key] = found.shape if isinstance(found, FilePrint) else 0
    return _SHAPES[key]


def is_fit(text: str) -> bool:
    try:
        compile(text, "x", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return len(text) > 2_000


def background(work: Path, count: int, chance: random.Random) -> list[tuple[str, str]]:
    """Return files that have nothing to do with upstream."""
    folder = work / "background"
    folder.mkdir(parents=True, exist_ok=True)
    for name in BACKGROUND:
        if not list(folder.glob(f"{name.replace('-', '_')}-*")):
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    "-q",
                    "--no-deps",
                    "--only-binary=:all:",
                    "-d",
                    str(folder),
                    name,
                ],
                check=False,
                capture_output=True,
            )
    found = []
    for wheel in sorted(folder.glob("*.whl")):
        with open_snapshot(str(wheel)) as snapshot:
            for entry in snapshot.files():
                if entry.path.endswith(".py") and (entry.size or 0) > 500:
                    try:
                        text = snapshot.read(entry.path, 1 << 20).decode()
                    except ValueError:
                        continue
                    found.append((f"{wheel.name.split('-')[0]}:{entry.path}", text))
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.rglob("*.py")):
        if "site-packages" not in path.parts and path.stat().st_size > 500:
            try:
                found.append((f"stdlib:{path.relative_to(library)}", path.read_text("utf-8")))
            except ValueError:
                continue
    chance.shuffle(found)
    return found[:count]


def recall(
    originals: list[Suspect], hosts: list[str], catalogue: CodeCatalogue, chance: random.Random
) -> None:
    peers = Peers([one.original for one in originals])
    hosts = [host for host in hosts if is_fit(host) and len(host) > 4_000]
    rows: dict[str, list[tuple[Suspect, str]]] = {}
    for name, change in MUTATIONS.items():
        rows[name] = [(one, made) for one in originals if (made := changed(one, change, chance))]
    some = [(one, pasted(one.text, chance.choice(hosts), chance)) for one in originals]
    rows["30 % of functions pasted into another file"] = [(o, t) for o, t in some if t]
    rows["the same, renamed first"] = [
        (o, t)
        for o in originals
        if (r := changed(o, renamed, chance)) and (t := pasted(r, chance.choice(hosts), chance))
    ]
    print(
        "\n| files | n | upstream found | 95 % | right file or its equal | right release |"
        " scanoss | MinHash | difflib | Dolos |"
    )
    print("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|")
    for name, pairs in rows.items():
        report(name, pairs, catalogue, peers)


def changed(
    one: Suspect, change: Callable[[str, random.Random], str], chance: random.Random
) -> str | None:
    try:
        return change(one.text, chance)
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return None


def report(
    name: str, pairs: list[tuple[Suspect, str]], catalogue: CodeCatalogue, peers: Peers
) -> None:
    prints = []
    for number, (_, text) in enumerate(pairs):
        one_print = fingerprint(f"{number:05}/changed.py", text.encode())
        assert isinstance(one_print, FilePrint)
        prints.append(one_print)
    found = look_up(prints, catalogue)
    by_path: dict[str, list[FileMatch]] = {}
    for match in found.matches:
        by_path.setdefault(match.suspect.path, []).append(match)
    seen = right = dated = 0
    others = np.zeros(4, dtype=int)
    for number, (one, text) in enumerate(pairs):
        matches = by_path.get(f"{number:05}/changed.py", [])
        of_work = [m for m in matches if m.upstream.work.name == one.work]
        seen += bool(of_work)
        exact = [m for m in of_work if is_right_file(m, one)]
        right += bool(exact)
        dated += any(is_right_release(m, one) for m in of_work)
        others += peers.found(text, one.original)
        if not of_work:
            print(f"  missed: {name}: {one.work} {one.path}", file=sys.stderr)
        elif not any(is_right_release(m, one) for m in of_work):
            m = of_work[0]
            print(
                f"  release: {name}: {one.path} of {sorted(one.releases)}: {m.upstream.path}"
                f" {m.upstream.release.version}-{m.upstream.last.version}",
                file=sys.stderr,
            )
    n = len(pairs)
    low, high = wilson(seen, n)
    shown = " | ".join(f"{k / n:.2f}" for k in others)
    print(
        f"| {name} | {n} | {seen / n:.3f} | {low:.3f} to {high:.3f} | {right / n:.3f} |"
        f" {dated / n:.3f} | {shown} |",
        flush=True,
    )


def is_right_file(match: FileMatch, one: Suspect) -> bool:
    """Say whether the file named is the one, or the same one where the work had it elsewhere."""
    return match.upstream.path == one.upstream or is_right_release(match, one)


def is_right_release(match: FileMatch, one: Suspect) -> bool:
    """Say whether the file in the release named holds the same tokens as the one changed."""
    text = CORPUS[one.work, match.upstream.release.version].get(match.upstream.path)
    return text is not None and stream(match.upstream.path, text) == stream(one.path, one.original)


def wilson(k: int, n: int, z: float = 1.96) -> tuple[float, float]:
    if not n:
        return 0.0, 1.0
    p = k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


class Peers:
    """Other methods with the rules that they are used with, on a pair of texts.

    scanoss: share of the suspect's or upstream's winnowed hashes >= .2; MinHash: Jaccard of word
    5-grams >= .7 (BigCode); difflib: ratio of lines >= .5; Dolos: k=23, window 17 over abstracted
    tokens, share >= .2.
    """

    def __init__(self, originals: list[str]) -> None:
        del originals
        self._winnowing = Winnowing()

    def found(self, text: str, original: str) -> np.ndarray:
        return np.array(
            [
                self.contained(self.wfp(text), self.wfp(original)) >= 0.2,
                self.minhash(text).jaccard(self.minhash(original)) >= 0.7,
                self.lines(text, original) >= 0.5,
                self.contained(self.dolos(text), self.dolos(original)) >= 0.2,
            ],
            dtype=int,
        )

    def wfp(self, text: str) -> set[str]:
        made = self._winnowing.wfp_for_contents("x.py", bin_file=False, contents=text.encode())
        return {
            h
            for line in made.splitlines()[1:]
            if "=" in line
            for h in line.split("=")[1].split(",")
        }

    def minhash(self, text: str) -> MinHash:

        words = text.split()
        made = MinHash(num_perm=128)
        grams = {" ".join(words[n : n + 5]).encode() for n in range(max(1, len(words) - 4))}
        made.update_batch(list(grams))
        return made

    def lines(self, text: str, original: str) -> float:
        a, b = ([x.strip() for x in t.split("\n") if x.strip()] for t in (text, original))
        return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()

    def dolos(self, text: str) -> set[int]:
        language = language_of("x.py")
        assert language is not None
        tokens = tokens_of(text.encode(), language)
        return set(winnow(tokens.shaped, tokens.lines, 23, 17).hashes.tolist())

    @staticmethod
    def contained(one: set[T], other: set[T]) -> float:
        both = len(one & other)
        return max(both / max(1, len(one)), both / max(1, len(other)))


def false_matches(
    arguments: argparse.Namespace,
    catalogue: CodeCatalogue,
    chance: random.Random,
    originals: list[Suspect],
) -> None:
    files = background(arguments.work, arguments.background, chance)
    began = time.process_time()
    prints = [
        found
        for number, (name, text) in enumerate(files)
        if isinstance(found := fingerprint(f"{number:05}/{name}", text.encode()), FilePrint)
    ]
    made = time.process_time() - began
    began = time.process_time()
    matched: CodeMatches = look_up(prints, catalogue)
    spent = time.process_time() - began
    hit = {match.suspect.path for match in matched.matches}
    low, high = wilson(len(hit), len(prints))
    print(
        f"\nUnrelated files: {len(prints):,}; matched {len(hit)}"
        f" ({len(hit) / len(prints):.3%}, 95 % {low:.3%} to {high:.3%}).\n"
        f"Fingerprints: {len(prints) / made:,.0f} files a CPU second; look-up {spent:.1f} CPU s."
    )
    for match in matched.matches:
        print(
            f"- {match.suspect.path} ~ {match.upstream.work.name} {match.upstream.path}"
            f" ({match.basis.value}; {match.of_suspect:.2f} of it, {match.of_upstream:.2f} of"
            f" upstream; named {match.named.weight:.0f}, shaped {match.shaped.weight:.0f};"
            f" lines {[p.suspect for p in match.lines[:3]]}"
            f" {[p.upstream for p in match.lines[:3]]})"
        )
    peers_false(files, originals)


def peers_false(files: list[tuple[str, str]], originals: list[Suspect]) -> None:
    """Print how many unrelated files each peer's rule matches with any of the originals."""
    peers = Peers([])
    for name, of in (("scanoss", peers.wfp), ("Dolos", peers.dolos)):
        theirs = [of(one.original) for one in originals]
        by_hash: dict[object, list[int]] = {}
        for number, held in enumerate(theirs):
            for one in held:
                by_hash.setdefault(one, []).append(number)
        count = 0
        for _, text in files:
            mine = of(text)
            shared: dict[int, int] = {}
            for one in mine:
                for number in by_hash.get(one, ()):
                    shared[number] = shared.get(number, 0) + 1
            count += any(
                k / max(1, len(mine)) >= 0.2 or k / max(1, len(theirs[n])) >= 0.2
                for n, k in shared.items()
            )
        print(
            f"{name} by its rule: {count} of {len(files):,} ({count / len(files):.2%}), against"
            f" {len(originals)} upstream files alone"
        )


if __name__ == "__main__":
    main()
