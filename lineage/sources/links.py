"""Addresses fit for people: percent-encoded, with line numbers, and without credentials."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_QUERY = re.compile(r"(?<=\S)[?#]\S*$")


@dataclass(frozen=True, slots=True)
class Pages:
    """How a host builds the addresses of its pages; ``{}`` stand for revision, path and lines."""

    tree: str
    file: str
    lines: str

    def of_revision(self, page: str, revision: str) -> str:
        """Return where a repository can be seen at a revision."""
        return page + self.tree.format(quote(revision, safe=""))

    def of_file(
        self, page: str, revision: str, path: str, lines: tuple[int, int] | None = None
    ) -> str:
        """Return where a file, or some lines of it, can be seen at a revision."""
        place = page + self.file.format(quote(revision, safe=""), percent_encoded(path))
        return place + self.lines.format(*lines) if lines else place


#: GitHub's form, which GitCode, AtomGit and Hugging Face share.
COMMON_PAGES = Pages(tree="/tree/{}", file="/blob/{}/{}", lines="#L{}-L{}")


def percent_encoded(path: str) -> str:
    """Return a path as it stands in a URL; bytes that are no UTF-8 are encoded as they are."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # a lone surrogate out of somebody's JSON
        return quote(path, safe="/", errors="replace")


def without_credentials(target: str) -> str:
    """Return what the user typed without the user name, password or token of its URL."""
    if "://" not in target:
        return target
    return _USERINFO.sub("", _QUERY.sub("", target))
