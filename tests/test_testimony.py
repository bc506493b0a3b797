from __future__ import annotations

from lineage.model import (
    DatasetDeclared,
    Exhibit,
    HostFact,
    LicenceDeclared,
    ParentDeclared,
    Reading,
    Relation,
    Scope,
)
from lineage.plugins import scanners
from lineage.testimony import with_testimony
from lineage.walk import read
from tests.doubles.memory import snapshot_of

API = Exhibit(path="", url="https://hub.example/api/models/org/tuned")
FACTS = tuple(
    HostFact(key, value, API)
    for key, value in (
        ("gated", "manual"),
        ("license", "llama3.1"),
        ("tag", "license:llama3.1"),
        ("tag", "base_model:meta-llama/Llama-3.1-8B"),
        ("tag", "base_model:finetune:meta-llama/Llama-3.1-8B"),
        ("tag", "dataset:org/data"),
        ("tag", "text-generation"),
    )
)


def read_of(files: dict[str, bytes | str]) -> Reading:
    return with_testimony(read(snapshot_of(files, "org/tuned", FACTS), scanners()))


def test_a_card_that_cannot_be_read_speaks_through_its_host() -> None:
    facts = [f for f in read_of({"config.txt": b""}).evidence if not isinstance(f, HostFact)]
    licence, parent, data = facts
    assert isinstance(licence, LicenceDeclared)
    assert (licence.key, licence.value, licence.scope) == ("license", "llama3.1", Scope.WEIGHTS)
    assert licence.exhibit == API
    assert parent == ParentDeclared("meta-llama/Llama-3.1-8B", Relation.FINETUNE, "tags", API)
    assert data == DatasetDeclared("org/data", "tags", API)


def test_a_card_that_was_read_speaks_for_itself() -> None:
    evidence = read_of({"README.md": "---\nlicense: mit\n---\n# Tuned\n"}).evidence
    assert [f.value for f in evidence if isinstance(f, LicenceDeclared)] == ["mit"]
    assert not [f for f in evidence if isinstance(f, ParentDeclared)]
