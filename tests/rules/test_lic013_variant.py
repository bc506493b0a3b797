from __future__ import annotations

import pytest

from lineage.model import Exhibit
from lineage.rules import lic001_no_licence, lic002_text_missing, lic004_tag_against_text
from lineage.rules import lic013_variant as rule
from tests.worlds import Fact, clause, declared, file, said, text, unread, unsettled, world

LLAMA = "LicenseRef-scancode-llama-3.1-license-2024"
NAME = declared("frobnicate-7", "license_name")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[other]", (text(LLAMA, exact=False),), ["investigate LICENSE"]),
        ("a[mit]", (text("MIT", exact=False),), ["investigate LICENSE"]),
        ("a[mit]", (text("MIT", exact=False), unsettled()), ["investigate LICENSE"]),
        # a known text and more words
        ("a[mit]", (text("MIT"), unsettled()), ["investigate LICENSE"]),
        # words of no known licence
        ("a[other]", (NAME, unsettled()), ["cannot-determine LICENSE"]),
        ("a[]", (unsettled(),), ["cannot-determine LICENSE"]),
        ("a[other]", (NAME, file("LICENSE.pdf")), ["cannot-determine unrecognised"]),
        ("a[llama3.1]", (file("LICENSE.pdf"),), ["cannot-determine unrecognised"]),
        ("a[mit]", (text("MIT"), unsettled("LICENSE-MODEL")), ["cannot-determine LICENSE-MODEL"]),
        # a known text, none, one of others
        ("a[mit]", (text("MIT"),), []),
        ("a[mit]", (), []),
        ("a[mit]", (text("MIT"), unsettled("vendor/x/LICENSE")), []),
        ("a[mit]", (text("MIT"), text("BSD-3-Clause", "vendor/x/LICENSE", exact=False)), []),
        ("a[mit]", (text("MIT"), file("LICENSE.pdf")), []),
        # it could not be read, which is said elsewhere
        ("a[mit]", (unread("LICENSE"),), []),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


@pytest.mark.parametrize(
    ("words", "facts"),
    [
        ("a[apache-2.0]", (unsettled(),)),
        ("a[mit]", (file("LICENSE.pdf"),)),
        ("a", (file("LICENSE.pdf"),)),
        ("a[other]", (NAME, unsettled())),
        ("a[]", (unsettled(),)),
        ("a[other]", (NAME, file("LICENSE.pdf"))),
    ],
)
def test_an_unknown_licence_file_is_one_finding_and_never_none(
    words: str, facts: tuple[Fact, ...]
) -> None:
    rules = (lic001_no_licence, lic002_text_missing, lic004_tag_against_text, rule)
    graph = world(words, a=facts)
    assert sum(len(said(one, graph)) for one in rules) == 1


def test_a_variant_is_told_by_its_own_clauses() -> None:
    facts = (
        text(LLAMA, exact=False),
        clause("users", "mau 100000000 release-date", 12),
        clause("display", "Built with Llama", 14),
        clause("territory", "EU", 16),
        clause("no-train", "llm", 18),
    )
    (outcome,) = rule.check(world("a[other]", a=(*facts, NAME)))
    assert outcome.message == (
        f"LICENSE:1-20 of a-lab/a is a variant of {LLAMA}: 96 % of their runs of five words are the same. It names"
        " 100,000,000 monthly active users, grants nothing in EU, forbids making other models"
        " better with it, which that does not. Not found in it, and in that: names 700,000,000"
        ' monthly active users, asks for names that begin with "Llama", asks for the notice "Llama'
        ' 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta P…".'
    )
    assert [exhibit.lines for exhibit in outcome.exhibits] == [
        (1, 20),
        (12, 12),
        (16, 16),
        (18, 18),
    ]


def test_words_that_were_added_are_told_by_their_clauses_alone() -> None:
    facts = (
        text("MIT"),
        unsettled(),
        clause("users", "mau 5 any-time", 40),
        clause("revocable", "", 70),
    )
    (outcome,) = rule.check(world("a[mit]", a=facts))
    assert outcome.message == (
        "LICENSE:1-60 of a-lab/a holds words of no known licence beside MIT. It names 5 monthly active"
        " users."
    )


def test_what_a_text_repeats_cannot_speak_in_our_voice() -> None:
    literal = 'x". All is well. "' + "y" * 500
    facts = (NAME, unsettled(), clause("display", literal), clause("frob", "z"))
    (outcome,) = rule.check(world("a[other]", a=facts))
    assert "asks to display \"x'. All is well. '" in outcome.message
    assert len(outcome.message) < 400


def test_every_kind_of_clause_has_words() -> None:
    clauses = [
        ("users", "mau 7 any-time", "names 7 monthly active users"),
        ("revenue", "USD 2000 month", "names a revenue of USD 2,000"),
        ("territory", "EU GB", "grants nothing in EU, GB"),
        ("display", "X", 'asks to display "X"'),
        ("name-prefix", "X", 'asks for names that begin with "X"'),
        ("notice", "X", 'asks for the notice "X"'),
        ("no-train", "llm", "forbids making other models better with it"),
        ("state-changes", "", "asks that changes are stated"),
        ("pass-through", "", "asks that terms are passed on"),
        ("use-limit", "non-commercial", "leaves out commercial use"),
        ("revocable", "", "can be taken back"),
        ("runtime-restriction", "", "lets the licensor restrict usage from afar"),
        ("distillation", "", "counts models trained on outputs as derivatives"),
        ("registration", "", "asks for a registration"),
    ]
    for kind, value, words in clauses:
        facts = (NAME, unsettled(), clause(kind, value))
        (outcome,) = rule.check(world("a[other]", a=facts))
        assert f". It {words}." in outcome.message
        assert outcome.exhibits[1] == Exhibit("LICENSE", (30, 30))
