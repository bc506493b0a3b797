"""Whole reports are kept as files; ``python -m tests.reports.golden`` rewrites them."""

from __future__ import annotations

import pytest

from tests.reports.golden import GOLDEN, REPORTS, made


@pytest.mark.parametrize("name", REPORTS)
def test_the_report_is_the_one_on_file(name: str) -> None:
    assert made(name) == (GOLDEN / name).read_text(encoding="utf-8")


def test_no_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(REPORTS)
