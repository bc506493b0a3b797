from __future__ import annotations

import pytest

from lineage.licences import tags
from lineage.rules import lic009_ambiguous_tag as rule
from tests.worlds import Fact, declared, grant, header, said, text, world


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[cc]", (), ["unmet cc"]),
        (
            "a[openrail]",
            (text("LicenseRef-scancode-stable-diffusion-2022-08-22"),),
            ["unmet openrail"],
        ),
        ("a[GPL]", (), ["unmet gpl"]),
        ("a[gpl-3.0]", (), ["investigate gpl-3.0"]),
        ("a[lgpl-2.1]", (text("LGPL-2.1-only"),), ["investigate lgpl-2.1"]),  # a text can't tell
        ("a[bsl-1.0]", (text("BUSL-1.1"),), ["investigate bsl-1.0"]),
        # one licence
        ("a[cc-by-4.0]", (), []),
        ("a[gpl-3.0-or-later]", (), []),
        ("a[gpl-3.0]", (grant("GPL-3.0-or-later"),), []),
        ("a[gpl-3.0]", header("GPL-3.0-only", "a.py", "Jane"), []),
        ("a[bsl-1.0]", (text("BSL-1.0"),), []),
        ("a[other]", (), []),
        ("a[]", (), []),
        # another field
        ("a[]", (declared("gpl", "license_name"),), []),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


def test_every_family_that_has_no_expression_is_known() -> None:
    assert set(rule.FAMILIES) == tags.FAMILIES


def test_members_are_identifiers() -> None:
    members = [m for family, names in rule.FAMILIES.items() if family != "openrail" for m in names]
    assert [m for m in members if tags.expression_of_spdx(m) != m] == []


def test_the_text_that_settles_it_is_named() -> None:
    (outcome,) = rule.check(world("a[cc]", a=(text("CC-BY-NC-4.0"),)))
    assert outcome.message == (
        "a-lab/a is declared cc at README.md:2, which may be CC-BY-4.0, CC-BY-NC-4.0, CC0-1.0 or"
        " another of that family; LICENSE:1-20 holds CC-BY-NC-4.0."
    )
