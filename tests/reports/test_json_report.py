from __future__ import annotations

import json
from copy import deepcopy
from enum import StrEnum
from importlib.resources import files
from typing import TypeAlias

import jsonschema
import pytest

from lineage import model
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from lineage.reports.json_report import LICENCE_EXHIBITS
from tests.reports.build import HOSTILE, audit_of, clean, exhibit, hostile, licence, rich

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

SCHEMA = json.loads((files("lineage.reports") / "audit.schema.json").read_text("utf-8"))
AUDITS = {
    "rich": rich(),
    "clean": clean(),
    "hostile": hostile(),
    "bare": audit_of(fail_on=None),
}


def closed(schema: Json) -> Json:
    match schema:
        case list():
            return [closed(item) for item in schema]
        case dict():
            return strict(schema)
        case _:
            return schema


def strict(schema: dict[str, Json]) -> dict[str, Json]:
    """Return the schema with every object closed: what the project holds its own output to."""
    inner = {key: closed(value) for key, value in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return {**inner, "additionalProperties": False} if is_object else inner


def text_of(audit: Audit) -> str:
    return FORMATS["json"].render(audit, Page())


def validate(report: Json, schema: dict[str, Json]) -> None:
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(report)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["rich", "clean", "bare"])
def test_every_field_is_described(name: str) -> None:
    validate(json.loads(text_of(AUDITS[name])), strict(SCHEMA))


def test_hostile_strings_stay_within_the_schema_too() -> None:
    report = json.loads(text_of(AUDITS["hostile"]))
    for waived in report["findings"]:
        # A waiver's dates come from the user, not from the repository.
        waived["waiver"] |= {"since": "2026-01-01", "expires": "2027-01-01"}
    validate(report, strict(SCHEMA))


def test_a_field_added_later_breaks_no_reader_and_does_not_pass_unseen_here() -> None:
    report = json.loads(text_of(AUDITS["rich"]))
    report["findings"][0]["novelty"] = 1
    validate(report, SCHEMA)
    with pytest.raises(jsonschema.ValidationError, match="novelty"):
        validate(report, strict(SCHEMA))


@pytest.mark.parametrize("path", [("verdict",), ("summary", "exit_code"), ("target", "purl")])
def test_a_missing_field_is_an_error(path: tuple[str, ...]) -> None:
    report = json.loads(text_of(AUDITS["rich"]))
    inner = report
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    with pytest.raises(jsonschema.ValidationError):
        validate(report, SCHEMA)


@pytest.mark.parametrize(
    ("words", "described"),
    [
        (model.Host, SCHEMA["$defs"]["repo"]["properties"]["host"]["enum"]),
        (model.Kind, SCHEMA["$defs"]["artifact"]["properties"]["kind"]["enum"]),
        (model.Scope, SCHEMA["$defs"]["licence"]["properties"]["scope"]["enum"]),
        (model.Relation, SCHEMA["$defs"]["derivation"]["properties"]["relation"]["enum"]),
        (model.Origin, SCHEMA["$defs"]["derivation"]["properties"]["origin"]["enum"]),
        (model.Severity, SCHEMA["$defs"]["finding"]["properties"]["severity"]["enum"]),
        (model.Tier, SCHEMA["$defs"]["tier"]["enum"]),
        (model.State, SCHEMA["$defs"]["state"]["enum"]),
    ],
)
def test_the_schema_knows_every_word(words: type[StrEnum], described: list[str]) -> None:
    assert [word.value for word in words] == described


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert text_of(rich()) == text_of(deepcopy(rich()))


@pytest.mark.parametrize("name", AUDITS)
def test_it_does_nothing_to_a_terminal_and_is_utf8(name: str) -> None:
    text = text_of(AUDITS[name])
    text.encode("utf-8")
    assert all(char.isprintable() for char in text.replace("\n", ""))


def test_strings_arrive_as_they_were_read() -> None:
    report = json.loads(text_of(AUDITS["hostile"]))
    sent = [
        text.replace("\udcff\udc80", r"\xff\x80").replace("\ud83d", r"\ud83d") for text in HOSTILE
    ]
    assert report["licences"][0]["declared"] == sent


def test_a_licence_shows_some_of_its_places_and_counts_all() -> None:
    many = licence(
        model.Scope.CODE, "MIT", *(exhibit(f"{n}.py") for n in range(33)), exhibit("0.py", 9)
    )
    (record,) = json.loads(text_of(audit_of(licences=(many,))))["licences"]
    assert record["files"] == 33
    assert len(record["exhibits"]) == LICENCE_EXHIBITS


def test_only_what_is_open_counts_by_severity() -> None:
    summary = json.loads(text_of(AUDITS["rich"]))["summary"]
    assert summary["by_severity"] == {"info": 0, "low": 1, "medium": 1, "high": 13, "critical": 1}
    assert summary["by_state"]["met"] == 3
    assert summary["waived"] == 1
    assert summary["exit_code"] == 3
    assert summary["left_out"] == ["data"]


def test_an_artifacts_licence_is_that_of_its_main_part() -> None:
    artifacts = {a["name"]: a for a in json.loads(text_of(AUDITS["rich"]))["artifacts"]}
    assert artifacts["org/tuned"]["licence"] == "LicenseRef-llama-3.1"
    assert artifacts["alice/first"]["licence"] is None
