"""Duties of licences end to end: repositories on disk, audited as a user would, and their twins."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lineage.graph import LineageGraph
from lineage.model import Exhibit, Intent, LicenceText, Method, Profile, State, TextForm, Users
from lineage.pipeline import Audit, AuditOptions, audit, judged
from lineage.reports import FORMATS, Page
from lineage.sources import SourceOptions
from lineage.weighing import Weighed
from tests.derivatives import Derivative, licence_text

PROFILE = Profile(
    intent=Intent.SHARE,
    territory=("US",),
    domicile="US",
    users=(Users(1_000, "month", "2024-07-30"),),
)
LLAMA = "meta-llama/Llama-3.1-8B"
GEMMA = "google/gemma-2-2b"
PANGU = "ascend-tribe/openpangu-embedded-7b-model"
QWEN = "Qwen/Qwen2.5-72B"
TRADEMARK = "openPangu is a trademark of Huawei Technologies Co., Ltd."
LLAMA_NOTICE = "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc. All Rights Reserved."
GEMMA_NOTICE = "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms"
QWEN_NOTICE = "Qwen is licensed under the Qwen LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. All Rights Reserved."

BARE = {
    LLAMA: Derivative(LLAMA, "apache-2.0", "Sunny 8B"),
    GEMMA: Derivative(GEMMA, "mit", "Sunny 2B"),
    PANGU: Derivative(PANGU, "apache-2.0", "Sunny 7B"),
    QWEN: Derivative(QWEN, "apache-2.0", "Sunny 72B"),
}


def twins() -> dict[str, Derivative]:
    return {
        LLAMA: Derivative(
            LLAMA,
            "llama3.1",
            "Llama-3.1-Sunny-8B",
            "Built with Llama.",
            files={
                "LICENSE": licence_text("llama-3.1-license-2024"),
                "NOTICE": LLAMA_NOTICE.replace("Community License, ", "Community\nLicense, "),
            },
        ),
        GEMMA: Derivative(
            GEMMA,
            "gemma",
            "Sunny 2B",
            files={"LICENSE": licence_text("gemma-tou-2025-03-24"), "NOTICE": GEMMA_NOTICE},
        ),
        PANGU: Derivative(
            PANGU,
            "other",
            "Sunny 7B",
            f"**Powered by** [openPangu](https://example.org). {TRADEMARK}",
            name="openpangu-model-license-1.0",
        ),
        QWEN: Derivative(
            QWEN,
            "other",
            "Sunny 72B",
            "Improved using Qwen.",
            name="qwen",
            files={"LICENSE": licence_text("qwen-2024"), "NOTICE": QWEN_NOTICE},
        ),
    }


#: Clause, kind and state of every duty and limit of licences.md 2.2, in a bare derivative.
EXPECTED = {
    LLAMA: {
        ("1.b.i(A)", "include_license", "unmet"),
        ("1.b.i(B)", "display_text", "unmet"),
        ("1.b.i, last sentence", "name_prefix", "unmet"),
        ("1.b.iii", "notice_file_literal", "unmet"),
        ("1.b.iv", "use_policy", "cannot-determine"),
        ("2", "threshold", "condition-unknown"),
    },
    GEMMA: {
        ("3.1", "include_license", "unmet"),
        ("3.1", "notice_file_literal", "unmet"),
        ("3.1", "pass_through", "unmet"),
        ("3.1", "state_changes", "met"),
        ("3.2", "use_policy", "cannot-determine"),
    },
    PANGU: {
        ("4.1(1)", "include_license", "unmet"),
        # The parent was not opened, so that nobody knows its notices.
        ("4.1(2)", "retain_notices", "cannot-determine"),
        ("4.2(1)", "display_text", "unmet"),
        ("4.2(2)", "display_text", "unmet"),
        ("3", "territory", "condition-unknown"),
    },
    QWEN: {
        ("3.a", "include_license", "unmet"),
        ("3.b", "state_changes", "met"),
        ("3.c", "notice_file_literal", "unmet"),
        ("5.b", "display_text", "unmet"),
        ("4", "threshold", "condition-unknown"),
    },
}
RULES = {
    LLAMA: {"ATT-005", "ATT-006", "ATT-008", "USE-005"},
    GEMMA: {"ATT-005", "USE-002"},
    PANGU: {"ATT-005", "ATT-006", "ATT-007", "USE-006"},
    QWEN: {"ATT-005", "ATT-006", "USE-005"},
}


def audited(made: Derivative, folder: Path, profile: Profile | None = None) -> Audit:
    options = AuditOptions(source=SourceOptions(offline=True), profile=profile)
    return audit(made.write(folder), options)


def duties(found: Audit) -> set[tuple[str, str, str]]:
    return {(d.clause, d.kind, d.state.value) for d in found.obligations}


def raised(found: Audit) -> set[str]:
    """Rules about parents that say anything but that all is well."""
    return {f.rule for f in found.findings if f.state is not State.MET and f.rule[:3] != "LIC"}


@pytest.mark.parametrize("base", BARE)
def test_a_bare_derivative_is_told_every_duty(base: str, tmp_path: Path) -> None:
    found = audited(BARE[base], tmp_path / "sunny")
    assert duties(found) == EXPECTED[base]
    assert raised(found) == RULES[base]
    for duty in found.obligations:
        assert any(e.path == "README.md" and e.lines == (3, 3) for e in duty.exhibits)
        assert duty.reason.endswith(".")


@pytest.mark.parametrize("base", BARE)
def test_each_report_names_every_duty_with_clause_and_place(base: str, tmp_path: Path) -> None:
    found = audited(BARE[base], tmp_path / "sunny")
    table = " ".join(FORMATS["table"].render(found, Page(width=200)).split())
    page = FORMATS["markdown"].render(found, Page())
    listed = json.loads(FORMATS["json"].render(found, Page()))["obligations"]
    assert {(d["clause"], d["kind"], d["state"]) for d in listed} == EXPECTED[base]
    assert all(duty["exhibits"] for duty in listed)
    for clause, _, state in EXPECTED[base]:
        named = f"clause {clause}: asks"
        assert f"{state} {named}" in table
        assert f"| **{state}** | {named}" in page.replace("\\", "")
    assert "README.md:3" in table


def test_a_finding_quotes_the_words_that_are_asked_for(tmp_path: Path) -> None:
    found = audited(BARE[LLAMA], tmp_path / "sunny")
    (missing,) = (f for f in found.findings if f.clause.endswith("clause 1.b.iii"))
    assert missing.severity.value == "high"
    assert missing.message.endswith(
        " is declared to be a fine-tune of meta-llama/Llama-3.1-8B, and Llama 3.1 Community"
        f' License Agreement clause 1.b.iii asks for a Notice file that says "{LLAMA_NOTICE[:-1]}".'
        " There is no Notice file, and no document says so."
    )
    assert missing.remedy == f'Add a file called NOTICE that says "{LLAMA_NOTICE}"'


@pytest.mark.parametrize("base", [LLAMA, GEMMA, QWEN])
def test_a_compliant_twin_is_silent(base: str, tmp_path: Path) -> None:
    found = audited(twins()[base], tmp_path / "sunny", PROFILE)
    assert raised(found) == set()
    assert {f.state for f in found.findings} == {State.MET}
    unsettled = {d.kind for d in found.obligations if d.state is not State.MET}
    assert unsettled <= {"use_policy"}


@pytest.mark.parametrize("base", [LLAMA, QWEN])
def test_without_a_profile_a_compliant_twin_leaves_conditions_alone(
    base: str, tmp_path: Path
) -> None:
    found = audited(twins()[base], tmp_path / "sunny")
    states = {f.state for f in found.findings if f.state is not State.MET}
    assert states == {State.CONDITION_UNKNOWN}
    assert raised(found) == {"USE-005"}


def test_a_compliant_twin_of_openpangu_is_silent(tmp_path: Path) -> None:
    """The text of openPangu's licence may not be kept here: what recognising it yields may."""
    found = audited(twins()[PANGU], tmp_path / "sunny", PROFILE)
    assert raised(found) == {"ATT-005"}
    copy = LicenceText(
        "LicenseRef-lineage-openpangu-1.0",
        TextForm.TEXT,
        Method.NORMALISED_HASH,
        exact=True,
        score=100.0,
        scope=None,
        exhibit=Exhibit("LICENSE", (1, 80)),
    )
    reading = replace(found.reading, evidence=(*found.reading.evidence, copy))
    complete = judged(Weighed(reading, ()), AuditOptions(profile=PROFILE))
    assert raised(complete) == set()
    assert {d.clause for d in complete.obligations if d.state is not State.MET} == {"4.1(2)"}


