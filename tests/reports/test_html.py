from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineage.model import Exhibit, Kind, LicenceText, Method, Obligation, Scope, State, TextForm
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from lineage.reports.wording import LANGUAGES, words_of
from tests.reports.build import (
    ALL,
    HOSTILE,
    audit_of,
    clean,
    exhibit,
    finding,
    hostile,
    licence,
    parent,
    rich,
)

NOTICE = Path(__file__).parents[2] / "NOTICE"
#: Elements without an end tag.
VOID = {"meta", "br"}
ATTRIBUTES = {
    "href",
    "src",
    "action",
    "formaction",
    "srcset",
    "data",
    "poster",
    "xlink:href",
    "background",
}


class Document(HTMLParser):
    """A page as its elements, links and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.ids += [value for key, value in attrs if key == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.said.append(data)


def page(audit: Audit, language: str = "en") -> str:
    return FORMATS["html"].render(audit, Page(language=language))


def shape(document: Document) -> list[str]:
    """Return the elements, but for breaks of lines and links, which only a fine address gets."""
    return [tag for tag, _ in document.elements if tag not in ("br", "a")]


def attack(text: str) -> Audit:
    return audit_of(
        findings=tuple(finding("LIC-001", state, text, exhibit(text, excerpt=text)) for state in State),
        licences=(licence(Scope.WEIGHTS, text, declared=(text,), found=(text,), reason=text),),
        parents=(parent(text), parent(f"{text}2", kind=Kind.DATASET)),
        files=(text,),
    )  # fmt: skip


ATTACKS = (
    *HOSTILE,
    ALL,
    '"><script>alert(1)</script>',
    "'><svg onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<!--<script>",
    "]]><script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}",
    "\u2028\u2029",
    "&quot;&#x3c;script&#x3e;",
    "url(https://evil.example)",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_what_a_repository_says_is_never_markup(text: str) -> None:
    made = Document(page(attack(text)))
    plain = Document(page(attack("plain")))
    assert shape(made) == shape(plain)
    assert made.open == []
    for _, attributes in made.elements:
        assert not [key for key in attributes if key.startswith("on") or key == "style"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.text(st.characters(), min_size=1, max_size=30))
def test_any_text_is_text(text: str) -> None:
    rendered = page(attack(text))
    rendered.encode("utf-8")
    assert sum(tag == "script" for tag, _ in Document(rendered).elements) == 4


@pytest.mark.parametrize("audit", [rich(), hostile(), clean(), audit_of()])
def test_links_lead_into_the_page_or_to_the_web(audit: Audit) -> None:
    document = Document(page(audit))
    for tag, attributes in document.elements:
        links = {key: value for key, value in attributes.items() if key in ATTRIBUTES}
        assert set(links) <= {"href"}
        link = links.get("href") or "#"
        assert tag == "a" or not links
        assert (
            link[1:] in {*document.ids, ""} if link.startswith("#") else link.startswith("https://")
        )
        assert link.startswith("#") or attributes["rel"] == "noopener noreferrer"
    assert len(document.ids) == len(set(document.ids))


@pytest.mark.parametrize("audit", [rich(), hostile(), clean()])
def test_the_policy_names_every_script_and_style_by_hash(audit: Audit) -> None:
    text = page(audit)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    said = policy[1].replace("&#39;", "'")
    assert said.startswith("default-src 'none'; script-src ")
    assert "unsafe" not in said
    assert "http" not in said
    for kind in ("script", "style"):
        for attributes, body in re.findall(rf"(?s)<{kind}([^>]*)>(.*?)</{kind}>", text):
            digest = b64encode(hashlib.sha256(body.encode()).digest()).decode()
            assert "application/json" in attributes or f"'sha256-{digest}'" in said


@pytest.mark.parametrize("audit", [rich(), hostile()])
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_go_down_one_step_at_a_time(audit: Audit, language: str) -> None:
    document = Document(page(audit, language))
    levels = [int(tag[1]) for tag, _ in document.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    heads = [attributes for tag, attributes in document.elements if tag == "th"]
    assert all(attributes.get("scope") in ("col", "row") for attributes in heads)
    (root,) = (attributes for tag, attributes in document.elements if tag == "html")
    assert root["lang"] == words_of(language)["lang"]


def test_every_finding_and_duty_is_there_and_what_was_not_examined() -> None:
    said = " ".join(Document(page(rich())).said)
    assert all(f.message in said for f in rich().findings if f.state is not State.MET)
    assert "14 places that should have been read could not be read" in said
    assert "Settle 13 unmet duties" in said
    assert "a Notice file that says" in said
    assert "legal@org.example" in said
    assert "residual-correlation: p = 1e-09 (exact)" in said
    assert "Statistical tests made: 1; each is listed" in said


def test_an_audit_without_tests_claims_no_error_rate() -> None:
    said = " ".join(Document(page(clean())).said)
    assert "No statistical test was made in this audit" in said
    assert "tests made:" not in said


def test_a_page_without_a_lineage_carries_no_script() -> None:
    assert "<script" not in page(clean())


def test_languages_have_the_same_words() -> None:
    first, *others = (words_of(language) for language in LANGUAGES)
    for other in others:
        assert set(other) == set(first)
        for key, text in other.items():
            assert sorted(re.findall(r"\{\w+\}", text)) == sorted(
                re.findall(r"\{\w+\}", first[key])
            )


def test_the_chinese_page_says_that_findings_stay_english() -> None:
    said = " ".join(Document(page(rich(), "zh")).said)
    assert "保留工具的英文原文" in said
    assert "处理 13 项未履行的义务" in said
    assert rich().findings[0].message in said


@pytest.mark.parametrize("name", ["cytoscape.min.js", "dagre.min.js"])
def test_libraries_are_those_that_notice_names(name: str) -> None:
    content = files("lineage.reports").joinpath("assets", name).read_bytes()
    assert hashlib.sha256(content).hexdigest() in NOTICE.read_text("utf-8")
    licence_text = files("lineage.reports").joinpath(
        "assets", name.split(".", maxsplit=1)[0] + ".LICENSE"
    )
    assert "free of charge" in licence_text.read_text("utf-8")


def test_a_crowd_of_parents_is_counted() -> None:
    many = tuple(parent(f"org/parent-{number:03}") for number in range(250))
    text = page(audit_of(parents=many))
    assert text.count('class="node ') == 200
    assert "51 further works and 51 further derivations are left out of the picture" in text


def test_templates_ask_for_words_that_there_are() -> None:
    templates = files("lineage.reports").joinpath("templates").iterdir()
    asked = {
        key
        for template in templates
        for key in re.findall(r"\bw\.(\w+)", template.read_text("utf-8"))
        if template.name.endswith(".j2")
    }
    assert len(asked) > 100
    assert asked <= set(words_of("en"))
    assert not asked & set(dir({}))


def test_headers_and_code_stand_beside_upstreams() -> None:
    here = exhibit("src/a.py", 1, 2, excerpt="# Copyright 2026 Us")
    there = Exhibit("lib/a.py", (1, 3), excerpt="# Copyright 2020 Them\n# MIT", repo="them 1.0")
    lost = finding("ATT-001", State.UNMET, "src/a.py has lost upstream's header.", here, there)
    text = page(audit_of(findings=(lost,), files=("src/a.py",)))
    beside = text[text.index('class="beside"') :]
    assert (
        beside.index("# Copyright 2026 Us")
        < beside.index("Upstream")
        < beside.index("them 1.0:lib/a.py")
    )
    assert "# Copyright 2020 Them<br># MIT" in beside


def test_a_clause_is_quoted_beside_its_finding() -> None:
    duty = Obligation("x", "unresolved:org/base", "name_prefix", "1.b.i", "distribute", State.UNMET, title="X Licence", quote="shall include X at the beginning", path=("unresolved:org/base",))  # fmt: skip
    said = replace(finding("USE-001", State.UNMET, "It is not named X."), parent="unresolved:org/base", clause="X Licence clause 1.b.i")  # fmt: skip
    text = page(audit_of(findings=(said,), parents=(parent("org/base"),), obligations=(duty,)))
    assert text.index("shall include X at the beginning") < text.index('id="duties"')


def test_licence_texts_are_listed_by_kind_and_place() -> None:
    facts = tuple(
        LicenceText(
            "MIT",
            form,
            Method.EXACT_WORDS,
            exact=True,
            score=100.0,
            scope=None,
            exhibit=exhibit(f"{n}.py"),
        )
        for form in (TextForm.NOTICE, TextForm.TAG)
        for n in range(5)
    )
    text = page(audit_of(evidence=facts))
    stock = text[text.index('id="inventory"') :]
    assert stock.count("<code>MIT</code>") == 2
    assert "<td>5</td>" in stock


def test_a_huge_name_makes_no_huge_page() -> None:
    assert len(page(attack("x" * 2_000_000))) < 1_000_000
