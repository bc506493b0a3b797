from __future__ import annotations

import inspect
import json
import os
import posixpath
import re
import shlex
import subprocess
import sys
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

import lineage
from lineage.cli import cli
from lineage.licencebook.listing import chosen
from lineage.reports.rule_pages import every
from tools import build_site

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs").glob("for-*.md"))
WRITTEN = [
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "README.md",
    ROOT / "examples" / "dashboard" / "README.md",
]
LINEAGE = Path(sys.executable).with_name("lineage")


def told(path: Path) -> list[str]:
    """Return the commands that a document tells its reader to type."""
    return re.findall(r"^    (lineage .*)$", path.read_text("utf-8"), re.MULTILINE)


def mentioned(path: Path) -> list[str]:
    """Return the commands that a document names in a sentence, often in part."""
    return re.findall(r"`(lineage [a-z][^`]*)`", path.read_text("utf-8"))


COMMANDS = [(path.name, line) for path in WRITTEN for line in told(path)]
MENTIONS = sorted({line for path in WRITTEN for line in mentioned(path)})


@pytest.fixture(scope="module")
def site() -> dict[str, build_site.Page]:
    return {page.path: page for page in build_site.site()}  # raises for a dead link


def test_every_page_of_the_menu_is_there(site: dict[str, build_site.Page]) -> None:
    assert {path for path, _ in build_site.MENU} <= site.keys()
    assert {f"docs/{path.stem}.html" for path in (ROOT / "docs").glob("*.md")} <= site.keys()


def test_every_page_is_reached_from_the_menu(site: dict[str, build_site.Page]) -> None:
    queue = [path for path, _ in build_site.MENU]
    reached: set[str] = set()
    while queue:
        path = queue.pop()
        reached.add(path)
        inside = [urlsplit(link) for link in build_site.links(site[path].body)]
        steps = {
            posixpath.normpath(posixpath.join(posixpath.dirname(path), link.path))
            for link in inside
            if link.path and not link.scheme
        }
        queue += sorted(steps - reached)
    assert reached == site.keys()


def test_the_python_page_says_what_a_caller_gets(site: dict[str, build_site.Page]) -> None:
    body = site["api.html"].body
    for name in lineage.__all__:
        assert f"<code>lineage.{name}</code>" in body
    assert escape(inspect.getdoc(lineage.audit) or "?") in body


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


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words of a command line name, and the rest of the words."""
    command: click.Command = cli
    above = click.Context(cli, info_name="lineage")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        _, found, words = command.resolve_command(above, words)
        assert found is not None
        command = found
    return command, words


@pytest.mark.parametrize(("where", "line"), COMMANDS, ids=[f"{w}: {c}" for w, c in COMMANDS])
def test_a_command_that_is_written_down_is_understood(where: str, line: str) -> None:
    command, words = resolved(shlex.split(line, comments=True)[1:])
    if not isinstance(command, click.Group):
        command.make_context(command.name, words)


@pytest.mark.parametrize("line", MENTIONS)
def test_a_command_that_is_named_has_the_options_that_are_named(line: str) -> None:
    command, words = resolved(re.sub(r"[|…].*", "", line).split()[1:])
    known = {name for option in command.params for name in option.opts + option.secondary_opts}
    assert {word.partition("=")[0] for word in words if word.startswith("-")} <= known | {"--help"}


def test_the_guides_name_commands() -> None:
    assert all(told(path) for path in GUIDES)
    assert len(COMMANDS) > 30
    assert len(MENTIONS) > 5


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
