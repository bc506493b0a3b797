"""Vendored copies inside PyPI packages as real positives: is each found, and what became of heads?

Downloads hosts and originals from PyPI into a folder (kept for the next run), indexes the
originals, audits the hosts as they are, and prints one row for each vendored work. A file of a host
has to be found where the original holds a file at the same place; files of fewer tokens than a
look-up asks for are left out. What became of a head is judged a second time, by plain search of its
lines, years left out.

    python benchmarks/bench_vendored.py /tmp/vendored
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lineage.code import CodeCatalogue, Release, Work
from lineage.code.candidates import FEWEST_TOKENS
from lineage.code.gathering import Harvest
from lineage.code.reading import programs
from lineage.copies import Copy
from lineage.headers import head_of
from lineage.model import HeaderStatus, Scope, State
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.sources import Snapshot, SourceOptions, open_snapshot
from lineage.sources.file import TEXT_LIMIT, decode

#: Host: where it keeps which originals.
HOSTS = {
    "setuptools==80.9.0": {
        "setuptools/_vendor/": (
            "autocommand==2.2.2 backports.tarfile==1.2.0 importlib_metadata==8.0.0 inflect==7.3.1"
            " jaraco.collections==5.1.0 jaraco.context==5.3.0 jaraco.functools==4.0.1"
            " jaraco.text==3.12.1 more-itertools==10.3.0 packaging==24.2 platformdirs==4.2.2"
            " tomli==2.0.1 typeguard==4.3.0 typing_extensions==4.12.2 wheel==0.45.1 zipp==3.19.2"
        )
    },
    "botocore==1.40.40": {"botocore/vendored/": "requests==2.7.0 six==1.16.0"},
    "joblib==1.5.2": {"joblib/externals/": "cloudpickle==3.1.1 loky==3.5.6"},
    "scikit-learn==1.7.2": {
        "sklearn/externals/": "array-api-compat==1.12.0 array-api-extra==0.7.1",
        "sklearn/externals/_": "packaging==21.3 liac-arff==2.5.0",
    },
    "scipy==1.16.2": {
        "scipy/_lib/": "array-api-compat==1.12.0 array-api-extra==0.7.1 cobyqa==1.1.4"
        " decorator==4.0.11"
    },
    "pip==25.2": {
        "pip/_vendor/": (
            "cachecontrol==0.14.3 certifi==2025.7.14 dependency-groups==1.3.1 distlib==0.4.0"
            " distro==1.9.0 idna==3.10 msgpack==1.1.1 packaging==25.0 platformdirs==4.3.8"
            " pygments==2.19.2 pyproject-hooks==1.2.0 requests==2.32.4 resolvelib==1.2.0"
            " rich==14.1.0 tomli==2.2.1 tomli-w==1.2.0 truststore==0.10.1 urllib3==1.26.20"
        )
    },
}
OFFLINE = SourceOptions(offline=True)


@dataclass
class Tally:
    """What became of the files of one original in one host."""

    wanted: int = 0
    found: int = 0
    missed: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    disputed: list[str] = field(default_factory=list)


def downloaded(requirement: str, folder: Path) -> Path:
    """Return the distribution of a requirement, fetched by pip unless it is there."""
    place = folder / re.sub(r"[^\w.]+", "-", requirement)
    if not place.exists() or not any(place.iterdir()):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(place)]
        subprocess.run([*command, requirement], check=True, stderr=subprocess.DEVNULL)
    return next(place.iterdir())


def originals(needed: list[str], folder: Path, shards: Path) -> dict[str, dict[str, str]]:
    """Index the originals; return the text of each of their programs by place."""
    texts: dict[str, dict[str, str]] = {}
    for requirement in needed:
        name, _, version = requirement.partition("==")
        with open_snapshot(str(downloaded(requirement, folder)), OFFLINE) as snapshot:
            harvest = Harvest(Work(name, f"pkg:pypi/{name}", f"https://pypi.org/project/{name}/"))
            harvest.add(snapshot, Release(version))
            harvest.write(shards)
            prints = programs(snapshot).prints
            known = [one.path for one in prints if one.tokens >= FEWEST_TOKENS]
            texts[requirement] = {path: text_of(snapshot, path) for path in known}
    return texts


def text_of(snapshot: Snapshot, path: str) -> str:
    return decode(snapshot.read(path, TEXT_LIMIT))


def expected(
    host: Snapshot, places: dict[str, str], texts: dict[str, dict[str, str]]
) -> dict[str, str]:
    """Return which original each file of a host is a copy of, by their places."""
    listed = {entry.path for entry in host.files()}
    wanted: dict[str, str] = {}
    for start, requirements in places.items():
        for requirement in requirements.split():
            for path in texts[requirement]:
                inner = re.sub(r"^(?:[^/]+-[\d.]+/|src/)", "", path)
                if start + inner in listed:
                    wanted[start + inner] = requirement
    return wanted


def second_look(copy: Copy, here: str, there: str) -> bool:
    """Say whether a status is right, by plain search of each copyright line in the copy."""
    lines = [line.text for line in head_of(there).statements]
    plain = " ".join(re.findall(r"[^\W\d]+", here.lower()))
    kept = [" ".join(re.findall(r"[^\W\d]+", line.lower())) in plain for line in lines]
    good = {HeaderStatus.KEPT, HeaderStatus.KEPT_ADDED}
    if not lines:
        return copy.change.status in {HeaderStatus.NONE_UPSTREAM, *good}
    return (copy.change.status in good) is all(kept)


def tallied(
    result: Audit, host: Snapshot, wanted: dict[str, str], texts: dict[str, dict[str, str]]
) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    copies = {
        (c.path, c.change.upstream): c for c in (result.traced.copies if result.traced else ())
    }
    small = {one.path for one in programs(host).prints if one.tokens < FEWEST_TOKENS}
    for path, requirement in sorted(wanted.items()):
        if path in small:
            continue
        tally = tallies.setdefault(requirement, Tally())
        tally.wanted += 1
        copy = copies.get((path, requirement.partition("==")[0]))
        if copy is None:
            tally.missed.append(path)
            continue
        tally.found += 1
        tally.statuses[copy.change.status.value] += 1
        original = texts[requirement].get(_there(copy, texts[requirement]), "")
        if not second_look(copy, text_of(host, path), original):
            tally.disputed.append(f"{path} ({copy.change.status.value})")
    return tallies


def _there(copy: Copy, texts: dict[str, str]) -> str:
    """Return the path of the upstream file as the distribution has it."""
    return next((path for path in texts if path.endswith(copy.match.upstream.path)), "")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="vendored-"))
    folder.mkdir(parents=True, exist_ok=True)
    needed = sorted({r for places in HOSTS.values() for rs in places.values() for r in rs.split()})
    shards = Path(tempfile.mkdtemp(prefix="shards-", dir=folder))
    texts = originals(needed, folder, shards)
    print(
        f"{len(CodeCatalogue([shards]))} distinct files of {len(needed)} originals are indexed.\n"
    )
    for requirement, places in HOSTS.items():
        before = time.process_time()
        target = str(downloaded(requirement, folder))
        options = AuditOptions(
            source=OFFLINE, leave_out=frozenset({Scope.WEIGHTS}), code_catalogues=(shards,)
        )
        result = audit(target, options)
        spent = time.process_time() - before
        with open_snapshot(target, OFFLINE) as host:
            wanted = expected(host, places, texts)
            tallies = tallied(result, host, wanted, texts)
        files = result.traced.files if result.traced else 0
        print(f"{requirement}: {files} source files, {spent:.0f} s of CPU for the audit")
        for name, tally in tallies.items():
            became = ", ".join(f"{n} {status}" for status, n in tally.statuses.most_common())
            print(f"  {name:28} {tally.found:3}/{tally.wanted:<3} {became}")
            for path in tally.missed:
                print(f"      missed {path}")
            for path in tally.disputed:
                print(f"      another answer by plain search: {path}")
        others = [
            c
            for c in (result.traced.copies if result.traced else ())
            if wanted.get(c.path, "").partition("==")[0] != c.change.upstream
        ]
        for copy in others:
            print(
                f"  beyond what was looked for: {copy.path} <- {copy.change.upstream}"
                f" {copy.match.upstream.path} {copy.match.of_suspect:.0%}/"
                f"{copy.match.of_upstream:.0%} {copy.match.basis.value}, {copy.change.status.value}"
            )
        for finding in result.findings:
            if finding.rule[:4] in ("ATT-", "LIC-") and finding.state is not State.MET:
                print(f"  {finding.rule} {finding.state.value}: {finding.message}")
        print()


if __name__ == "__main__":
    main()
