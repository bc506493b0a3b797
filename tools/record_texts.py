"""Holds the terms files to the texts that they were read in, and records those texts.

    python tools/record_texts.py [--texts FOLDER] [--write]

Texts of scancode are taken from the installed scancode-toolkit; those of public repositories from
FOLDER, where ``github:OWNER/NAME/PATH@COMMIT`` lies at ``OWNER/NAME/PATH@COMMIT`` (they are not
kept in this project). For each text that can be had it checks the recorded hash, that every
quotation and literal of the entry stands in one of its texts, and that the facts which
``lineage.licences.clauses`` reads are those that the entry declares.

``--write`` puts right the hashes in the terms files and writes
``lineage/licences/data/texts.json``: for each text the hashes of its words by which the recogniser
finds it, and its sketch. Texts that cannot be had keep what was recorded of them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lineage.licences.clauses import declared, extract
from lineage.licences.index import KEY_WORDS, Rolling
from lineage.licences.knowledge import read_folder
from lineage.licences.sketches import sketch_of
from lineage.licences.vocabulary import Part, Verified
from lineage.licences.words import Words, texts_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lineage.licences.duties import Licence, Text

LICENCES = Path(__file__).resolve().parents[1] / "lineage" / "licences"
TERMS = LICENCES / "terms"
RECORDED = LICENCES / "data" / "texts.json"


def main() -> int:
    """Check, write where asked, and say what is wrong; 1 where something is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--texts", type=Path, help="folder of licence files of repositories")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    kept = json.loads(RECORDED.read_bytes()) if RECORDED.exists() else {}
    recorded, problems, missing = {}, [], 0
    for licence in read_folder(TERMS):
        bodies = {text: body_of(text, options.texts) for text in licence.texts}
        had = {text: body for text, body in bodies.items() if body is not None}
        missing += len(bodies) - len(had)
        problems += [f"{licence.id}: {problem}" for problem in problems_of(licence, bodies)]
        if options.write:
            for text, body in had.items():
                put_right(TERMS / f"{licence.id}.yaml", text, body)
        for text in licence.texts:
            name = f"{licence.id} {text.source}"
            if text.part is Part.LICENCE and text in had:
                recorded[name] = {"licence": licence.id, **record_of(had[text])}
            elif name in kept:
                recorded[name] = kept[name]
    if options.write:
        RECORDED.write_text(json.dumps(recorded, indent=0, sort_keys=True) + "\n")
    print(*problems, sep="\n")
    print(f"{len(recorded)} texts, {missing} not at hand, {len(problems)} problems")
    return 1 if problems else 0


def body_of(text: Text, folder: Path | None) -> str | None:
    """Return a text, if it can be had."""
    if text.scancode:
        spec = importlib.util.find_spec("licensedcode")
        if spec is None or spec.origin is None:
            return None
        path = Path(spec.origin).parent / "data" / "licenses" / f"{text.scancode}.LICENSE"
        return path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")[2]
    if folder is None or not text.source.startswith("github:"):
        return None
    path = folder / text.source.removeprefix("github:")
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def problems_of(licence: Licence, bodies: dict[Text, str | None]) -> Iterator[str]:
    """Yield what the texts at hand do not bear out."""
    words = [words_of(body.split("\n")).words for body in bodies.values() if body is not None]
    if licence.verified is Verified.FULL_TEXT and None not in bodies.values():
        for quote in quotes_of(licence):
            if not any(holds(one, quote) for one in words):
                yield f"not in the text: {quote}"
    policy = "\n\n".join(
        body for text, body in bodies.items() if text.part is Part.USE_POLICY and body
    )
    for text, body in bodies.items():
        if body is None:
            continue
        if text.sha256 != digest(body):
            yield f"{text.source} has other words than were recorded"
        if text.part is Part.LICENCE and None not in bodies.values():
            added, gone = extract(f"{body}\n\n{policy}").differing(declared(licence))
            for fact in (*added, *gone):
                side = "the text alone says" if fact in added else "the text does not say"
                yield f"{text.source}: {side} {fact.kind} {fact.value}"


def quotes_of(licence: Licence) -> Iterator[str]:
    """Yield every quotation and literal of an entry."""
    facts = (
        licence.derivative,
        licence.relicense,
        *licence.obligations,
        *licence.thresholds,
        *licence.territories,
        *licence.no_train,
        *licence.use_limits,
    )
    yield from (fact.quote for fact in facts if fact is not None and fact.quote)
    yield from (literal for term in licence.obligations for literal in term.literals)


def holds(words: tuple[str, ...], quote: str) -> bool:
    """Say whether the words of a quotation stand together in a text."""
    return f" {' '.join(words_of(quote.split(chr(10))).words)} " in f" {' '.join(words)} "


def digest(body: str) -> str:
    """Return the hash by which a text is recorded."""
    return sha256("\n".join(words_of(body.split("\n")).words).encode()).hexdigest()


def record_of(body: str) -> dict[str, object]:
    """Return the hashes of a text's readings, as the index has them, and its sketch."""
    readings = [words for text in texts_of(body.split("\n")) for words in text.readings()]
    sketch = sketch_of(words_of(body.split("\n"))).astype("<u8").tobytes()
    return {
        "runs": sorted({run_of(words) for words in readings}),
        "sketch": b64encode(sketch).decode(),
    }


def run_of(words: Words) -> tuple[int, int, int, int]:
    """Return key, rolling hash, digest and number of words of a run (``index.ROW``)."""
    rolling, count = Rolling(words.ids), len(words)
    key, whole = rolling.grams(min(count, KEY_WORDS))[0], rolling.grams(count)[0]
    return int(key), int(whole), words.digest(0, count), count


def put_right(path: Path, text: Text, body: str) -> None:
    """Replace a recorded hash and number of words where they are not those of the text."""
    new, count = digest(body), len(words_of(body.split("\n")))
    pattern = re.compile(rf"(- sha256: )\"?{text.sha256}\"?(\n +words: )[0-9_]+")
    content = path.read_text(encoding="utf-8")
    written = pattern.sub(lambda found: f'{found[1]}"{new}"{found[2]}{count}', content)
    if text.sha256 != new:
        path.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
