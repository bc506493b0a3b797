from __future__ import annotations

import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.model import (
    Architecture,
    Copyright,
    Coverage,
    Exhibit,
    Kind,
    ModelCard,
    Scope,
    State,
    Unread,
    WeightFile,
)
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from tests.reports.build import ALL, SHA, audit_of, finding, hostile, licence, parent, rich
from tests.reports.official import cyclonedx_faults, sarif_faults, spdx_faults

FAULTS = {"sarif": sarif_faults, "cyclonedx": cyclonedx_faults, "spdx": spdx_faults}
OURS = ("sarif", "cyclonedx", "spdx", "notice", "comment")


def said(text: str, path: str = "README.md") -> Audit:
    """Return an audit in which every foreign string is the given one."""
    at = Exhibit(path, (1, 2), None, SHA, f"https://example.org/{text}", text)
    return audit_of(
        findings=(finding("LIC-001", State.UNMET, text, at, parent=text),),
        licences=(licence(Scope.WEIGHTS, text, at, declared=(text,), found=(text,), reason=text),),
        parents=(parent(text), parent(text + "2", kind=Kind.DATASET)),
        evidence=(
            WeightFile(text, 5, None, None, ((text, text),), at),
            Architecture((text,), text, (text,), ((text, text),), at),
            ModelCard((("pipeline_tag", text),), text, at),
            Copyright(text, text, at),
        ),
        coverage=Coverage(1, 1, 1, 1, (Unread(path, text),)),
        files=(path,),
    )


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("audit", [rich(), hostile(), said(ALL, ALL)])
def test_nothing_unprintable_and_nothing_but_utf8(name: str, audit: Audit) -> None:
    text = FORMATS[name].render(audit, Page())
    text.encode("utf-8")
    assert text.replace("\n", "").isprintable()
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_audit_gives_the_same_bytes(name: str) -> None:
    assert FORMATS[name].render(rich(), Page()) == FORMATS[name].render(deepcopy(rich()), Page())


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib\n"
        "from lineage.reports import FORMATS, Page\n"
        "from tests.reports.build import hostile, rich\n"
        "texts = [FORMATS[n].render(a(), Page()) for n in FORMATS for a in (rich, hostile)]\n"
        "print(hashlib.sha256(''.join(texts).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize(
    "text",
    [ALL, "", " ", "\u2028\u2029\x85", "urn:cdx:x", "x" * 2_000_000, "]]>", "{0}{{1}}", "_:b0"],
)
def test_the_official_schema_takes_whatever_a_repository_says(name: str, text: str) -> None:
    report = FORMATS[name].render(said(text), Page())
    assert FAULTS[name](report) == []


@pytest.mark.parametrize("name", OURS)
def test_a_huge_string_makes_no_huge_report(name: str) -> None:
    # Findings are carried whole by SPDX, as the JSON report carries them.
    most = 10_000_000 if name == "spdx" else 200_000
    assert len(FORMATS[name].render(said("x" * 2_000_000), Page())) < most


@pytest.mark.parametrize("name", FAULTS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(), max_size=40))
def test_the_official_schema_takes_any_text(name: str, text: str) -> None:
    report = FORMATS[name].render(said(text, text or "x"), Page())
    assert FAULTS[name](report) == []
