"""Build the documentation site from what is written elsewhere: nothing is said here alone.

    python tools/build_site.py [--output site]

Pages: README, docs/*.md and the Markdown files that these link to; one page for each rule, from its
module's docstring, and for each licence of the knowledge base; every command's own help; the Python
API's docstrings. A link inside that leads nowhere stops the build.
"""

from __future__ import annotations

import argparse
import inspect
import posixpath
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
from jinja2 import Environment
from markdown_it import MarkdownIt
from markupsafe import Markup

import lineage
from lineage.cli import cli
from lineage.escape import safe_lines
from lineage.licencebook.listing import chosen
from lineage.licencebook.page import page as licence_page
from lineage.reports.rule_pages import as_markdown, every

ROOT = Path(__file__).resolve().parents[1]
#: The front page and the pages of the menu; what these link to follows.
FRONT = "README.md"
MENU = (
    ("index.html", "Start"),
    ("docs/for-lawyers.html", "For lawyers"),
    ("docs/for-engineers.html", "For engineers"),
    ("docs/for-plugin-authors.html", "For plug-in authors"),
    ("docs/index.html", "All guides"),
    ("rules/index.html", "Rules"),
    ("licences/index.html", "Licences"),
    ("commands.html", "Commands"),
    ("api.html", "Python"),
)
#: Columns of the pages that are text.
WIDTH = 96
#: Written by the build; a folder with neither it nor nothing in it is not replaced.
MARK = ".lineage-site"

