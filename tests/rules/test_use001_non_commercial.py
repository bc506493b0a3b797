from __future__ import annotations

import pytest

from lineage.model import Intent, Profile
from lineage.rules import use001_non_commercial as rule
from tests.worlds import said, world


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a[mit] <- b[cc-by-nc-4.0]", ["unmet"]),
        ("a[apache-2.0] <- b[mit] <- c[cc-by-nc-4.0]", ["unmet"]),
        ("a[apache-2.0] <- Qwen/Qwen-1_8B-Chat", ["unmet"]),
        ("a[llama3.1] <- b[cc-by-nc-4.0]", ["unmet"]),
        # the same limit, or a stricter one
        ("a[cc-by-nc-4.0] <- b[cc-by-nc-4.0]", ["met"]),
        ("a[cc-by-nc-sa-4.0] <- b[cc-by-nc-4.0]", ["met"]),
        # no limit
        ("a[mit] <- b[cc-by-4.0]", []),
        ("a[mit] <- b[mit]", []),
        ("a[mit]", []),
        # not enough evidence
        ("a[] <- b[cc-by-nc-4.0]", ["cannot-determine"]),
        ("a[other] <- b[cc-by-nc-4.0]", ["cannot-determine"]),
        ("a[mit] <-adapter- b[cc-by-nc-4.0]", ["investigate"]),
        ("a[cc-by-nc-4.0] <- Qwen/Qwen-1_8B-Chat", ["investigate"]),  # research is less than that
        ("a[mit] <- b", []),  # LIC-012
    ],
)
def test_worlds(words: str, expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words))] == expected


def test_an_intent_to_sell_counts_whatever_the_terms() -> None:
    graph = world("a[cc-by-nc-4.0] <- b[cc-by-nc-4.0]", profile=Profile(intent=Intent.SELL))
    (outcome,) = rule.check(graph)
    assert outcome.state == "unmet"
    assert outcome.message == (
        "a-lab/a is declared to be a fine-tune of b-lab/b, and Creative Commons"
        " Attribution-NonCommercial 4.0 International clause 1, 2(a)(1) asks that certain uses are"
        " left out. It leaves out commercial use, and the profile's intent is to sell."
    )
