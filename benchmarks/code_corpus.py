"""Releases of public packages that are changed by script, and files of unrelated ones."""

from __future__ import annotations

import random
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lineage.code import CodeCatalogue, FilePrint, Release, Work, fingerprint
from lineage.code.gathering import Harvest
from lineage.sources import open_snapshot

UPSTREAM = {
    "peft": [f"0.{n}.0" for n in range(1, 22)],
    "timm": ["0.4.5", "0.5.4", "0.6.5", "0.9.0", "1.0.3"],
    "accelerate": [f"0.{n}.0" for n in range(18, 35)],
    "transformers": ["4.30.0", "4.34.0", "4.38.0", "4.42.0", "4.46.1", "4.50.0", "4.54.0"],
}
#: Of transformers only the models are taken: the rest is large and seldom copied.
MODELS = "transformers/models/"
#: Distributions that share nothing with those.
BACKGROUND = [
    "django",
    "sympy",
    "pandas",
    "scikit-learn",
    "scipy",
    "matplotlib",
    "twisted",
    "sqlalchemy",
    "babel",
    "pygments",
    "astropy",
    "nltk",
    "boto3",
    "botocore",
    "sphinx",
    "ansible-core",
    "celery",
    "numba",
    "dask",
    "networkx",
    "bokeh",
    "plotly",
    "xgboost",
    "lightgbm",
    "statsmodels",
    "tornado",
    "aiohttp",
    "jinja2",
    "werkzeug",
    "flask",
    "fastapi",
    "pydantic",
    "httpx",
]
#: More of these, fetched when a threshold had been seen to matter on those above.
FRESH = [
    "cython==3.3.1",
    "faker==40.54.0",
    "gensim==4.4.0",
    "locust==2.47.0",
    "luigi==3.8.1",
    "mercurial==7.2.4",
    "moto==5.2.5",
    "oslo.messaging==18.3.1",
    "pyramid-debugtoolbar==4.12.1",
    "reportlab==5.1.0",
    "sanic==25.12.1",
    "streamlit==1.67.0",
    "wagtail==8.0.1",
    "zeep==4.3.3",
]
#: Distributions of the same genre, by others: models, layers and optimisers written anew.
GENRE = [
    "flax==0.8.0",
    "flaxmodels==0.1.3",
    "keras-cv==0.9.0",
    "keras-hub==0.32.0",
    "litgpt==0.5.0",
    "mlx-lm==0.9.0",
    "optax==0.2.3",
    "torchtune==0.6.0",
]
#: Texts by work and release, and by path.
CORPUS: dict[tuple[str, str], dict[str, str]] = {}


@dataclass(frozen=True)
class Suspect:
    path: str
    text: str
    original: str
    work: str
    upstream: str
    blob: str
    #: What the right answer may be called: releases that hold the same tokens.
    releases: frozenset[str]

    @property
    def shape(self) -> int:
        """Hash of the original's tokens, names aside."""
        return stream(self.path, self.original)


def gathered(work: Path) -> dict[tuple[str, str], dict[str, str]]:
    """Return the texts by work and release, and see that the shards are there."""
    corpus = {}
    for name, versions in UPSTREAM.items():
        paths = [(version, downloaded(work, name, version)) for version in versions]
        held = [(version, path) for version, path in paths if path]
        for version, path in held:
            corpus[name, version] = dict(texts(path, name))
        if not list((work / "shards").glob(f"{name}-*")):
            harvest = Harvest(
                Work(name, f"pkg:pypi/{name}", f"https://pypi.org/project/{name}/"),
                wanted=is_wanted,
                jobs=1,
            )
            for number, (version, path) in enumerate(held):
                with open_snapshot(str(path)) as snapshot:
                    harvest.add(snapshot, Release(version, f"20{number:02}-01-01"))
            harvest.write(work / "shards")
    return corpus