LAYOUT = Environment(autoescape=True).from_string("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' file:; \
img-src 'self' file: data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} · lineage</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ up }}site.css">
</head>
<body>
<nav aria-label="Pages"><strong>lineage</strong>
{%- for path, name in menu %}
<a href="{{ up }}{{ path }}"{% if path == here %} aria-current="page"{% endif %}>{{ name }}</a>
{%- endfor %}
</nav>
<main>
{{ body }}
</main>
<footer>lineage {{ version }}. Not legal advice.</footer>
</body>
</html>
""")

STYLE = """\
:root { color-scheme: light dark; --paper: #fff; --sheet: #f6f7f9; --ink: #1b2230;
  --line: #d9dee7; --accent: #1f5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #12161d; --sheet: #1a202a; --ink: #e6e9ef; --line: #323b49; --accent: #7db3f0; }
}
body { margin: 0 auto; max-width: 56rem; padding: 0 1rem 3rem; background: var(--paper);
  color: var(--ink); font: 16px/1.6 system-ui, sans-serif; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 1rem 0;
  border-bottom: 1px solid var(--line); }
a { color: var(--accent); }
a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
pre, code { font: .875rem/1.5 ui-monospace, monospace; background: var(--sheet); }
pre { padding: .75rem 1rem; overflow-x: auto; border-radius: 6px; overflow-wrap: normal; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }
td:first-child { white-space: nowrap; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left;
  vertical-align: top; overflow-wrap: normal; }
h1, h2, h3 { line-height: 1.25; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .5rem; }
@media print { nav { display: none; } }
"""


class DeadLinkError(Exception):
    """A page links to what is not there. ``str()`` is the sentence for a person."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the site: where it lies, what it is called, its HTML."""

    path: str
    title: str
    body: Markup


def main() -> int:
    """Build the site; return 1 where a link leads nowhere."""
    parser = argparse.ArgumentParser(description="Build the documentation site.")
    parser.add_argument("--output", type=Path, default=ROOT / "site")
    output: Path = parser.parse_args().output
    if output.is_dir() and any(output.iterdir()) and not (output / MARK).exists():
        print(f"{output} is a folder that this script did not make.", file=sys.stderr)
        return 2
    try:
        pages = site()
    except DeadLinkError as error:
        print(error, file=sys.stderr)
        return 1
    shutil.rmtree(output, ignore_errors=True)
    for page in pages:
        place = output / page.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(laid_out(page), encoding="utf-8")
    (output / "site.css").write_text(STYLE, encoding="utf-8")
    (output / MARK).touch()
    print(f"{len(pages)} pages in {output}")
    return 0


def site() -> list[Page]:
    """Return every page.

    Raises:
        DeadLinkError: a link inside leads nowhere.
    """
    written = list(documents())
    pages = [*written, guides(written), *rules(), *licences(), commands(), api()]
    targets = {page.path: ids(page.body) for page in pages}
    for page in pages:
        for link in links(page.body):
            check_link(page.path, link, targets)
    return pages


def laid_out(page: Page) -> str:
    """Return a page as a file of the site."""
    up = "../" * page.path.count("/")
    return LAYOUT.render(
        title=page.title, body=page.body, here=page.path, up=up, menu=MENU,
        version=lineage.__version__,
    )  # fmt: skip


def documents() -> Iterator[Page]:
    """Yield the Markdown files and the texts that they link to."""
    queue = [FRONT, *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").glob("*.md"))]
    queue += ["CONTRIBUTING.md", "ARCHITECTURE.md", "SECURITY.md", "CHANGELOG.md"]
    done: set[str] = set()
    while queue:
        source = queue.pop(0)
        if source not in done:
            done.add(source)
            page, linked = document(source)
            queue += linked
            yield page


def guides(written: list[Page]) -> Page:
    """Return the list of all pages that are written by hand."""
    listed = [
        (posixpath.relpath(page.path, "docs"), page.title)
        for page in sorted(written, key=lambda page: page.title.lower())
    ]
    rows = [f'<li><a href="{escape(to)}">{escape(title)}</a></li>' for to, title in listed]
    body = Markup("<h1>All guides</h1>\n<ul>\n" + "\n".join(rows) + "\n</ul>")
    return Page("docs/index.html", "All guides", body)


def document(source: str) -> tuple[Page, list[str]]:
    """Return a file of the repository as a page, and the files that it links to."""
    text = (ROOT / source).read_text(encoding="utf-8")
    if not source.endswith(".md"):
        body = Markup(f"<h1>{escape(source)}</h1>\n<pre>{escape(text)}</pre>")
        return Page(place_of(source), source, body), []
    linked: list[str] = []

    def turned(link: str) -> str:
        parts = urlsplit(link)
        if parts.scheme or not parts.path:
            return link
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(parts.path)))
        if not (ROOT / path).is_file() or path.startswith(".."):
            raise DeadLinkError(f"{source} links to {link}, which is no file of the repository.")
        linked.append(path)
        to = posixpath.relpath(place_of(path), posixpath.dirname(place_of(source)) or ".")
        return to + (f"#{parts.fragment}" if parts.fragment else "")

    title, body = rendered(text, turned)
    return Page(place_of(source), title or source, body), linked


def place_of(source: str) -> str:
    """Return where a file of the repository lies in the site."""
    if source == FRONT:
        return "index.html"
    return (source.removesuffix(".md") if source.endswith(".md") else source) + ".html"


def rendered(text: str, turned: Callable[[str], str] | None = None) -> tuple[str, Markup]:
    """Return the first heading and the HTML of Markdown; headings can be linked to."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    title = ""
    for token, inner in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", slug(inner.content))
            title = title or inner.content
    for token in tokens:
        for child in token.children or []:
            if turned and child.type == "link_open":
                child.attrSet("href", turned(str(child.attrGet("href"))))
    # The parser escapes; HTML in the text is text.
    return title, Markup(parser.renderer.render(tokens, parser.options, {}))


def slug(heading: str) -> str:
    """Return the id of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def rules() -> Iterator[Page]:
    """Yield the list of rules and a page for each."""
    known = every()
    rows = ["# Rules", "", "| rule | severity | tier | what it finds |", "|---|---|---|---|"]
    rows += [
        f"| [{rule.CODE}]({rule.CODE}.html) | {rule.SEVERITY.value} | {rule.TIER.value} "
        f"| {rule.TITLE} |"
        for rule in known
    ]
    yield Page("rules/index.html", "Rules", rendered("\n".join(rows))[1])
    for rule in known:
        head = (
            f"# {rule.CODE}: {rule.TITLE}\n\n"
            f"Severity {rule.SEVERITY.value}, rests on tier {rule.TIER.value}. "
            f"Clause: {rule.CLAUSE}.\n\n"
        )
        body = rendered(head + as_markdown(rule))[1]
        yield Page(f"rules/{rule.CODE}.html", rule.CODE, body)


