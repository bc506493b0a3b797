from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.licences.knowledge import load
from lineage.model import (
    Architecture,
    Artifact,
    Exhibit,
    Kind,
    ModelCard,
    Origin,
    Relation,
    Scope,
)
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from lineage.reports.provenance import json_digest
from tests.reports.build import (
    SHA,
    audit_of,
    clean,
    exhibit,
    hostile,
    licence,
    parent,
    rich,
)
from tests.reports.official import cyclonedx_faults

AUDITS = {"rich": rich, "clean": clean, "hostile": hostile, "bare": audit_of}


def text_of(audit: Audit) -> str:
    return FORMATS["cyclonedx"].render(audit, Page())


def bom_of(audit: Audit) -> Any:
    return json.loads(text_of(audit))


def refs(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value["bom-ref"]] if "bom-ref" in value else []
            return own + [ref for item in value.values() for ref in refs(item)]
        case list():
            return [ref for item in value for ref in refs(item)]
        case _:
            return []


@pytest.mark.parametrize("name", AUDITS)
def test_it_keeps_to_the_official_schema(name: str) -> None:
    assert cyclonedx_faults(text_of(AUDITS[name]())) == []


def test_the_schema_is_one_that_finds_faults_in_a_model_card() -> None:
    bom = bom_of(rich())
    bom["metadata"]["component"]["modelCard"]["modelParameters"]["taks"] = "translation"
    assert "taks" in cyclonedx_faults(json.dumps(bom))[0]


@pytest.mark.parametrize("name", AUDITS)
def test_every_reference_leads_somewhere_and_stands_once(name: str) -> None:
    bom = bom_of(AUDITS[name]())
    known = refs(bom)
    assert len(known) == len(set(known))
    pointed = [end for one in bom["dependencies"] for end in (one["ref"], *one["dependsOn"])]
    pointed += [ref for one in bom["compositions"] for ref in one["assemblies"]]
    card = bom["metadata"]["component"].get("modelCard", {}).get("modelParameters", {})
    pointed += [data["ref"] for data in card.get("datasets", ())]
    assert set(pointed) <= set(known)


def test_the_target_is_described_with_its_files_and_licences() -> None:
    target = bom_of(rich())["metadata"]["component"]
    assert target["type"] == "machine-learning-model"
    assert target["purl"].startswith("pkg:huggingface/org/tuned@0123")
    assert target["components"][0]["hashes"] == [{"alg": "SHA-256", "content": SHA}]
    assert "hashes" not in target["components"][1]
    weights, *_ = target["licenses"]
    assert weights["acknowledgement"] == "declared"
    assert weights["properties"] == [{"name": "lineage:scope", "value": "weights"}]
    said = {p["name"]: p["value"] for p in target["properties"]}
    assert said["lineage:licence:code"] == "not known: The files say different things."


def test_a_licence_is_an_id_an_expression_or_a_name() -> None:
    declared = (
        "Apache-2.0",
        "apache-2.0",
        "MIT OR Apache-2.0",
        "LicenseRef-mine",
        "other",
        "none of it",
    )
    made = licence(Scope.WEIGHTS, None, exhibit("README.md"), declared=declared)
    listed = bom_of(audit_of(licences=(made,)))["metadata"]["component"]["licenses"]
    shown = [
        e.get("expression") or e["license"].get("id") or {"name": e["license"]["name"]}
        for e in listed
    ]
    assert shown == [
        "Apache-2.0",
        "Apache-2.0",
        "MIT OR Apache-2.0",
        "LicenseRef-mine",
        {"name": "other"},
        {"name": "none of it"},
    ]


def test_every_licence_that_is_given_by_its_id_is_on_the_list_of_the_schema() -> None:
    plain = [x for x in load() if not x.spdx.startswith("LicenseRef-") and " " not in x.spdx]
    assert len(plain) > 30
    made = tuple(licence(Scope.WEIGHTS, known.spdx, exhibit("LICENSE")) for known in plain)
    text = text_of(audit_of(licences=made))
    assert all(f'"id": "{known.spdx}"' in text for known in plain)
    assert cyclonedx_faults(text) == []


def test_a_pedigree_names_no_ancestor_that_the_weights_deny() -> None:
    pedigree = bom_of(rich())["metadata"]["component"]["pedigree"]
    names = [one["name"] for one in pedigree["ancestors"]]
    assert "corp/contradicted" not in names
    assert "open/corpus" not in names
    assert {"meta/base", "alice/first", "bob/second"} <= set(names)
    assert "corp/contradicted: contradicted, tier A" in pedigree["notes"]


