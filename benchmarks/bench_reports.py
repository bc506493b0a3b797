"""How long each format takes to write an audit of 500 findings; every one is to take at most 1 s.

Each format is written in a process of its own, so that what only it imports is counted. The HTML
page is then opened from the disk in Chromium, where there is one, which says by its own clock when
it first painted: at most 1 s, in at most 1.5 MB.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lineage.pipeline import Audit

ROOT = Path(__file__).parents[1]
LIMIT = 1.0
FINDINGS = 500
LARGEST = 1.5


def audit_of_many() -> Audit:
    from lineage.model import Coverage, Kind, Scope, Severity, State, Unread
    from tests.reports.build import audit_of, exhibit, finding, licence, parent, rich

    states = [State.UNMET, State.INVESTIGATE, State.CANNOT_DETERMINE, State.MET]
    severities = list(Severity)
    rules = ("LIC-001", "LIC-014", "ATT-001", "ATT-004", "USE-006", "LIN-002")
    findings = tuple(
        finding(
            rules[n % len(rules)],
            states[n % len(states)],
            f"src/part_{n:04}/code.py comes from elsewhere and no licence is here: {'x' * 200}",
            *(
                exhibit(f"src/part_{n:04}/code.py", line, excerpt="# Copyright")
                for line in (1, 2, 3)
            ),
            severity=severities[n % len(severities)],
        )
        for n in range(FINDINGS)
    )
    places = tuple(exhibit(f"src/{n}.py") for n in range(500))
    return audit_of(
        findings=findings,
        licences=(licence(Scope.WEIGHTS, "Apache-2.0", *places, found=("Apache-2.0", "MIT")),),
        parents=tuple(parent(f"org/model-{n}") for n in range(50))
        + tuple(parent(f"org/data-{n}", kind=Kind.DATASET) for n in range(50)),
        coverage=Coverage(9, 9, 9, 9, tuple(Unread(f"link-{n}", "a link") for n in range(100))),
        obligations=tuple(replace(o, parent="unresolved:org/model-0") for o in rich().obligations),
        files=tuple(f"src/part_{n:04}/code.py" for n in range(FINDINGS)),
    )


def measured(name: str) -> tuple[float, float, int]:
    from lineage.reports import FORMATS, Page

    audit = audit_of_many()
    wall, cpu = time.perf_counter(), time.process_time()
    text = FORMATS[name].render(audit, Page())
    return time.perf_counter() - wall, time.process_time() - cpu, len(text.encode())


def main() -> int:
    from lineage.reports import FORMATS

    print(
        f"{'format':12}{'wall s':>8}{'CPU s':>8}{'MB':>8}   {FINDINGS} findings, limit {LIMIT:g} s"
    )
    slow = 0
    for name in FORMATS:
        run = subprocess.run(
            [sys.executable, __file__, name], cwd=ROOT, capture_output=True, text=True, check=True
        )
        wall, cpu, size = json.loads(run.stdout)
        slow += cpu > LIMIT
        print(f"{name:12}{wall:8.2f}{cpu:8.2f}{size / 1e6:8.2f}")
        slow += name == "html" and size / 1e6 > LARGEST
    return slow + (first_paint() > LIMIT)


def first_paint() -> float:
    """Return the median of five first paints of the page in seconds; 0 without a browser."""
    from lineage.reports import FORMATS, Page
    from tests.doubles.browser import BROWSER, DRIVER, started

    if not (BROWSER and DRIVER):
        print("no chromium: first paint not measured")
        return 0.0
    asked = "return performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0]"
    with tempfile.TemporaryDirectory() as folder, started() as browser:
        page = Path(folder) / "report.html"
        page.write_text(FORMATS["html"].render(audit_of_many(), Page()), encoding="utf-8")
        times = []
        for _ in range(5):
            browser.open(page.as_uri())
            times.append(float(str(browser.until(lambda: browser.run(asked)))) / 1000)
    median = statistics.median(times)
    print(f"html, first contentful paint: {median:.2f} s ({min(times):.2f} to {max(times):.2f})")
    return median


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) > 1:
        print(json.dumps(measured(sys.argv[1])))
        sys.exit(0)
    sys.exit(main())
