"""A copy of the dashboard's page to fill with data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.dashboard.exports import DASHBOARD


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Give the folder of a dashboard without data."""
    return Path(
        shutil.copytree(DASHBOARD, tmp_path / "page", ignore=shutil.ignore_patterns("data"))
    )
