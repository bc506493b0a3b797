from __future__ import annotations

import pytest

from lineage.model import Exhibit
from lineage.phrases import counted, listed, place, places, quoted


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("no", '"no"'),
        ("notes", "notes"),
        ("Qwen/Qwen2.5-7B", "Qwen/Qwen2.5-7B"),
        ("LICENSE:1-20", "LICENSE:1-20"),
        ("模型许可协议.txt", "模型许可协议.txt"),
        ("The Qwen team", '"The Qwen team"'),
        ("", '""'),
        ("a\nb\x1b[31m", '"a\\nb\\u001b[31m"'),
        ('nothing, under MIT; "fine".', '"nothing, under MIT; \\"fine\\"."'),
        ("x" * 101, "x" * 99 + "…"),
        ("x y" * 50, '"' + ("x y" * 50)[:99] + '…"'),
    ],
)
def test_what_is_not_plainly_a_name_stands_in_quotation_marks(name: str, shown: str) -> None:
    assert quoted(name) == shown


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        ([str(n) for n in range(2_000)], "0, 1, 2 and 1,997 more"),
        (["a b", "c"], '"a b" and c'),
    ],
)
def test_lists_end_in_and(names: list[str], sentence: str) -> None:
    assert listed(names) == sentence


@pytest.mark.parametrize(
    ("exhibit", "shown"),
    [
        (Exhibit("README.md", (3, 3)), "README.md:3"),
        (Exhibit("LICENSE", (1, 201)), "LICENSE:1-201"),
        (Exhibit("NOTICE"), "NOTICE"),
        (Exhibit(""), "the host's record"),
    ],
)
def test_places(exhibit: Exhibit, shown: str) -> None:
    assert place(exhibit) == shown


def test_a_place_with_a_strange_name_is_quoted_as_one() -> None:
    assert places([Exhibit("a b", (1, 2)), Exhibit("c")]) == '"a b:1-2" and c'


def test_counts_have_their_plural() -> None:
    assert [counted(n, "file") for n in (0, 1, 2_000)] == ["0 files", "1 file", "2,000 files"]
    assert counted(2, "copy", "copies") == "2 copies"
