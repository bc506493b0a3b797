from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.dashboard.exports import ATTACKS, collect, everywhere, golden, renamed, write
from tests.doubles.browser import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    older = {**golden("rich"), "findings": []}
    files = {
        "2026-10-01/tuned.json": older,
        "2026-11-20/tuned.json": golden("rich"),
        "2026-11-20/plain.json": renamed("clean", "org/plain"),
        "2026-11-20/plain.html": "<!doctype html><title>The report</title>",
        "torn<img src=x onerror=hacked=1>.json": "{",
    }
    return write(tmp_path / "exports", files)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library has it
        pass


@pytest.fixture
def server(page: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(page))) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{found.server_port}/index.html"
        found.shutdown()
        thread.join()


def drawn(browser: Browser) -> None:
    script = "return performance.getEntriesByName('lineage-interactive').length"
    browser.until(lambda: browser.run(script))


def words(browser: Browser, selector: str) -> list[str]:
    script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
    found = browser.run(script, selector)
    assert isinstance(found, list)
    return found


def is_quiet(browser: Browser, page: str) -> None:
    """Nothing was complained of, nothing hostile ran, and nothing but the page's own was asked."""
    assert browser.complaints() == []
    assert browser.run("return globalThis.hacked") is None
    beyond = [a for a in browser.asked() if not a.startswith((page, "data:", "about:", "blob:"))]
    assert beyond == []


def test_a_double_click_shows_everything(browser: Browser, page: Path, exports: Path) -> None:
    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri())
    drawn(browser)

    assert words(browser, ".rows .name") == ["org/tuned", "org/plain"]
    assert "1 file was left out" in words(browser, "#broken summary")[0]
    assert "torn<img src=x onerror=hacked=1>.json" in words(browser, "#broken li")[0]
    assert words(browser, "#tiles li")[0] == "2 targets"
    assert words(browser, "#tiles li")[1] == "3 audits"
    assert "2027-01-31" in words(browser, "#waivers tbody tr")[0]
    assert words(browser, "#flow thead th")[1] == "LicenseRef-llama-3.1"
    is_quiet(browser, page.as_uri())


def test_a_web_server_shows_the_same(
    browser: Browser, page: Path, exports: Path, server: str
) -> None:
    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri())
    drawn(browser)
    from_disk = words(browser, "main#overview *")

    browser.open(server)
    drawn(browser)

    assert words(browser, "main#overview *") == from_disk
    is_quiet(browser, server.removesuffix("index.html"))


def test_files_opened_by_hand_show_the_same(browser: Browser, page: Path, exports: Path) -> None:
    browser.open((page / "index.html").as_uri())
    browser.until(lambda: browser.run("return !document.getElementById('empty').hidden"))
    browser.complaints()  # the browser tells that there is no data yet
    browser.driver.find_element(By.ID, "folder").send_keys(str(exports))
    drawn(browser)
    by_hand = words(browser, "main#overview *"), words(browser, "#broken summary")
    assert by_hand[0]
    is_quiet(browser, page.as_uri())

    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri())
    drawn(browser)

    assert (words(browser, "main#overview *"), words(browser, "#broken summary")) == by_hand


def test_a_target_leads_to_its_audit_and_its_report(
    browser: Browser, page: Path, exports: Path
) -> None:
    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri())
    drawn(browser)
    browser.driver.find_element(By.CSS_SELECTOR, ".rows .name a").click()
    browser.until(lambda: words(browser, "#detail h2") == ["org/tuned"])

    assert words(browser, "#detail .verdict") == [golden("rich")["verdict"]]
    assert "Findings (20)" in words(browser, "#detail h3")
    assert browser.run("return document.activeElement.textContent") == "org/tuned"

    browser.driver.back()
    browser.until(lambda: browser.run("return !document.getElementById('overview').hidden"))
    browser.driver.find_elements(By.CSS_SELECTOR, ".rows .name a")[1].click()
    browser.until(lambda: words(browser, "#detail dd a"))
    report = browser.driver.find_element(By.LINK_TEXT, "open").get_attribute("href")
    assert report == (exports / "2026-11-20" / "plain.html").as_uri()
    is_quiet(browser, page.as_uri())


