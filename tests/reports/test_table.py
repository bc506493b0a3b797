from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from lineage.model import Severity, State
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from tests.reports.build import audit_of, clean, finding, hostile, rich

#: All that colour may be made of: bold, dim, underline and the eight colours.
COLOUR = re.compile(r"\x1b\[(?:[0124]|3[0-7])(?:;(?:[0124]|3[0-7]))*m")


def shown(audit: Audit, page: Page) -> str:
    return FORMATS["table"].render(audit, page)


@pytest.mark.parametrize("width", [20, 40, 80, 140, 200, 1000])
@pytest.mark.parametrize("audit", [rich(), clean(), hostile(), audit_of()])
def test_every_line_fits_and_is_printable(audit: Audit, width: int) -> None:
    lines = shown(audit, Page(width=width)).split("\n")
    assert max(map(cell_len, lines)) <= max(40, min(width, 200))
    assert all(line.isprintable() and line == line.rstrip() for line in lines)


@pytest.mark.parametrize("audit", [rich(), hostile()])
def test_colour_is_colour_and_nothing_else(audit: Audit) -> None:
    text = shown(audit, Page(colour=True))
    assert "\x1b[" in text
    plain = COLOUR.sub("", text)
    assert plain.replace("\n", "").isprintable()
    assert [line.rstrip() for line in plain.split("\n")] == shown(audit, Page()).split("\n")


@pytest.mark.parametrize("audit", [rich(), hostile()])
def test_a_plain_page_is_ascii(audit: Audit) -> None:
    assert shown(audit, Page(unicode=False)).isascii()


def test_what_is_graver_and_surer_comes_first() -> None:
    text = shown(
        audit_of(
            findings=(
                finding("LOW-001", State.UNMET, "x", severity=Severity.LOW),
                finding("TOP-001", State.INVESTIGATE, "x", severity=Severity.CRITICAL),
                finding("TOP-002", State.UNMET, "x", severity=Severity.CRITICAL),
                finding("MET-001", State.MET, "x", severity=Severity.CRITICAL),
            )
        ),
        Page(),
    )
    order = [text.index(rule) for rule in ("TOP-002", "TOP-001", "LOW-001", "MET-001")]
    assert order == sorted(order)


def test_a_long_list_is_counted_not_shown() -> None:
    text = shown(rich(), Page())
    assert text.count("comes from elsewhere") == 5
    assert "and 7 more, see --format json" in text
    assert "12 places: links/0, links/1, links/2 and 9 more" in text


def test_what_was_not_examined_is_named() -> None:
    text = shown(rich(), Page(width=120))
    for said in (
        "not valid JSON (line 3)",
        "meta/base: not reached",
        "1 file, 5.0 GB, known by hash only: pytorch_model.bin",
        "12 png, 5 svg, 3 (no ending): no scanner asks for these",
    ):
        assert said in text


def test_the_last_word_is_the_exit_code_and_why() -> None:
    assert "Exit code 3: something could not be read, and 13" in shown(rich(), Page())
    assert "Exit code 0: --fail-on none was asked; that is no pass" in shown(
        audit_of(fail_on=None), Page()
    )
    assert "not legal advice" in shown(clean(), Page())
