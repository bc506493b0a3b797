"""How long the dashboard takes to be usable with ten thousand audits; it is to take at most 2 s.

    python -m benchmarks.bench_dashboard [--audits 10000]

The audits are variations of the golden ones. The page is opened from file:// in Chromium, and says
by the browser's own clock when it is drawn and answers; CPU seconds of the page's thread in the
same run stand beside, as a busy machine stretches the clock alone.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "data" / "golden"
LIMIT = 2.0
HOSTS = ("huggingface", "github", "gitcode", "local")
LICENCES = ("MIT", "Apache-2.0", "LicenseRef-llama-3.1", "GPL-3.0-only", "CC-BY-NC-4.0", None)
SEVERITIES, WEIGHTS = ("info", "low", "medium", "high", "critical"), (2, 6, 4, 2, 0.5)


def write_audits(folder: Path, number: int) -> None:
    """Write so many audits of half as many targets, each its own mix of findings and parents."""
    sources = [(GOLDEN / f"{name}.json").read_text("utf-8") for name in ("rich", "clean")]
    chance = random.Random(20261121)
    for n in range(number):
        written = varied(chance.choice(sources), n // 2, chance)
        day = date(2025, 12, 1) + timedelta(chance.randint(0, 355))
        (folder / f"model-{n // 2:05}-{day}-{n % 2}.json").write_text(written, encoding="utf-8")


def varied(source: str, n: int, chance: random.Random) -> str:
    purl = json.loads(source)["target"]["purl"]
    audit = json.loads(source.replace(purl, f"pkg:huggingface/team-{n % 40}/model-{n}@{n:040x}"))
    audit["target"] |= {"id": f"team-{n % 40}/model-{n:05}", "host": HOSTS[n % len(HOSTS)]}
    for artifact in audit["artifacts"]:
        artifact["licence"] = chance.choice(LICENCES)
        if artifact["id"] != audit["target"]["purl"]:
            artifact["name"] = f"org/base-{int(chance.expovariate(0.02))}"
    findings = audit["findings"]
    audit["findings"] = chance.sample(findings, chance.randint(0, len(findings)))
    for finding in audit["findings"]:
        finding["severity"] = chance.choices(SEVERITIES, WEIGHTS)[0]
        finding["rule"] = (
            f"{chance.choice(('LIC', 'ATT', 'USE', 'LIN'))}-{chance.randint(1, 12):03}"
        )
        if finding["waiver"]:
            expires = date(2026, 11, 1) + timedelta(chance.randint(0, 200))
            finding["waiver"]["expires"] = expires.isoformat()
    return json.dumps(audit)


def browser() -> Chrome:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def page_seconds(driver: Chrome) -> float:
    metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "TaskDuration")


def interactive(driver: Chrome, page: Path) -> tuple[float, float]:
    """Return when the page was usable, by the clock and in CPU seconds of its main thread."""
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    driver.get(page.as_uri())
    script = "return performance.getEntriesByName('lineage-interactive').map(e => e.startTime)[0]"
    for _ in range(600):
        if (moment := driver.execute_script(script)) is not None:
            return moment / 1000, page_seconds(driver)
        time.sleep(0.1)
    raise TimeoutError("the page was never drawn")


def changed(driver: Chrome, address: str) -> float:
    """Return the CPU and waiting seconds of drawing another selection."""
    script = "return performance.getEntriesByName('lineage-draw').map(e => e.duration)"
    before = len(driver.execute_script(script))
    driver.execute_script("location.hash = arguments[0]", address)
    while len(durations := driver.execute_script(script)) == before:
        time.sleep(0.05)
    return durations[-1] / 1000


def scrolled(driver: Chrome) -> tuple[float, int]:
    """Return the longest gap between frames while the whole list goes by, and how many rows are."""
    driver.set_script_timeout(60)
    longest = driver.execute_async_script("""
        const done = arguments[0], list = document.getElementById("list");
        let longest = 0, last = performance.now(), step = 0;
        (function frame() {
          const now = performance.now();
          if (step) longest = Math.max(longest, now - last);
          last = now;
          list.scrollTop = (list.scrollHeight * step) / 60;
          if (step++ < 60) requestAnimationFrame(frame); else done(longest);
        })();""")
    rows = driver.execute_script("return document.querySelectorAll('.rows .row').length")
    return longest / 1000, rows


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--audits", type=int, default=10_000)
    number = parser.parse_args().audits
    with tempfile.TemporaryDirectory() as place:
        exports, page = Path(place, "exports"), Path(place, "dashboard")
        exports.mkdir()
        write_audits(exports, number)
        ignored = shutil.ignore_patterns("data")
        shutil.copytree(ROOT / "examples" / "dashboard", page, ignore=ignored)
        start, cpu = time.perf_counter(), time.process_time()
        command = [sys.executable, page / "collect.py", exports]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        print(f"{number} audits collected in {time.perf_counter() - start:.1f} s")
        size = (page / "data" / "audits.js").stat().st_size
        driver = browser()
        try:
            clock, cpu = interactive(driver, page / "index.html")
            print(f"audits.js: {size / 1e6:.1f} MB")
            print(f"interactive: {clock:.2f} s by the clock, {cpu:.2f} s of CPU in the page")
            for address in ("risk=high", "rule=LIC-003", "q=team-7", "all=1"):
                print(f"draws {address}: {changed(driver, address):.2f} s by the clock")
            gap, rows = scrolled(driver)
            print(
                f"longest frame of a scroll through all: {gap * 1000:.0f} ms, rows in page: {rows}"
            )
        finally:
            driver.quit()
    return int(min(clock, cpu) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
