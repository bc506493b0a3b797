"""Where a card's ``license_link`` leads, told from its words alone: nothing is ever fetched."""

from __future__ import annotations

import ipaddress
import posixpath
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

from lineage.licences.knowledge import load
from lineage.licences.places import scope_of
from lineage.licences.tags import expression_of_tag
from lineage.model import Reading, Scope


class Where(StrEnum):
    """Where a link leads."""

    #: To a path of the repository itself.
    INSIDE = "inside"
    #: Out of the repository by its own path: ``../LICENSE``.
    ABOVE = "above"
    #: To a page that anybody may open.
    OUTSIDE = "outside"
    #: To a place that only its author can reach: a file, a private or loopback address.
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, and where it leads."""

    where: Where
    #: The path in the repository, or the address without credentials, query and fragment.
    target: str
    #: SPDX expression of the licence that stands on that page, where the page is a known one.
    expression: str | None = None
    #: False where it is the page of a model, whose licence may have changed.
    is_licence_page: bool = True


_HUB = frozenset({"huggingface.co", "hf.co", "hf-mirror.com"})
_PRIVATE_NAMES = (".local", ".internal", ".lan", ".localhost", ".intranet", ".corp", ".home.arpa")
_ON_A_DISK = re.compile(r"file:.*|~.*|[A-Za-z]:[\\/].*|\\\\.*", re.IGNORECASE)
#: ``/blob/main/LICENSE`` of a file's page.
_FILE_PAGE = re.compile(r"/(?:blob|resolve|raw|tree)/[^/]+/(?P<path>.+)")
#: What the repository's own page may end in.
_REVISION = re.compile(r"(?:/tree/.*|\.git|/)$")
#: Pages of licences; group 1, and 2 where there is one, make the identifier.
_PAGES = (
    (re.compile(r"choosealicense\.com/licenses/([\w.-]+)"), "{}"),
    (re.compile(r"opensource\.org/licenses?/([\w.-]+?)(?:\.php|\.html)?"), "{}"),
    (re.compile(r"spdx\.org/licenses/([\w.+-]+?)(?:\.html|\.txt|\.json)?"), "{}"),
    (re.compile(r"apache\.org/licenses/LICENSE-(2\.0)(?:\.txt|\.html)?"), "apache-{}"),
    (re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)(?:/.*)?"), "cc-{}-{}"),
    (re.compile(r"creativecommons\.org/publicdomain/zero/(1\.0)(?:/.*)?"), "cc0-{}"),
    (re.compile(r"ai\.google\.dev/(gemma)/terms"), "{}"),
    (re.compile(r"llama\.(?:meta\.)?com/(llama3)/license"), "{}"),
    (re.compile(r"llama\.(?:meta\.)?com/(llama\d)_(\d)/license"), "{}.{}"),
    (re.compile(r"llama\.(?:meta\.)?com/(llama4)/license"), "{}"),
)  # fmt: skip


def link_of(written: str, reading: Reading) -> Link:
    """Return where a link of the repository's card leads."""
    written = written.strip()
    if _ON_A_DISK.fullmatch(written):
        return Link(Where.PRIVATE, written)
    try:
        parts = urlsplit(written)
        host = parts.hostname
    except ValueError:  # "http://[": no address
        return Link(Where.INSIDE, written)
    if parts.scheme in ("http", "https") and host:
        return _address(parts, host.removeprefix("www."), reading)
    return _path(written, reading)


def _address(parts: SplitResult, host: str, reading: Reading) -> Link:
    path = unquote(parts.path).rstrip("/")
    shown = f"{parts.scheme}://{host}{parts.path}"
    if _is_private(host):
        return Link(Where.PRIVATE, shown)
    own = _REVISION.sub("", re.sub(r"https?://(?:www\.)?", "", reading.repo.url))
    if f"{host}{path}/".lower().startswith(f"{own}/".lower()) and own:
        file = _FILE_PAGE.search(path)
        return Link(Where.INSIDE, posixpath.normpath(file["path"]) if file else "")
    if host in _HUB and (model := _model_of(path)):
        return Link(Where.OUTSIDE, shown, model, is_licence_page=False)
    return Link(Where.OUTSIDE, shown, _expression_of_page(f"{host}{path}"))


def _model_of(path: str) -> str | None:
    """Return the expression of the licence under which a hub model's maker publishes it."""
    names = path.strip("/").split("/")
    if len(names) < 2 or scope_of(path) is Scope.CODE:  # noqa: PLR2004 - org and name
        return None
    covered = load().of_model("/".join(names[:2]))
    return covered.licence.spdx if covered else None


def _expression_of_page(page: str) -> str | None:
    for pattern, name in _PAGES:
        if found := pattern.fullmatch(page):
            return expression_of_tag(name.format(*found.groups()).lower())
    return None


def _path(written: str, reading: Reading) -> Link:
    path = unquote(re.split(r"[?#]", written, maxsplit=1)[0])
    listed = {entry.path for entry in reading.files}
    if path.startswith("/") and path.lstrip("/") not in listed:
        return Link(Where.PRIVATE if path.count("/") > 1 else Where.INSIDE, path)
    inside = posixpath.normpath(path.lstrip("/"))
    return Link(Where.ABOVE if inside.split("/")[0] == ".." else Where.INSIDE, inside)


def _is_private(host: str) -> bool:
    """Say whether a host's name or number stands for a place that others cannot reach."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(_PRIVATE_NAMES)
