"""Naming licence texts that are no known text any more: how right, and how quick.

    python benchmarks/bench_identify.py [--every N] [--misses]

Every licence text of scancode's data is disturbed (seeded), read as an audit reads a licence file,
and held against the licence that it was. "Word for word" is right as the text itself and "nearest"
as the licence it is nearest to; "twin" counts those named by another key whose text is nearly the
same. "Clearly" counts what an audit calls a variant without asking scancode, "clearly wrong" those
of a stranger. An exact claim on changed words is wrong whatever it names. ``--every N`` takes every
N-th text; ``--misses`` lists what was not named rightly.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_licences import licences, rewrapped
from lineage.licences import neighbours as near
from lineage.licences.copyrights import is_copyright_line
from lineage.licences.knowledge import load
from lineage.licences.recognise import recognise
from lineage.licences.words import texts_of, words_of
from lineage.model import Method, TextForm

PLAIN, PERTURBED, MILLISECONDS = 99.5, 97.0, 20
#: Texts with at least this in common are twins.
TWINS = 0.9
POLICY = """

Acceptable Use Policy

You agree that you will not use the materials, nor let others use them, to break any law; to harm,
exploit or deceive people, or minors in particular; to make or spread statements that are known to
be false so as to hurt somebody; to give medical advice without a physician; to decide by machine
alone about anybody's rights; or to operate weapons, power plants and vehicles. Whoever learns of
such a use tells us within ten days. What is written here goes on after the agreement has ended.
"""


@dataclass
class Row:
    counts: Counter[str] = field(default_factory=Counter)
    #: Wrong or no names of model licences, and all others.
    models: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


def main() -> int:
    """Print the tables; 1 where a target is missed."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--every", type=int, default=1)
    arguments.add_argument("--misses", action="store_true")
    options = arguments.parse_args()
    started = time.process_time()
    near.neighbours(words_of(["warm", "up"]))
    loaded = 1000 * (time.process_time() - started)
    known = [(ours(expression), text) for expression, text in licences()][:: options.every]
    models = sum(is_model(expression) for expression, _ in known)
    paired = sum(bool(twins(text, expression)) for expression, text in known)
    print(f"## {len(known):,} licence texts named, {models} of them of models\n")
    print(f"{paired:,} texts have a twin under another key ({TWINS:.0%} of their runs or more).\n")
    print(
        "| text | word for word | nearest | twin | wrong | none | right % | models | clearly |"
        " clearly wrong | exact and wrong | ms, median | worst |"
    )
    print(f"|---|{'---:|' * 12}")
    with ProcessPoolExecutor(2) as pool:
        rows = zip(DISTURBED, pool.map(run, DISTURBED, repeat(known)), strict=True)
        missed = [report(name, row, len(known), models, options) for name, row in rows]
    print(f"\nThe sketches load in {loaded:.0f} ms (wanted 100).")
    return int(any(missed) or loaded > 100)


def run(name: str, known: Sequence[tuple[str, str]]) -> Row:
    row = Row()
    for number, (expression, text) in enumerate(known):
        disturbed = DISTURBED[name](text, random.Random(number)).split("\n")
        started = time.process_time()
        said, candidates, claimed, whole = named(disturbed)
        row.seconds.append(time.process_time() - started)
        kind = judged(expression, text, said, candidates)
        row.counts[kind] += 1
        row.counts["claimed"] += claimed is not None
        if claimed not in (None, expression, *twins(text, expression)):
            row.counts["claimed wrong"] += 1
            row.misses.append(f"claimed {claimed} for {expression}")
        changed = whole and readings(disturbed).isdisjoint(readings(text.split("\n")))
        row.counts["exact and wrong"] += sum(
            changed or other not in (expression, *held_by_another(text)) for other in whole
        )
        if kind in ("wrong", "none"):
            row.misses.append(f"{kind}: {expression} ({len(words_of(disturbed))} words)")
        if kind in ("wrong", "none", "twin") and is_model(expression):
            row.models.append(expression)
    return row


