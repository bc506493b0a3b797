#!/usr/bin/env python3
"""Collect a folder of exported audits into the data files that the dashboard opens with.

    python examples/dashboard/collect.py exports/
    open examples/dashboard/index.html

Every file that ends in .json is read as what ``lineage audit --format json`` wrote. A file that is
no such report is named and left out. Needs nothing but Python 3.11.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
SCHEMA_VERSION = "1"
SEVERITIES = ("info", "low", "medium", "high", "critical")
DOUBTS = ("investigate", "condition-unknown", "cannot-determine")
STATES = ("unmet", "met", "waived", *DOUBTS)
MANIFEST = "manifest.json"
#: Larger files are named and left out.
LARGEST = 128 * 1024 * 1024
#: A shard of details is closed at either bound: the page loads one to show one audit.
SHARD_AUDITS, SHARD_CHARS = 100, 2_000_000
#: Exhibits that a detail keeps of each finding; the report itself has them all.
EXHIBITS = 5
LONGEST = 300

Plain = object
_DATE = re.compile(r"(?<!\d)(20\d\d)(-?)([01]\d)\2([0-3]\d)(?!\d)")


class BrokenError(ValueError):
    """A file is no audit that this dashboard reads."""


def main() -> int:
    """Write the data files; return 0, 1 where a file was left out, 2 where nothing was done."""
    arguments = parsed()
    folder: Path = arguments.folder
    if not folder.is_dir():
        print(f"{folder} is no folder.", file=sys.stderr)
        return 2
    try:
        told = collected(folder, arguments.output)
    except OSError as error:
        print(f"The data cannot be written: {error}.", file=sys.stderr)
        return 2
    for file, reason in told.broken:
        print(f"{shown(file)} was left out: {shown(reason)}.", file=sys.stderr)
    print(f"{told.audits} audits are in {arguments.output}; open {HERE / 'index.html'}.")
    return 1 if told.broken else 0


def parsed() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description="Collect exported audits for the dashboard.")
    parser.add_argument("folder", type=Path, help="holds what lineage audit --format json wrote")
    parser.add_argument(
        "--output",
        type=Path,
        default=HERE / "data",
        help="folder of the data files (the page looks into data/ beside itself)",
    )
    return parser.parse_args()


def shown(text: str) -> str:
    """Return foreign text with everything escaped that could move a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class Collection:
    """The rows of all audits, and shards of their details, written as they fill."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self.rows: list[Plain] = []
        self.broken: list[tuple[str, str]] = []
        self.titles: dict[str, str] = {}
        self.shards = 0
        self._open: list[str] = []
        self._chars = 0

    @property
    def audits(self) -> int:
        """How many audits were taken in."""
        return len(self.rows)

    def add(self, row: dict[str, Plain], detail: dict[str, Plain]) -> None:
        """Take in an audit."""
        self.rows.append({**row, "s": [self.shards, len(self._open)]})
        self._open.append(dumped(detail))
        self._chars += len(self._open[-1])
        if len(self._open) >= SHARD_AUDITS or self._chars >= SHARD_CHARS:
            self.close_shard()

    def close_shard(self) -> None:
        """Write the details that wait."""
        if self._open:
            script = f"lineageDetails({self.shards},{dumped('[' + ','.join(self._open) + ']')});\n"
            replace_file(self.output / f"details-{self.shards:05}.js", script)
            self.shards += 1
            self._open, self._chars = [], 0

    def close(self) -> None:
        """Write the rows, and remove shards of an earlier, larger collection."""
        self.close_shard()
        data = {
            "schema_version": SCHEMA_VERSION,
            "titles": sorted(self.titles.items()),
            "broken": self.broken,
            "rows": self.rows,
        }
        replace_file(self.output / "audits.js", f"lineageAudits({dumped(dumped(data))});\n")
        for path in self.output.glob("details-[0-9][0-9][0-9][0-9][0-9].js"):
            if int(path.stem.removeprefix("details-")) >= self.shards:
                path.unlink()


def collected(folder: Path, output: Path) -> Collection:
    """Read every report of a folder and write the data files."""
    output.mkdir(parents=True, exist_ok=True)
    collection = Collection(output)
    dates, remark = manifest(folder)
    if remark:
        collection.broken.append((MANIFEST, remark))
    for path in reports(folder):
        file = path.relative_to(folder).as_posix()
        try:
            audit = loaded(path)
            row = row_of(audit, file, dates.get(file), collection.titles)
            detail = detail_of(audit)
        except BrokenError as error:
            collection.broken.append((file, str(error)))
            continue
        collection.add({**row, "r": html_beside(path)}, detail)
    collection.close()
    return collection


def reports(folder: Path) -> list[Path]:
    """Return the JSON files below a folder; links are not followed."""
    found = []
    for place, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        found += [Path(place, name) for name in sorted(files) if name.endswith(".json")]
    return [path for path in found if path != folder / MANIFEST]


def loaded(path: Path) -> dict[str, Plain]:
    """Return a report as plain values; BrokenError says why it is none."""
    if path.is_symlink() or not path.is_file():
        raise BrokenError("it is no plain file")
    try:
        written = _bounded(path)
        audit = json.loads(written, parse_constant=_no_number)
    except BrokenError:
        raise
    except OSError as error:
        raise BrokenError(f"it cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BrokenError(f"it is not valid JSON ({why[:LONGEST]})") from None
    if not isinstance(audit, dict) or "schema_version" not in audit:
        raise BrokenError("it is no report of lineage: it has no schema_version")
    if audit["schema_version"] != SCHEMA_VERSION:
        version = repr(audit["schema_version"])[:LONGEST]
        raise BrokenError(f"its schema version is {version}, and this page reads version 1")
    return audit


def _bounded(path: Path) -> bytes:
    with path.open("rb") as file:
        written = file.read(LARGEST + 1)
    if len(written) > LARGEST:
        raise BrokenError(f"it is larger than {LARGEST // 2**20} MiB")
    return written


def _no_number(name: str) -> None:
    raise BrokenError(f"it is not valid JSON ({name} is no number)")


# What a report must hold. The page's own reader (app/read.js) asks the same of a file it is given.


def record(holder: Plain, name: str, where: str = "") -> dict[str, Plain]:
    """Return a field that is an object."""
    return _of(dict, holder, name, where)


def records(holder: Plain, name: str, where: str = "") -> list[dict[str, Plain]]:
    """Return a field that is a list of objects."""
    listed = _of(list, holder, name, where)
    if not all(isinstance(one, dict) for one in listed):
        raise BrokenError(f"{where}{name} holds what is no object")
    return listed


def text(holder: Plain, name: str, where: str = "") -> str:
    """Return a field that is text."""
    return _of(str, holder, name, where)


def maybe_text(holder: Plain, name: str, where: str = "") -> str | None:
    """Return a field that is text or null."""
    return None if _of(object, holder, name, where) is None else text(holder, name, where)


def count(holder: Plain, name: str, where: str = "") -> int:
    """Return a field that is a whole number."""
    number = _of(int, holder, name, where)
    if isinstance(number, bool) or not 0 <= number < 2**53:
        raise BrokenError(f"{where}{name} is no count")
    return number


def one_of(values: tuple[str, ...], holder: Plain, name: str, where: str = "") -> str:
    """Return a field that is one of a few words."""
    word = text(holder, name, where)
    if word not in values:
        raise BrokenError(f"{where}{name} is none of {', '.join(values)}")
    return word


def _of(kind: type, holder: Plain, name: str, where: str) -> Plain:
    if not isinstance(holder, dict) or name not in holder:
        raise BrokenError(f"it has no {where}{name}")
    if not isinstance(holder[name], kind):
        raise BrokenError(f"{where}{name} is of the wrong type")
    return holder[name]


def row_of(
    audit: dict[str, Plain], file: str, dated: str | None, titles: dict[str, str]
) -> dict[str, Plain]:
    """Return what the overview needs of an audit, under short names (app/read.js lists them)."""
    target, findings = record(audit, "target"), records(audit, "findings")
    states = Counter(one_of(STATES, finding, "state", "findings.") for finding in findings)
    unmet = Counter(text(f, "severity", "findings.") for f in findings if f["state"] == "unmet")
    for finding in findings:
        one_of(SEVERITIES, finding, "severity", "findings.")
        titles.setdefault(text(finding, "rule", "findings."), text(finding, "title", "findings."))
    text(audit, "verdict")
    licence, parents = descent(audit)
    return {
        "f": file,
        "d": dated or date_in(file),
        "h": text(target, "host", "target."),
        "i": text(target, "id", "target."),
        "v": maybe_text(target, "revision", "target."),
        "l": licence,
        "u": [unmet[severity] for severity in SEVERITIES],
        "q": sum(states[state] for state in DOUBTS),
        "m": states["met"],
        "w": states["waived"],
        "x": count(record(audit, "summary"), "exit_code", "summary."),
        "n": len(records(record(audit, "coverage"), "unread", "coverage.")),
        "p": parents,
        "c": by_rule(findings),
        "e": waivers(findings),
    }


def descent(audit: dict[str, Plain]) -> tuple[str | None, list[Plain]]:
    """Return the target's licence, and each parent: name, licence, relation, origin, is direct."""
    target = text(record(audit, "target"), "purl", "target.")
    artifacts = {text(one, "id", "artifacts."): one for one in records(audit, "artifacts")}
    own = artifacts.get(target, {"licence": None})
    parents: list[Plain] = []
    for edge in records(audit, "derivations"):
        parent, child = text(edge, "parent", "derivations."), text(edge, "child", "derivations.")
        at = artifacts.get(parent, {"name": parent, "licence": None})
        parents.append(
            [
                text(at, "name", "artifacts."),
                maybe_text(at, "licence", "artifacts."),
                text(edge, "relation", "derivations."),
                text(edge, "origin", "derivations."),
                int(child == target),
            ]
        )
    return maybe_text(own, "licence", "artifacts."), parents


