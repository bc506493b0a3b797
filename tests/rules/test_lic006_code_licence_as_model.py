from __future__ import annotations

import pytest

from lineage.model import Scope
from lineage.rules import lic006_code_licence_as_model as rule
from tests.worlds import Fact, declared, said, text, unread, unsettled, weights, world

DEEPSEEK = "LicenseRef-scancode-deepseek-la-1.0"
CODE = text("MIT", "LICENSE-CODE")
MODEL = text(DEEPSEEK, "LICENSE-MODEL")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit]", (CODE, MODEL), ["unmet"]),
        ("a[apache-2.0]", (text("Apache-2.0"), text(DEEPSEEK, "MODEL_LICENSE")), ["unmet"]),
        ("a[mit]", (CODE, text("Apache-2.0")), ["unmet"]),
        # the card names the model's licence
        ("a[other]", (CODE, MODEL, declared("deepseek", "license_name")), []),
        ("a[mit]", (CODE, text("MIT", "LICENSE-MODEL")), []),
        ("a[mit]", (text("MIT"),), []),
        ("a[]", (CODE, MODEL), []),
        # a sentence about the code
        ("a[]", (CODE, MODEL, declared("MIT License", "readme", scope=Scope.CODE)), []),
        ("a[]", (CODE, MODEL, declared("mit", path="setup.py", scope=Scope.CODE)), []),
        # not sure enough
        ("a[mit]", (CODE, text(DEEPSEEK, "LICENSE-MODEL", exact=False)), ["investigate"]),
        ("a[mit]", (CODE,), ["investigate"]),
        ("a[mit]", (CODE, unsettled("LICENSE-MODEL")), ["investigate"]),
        ("a[mit]", (text("MIT"), unsettled("MODEL_LICENSE")), ["investigate"]),
        ("a[mit]", (CODE, unread("LICENSE-MODEL")), ["cannot-determine"]),
        ("a[mit]", (text("MIT"), unread("LICENSE-MODEL")), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=(*facts, weights()))) == expected


def test_the_sentence_names_both_licences() -> None:
    (outcome,) = rule.check(world("a[mit]", a=(CODE, MODEL)))
    assert outcome.message == (
        "a-lab/a is declared mit at README.md:2, which is the licence of its code"
        " (LICENSE-CODE:1-20); its weights are under LicenseRef-scancode-deepseek-la-1.0"
        " (LICENSE-MODEL:1-20)."
    )