def downloaded(work: Path, name: str, version: str) -> Path | None:
    """Return the wheel of a release, from PyPI if it is not there yet."""
    folder = work / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}-"
    for _ in range(2):
        if there := [p for p in folder.iterdir() if p.name.lower().startswith(stem.lower())]:
            return there[0]
        command = ("download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(folder))
        subprocess.run(
            [sys.executable, "-m", "pip", *command, f"{name}=={version}"],
            check=False,
            capture_output=True,
        )
    return None


def is_wanted(path: str) -> bool:
    models = path.startswith(MODELS) and "/modeling_" in path and "_tf_" not in path
    return path.endswith(".py") and (models or not path.startswith("transformers/"))


def texts(path: Path, top: str) -> Iterator[tuple[str, str]]:
    with open_snapshot(str(path)) as snapshot:
        for entry in snapshot.files():
            if is_wanted(entry.path) and entry.path.startswith(f"{top}/"):
                try:
                    yield entry.path, snapshot.read(entry.path, 1 << 20).decode()
                except ValueError:
                    continue


def chosen(
    corpus: dict[tuple[str, str], dict[str, str]],
    catalogue: CodeCatalogue,
    count: int,
    chance: random.Random,
    *,
    tune: bool,
) -> list[Suspect]:
    """Return originals: files of some size, each of a release of its own."""
    shards = {shard.contents.work.name: shard for shard in catalogue.shards}
    pool = []
    for (name, version), files in corpus.items():
        if list(UPSTREAM[name]).index(version) % 2 == (0 if tune else 1):
            pool += [(name, version, path) for path in files if "/tests/" not in path]
    chance.shuffle(pool)
    made: list[Suspect] = []
    per_work: dict[str, int] = {}
    for name, version, path in pool:
        text = corpus[name, version][path]
        if len(made) == count or per_work.get(name, 0) > count // 3 or not is_fit(text):
            continue
        found = printed(path, text)
        if found.tokens < 300 or name not in shards:
            continue
        equal = frozenset(
            v
            for (other, v), files in corpus.items()
            if other == name and path in files and stream(path, files[path]) == found.shape
        )
        per_work[name] = per_work.get(name, 0) + 1
        made.append(Suspect(path, text, text, name, path, found.blob, equal))
    return made


@cache
def printed(path: str, text: str) -> FilePrint:
    found = fingerprint(path, text.encode())
    assert isinstance(found, FilePrint), found.reason
    return found


def stream(path: str, text: str) -> int:
    return printed(path, text).shape


def is_fit(text: str) -> bool:
    try:
        compile(text, "x", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return len(text) > 2_000


def background(work: Path, count: int, chance: random.Random) -> list[tuple[str, str]]:
    """Return files that have nothing to do with upstream."""
    found = list(files_of(BACKGROUND, work / "background"))
    library = Path(sysconfig.get_paths()["stdlib"])
    for path in sorted(library.rglob("*.py")):
        if "site-packages" not in path.parts and path.stat().st_size > 500:
            try:
                found.append((f"stdlib:{path.relative_to(library)}", path.read_text("utf-8")))
            except ValueError:
                continue
    chance.shuffle(found)
    return found[:count]


def files_of(packages: list[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the programs of packages, fetched from PyPI into a folder unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ("-q", "--no-deps", "--only-binary=:all:", "-d", str(folder))
    for requirement in packages:
        name = requirement.partition("==")[0].replace("-", "_").replace(".", "_")
        if not [one for one in folder.glob("*.whl") if one.name.lower().startswith(f"{name}-")]:
            command = [sys.executable, "-m", "pip", "download", *options, requirement]
            subprocess.run(command, check=False, capture_output=True)
    for wheel in sorted(folder.glob("*.whl")):
        with open_snapshot(str(wheel)) as snapshot:
            for entry in snapshot.files():
                if entry.path.endswith(".py") and (entry.size or 0) > 500:
                    try:
                        text = snapshot.read(entry.path, 1 << 20).decode()
                    except ValueError:
                        continue
                    yield f"{wheel.name.split('-')[0]}:{entry.path}", text