def by_rule(findings: list[dict[str, Plain]]) -> list[Plain]:
    """Return each rule with open findings: its code, unmet findings, doubts."""
    unmet = Counter(f["rule"] for f in findings if f["state"] == "unmet")
    doubts = Counter(f["rule"] for f in findings if f["state"] in DOUBTS)
    return [[rule, unmet[rule], doubts[rule]] for rule in sorted({*unmet, *doubts}, key=utf16)]


def waivers(findings: list[dict[str, Plain]]) -> list[Plain]:
    """Return the waivers in use: last day, owner, reason, rule, findings."""
    used: Counter[tuple[str, str, str, str]] = Counter()
    for finding in findings:
        if finding["state"] == "waived" and finding.get("waiver") is not None:
            waiver = record(finding, "waiver", "findings.")
            written = [maybe_text(waiver, name, "waiver.") for name in ("expires", "owner")]
            reason = text(waiver, "reason", "waiver.")[:LONGEST]
            used[written[0] or "", written[1] or "", reason, finding["rule"]] += 1
    return [[*key, number] for key, number in used.items()]


def utf16(word: str) -> bytes:
    """Return a key that sorts as JavaScript does."""
    return word.encode("utf-16-be", "surrogatepass")


KEPT = {
    "findings": "rule title severity state tier message parent clause remedy waiver exhibits",
    "licences": "scope declared found concluded reason",
    "derivations": "parent child relation origin tier tests",
    "obligations": "licence parent title kind clause state reason",
    "artifacts": "id kind name revision licence",
}


