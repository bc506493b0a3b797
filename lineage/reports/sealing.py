"""An HTML page that holds all it needs and asks nobody for anything.

What may run and what may style is named by hash in the page's own policy, so that nothing that a
repository says can ever do either. Every value is escaped as it is put in.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lineage.escape import is_web_link, safe_text
from lineage.reports.picture import edge_label, edge_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lineage.codec import Plain
    from lineage.reports.diagram import Diagram

#: Whose work the movable picture is, as the page says.
LIBRARIES = "cytoscape.js 3.34.4, dagre 3.1.3"
_LIBRARY_FILES = ("cytoscape.min.js", "dagre.min.js")
#: Characters of one foreign text that a page shows; the JSON report has all of it.
_LONGEST = 4000
#: cytoscape adds this style by itself unless one of that id is there; no hash would allow it.
_CANVAS = ".__________cytoscape_container { position: relative; }"


def sealed(
    template: str,
    values: Mapping[str, object],
    words: Mapping[str, str],
    diagram: Diagram | None = None,
) -> str:
    """Return a page made from a template; with a diagram, its picture can be moved by scripts.

    Raises:
        jinja2.TemplateError: the template asks for what ``values`` lacks.
    """
    styles = [Markup(_asset("templates", "report.css")), Markup(_CANVAS)]  # noqa: S704 - ours
    scripts = [] if diagram is None else [Markup(text) for text in _scripts()]  # noqa: S704 - ours
    data = None if diagram is None else _data(_described(diagram, words))
    page = _environment().get_template(template)
    text = page.render(
        **values,
        w=words,
        styles=styles,
        scripts=scripts,
        data=data,
        libraries=LIBRARIES if scripts else "",
        csp=_policy(styles, scripts),
    )
    return text.rstrip("\n") + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lineage.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters["web"] = lambda url: url if url and is_web_link(url) else ""
    environment.filters["grouped"] = "{:,}".format
    return environment


def _shown(value: object) -> object:
    """Return a value as it is printed: text without what could repaint or reorder a line."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return safe_text(value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}\u2026")


@cache
def _asset(*path: str) -> str:
    return files("lineage.reports").joinpath(*path).read_text("utf-8")


def _scripts() -> list[str]:
    """Return the scripts; a line that points to a source map would be asked for."""
    texts = [_asset("assets", name) for name in _LIBRARY_FILES]
    kept = [
        "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMapping"))
        for text in texts
    ]
    return [*kept, _asset("templates", "picture.js")]


def _policy(styles: Iterable[str], scripts: Iterable[str]) -> str:
    script = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; script-src {script}; style-src {' '.join(map(_hash, styles))}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data(plain: Plain) -> Markup:
    """Return plain values as JSON that ends no script element and holds no odd character."""
    text = json.dumps(plain, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _described(diagram: Diagram, words: Mapping[str, str]) -> Plain:
    names = {node.id: node.label for node in diagram.nodes}
    numbers = {node.id: number for number, node in enumerate(diagram.nodes)}
    return {
        "nodes": [
            {
                "label": safe_text(node.label),
                "terms": safe_text(f"{words[f'kind_{node.kind}']}, {node.terms}".rstrip(", ")),
                "kind": node.kind,
                "subject": node.is_subject,
            }
            for node in diagram.nodes
        ],
        "edges": [
            {
                "parent": numbers[edge.parent],
                "child": numbers[edge.child],
                "look": edge.look.value,
                "label": edge_label(edge, words),
                "said": safe_text(edge_sentence(edge, names, words)),
                "tests": [safe_text(test) for test in edge.tests] or [words["tests_none"]],
                "places": [safe_text(place) for place in edge.places],
            }
            for edge in diagram.edges
        ],
    }
