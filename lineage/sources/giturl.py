"""The forms in which people write the address of a git repository."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from lineage.model import Host
from lineage.sources.links import COMMON_PAGES, Pages, without_credentials
from lineage.sources.purls import git_purl, github_purl
from lineage.sources.snapshot import TargetError


@dataclass(frozen=True, slots=True)
class GitAddress:
    """A git repository as its host knows it."""

    host: Host
    #: ``owner/name``, or as many levels as the host has; the path for a repository on disk.
    id: str
    #: What git is given. It may carry credentials and is never shown.
    remote: str
    #: The repository's page, or its git URL where no page is known; without credentials.
    page: str
    #: How the host addresses a file; None where that is not known.
    pages: Pages | None = None
    #: Revisions that the URL may mean, likeliest first: a branch may have slashes in its name.
    revisions: tuple[str, ...] = ()

    def purl(self, commit: str | None) -> str:
        """Return the package URL at a commit."""
        if self.host is Host.GITHUB:
            owner, name = self.id.split("/")
            return github_purl(owner, name, commit)
        name = self.id.rpartition("/")[2].removesuffix(".git")
        return git_purl(name or "root", self.page + (".git" if self.pages else ""), commit)


@dataclass(frozen=True, slots=True)
class Site:
    """A well-known git host."""

    #: The name under which it serves git and pages.
    name: str
    host: Host
    pages: Pages
    #: Most levels of an id.
    levels: int = 2


_GITHUB = Site("github.com", Host.GITHUB, COMMON_PAGES)
_GITCODE = Site("gitcode.com", Host.GITCODE, COMMON_PAGES, levels=3)
_ATOMGIT = Site("atomgit.com", Host.GITCODE, COMMON_PAGES, levels=3)
_FORGEJO = Pages("/src/commit/{}", "/src/commit/{}/{}", "#L{}-L{}")
_GITLAB = Pages("/-/tree/{}", "/-/blob/{}/{}", "#L{}-{}")

#: GitCode and AtomGit have further names for their pages; clones are served by the bare one.
SITES: dict[str, Site] = {
    "ai.atomgit.com": _ATOMGIT,
    "ai.gitcode.com": _GITCODE,
    "atomgit.com": _ATOMGIT,
    "codeberg.org": Site("codeberg.org", Host.GIT, _FORGEJO),
    "gitcode.com": _GITCODE,
    "gitee.com": Site("gitee.com", Host.GIT, COMMON_PAGES),
    "github.com": _GITHUB,
    "gitlab.com": Site("gitlab.com", Host.GIT, _GITLAB, levels=20),
    "hub.gitcode.com": _GITCODE,
    "raw.gitcode.com": _GITCODE,
    "www.atomgit.com": _ATOMGIT,
    "www.gitcode.com": _GITCODE,
    "www.github.com": _GITHUB,
}

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_PLAIN = r"[^\x00-\x20\x7f\"\\]"
_URL = re.compile(rf"(?:git\+)?(?:https?|ssh|file)://{_PLAIN}+", re.IGNORECASE)
_SCP = re.compile(rf"(?P<login>[A-Za-z0-9_][\w.-]*@(?P<host>{_HOST}):)(?!/)(?P<path>{_PLAIN}+)")
_NAME = re.compile(r"(?!\.{1,2}$)[\w.~+-]+")

#: What follows the id in the address of a page that stands for a revision …
_REVISION_ROUTES = frozenset(
    {"blame", "blob", "commit", "commits", "raw", "resolve", "src", "tree"}
)
#: … and of one that shows the repository as it is today.
_FRONT_ROUTES = frozenset({"blobs", "files", "model-inference", "overview"})
_ROUTES = _REVISION_ROUTES | _FRONT_ROUTES | {"-", "pull", "releases"}
#: Owner and name: a route comes no earlier.
_LEAST = 2
_REF_KINDS = frozenset({"branch", "commit", "tag"})
#: Slashes that a branch's name in a URL may have, and one.
_CANDIDATES = 4


def is_git_url(target: str) -> bool:
    """Say whether the target is written as a git URL, or as a page of a well-known git host."""
    bare = re.split(r"[/?#]", target, maxsplit=1)[0].lower() in SITES
    return bare or bool(_URL.fullmatch(target) or _SCP.fullmatch(target))


def git_address(target: str) -> GitAddress:
    """Return the repository, and the revision if any, that a URL stands for.

    Raises:
        TargetError: the URL names no repository.
    """
    if scp := _SCP.fullmatch(target):
        return _address(target, scp["host"], scp["login"], scp["path"])
    url = target.removeprefix("git+")
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        hostname, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise TargetError(without_credentials(target), "it is no URL") from error
    if parts.scheme == "file":
        if parts.netloc not in ("", "localhost"):
            raise TargetError(target, "it names another machine", "write file:///path")
        return address_on_disk(unquote(parts.path))
    if not re.fullmatch(_HOST, hostname):
        raise TargetError(without_credentials(target), "it names no host")
    site = SITES.get(hostname) if port is None else None
    login, _, place = parts.netloc.rpartition("@")
    if site and parts.scheme != "ssh":
        parts = parts._replace(scheme="https")
        place = site.name
    base = f"{parts.scheme}://{login}@{place}/" if login else f"{parts.scheme}://{place}/"
    return _address(target, hostname if port is None else place, base, parts.path)


def address_on_disk(path: str) -> GitAddress:
    """Return the address of a git repository in a directory of this machine."""
    url = f"file://{quote(path, safe='/')}"
    return GitAddress(host=Host.GIT, id=path, remote=url, page=url)


def _address(target: str, hostname: str, base: str, path: str) -> GitAddress:
    """Return the address of what git finds at ``base`` and the path's first segments."""
    names, rest = _split([part for part in path.split("/") if part])
    site = SITES.get(hostname.lower())
    if not names or not all(_NAME.fullmatch(unquote(name)) for name in names):
        raise TargetError(without_credentials(target), "it names no repository")
    if site is None:
        where = "/".join(names)
        page = without_credentials(base + where)
        found = GitAddress(Host.GIT, where.removesuffix(".git"), base + where, page)
    else:
        name = "/".join(names).removesuffix(".git")
        _expect_levels(target, site, len(names), mirror=names[0] == "hf_mirrors")
        page = f"https://{site.name}/{name}"
        found = GitAddress(site.host, name, f"{base}{name}.git", page, site.pages)
    return replace(found, revisions=_revisions(target, found.page, rest))


