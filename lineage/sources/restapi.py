"""The REST APIs of GitHub and GitCode, asked for what git itself does not say or send.

GitHub: https://docs.github.com/rest/repos/repos and https://docs.github.com/rest/git/blobs. GitCode
answers in the shape of Gitee's version 5: https://docs.gitcode.com/docs/apis/. They are never
needed: whoever is refused here knows less, and says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from lineage.model import Exhibit, Host, HostFact
from lineage.sources.giturl import GitAddress
from lineage.sources.http import Client, HostError, Json
from lineage.sources.keys import api_key
from lineage.sources.links import percent_encoded, without_credentials

_GITHUB = "https://api.github.com"
_GITCODE = "https://api.gitcode.com/api/v5"
_SITES = {Host.GITHUB: "github.com", Host.GITCODE: "gitcode.com"}
_RAW = "application/vnd.github.raw+json"
_FULL_NAME = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[\w.-]{1,100}(?:/[\w.-]{1,100}){1,2}")
_ANSWER_LIMIT = 1 << 20
#: Facts are a courtesy: nobody waits for them as for a file.
_PATIENCE = 10.0
_LONGEST_WAIT = 1.0


@dataclass(frozen=True, slots=True)
class RestApi:
    """A repository as its host's API knows it."""

    host: Host
    #: The repository's address in the API.
    url: str

    def facts(self, client: Client) -> tuple[HostFact, ...]:
        """Return what the host says of the repository; where it does not, that it was not asked."""
        key = api_key(self.host)
        if self.host is Host.GITCODE and not key.secrets:
            return (self._fact("host_api", f"not asked: {key.advice}"),)
        hasty = Client(traffic=client.traffic, timeout=_PATIENCE, longest=_LONGEST_WAIT)
        try:
            with hasty:
                said = hasty.get_json(self.url, secrets=key.secrets, limit=_ANSWER_LIMIT)
        except HostError as error:
            return (self._fact("host_api", f"not asked: {error.reason}"),)
        found = _said(said, _SITES[self.host]) if isinstance(said, dict) else iter(())
        return tuple(self._fact(name, value) for name, value in found)

    def content(self, client: Client, path: str, blob: str, commit: str, limit: int) -> bytes:
        """Return a file of git's own of at most ``limit`` bytes.

        Raises:
            HostError: the host does not send it.
        """
        secrets = api_key(self.host).secrets
        if self.host is Host.GITHUB:
            url, headers = f"{self.url}/git/blobs/{blob}", {"Accept": _RAW}
        else:
            url = f"{self.url}/raw/{percent_encoded(path)}?ref={commit}"
            headers = {}
        return client.get_bytes(url, limit=limit, secrets=secrets, headers=headers)

    def _fact(self, name: str, value: str) -> HostFact:
        return HostFact(name, value, Exhibit("", url=without_credentials(self.url)))


def api_of(address: GitAddress) -> RestApi | None:
    """Return a repository's address in its host's API; None where none is known."""
    owner, _, name = address.id.rpartition("/")
    base = _base(address)
    if base is None or not _FULL_NAME.fullmatch(address.id):
        return None
    return RestApi(address.host, f"{base}/repos/{quote(owner, safe='')}/{quote(name, safe='')}")


def _base(address: GitAddress) -> str | None:
    """Return where the API is; the variables are those of the hosts' own runners and tools.

    AtomGit has GitCode's software, but no token of GitCode's is good there.
    """
    if address.host is Host.GITHUB:
        server = urlsplit(os.environ.get("GITHUB_SERVER_URL", "")).hostname
        return _chosen("GITHUB_API_URL", _GITHUB) if server in (None, "github.com") else _GITHUB
    if address.host is Host.GITCODE and urlsplit(address.page).hostname == "gitcode.com":
        return _chosen("GITCODE_API_URL", _GITCODE)
    return None


def _chosen(variable: str, default: str) -> str:
    chosen = os.environ.get(variable, "").strip().rstrip("/")
    return chosen if urlsplit(chosen).scheme in ("http", "https") else default


def _said(repository: Mapping[str, Json], site: str) -> Iterator[tuple[str, str]]:
    """Yield facts by their names, none of which is concluded from."""
    if repository.get("archived") is True:
        yield "archived", "true"
    if repository.get("fork") is True:
        for name, member in (("fork_of", "parent"), ("fork_source", "source")):
            if found := _full_name(repository.get(member)):
                yield name, f"https://{site}/{found}"
    licence = repository.get("license")
    spdx = licence.get("spdx_id") if isinstance(licence, dict) else licence
    if isinstance(spdx, str) and re.fullmatch(r"[\w.+-]{1,100}", spdx) and spdx != "NOASSERTION":
        yield "host_license", spdx


def _full_name(repository: Json) -> str | None:
    """Return the ``owner/name`` by which a host calls a repository."""
    name = repository.get("full_name") if isinstance(repository, dict) else None
    return name if isinstance(name, str) and _FULL_NAME.fullmatch(name) else None