def test_filters_stand_in_the_address(browser: Browser, page: Path, exports: Path) -> None:
    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri())
    drawn(browser)
    search = browser.driver.find_element(By.NAME, "q")
    search.send_keys("TUNED")
    browser.until(lambda: words(browser, ".rows .name") == ["org/tuned"])
    assert str(browser.run("return location.hash")) == "#q=TUNED"

    browser.driver.find_element(By.NAME, "all").click()
    browser.until(lambda: words(browser, ".rows .name") == ["org/tuned", "org/tuned"])
    assert words(browser, "#list-title") == ["Audits (2)"]

    browser.driver.refresh()
    drawn(browser)
    assert len(words(browser, ".rows .name")) == 2
    browser.driver.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    browser.until(lambda: words(browser, "#list-title") == ["Targets (2)"])
    browser.run("location.hash = 'rule=LIC-014'")
    browser.until(lambda: words(browser, "#list-title") == ["Targets (1)"])
    browser.run("location.hash = 'risk=nothing'")
    browser.until(lambda: words(browser, "#list-title") == ["Targets (0)"])
    is_quiet(browser, page.as_uri())


def test_arrow_keys_walk_a_long_list(browser: Browser, page: Path, tmp_path: Path) -> None:
    files = {f"{n:03}.json": renamed("clean", f"org/m{n:03}") for n in range(300)}
    collect(page, write(tmp_path / "in", files))
    browser.open((page / "index.html").as_uri())
    drawn(browser)
    assert len(words(browser, ".rows .row")) < 60

    region = browser.driver.find_element(By.ID, "list")
    region.send_keys(Keys.ARROW_DOWN)
    for _ in range(40):
        browser.driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)

    assert browser.run("return document.activeElement.textContent") == "org/m040"
    assert len(words(browser, ".rows .row")) < 60


@pytest.mark.parametrize("width", [1280, 390])
def test_hostile_reports_do_nothing(
    browser: Browser, page: Path, tmp_path: Path, width: int
) -> None:
    files = {f"{n:02}.json": everywhere(golden("rich"), text) for n, text in enumerate(ATTACKS)}
    for audit in files.values():
        audit["target"]["url"] = "javascript:globalThis.hacked=1"  # type: ignore[index]  # an object
    folder = write(tmp_path / "in", {**files, "hostile.json": golden("hostile")})
    collect(page, folder)
    browser.open((page / "index.html").as_uri(), width=width)
    drawn(browser)
    browser.run("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for name in sorted(p.name for p in folder.iterdir()):
        browser.run("location.hash = new URLSearchParams({audit: arguments[0]})", name)
        browser.until(lambda name=name: name in words(browser, "#detail dd"))  # type: ignore[misc]  # bound now
        assert browser.run("return document.querySelectorAll('#detail :is(img,script,iframe,svg,style)').length") == 0  # fmt: skip
    links = browser.run("return [...document.links].map(a => a.protocol)")
    assert set(links) <= {"file:", "https:", "http:"}  # type: ignore[call-overload]  # a list
    is_quiet(browser, page.as_uri())


@pytest.mark.parametrize("address", ["", "#audit=2026-11-20/tuned.json"])
def test_nothing_stands_out_of_a_phone(
    browser: Browser, page: Path, exports: Path, address: str
) -> None:
    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri() + address, width=390, height=800)
    drawn(browser)

    assert browser.until(lambda: words(browser, "main:not([hidden]) h2"))
    assert browser.run("return document.documentElement.scrollWidth") == 390


def test_an_audit_that_is_not_there_is_said_to_be_missing(
    browser: Browser, page: Path, exports: Path
) -> None:
    collect(page, exports, 1)
    browser.open((page / "index.html").as_uri() + "#audit=gone.json")
    drawn(browser)

    assert "gone.json: no audit of this name is open." in words(browser, "#detail p")