def readings(lines: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the words of a text with and without what may be filled in: holders and their names.

    Holders stand in copyright statements and in places that the SPDX list marks as replaceable.
    """
    return {reading.words for text in texts_of(lines) for reading in text.readings()}


def named(lines: Sequence[str]) -> tuple[set[str], list[str], str | None, list[str]]:
    """Return what is in a text word for word, what it is nearest to, what it is clearly nearest to,
    and the claims that it is a known text and nothing else."""
    recognition = recognise(lines)
    found = recognition.matches
    whole = [m.expression for m in found if m.method is Method.NORMALISED_HASH]
    if whole:
        return set(whole), [], None, whole
    words = words_of(lines)
    said = {m.expression for m in found if m.form is TextForm.TEXT or m.words >= len(words) / 4}
    variant = near.variant_of(lines, (1, len(lines)), found)
    candidates = [n.expression for n in near.neighbours(words)]
    return said, candidates, variant.expression if variant else None, []


def judged(expression: str, text: str, said: set[str], candidates: Sequence[str]) -> str:
    if expression in said:
        return "word for word"
    if said & held_by_another(text):
        return "twin"
    if not candidates:
        return "none"
    if candidates[0] == expression:
        return "nearest"
    return "twin" if candidates[0] in twins(text, expression) else "wrong"


@cache
def held_by_another(text: str) -> frozenset[str]:
    """Return the known texts that a text is, whoever holds it: some licences are told by that."""
    lines = [line for line in text.split("\n") if not is_copyright_line(line)]
    found = recognise(lines).matches
    return frozenset(m.expression for m in found if m.method is Method.NORMALISED_HASH)


@cache
def twins(text: str, expression: str) -> frozenset[str]:
    found = near.neighbours(words_of(text.split("\n")))
    return frozenset(n.expression for n in found if n.resemblance >= TWINS) - {expression}


def report(name: str, row: Row, total: int, models: int, options: argparse.Namespace) -> bool:
    count = row.counts
    share = 100 * (count["word for word"] + count["nearest"] + count["twin"]) / total
    spent = sorted(1000 * seconds for seconds in row.seconds)
    middle = spent[len(spent) // 2]
    kinds = ("word for word", "nearest", "twin", "wrong", "none")
    print(
        f"| {name} | {' | '.join(f'{count[kind]:,}' for kind in kinds)} | {share:.2f} |"
        f" {models - len(row.models)} of {models} | {count['claimed']:,} |"
        f" {count['claimed wrong']} | {count['exact and wrong']} | {middle:.1f} |"
        f" {spent[-1]:.0f} |",
        flush=True,
    )
    if options.misses:
        print(*(f"  {miss}" for miss in (*row.misses, *row.models)), sep="\n")
    wanted = PLAIN if name == "as it is" else PERTURBED
    return share < wanted or bool(row.models or count["exact and wrong"]) or middle > MILLISECONDS


def ours(expression: str) -> str:
    licence = load().by_expression(expression)
    return licence.spdx if licence else expression


@cache
def is_model(expression: str) -> bool:
    """Say whether the knowledge base knows models under a licence that is nobody's but theirs."""
    licence = load().by_expression(expression)
    return licence is not None and licence.spdx.startswith("LicenseRef-")


def with_other_header(text: str, _: random.Random) -> str:
    first, _, rest = text.strip().partition("\n")
    return f"The Licence of Foo, version 7\n{rest}" if rest.strip() else f"Foo\n{first}"


def with_other_holder(text: str, _: random.Random) -> str:
    lines = text.split("\n")
    if not any(map(is_copyright_line, lines)):
        return f"Copyright (c) 2024 Foo Inc. All rights reserved.\n\n{text}"
    return "\n".join(
        "Copyright (c) 2024 Foo Inc." if is_copyright_line(line) else line for line in lines
    )


def with_words_changed(share: float) -> Callable[[str, random.Random], str]:
    def changed(text: str, chance: random.Random) -> str:
        return re.sub(
            r"\w+", lambda word: "changed" if chance.random() < share else word.group(), text
        )

    return changed


DISTURBED: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda text, _: text,
    "re-wrapped": rewrapped,
    "another header": with_other_header,
    "another holder": with_other_holder,
    "a policy after it": lambda text, _: text + POLICY,
    "1 % of words changed": with_words_changed(0.01),
    "3 % of words changed": with_words_changed(0.03),
    "5 % of words changed": with_words_changed(0.05),
}

if __name__ == "__main__":
    sys.exit(main())
