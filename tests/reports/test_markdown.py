from __future__ import annotations

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lineage.model import Severity, State
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from tests.reports.build import REVISION, audit_of, clean, exhibit, finding, hostile, rich

HEADINGS = {
    "Licences",
    "Made from",
    "Findings",
    "Waived",
    "Waivers to look at",
    "Duties met",
    "What the licences above it ask",
    "Not examined",
    "How to read this",
}


def document(audit: Audit) -> str:
    return FORMATS["markdown"].render(audit, Page())


def tokens(text: str) -> list[Token]:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
    flat: list[Token] = []
    for token in parser.parse(text):
        flat += [token, *(token.children or [])]
    return flat


@pytest.mark.parametrize("audit", [rich(), clean(), hostile(), audit_of()])
def test_nothing_foreign_becomes_markup(audit: Audit) -> None:
    flat = tokens(document(audit))
    kinds = {token.type for token in flat}
    assert not kinds & {"image", "html_block", "fence", "code_block", "em_open", "s_open"}
    assert {t.content for t in flat if t.type == "html_inline"} <= {"<!-- -->"}
    links = {str(t.attrs["href"]) for t in flat if t.type == "link_open"}
    assert all(link.startswith("https://huggingface.co/") for link in links)


@pytest.mark.parametrize("audit", [rich(), hostile()])
def test_the_sections_are_ours(audit: Audit) -> None:
    flat = tokens(document(audit))
    headings = {
        flat[place + 1].content
        for place, token in enumerate(flat)
        if token.type == "heading_open" and token.tag == "h2"
    }
    assert headings == HEADINGS


@pytest.mark.parametrize("audit", [rich(), hostile()])
def test_tables_keep_their_columns(audit: Audit) -> None:
    rows: list[int] = []
    heads: list[int] = []
    for token in tokens(document(audit)):
        if token.type == "table_open":
            heads.append(0)
            rows.append(0)
        elif token.type == "th_open":
            heads[-1] += 1
        elif token.type == "tr_open":
            rows[-1] += 1
    assert heads == [2, 5, 7, 5]
    assert all(count > 1 for count in rows)


@pytest.mark.parametrize("audit", [rich(), hostile()])
def test_nothing_is_unprintable(audit: Audit) -> None:
    assert document(audit).replace("\n", "").isprintable()


def test_every_finding_stands_with_its_exhibits() -> None:
    text = document(rich())
    assert all(f.fingerprint in text for f in rich().findings if f.state is not State.MET)
    assert "`license: llama3.1`" in text
    assert f"<https://huggingface.co/org/tuned/blob/{REVISION}/README.md#L2>" in text
    command = f"lineage audit https://huggingface.co/org/tuned --revision {REVISION}"
    assert f"`{command} --against https://huggingface.co/meta/base`" in text


def test_a_list_beyond_reading_is_counted() -> None:
    many = tuple(
        finding("LIC-014", State.UNMET, f"part {n:03}", *(exhibit("a", line) for line in range(1, 31)), severity=Severity.LOW)
        for n in range(105)
    )  # fmt: skip
    text = document(audit_of(findings=many))
    assert text.count("part 0") == 100
    assert "and 5 more, listed in the JSON report" in text
    assert "and 10 places more, listed in the JSON report" in text
