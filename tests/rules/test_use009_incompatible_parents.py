from __future__ import annotations

import pytest

from lineage.rules import use009_incompatible_parents as rule
from tests.worlds import said, world


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a[mit] <-merge- b[cc-by-sa-4.0] + c[cc-by-nc-4.0]", ["unmet"]),
        ("a[cc-by-sa-4.0] <-merge- b[cc-by-sa-4.0] + c[gemma]", ["unmet"]),
        ("a[mit] <-merge- b[gpl-2.0] + c[gpl-3.0]", ["unmet"]),
        ("a[mit] <- b[cc-by-sa-4.0] <- c[cc-by-nc-4.0]", ["unmet"]),  # along a chain
        # they go together
        ("a[cc-by-sa-4.0] <-merge- b[cc-by-sa-4.0] + c[apache-2.0]", []),
        ("a[mit] <-merge- b[cc-by-sa-4.0] + c[cc-by-sa-3.0]", []),
        ("a[mit] <-merge- b[cc-by-nc-sa-4.0] + c[cc-by-nc-4.0]", []),
        ("a[mit] <-merge- b[agpl-3.0] + c[gpl-3.0]", []),
        ("a[mit] <-merge- b[cc-by-sa-4.0] + c[cc-by-sa-4.0]", []),
        ("a[mit] <-merge- b[gemma] + c[llama3.1]", []),  # each has its own terms, none is closed
        ("a[mit]", []),
        # not enough evidence: ODbL is about databases
        ("a[mit] <-merge- b[cc-by-sa-4.0] + c[odbl]", ["investigate"]),
        ("a[mit] <-adapter- b[cc-by-sa-4.0] + c[cc-by-nc-4.0]", ["investigate"]),
        ("a[mit] <-merge- b[cc-by-sa-4.0] + c", []),  # LIC-012
    ],
)
def test_worlds(words: str, expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words))] == expected
