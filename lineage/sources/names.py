"""Names that repositories use for one another, as artifacts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from packageurl import PackageURL

from lineage.model import Artifact, Host, Kind

_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
_HUB_ID = re.compile(rf"(?:{_SEGMENT}/)?{_SEGMENT}")
_HUB_HOSTS = ("huggingface.co", "hf.co", "hf-mirror.com")
_GIT_HOSTS = {"github.com": "github"}


def hub_purl(name: str, revision: str | None = None) -> str:
    """Return the purl of a Hugging Face repository: ``pkg:huggingface/org/name@revision``."""
    namespace, _, short = name.rpartition("/")
    return PackageURL("huggingface", namespace or None, short, revision).to_string()


def github_purl(owner: str, name: str, revision: str | None = None) -> str:
    """Return the purl of a GitHub repository."""
    return PackageURL("github", owner.lower(), name.lower(), revision).to_string()


def git_purl(name: str, url: str, revision: str | None) -> str:
    """Return the generic purl of any other git repository, which carries its address."""
    at = f"@{revision}" if revision else ""
    return PackageURL(
        "generic", None, name, revision, qualifiers={"vcs_url": f"git+{url}{at}"}
    ).to_string()


def directory_purl(name: str, revision: str | None) -> str:
    """Return the purl of a local directory: its name, never the place on somebody's disk."""
    readable = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return PackageURL("generic", None, readable or "root", revision).to_string()


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
        if host in _GIT_HOSTS and len(path) >= 2:  # noqa: PLR2004
            return github_purl(path[0], path[1].removesuffix(".git"))
        return None
    return None if name.endswith((".gguf", ".bin", ".pt", ".safetensors")) else _hub(name, kind)


def _hub(name: str, kind: Kind) -> str | None:
    if not _HUB_ID.fullmatch(name):
        return None
    return hub_purl(f"datasets/{name}" if kind is Kind.DATASET else name)


def unpinned(purl: str) -> str:
    """Return the purl without its revision; what is no purl is returned as it is."""
    if not purl.startswith("pkg:"):
        return purl
    parts = PackageURL.from_string(purl)
    qualifiers = parts.qualifiers if isinstance(parts.qualifiers, dict) else {}
    # A generic purl repeats the commit in its address: git+https://host/o/r@<commit>.
    pin = f"@{parts.version}"
    kept = {key: value.removesuffix(pin) for key, value in qualifiers.items()}
    return PackageURL(parts.type, parts.namespace, parts.name, None, kept).to_string()


def host_of(purl: str) -> Host:
    """Return the kind of host that a purl's type stands for."""
    kind = PackageURL.from_string(purl).type
    return {"huggingface": Host.HUGGINGFACE, "github": Host.GITHUB}.get(kind, Host.GIT)
