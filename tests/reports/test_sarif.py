from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from lineage.escape import sarif_message
from lineage.model import (
    Artifact,
    Coverage,
    Exhibit,
    Host,
    Kind,
    LicenceText,
    Method,
    Reading,
    Repo,
    Severity,
    State,
    TextForm,
    Tier,
)
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from tests.reports.build import HOSTILE, audit_of, clean, exhibit, finding, hostile, rich
from tests.reports.official import sarif_faults

AUDITS = {"rich": rich, "clean": clean, "hostile": hostile, "bare": audit_of}


def text_of(audit: Audit) -> str:
    return FORMATS["sarif"].render(audit, Page())


def run_of(audit: Audit) -> Any:
    (run,) = json.loads(text_of(audit))["runs"]
    return run


@pytest.mark.parametrize("name", AUDITS)
def test_it_keeps_to_the_official_schema(name: str) -> None:
    assert sarif_faults(text_of(AUDITS[name]())) == []


def test_the_schema_is_one_that_finds_faults() -> None:
    log = json.loads(text_of(rich()))
    del log["runs"][0]["results"][0]["message"]
    assert sarif_faults(json.dumps(log)) == ["'message' is a required property"]


@pytest.mark.parametrize("name", AUDITS)
def test_every_result_has_one_place_inside_the_repository(name: str) -> None:
    audit = AUDITS[name]()
    listed = {entry.path.encode("utf-8", "surrogatepass") for entry in audit.reading.files}
    for result in run_of(audit)["results"]:
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        assert place["region"]["startLine"] >= 1
        uri = place["artifactLocation"]["uri"]
        assert ":" not in uri
        assert not uri.startswith("/")
        assert unquote(uri).encode() in listed or not listed or name == "hostile"


def test_a_file_of_a_parent_is_related_and_never_the_place() -> None:
    base = Repo(
        Host.GITHUB, "up/stream", "f" * 40, "https://github.com/up/stream", "pkg:github/up/stream"
    )
    there = Exhibit(
        "LICENSE", (1, 9), None, "cd" * 32, "https://github.com/up/stream/blob/f/LICENSE"
    )
    fact = LicenceText(
        "MIT",
        TextForm.TEXT,
        Method.NORMALISED_HASH,
        exact=True,
        score=100.0,
        scope=None,
        exhibit=there,
    )
    reading = Reading(base, (), (fact,), Coverage(1, 1, 1, 1))
    made = finding("LIC-002", State.UNMET, "no copy", there, exhibit("setup.py", 7))
    audit = audit_of(
        findings=(made,),
        references=((Artifact(base.purl, Kind.CODE, base.id, None, base.purl), reading),),
        files=("LICENSE", "README.md", "setup.py"),
    )
    (result,) = run_of(audit)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "setup.py"
    assert place["region"] == {"startLine": 7, "endLine": 7}
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": there.url}


@pytest.mark.parametrize(
    ("files", "anchor"),
    [
        (("LICENSE", "README.md", "a.py"), "README.md"),
        (("LICENSE", "a.py"), "LICENSE"),
        (("config.json", "a.py"), "config.json"),
        (("z.py", "b.py", "docs/README.md"), "b.py"),
        ((), "README.md"),
    ],
)
def test_a_finding_without_a_file_has_an_anchor(files: tuple[str, ...], anchor: str) -> None:
    audit = audit_of(findings=(finding("LIC-001", State.UNMET, "none"),), files=files)
    (result,) = run_of(audit)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == anchor
    assert "as a whole" in result["locations"][0]["message"]["text"]


def test_how_bad_and_how_sure_stay_apart() -> None:
    results = {r["message"]["text"].partition(".")[0]: r for r in run_of(rich())["results"]}
    levels = {text: result["level"] for text, result in results.items()}
    assert (
        levels["org/tuned carries no licence for its code: no tag, no licence file, no header"]
        == "error"
    )
    assert levels["To be looked into: config"] == "note"
    assert (
        levels["Hangs on what is not known: The terms bar a territory; yours is not known"]
        == "warning"
    )
    rules = {rule["id"]: rule for rule in run_of(rich())["tool"]["driver"]["rules"]}
    assert rules["LIN-006"]["properties"]["precision"] == "medium"
    assert all(0 < float(rule["properties"]["security-severity"]) <= 10 for rule in rules.values())
    assert "## Remedy" in rules["LIC-001"]["help"]["markdown"]
    assert len(rules["LIC-001"]["properties"]["tags"]) <= 10


