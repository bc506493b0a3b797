"""Audits that compare code: against references and in catalogues, on copies of real files."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from lineage.code import Release, Work
from lineage.code.gathering import Harvest
from lineage.model import HeaderStatus, Origin, Relation, Scope, State, Tier
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.reports import FORMATS, Page
from lineage.sources import SourceOptions, open_snapshot
from tests.code_repositories import (
    FILES,
    compliant,
    originals,
    renamed,
    repository,
    swapped,
    upstream,
)
from tests.reports.test_json_report import strict

SCHEMA = json.loads((files("lineage.reports") / "audit.schema.json").read_text("utf-8"))
OFFLINE = SourceOptions(offline=True)
CODE_RULES = ("ATT-001", "ATT-002", "ATT-003", "ATT-004", "LIC-014")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> str:
    return repository(tmp_path_factory.mktemp("work") / "hub", upstream())


@pytest.fixture(scope="module")
def shards(work: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of three releases, of which one has a file of its own form."""
    made = tmp_path_factory.mktemp("shards")
    harvest = Harvest(Work("hub", "pkg:pypi/hub", "https://pypi.org/project/hub/"), jobs=1)
    texts = upstream()
    cut = {path: text[: len(text) // 2] for path, text in texts.items()}
    for number, release in enumerate((cut, texts, cut)):
        folder = tmp_path_factory.mktemp("release")
        with open_snapshot(repository(folder, release), OFFLINE) as snapshot:
            harvest.add(snapshot, Release(f"1.{number}", f"2024-0{number + 1}-01", "Apache-2.0"))
    harvest.write(made)
    return made


@pytest.fixture(scope="module")
def copier(work: str, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    """The audit of a copy with classes renamed and headers swapped."""
    folder = tmp_path_factory.mktemp("copier")
    return against(repository(folder / "pangu", swapped()), work)


def against(target: str, *references: str) -> Audit:
    return audit(target, AuditOptions(source=OFFLINE, against=references))


def looked_up(target: str, shards: Path) -> Audit:
    return audit(target, AuditOptions(source=OFFLINE, code_catalogues=(shards,)))


def fired(found: Audit) -> dict[str, State]:
    return {f.rule: f.state for f in found.findings if f.rule in CODE_RULES}


def statuses(found: Audit) -> set[HeaderStatus]:
    assert found.traced
    return {copy.change.status for copy in found.traced.copies}


def test_swapped_headers_are_found_with_upstream_lines_status_and_clause(copier: Audit) -> None:
    found = copier
    assert fired(found) == {
        "ATT-001": State.UNMET,
        "ATT-002": State.UNMET,
        "LIC-014": State.UNMET,
    }
    assert statuses(found) == {HeaderStatus.REPLACED}
    (edge,) = found.graph.parents(found.graph.subject)
    assert (edge.origin, edge.tier) == (Origin.DETECTED, Tier.D)
    assert edge.relation in (Relation.CODE_COPIED, Relation.CODE_DERIVED)
    duties = {(one.kind, one.clause): one.state for one in found.obligations}
    assert duties["retain_notices", "4(c)"] is State.UNMET
    assert duties["state_changes", "4(b)"] is State.UNMET
    removed = next(f for f in found.findings if f.rule == "ATT-001")
    assert removed.clause == "Apache License, Version 2.0 clause 4(c)"
    assert f"holds {len(FILES)} files of" in removed.message
    assert '"The HuggingFace Team"' in removed.message
    assert found.exit_code == 1


def test_the_compliant_twin_yields_met_duties_alone(work: str, tmp_path: Path) -> None:
    found = against(repository(tmp_path / "pangu", compliant()), work)
    assert fired(found) == {"ATT-001": State.MET, "ATT-002": State.MET, "LIC-014": State.MET}
    assert statuses(found) == {HeaderStatus.KEPT_ADDED}
    assert {f.state for f in found.findings} == {State.MET}
    assert {one.state for one in found.obligations} == {State.MET}
    assert found.exit_code == 0


def test_the_catalogue_names_the_release(shards: Path, tmp_path: Path) -> None:
    found = looked_up(repository(tmp_path / "pangu", swapped()), shards)
    plain = json.loads(FORMATS["json"].render(found, Page()))
    jsonschema.validate(plain, strict(SCHEMA))
    assert plain["code"]["files"] == len(FILES)
    match = next(m for m in plain["code"]["matches"] if m["path"] == "model/lfs.py")
    assert match["upstream"]["path"] == "hub/lfs.py"
    assert match["upstream"]["release"] == "1.1"
    assert match["lines"]
    assert match["header"]["status"] == "replaced"
    assert match["header"]["upstream_licence"] == "Apache-2.0"
    assert found.traced
    assert {copy.change.release for copy in found.traced.copies} == {"1.1"}
    assert fired(found)["ATT-001"] is State.UNMET
    (edge,) = found.graph.parents(found.graph.subject)
    assert found.graph.artifact(edge.parent).purl == "pkg:pypi/hub@1.1"


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_report_can_show_it(name: str, copier: Audit) -> None:
    text = FORMATS[name].render(copier, Page())
    assert "ATT-001" in text or name in {"cyclonedx", "notice", "spdx"}


def test_the_reports_show_both_columns(copier: Audit) -> None:
    found = copier
    brief = FORMATS["table"].render(found, Page(width=200))
    full = FORMATS["table"].render(found, Page(width=200, verbose=True))
    paper = FORMATS["markdown"].render(found, Page())
    assert "holds code of" in brief
    assert "model/lfs.py:1-" not in brief.split("Code compared")[1].split("Findings")[0]
    for text in (full, paper):
        assert "Acme Technologies Co., Ltd." in text
        assert "HuggingFace Inc. team. [Apache-2.0]" in text.replace("\\", "")
        assert "hub/lfs.py:1-" in text
        assert "replaced; changes not stated" in text


def test_strangers_are_told_with_what_they_were_held_against(shards: Path, tmp_path: Path) -> None:
    own = {"a.py": "def f(x):\n    return [y * 2 for y in x if y]\n" * 40}
    found = looked_up(repository(tmp_path / "own", own), shards)
    assert found.traced
    assert (found.traced.files, found.traced.works, found.traced.copies) == (1, 1, ())
    assert "none holds code of theirs" in FORMATS["table"].render(found, Page(width=200))
    assert not fired(found)


def test_without_code_nothing_is_compared(work: str, tmp_path: Path) -> None:
    target = repository(tmp_path / "pangu", swapped())
    options = AuditOptions(source=OFFLINE, against=(work,), leave_out=frozenset({Scope.CODE}))
    found = audit(target, options)
    assert found.traced is None
    assert not fired(found)


def test_own_work_and_own_line_on_an_unchanged_file(work: str, tmp_path: Path) -> None:
    assert fired(against(work, work)) == {"LIC-014": State.MET}
    text = originals()["src/hub/lfs.py"]
    line = "# Copyright 2025 Acme Inc.\n"
    found = against(repository(tmp_path / "pangu", {"lfs.py": line + text}), work)
    assert fired(found)["ATT-003"] is State.INVESTIGATE


def test_a_credited_copy_is_a_doubt(work: str, tmp_path: Path) -> None:
    credit = "# Adapted from https://github.com/huggingface/huggingface_hub/blob/main/lfs.py\n"
    text = swapped()["model/lfs.py"] + credit
    found = against(repository(tmp_path / "pangu", {"lfs.py": text}), work)
    assert fired(found)["ATT-001"] is State.INVESTIGATE
    assert fired(found)["ATT-002"] is State.MET


def test_files_that_are_no_text_are_counted_and_harm_nothing(work: str, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    target = repository(folder, {"a.py": renamed(originals()["src/hub/lfs.py"])})
    (folder / "b.py").write_bytes(b"\0\1\2" * 5_000)
    (folder / "c.py").write_bytes(b"x = 1" + b" " * 6_000_000)
    (folder / "d.py").write_bytes(b"\xff\xfe" + "x = 1\n".encode("utf-16-le"))
    (folder / "e.py").write_text("(" * 20_000)
    found = against(target, work)
    assert found.traced
    assert found.traced.passed
    assert [copy.path for copy in found.traced.copies] == ["a.py"]