@pytest.mark.parametrize(
    ("relation", "origin", "place"),
    [
        (Relation.RELATED, Origin.DECLARED, "variants"),
        (Relation.RELATED, Origin.DETECTED, "variants"),
        (Relation.IDENTICAL, Origin.DETECTED, "variants"),
        (Relation.UNKNOWN, Origin.DETECTED, "variants"),
        (Relation.IDENTICAL, Origin.DECLARED, "ancestors"),
        (Relation.UNKNOWN, Origin.DECLARED, "ancestors"),
        (Relation.FINETUNE, Origin.DETECTED, "ancestors"),
    ],
)
def test_without_a_known_direction_there_is_no_ancestor(
    relation: Relation, origin: Origin, place: str
) -> None:
    audit = audit_of(parents=(parent("a/b", relation, origin),))
    pedigree = bom_of(audit)["metadata"]["component"]["pedigree"]
    assert {"ancestors", "variants"} & pedigree.keys() == {place}


def test_how_sure_stands_with_each_ancestor() -> None:
    (one,) = [
        a
        for a in bom_of(rich())["metadata"]["component"]["pedigree"]["ancestors"]
        if a["name"] == "meta/base"
    ]
    (identity,) = one["evidence"]["identity"]
    assert identity["confidence"] == 0.95
    assert "p = 1e-09 (exact)" in identity["methods"][0]["value"]
    assert {"name": "lineage:tier", "value": "B"} in one["properties"]


def test_a_model_card_is_of_a_model_alone() -> None:
    facts = (
        Architecture(("LlamaForCausalLM",), "llama", (), (), exhibit("config.json")),
        ModelCard((("pipeline_tag", "text-generation"),), "Tuned", exhibit("README.md")),
    )
    model = audit_of(
        evidence=facts, parents=(parent("c/orpus", Relation.TRAINED_ON, kind=Kind.DATASET),)
    )
    card = bom_of(model)["metadata"]["component"]["modelCard"]["modelParameters"]
    assert card["task"] == "text-generation"
    assert card["architectureFamily"] == "llama"
    assert card["modelArchitecture"] == "LlamaForCausalLM"
    assert len(card["datasets"]) == 1
    assert (
        "modelCard" not in bom_of(audit_of(evidence=facts, kind=Kind.CODE))["metadata"]["component"]
    )


def test_only_an_adapter_needs_its_parent() -> None:
    audit = audit_of(
        parents=(parent("a/base", Relation.ADAPTER), parent("b/base", Relation.FINETUNE))
    )
    needs = {tuple(one["dependsOn"]) for one in bom_of(audit)["dependencies"]}
    assert sorted(map(len, needs)) == [0, 1]


def test_a_gap_makes_the_list_incomplete_and_nothing_makes_it_complete() -> None:
    assert bom_of(rich())["compositions"][0]["aggregate"] == "incomplete"
    assert bom_of(clean())["compositions"][0]["aggregate"] == "unknown"


def test_a_purl_that_is_none_is_left_out() -> None:
    broken = Artifact(
        "pkg:evil\n<script>", Kind.MODEL, "evil", "\u202e" + "r" * 5000, "not a purl\n"
    )
    _, edge = parent("evil")
    edge = type(edge)(broken.id, edge.child, edge.relation, edge.origin, edge.tier)
    text = text_of(audit_of(parents=((broken, edge),)))
    assert cyclonedx_faults(text) == []
    (one,) = json.loads(text)["components"]
    assert "purl" not in one


def test_it_is_dated_by_the_environment_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "timestamp" not in bom_of(clean())["metadata"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert bom_of(clean())["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    for nonsense in ("", "yesterday", "-1", "9" * 30, "1e9", "\u0661"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", nonsense)
        assert "timestamp" not in bom_of(clean())["metadata"]


def test_it_is_tied_to_the_json_report() -> None:
    said = {p["name"]: p["value"] for p in bom_of(rich())["metadata"]["properties"]}
    assert said["lineage:json:sha256"] == json_digest(rich())
    assert bom_of(rich())["serialNumber"] != bom_of(clean())["serialNumber"]


def test_a_place_without_lines_is_an_occurrence_too() -> None:
    made = licence(Scope.WEIGHTS, "MIT", Exhibit(""), exhibit("LICENSE", 3))
    found = bom_of(audit_of(licences=(made,)))["metadata"]["component"]["evidence"]["occurrences"]
    assert [one["location"] for one in found] == ["the host's record", "LICENSE"]
    assert found[1]["line"] == 3
