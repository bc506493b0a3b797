from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from lineage.graphing import joined_of
from lineage.pipeline import Audit
from lineage.reports import FORMATS, Page
from lineage.reports.graphs import GRAPHS
from lineage.reports.wording import words_of
from tests.doubles.browser import Browser
from tests.reports.browser_world import page_of
from tests.reports.build import clean, hostile, rich
from tests.reports.test_html import ATTACKS, attack

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

#: What a text must keep of its ground, as WCAG 2.2 has it (1.4.3).
CONTRAST = 4.5
LOW_CONTRAST = """
const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b; };
const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
const poor = [];
for (const e of document.querySelectorAll("body *:not(svg *):not(script)")) {
  if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
  const [a, b] = [light(rgb(getComputedStyle(e).color).slice(0, 3)), light(ground(e))];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < arguments[0]) poor.push(`${e.tagName}.${e.className}: ${ratio.toFixed(2)}`);
}
return [...new Set(poor)];
"""


def text_of(browser: Browser, selector: str) -> str:
    return str(browser.run(f"return document.querySelector({selector!r}).textContent"))


def is_quiet(browser: Browser, address: str) -> None:
    """Check that the page complained of nothing and asked for nothing but itself."""
    assert browser.complaints() == []
    assert {asked.partition("#")[0] for asked in browser.asked()} <= {address, "about:blank"}


@pytest.mark.parametrize("audit", [rich(), hostile(), clean()], ids=["rich", "hostile", "clean"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_page_opens_quietly_and_fits(
    browser: Browser, tmp_path: Path, audit: Audit, width: int
) -> None:
    address = page_of(audit, tmp_path)
    browser.open(address, width=width)
    assert "Licence and lineage report" in text_of(browser, ".kicker")
    assert int(str(browser.run("return document.documentElement.scrollWidth"))) <= width
    assert browser.run(LOW_CONTRAST, CONTRAST) == []
    is_quiet(browser, address)


def test_attacks_do_nothing(browser: Browser, tmp_path: Path) -> None:
    for text in ATTACKS:
        said = text.replace("alert(1)", "globalThis.hacked=1")
        address = page_of(attack(said), tmp_path)
        browser.open(address)
        if browser.run("return document.getElementById('move') !== null"):
            browser.run("document.getElementById('move').click()")
        assert browser.run("return globalThis.hacked === undefined")
        assert browser.run("return document.querySelectorAll('img, iframe, object, embed, form').length") == 0  # fmt: skip
        is_quiet(browser, address)


def test_a_keyboard_reaches_an_edge_and_hears_its_tests(browser: Browser, tmp_path: Path) -> None:
    address = page_of(rich(), tmp_path)
    browser.open(address)
    panel = "return document.getElementById('panel').textContent"
    for _ in range(60):
        browser.press(Keys.TAB)
        if browser.run("return document.activeElement.classList.contains('detected')"):
            break
    assert "residual-correlation: p = 1e-09 (exact)" in str(browser.run(panel))
    browser.press(Keys.ENTER)
    assert str(browser.run("return document.querySelector('tr:target').textContent")).startswith(
        "1"
    )
    is_quiet(browser, address)


def test_the_first_stop_of_the_tab_key_skips_to_the_findings(
    browser: Browser, tmp_path: Path
) -> None:
    browser.open(page_of(rich(), tmp_path))
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    browser.press(Keys.ENTER)
    assert browser.run("return location.hash") == "#findings"


def test_hovering_tells_what_an_edge_rests_on(browser: Browser, tmp_path: Path) -> None:
    browser.open(page_of(rich(), tmp_path))
    over = "document.querySelector('.edge.detected').dispatchEvent(new MouseEvent('mouseenter'))"
    browser.run(over)
    assert "residual-correlation" in text_of(browser, "#panel")


def test_the_picture_moves_zooms_and_narrows(browser: Browser, tmp_path: Path) -> None:
    address = page_of(rich(), tmp_path)
    browser.open(address)
    browser.run("document.getElementById('move').click()")
    assert (
        browser.run("return document.getElementById('canvas').querySelectorAll('canvas').length")
        == 3
    )
    assert browser.run("return document.activeElement.id") == "canvas"
    browser.press(Keys.ARROW_RIGHT)
    first = text_of(browser, "#panel")
    browser.press(Keys.ARROW_RIGHT)
    assert text_of(browser, "#panel") != first
    browser.press("+", "-", "0")
    options = "return [...document.getElementById('around').options].map(o => o.textContent)"
    assert "corp/contradicted" in str(browser.run(options))
    browser.run(
        "const s = document.getElementById('around'); s.value = '1'; s.dispatchEvent(new Event('change'))"
    )
    browser.run("document.getElementById('canvas').focus()")
    browser.press(Keys.ESCAPE)
    assert browser.run("return document.getElementById('still').hidden") is False
    is_quiet(browser, address)


def test_the_chinese_page_says_its_language(browser: Browser, tmp_path: Path) -> None:
    address = page_of(rich(), tmp_path, language="zh")
    browser.open(address)
    assert browser.run("return document.documentElement.lang") == "zh-Hans"
    assert text_of(browser, "#summary-h") == words_of("zh")["summary"]
    is_quiet(browser, address)


def test_without_scripts_the_page_is_whole(browser: Browser, tmp_path: Path) -> None:
    address = page_of(rich(), tmp_path)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(address)
        found = browser.driver.execute_cdp_cmd("DOM.getDocument", {"depth": -1})
        nodes = json.dumps(found)
        assert '"tools"' in nodes
        visible = browser.run("return getComputedStyle(document.getElementById('tools')).display")
        assert visible == "none"
        height = browser.run(
            "return document.querySelector('svg.picture').getBoundingClientRect().height"
        )
        assert float(str(height)) > 100
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_prints_with_cover_summary_and_every_section(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    browser.open(page_of(rich(), tmp_path, language=language))
    browser.run("document.getElementById('move').click()")
    content = browser.printed()
    assert content.startswith(b"%PDF-")
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", content)) <= 14
    if shutil.which("pdftotext") is None:
        return
    (tmp_path / "report.pdf").write_bytes(content)
    done = subprocess.run(
        ["pdftotext", "-layout", "report.pdf", "-"], cwd=tmp_path, capture_output=True, check=True
    )
    cover, summary, *others = done.stdout.decode().split("\f")
    words = words_of(language)
    assert words["unexamined"] in cover
    assert words["decision"] in summary
    rest = "".join(others)
    assert all(
        words[key] in rest for key in ("lineage", "findings", "duties", "exceptions", "method")
    )
    assert words["move"] not in rest
    assert words["look_contradicted"] in rest


def test_a_joined_graph_opens_quietly(browser: Browser, tmp_path: Path) -> None:
    reports = []
    for name, audit in (("rich", rich()), ("hostile", hostile())):
        path = tmp_path / f"{name}.json"
        path.write_text(FORMATS["json"].render(audit, Page()), encoding="utf-8")
        reports.append(path)
    place = tmp_path / "graph.html"
    place.write_text(GRAPHS["html"].render(joined_of(reports)), encoding="utf-8")
    browser.open(place.as_uri(), width=390)
    browser.run("document.getElementById('move').click()")
    assert int(str(browser.run("return document.documentElement.scrollWidth"))) <= 390
    is_quiet(browser, place.as_uri())
