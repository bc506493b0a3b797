from __future__ import annotations

import pytest

from lineage.rules import lic010_unnamed_licence as rule
from tests.worlds import Fact, declared, file, grant, said, text, unread, unsettled, world

NAME = declared("yi-license", "license_name")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[other]", (), ["unmet"]),
        ("a[unknown]", (), ["unmet"]),
        ("a[other]", (declared("LICENSE", "license_link"),), ["unmet"]),  # there is no LICENSE
        ("a[other]", (text("MIT", "third_party/x/LICENSE"),), ["unmet"]),
        # named, or there to be read
        ("a[other]", (NAME,), []),
        ("a[other]", (text("LicenseRef-scancode-qwen-2024"),), []),
        ("a[other]", (grant("Apache-2.0"),), []),
        ("a[other]", (unsettled(),), []),
        ("a[other]", (declared("MIT License", "readme"),), []),
        ("a[mit]", (), []),
        ("a[]", (), []),
        # not enough to say
        ("a[other]", (declared("https://example.org/terms", "license_link"),), ["investigate"]),
        ("a[other]", (declared("TERMS.md", "license_link"), file("TERMS.md")), ["investigate"]),
        ("a[other]", (file("LICENSE.docx"),), ["investigate"]),
        ("a[other]", (unread("LICENSE"),), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


def test_the_sentence_names_the_place() -> None:
    (outcome,) = rule.check(world("a[other]"))
    assert outcome.message == (
        "a-lab/a declares its licence as other at README.md:2, and neither a name nor a text in the"
        " repository says which one it is."
    )
