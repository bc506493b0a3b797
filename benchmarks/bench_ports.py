"""Ports between frameworks as real positives: is each found, and what do the aliases add?

Downloads the packages that ``ports.toml`` names from PyPI into a folder (kept for the next run;
they are read and never executed), indexes the PyTorch files named there as one catalogue, and looks
up the ports, and beside them files for the same models that were written anew. All of it twice: by
the table of aliases, and with the table emptied.

A port is found where a match names the work that it is a port of; the file is right where it names
that file of it (model files of one library copy each other). A port is looked up in the works that
it is no port of as well. Every match of a file written anew is printed with what was seen when the
two were read: some hold passages of upstream's and do not say so.

    python benchmarks/bench_ports.py /tmp/ports
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from interval import wilson
from packaging.version import Version
from pypi_simple import PyPISimple

from lineage.code import CodeCatalogue, FileMatch, FilePrint, Release, Work, fingerprint, look_up
from lineage.code.aliases import ALIASES
from lineage.code.gathering import Harvest
from lineage.sources import SourceOptions, open_snapshot
from lineage.sources.file import TEXT_LIMIT

PAIRS = Path(__file__).with_name("ports.toml")
OFFLINE = SourceOptions(offline=True)
#: Larger distributions of a release carry compiled code; the smallest holds the same programs.
KINDS = ("wheel", "sdist")


@dataclass(frozen=True)
class Pair:
    """A file, and the upstream file that it is a port of, or would be."""

    half: str
    #: MindSpore, Paddle, JAX, TensorFlow, MLX; nothing for a file written anew.
    framework: str
    package: str
    path: str
    upstream: str
    original: str
    #: Of a file written anew that matched: what was seen when both were read.
    read: str = ""

    @property
    def is_port(self) -> bool:
        return bool(self.framework)

    @property
    def work(self) -> str:
        return self.upstream.partition("==")[0]

    @property
    def key(self) -> str:
        """Path of the suspect, which no other package's file has."""
        return f"{self.package}/{self.path}"


@dataclass(frozen=True)
class Seen:
    """What a look-up said of one file, without its prints."""

    work: str
    upstream: str
    #: Share of the file's runs with names kept that upstream has.
    share: float
    said: str


Answers = dict[str, list[Seen]]


def pairs() -> list[Pair]:
    data = tomllib.loads(PAIRS.read_text("utf-8"))
    found = []
    for one in data["ports"]:
        found += [
            Pair(one["half"], one["framework"], one["port"], path, one["upstream"], original)
            for path, original, _ in one["pairs"]
        ]
    for one in data["anew"]:
        found += [
            Pair(one["half"], "", one["package"], path, one["upstream"], original, " ".join(read))
            for path, original, *read in one["pairs"]
        ]
    return found


def downloaded(requirement: str, folder: Path) -> Path:
    """Return the smallest distribution of a release, from PyPI if it is not there yet."""
    place = folder / requirement.replace("==", "-")
    if not place.exists() or not any(place.iterdir()):
        name, _, version = requirement.partition("==")
        with PyPISimple() as index:
            files = [
                one
                for one in index.get_project_page(name).packages
                if one.version == version and one.package_type in KINDS
            ]
            best = min(files, key=lambda one: (KINDS.index(one.package_type or ""), one.size or 0))
            place.mkdir(parents=True, exist_ok=True)
            index.download_package(best, place / best.filename, timeout=60)
    return next(place.iterdir())


def indexed(wanted: Iterable[Pair], folder: Path, shards: Path) -> CodeCatalogue:
    """Return a catalogue of the upstream files, the releases of a work in one shard."""
    files: dict[str, dict[str, set[str]]] = {}
    for pair in wanted:
        name, _, version = pair.upstream.partition("==")
        files.setdefault(name, {}).setdefault(version, set()).add(pair.original)
    for name, versions in files.items():
        harvest = Harvest(
            Work(name, f"pkg:pypi/{name}", f"https://pypi.org/project/{name}/"), jobs=1
        )
        for version in sorted(versions, key=Version):
            harvest.wanted = versions[version].__contains__
            path = downloaded(f"{name}=={version}", folder)
            with open_snapshot(str(path), OFFLINE) as snapshot:
                kept = harvest.add(snapshot, Release(version))
            assert kept == len(versions[version]), (name, version, kept)
        harvest.write(shards)
    return CodeCatalogue([shards])


def suspects(wanted: Iterable[Pair], folder: Path) -> Iterator[FilePrint]:
    """Yield the print of every port and of every file written anew, once."""
    paths: dict[str, set[str]] = {}
    for pair in wanted:
        paths.setdefault(pair.package, set()).add(pair.path)
    for requirement, some in paths.items():
        with open_snapshot(str(downloaded(requirement, folder)), OFFLINE) as snapshot:
            for path in sorted(some):
                content = snapshot.read(path, TEXT_LIMIT)
                found = fingerprint(f"{requirement}/{path}", content)
                assert isinstance(found, FilePrint), path
                yield found