def test_duties_that_are_met_raise_no_alert() -> None:
    run = run_of(rich())
    assert not {"ATT-004"} & {result["ruleId"] for result in run["results"]}
    assert run["properties"]["dutiesMet"] == 3


def test_a_fingerprint_outlives_a_moved_line_and_tells_findings_at_one_place_apart() -> None:
    def prints(line: int) -> list[str]:
        made = (
            finding("LIC-014", State.UNMET, "a", exhibit("a.py", line)),
            finding("LIC-014", State.UNMET, "b", exhibit("a.py", line)),
        )
        run = run_of(audit_of(findings=made, files=("a.py",)))
        return [r["partialFingerprints"]["primaryLocationLineHash"] for r in run["results"]]

    assert prints(3) == prints(30)
    assert len(set(prints(3))) == 2


def test_a_waiver_is_a_suppression_and_the_others_have_none() -> None:
    waived = [r for r in run_of(rich())["results"] if r["suppressions"]]
    assert [r["ruleId"] for r in waived] == ["LIC-009"]
    assert waived[0]["level"] == "note"
    assert waived[0]["suppressions"][0]["justification"] == (
        "Waived since 2026-01-31 until 2027-01-31 by legal@org.example: "
        "Settled with the author by letter."
    )


def test_what_could_not_be_read_is_a_notification_and_no_success() -> None:
    (invocation,) = run_of(rich())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    said = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert said == [
        "12 places could not be read: a symbolic link, not followed",
        "1 place could not be read: not valid JSON (line 3)",
        "1 place of meta/base could not be read: not reached",
    ]
    assert run_of(clean())["invocations"][0]["executionSuccessful"] is True


def test_where_it_comes_from_is_told() -> None:
    run = run_of(rich())
    assert run["versionControlProvenance"][0]["repositoryUri"] == "https://huggingface.co/org/tuned"
    assert run["automationDetails"]["id"] == "lineage/huggingface/org/tuned/"


def test_a_local_target_names_no_place_on_the_disk() -> None:
    repo = Repo(
        Host.LOCAL, "/home/ann/secret/m", None, "file:///home/ann/secret/m", "pkg:generic/m"
    )
    text = text_of(audit_of(repo=repo, files=("README.md",)))
    assert "lineage/generic/m/" in text
    assert "file:///home" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_message_links_or_holds_a_place_for_words(text: str) -> None:
    said = sarif_message(f"{text} [a](1) \\[b](2) {{0}}")
    assert said.isprintable()
    assert "{0}" not in said.replace("{{0}}", "")
    # With every escaped character gone, no bracket is left that could open or close a link.
    left = []
    chars = iter(said)
    for char in chars:
        if char == "\\":
            next(chars, "")
        else:
            left.append(char)
    assert not {"[", "]"} & set(left)


def test_beyond_what_github_takes_the_gravest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lineage.reports.sarif.MOST_RESULTS", 3)
    made = [finding("LIC-014", State.UNMET, str(n), severity=Severity.LOW) for n in range(5)]
    made.append(finding("LIC-001", State.UNMET, "worst", severity=Severity.CRITICAL, tier=Tier.A))
    run = run_of(audit_of(findings=tuple(made)))
    assert len(run["results"]) == 3
    assert run["results"][0]["ruleId"] == "LIC-001"
    assert (
        "3 results beyond"
        in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    )


def test_a_message_of_any_length_stays_short() -> None:
    audit = audit_of(findings=(finding("LIC-001", State.UNMET, "x" * 1_000_000),))
    assert len(text_of(audit)) < 50_000
