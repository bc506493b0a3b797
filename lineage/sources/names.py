"""Names that repositories use for one another, as artifacts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from packageurl import PackageURL

from lineage.model import Artifact, Host, Kind, Repo
from lineage.sources.gitsites import SITES
from lineage.sources.giturl import git_address
from lineage.sources.modelscopeurl import scope_address, site_of
from lineage.sources.purls import git_purl, github_purl, hub_purl, unpinned
from lineage.sources.snapshot import TargetError

__all__ = [
    "address_of",
    "git_purl",
    "github_purl",
    "goes_by",
    "hub_purl",
    "named_artifact",
    "unpinned",
]

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_HUB_ID = re.compile(rf"(?:{_SEGMENT}/)?{_SEGMENT}")
_HUB_HOSTS = ("huggingface.co", "hf.co", "hf-mirror.com")


def named_artifact(name: str, kind: Kind) -> Artifact:
    """Return the artifact that a field such as ``base_model`` names, unopened.

    What is no repository's name (a path on the author's machine) becomes ``unresolved:`` and the
    name as written.
    """
    written = name.strip()
    purl = _purl(written, kind)
    return Artifact(
        id=purl or f"unresolved:{written}", kind=kind, name=written, revision=None, purl=purl
    )


def address_of(name: str) -> str | None:
    """Return the target that an artifact's purl stands for; None for one that is no address."""
    if not name.startswith("pkg:"):
        return None
    parts = PackageURL.from_string(name)
    where = "/".join(filter(None, (parts.namespace, parts.name)))
    match parts.type:
        case "huggingface":
            return f"hf:{where}"
        case "github":
            return f"https://github.com/{where}"
    qualifiers = parts.qualifiers if isinstance(parts.qualifiers, dict) else {}
    return qualifiers.get("vcs_url", "").removeprefix("git+") or None


def goes_by(repo: Repo, name: str) -> bool:
    """Say whether a repository is known by the name that a card gives a parent: ``org/name``.

    A directory is known by the end of its path, or by its place in the hub client's cache.
    """
    own = repo.id.lower()
    if repo.host is not Host.LOCAL:
        return own.removeprefix("hf_mirrors/").removeprefix("datasets/") == name
    folders = own.replace("\\", "/").split("/")
    cached = {"models--" + name.replace("/", "--"), "datasets--" + name.replace("/", "--")}
    return folders[-1] in (name, name.rpartition("/")[2]) or not cached.isdisjoint(folders)


def _purl(name: str, kind: Kind) -> str | None:
    try:
        parts = urlsplit(name)
    except ValueError:  # "http://[": written by somebody, no address
        return None
    if parts.scheme in ("http", "https") and parts.hostname:
        path = [part for part in parts.path.split("/") if part]
        host = parts.hostname.removeprefix("www.")
        if host in _HUB_HOSTS and len(path) >= 2:  # noqa: PLR2004 - org and name
            kind = Kind.DATASET if path[0] == "datasets" else kind
            start = 1 if path[0] in ("models", "datasets") else 0
            return _hub("/".join(path[start : start + 2]), kind)
        if site := site_of(name):
            return _scope(name, site)
        return _git(name) if parts.hostname in SITES else None
    return None if name.endswith((".gguf", ".bin", ".pt", ".safetensors")) else _hub(name, kind)


def _git(url: str) -> str | None:
    try:
        return git_address(url).purl(None)
    except TargetError:  # a page of the host that is no repository
        return None


def _scope(url: str, site: str) -> str | None:
    try:
        return scope_address(url, site).purl()
    except TargetError:  # a page of the host that is no repository
        return None


def _hub(name: str, kind: Kind) -> str | None:
    if not _HUB_ID.fullmatch(name):
        return None
    return hub_purl(f"datasets/{name}" if kind is Kind.DATASET else name)
