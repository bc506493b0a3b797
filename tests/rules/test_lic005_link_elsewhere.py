from __future__ import annotations

import pytest

from lineage.model import Host, Severity
from lineage.rules import lic005_link_elsewhere as rule
from tests.worlds import Fact, declared, file, said, text, unread, unsettled, world

MIT = (text("MIT"),)
BOTH = (text("MIT", "LICENSE-CODE"), text("LicenseRef-scancode-deepseek-la-1.0", "LICENSE-MODEL"))
CC = "https://creativecommons.org/licenses/by-nc/4.0/"
LLAMA = "https://huggingface.co/meta-llama/Llama-3.1-8B/blob/main/LICENSE"


@pytest.mark.parametrize(
    ("tag", "link", "facts", "expected"),
    [
        # into the repository
        ("mit", "LICENSE", MIT, None),
        ("mit", "./LICENSE", MIT, None),
        ("mit", "/LICENSE", MIT, None),
        ("mit", "LICENSE#terms", MIT, None),
        ("mit", "https://example.org/a-lab/a/blob/main/LICENSE", MIT, None),
        ("other", "LICENSE", (unsettled(),), None),
        ("other", "LICENSE.pdf", (file("LICENSE.pdf"),), None),
        ("mit", "LICENSE.txt", MIT, "unmet"),
        ("mit", "https://example.org/a-lab/a/blob/main/COPYING", MIT, "unmet"),
        ("mit", "README.md", MIT, "unmet"),
        ("mit", "config.json", (file("config.json"),), "investigate"),
        ("mit", "LICENSE-CODE", BOTH, "unmet"),
        ("other", "LICENSE-MODEL", BOTH, None),
        ("mit", "LICENSE", (unread("LICENSE"),), "cannot-determine"),
        # out of it
        ("mit", "../LICENSE", MIT, "unmet"),
        ("mit", "/home/me/LICENSE", MIT, "unmet"),
        ("mit", "file:///home/me/LICENSE", MIT, "unmet"),
        ("mit", "C:\\models\\LICENSE", MIT, "unmet"),
        ("mit", "http://localhost:8000/LICENSE", MIT, "unmet"),
        ("mit", "http://127.0.0.1/LICENSE", MIT, "unmet"),
        ("mit", "http://192.168.0.7/LICENSE", MIT, "unmet"),
        ("mit", "http://[::1]/LICENSE", MIT, "unmet"),
        ("mit", "https://wiki/LICENSE", MIT, "unmet"),
        ("mit", "https://git.corp.internal/LICENSE", MIT, "unmet"),
        ("mit", "http://[", (), "unmet"),
        # to a page of a licence
        ("apache-2.0", CC, (), "unmet"),
        ("cc-by-nc-4.0", CC, (), None),
        ("mit", "https://opensource.org/licenses/MIT", (), None),
        ("mit", "https://choosealicense.com/licenses/apache-2.0/", (), "unmet"),
        ("apache-2.0", "http://www.apache.org/licenses/LICENSE-2.0", (), None),
        ("gemma", "https://ai.google.dev/gemma/terms", (), None),
        ("llama3.1", "https://www.llama.com/llama3_1/license/", (), None),
        ("llama3.1", "https://llama.meta.com/llama3/license", (), "unmet"),
        ("llama3.1", LLAMA, (), None),
        ("apache-2.0", LLAMA, (), "investigate"),
        ("apache-2.0", f"{LLAMA}-CODE", (), "investigate"),
        # to a page that nobody knows
        ("apache-2.0", "https://acme.example/terms", MIT, None),
        ("apache-2.0", "https://acme.example/terms", (), "investigate"),
        ("other", "https://acme.example/terms", (), None),  # LIC-010
        ("apache-2.0", "https://acme.example/terms", (unread("LICENSE"),), None),
    ],
)
def test_worlds(tag: str, link: str, facts: tuple[Fact, ...], expected: str | None) -> None:
    graph = world(f"a[{tag}]", a=(*facts, declared(link, "license_link")))
    assert said(rule, graph) == ([f"{expected} {link}"] if expected else [])


def test_no_link_no_finding() -> None:
    assert said(rule, world("a[mit]", a=MIT)) == []


def test_of_a_page_the_credentials_and_the_query_are_not_shown() -> None:
    link = "https://me:secret@acme.example/terms?token=secret#x"
    (outcome,) = rule.check(world("a[mit]", a=(declared(link, "license_link"),)))
    assert outcome.message == (
        "The license_link of a-lab/a (README.md:2) leads to https://acme.example/terms, which was"
        " not followed and can change; no file of the repository holds the text."
    )
    assert outcome.severity is Severity.LOW


def test_the_sentence_names_both_licences() -> None:
    (outcome,) = rule.check(world("a[apache-2.0]", a=(declared(CC, "license_link"),)))
    assert outcome.message == (
        "The license_link of a-lab/a (README.md:2) leads to"
        " https://creativecommons.org/licenses/by-nc/4.0/, the page of CC-BY-NC-4.0; declared is"
        " apache-2.0 (README.md:2)."
    )


def test_a_directory_has_no_address_of_its_own() -> None:
    own = declared("https://example.org/a-lab/a/blob/main/LICENSE", "license_link")
    facts = (text("MIT", "COPYING"), declared("mit"), own)
    assert said(rule, world("a", a=facts)) == [f"unmet {own.value}"]
    assert said(rule, world("a", at=Host.LOCAL, a=facts)) == []
