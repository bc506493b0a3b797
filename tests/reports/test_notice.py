from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lineage.model import (
    Artifact,
    Copyright,
    Coverage,
    Evidence,
    HeaderChange,
    HeaderStatus,
    Host,
    Kind,
    LicenceText,
    Method,
    NoticeFile,
    NoticeKind,
    Obligation,
    Reading,
    Repo,
    State,
    TextForm,
)
from lineage.pipeline import Audit, AuditOptions, audit
from lineage.reports import FORMATS, Page
from lineage.sources import SourceOptions
from tests.reports.build import ALL, HOSTILE, PURL, audit_of, clean, exhibit, parent, rich

CARD = """---
license: llama3.1
base_model: meta-llama/Llama-3.1-8B
---
# Llama tuned
Built with Llama.
"""
LITERAL = (
    "Llama 3.1 is licensed under the Llama 3.1 Community License, "
    "Copyright © Meta Platforms, Inc. All Rights Reserved."
)


def draft(of: Audit) -> str:
    return FORMATS["notice"].render(of, Page())


def states(of: Audit) -> dict[str, State]:
    return {f"{duty.kind} {duty.id}": duty.state for duty in of.obligations}


def offline(folder: Path) -> Audit:
    return audit(str(folder), AuditOptions(source=SourceOptions(offline=True)))


@pytest.fixture
def release(tmp_path: Path) -> Path:
    import numpy as np
    from safetensors.numpy import save_file

    folder = tmp_path / "llama-tuned"
    folder.mkdir()
    (folder / "README.md").write_text(CARD)
    (folder / "config.json").write_text(
        json.dumps({"architectures": ["LlamaForCausalLM"], "model_type": "llama"})
    )
    save_file({"model.norm.weight": np.ones(4, np.float32)}, folder / "model.safetensors")
    return folder


def test_the_draft_settles_the_duty_that_it_drafts_and_no_other(release: Path) -> None:
    before = offline(release)
    text = draft(before)
    assert f"       {LITERAL}\n" in text
    (release / "NOTICE").write_text(text)
    was, now = states(before), states(offline(release))
    settled = {duty for duty in was if was[duty] is not now[duty]}
    assert settled == {"notice_file_literal notice-file"}
    assert was["notice_file_literal notice-file"] is State.UNMET
    assert now["notice_file_literal notice-file"] is State.MET


def test_it_says_that_it_is_a_draft_and_of_what(release: Path) -> None:
    text = draft(offline(release))
    assert text.startswith("[DRAFT of a NOTICE file, to be reviewed by a person before it is used.")
    assert "pkg:generic/llama-tuned" in text
    assert "no legal advice" in text


def test_a_text_is_named_with_its_address_and_not_repeated(release: Path) -> None:
    text = draft(offline(release))
    assert "The text of the Llama 3.1 Community License Agreement is enclosed in [FILE]." in text
    assert "https://scancode-licensedb.aboutcode.org/llama-3.1-license-2024.html" in text
    assert (
        "Acceptable Use Policy (clause 1.b.iv): https://llama.meta.com/llama3_1/use-policy" in text
    )
    assert len(text) < 5000


def opened(*facts: Evidence) -> tuple[Artifact, Reading]:
    url = "https://huggingface.co/up/base"
    repo = Repo(Host.HUGGINGFACE, "up/base", "e" * 40, url, f"pkg:huggingface/up/base@{'e' * 40}")
    artifact = Artifact(repo.purl, Kind.MODEL, repo.id, repo.revision, repo.purl)
    return artifact, Reading(repo, (), facts, Coverage(1, 1, 1, 1))


def duty(
    of: str, kind: str, state: State = State.UNMET, *literals: str, licence: str = "apache-2.0"
) -> Obligation:
    return Obligation(licence, of, kind, "4(d)", "distribute", state, (exhibit("NOTICE", 3),), id=kind, title="Apache License 2.0", literals=literals, path=(of, PURL))  # fmt: skip


def of_base(duties: tuple[str, ...], *facts: Evidence) -> Audit:
    artifact, reading = opened(*facts)
    _, edge = parent("up/base")
    edge = type(edge)(artifact.id, edge.child, edge.relation, edge.origin, edge.tier)
    return audit_of(
        parents=((artifact, edge),),
        references=((artifact, reading),),
        obligations=tuple(duty(artifact.id, kind) for kind in duties),
    )