def detail_of(audit: dict[str, Plain]) -> dict[str, Plain]:
    """Return what the view of one audit shows: the report, less what only a program reads."""
    kept: dict[str, Plain] = {
        name: audit[name] for name in ("target", "verdict", "coverage", "summary", "tool")
        if name in audit
    }  # fmt: skip
    for name, fields in KEPT.items():
        kept[name] = [
            {field: one[field] for field in fields.split() if field in one}
            for one in (records(audit, name) if name in audit else [])
        ]
    kept["findings"] = [
        {**one, "exhibits": exhibits[:EXHIBITS], "exhibits_total": len(exhibits)}
        for one, full in zip(kept["findings"], records(audit, "findings"), strict=True)
        for exhibits in [records(full, "exhibits", "findings.")]
    ]
    return kept


def date_in(file: str) -> str | None:
    """Return the last date in a path, such as ``2026-11-21`` or ``20261121``."""
    for year, _, month, day in reversed(_DATE.findall(file)):
        try:
            return date(int(year), int(month), int(day)).isoformat()
        except ValueError:
            continue
    return None


def manifest(folder: Path) -> tuple[dict[str, str], str | None]:
    """Return the dates that manifest.json gives files, and what is wrong with it."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}, None
    try:
        dates = record(json.loads(path.read_bytes()), "dates")
        return {file: date.fromisoformat(str(day)).isoformat() for file, day in dates.items()}, None
    except (OSError, ValueError, RecursionError) as error:
        return {}, f"its dates are not used: {error}"


def html_beside(path: Path) -> str | None:
    """Return where the HTML report of the same name is, as a link from the page."""
    report = path.with_suffix(".html")
    if report.is_symlink() or not report.is_file():
        return None
    return quote(os.fsencode(os.path.relpath(report.resolve(), HERE)), safe="/.")


def dumped(plain: Plain) -> str:
    """Return plain values as JSON in ASCII."""
    return json.dumps(plain, separators=(",", ":"), allow_nan=False)


def replace_file(path: Path, content: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(content, encoding="ascii")
    new.replace(path)


if __name__ == "__main__":
    sys.exit(main())
