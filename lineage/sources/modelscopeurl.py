"""The forms in which people write the address of a repository of ModelScope."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from lineage.sources.links import without_credentials
from lineage.sources.purls import git_purl
from lineage.sources.snapshot import TargetError

#: Its two sites, which keep repositories of their own.
SITES = {
    "modelscope.ai": "modelscope.ai",
    "modelscope.cn": "modelscope.cn",
    "www.modelscope.ai": "modelscope.ai",
    "www.modelscope.cn": "modelscope.cn",
}
KINDS = ("models", "datasets")
_SEGMENT = re.compile(r"(?!\.{1,2}$)\w[\w.-]{0,127}")
_OWNERS = frozenset({"organization", "organizations", "profile", "user", "users"})
#: What follows the id in the address of a page that stands for a revision; ``file/view`` too.
_REVISION_ROUTES = frozenset({"blob", "raw", "resolve", "tree"})
_KIND_OWNER_NAME = 3


@dataclass(frozen=True, slots=True)
class ScopeAddress:
    """A repository of ModelScope."""

    site: str
    #: ``models`` or ``datasets``.
    kind: str
    #: ``org/name``.
    name: str
    revision: str | None = None

    @property
    def id(self) -> str:
        """``org/name``, or ``datasets/org/name``, as on other hubs."""
        return self.name if self.kind == "models" else f"{self.kind}/{self.name}"

    @property
    def page(self) -> str:
        """The repository's page."""
        return f"https://{self.site}/{self.kind}/{self.name}"

    def purl(self, commit: str | None = None) -> str:
        """Return the package URL, which carries the git address that the site gives."""
        return git_purl(self.name.partition("/")[2], f"{self.page}.git", commit)


def site_of(target: str) -> str | None:
    """Return the site that a URL, with or without its scheme, leads to; None for another host."""
    try:
        parts = urlsplit(target if "://" in target else f"https://{target}")
        usual = parts.port in (None, 80, 443)
    except ValueError:
        return None
    is_web = parts.scheme.lower() in ("http", "https", "git+https")
    return SITES.get(parts.hostname or "") if is_web and usual else None


def scope_address(target: str, site: str) -> ScopeAddress:
    """Return the repository, and the revision if any, that a URL of a site stands for.

    Raises:
        TargetError: it stands for none.
    """
    parts = urlsplit(target if "://" in target else f"https://{target}")
    segments = [unquote(part) for part in parts.path.split("/") if part]
    if segments and segments[-1].endswith(".git"):
        segments[-1] = segments[-1].removesuffix(".git")
        segments = segments if segments[0] in KINDS else ["models", *segments]
    shown = without_credentials(target)
    if len(segments) < _KIND_OWNER_NAME or segments[0] not in KINDS:
        raise _no_repository(shown, site, segments)
    kind, owner, name, *rest = segments
    if not _SEGMENT.fullmatch(owner) or not _SEGMENT.fullmatch(name):
        raise _no_repository(shown, site, [])
    revision = _revision(rest) or next(iter(parse_qs(parts.query).get("version", ())), None)
    return ScopeAddress(site, kind, f"{owner}/{name}", revision)


def _revision(rest: list[str]) -> str | None:
    """Return the revision that a page shows: its name holds no slash there."""
    if rest[:2] == ["file", "view"]:
        rest = ["tree", *rest[2:]]
    is_of_revision = len(rest) > 1 and rest[0] in _REVISION_ROUTES
    return rest[1] if is_of_revision else None


def _no_repository(shown: str, site: str, segments: list[str]) -> TargetError:
    form = f"https://{site}/models/org/name or https://{site}/datasets/org/name"
    first = segments[0] if segments else ""
    if first in _OWNERS or (first in KINDS and len(segments) == _KIND_OWNER_NAME - 1):
        reason, advice = "it is a user or an organisation", "give one of its repositories: "
        return TargetError(shown, reason, f"{advice}the form is {form}")
    if first == "studios":
        return TargetError(shown, "a studio cannot be audited", f"models and data sets can: {form}")
    return TargetError(shown, "it names no repository of ModelScope", f"the form is {form}")