@pytest.mark.parametrize(
    ("base", "left_out", "rule"),
    [
        (LLAMA, "NOTICE", "ATT-005"),
        (LLAMA, "LICENSE", "ATT-005"),
        (GEMMA, "NOTICE", "ATT-005"),
        (QWEN, "NOTICE", "ATT-005"),
    ],
)
def test_each_file_of_a_twin_is_needed(base: str, left_out: str, rule: str, tmp_path: Path) -> None:
    twin = twins()[base]
    kept = {path: text for path, text in twin.files.items() if path != left_out}
    found = audited(replace(twin, files=kept), tmp_path / "sunny", PROFILE)
    assert raised(found) == {rule}


@pytest.mark.parametrize(
    ("base", "change", "rule"),
    [
        (LLAMA, {"prose": "Made from Llama."}, "ATT-006"),
        (LLAMA, {"title": "Sunny Llama 3.1"}, "ATT-008"),
        (GEMMA, {"licence": "apache-2.0", "files": {"NOTICE": GEMMA_NOTICE}}, "USE-002"),
        (PANGU, {"prose": "Powered by openPangu."}, "ATT-007"),
        (QWEN, {"prose": "Made with Qwen."}, "ATT-006"),
    ],
)
def test_each_word_of_a_twin_is_needed(
    base: str, change: dict[str, str], rule: str, tmp_path: Path
) -> None:
    twin = twins()[base]
    made = Derivative(**{**{f: getattr(twin, f) for f in twin.__dataclass_fields__}, **change})
    assert rule in raised(audited(made, tmp_path / "sunny", PROFILE))


def test_the_graph_keeps_its_duties_when_it_is_written_down(tmp_path: Path) -> None:
    graph = audited(BARE[LLAMA], tmp_path / "sunny", PROFILE).graph
    again = LineageGraph.from_dict(graph.to_dict())
    assert again == graph
    assert again.obligations == graph.obligations
    assert again.profile == PROFILE
