from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lineage.escape import (
    is_web_link,
    markdown_code,
    markdown_link,
    markdown_row,
    markdown_text,
    safe_lines,
    safe_text,
    well_formed,
    without_secrets,
)
from tests.reports.build import ALL, HOSTILE

#: Any text at all, lone surrogates included: that is how undecodable bytes arrive.
anything = st.text(st.characters())
#: Text that is dense in what Markdown cares for.
markup = st.text(st.sampled_from(list("\\`*_[]()<>|~!$&#+-=.@:/ \n1wx")), max_size=40)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("名前", "名前"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m", r"\x9b31m"),
        ("\x7f", r"\x7f"),
        ("a\u202eb", r"a\u202eb"),
        ("\u2066", r"\u2066"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\U000e0041", r"\U000e0041"),
        ("\udcff", r"\xff"),
        ("\ud83d", r"\ud83d"),
        ("\u3000wide\u00a0", " wide "),
        ("", ""),
    ],
)
def test_what_is_not_printable_is_spelled_out(text: str, shown: str) -> None:
    assert safe_text(text) == shown


@given(anything)
@example(ALL)
def test_safe_text_is_printable_whatever_comes(text: str) -> None:
    assert safe_text(text).isprintable()
    assert safe_text(safe_text(text)) == safe_text(text)


def test_lines_stay_lines() -> None:
    assert safe_lines("a\x1b\nb") == "a\\x1b\nb"


@given(anything)
def test_well_formed_text_is_utf8_and_keeps_the_rest(text: str) -> None:
    shown = well_formed(text)
    shown.encode("utf-8")
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert shown == text


def tokens(text: str) -> list[Token]:
    """Parse as GitHub does; only it does not make a link of every ``word.tld``."""
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": True})
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})
    return list(parser.parse(text))


def shown_text(token: Token) -> str:
    """The text that a reader of a paragraph sees; anything but text in it is a failure."""
    for child in token.children or []:
        assert child.type in {"text", "text_special", "html_inline"}, child
        if child.type == "html_inline":
            assert child.content == "<!-- -->"
    return "".join(c.content for c in token.children or [] if c.type != "html_inline")


@given(markup | anything)
@example(ALL)
@example("    four spaces")
@example("1) list")
@example("# heading")
@example("https://evil.example and www.evil.example, mail@evil.example")
@pytest.mark.parametrize("before", ["", "- ", "Said: "])
def test_markdown_text_is_one_paragraph_of_the_same_text(before: str, text: str) -> None:
    parsed = tokens(f"{before}{markdown_text(text)} end")
    inlines = [token for token in parsed if token.type == "inline"]
    assert {t.type for t in parsed if t.nesting == 1} <= {
        "paragraph_open",
        *({"bullet_list_open", "list_item_open"} if before == "- " else set()),
    }
    seen = "".join(map(shown_text, inlines))
    said = "Said: " if before == "Said: " else ""
    assert " ".join(seen.split()) == " ".join(f"{said}{safe_text(text)} end".split())


@given(markup | anything)
@example(ALL)
@example("`")
@example("")
def test_markdown_code_is_one_code_span(text: str) -> None:
    (inline,) = [token for token in tokens(f"see {markdown_code(text)}") if token.type == "inline"]
    assert [child.type for child in inline.children or []] == ["text", "code_inline"]
    span = (inline.children or [])[1].content
    assert span.strip() == safe_text(text).strip()


@given(st.lists(markup, min_size=3, max_size=3))
def test_a_row_has_the_cells_it_was_given(cells: list[str]) -> None:
    row = markdown_row(*(markdown_code(cell) for cell in cells))
    table = "\n".join([markdown_row("a", "b", "c"), markdown_row("-", "-", "-"), row])
    parsed = tokens(table)
    assert sum(token.type == "td_open" for token in parsed) == 3
    spans = [
        child.content
        for token in parsed
        for child in token.children or []
        if child.type == "code_inline"
    ]
    assert [span.strip() for span in spans] == [safe_text(cell).strip() for cell in cells]


@pytest.mark.parametrize(
    "url",
    [
        *HOSTILE,
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://a b",
        "https://x)y",
        "https://x>y",
        "https://evil.example/\u202e",
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert not is_web_link(url)
    assert markdown_link("label", url) == "label"


def test_a_web_address_becomes_a_link() -> None:
    url = "https://huggingface.co/org/name/blob/0123/a%20b.py#L3"
    (inline,) = [t for t in tokens(markdown_link("`a`", url)) if t.type == "inline"]
    assert (inline.children or [])[0].attrs == {"href": url}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pass@host/x", "https://host/x"),
        ("git+https://tok@host/x: missing", "git+https://host/x: missing"),
        ("https://host/?access_token=abc&page=2", "https://host/?access_token=...&page=2"),
        ("https://host/?X-Amz-Signature=abc", "https://host/?X-Amz-Signature=..."),
        ("mail a@b.example", "mail a@b.example"),
        ("pkg:huggingface/org/name@rev", "pkg:huggingface/org/name@rev"),
    ],
)
def test_secrets_of_urls_are_left_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
