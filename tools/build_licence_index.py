"""Builds the licence index from the data of scancode-toolkit and of the knowledge base.

    python tools/build_licence_index.py

Writes ``lineage/licences/data/``: hashes of the words of its licence texts and detection rules, the
SPDX expressions they stand for, and the SPDX identifiers. No text is copied. The data of
scancode-toolkit is CC-BY-4.0; ``lineage/licences/data/README.md`` carries the attribution.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import numpy as np
from licensedcode.cache import get_index, get_licenses_db, get_licensing
from licensedcode.models import License, Rule, rules_data_dir
from numpy.typing import NDArray

from lineage.licences.index import KEY_WORDS, ROW, Rolling, RunKind
from lineage.licences.knowledge import load
from lineage.licences.neighbours import halved
from lineage.licences.sketches import sketch_of
from lineage.licences.words import Words, texts_of, words_of

DATA = Path(__file__).resolve().parents[1] / "lineage" / "licences" / "data"

FILES = ("runs.npy", "expressions.txt", "identifiers.tsv", "sketches.npy", "sketched.tsv")

#: Keys that name no licence: what they say is that there is one somewhere.
POINTERS = frozenset(
    {
        "free-unknown",
        "generic-cla",
        "generic-export-compliance",
        "generic-trademark",
        "no-license",
        "patent-disclaimer",
        "unknown",
        "unknown-license-reference",
        "unknown-spdx",
        "warranty-disclaimer",
    }
)
#: On the SPDX list since 3.29, newer than the list that scancode 32.5 carries.
LISTED_SINCE = {"LicenseRef-scancode-openmdw-1.0": "OpenMDW-1.0"}
#: A rule that its authors trust less than this in any place is not used.
LEAST_RELEVANCE = 80
#: Where rules differ on what the same words mean, this share of them decides.
MAJORITY = 0.9
#: A bare name of fewer words than this says nothing ("MIT", "BSD").
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Known:
    """One run of words to be known."""

    words: Words
    expression: str
    kind: RunKind
    #: 0 for the words of the rule as they stand, 1 for another reading of them.
    distance: int
    source: str


def main() -> None:
    """Write the data files and say what went into them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--output", type=Path, default=DATA)
    output: Path = parser.parse_args().output
    rows, expressions, clashes = rows_of(known_runs())
    rows, expressions = with_recorded(rows, expressions)
    output.mkdir(parents=True, exist_ok=True)
    np.save(output / "runs.npy", rows)
    (output / "expressions.txt").write_text("\n".join(expressions), encoding="utf-8")
    (output / "identifiers.tsv").write_text("\n".join(identifiers()) + "\n", encoding="utf-8")
    sketched = sketches()
    np.save(output / "sketches.npy", np.concatenate([sketch for _, sketch in sketched]))
    table = "".join(f"{expression}\t{len(sketch)}\n" for expression, sketch in sketched)
    (output / "sketched.tsv").write_text(table, encoding="utf-8")
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((output / name).read_bytes())
    stamp = f"scancode-toolkit {version('scancode-toolkit')} {digest.hexdigest()[:12]}"
    (output / "VERSION").write_text(stamp + "\n", encoding="utf-8")
    print(f"{len(rows):,} runs, {len(expressions):,} expressions, {stamp}")
    print(f"{len(sketched):,} sketches")
    print("kinds:", Counter(RunKind(int(kind)).name for kind in rows["kind"]))
    print(f"{len(clashes):,} runs stand for more than one expression:")
    for clash in clashes:
        print("  ", *clash)


def known_runs() -> Iterator[Known]:
    """Yield the runs of every rule worth knowing, in each of its readings."""
    licensing = get_licensing()
    spdx: dict[str, str] = {}
    for rule in all_rules():
        kind = kind_of(rule)
        if kind is None:
            continue
        expression = ""
        if kind not in (RunKind.POINTER, RunKind.NO_LICENCE):
            key = rule.license_expression
            if key not in spdx:
                parsed = licensing.parse(key, validate=True)
                written = parsed.render("{symbol.wrapped.spdx_license_key}")
                spdx[key] = LISTED_SINCE.get(written, written)
            expression = spdx[key]
        text = re.sub(r"\{\{|\}\}", " ", rule.text)
        readings = chain.from_iterable(t.readings() for t in texts_of(text.split("\n")))
        for distance, words in enumerate(readings):
            if len(words) >= FEWEST_WORDS:
                yield Known(words, expression, kind, min(distance, 1), rule.identifier)


def all_rules() -> Iterator[Rule]:
    """Yield the rules of scancode's own index, and those in other languages than English."""
    index = get_index()
    yield from index.rules_by_rid
    known = {rule.identifier for rule in index.rules_by_rid}
    for path in sorted(Path(rules_data_dir).glob("*.RULE")):
        if path.name not in known and b"\nlanguage:" in path.read_bytes()[:2000]:
            yield Rule.from_file(str(path))
    for licence in get_licenses_db().values():
        if licence.language != "en" and licence.text:
            yield of_licence(licence)


def of_licence(licence: License) -> Rule:
    """Return the rule that a licence text is."""
    rule = Rule(
        license_expression=licence.key, text=licence.text, is_license_text=True, relevance=100
    )
    rule.identifier = f"{licence.key}.LICENSE"
    return rule


