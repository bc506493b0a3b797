"""Debian's Chromium, without a window, which tells what its pages asked for and complained of."""

from __future__ import annotations

import base64
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
#: Without a window, as root too, and without calls of its own to anybody.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-sync",
)
#: Long enough for a machine on which everything else runs too.
PATIENCE = 60.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser and what its pages did."""

    driver: webdriver.Chrome

    def open(self, url: str, *, width: int = 1280, height: int = 1000) -> None:
        """Open a page from nothing, in a window of so many pixels."""
        self.driver.get("about:blank")
        self.size(width, height)
        self.complaints(), self.asked()
        self.driver.get(url)

    def size(self, width: int, height: int) -> None:
        """Give the page so many pixels."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def run(self, script: str, *arguments: object) -> object:
        """Return what a script in the page returns."""
        value: object = self.driver.execute_script(script, *arguments)
        return value

    def until(self, wanted: Callable[[], T]) -> T:
        """Return the first answer that is true."""
        end = time.monotonic() + PATIENCE
        while not (found := wanted()):
            assert time.monotonic() < end, "the page never came to it"
            time.sleep(0.05)
        return found

    def complaints(self) -> list[str]:
        """Return what the console was told since this was last asked, refusals included."""
        return [f"{entry['level']}: {entry['message']}" for entry in self._log("browser")]

    def asked(self) -> list[str]:
        """Return the addresses that pages asked for since this was last asked."""
        told = [json.loads(entry["message"]) for entry in self._log("performance")]
        sent = [one["message"] for one in told]
        return [
            one["params"]["request"]["url"]
            for one in sent
            if one["method"] == "Network.requestWillBeSent"
        ]

    def _log(self, name: str) -> list[dict[str, str]]:
        entries: list[dict[str, str]] = self.driver.get_log(name)  # type: ignore[no-untyped-call]  # selenium's own
        return entries

    def printed(self) -> bytes:
        """Return the page as its PDF."""
        wanted = {"printBackground": True, "preferCSSPageSize": True}
        found = self.driver.execute_cdp_cmd("Page.printToPDF", wanted)
        return base64.b64decode(found["data"])

    def press(self, *keys: str) -> None:
        """Press keys where the page has its focus."""
        self.driver.switch_to.active_element.send_keys(*keys)


@contextmanager
def started() -> Iterator[Browser]:
    """Yield a browser that is gone afterwards."""
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER or ""
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
