"""The lineage as an SVG that needs no script: generations from left to right, every line named.

Each edge is a link to its row in the table of evidence, so that a keyboard reaches it; how sure it
is shows in its line, its colour and its words.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from lineage.escape import safe_text
from lineage.reports.diagram import Look
from lineage.reports.layers import HEIGHT, WIDTH, Placed, placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lineage.reports.diagram import Diagram, Edge, Node

#: Columns of text that a node's two lines hold; a wide character takes two.
_COLUMNS = (25, 33)
#: Beyond this many units a picture is scrolled rather than shrunk.
_WIDE = 1200
_NODE = Markup(
    '<g class="node {kind}{subject}"><title>{whole}</title>'
    '<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5"/>'
    '<text x="{left}" y="{first}" class="name">{label}</text>'
    '<text x="{left}" y="{second}">{words}</text></g>'
)
_EDGE = Markup(
    '<a href="#edge-{number}" class="edge {look}" data-edge="{number}" aria-label="{whole}">'
    '<title>{whole}</title><path class="wide" d="{path}"/>'
    '<path class="line" d="{path}" marker-end="url(#tip-{look})"/>'
    '<text x="{x}" y="{y}">{label}</text></a>'
)
_TIP = Markup(
    '<marker id="tip-{look}" class="tip {look}" viewBox="0 0 8 8" refX="7" refY="4" '
    'markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
    '<path d="M0 0L8 4L0 8z"/></marker>'
)
_WHOLE = Markup(
    '<svg class="picture{wide}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
    'role="group" aria-labelledby="picture-title picture-desc">'
    '<title id="picture-title">{title}</title><desc id="picture-desc">{desc}</desc>'
    "<defs>{tips}</defs>{edges}{nodes}</svg>"
)


def drawn(diagram: Diagram, words: Mapping[str, str]) -> Markup:
    """Return a diagram as SVG, with the words of one language."""
    stand = placed(diagram)
    names = {node.id: node.label for node in diagram.nodes}
    looks = sorted({edge.look.value for edge in diagram.edges})
    return _WHOLE.format(
        wide=" wide" if stand.width > _WIDE else "",
        width=stand.width,
        height=stand.height,
        title=words["picture_title"],
        desc=words["picture_desc"].format(nodes=len(diagram.nodes), edges=len(diagram.edges)),
        tips=Markup().join(_TIP.format(look=look) for look in looks),
        edges=Markup().join(_edges(diagram, stand, names, words)),
        nodes=Markup().join(_node(node, stand, words) for node in diagram.nodes),
    )


def edge_sentence(edge: Edge, names: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Return an edge in words: "org/base -> org/tuned: fine-tune, detected, tier B, p < 1e-9"."""
    said = [
        words[f"relation_{edge.relation}"],
        words[f"look_{edge.look}"],
        f"{words['tier']} {edge.tier}",
        edge.chance,
    ]
    return f"{names[edge.parent]} \u2192 {names[edge.child]}: {', '.join(filter(None, said))}"


def edge_label(edge: Edge, words: Mapping[str, str]) -> str:
    """Return what stands on an edge: "fine-tune, p < 1e-9"."""
    return f"{words[f'relation_{edge.relation}']}, {_short(edge, words)}"


def _edges(
    diagram: Diagram, stand: Placed, names: Mapping[str, str], words: Mapping[str, str]
) -> Iterator[Markup]:
    for number, (edge, route) in enumerate(zip(diagram.edges, stand.routes, strict=True), 1):
        x, y = route[1]
        yield _EDGE.format(
            number=number,
            look=edge.look.value,
            whole=safe_text(edge_sentence(edge, names, words)),
            path=_path(route),
            x=x,
            y=y - 3,
            label=edge_label(edge, words),
        )


def _short(edge: Edge, words: Mapping[str, str]) -> str:
    is_denied = edge.look is Look.CONTRADICTED
    return words[f"look_{edge.look}"] if is_denied or not edge.chance else edge.chance


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Return a curve through the points that is level at each of them."""
    (x, y), *others = points
    said = [f"M{x} {y}"]
    for to_x, to_y in others:
        bend = max(6, abs(to_x - x) // 2)
        said.append(f"C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}")
        x, y = to_x, to_y
    return "".join(said)


def _node(node: Node, stand: Placed, words: Mapping[str, str]) -> Markup:
    x, y = stand.corners[node.id]
    kind = words[f"kind_{node.kind}"]
    audited = words["audited"] if node.is_subject else ""
    said = ", ".join(filter(None, (audited, kind, node.terms)))
    return _NODE.format(
        kind=node.kind,
        subject=" subject" if node.is_subject else "",
        whole=safe_text(f"{node.label}: {said}"),
        x=x,
        y=y,
        width=WIDTH,
        height=HEIGHT,
        left=x + 9,
        first=y + 19,
        second=y + 36,
        label=escape(cut(node.label, _COLUMNS[0])),
        words=escape(cut(said, _COLUMNS[1])),
    )


def cut(text: str, columns: int) -> str:
    """Return as much of a text as so many columns hold."""
    shown = safe_text(text)
    if _columns(shown) <= columns:
        return shown
    kept = ""
    for char in shown:
        if _columns(kept + char) > columns - 1:
            break
        kept += char
    return f"{kept}\u2026"


def _columns(text: str) -> int:
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)