def test_what_an_opened_parent_holds_is_carried() -> None:
    notice = NoticeFile(
        NoticeKind.NOTICE, "Base Model\nCopyright 2024 Up Inc.\n", exhibit("NOTICE")
    )
    line = Copyright("Copyright 2024 Up Inc.", "Up Inc.", exhibit("LICENSE"))
    own = LicenceText("Apache-2.0", TextForm.TEXT, Method.NORMALISED_HASH, exact=True, score=100.0, scope=None, exhibit=exhibit("LICENSE"))  # fmt: skip
    text = draft(of_base(("retain_notices", "include_license", "state_changes"), notice, line, own))
    assert "1. up/base\n   This work is declared to be a fine-tune of up/base.\n" in text
    assert "   Copyright lines read in it:\n       Copyright 2024 Up Inc.\n" in text
    assert "       Base Model\n       Copyright 2024 Up Inc.\n" in text
    first = text.index("huggingface.co/org/tuned/blob")
    assert first < text.index("https://spdx.org/licenses/Apache-2.0.html")
    assert "[WHAT WAS CHANGED, by WHOM and on which DATE; name the files.]" in text


def test_a_parent_that_was_not_opened_leaves_its_lines_to_be_filled_in() -> None:
    made = parent("up/base")
    text = draft(audit_of(parents=(made,), obligations=(duty(made[0].id, "retain_notices"),)))
    assert "[Its copyright and other notices: it was not opened. Audit with --against.]" in text


def test_words_for_elsewhere_are_not_said_here() -> None:
    made = parent("up/base")
    duties = (duty(made[0].id, "display_text", State.UNMET, "Built with Base"),)
    text = draft(audit_of(parents=(made,), obligations=duties))
    assert "words to be displayed" in text
    assert "Built with Base" not in text


def test_what_is_met_keeps_its_place_in_the_draft() -> None:
    made = parent("up/base")
    duties = (duty(made[0].id, "notice_file_literal", State.MET, "Said so."),)
    assert "[clause 4(d) asks for this sentence: met at NOTICE:3]\n       Said so." in draft(
        audit_of(parents=(made,), obligations=duties)
    )


def test_copied_code_is_credited() -> None:
    change = HeaderChange(
        HeaderStatus.STRIPPED, "psf/requests", "2.31", ("Kenneth Reitz",), (), "Apache-2.0", None,
        modified=True, modification_stated=False, exhibit=exhibit("vendored/api.py"), upstream_exhibit=exhibit("api.py"),
    )  # fmt: skip
    text = draft(audit_of(evidence=(change,), kind=Kind.CODE))
    assert (
        "Code of psf/requests\nFound in 1 file: vendored/api.py\nCopyright Kenneth Reitz\nLicence: Apache-2.0\n"
        in text
    )


@pytest.mark.parametrize("made", [clean, audit_of])
def test_an_empty_draft_says_why_it_is_empty(made: Callable[[], Audit]) -> None:
    assert (
        "Nothing that was read asks for a notice. That is not to say that nothing does."
        in draft(made())
    )


def test_unknown_terms_are_told() -> None:
    made = parent("odd/one")
    unknown = Obligation("", made[0].id, "unknown_terms", "", "", State.CANNOT_DETERMINE)
    text = draft(audit_of(parents=(made,), obligations=(unknown,)))
    assert "[The terms of these works are not known" in text
    assert "   odd/one\n" in text


@pytest.mark.parametrize("text", [*HOSTILE, ALL])
def test_no_foreign_word_begins_a_line_or_moves_a_cursor(text: str) -> None:
    facts = (
        NoticeFile(NoticeKind.NOTICE, text, exhibit(text)),
        Copyright(text, text, exhibit(text)),
    )
    of = of_base(("retain_notices", "include_license", "state_changes"), *facts)
    shown = draft(of)
    assert shown.replace("\n", "").isprintable()
    lines = [
        line for line in shown.split("\n") if line and not line.startswith(("   ", "[", " ", "-"))
    ]
    assert lines == ["tuned", "1. up/base"]


def test_a_gap_is_told() -> None:
    assert "[It may lack works or terms, since 14 places could not be read" in draft(rich())
