"""What every test can rely on: the package is installed, and nothing of the user's is touched."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doubles.browser import BROWSER, DRIVER, Browser, started

if importlib.util.find_spec("lineage.scanners") is None:
    pytest.exit("lineage is not installed: run `make test`, or `pip install -e '.[dev]'` first", 2)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own, so that caches and tokens of the user stay out of it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(home / variable.lower()))
    for variable in (
        "HF_TOKEN",
        "HF_ENDPOINT",
        "HF_HOME",
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "GITCODE_API_URL",
        "GITCODE_TOKEN",
        "GITHUB_API_URL",
        "GITHUB_SERVER_URL",
        "MODELSCOPE_API_TOKEN",
        "MODELSCOPE_ENDPOINT",
    ):
        monkeypatch.delenv(variable, raising=False)
    return home


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the one browser of this worker; only where nothing has to be proved may it be missing."""
    if not (BROWSER and DRIVER):
        missing = "chromium and chromedriver are not installed; make browser installs Debian's"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with started() as found:
        yield found