def answers(folder: Path, *, aliases: bool) -> Answers:
    """Return what is found of every suspect; to be asked of a process of its own."""
    if not aliases:
        ALIASES.clear()
    wanted = pairs()
    with tempfile.TemporaryDirectory() as shards:
        catalogue = indexed(wanted, folder, Path(shards))
        assert not catalogue.faults, catalogue.faults
        made: Answers = {}
        for match in look_up(list(suspects(wanted, folder)), catalogue).matches:
            made.setdefault(match.suspect.path, []).append(seen(match))
    return made


def seen(match: FileMatch) -> Seen:
    upstream = match.upstream
    said = (
        f"{upstream.work.name} {upstream.path} ({match.basis.value}; {match.of_suspect:.0%} of it,"
        f" {match.of_upstream:.0%} of upstream; lines"
        f" {[(pair.suspect, pair.upstream) for pair in match.lines[:3]]})"
    )
    return Seen(upstream.work.name, upstream.path, match.named.of_suspect, said)


def is_found(pair: Pair, given: Answers) -> bool:
    return any(one.work == pair.work for one in given.get(pair.key, ()))


def is_right(pair: Pair, given: Answers) -> bool:
    return any(
        one.work == pair.work and one.upstream == pair.original for one in given.get(pair.key, ())
    )


def share(pair: Pair, given: Answers) -> float:
    return max((one.share for one in given.get(pair.key, ()) if one.work == pair.work), default=0)


def table(ports: list[Pair], by: Answers, bare: Answers) -> None:
    """Print a row for each framework and each package of a half, and one for the half."""
    print(
        "| ports | n | found | 95 % | right file | its tokens found, median |"
        " found without aliases | tokens without |"
    )
    print("|---|---:|---:|---|---:|---:|---:|---:|")
    for half in dict.fromkeys(pair.half for pair in ports):
        mine = [pair for pair in ports if pair.half == half]
        groups: dict[str, list[Pair]] = {}
        for pair in mine:
            groups.setdefault(f"{pair.framework}: {pair.package.partition('==')[0]}", []).append(
                pair
            )
        for name, some in sorted(groups.items()):
            row(name, some, by, bare)
        row(f"**all {half}**", mine, by, bare)


def row(name: str, some: list[Pair], by: Answers, bare: Answers) -> None:
    n, k = len(some), sum(is_found(pair, by) for pair in some)
    low, high = wilson(k, n)
    middle, before = (median(share(pair, given) for pair in some) for given in (by, bare))
    print(
        f"| {name} | {n} | {k} | {low:.2f} to {high:.2f} |"
        f" {sum(is_right(pair, by) for pair in some)} | {middle:.0%} |"
        f" {sum(is_found(pair, bare) for pair in some)} | {before:.0%} |"
    )


def counted(name: str, n: int, k: int) -> None:
    low, high = wilson(k, n)
    print(f"- {name}: {n}, matched {k} (95 % {low:.2%} to {high:.2%})")


def independent(wanted: list[Pair], given: Answers) -> None:
    """Print how many files match what they were not made from."""
    works = len({pair.work for pair in wanted})
    for half in dict.fromkeys(pair.half for pair in wanted):
        mine = [pair for pair in wanted if pair.half == half]
        taken = [pair for pair in mine if pair.read.startswith("taken")]
        anew = [pair for pair in mine if not pair.is_port and pair not in taken]
        hits = [pair for pair in anew if given.get(pair.key)]
        ports = [pair for pair in mine if pair.is_port]
        strange = {
            (pair.key, one.work): one.said
            for pair in ports
            for one in given.get(pair.key, ())
            if one.work != pair.work
        }
        counted(f"one model written twice, {half}", len(anew), len(hits))
        known = sum(bool(given.get(pair.key)) for pair in taken)
        print(
            f"- left out of these, as they hold passages of upstream's: {len(taken)}, {known} found"
        )
        counted(
            f"ports beside works that they are no port of, {half}",
            len(ports) * (works - 1),
            len(strange),
        )
        for (key, _), said in strange.items():
            print(f"  - {key} ~ {said}")
        for pair in hits + taken:
            said = "; ".join(one.said for one in given.get(pair.key, ()))
            print(f"  - {pair.key} ~ {said or 'nothing'}. {pair.read or 'Not read yet.'}")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="ports-"))
    wanted = pairs()
    for requirement in sorted({name for pair in wanted for name in (pair.package, pair.upstream)}):
        downloaded(requirement, folder)
    by, bare = (asked(answers, folder, aliases=aliases) for aliases in (True, False))
    ports = [pair for pair in wanted if pair.is_port]
    table(ports, by, bare)
    print()
    independent(wanted, by)
    print("\nNot found, or by aliases alone:")
    for pair in ports:
        if not is_found(pair, by) or not is_found(pair, bare):
            known = "by aliases alone" if is_found(pair, by) else "not found"
            print(f"  {pair.key}: {known}{', found without' if is_found(pair, bare) else ''}")


def asked(ask: Callable[..., Answers], folder: Path, *, aliases: bool) -> Answers:
    """Return what a process of its own answers, so that the tables of the other are not kept."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(ask, folder, aliases=aliases).result()


if __name__ == "__main__":
    main()
