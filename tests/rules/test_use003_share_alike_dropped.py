from __future__ import annotations

import pytest

from lineage.rules import use003_share_alike_dropped as rule
from tests.worlds import declared, said, world


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("a[mit] <- b[cc-by-sa-4.0]", ["unmet"]),
        ("a[mit] <- b[gpl-3.0]", ["unmet"]),
        ("a[cc-by-sa-3.0] <- b[cc-by-sa-4.0]", ["unmet"]),  # an earlier version
        ("a[gpl-2.0] <- b[gpl-3.0]", ["unmet"]),
        ("a[mit] <- b[mit] <- c[cc-by-sa-4.0]", ["unmet"]),
        # kept
        ("a[cc-by-sa-4.0] <- b[cc-by-sa-4.0]", ["met"]),
        ("a[cc-by-sa-4.0] <- b[cc-by-sa-3.0]", ["met"]),
        ("a[gpl-3.0] <- b[cc-by-sa-4.0]", ["met"]),
        ("a[agpl-3.0] <- b[gpl-3.0]", ["met"]),
        # nothing to keep
        ("a[mit] <- b[cc-by-4.0]", []),
        ("a[mit]", []),
        # not enough evidence
        ("a[] <- b[cc-by-sa-4.0]", ["cannot-determine"]),
        ("a[mit] <-adapter- b[gpl-3.0]", ["investigate"]),
        ("a[mit] <-distilled- b[cc-by-sa-4.0]", ["investigate"]),
    ],
)
def test_worlds(words: str, expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words))] == expected


def test_one_of_the_licences_offered_will_do() -> None:
    facts = [declared("MIT OR CC-BY-SA-4.0", "license", "package.json")]
    assert said(rule, world("a <- b[cc-by-sa-4.0]", a=facts)) == ["met cc-by-sa-4.0 same-licence"]


def test_of_what_the_parent_offers_the_lighter_one_counts() -> None:
    facts = [declared("MIT OR GPL-3.0-only", "license", "package.json")]
    assert said(rule, world("a[mit] <- b", b=facts)) == []
