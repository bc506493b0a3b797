"""The well-known git hosts: under which names they serve what, and what their pages look like."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.model import Host
from lineage.sources.links import COMMON_PAGES, Pages


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
#: AtomGit moved to GitCode's software and shares its id space (``hf_mirrors`` and all).
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
    "raw.githubusercontent.com": _GITHUB,
    "ssh.github.com": _GITHUB,
    "www.atomgit.com": _ATOMGIT,
    "www.gitcode.com": _GITCODE,
    "www.github.com": _GITHUB,
}

#: Hosts that serve no git and no pages; the form that a person means.
ELSEWHERE = {
    "api.atomgit.com": "https://atomgit.com/owner/name",
    "api.gitcode.com": "https://gitcode.com/owner/name",
    "api.github.com": "https://github.com/owner/name",
    "codeload.github.com": "https://github.com/owner/name",
}

#: How git reaches the Hugging Face hub over ssh (https://huggingface.co/docs/hub/security-git-ssh).
HUB_OVER_SSH = (
    "git@hf.co:",
    "git@huggingface.co:",
    "ssh://git@hf.co/",
    "ssh://git@huggingface.co/",
)

#: Hosts whose addresses hold the revision right after owner and name.
BARE_REVISIONS = frozenset({"raw.githubusercontent.com"})

#: What follows the id in the address of a page that stands for a revision …
REVISION_ROUTES = frozenset({"blame", "blob", "commit", "commits", "raw", "resolve", "src", "tree"})
#: … of one that shows the repository as it is today …
FRONT_ROUTES = frozenset({"blobs", "files", "model-inference", "overview"})
#: … and of one that shows something else about it.
OTHER_ROUTES = frozenset(
    {
        "actions",
        "archive",
        "branches",
        "discussion",
        "discussions",
        "forks",
        "graphs",
        "issues",
        "members",
        "merge_requests",
        "milestones",
        "network",
        "pipelines",
        "projects",
        "pulls",
        "pulse",
        "security",
        "settings",
        "stargazers",
        "tags",
        "watchers",
        "wiki",
        "wikis",
    }
)
ROUTES = REVISION_ROUTES | FRONT_ROUTES | OTHER_ROUTES | {"-", "pull", "releases"}
