"""Equal files on a disk are known by their digest, and few others are ever hashed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from lineage import digesting
from lineage.catalogue import Entry, WeightDigest, open_catalogue
from lineage.comparison import compare
from lineage.kinship.fingerprint import VERSION
from lineage.kinship.prepared import Model
from lineage.kinship.storage import encode
from lineage.kinship.verdict import Related
from lineage.model import Host, Relation, Repo, State, Tier, WeightFile
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.policy import Exit
from lineage.sources import SourceOptions
from tests.checkpoint_folders import checkpoint
from tests.doubles.grown import Arrays, grown, trained_on, weights

BASE = grown(1)
OFFLINE = SourceOptions(offline=True)


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()


def known(found: Audit) -> list[str | None]:
    files = found.graph.evidence(found.graph.subject, WeightFile)
    return [file.sha256 for file in files]


def test_a_copy_is_identical_by_its_bytes(tmp_path: Path) -> None:
    base = checkpoint(tmp_path, "base", BASE, licence="gemma")
    copy = checkpoint(tmp_path, "copy", BASE)
    found = audit(str(copy), AuditOptions(source=OFFLINE, against=(str(base),)))
    (edge,) = found.graph.parents(found.graph.subject)
    assert (edge.relation, edge.tier) == (Relation.IDENTICAL, Tier.A)
    assert {one.sha256 for one in edge.exhibits} == {digest(base)}
    assert known(found) == [digest(base)]
    assert {f.rule: f.state for f in found.findings}["LIN-001"] is State.UNMET
    assert found.compared == ()


def test_a_model_that_was_trained_on_is_not_hashed(tmp_path: Path) -> None:
    base = checkpoint(tmp_path, "base", BASE)
    child = checkpoint(tmp_path, "child", trained_on(BASE, 1, 0.3))
    assert (base / "model.safetensors").stat().st_size == (
        child / "model.safetensors"
    ).stat().st_size
    found = audit(str(child), AuditOptions(source=OFFLINE, against=(str(base),)))
    assert known(found) == [None]
    assert [one.kinship.related for one in found.compared] == [Related.YES]


def test_beyond_the_limit_tensors_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digesting, "MOST", 1000)
    base, copy = (checkpoint(tmp_path, name, BASE) for name in ("base", "copy"))
    found = audit(str(copy), AuditOptions(source=OFFLINE, against=(str(base),)))
    assert known(found) == [None]
    assert [one.kinship.relation for one in found.compared] == [Relation.IDENTICAL]


def test_a_file_of_the_catalogue_is_known_by_size_and_digest(tmp_path: Path) -> None:
    copy = checkpoint(tmp_path, "copy", BASE)
    other = checkpoint(tmp_path, "other", {**BASE, "more": BASE["model.norm.weight"]})
    path = tmp_path / "catalogue.sqlite3"
    store = open_catalogue(path, create=True)
    assert store is not None
    size = (copy / "model.safetensors").stat().st_size
    with store as catalogue:
        catalogue.put(entry(WeightDigest("model.safetensors", size, digest(copy)), BASE))
        assert catalogue.sizes_held({size, size + 1}) == {size}
    for place, sha256 in ((copy, digest(copy)), (other, None)):
        found = audit(str(place), AuditOptions(source=OFFLINE, catalogue=path))
        assert known(found) == [sha256]
        assert found.lookup is not None
        assert (found.lookup.screened == 0) is (place is copy)


def entry(file: WeightDigest, model: Arrays) -> Entry:
    found = Model(weights(model)).fingerprint()
    repo = Repo(Host.HUGGINGFACE, "org/a", "0" * 40, "https://h/a", "pkg:huggingface/org/a@0")
    return Entry(repo, "MIT", found.parameters, VERSION, (file,), encode(found))


def test_a_comparison_of_equal_files_says_so(tmp_path: Path) -> None:
    one, two = (checkpoint(tmp_path, name, BASE) for name in ("one", "two"))
    three = checkpoint(tmp_path, "three", trained_on(BASE, 1, 0.3))
    found = compare(str(one), str(two))
    assert found.kinship.relation is Relation.IDENTICAL
    assert "byte for byte" in found.kinship.words
    assert (found.exit_code, found.kinship.p_value) == (Exit.PASS, None)
    assert "byte for byte" not in compare(str(one), str(three)).kinship.words


def test_what_cannot_be_read_is_not_hashed(tmp_path: Path) -> None:
    base, copy = (checkpoint(tmp_path, name, BASE) for name in ("base", "copy"))
    source = SourceOptions(offline=True, max_bytes=100_000)
    found = audit(str(copy), AuditOptions(source=source, against=(str(base),)))
    assert known(found) == [None]
    assert found.exit_code is Exit.INCOMPLETE
