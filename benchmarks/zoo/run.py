"""Run methods on the zoo's pairs: python -m benchmarks.zoo.run --work FOLDER [--methods NAME...].

Each method has one CSV under FOLDER/results; a pair that is there is not scored again, so that the
command can be stopped and started, and so that the peers can run in an environment of their own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

# One thread each: the workers share the machine, and tiny matrices gain nothing from more.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

from . import peers, scores, store  # noqa: E402 - numpy reads the variables above
from .derivations import origins  # noqa: E402
from .methods import METHODS  # noqa: E402
from .pairs import KINDS, Pair, pairs  # noqa: E402
from .transform import derive_all  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIELDS = (
    "kind",
    "row",
    "suspect",
    "reference",
    "statistic",
    "p_value",
    "verdict",
    "seconds",
    "extra",
    "truth",
)
CHUNK = 200


def main(arguments: Sequence[str] | None = None) -> None:
    """Derive what is missing, score what is missing, print how many of each kind there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=store.DEFAULT)
    parser.add_argument(
        "--committed", action="store_true", help="take the committed models, in a folder of theirs"
    )
    parser.add_argument("--methods", nargs="*", default=[], choices=[*METHODS, "all"])
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS)
    parser.add_argument("--derive", action="store_true", help="make the pure derivations first")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--limit", type=int, help="at most so many pairs of each kind")
    parser.add_argument("--again", action="store_true", help="forget the method's old results")
    options = parser.parse_args(arguments)
    if options.committed:
        options.work = _committed()
    if options.derive:
        derive_all(options.work, [member.id for member in origins()])
    for name in METHODS if "all" in options.methods else options.methods:
        wanted = [p for kind in options.kinds for p in _some(options.work, kind, options.limit)]
        score_all(options.work, name, wanted, jobs=options.jobs, again=options.again)
        done = Counter(row["kind"] for row in scores.rows(options.work / "results", name))
        print(f"{name}: {dict(done)}")


def _some(work: Path, kind: str, limit: int | None) -> list[Pair]:
    """Give the pairs of a kind, those first that the tables count: bases with odd seeds."""
    found = pairs(work, (kind,))
    return sorted(found, key=lambda pair: not scores.is_odd(pair.suspect))[:limit]


def _committed() -> Path:
    """Give a work folder whose models are the committed ones."""
    work = store.DEFAULT.with_name("zoo-committed")
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "models").exists():
        (work / "models").symlink_to(store.COMMITTED, target_is_directory=True)
    return work


def score_all(work: Path, name: str, wanted: list[Pair], *, jobs: int, again: bool) -> None:
    """Score the pairs that the method's CSV lacks, a chunk at a time."""
    path = work / "results" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    if again:
        path.unlink(missing_ok=True)
    done = {(r["kind"], r["suspect"], r["reference"]) for r in scores.rows(path.parent, name)}
    left = [p for p in wanted if (p.kind, p.suspect, p.reference) not in done]
    if not left:
        return
    with (
        path.open("a", newline="", encoding="utf-8") as sheet,
        ProcessPoolExecutor(jobs, initializer=_open, initargs=(name, str(work))) as pool,
    ):
        writer = csv.DictWriter(sheet, FIELDS)
        if not done:
            writer.writeheader()
        began = time.monotonic()
        for number, chunk in enumerate(pool.map(_score, _chunks(left)), 1):
            writer.writerows(chunk)
            sheet.flush()
            if not number % 20:
                spent = time.monotonic() - began
                print(f"{name}: {number * CHUNK}/{len(left)} in {spent:.0f} s", file=sys.stderr)


def _chunks(left: list[Pair]) -> Iterator[list[Pair]]:
    for start in range(0, len(left), CHUNK):
        yield left[start : start + CHUNK]


class _Worker:
    """What a worker process keeps between chunks."""

    method: peers.Method
    work: Path


def _open(name: str, work: str) -> None:
    _Worker.method = METHODS[name]()
    _Worker.work = Path(work)


@lru_cache(maxsize=256)
def _prepared(folder: str) -> object:
    return _Worker.method.prepare(_Worker.work / folder)


def _score(chunk: list[Pair]) -> list[dict[str, object]]:
    return [_scored(pair) for pair in chunk]


def _scored(pair: Pair) -> dict[str, object]:
    began = time.process_time()
    try:
        score = _Worker.method.compare(_prepared(pair.suspect), _prepared(pair.reference))
    except Exception as error:  # noqa: BLE001 - a peer that falls over has not answered
        said = f"{type(error).__name__}: {error}"[:200]
        score = peers.Score(None, "error", extra={"error": said})
    return {
        "kind": pair.kind,
        "row": pair.row,
        "suspect": pair.suspect,
        "reference": pair.reference,
        "statistic": "" if score.statistic is None else f"{score.statistic:.8g}",
        "p_value": "" if score.p_value is None else f"{score.p_value:.6g}",
        "verdict": score.verdict,
        "seconds": f"{time.process_time() - began:.4f}",
        "extra": json.dumps(score.extra, separators=(",", ":")) if score.extra else "",
        "truth": _truth(pair),
    }


def _truth(pair: Pair) -> str:
    """Give where the suspect's layers come from, if they are not where they were."""
    if pair.kind != "related" or pair.row.startswith("siblings"):
        return ""
    found = store.note(_Worker.work / pair.suspect).get("layer_map")
    return json.dumps(found) if found else ""


if __name__ == "__main__":
    main()