def licences() -> Iterator[Page]:
    """Yield the list of licences and a page for each, as ``lineage licence show`` prints it."""
    rows = ["# Licences", "", "| id | title | class |", "|---|---|---|"]
    for licence in chosen():
        title = licence.title.replace("|", "\\|")
        rows.append(f"| [{licence.id}]({licence.id}.html) | {title} | {licence.licence_class} |")
        text = escape(safe_lines(licence_page(licence, WIDTH)))
        body = Markup(f"<h1>{escape(licence.title)}</h1>\n<pre>{text}</pre>")
        yield Page(f"licences/{licence.id}.html", licence.title, body)
    yield Page("licences/index.html", "Licences", rendered("\n".join(rows))[1])


def commands() -> Page:
    """Return the help of every command."""
    parts = ["<h1>Commands</h1>"]
    for name, text in helps(cli, "lineage", None):
        parts.append(f'<h2 id="{slug(name)}"><code>{escape(name)}</code></h2>')
        parts.append(f"<pre>{escape(text)}</pre>")
    return Page("commands.html", "Commands", Markup("\n".join(parts)))


def helps(
    command: click.Command, name: str, above: click.Context | None
) -> Iterator[tuple[str, str]]:
    """Yield each command's full name and its help, groups before what is in them."""
    context = click.Context(
        command, info_name=name.rpartition(" ")[2], parent=above, max_content_width=WIDTH,
        terminal_width=WIDTH,
    )  # fmt: skip
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            if found is not None and not found.hidden:
                yield from helps(found, f"{name} {below}", context)


def api() -> Page:
    """Return the public names of the package with their docstrings."""
    parts = ["<h1>Python</h1>", f"<p>{escape(inspect.getdoc(lineage) or '')}</p>"]
    for name in sorted(lineage.__all__):
        found = getattr(lineage, name)
        is_documented = inspect.isclass(found) or inspect.isroutine(found)
        try:
            shape = f"{name}{inspect.signature(found)}" if is_documented else name
        except (TypeError, ValueError):  # an enumeration, or a class of C
            shape = name
        text = inspect.getdoc(found) if is_documented else f"{found!r}"
        parts.append(f'<h2 id="{escape(name)}"><code>lineage.{escape(name)}</code></h2>')
        parts.append(f"<pre>{escape(shape)}</pre>\n<pre>{escape(text or '')}</pre>")
    return Page("api.html", "Python", Markup("\n".join(parts)))


class _Marks(HTMLParser):
    def __init__(self, body: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep ids and links."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif tag == "a" and name == "href" and value:
                self.links.append(value)


def ids(body: str) -> set[str]:
    """Return the places in a page that can be linked to."""
    return _Marks(body).ids


def links(body: str) -> list[str]:
    """Return where a page links to."""
    return _Marks(body).links


def check_link(path: str, link: str, targets: dict[str, set[str]]) -> None:
    """Do nothing for a link that leads somewhere.

    Raises:
        DeadLinkError: it leads nowhere.
    """
    parts = urlsplit(link)
    if parts.scheme:
        return
    to = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(parts.path)))
    to = path if not parts.path else to
    if to not in targets or (parts.fragment and parts.fragment not in targets[to]):
        raise DeadLinkError(f"{path} links to {link}, which is not there.")


if __name__ == "__main__":
    sys.exit(main())
