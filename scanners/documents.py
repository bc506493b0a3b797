"""Documents at the root that users of a release read: where credit and required words may stand."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.model import Document, Evidence, Scope
from lineage.sources.file import SourceFile

NAME = "documents"
PATTERNS = (
    "readme*",
    "*model?card*",
    "*modelcard*",
    "about*",
    "attribution*",
    "credits*",
    "index.html",
    "index.md",
)
ABOUT = Scope.DOCS

#: Bytes of a text that are kept.
_LIMIT = 256 << 10
_PROSE = ("", "md", "markdown", "rst", "txt", "html", "htm", "adoc")


def scan(file: SourceFile) -> Iterator[Evidence]:
    """Yield the document's text, for words to be looked up in."""
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    if "/" in file.path or ending not in _PROSE:
        return
    yield Document(file.text[:_LIMIT], file.exhibit())
