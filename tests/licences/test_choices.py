from __future__ import annotations

import pytest

from lineage.licences.choices import choices


@pytest.mark.parametrize(
    ("expression", "ways"),
    [
        ("MIT", (("MIT",),)),
        ("MIT OR Apache-2.0", (("MIT",), ("Apache-2.0",))),
        ("MIT AND Apache-2.0", (("MIT", "Apache-2.0"),)),
        ("MIT AND (A OR B)", (("MIT", "A"), ("MIT", "B"))),
        ("GPL-2.0-only WITH X", (("GPL-2.0-only WITH X",),)),
        ("((", (("((",),)),
        ("a b c", (("a b c",),)),
    ],
)
def test_ways(expression: str, ways: tuple[tuple[str, ...], ...]) -> None:
    assert tuple(map(sorted, choices(expression))) == tuple(map(sorted, ways))


def test_too_many_ways_are_read_as_if_all_bound() -> None:
    many = " OR ".join(f"L{n}" for n in range(40))
    assert len(choices(many)) == 1
    assert len(choices(" AND ".join(f"(A{n} OR B{n})" for n in range(30)))) <= 16
