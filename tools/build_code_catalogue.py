"""Build the starter catalogue of code from releases on PyPI: fingerprints, no code.

    python tools/build_code_catalogue.py --work FOLDER [--only NAME]... [--full --output FOLDER]

Needs ``pypi-simple`` (``pip install pypi-simple``). Wheels and source distributions are downloaded
into the work folder, checked against PyPI's digests, read and never executed. A work that was
gathered is not gathered again (``FOLDER/gathered``), so that an interrupted run goes on.

Without ``--full`` the shards that are shipped are built: the files that are copied most, of some
works not of every minor version. At the end ``SHA256SUMS`` is written beside the shards; with
``--common`` the table of runs that unrelated works share (``lineage/code/common.bin``) is made anew
from the packages of ``UNRELATED``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from packaging.version import InvalidVersion, Version
from pypi_simple import DistributionPackage, PyPISimple

from lineage.code import FilePrint, Release, Work, fingerprint
from lineage.code.gathering import Harvest
from lineage.code.languages import is_read
from lineage.code.rarity import TABLE, table
from lineage.code.shard import ENDING
from lineage.sources import Snapshot, UnreadableError, open_snapshot

#: Larger distributions carry compiled code; the other kind is taken.
LARGEST = 120 << 20
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Choice:
    """A package, and what is taken of it."""

    name: str
    licence: str
    #: Which paths are kept.
    paths: str
    #: The first release; of each minor version the first release is taken.
    since: str
    kind: str = "wheel"
    #: Of the releases so chosen each so-manieth is taken, the last among them: what is shipped is
    #: to be small.
    step: int = 1

    @property
    def in_full(self) -> Choice:
        """The same with every minor version and every program."""
        return replace(self, paths=r".*", step=1)


#: Models whose code others build on most, by the beginnings of their names.
_MODELS = (
    "bart|bert|blip|bloom|chameleon|clip|codegen|cohere|dbrx|deepseek|dinov2|ernie4|exaone|falcon"
    "|gemma|glm|gpt|granite|hunyuan|idefics|internvl|jamba|kimi|llama|llava|mamba|minimax|mistral"
    "|mixtral|mllama|olmo|opt|paligemma|persimmon|phi|pixtral|qwen|recurrent_gemma|roberta|siglip"
    "|smollm|solar|stablelm|starcoder|swin|t5|vit|wav2vec2|whisper|xverse|baichuan|chatglm|internlm"
    "|commandr|orion|decilm|arctic|nemotron|minicpm|molmo"
)
CHOICES = (
    Choice(
        "transformers",
        "Apache-2.0",
        rf"transformers/(?:models/(?:{_MODELS})\w*/modeling_(?!tf_|flax_)\w+\.py"
        r"|generation/(?:utils|logits_process)\.py"
        r"|(?:modeling|cache|modeling_rope|modeling_attn_mask)_utils\.py)",
        "4.28",
    ),
    Choice(
        "vllm",
        "Apache-2.0",
        rf"vllm/(?:model_executor/models/(?:{_MODELS})\w*|attention/\w+)\.py",
        "0.1",
        "sdist",
        step=2,
    ),
    Choice("sglang", "Apache-2.0", r"sglang/srt/models/.*\.py", "0.1", "any"),
    Choice("diffusers", "Apache-2.0", r"diffusers/models/.*\.py", "0.14", step=2),
    Choice("peft", "Apache-2.0", r"peft/.*\.py", "0.1", step=2),
    Choice("accelerate", "Apache-2.0", r"accelerate/.*\.py", "0.18", step=3),
    Choice("timm", "Apache-2.0", r"timm/(?:models|layers|optim)/.*\.py", "0.4"),
)
#: Packages that have nothing to do with each other, with the works above, or with those that
#: ``bench_code.py`` counts false matches in; what several of them share says nothing.
UNRELATED = [
    "biopython",
    "buildbot",
    "coverage",
    "docutils",
    "dulwich",
    "gevent",
    "hypothesis",
    "ipython",
    "jupyterlab",
    "kombu",
    "mypy",
    "paramiko",
    "peewee",
    "polars",
    "prompt-toolkit",
    "psycopg",
    "pylint",
    "pymongo",
    "pyramid",
    "qiskit",
    "redis",
    "scrapy",
    "textual",
    "trio",
    "xarray",
]


def main() -> None:
    """Build what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--output", type=Path, default=Path("lineage/code/starter"))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="all minor versions, all programs")
    parser.add_argument("--common", action="store_true", help="make the table of common runs too")
    arguments = parser.parse_args()
    with PyPISimple() as index:
        for choice in CHOICES:
            if not arguments.only or choice.name in arguments.only:
                choice = choice.in_full if arguments.full else choice  # noqa: PLW2901 - or not
                build(index, choice, arguments.work, arguments.output, arguments.jobs)
        if arguments.common:
            common(index, arguments.work)
    digests(arguments.output)


