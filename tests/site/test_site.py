from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lineage.cli import cli
from lineage.licencebook.listing import chosen
from lineage.reports.rule_pages import every
from tools import build_site

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs").glob("for-*.md"))
WRITTEN = [*GUIDES, ROOT / "README.md", ROOT / "examples" / "dashboard" / "README.md"]
LINEAGE = Path(sys.executable).with_name("lineage")


def told(path: Path) -> list[str]:
    """Return the commands that a document tells its reader to type."""
    text = path.read_text("utf-8")
    blocks = re.findall(r"^    (lineage .*)$", text, re.MULTILINE)
    return blocks + re.findall(r"`(lineage [a-z][^`]*)`", text)


COMMANDS = [(path.name, line) for path in WRITTEN for line in told(path)]


@pytest.fixture(scope="module")
def site() -> dict[str, build_site.Page]:
    return {page.path: page for page in build_site.site()}  # raises for a dead link


def test_every_page_of_the_menu_is_there(site: dict[str, build_site.Page]) -> None:
    assert {path for path, _ in build_site.MENU} <= site.keys()
    assert {f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} <= site.keys()


def test_every_rule_has_its_page(site: dict[str, build_site.Page]) -> None:
    for rule in every():
        body = site[f"rules/{rule.CODE}.html"].body
        assert f'<h1 id="{build_site.slug(f"{rule.CODE}: {rule.TITLE}")}">' in body
        assert f'href="{rule.CODE}.html"' in site["rules/index.html"].body


def test_every_licence_has_its_page(site: dict[str, build_site.Page]) -> None:
    for licence in chosen():
        assert f"licences/{licence.id}.html" in site
        assert f'href="{licence.id}.html"' in site["licences/index.html"].body


def test_every_command_has_its_help(site: dict[str, build_site.Page]) -> None:
    names = {name for name, _ in build_site.helps(cli, "lineage", None)}

    assert {"lineage audit", "lineage licence check", "lineage catalogue list"} <= names
    assert {f"lineage {name}" for name in cli.commands} <= names
    for name in names:
        assert f"<code>{name}</code></h2>" in site["commands.html"].body


def test_no_page_holds_markup_of_others(site: dict[str, build_site.Page]) -> None:
    _, body = build_site.rendered("# a\n\n<script>alert(1)</script> [x](javascript:alert(1))")

    assert "<script" not in body
    assert "javascript:" not in build_site.links(body)
    assert not [path for path, page in site.items() if "<script" in page.body]


TARGETS = {"a.html": {"here"}, "b.html": {"there"}}


@pytest.mark.parametrize("link", ["gone.html", "b.html#gone", "../b.html", "#gone"])
def test_a_dead_link_is_told(link: str) -> None:
    with pytest.raises(build_site.DeadLinkError, match=re.escape(f"a.html links to {link}")):
        build_site.check_link("a.html", link, TARGETS)


@pytest.mark.parametrize("link", ["b.html", "b.html#there", "#here", "https://example.org/"])
def test_a_link_that_leads_somewhere_passes(link: str) -> None:
    build_site.check_link("a.html", link, TARGETS)


def test_the_site_is_written_and_nothing_else_is_replaced(tmp_path: Path) -> None:
    script = [sys.executable, f"{ROOT}/tools/build_site.py", "--output", f"{tmp_path}/site"]
    subprocess.run(script, check=True, capture_output=True)
    page = (tmp_path / "site" / "docs" / "for-lawyers.html").read_text("utf-8")
    assert 'href="../rules/index.html"' in page
    assert 'href="../docs/for-lawyers.html" aria-current="page"' in page

    (tmp_path / "site" / build_site.MARK).unlink()
    refused = subprocess.run(script, check=False, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "did not make" in refused.stderr


@pytest.mark.parametrize(("where", "line"), COMMANDS, ids=[f"{w}: {c}" for w, c in COMMANDS])
def test_a_command_that_is_written_down_is_understood(where: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = cli
    above = click.Context(cli, info_name="lineage")
    while isinstance(command, click.Group) and words:
        _, found, words = command.resolve_command(above, words)
        assert found is not None, line
        command = found
    if words == ["--help"]:
        return
    if not isinstance(command, click.Group):
        command.make_context(command.name, words or ["--help"], resilient_parsing=not words)


def test_the_guides_name_commands() -> None:
    assert all(told(path) for path in GUIDES)
    assert len(COMMANDS) > 30


def test_the_plug_in_of_the_guide_takes_part(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "for-plugin-authors.md").read_text("utf-8")
    for name, code in re.findall(r"`(\w+\.py)`[^\n]*\n\n```python\n(.*?)```", guide, re.DOTALL):
        (tmp_path / name).write_text(code, encoding="utf-8")
    entry = re.search(r'entry-points\."(lineage\.rules)"\]\n(ours = )"([^"]+)"', guide)
    assert entry
    info = tmp_path / "our_lineage_rules-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-lineage-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{entry[1]}]\n{entry[2]}{entry[3]}\n")
    target = tmp_path / "target"
    target.mkdir()
    (target / "main.py").write_text("print(1)\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def run(*words: str) -> str:
        done = subprocess.run(
            [LINEAGE, *words], check=False, capture_output=True, text=True, env=environment
        )
        return done.stdout

    assert "OUR-001  No README" in run("explain", "OUR-001")
    audit = json.loads(run("audit", str(target), "--offline", "--no-catalogue", "--format", "json"))
    messages = [one["message"] for one in audit["findings"] if one["rule"] == "OUR-001"]
    assert messages == [f"{target} has no README.md at its root."]
