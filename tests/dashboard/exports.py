"""Folders of exported audits, and the script that collects them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.reports.build import HOSTILE

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "examples" / "dashboard"
GOLDEN = ROOT / "tests" / "data" / "golden"

#: What would act if any of it were taken for markup, a link or a script.
ATTACKS = (
    *HOSTILE,
    '<img src=x onerror="globalThis.hacked=1">',
    "</script><script>globalThis.hacked=1</script>",
    "javascript:globalThis.hacked=1",
    "<svg onload=globalThis.hacked=1>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "{{constructor.constructor('globalThis.hacked=1')()}}",
    "'\"><style>*{background:url(https://evil.example/)}</style>",
    "__proto__",
    "constructor",
    "\u2028\u2029",
)


def golden(name: str) -> dict[str, object]:
    """Return a report of the golden files as plain values."""
    found: dict[str, object] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return found


def renamed(name: str, target: str) -> dict[str, object]:
    """Return a golden report that is of another repository."""
    text = (GOLDEN / f"{name}.json").read_text("utf-8").replace("org/tuned", target)
    found: dict[str, object] = json.loads(text)
    return found


def everywhere(plain: object, text: str) -> object:
    """Return plain values with a text after every text in them, but for words of the schema."""
    words = {"state", "severity", "schema_version", "url", "expires"}
    match plain:
        case str():
            return plain + text
        case list():
            return [everywhere(one, text) for one in plain]
        case dict():
            return {k: v if k in words else everywhere(v, text) for k, v in plain.items()}
        case _:
            return plain


def write(folder: Path, files: Mapping[str, object]) -> Path:
    """Write files: text and bytes as they are, anything else as JSON."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            text = content if isinstance(content, str) else json.dumps(content)
            path.write_text(text, encoding="utf-8")
    return folder


def collect(
    page: Path, folder: Path, code: int = 0, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a page's collect.py on a folder, as a user does, without the project's packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", page / "collect.py", folder, *arguments],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def data(page: Path) -> dict[str, object]:
    """Return what audits.js hands to the page."""
    script = (page / "data" / "audits.js").read_text("ascii")
    inner: str = json.loads(script.removeprefix("lineageAudits(").removesuffix(");\n"))
    found: dict[str, object] = json.loads(inner)
    return found