def build(index: PyPISimple, choice: Choice, work: Path, output: Path, jobs: int) -> None:
    """Gather the releases of a package and write its shard."""
    note = work / "gathered" / f"{choice.name}.json"
    chosen = releases(index, choice)
    wanted = [str(version) for version, _ in chosen]
    if note.exists() and json.loads(note.read_text("utf-8"))["releases"] == wanted:
        print(f"{choice.name}: gathered already")
        return
    pattern = re.compile(rf"(?:src/|python/)?{choice.paths}")
    purl = f"pkg:pypi/{choice.name}"
    made = Harvest(
        Work(choice.name, purl, f"https://pypi.org/project/{choice.name}/"),
        wanted=lambda path: pattern.fullmatch(path) is not None,
        jobs=jobs,
    )
    for version, package in chosen:
        day = package.upload_time.date().isoformat() if package.upload_time else None
        with open_snapshot(str(downloaded(index, package, work / choice.name))) as snapshot:
            kept = made.add(snapshot, Release(str(version), day, choice.licence))
        print(f"{choice.name} {version} ({day}): {kept} files", flush=True)
    for old in output.glob(f"{choice.name}-*{ENDING}"):
        old.unlink()
    path = made.write(output)
    files = sum(len(family.prints) for family in made.families.values())
    size = path.stat().st_size
    print(f"{path}: {size:,} bytes, {files:,} distinct files, {size / files:,.0f} bytes each")
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps({"releases": wanted, "shard": path.name}), "utf-8")


def releases(index: PyPISimple, choice: Choice) -> list[tuple[Version, DistributionPackage]]:
    """Return the first release of each minor version, and the file that is read of it."""
    found: dict[Version, list[DistributionPackage]] = {}
    for package in index.get_project_page(choice.name).packages:
        try:
            version = Version(package.version or "")
        except InvalidVersion:
            continue
        if version >= Version(choice.since) and not version.is_prerelease and not package.is_yanked:
            found.setdefault(version, []).append(package)
    first: dict[tuple[int, ...], tuple[Version, DistributionPackage]] = {}
    for version in sorted(found):
        files = [one for one in found[version] if (one.size or 0) < LARGEST]
        files.sort(key=lambda one: (one.package_type != choice.kind, one.size or 0))
        if files and files[0].package_type in ("wheel", "sdist"):
            first.setdefault(version.release[:2], (version, files[0]))
    return list(first.values())[:: -choice.step][::-1]


def downloaded(index: PyPISimple, package: DistributionPackage, folder: Path) -> Path:
    """Return where a file of PyPI lies, once it is there and its digest is right."""
    path = folder / package.filename
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        index.download_package(package, path, timeout=60)
    return path


def common(index: PyPISimple, work: Path) -> None:
    """Write the table of runs that several unrelated packages hold."""
    count: Counter[int] = Counter()
    for name in UNRELATED:
        version, package = releases(index, Choice(name, "", "", "0"))[-1]
        with open_snapshot(str(downloaded(index, package, work / "unrelated"))) as snapshot:
            runs = set(_runs(snapshot))
        count.update(runs)
        print(f"{name} {version}: {len(runs):,} runs", flush=True)
    shared = np.array(sorted(run for run, works in count.items() if works > 1), dtype=np.uint64)
    works = np.array([count[int(run)] for run in shared], dtype=np.uint64)
    TABLE.write_bytes(table(shared, works, len(UNRELATED)))
    print(f"{TABLE}: {len(shared):,} runs that several of {len(UNRELATED)} packages share")


def _runs(snapshot: Snapshot) -> Iterator[int]:
    for entry in snapshot.files():
        if not is_read(entry.path):
            continue
        try:
            found = fingerprint(entry.path, snapshot.read(entry.path, 1 << 20))
        except UnreadableError:
            continue
        if isinstance(found, FilePrint):
            for row in (found.named, found.shaped):
                yield from (row.hashes & _LOW).tolist()


def digests(output: Path) -> None:
    """Write the digests of all shards beside them."""
    shards = sorted(output.glob(f"*{ENDING}"))
    lines = [f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in shards]
    (output / "SHA256SUMS").write_text("".join(lines), "utf-8")
    print(f"{len(shards)} shards, {sum(one.stat().st_size for one in shards):,} bytes")


if __name__ == "__main__":
    main()
