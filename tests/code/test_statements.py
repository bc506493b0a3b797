"""Statements: what junk, layout and another order leave alone, and what a change does not."""

from __future__ import annotations

import ast
import random
from collections import Counter

import pytest

from lineage.code import FilePrint, fingerprint
from tests.code.programs import FIRST, SECOND, THIRD, renamed


def statements(text: str, path: str = "x.py") -> Counter[int]:
    found = fingerprint(path, text.encode())
    assert isinstance(found, FilePrint)
    return Counter(found.statements.tolist())


@pytest.mark.parametrize("text", [FIRST, SECOND, THIRD])
def test_layout_names_and_order_leave_them_alone(text: str) -> None:
    shuffled = ast.parse(text)
    random.Random(3).shuffle(shuffled.body)
    for changed in (ast.unparse(ast.parse(text)), renamed(text), ast.unparse(shuffled)):
        assert statements(changed) == statements(text)


def test_junk_adds_statements_and_takes_none_away() -> None:
    lines = FIRST.split("\n")
    at = lines.index("            spent, place = heapq.heappop(waiting)")
    lines[at:at] = ["            junk = [number * 3 for number in range(40)]"]
    changed = statements("\n".join(lines))
    assert changed - statements(FIRST)
    assert not statements(FIRST) - changed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("if a > b: c(d)\n", "if a > b:\n    c(d)\n"),
        ("a = b(c,\n      d)\n", "a = b(c, d)\n"),
        ("a = b + \\\n    c\n", "a = b + c\n"),
        ("a = b; c = d(e)\n", "a = b\nc = d(e)\n"),
        ('a = "b" "c"\n', 'a = "bc"\n'),
        ("try: a()\nexcept B: c()\n", "try:\n    a()\nexcept B:\n    c()\n"),
        ("x = {'a': 1,\n     'b': 2}\n", "x = {'a': 1, 'b': 2}\n"),
    ],
)
def test_one_statement_written_in_two_ways(one: str, other: str) -> None:
    assert statements(one) == statements(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = b + c\n", "a = b - c\n"),
        ("a = b(c)\n", "a = b(c)(d)\n"),
        ("a(b)\nc(d, e)\n", "a(b)\nc(d, e)\nc(d, e)\n"),
        ("x: int = 3\n", "x = 3\n"),
    ],
)
def test_another_statement_is_another(one: str, other: str) -> None:
    assert statements(one) != statements(other)


def test_in_other_languages_semicolons_and_braces_end_them() -> None:
    one = "int add(int a, int b) { int c = a + b; return c; }\n"
    other = "int add(int a,\n        int b)\n{\n    int c = a\n        + b;\n    return c;\n}\n"
    assert statements(one, "x.c") == statements(other, "x.c")
    assert statements(one, "x.c").total() == 3  # the head of the function, and two of its body


@pytest.mark.parametrize(
    "text", ["", "(((", ")))\na = b\n", "\\", "if x:", ";;;\n", "a = (\n" * 3000, ":\n" * 500]
)
def test_what_is_no_program_has_some_or_none(text: str) -> None:
    found = fingerprint("x.py", text.encode())
    assert isinstance(found, FilePrint)
    assert len(found.statements) <= found.tokens
