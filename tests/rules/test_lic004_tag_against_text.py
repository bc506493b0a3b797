from __future__ import annotations

import pytest

from lineage.rules import lic004_tag_against_text as rule
from tests.worlds import Fact, declared, said, text, unread, unsettled, world

DEEPSEEK = "LicenseRef-scancode-deepseek-la-1.0"


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[bsd-3-clause]", (text("CC-BY-NC-4.0"),), ["unmet BSD-3-Clause"]),
        ("a[mit]", (text(DEEPSEEK, "LICENSE-MODEL"),), ["unmet MIT"]),
        ("a[mit]", (text("Apache-2.0", "LICENSES/Apache-2.0.txt"),), ["unmet MIT"]),
        # the same licence, in other words
        ("a[mit]", (text("MIT"),), []),
        ("a[gpl-3.0]", (text("GPL-3.0-or-later"),), []),
        ("a[apache-2.0]", (text("Apache-2.0"), text("MIT", "LICENSE.third-party")), []),
        ("a[apache-2.0]", (text("Apache-2.0 AND MIT"),), []),
        ("a[gemma]", (text("LicenseRef-scancode-gemma-tou-2025-03-24"),), []),
        ("a[mit, apache-2.0]", (text("MIT"),), []),
        # nothing to compare
        ("a[other]", (text(DEEPSEEK),), []),
        ("a[cc]", (text("CC-BY-4.0"),), []),
        ("a[mit]", (), []),
        ("a[mit]", (text("CC-BY-NC-4.0", "third_party/x/LICENSE"),), []),
        ("a[mit]", (text("BSD-3-Clause", "THIRD_PARTY_NOTICES"),), []),
        ("a[mit]", (text("LicenseRef-scancode-unknown-license-reference"),), []),
        ("a[mit]", (text("LicenseRef-scancode-proprietary-license"),), []),
        ("a[other]", (declared("LicenseRef-Acme", path="pyproject.toml"), text(DEEPSEEK)), []),
        ("a[mit]", (text("MIT"), unsettled("LICENSE.extra")), []),
        ("a[]", (declared("MIT License", "readme"), unsettled()), []),
        # LIC-006
        ("a[mit]", (text("MIT", "LICENSE-CODE"), text(DEEPSEEK, "LICENSE-MODEL")), []),
        ("a[apache-2.0]", (text("Apache-2.0"), text(DEEPSEEK, "MODEL_LICENSE")), []),
        # not sure enough
        ("a[mit]", (unsettled(),), ["investigate unknown words"]),
        ("a[mit]", (text("Apache-2.0", exact=False),), ["investigate MIT"]),
        ("a[mit]", (text("Apache-2.0"), unread("LICENSE-2")), ["investigate MIT"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


def test_free_text_is_our_reading_and_no_contradiction() -> None:
    facts = (declared("other"), declared("qwen", "license_name"), text("MIT"))
    assert said(rule, world("a", a=facts)) == ["investigate LicenseRef-scancode-qwen-2024"]
    prose = (declared("MIT License", "readme"), text("Apache-2.0"))
    assert said(rule, world("a", a=prose)) == ["investigate MIT"]


def test_the_sentence_names_both_places() -> None:
    (outcome,) = rule.check(world("a[mit]", a=(text("Apache-2.0"),)))
    assert outcome.message == (
        "a-lab/a is declared mit at README.md:2, and LICENSE:1-20 holds the text of Apache-2.0."
    )
    assert [exhibit.path for exhibit in outcome.exhibits] == ["README.md", "LICENSE"]
