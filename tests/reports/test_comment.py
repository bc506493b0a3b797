from __future__ import annotations

import re

import pytest

from lineage.model import Coverage, Severity, State, Unread
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from lineage.reports.comment import LONGEST, MARK
from tests.reports.build import PURL, audit_of, clean, exhibit, finding, hostile, parent, rich
from tests.reports.test_markdown import tokens


def comment(audit: Audit) -> str:
    return FORMATS["comment"].render(audit, Page())


def long() -> Audit:
    return audit_of(
        findings=tuple(
            finding(
                "LIC-014",
                state,
                f"part {n:04} " + "许可证" * 60,
                exhibit(f"{n}.c"),
                severity=Severity.LOW,
            )
            for state in (State.UNMET, State.INVESTIGATE)
            for n in range(400)
        ),
        parents=tuple(parent(f"a/{n:04}") for n in range(400)),
        coverage=Coverage(
            9, 9, 9, 9, tuple(Unread("x" * 200 + str(n), f"reason {n}") for n in range(400))
        ),
    )


@pytest.mark.parametrize("audit", [rich(), clean(), hostile(), audit_of(), long()])
def test_it_is_never_longer_than_github_takes(audit: Audit) -> None:
    text = comment(audit)
    assert len(text.encode()) <= LONGEST
    lines = text.split("\n")
    assert sum(line.startswith("<details>") for line in lines) == lines.count("</details>")
    assert text.endswith("</sub>\n")


@pytest.mark.parametrize("audit", [rich(), clean(), hostile(), audit_of(), long()])
def test_nothing_foreign_becomes_markup(audit: Audit) -> None:
    flat = tokens(comment(audit))
    assert not {t.type for t in flat} & {"image", "fence", "code_block", "em_open", "s_open"}
    ours = re.compile(
        r"</?details>|<summary>[A-Za-z ]+(?: \([\d,]+\))?</summary>|</?sub>|<!-- -->|<!-- lineage-audit [0-9a-f]{16} -->|\s"
    )
    html = "".join(t.content for t in flat if t.type in ("html_inline", "html_block"))
    assert ours.sub("", html) == ""
    links = {str(t.attrs["href"]) for t in flat if t.type == "link_open"}
    assert all(link.startswith("https://huggingface.co/") for link in links)


def test_what_does_not_fit_is_counted() -> None:
    text = comment(long())
    shown = len(re.findall(r"^- \*\*low\*\* LIC-014", text, re.MULTILINE))
    assert 0 < shown < 400
    assert f"- and {400 - shown:,} more, listed in the full report" in text
    assert "Left out for its length; the full report has it." in text


def test_the_mark_is_that_of_the_target_whatever_its_revision() -> None:
    first = comment(rich()).split("\n")[0]
    assert first.startswith(MARK)
    assert first == comment(hostile_free("f" * 40)).split("\n")[0]
    assert first != comment(hostile()).split("\n")[0]


def hostile_free(revision: str) -> Audit:
    repo = rich().target
    purl = PURL.rpartition("@")[0] + f"@{revision}"
    return audit_of(repo=type(repo)(repo.host, repo.id, revision, repo.url, purl))


def test_what_is_unmet_stands_at_sight_with_its_remedy() -> None:
    text = comment(rich())
    seen = text.partition("<details>")[0]
    assert "- **critical** LIC-001 (tier A): org/tuned carries no licence for its code" in seen
    assert "Remedy: Carry the parent's NOTICE along." in seen
    assert "LIN-006" not in seen
    assert "<details><summary>Doubts (3)</summary>" in text
    assert "| unmet | 1 | 12 | 0 | 0 | 0 |" in text