def kind_of(rule: Rule) -> RunKind | None:
    """Return what kind of run a rule describes; None for one that is not used."""
    if rule.is_false_positive:
        return RunKind.NO_LICENCE
    # After an introduction ("licensed under the following") the words that matter are yet to come.
    if rule.is_deprecated or rule.is_license_clue or rule.is_license_intro:
        return None
    if rule.relevance < LEAST_RELEVANCE:
        return None
    if rule.is_license_reference and set(rule.license_keys()) <= generic_keys():
        return None  # "request a licence": words of any licence, and the name of none
    flags = {
        RunKind.POINTER: set(rule.license_keys()) <= POINTERS,
        RunKind.TEXT: rule.is_license_text,
        RunKind.NOTICE: rule.is_license_notice,
        RunKind.TAG: rule.is_license_tag,
    }
    return next((kind for kind, applies in flags.items() if applies), RunKind.MENTION)


@cache
def generic_keys() -> frozenset[str]:
    """Return the keys that stand for a kind of licence and not for one."""
    licences = get_licenses_db().values()
    return frozenset(licence.key for licence in licences if licence.is_generic) - POINTERS


def rows_of(runs: Iterable[Known]) -> tuple[NDArray[np.void], list[str], list[tuple[str, ...]]]:
    """Return the rows sorted by key, the expressions they number, and what was left out.

    The words of a rule win over another reading of one. Where rules differ in nothing that is a
    word here and mean different licences, they cannot be told apart: most of them decide, or none.
    """
    best: dict[tuple[int, int], list[Known]] = {}
    for known in runs:
        best.setdefault((len(known.words), known.words.digest(0, len(known.words))), []).append(
            known
        )
    expressions = sorted({known.expression for group in best.values() for known in group} | {""})
    number = {expression: place for place, expression in enumerate(expressions)}
    rows, clashes = [], []
    for (count, digest), group in best.items():
        named = [known for known in group if known.kind is not RunKind.POINTER] or group
        nearest = [known for known in named if known.distance == min(k.distance for k in named)]
        votes = Counter(known.expression for known in nearest)
        expression, most = votes.most_common(1)[0]
        if most < MAJORITY * len(nearest):
            clashes.append(tuple(f"{name or 'none'} ({count})" for name, count in votes.items()))
            continue
        same = [known for known in nearest if known.expression == expression]
        chosen = min(same, key=lambda known: known.kind)
        rolling = Rolling(chosen.words.ids)
        key = rolling.grams(min(count, KEY_WORDS))[0]
        whole = rolling.grams(count)[0]
        rows.append((key, whole, digest, count, number[chosen.expression], chosen.kind))
    return np.array(sorted(rows), dtype=ROW), expressions, clashes


def with_recorded(
    rows: NDArray[np.void], expressions: list[str]
) -> tuple[NDArray[np.void], list[str]]:
    """Return the rows with those of the texts that the knowledge base recorded.

    Each stands for the licence that the knowledge base says it is, which somebody has read; where
    scancode has the same words under another key, that key is replaced.
    """
    known = load()
    content = json.loads((DATA / "texts.json").read_text(encoding="utf-8"))
    recorded = {
        (words, digest): (key, whole, known[text["licence"]].spdx)
        for text in content.values()
        for key, whole, digest, words in text["runs"]
    }
    names = sorted({*expressions, *(spdx for _, _, spdx in recorded.values())})
    number = {name: place for place, name in enumerate(names)}
    kept = [
        (key, whole, digest, words, number[expressions[expression]], kind)
        for key, whole, digest, words, expression, kind in rows.tolist()
        if (words, digest) not in recorded
    ]
    added = [
        (key, whole, digest, words, number[spdx], RunKind.TEXT)
        for (words, digest), (key, whole, spdx) in recorded.items()
    ]
    return np.array(sorted((*kept, *added)), dtype=ROW), names


def sketches() -> list[tuple[str, NDArray[np.uint32]]]:
    """Return the sketch of every licence text, with the expression that it stands for.

    Where the knowledge base knows a licence of scancode's, its expression counts.
    """
    known = load()
    found: dict[tuple[str, bytes], NDArray[np.uint32]] = {}
    for licence in sorted(get_licenses_db().values(), key=lambda licence: str(licence.key)):
        if licence.is_deprecated or licence.key in POINTERS:
            continue
        words = words_of(str(licence.text or "").split("\n"))
        own = known.by_scancode(str(licence.key))
        if len(words):
            sketch = halved(sketch_of(words))
            found[own.spdx if own else spdx_of(licence), sketch.tobytes()] = sketch
    content = json.loads((DATA / "texts.json").read_text(encoding="utf-8"))
    for text in content.values():
        sketch = halved(np.frombuffer(b64decode(text["sketch"]), dtype="<u8").astype(np.uint64))
        found[known[text["licence"]].spdx, sketch.tobytes()] = sketch
    return [(expression, sketch) for (expression, _), sketch in sorted(found.items(), key=name_of)]


def name_of(item: tuple[tuple[str, bytes], object]) -> tuple[str, bytes]:
    """Return what a sketch is sorted by."""
    return item[0]


def spdx_of(licence: License) -> str:
    """Return the SPDX identifier of a licence, or its LicenseRef."""
    key = str(licence.spdx_license_key)
    return LISTED_SINCE.get(key, key)


def identifiers() -> Iterator[str]:
    """Yield "lower-case name, tab, SPDX identifier" for every way to write an identifier.

    An SPDX identifier wins over a key of scancode's own that is spelt the same: ``bsl-1.0`` is
    Boost.
    """
    names: dict[str, str] = {}
    licences = sorted(get_licenses_db().values(), key=lambda licence: str(licence.key))
    for licence in licences:
        names.setdefault(licence.spdx_license_key.lower(), spdx_of(licence))
    for licence in licences:
        for other in licence.other_spdx_license_keys:
            names.setdefault(other.lower(), spdx_of(licence))
    for licence in licences:
        names.setdefault(licence.key.lower(), spdx_of(licence))
    yield from (f"{name}\t{names[name]}" for name in sorted(names))


if __name__ == "__main__":
    main()
