from __future__ import annotations

import pytest

from lineage.rules import lic012_unknown_parent_terms as rule
from tests.worlds import said, world


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a[mit] <- b", ["cannot-determine"]),
        # that it grants nothing is LIN-009's
        ("a[mit] <- b[]", []),
        ("a[mit] <- b[other]", ["cannot-determine"]),
        ("a[mit] <-merge- b + c + d", ["cannot-determine"]),
        ("a[mit] <- b[mit] <- c", ["cannot-determine"]),
        ("a[mit] <- b[mit]", []),
        ("a[mit] <- meta-llama/Llama-3.1-8B", []),
        ("a[mit]", []),
    ],
)
def test_worlds(words: str, expected: list[str]) -> None:
    assert said(rule, world(words)) == expected


def test_the_sentence_says_why() -> None:
    (outcome,) = rule.check(world("a[mit] <- b"))
    assert outcome.message == (
        "What b-lab/b would ask of a-lab/a is not known. The terms of b-lab/b are not known: it was"
        " not opened, and is none of the models whose licence is known."
    )
