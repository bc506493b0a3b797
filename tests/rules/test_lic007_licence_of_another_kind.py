from __future__ import annotations

import pytest

from lineage.model import Host, Severity
from lineage.rules import lic007_licence_of_another_kind as rule
from tests.worlds import Fact, file, header, said, text, unsettled, weights, world

WEIGHTS = (weights(),)
CODE = (file("src/a.py"),)


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[gpl-3.0]", WEIGHTS, ["investigate weights"]),
        ("a[agpl-3.0]", (*WEIGHTS, text("AGPL-3.0-only")), ["investigate weights"]),
        ("a[mpl-2.0]", WEIGHTS, ["investigate weights"]),
        # a fit, or nothing that could be one
        ("a[apache-2.0]", WEIGHTS, []),
        ("a[cc-by-nc-4.0]", WEIGHTS, []),
        ("a[gpl-3.0]", (), []),
        # nothing is concluded
        ("a[gpl-3.0]", (*WEIGHTS, text("MIT")), []),
        ("a[gpl-3.0]", (*WEIGHTS, unsettled()), []),
        ("a[other]", WEIGHTS, []),
    ],
)
def test_weights(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((*CODE, text("CC-BY-NC-4.0")), ["investigate code"]),
        ((*CODE, text("CC-BY-SA-4.0")), ["investigate code"]),
        ((*CODE, text("CC0-1.0")), []),
        ((*CODE, text("GPL-3.0-only")), []),
        ((*CODE, text("CC-BY-4.0"), text("MIT", "LICENSE-CODE")), []),
        ((file("paper.tex"), text("CC-BY-4.0")), []),
        ((*CODE, *header("MIT", "src/a.py", "Acme")), []),
        (CODE, []),
    ],
)
def test_code(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world("acme/a", at=Host.GITHUB, a=facts)) == expected


def test_the_sentence_names_part_and_licence() -> None:
    (outcome,) = rule.check(world("a[gpl-3.0]", a=WEIGHTS))
    assert outcome.message == (
        "a-lab/a puts its weights under GPL-3.0 (README.md:2), a licence made for software."
    )
    assert rule.SEVERITY is Severity.INFO
