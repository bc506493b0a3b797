from __future__ import annotations

import json
from typing import Any

import pytest

from lineage.model import HostFact, Kind, Origin, Relation, Scope
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from tests.reports.build import SHA, audit_of, clean, exhibit, hostile, licence, parent, rich
from tests.reports.official import spdx_faults

AUDITS = {"rich": rich, "clean": clean, "hostile": hostile, "bare": audit_of}
NOT_ASSERTED = "https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense"


def text_of(audit: Audit) -> str:
    return FORMATS["spdx"].render(audit, Page())


class Document:
    def __init__(self, audit: Audit) -> None:
        self.elements: list[Any] = json.loads(text_of(audit))["@graph"]
        self.by_id = {e["spdxId"]: e for e in self.elements if "spdxId" in e}

    def of_type(self, kind: str) -> list[Any]:
        return [e for e in self.elements if e["type"] == kind]

    def related(self, how: str) -> list[tuple[str, list[str]]]:
        return [
            (self.by_id[r["from"]]["name"], [self.named(end) for end in r["to"]])
            for r in self.of_type("Relationship")
            if r["relationshipType"] == how
        ]

    def named(self, identifier: str) -> str:
        element = self.by_id.get(identifier, {})
        return str(
            element.get("simplelicensing_licenseExpression") or element.get("name") or identifier
        )


@pytest.mark.parametrize("name", AUDITS)
def test_it_keeps_to_the_schema_and_spdx_reads_it(name: str) -> None:
    assert spdx_faults(text_of(AUDITS[name]())) == []


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("CreationInfo", "created", "yesterday"),
        ("Relationship", "relationshipType", "finetunedFrom"),
        ("ai_AIPackage", "software_primaryPurpose", "brain"),
        ("Annotation", "subject", None),
    ],
)
def test_the_schema_is_one_that_finds_faults(kind: str, field: str, value: str | None) -> None:
    plain = json.loads(text_of(rich()))
    element = next(e for e in plain["@graph"] if e["type"] == kind)
    element[field] = value
    if value is None:
        del element[field]
    assert spdx_faults(json.dumps(plain))


@pytest.mark.parametrize("name", AUDITS)
def test_every_reference_leads_somewhere(name: str) -> None:
    document = Document(AUDITS[name]())
    for one in document.of_type("Relationship"):
        assert one["from"] in document.by_id
        assert set(one["to"]) <= {*document.by_id, NOT_ASSERTED}
    (whole,) = document.of_type("SpdxDocument")
    (bom,) = document.of_type("software_Sbom")
    assert set(whole["element"]) | {whole["spdxId"]} == set(document.by_id)
    assert whole["rootElement"] == [bom["spdxId"]]
    assert (
        document.named(bom["rootElement"][0]) == AUDITS[name]().graph.subject.name[:1000]
        or name == "hostile"
    )


def test_descent_is_told_apart_from_training_and_from_what_the_weights_deny() -> None:
    document = Document(rich())
    assert {end for _, (end,) in document.related("descendantOf")} == {
        "meta/base",
        "alice/first",
        "bob/second",
        "nothing, under MIT; no unmet duty was found",
    }
    assert document.related("trainedOn") == [("org/tuned", ["open/corpus"])]
    assert document.related("other") == [("org/tuned", ["corp/contradicted"])]
    assert [d["name"] for d in document.of_type("dataset_DatasetPackage")] == ["open/corpus"]


def test_an_edge_says_how_sure_it_is() -> None:
    document = Document(rich())
    told = [
        json.loads(a["statement"])
        for a in document.of_type("Annotation")
        if '"tests"' in a["statement"]
    ]
    (tested,) = [one for one in told if one["tests"]]
    assert tested["tier"] == "B"
    assert tested["tests"][0]["p_value"] == 1e-9
    assert {one["origin"] for one in told} == {"declared", "detected", "contradicted"}


def test_what_is_akin_without_order_descends_from_nothing() -> None:
    audit = audit_of(parents=(parent("a/b", Relation.RELATED, Origin.DETECTED),))
    document = Document(audit)
    assert document.related("descendantOf") == []
    assert document.related("other") == [("org/tuned", ["a/b"])]


