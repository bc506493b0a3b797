"""Licence recognition: how quick, and how right, beside scancode on the same files.

    python benchmarks/bench_licences.py                     everything, scancode's run included
    python benchmarks/bench_licences.py --save-peer PEER    and keep scancode's run for later
    python benchmarks/bench_licences.py --reuse-peer PEER   with a kept run; the output says so
    python benchmarks/bench_licences.py --texts-only        without the source tree

The tree is the source distribution of transformers, fetched with pip, or the one given with
``--tree``. scancode takes most of an hour. Both are measured in wall-clock and processor time;
where other work runs on the machine, only the latter can be compared. "Cold" is the first audit
with an empty cache folder of its own, "warm" the ones after it with the same folder.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tarfile
import tempfile
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

COLD, WARM, AGREEMENT, MEMORY = 20, 200, 99.0, 400
WARM_RUNS = 3
#: Below this score an approximate match of scancode's is held to be a guess.
GUESS = 80.0
#: Fewer words than this are a name in a sentence (licences.md 3.6).
MENTION_WORDS = 8
SCANCODE = Path(sys.executable).with_name("scancode")


@dataclass
class Measured:
    wall: float
    cpu: float
    #: Peak memory of the largest process, MB.
    megabytes: float


@dataclass
class Ours(Measured):
    #: Peak memory of the main process, MB.
    main_megabytes: float = 0.0
    workers: int = 0
    #: Licence expressions by path.
    licences: dict[str, list[str]] = field(default_factory=dict)
    #: Paths with a text that was left open.
    open_texts: list[str] = field(default_factory=list)


def main() -> None:
    arguments = parser().parse_args()
    if arguments.child:
        child(arguments.child)
        return
    machine = f"{platform.platform()}, Python {platform.python_version()}"
    print(f"# Licences\n\n{machine}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    texts_table()
    if not arguments.texts_only:
        with tempfile.TemporaryDirectory() as folder:
            tree_tables(arguments, Path(folder))


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    made.add_argument("--tree", type=Path, help="a source tree to audit instead of transformers'")
    made.add_argument("--save-peer", type=Path, metavar="FILE", help="keep scancode's run")
    made.add_argument("--reuse-peer", type=Path, metavar="FILE", help="use a run that was kept")
    made.add_argument("--texts-only", action="store_true", help="leave the source tree out")
    made.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    return made


# The tree: one audit against one scan.


def tree_tables(arguments: argparse.Namespace, folder: Path) -> None:
    tree = arguments.tree or fetched(folder)
    cache = folder / "cache"
    cold = audited(tree, cache)
    warm = [audited(tree, cache) for _ in range(WARM_RUNS)]
    if arguments.reuse_peer:
        kept = json.loads(arguments.reuse_peer.read_text())
        print(f"**scancode was not measured in this run** but on {kept['when']}.\n")
    else:
        kept = scanned(tree, folder)
        if arguments.save_peer:
            arguments.save_peer.write_text(json.dumps(kept))
    peer = Measured(**kept["measured"])
    speed_table(tree, cold, warm, peer)
    agreement_table(cold, kept["files"])


def fetched(folder: Path) -> Path:
    """Return the unpacked source distribution of transformers."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        "transformers",
    ]
    subprocess.run(
        [*command, "transformers", "-d", str(folder)], check=True, stderr=subprocess.DEVNULL
    )
    (archive,) = folder.glob("transformers-*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


def measured(command: list[str], environment: dict[str, str]) -> Measured:
    started = time.perf_counter()
    process = os.posix_spawn(command[0], command, {**os.environ, **environment})
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{command} ended with {os.waitstatus_to_exitcode(status)}")
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(time.perf_counter() - started, cpu, usage.ru_maxrss / 1024)


def audited(tree: Path, cache: Path) -> Ours:
    """Return an audit of the tree, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.json"
        wanted.write_text(
            json.dumps({"tree": str(tree), "output": str(Path(folder) / "found.json")})
        )
        figures = measured(
            [sys.executable, __file__, "--child", str(wanted)], {"XDG_CACHE_HOME": str(cache)}
        )
        found = json.loads((Path(folder) / "found.json").read_text())
    return Ours(**asdict(figures), **found)


def child(wanted: Path) -> None:
    """Audit a tree as the command does, and write down what the parent cannot see."""
    import resource

    from lineage.model import LicenceDeclared, LicenceText, TextForm, UnsettledText
    from lineage.pipeline import audit
    from lineage.reports import json_report

    asked = json.loads(wanted.read_text())
    started: list[str] = []

    def note(event: str, details: tuple[object, ...]) -> None:
        if event == "subprocess.Popen" and "scancode_worker" in str(details):
            started.append(event)

    sys.addaudithook(note)
    result = audit(asked["tree"])
    json_report.described(result)
    licences: dict[str, set[str]] = {}
    for fact in result.reading.evidence:
        is_text = isinstance(fact, LicenceText) and fact.form is not TextForm.MENTION
        if (is_text or isinstance(fact, LicenceDeclared)) and fact.expression:
            licences.setdefault(fact.exhibit.path, set()).update(names(fact.expression))
    found = {
        "main_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "workers": len(started),
        "licences": {path: sorted(some) for path, some in licences.items()},
        "open_texts": sorted(
            {f.exhibit.path for f in result.reading.evidence if isinstance(f, UnsettledText)}
        ),
    }
    Path(asked["output"]).write_text(json.dumps(found))


def scanned(tree: Path, folder: Path) -> dict[str, object]:
    """Return scancode's run over the tree."""
    print("scancode runs; this takes most of an hour.", file=sys.stderr)
    output = folder / "scancode.json"
    options = ["--license", "--copyright", "-n", "2", "--quiet", "--json", str(output)]
    figures = measured([str(SCANCODE), *options, str(tree)], {})
    return kept_run(figures, output, tree.name)


def kept_run(figures: Measured, output: Path, root: str) -> dict[str, object]:
    files = {
        entry["path"].removeprefix(f"{root}/"): {
            "expression": entry["detected_license_expression_spdx"],
            "matches": [
                {
                    key: match[key]
                    for key in (
                        "license_expression_spdx",
                        "matcher",
                        "score",
                        "matched_length",
                        "start_line",
                    )
                }
                for detection in entry["license_detections"]
                for match in detection["matches"]
            ],
        }
        for entry in json.loads(output.read_text())["files"]
        if entry["type"] == "file"
    }
    when = time.strftime("%Y-%m-%d on ") + platform.platform()
    return {"when": when, "measured": asdict(figures), "files": files}


def speed_table(tree: Path, cold: Ours, warm: list[Ours], peer: Measured) -> None:
    files = sum(path.is_file() for path in tree.rglob("*"))
    wall = statistics.median(run.wall for run in warm)
    cpu = statistics.median(run.cpu for run in warm)
    print(f"## {tree.name}: {files:,} files\n")
    print("| | wall s | CPU s | main MB | scancode processes | quicker (wall) | (CPU) |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    figures = f"{peer.wall:.0f} | {peer.cpu:.0f} | {peer.megabytes:.0f}"
    print(f"| `scancode --license --copyright -n 2` | {figures} | | | |")
    rows = (("cold", cold.wall, cold.cpu, cold), ("warm, median", wall, cpu, warm[0]))
    for name, seconds, processor, run in rows:
        ratios = f"{peer.wall / seconds:.0f} | {peer.cpu / processor:.0f}"
        memory = f"{run.main_megabytes:.0f} | {run.workers}"
        print(
            f"| `lineage audit`, {name} | {seconds:.1f} | {processor:.1f} | {memory} | {ratios} |"
        )
    memory = max(run.main_megabytes for run in (cold, *warm))
    print()
    verdict("cold, wall", peer.wall / cold.wall, COLD)
    verdict("cold, CPU", peer.cpu / cold.cpu, COLD)
    verdict("warm, wall", peer.wall / wall, WARM)
    verdict("warm, CPU", peer.cpu / cpu, WARM)
    print(f"- memory of the main process: {memory:.0f} MB of {MEMORY}: {met(memory < MEMORY)}")
    print(f"- scancode started {cold.workers} time(s) cold: {met(cold.workers <= 1)}\n")


def agreement_table(ours: Ours, peer: dict[str, dict[str, object]]) -> None:
    classes: Counter[str] = Counter()
    rows = []
    for path in sorted(peer.keys() | ours.licences.keys()):
        theirs = names(str(peer.get(path, {}).get("expression") or ""))
        found = set(ours.licences.get(path, ()))
        if not theirs and not found:
            continue
        kind = (
            "same" if theirs == found else classified(path, theirs, found, ours, peer.get(path, {}))
        )
        classes[kind] += 1
        if kind != "same":
            rows.append((path, kind, theirs, found, peer.get(path, {})))
    total = sum(classes.values())
    share = 100 * classes["same"] / total if total else 0.0
    same = f"{classes['same']:,} of {total:,} files that carry any: {share:.2f} %"
    print(f"Same licences on {same} (wanted {AGREEMENT} %): {met(share >= AGREEMENT)}\n")
    for kind, count in classes.most_common():
        print(f"- {kind}: {count:,}")
    print("\n| file | class | scancode | lineage | scancode's matches |\n|---|---|---|---|---|")
    for path, kind, theirs, found, entry in rows:
        matches = "; ".join(
            f"{m['license_expression_spdx']} {m['matcher']} {m['score']} at {m['start_line']}"
            for m in list(entry.get("matches", ()))[:3]
        )
        print(f"| {path} | {kind} | {listed(theirs)} | {listed(found)} | {matches} |")
    print()


def classified(
    path: str, theirs: set[str], found: set[str], ours: Ours, entry: dict[str, object]
) -> str:
    """Return what kind of disagreement it is; "lineage wrong" unless something denies it."""
    matches = [m for m in entry.get("matches", ()) if names(m["license_expression_spdx"]) - found]
    if not theirs - found:
        return "lineage finds more"
    if all(
        "unknown" in m["license_expression_spdx"] or m["matched_length"] < MENTION_WORDS
        for m in matches
    ):
        return "prose mention"
    if all(m["matcher"] == "3-seq" and m["score"] < GUESS for m in matches):
        left = ", left open by lineage" if path in ours.open_texts else ""
        return f"scancode guesses (below {GUESS:.0f} %){left}"
    return "lineage wrong"


def names(expression: str) -> set[str]:
    return set(re.findall(r"(?<![\w.+:-])(?!(?:AND|OR|WITH)\b)[\w.+:-]+", expression))


def listed(some: set[str]) -> str:
    return ", ".join(sorted(some)) or "none"


def verdict(name: str, ratio: float, wanted: int) -> None:
    print(f"- {name}: {ratio:.0f} times, wanted {wanted}: {met(ratio >= wanted)}")


def met(is_met: object) -> str:
    return "met" if is_met else "**NOT MET**"


# The texts: every licence of scancode's data, as it is and disturbed.


def texts_table() -> None:
    from lineage.licences.index import shipped
    from lineage.licences.recognise import recognise
    from lineage.licences.words import words_of
    from lineage.model import Method

    started = time.perf_counter()
    shipped()
    loaded = time.perf_counter() - started
    known = list(licences())
    print(f"## {len(known):,} licence texts of scancode's data\n")
    print("| text | right | of | exact and wrong | ms a text |\n|---|---:|---:|---:|---:|")
    for name, disturb in DISTURBED.items():
        right = wrong = 0
        started = time.process_time()
        for number, (expression, text) in enumerate(known):
            lines = disturb(text, random.Random(number)).split("\n")
            matches = recognise(lines).matches
            right += any(match.expression == expression for match in matches)
            whole = [m for m in matches if m.method is Method.NORMALISED_HASH]
            is_other = name == CHANGED and words_of(lines).words != words_of(text.split("\n")).words
            wrong += any(is_other or match.expression != expression for match in whole)
        spent = 1000 * (time.process_time() - started) / len(known)
        print(f"| {name} | {right:,} | {len(known):,} | {wrong} | {spent:.1f} |")
    print(f"\nThe index loads in {1000 * loaded:.0f} ms.\n")


def licences() -> Iterator[tuple[str, str]]:
    """Yield the SPDX identifier and the text of each licence in use."""
    import importlib.util

    spec = importlib.util.find_spec("licensedcode")
    if spec is None or spec.origin is None:
        sys.exit("scancode-toolkit is not installed")
    for path in sorted((Path(spec.origin).parent / "data" / "licenses").glob("*.LICENSE")):
        front, _, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
        key = re.search(r"^spdx_license_key: (\S+)$", front, re.MULTILINE)
        if key and body.strip() and "is_deprecated: yes" not in front:
            listed_since = {"LicenseRef-scancode-openmdw-1.0": "OpenMDW-1.0"}
            yield listed_since.get(key[1], key[1]), body


def rewrapped(text: str, _: random.Random) -> str:
    fill = textwrap.TextWrapper(60, break_long_words=False, break_on_hyphens=False).fill
    return "\n\n".join(fill(part) for part in text.split("\n\n"))


def with_words_changed(text: str, chance: random.Random) -> str:
    return re.sub(r"\w+", lambda word: "changed" if chance.random() < 0.03 else word.group(), text)


CHANGED = "3 % of words changed"
DISTURBED: dict[str, Callable[[str, random.Random], str]] = {
    "as it is": lambda text, _: text,
    "re-wrapped": rewrapped,
    "CRLF and commented": lambda text, _: textwrap.indent(text, " * ").replace("\n", "\r\n"),
    "a title and a copyright line before it": lambda text, _: (
        f"The Licence of Foo\n\nCopyright (c) 2024 Foo Inc. All rights reserved.\n\n{text}"
    ),
    "a policy after it": lambda text, _: (
        f"{text}\n\nAcceptable use\n\nYou will not do any harm with it, nor let others do so.\n"
    ),
    CHANGED: with_words_changed,
}

if __name__ == "__main__":
    main()
