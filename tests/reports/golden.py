"""Whole reports kept as files in tests/data/golden and compared to the last byte.

Rewrite them with ``python -m tests.reports.golden`` and read the difference before committing it.
"""

from __future__ import annotations

import re
from pathlib import Path

from lineage.reports import FORMATS, Page
from lineage.reports.provenance import json_digest, uuid_of
from lineage.versions import KNOWLEDGE_VERSION, __version__, scancode_version
from tests.reports import build

GOLDEN = Path(__file__).parents[1] / "data" / "golden"

#: File name: what makes its text.
REPORTS = {
    "rich.json": ("json", build.rich, Page()),
    "rich.md": ("markdown", build.rich, Page()),
    "rich-080.txt": ("table", build.rich, Page(width=80)),
    "rich-200.txt": ("table", build.rich, Page(width=200)),
    "rich-080-colour.txt": ("table", build.rich, Page(width=80, colour=True)),
    "rich.sarif": ("sarif", build.rich, Page()),
    "rich.cdx.json": ("cyclonedx", build.rich, Page()),
    "rich.spdx.json": ("spdx", build.rich, Page()),
    "rich-comment.md": ("comment", build.rich, Page()),
    "rich-notice.txt": ("notice", build.rich, Page()),
    "rich.html": ("html", build.rich, Page()),
    "rich-zh.html": ("html", build.rich, Page(language="zh")),
    "clean.json": ("json", build.clean, Page()),
    "clean.sarif": ("sarif", build.clean, Page()),
    "clean.cdx.json": ("cyclonedx", build.clean, Page()),
    "clean.spdx.json": ("spdx", build.clean, Page()),
    "clean-comment.md": ("comment", build.clean, Page()),
    "clean-notice.txt": ("notice", build.clean, Page()),
    "clean.html": ("html", build.clean, Page()),
    "clean.md": ("markdown", build.clean, Page()),
    "clean-080.txt": ("table", build.clean, Page(width=80)),
    "hostile.json": ("json", build.hostile, Page()),
    "hostile.sarif": ("sarif", build.hostile, Page()),
    "hostile.cdx.json": ("cyclonedx", build.hostile, Page()),
    "hostile.spdx.json": ("spdx", build.hostile, Page()),
    "hostile-comment.md": ("comment", build.hostile, Page()),
    "hostile-notice.txt": ("notice", build.hostile, Page()),
    "hostile.html": ("html", build.hostile, Page()),
    "hostile.md": ("markdown", build.hostile, Page()),
    "hostile-080.txt": ("table", build.hostile, Page(width=80)),
    "hostile-100-ascii.txt": ("table", build.hostile, Page(unicode=False)),
}


def made(name: str) -> str:
    """Return a report as it is made today, with the versions of the day taken out."""
    format_name, audit, page = REPORTS[name]
    text = FORMATS[format_name].render(audit(), page)
    digest = json_digest(audit())
    text = text.replace(str(uuid_of(digest, format_name)), "UUID").replace(digest, "DIGEST")
    for before, version in (
        ('"value": "', KNOWLEDGE_VERSION),
        ('"value": "', str(scancode_version())),
        ("with knowledge ", KNOWLEDGE_VERSION),
        ("Made by lineage ", __version__),
        ('"name": "lineage ', __version__),
        ('"version": "', __version__),
        ('"knowledge_version": "', KNOWLEDGE_VERSION),
        ('"knowledgeVersion": "', KNOWLEDGE_VERSION),
        ('"scancodeVersion": "', str(scancode_version())),
        ('"scancode_version": "', str(scancode_version())),
        (", knowledge ", KNOWLEDGE_VERSION),
        (", scancode-toolkit ", str(scancode_version())),
    ):
        text = text.replace(before + version, f"{before}VERSION")
    return _without_parts(text) if format_name == "html" else text


def _without_parts(text: str) -> str:
    """Return a page without what is no word of it: style, scripts and their hashes, versions."""
    text = text.replace(KNOWLEDGE_VERSION, "VERSION").replace(__version__, "VERSION")
    text = text.replace(f"scancode-toolkit {scancode_version()}", "scancode-toolkit VERSION")
    for pattern, kept in (
        (r"(?s)(<style[^>]*>).*?(</style>)", r"\1\2"),
        (r"(?s)(<script>).*?(</script>)", r"\1\2"),
        (r"sha256-[^&]+(?=&#39;)", "HASH"),
        (r"((?:Rules|规则)</th><td>)\d+", r"\1NUMBER"),
    ):
        text = re.sub(pattern, kept, text)
    return text


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for file in REPORTS:
        (GOLDEN / file).write_text(made(file), encoding="utf-8", newline="\n")
