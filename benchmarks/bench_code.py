"""How well copied source files are found, with their release, beside four other methods.

    python benchmarks/bench_code.py [--files 100] [--background 5000] [--work benchmarks/work/code]

Upstream: releases of public packages, downloaded from PyPI into the work folder (nothing of them is
executed), gathered into a catalogue. Suspects: files of them changed by script. Background: files
of packages that have nothing to do with them, and the standard library. Odd releases were for
choosing thresholds, even ones are reported on (``--tune`` swaps them).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
from code_corpus import (
    CORPUS,
    FRESH,
    GENRE,
    UPSTREAM,
    Suspect,
    background,
    chosen,
    files_of,
    gathered,
    is_fit,
    printed,
    stream,
)
from code_mutations import MUTATIONS, pasted, renamed
from code_peers import Peers, peers_false
from interval import wilson

from lineage.code import CodeCatalogue, CodeMatches, FileMatch, FilePrint, fingerprint, look_up

SEED = 20261121


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--background", type=int, default=5000)
    parser.add_argument("--work", type=Path, default=Path("benchmarks/work/code"))
    parser.add_argument("--tune", action="store_true")
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
    if originals:
        recall(originals, hosts, catalogue, chance)
    unrelated = background(arguments.work, arguments.background, chance)
    false_matches("Unrelated files", unrelated, catalogue)
    peers_false(unrelated, originals)
    for what, packages, folder in (
        ("More unrelated files", FRESH, "fresh"),
        ("Files of the same genre", GENRE, "genre"),
    ):
        false_matches(what, list(files_of(packages, arguments.work / folder)), catalogue)


def recall(
    originals: list[Suspect], hosts: list[str], catalogue: CodeCatalogue, chance: random.Random
) -> None:
    peers = Peers()
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
        "\n| files | n | upstream found | 95 % | right file or its equal | release that holds what"
        " was taken | the very one | scanoss | MinHash | difflib | Dolos |"
    )
    print("|---|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, pairs in rows.items():
        report(name, pairs, catalogue, peers, is_part=name not in MUTATIONS)


def changed(
    one: Suspect, change: Callable[[str, random.Random], str], chance: random.Random
) -> str | None:
    try:
        return change(one.text, chance)
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return None


def report(
    name: str,
    pairs: list[tuple[Suspect, str]],
    catalogue: CodeCatalogue,
    peers: Peers,
    *,
    is_part: bool,
) -> None:
    found: dict[str, list[FileMatch]] = {}
    prints = [printed(f"{n:05}/changed.py", text) for n, (_, text) in enumerate(pairs)]
    for match in look_up(prints, catalogue).matches:
        found.setdefault(match.suspect.path, []).append(match)
    tally: Counter[str] = Counter()
    others = np.zeros(4, dtype=int)
    for one_print, (one, text) in zip(prints, pairs, strict=True):
        matches = [m for m in found.get(one_print.path, []) if m.upstream.work.name == one.work]
        taken = shapes(one_print) & shapes(printed(one.path, one.original)) if is_part else set()
        dated = any(holds(m, one, taken) for m in matches)
        tally["found"] += bool(matches)
        tally["file"] += any(is_right_file(m, one) for m in matches)
        tally["release"] += dated
        tally["very release"] += any(is_right_release(m, one) for m in matches)
        tally["at best"] += is_part and earliest(one, taken) == one.shape
        others += peers.found(text, one.original)
        if not dated:
            tell(name, one, matches)
    n = len(pairs)
    low, high = wilson(tally["found"], n)
    figures = " | ".join(f"{tally[key] / n:.3f}" for key in ("file", "release", "very release"))
    shown = " | ".join(f"{k / n:.2f}" for k in others)
    print(
        f"| {name} | {n} | {tally['found'] / n:.3f} | {low:.3f} to {high:.3f} | {figures} |"
        f" {shown} |",
        flush=True,
    )
    if is_part:
        told = f"{name}: the earliest release that holds them is the very one in"
        print(f"  {told} {tally['at best'] / n:.3f}", file=sys.stderr)


def earliest(one: Suspect, taken: AbstractSet[int]) -> int:
    """Return the shape that the file has in the earliest release that holds all that was taken."""
    for version in UPSTREAM[one.work]:
        text = CORPUS.get((one.work, version), {}).get(one.path)
        if text and taken <= shapes(found := printed(one.path, text)):
            return found.shape
    return 0


def tell(name: str, one: Suspect, matches: list[FileMatch]) -> None:
    if not matches:
        print(f"  missed: {name}: {one.work} {one.path}", file=sys.stderr)
        return
    upstream = matches[0].upstream
    print(
        f"  release: {name}: {one.path} of {sorted(one.releases)}: {upstream.path}"
        f" {upstream.release.version}-{upstream.last.version}",
        file=sys.stderr,
    )


def is_right_file(match: FileMatch, one: Suspect) -> bool:
    """Say whether the file named is the one, or the same one where the work had it elsewhere."""
    return match.upstream.path == one.upstream or is_right_release(match, one)


def is_right_release(match: FileMatch, one: Suspect) -> bool:
    """Say whether the file in the release named holds the same tokens as the one changed."""
    text = text_of(match, one)
    return bool(text) and stream(match.upstream.path, text) == stream(one.path, one.original)


def holds(match: FileMatch, one: Suspect, taken: AbstractSet[int]) -> bool:
    """Say whether the file in the release named holds all that was taken.

    Functions that several releases share cannot tell which of them it was: the earliest is named.
    """
    if is_right_release(match, one):
        return True
    there = shapes(printed(match.upstream.path, text_of(match, one)))
    return bool(taken) and taken <= there


def text_of(match: FileMatch, one: Suspect) -> str:
    return CORPUS[one.work, match.upstream.release.version].get(match.upstream.path, "")


def shapes(found: FilePrint) -> frozenset[int]:
    return frozenset(function.shape for function in found.functions)


def false_matches(what: str, files: list[tuple[str, str]], catalogue: CodeCatalogue) -> None:
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
        f"\n{what}: {len(prints):,}; matched {len(hit)}"
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


if __name__ == "__main__":
    main()
