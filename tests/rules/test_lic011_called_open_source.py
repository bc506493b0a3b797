from __future__ import annotations

import pytest

from lineage.model import ClaimKind, State
from lineage.rules import lic011_called_open_source as rule
from tests.worlds import Fact, claim, said, text, unsettled, world

OPEN = claim("Sunny-7B is an open-source model.", ClaimKind.OPEN_SOURCE)


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[cc-by-nc-4.0]", (OPEN,), ["unmet"]),
        ("a[llama3.1]", (OPEN,), ["unmet"]),
        ("a[creativeml-openrail-m]", (OPEN,), ["unmet"]),
        ("a[other]", (OPEN, text("LicenseRef-lineage-openpangu-1.0")), ["unmet"]),
        # free for any use
        ("a[apache-2.0]", (OPEN,), []),
        ("a[gpl-3.0]", (OPEN,), []),
        ("a[cc-by-sa-4.0]", (OPEN,), []),
        # no such claim
        ("a[cc-by-nc-4.0]", (), []),
        ("a[cc-by-nc-4.0]", (claim("a is based on b"),), []),
        # which terms bind is not known
        ("a[other]", (OPEN, unsettled()), ["cannot-determine"]),
        ("a[mit]", (OPEN, text("CC-BY-NC-4.0")), ["cannot-determine"]),
        ("a", (OPEN,), []),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


def test_the_sentence_quotes_the_claim_and_names_the_clause() -> None:
    (outcome,) = rule.check(world("a[cc-by-nc-4.0]", a=(OPEN,)))
    assert outcome.message == (
        'README.md:9 of a-lab/a says "Sunny-7B is an open-source model."; Creative Commons'
        " Attribution-NonCommercial 4.0 International leaves out commercial use (1, 2(a)(1))."
    )
    assert outcome.severity is None


def test_what_is_known_from_others_only_is_a_doubt() -> None:
    graph = world("a[]", a=(OPEN, text("LicenseRef-lineage-jamba-open-model")))
    (outcome,) = rule.check(graph)
    assert (outcome.state, outcome.severity) == (State.INVESTIGATE, None)