def _split(segments: list[str]) -> tuple[list[str], list[str]]:
    """Return the segments that name the repository, and those that lead into it."""
    for index, segment in enumerate(segments):
        if index >= _LEAST and segment in _ROUTES:
            return segments[:index], segments[index:]
        if segment.endswith(".git"):
            return segments[: index + 1], segments[index + 1 :]
    return segments, []


def _expect_levels(target: str, site: Site, levels: int, *, mirror: bool) -> None:
    # hf_mirrors holds organisations, not repositories.
    if not (_LEAST + mirror) <= levels <= site.levels:
        form = "hf_mirrors/organisation/name" if mirror else "owner/name"
        raise TargetError(
            without_credentials(target),
            "it names no repository",
            f"the form is https://{site.name}/{form}, or that and /tree/ and a revision",
        )


def _revisions(target: str, page: str, rest: list[str]) -> tuple[str, ...]:
    """Return what the part of a URL after the repository may name, likeliest first."""
    route, *tail = [unquote(part) for part in rest if part != "-"] or [""]
    if route == "pull" and tail and tail[0].isdecimal():
        return (f"refs/pull/{tail[0]}/head",)
    if route == "releases" and tail[:1] == ["tag"]:
        route, tail = "tree", tail[1:]
    elif route == "src" and tail and tail[0] in _REF_KINDS:
        tail = tail[1:]
    if route in _REVISION_ROUTES:
        return tuple("/".join(tail[:end]) for end in range(1, min(len(tail), _CANDIDATES) + 1))
    if route and route not in _FRONT_ROUTES:
        raise TargetError(
            without_credentials(target), "it is a page about the repository", f"give {page}"
        )
    return ()
