"""Thousands of references are looked past, and none that is a relative."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from lineage.catalogue import Entry, look_up, open_catalogue
from lineage.catalogue.sieve import WORTH, sieve
from lineage.catalogue.store import SCHEMA, Catalogue
from lineage.kinship.fingerprint import VERSION, Fingerprint
from lineage.kinship.outline import BLOCKS, ROWS, closeness, order, outline
from lineage.kinship.prepared import Model
from lineage.kinship.screen import screen
from lineage.kinship.storage import decode, encode
from lineage.kinship.verdict import Related
from lineage.model import Host, Repo
from tests.doubles.grown import Arrays, grown, renamed, trained_on, weights, with_layers

BASE = grown(1)
STRANGERS = 30


def taken(model: Arrays) -> Fingerprint:
    return Model(weights(model)).fingerprint()


def repo(name: str) -> Repo:
    url = f"https://huggingface.co/{name}"
    return Repo(Host.HUGGINGFACE, name, "0" * 40, url, f"pkg:huggingface/{name}@{'0' * 40}")


def put(catalogue: Catalogue, name: str, found: Fingerprint) -> None:
    catalogue.put(Entry(repo(name), "MIT", found.parameters, VERSION, (), encode(found)))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sieve") / "catalogue.sqlite3"
    store = open_catalogue(path, create=True)
    assert store is not None
    with store as catalogue:
        put(catalogue, "org/base", taken(BASE))
        for seed in range(100, 100 + STRANGERS):
            put(catalogue, f"org/stranger-{seed}", taken(grown(seed)))
    return path


def opened(path: Path) -> Catalogue:
    store = open_catalogue(path)
    assert store is not None
    return store


CHILDREN = {
    "trained on": trained_on(BASE, 1, 0.5),
    "trained on, long": trained_on(BASE, 2, 1.0),
    "layers dropped": with_layers(trained_on(BASE, 3, 0.3), [0, 2]),
    "renamed": renamed(trained_on(BASE, 4, 0.3)),
    "without gains": {
        name: np.ones_like(values) if values.ndim == 1 else values
        for name, values in trained_on(BASE, 5, 0.3).items()
    },
}


@pytest.mark.parametrize("made", sorted(CHILDREN))
def test_a_child_passes_and_hardly_a_stranger(path: Path, made: str) -> None:
    with opened(path) as catalogue:
        found = look_up(catalogue, repo("org/own"), (), lambda: taken(CHILDREN[made]))
        left = sieve(catalogue, taken(CHILDREN[made]), (), 4)
    assert [match.entry.repo.id for match in found.matches] == ["org/base"]
    assert (found.references, found.screened, found.passed_over) == (STRANGERS + 1,) * 2 + (0,)
    assert left.compared == STRANGERS + 1
    assert len(left.near) <= 5


def test_those_passed_over_count_among_the_compared(path: Path) -> None:
    child = taken(CHILDREN["trained on"])
    alone = screen(child, [taken(BASE)])[0]
    with opened(path) as catalogue:
        (match,) = look_up(catalogue, repo("org/own"), (), lambda: child).matches
    assert alone.p_value is not None
    assert match.p_value is not None
    kept = screen(child, [decode(encode(taken(BASE)))], STRANGERS)[0]
    assert match.p_value == kept.adjusted == pytest.approx((STRANGERS + 1) * (kept.p_value or 0))


def test_equal_tensors_pass_whatever_the_outline_says(path: Path) -> None:
    shared = [name for name in BASE if "down_proj" in name]
    mixed = grown(7) | {name: BASE[name] for name in shared}
    with opened(path) as catalogue:
        found = look_up(catalogue, repo("org/own"), (), lambda: taken(mixed))
    assert [match.equal_tensors for match in found.matches] == [len(shared)]


def test_a_stranger_finds_nobody(path: Path) -> None:
    with opened(path) as catalogue:
        assert look_up(catalogue, repo("org/own"), (), lambda: taken(grown(9))).matches == ()


def test_outlines_of_strangers_are_worth_a_test_once_in_a_while() -> None:
    made = np.array([outline(taken(grown(seed)).sketches[0]) for seed in range(40)])
    found = np.concatenate([closeness(made[n], made[n + 1 :]) for n in range(len(made) - 1)])
    assert made.shape[1] == ROWS == sum(BLOCKS)
    assert np.mean(found >= WORTH) < 0.02


def test_coordinates_left_out_are_found_in_order() -> None:
    wide = outline(taken(BASE).sketches[0])
    kept = np.sort(np.random.default_rng(0).choice(wide.shape[1], 36, replace=False))
    others = np.array([outline(taken(grown(seed)).sketches[0]) for seed in range(2, 12)])
    assert order(wide[:, kept], wide[None])[0] > WORTH
    assert (order(wide[:, kept], others) < WORTH).all()
    assert order(wide[None][..., kept], wide)[0] > WORTH


def test_numbered_coordinates_leave_no_outline() -> None:
    sketch = taken(BASE).sketches[0]
    object.__setattr__(sketch, "numbered", True)
    assert not outline(sketch).any()


def test_a_catalogue_of_the_first_layout_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    store = open_catalogue(path, create=True)
    assert store is not None
    with store as catalogue:
        put(catalogue, "org/base", taken(BASE))
        put(catalogue, "org/other", taken(grown(2)))
    with sqlite3.connect(path) as database:
        for statement in ("DROP TABLE towers", "DROP TABLE tensors", "PRAGMA user_version = 1"):
            database.execute(statement)
        database.execute("UPDATE models SET fingerprint = x'00' WHERE name = 'org/other'")
    database.close()
    with opened(path) as catalogue:
        child = taken(trained_on(BASE, 1, 0.3))
        found = look_up(catalogue, repo("org/own"), (), lambda: child)
    assert [match.related for match in found.matches] == [Related.YES]
    assert (found.references, found.screened, found.passed_over) == (2, 1, 1)
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
    database.close()