def test_declared_found_and_concluded_stay_apart() -> None:
    document = Document(rich())
    assert ("org/tuned: code", [NOT_ASSERTED]) in document.related("hasConcludedLicense")
    assert ("org/tuned: code", ["Apache-2.0", "MIT"]) in document.related("hasDeclaredLicense")
    assert ("alice/first", [NOT_ASSERTED]) in document.related("hasConcludedLicense")
    told = [json.loads(a["statement"]) for a in document.of_type("Annotation")]
    (code,) = [one for one in told if one.get("scope") == "code"]
    assert code["declared"] == ["apache-2.0"]
    assert code["found"] == ["Apache-2.0", "MIT"]
    assert code["concluded"] is None


def test_a_licence_off_the_list_says_where_its_text_was_read() -> None:
    spdx = "LicenseRef-scancode-llama-3.1-license-2024"
    document = Document(audit_of(licences=(licence(Scope.WEIGHTS, spdx, exhibit("LICENSE")),)))
    (text,) = document.of_type("simplelicensing_SimpleLicensingText")
    assert text["name"] == "Llama 3.1 Community License Agreement"
    assert "scancode:llama-3.1-license-2024" in text["simplelicensing_licenseText"]
    (entry,) = next(
        e["simplelicensing_customIdToUri"]
        for e in document.of_type("simplelicensing_LicenseExpression")
        if "simplelicensing_customIdToUri" in e
    )
    assert entry == {"type": "DictionaryEntry", "key": spdx, "value": text["spdxId"]}


def test_every_finding_is_a_review_of_the_target() -> None:
    document = Document(rich())
    reviews = [a for a in document.of_type("Annotation") if a["annotationType"] == "review"]
    assert len(reviews) == len(rich().findings)
    said = [json.loads(a["statement"]) for a in reviews]
    assert {one["fingerprint"] for one in said} == {f.fingerprint for f in rich().findings}


def test_files_of_weights_carry_their_hash_and_a_gap_is_told() -> None:
    document = Document(rich())
    hashed, bare = document.of_type("software_File")
    assert hashed["verifiedUsing"] == [{"type": "Hash", "algorithm": "sha256", "hashValue": SHA}]
    assert "verifiedUsing" not in bare
    (holds,) = [r for r in document.of_type("Relationship") if "#files-" in r["spdxId"]]
    assert holds["completeness"] == "incomplete"


def test_a_profile_is_claimed_only_where_all_is_known_that_it_asks_for() -> None:
    created = HostFact("created_at", "2024-07-23T10:00:00+02:00", exhibit("x"))
    told = Document(audit_of(evidence=(created,)))
    (package,) = told.of_type("ai_AIPackage")
    assert package["releaseTime"] == "2024-07-23T08:00:00Z"
    assert "created" in package["comment"]
    assert "ai" in told.of_type("SpdxDocument")[0]["profileConformance"]
    assert spdx_faults(text_of(audit_of(evidence=(created,)))) == []
    for audit in (audit_of(), audit_of(evidence=(created,), parents=(parent("a/b"),))):
        (document,) = Document(audit).of_type("SpdxDocument")
        assert document["profileConformance"] == ["core", "software", "simpleLicensing"]


@pytest.mark.parametrize(
    "written", ["", "soon", "2024-13-40", "2024-07-23T10:00:00+99:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_date_that_is_none_is_left_out(written: str) -> None:
    audit = audit_of(evidence=(HostFact("created_at", written, exhibit("x")),))
    assert "releaseTime" not in text_of(audit)


def test_it_is_dated_by_the_environment_or_says_that_it_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (creation,) = Document(clean()).of_type("CreationInfo")
    assert creation["created"] == "1970-01-01T00:00:00Z"
    assert "says nothing" in creation["comment"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (creation,) = Document(clean()).of_type("CreationInfo")
    assert creation["created"] == "2023-11-14T22:13:20Z"
    assert "says nothing" not in creation["comment"]


def test_a_data_set_and_a_code_work_have_types_of_their_own() -> None:
    assert Document(audit_of(kind=Kind.DATASET)).of_type("dataset_DatasetPackage")
    assert Document(clean()).of_type("software_Package")
