"""Package URLs of repositories (https://github.com/package-url/purl-spec)."""

from __future__ import annotations

import re

from packageurl import PackageURL


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


def package_purl(name: str, version: str | None = None) -> str:
    """Return the purl of a package of Python: its name as PyPI normalises it (PEP 503)."""
    normal = re.sub(r"[-_.]+", "-", name).lower()
    return PackageURL("pypi", None, normal, version).to_string()


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
