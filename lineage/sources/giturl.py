"""The forms in which people write the address of a git repository."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from lineage.model import Host
from lineage.sources.gitsites import (
    BARE_REVISIONS,
    ELSEWHERE,
    FRONT_ROUTES,
    OTHER_ROUTES,
    REVISION_ROUTES,
    ROUTES,
    SITES,
    Site,
)
from lineage.sources.links import Pages, without_credentials
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


_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_PLAIN = r"[^\x00-\x20\x7f\"\\]"
_URL = re.compile(rf"(?:git\+)?(?:https?|ssh|file)://{_PLAIN}+", re.IGNORECASE)
_SCP = re.compile(rf"(?P<login>[A-Za-z0-9_][\w.-]*@(?P<host>{_HOST}):)(?!/)(?P<path>{_PLAIN}+)")
_NAME = re.compile(r"(?!\.{1,2}$)[\w.~+-]+")

#: Owner and name: a route comes no earlier.
_LEAST = 2
#: Most levels that ids have where pages are told from repositories by their names.
_DEEPEST = 3
_REF_KINDS = frozenset({"branch", "commit", "tag"})
_FULL_REFS = frozenset({("refs", "heads"), ("refs", "tags")})
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
    if hostname in ELSEWHERE:
        reason = "it is no address of a repository"
        raise TargetError(without_credentials(target), reason, f"give {ELSEWHERE[hostname]}")
    usual = port is None or parts.scheme == "ssh" or (parts.scheme, port) == ("https", 443)
    site = SITES.get(hostname) if usual else None
    login, _, place = parts.netloc.rpartition("@")
    if site and parts.scheme != "ssh":
        parts = parts._replace(scheme="https")
        place = site.name
    base = f"{parts.scheme}://{login}@{place}/" if login else f"{parts.scheme}://{place}/"
    return _address(target, hostname if usual else place, base, parts.path)


def address_on_disk(path: str) -> GitAddress:
    """Return the address of a git repository in a directory of this machine."""
    url = f"file://{quote(path, safe='/')}"
    return GitAddress(host=Host.GIT, id=path, remote=url, page=url)


def _address(target: str, hostname: str, base: str, path: str) -> GitAddress:
    """Return the address of what git finds at ``base`` and the path's first segments."""
    hostname = hostname.lower()
    site = SITES.get(hostname)
    segments = [part for part in path.split("/") if part]
    if hostname in BARE_REVISIONS:
        segments[_LEAST:_LEAST] = ["raw"]
    names, rest = _split(segments, site)
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


def _split(segments: list[str], site: Site | None) -> tuple[list[str], list[str]]:
    """Return the segments that name the repository, and those that lead into it."""
    least = _LEAST + (segments[:1] == ["hf_mirrors"])
    # Where ids may have any depth, a repository may be called like a page.
    routes = ROUTES if site and site.levels <= _DEEPEST else ROUTES - OTHER_ROUTES
    for index, segment in enumerate(segments):
        if index >= least and segment in routes:
            return segments[:index], segments[index:]
        if segment.endswith(".git"):
            return segments[: index + 1], segments[index + 1 :]
    return segments, []


def _expect_levels(target: str, site: Site, levels: int, *, mirror: bool) -> None:
    # hf_mirrors holds organisations, not repositories.
    if not (_LEAST + mirror) <= levels <= site.levels:
        form = "hf_mirrors/organisation/name" if mirror else "owner/name"
        is_owner = levels == 1 + mirror
        raise TargetError(
            without_credentials(target),
            "it is a user or an organisation" if is_owner else "it names no repository",
            f"{'give one of its repositories: ' if is_owner else ''}the form is "
            f"https://{site.name}/{form}, or that and /tree/ and a revision",
        )


def _revisions(target: str, page: str, rest: list[str]) -> tuple[str, ...]:
    """Return what the part of a URL after the repository may name, likeliest first."""
    route, *tail = [unquote(part) for part in rest if part != "-"] or [""]
    if route == "pull" and tail and tail[0].isdecimal():
        return (f"refs/pull/{tail[0]}/head",)
    if route == "releases" and tail[:1] == ["tag"]:
        route, tail = "tree", tail[1:]
    elif (route == "src" and tail[:1] and tail[0] in _REF_KINDS) or (
        route == "commits" and tail[:1] == ["detail"]
    ):
        tail = tail[1:]
    if route in REVISION_ROUTES:
        least = 3 if len(tail) > _LEAST and (tail[0], tail[1]) in _FULL_REFS else 1
        most = min(len(tail), _CANDIDATES + least - 1)
        return tuple("/".join(tail[:end]) for end in range(least, most + 1))
    if route and route not in FRONT_ROUTES:
        raise TargetError(
            without_credentials(target), "it is a page about the repository", f"give {page}"
        )
    return ()
