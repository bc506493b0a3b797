"""One browser for all tests of the dashboard, and a copy of the page to fill with data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.exports import DASHBOARD
from tests.doubles.browser import BROWSER, DRIVER, Browser, started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not (BROWSER and DRIVER):
        pytest.skip("chromium and chromedriver are not installed")
    with started() as found:
        yield found


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Give the folder of a dashboard without data."""
    return Path(
        shutil.copytree(DASHBOARD, tmp_path / "page", ignore=shutil.ignore_patterns("data"))
    )
