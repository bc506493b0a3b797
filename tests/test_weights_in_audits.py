"""Audits that compare weights: against references, and in the catalogue, on checkpoints on disk."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from lineage.catalogue import open_catalogue
from lineage.code_indexing import Gathered, Wanted
from lineage.indexing import UnindexedError, index
from lineage.kinship.verdict import Related
from lineage.model import Derivation, Origin, Relation, Scope, State, Tier
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.policy import Exit
from lineage.progress import Silent
from lineage.reports import FORMATS, Page
from lineage.sources import SourceOptions
from tests.checkpoint_folders import checkpoint
from tests.doubles.grown import grown, renamed, trained_on, with_layers
from tests.reports.test_json_report import strict
from tests.test_cli import run

SCHEMA = json.loads((files("lineage.reports") / "audit.schema.json").read_text("utf-8"))
BASE = grown(1)
OFFLINE = SourceOptions(offline=True)


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zoo")
    child = trained_on(BASE, 1, 0.3)
    checkpoint(folder, "base", BASE, licence="gemma")
    checkpoint(folder, "undeclared", child)
    checkpoint(folder, "declared", child, base="base")
    checkpoint(folder, "liar", grown(2), base="base")
    checkpoint(folder, "stranger", grown(3))
    checkpoint(folder, "copy", BASE)
    checkpoint(folder, "renamed-copy", renamed(BASE))
    checkpoint(folder, "cut", with_layers(child, [0, 2, 3]))
    return folder


@pytest.fixture(scope="module")
def catalogue(zoo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "catalogue.sqlite3"
    others = tmp_path_factory.mktemp("others")
    store = open_catalogue(path, create=True)
    assert store is not None
    with store as opened:
        index(Wanted(str(zoo / "base"), OFFLINE), opened, Gathered(), Silent())
        for seed in range(10, 16):
            place = checkpoint(others, f"other-{seed}", grown(seed))
            index(Wanted(str(place), OFFLINE), opened, Gathered(), Silent())
    return path


def against(zoo: Path, name: str, *references: str) -> Audit:
    options = AuditOptions(
        source=OFFLINE, against=tuple(str(zoo / reference) for reference in references)
    )
    return audit(str(zoo / name), options)


def looked_up(zoo: Path, name: str, catalogue: Path) -> Audit:
    return audit(str(zoo / name), AuditOptions(source=OFFLINE, catalogue=catalogue))


def edges(found: Audit) -> tuple[Derivation, ...]:
    return found.graph.parents(found.graph.subject)


def fired(found: Audit) -> dict[str, State]:
    return {f.rule: f.state for f in found.findings if f.rule.startswith("LIN-00")}


def test_an_undeclared_parent_is_detected(zoo: Path) -> None:
    found = against(zoo, "undeclared", "base", "stranger")
    (edge,) = edges(found)
    assert (edge.relation, edge.origin, edge.tier) == (
        Relation.FINETUNE,
        Origin.DETECTED,
        Tier.B,
    )
    assert edge.tests
    assert fired(found)["LIN-002"] is State.UNMET
    assert [one.kinship.related for one in found.compared] == [Related.YES, Related.NO]
    least = found.compared[0].kinship.p_value
    assert least is not None
    assert all(test.p_value >= least for test in edge.tests)


def test_a_declared_parent_keeps_its_origin_and_gains_tests(zoo: Path) -> None:
    found = against(zoo, "declared", "base")
    (edge,) = edges(found)
    assert (edge.origin, edge.tier) == (Origin.DECLARED, Tier.A)
    assert edge.tests
    assert not {"LIN-001", "LIN-002", "LIN-003"} & fired(found).keys()


def test_a_declared_parent_that_the_weights_deny_is_contradicted(zoo: Path) -> None:
    found = against(zoo, "liar", "base")
    (edge,) = edges(found)
    assert (edge.origin, edge.tier) == (Origin.CONTRADICTED, Tier.B)
    assert fired(found)["LIN-003"] is State.UNMET
    message = next(f.message for f in found.findings if f.rule == "LIN-003")
    assert "a retained correlation of" in message


def test_the_child_of_the_target_is_no_parent_of_it(zoo: Path) -> None:
    for child in ("declared", "undeclared"):
        found = against(zoo, "base", child)
        assert edges(found) == ()
        assert not {"LIN-001", "LIN-002"} & fired(found).keys()


def test_a_stranger_changes_nothing(zoo: Path) -> None:
    found = against(zoo, "stranger", "base")
    assert edges(found) == ()
    assert found.complete


@pytest.mark.parametrize("name", ["copy", "renamed-copy"])
def test_a_copy_is_found_by_its_numbers(zoo: Path, name: str) -> None:
    found = against(zoo, name, "base")
    (edge,) = edges(found)
    assert (edge.relation, edge.tier) == (Relation.IDENTICAL, Tier.A)
    assert fired(found)["LIN-001"] is State.UNMET


def test_layers_left_out_hide_nothing(zoo: Path) -> None:
    (edge,) = edges(against(zoo, "cut", "base"))
    assert (edge.relation, edge.tier) == (Relation.RESTRUCTURED, Tier.B)


def test_weights_left_out_are_not_compared(zoo: Path, catalogue: Path) -> None:
    options = AuditOptions(
        source=OFFLINE,
        against=(str(zoo / "base"),),
        leave_out=frozenset({Scope.WEIGHTS}),
        catalogue=catalogue,
    )
    found = audit(str(zoo / "undeclared"), options)
    assert (found.compared, found.lookup, edges(found)) == ((), None, ())


def test_without_references_weights_are_not_opened(zoo: Path) -> None:
    bare = audit(str(zoo / "undeclared"), AuditOptions(source=OFFLINE))
    assert (bare.compared, bare.lookup) == ((), None)
    assert bare.coverage.bytes_read < 100_000


def test_the_byte_limit_is_kept_and_leaves_a_gap(zoo: Path) -> None:
    source = replace(OFFLINE, max_bytes=50_000)
    options = AuditOptions(source=source, against=(str(zoo / "base"),))
    found = audit(str(zoo / "undeclared"), options)
    assert found.coverage.bytes_read <= 50_000
    assert edges(found) == ()
    assert found.exit_code is Exit.INCOMPLETE
    assert "byte limit" in found.coverage.unread[0].reason


def test_weights_that_are_not_here_are_a_gap(zoo: Path, tmp_path: Path) -> None:
    bad = checkpoint(tmp_path, "bad", BASE)
    (bad / "model.safetensors").write_bytes(b"\xff" * 1000)
    options = AuditOptions(source=OFFLINE, against=(str(zoo / "base"),))
    found = audit(str(bad), options)
    (one,) = found.compared
    assert one.kinship.related is Related.CANNOT_DETERMINE
    assert not found.complete


def test_an_undeclared_parent_is_found_among_the_indexed(zoo: Path, catalogue: Path) -> None:
    found = looked_up(zoo, "undeclared", catalogue)
    (edge,) = edges(found)
    assert (edge.origin, edge.tier, edge.relation) == (
        Origin.DETECTED,
        Tier.B,
        Relation.RELATED,
    )
    parent = found.graph.artifact(edge.parent)
    assert parent.name == str(zoo / "base")
    assert parent.licences[0].concluded == "LicenseRef-lineage-gemma"
    assert fired(found)["LIN-002"] is State.INVESTIGATE
    assert found.lookup is not None
    assert (found.lookup.references, found.lookup.screened) == (7, 7)
    adjusted = found.lookup.matches[0].p_value
    assert adjusted is not None
    assert all(adjusted <= test.p_value for test in edge.tests)


def test_a_copy_is_found_among_the_indexed(zoo: Path, catalogue: Path) -> None:
    for name in ("copy", "renamed-copy"):
        (edge,) = edges(looked_up(zoo, name, catalogue))
        assert (edge.relation, edge.tier) == (Relation.IDENTICAL, Tier.A)


def test_a_declared_parent_is_known_among_the_indexed(zoo: Path, catalogue: Path) -> None:
    found = looked_up(zoo, "declared", catalogue)
    (edge,) = edges(found)
    assert edge.origin is Origin.DECLARED
    assert edge.tests
    assert "LIN-002" not in fired(found)


@pytest.mark.parametrize("name", ["stranger", "base"])
def test_strangers_and_the_target_itself_do_not_match(
    zoo: Path, catalogue: Path, name: str
) -> None:
    found = looked_up(zoo, name, catalogue)
    assert found.lookup is not None
    assert found.lookup.matches == ()
    assert edges(found) == ()


@pytest.mark.parametrize("name", ["undeclared", "stranger", "copy"])
def test_reports_say_what_was_compared(zoo: Path, catalogue: Path, name: str) -> None:
    options = AuditOptions(source=OFFLINE, against=(str(zoo / "base"),), catalogue=catalogue)
    found = audit(str(zoo / name), options)
    report = json.loads(FORMATS["json"].render(found, Page()))
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(report)
    assert report["catalogue"]["references"] == 7
    assert report["tool"]["catalogue_version"] == "1"
    for name_ in ("table", "markdown"):
        assert "7 indexed references" in " ".join(FORMATS[name_].render(found, Page()).split())


def test_what_cannot_be_fingerprinted_is_not_indexed(tmp_path: Path) -> None:
    store = open_catalogue(tmp_path / "c.sqlite3", create=True)
    assert store is not None
    arrays = {name: np.full_like(values, np.nan) for name, values in BASE.items()}
    place = checkpoint(tmp_path, "nan", arrays)
    with store as opened, pytest.raises(UnindexedError, match="NaN"):
        index(Wanted(str(place), OFFLINE), opened, Gathered(), Silent())


def test_the_commands(zoo: Path, tmp_path: Path) -> None:
    home = {"XDG_DATA_HOME": str(tmp_path)}
    empty = run("catalogue", "list", found_in=home)
    assert (empty.returncode, list(tmp_path.iterdir())) == (0, [])
    ran = run("index", str(zoo / "base"), str(zoo / "stranger"), "--offline", found_in=home)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "2 references" in ran.stdout
    found = run("catalogue", "search", "stranger", "--format", "json", found_in=home)
    assert [one["licence"] for one in json.loads(found.stdout)["references"]] == ["MIT"]
    assert run("catalogue", "verify", found_in=home).stdout == "2 references are sound.\n"
    audited = run("audit", str(zoo / "undeclared"), "--offline", "--no-policy", found_in=home)
    assert "LIN-002" in audited.stdout
    without = run(
        "audit",
        str(zoo / "undeclared"),
        "--offline",
        "--no-policy",
        "--no-catalogue",
        found_in=home,
    )
    assert "LIN-002" not in without.stdout
    (tmp_path / "lineage" / "catalogue.sqlite3").write_bytes(b"not a database" * 1000)
    for extra in tmp_path.glob("lineage/*-*"):
        extra.unlink()
    assert (
        run("audit", str(zoo / "undeclared"), "--offline", "--no-policy", found_in=home).returncode
        == 2
    )
