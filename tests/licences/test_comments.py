from __future__ import annotations

import pytest

from lineage.licences.comments import blocks


def spans(text: str, *asked: int) -> list[tuple[int, int]]:
    lines = text.split("\n")
    return [(block.first, block.last) for block in blocks(lines, asked or range(1, len(lines) + 1))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\n# b\nx = 1", [(1, 2)]),
        ("# a\n\n# b\nx = 1", [(1, 3)]),
        ("# a\n\n\n# b", [(1, 1), (4, 4)]),
        ("// a\nint x;\n// b", [(1, 1), (3, 3)]),
        ("/* a\n b\n\n\n c */\nint x;", [(1, 2), (5, 5)]),
        ('"""Doc\n  string\n"""\nx = 1', [(1, 3)]),
        ("r'''Doc'''\nx = 1", [(1, 1)]),
        ('x = """text\n# not a comment\n"""\n# comment', [(4, 4)]),
        ("<!-- a\nb -->\n<p>", [(1, 2)]),
        ("-- sql\nSELECT 1", [(1, 1)]),
        ("; asm\nmov ax, bx", [(1, 1)]),
        ("REM batch\necho", [(1, 1)]),
        ("--[[ lua\nlong ]]\nx = 1", [(1, 2)]),
        ("x = 1\ny = 2", []),
        ("' a comment of Basic\nDim x", [(1, 1)]),
        ("'mit': {'id': 'MIT'},\n\"a\": 1,", []),
        ("", []),
    ],
)
def test_comments_are_told_from_program(text: str, expected: list[tuple[int, int]]) -> None:
    assert spans(text) == expected


def test_only_comments_that_hold_a_line_asked_for() -> None:
    assert spans("# a\nx\n# b\ny\n# c", 3) == [(3, 3)]
    assert spans("# a\nx\n# b", 2) == []


def test_a_comment_without_end_is_cut() -> None:
    ((first, last),) = spans("# x\n" * 100_000, 1)
    assert first == 1
    assert last < 5_000
