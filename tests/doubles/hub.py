"""A loopback server that speaks the Hugging Face hub's API to the real client.

    with Hub() as hub:
        hub.add("org/name", {"config.json": "{}", "model.safetensors": Hosted(b"…")}, gated="auto")
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        open_snapshot("hf:org/name")
        assert [request.path for request in hub.requests] == [...]

It serves what huggingface_hub 1.31 to 2.x asks for: ``/api/models/{id}[/revision/{r}][?blobs=true]``,
``…/tree/{r}``, ``…/paths-info/{r}``, and ``/{id}/resolve/{r}/{file}`` by HEAD and GET with ranges;
the same for data sets and spaces. As on the hub, a ``Hosted`` file (one of Git LFS) is sent from a
second host, reached by a redirect; its requests are in ``hub.storage``. Both listen and fail as
``tests.doubles.hosts.loopback`` does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import parse_qs, unquote, urlencode

from tests.doubles.hosts.faults import Fault, FaultPlan
from tests.doubles.hosts.loopback import Answer, Json, Loopback, Request, file_answer, json_answer
from tests.doubles.memory import Hosted

__all__ = ["Content", "Fault", "Hub", "HubRepo", "Request"]

Content: TypeAlias = bytes | str | Hosted

_API = re.compile(
    r"/api/(?P<type>models|datasets|spaces)/(?P<id>[^/]+(?:/[^/]+)?)"
    r"(?:/(?P<what>revision|tree|paths-info)/(?P<rev>[^/]+))?"
)
_RESOLVE = re.compile(
    r"/(?:(?P<type>datasets|spaces)/)?(?P<id>[^/]+(?:/[^/]+)?)/resolve/(?P<rev>[^/]+)/(?P<file>.+)"
)


@dataclass(frozen=True, slots=True)
class HubRepo:
    """A repository on the hub at its one commit."""

    type: str
    name: str
    commit: str
    contents: Mapping[str, Content]
    #: What the API says beside the files: ``gated``, ``private``, ``tags``, ``cardData``, …
    facts: Mapping[str, Json]
    #: The token that reads a gated or private repository; None for a public one.
    token: str | None
    branches: tuple[str, ...]


class Hub:
    """The hub: repositories, the requests that came in, and faults to come."""

    def __init__(self) -> None:
        self._repos: dict[tuple[str, str], HubRepo] = {}
        #: Entries on one page of a tree.
        self.page_size = 1000
        plan = FaultPlan()
        storage = _Storage(self, plan)
        self._hosts = (_Hub(self, plan, storage.endpoint), storage)
        self.plan = plan
        self.requests = self._hosts[0].requests
        #: Requests to the host that large files are sent from.
        self.storage = storage.requests
        self.endpoint = self._hosts[0].endpoint
        self.storage_endpoint = storage.endpoint

    def add(
        self,
        name: str,
        contents: Mapping[str, Content],
        *,
        type: str = "models",  # noqa: A002 - the hub's word
        token: str | None = None,
        branches: tuple[str, ...] = ("main",),
        **facts: Json,
    ) -> str:
        """Put a repository on the hub; return its commit.

        ``gated="auto"`` with a ``token`` lets everybody list it and only the token read its files;
        ``private=True`` hides it from everybody else.
        """
        digest = hashlib.sha1(name.encode())
        for path in sorted(contents):
            digest.update(path.encode("utf-8", "surrogatepass") + b"\0" + _data(contents[path]))
        commit = digest.hexdigest()
        self._repos[type, name] = HubRepo(type, name, commit, contents, facts, token, branches)
        return commit

    def fail(self, pattern: str, *faults: Fault) -> None:
        """Answer the next requests whose path matches the pattern with these faults, in order."""
        self.plan.add(pattern, *faults)

    def repo(self, type_: str, name: str) -> HubRepo | None:
        return self._repos.get((type_, name))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for host in self._hosts:
            host.close()


class _Hub(Loopback):
    """The host of the API and of small files."""

    def __init__(self, hub: Hub, plan: FaultPlan, storage: str) -> None:
        self._hub = hub
        self._storage = storage
        super().__init__(plan)

    def answer(self, request: Request) -> Answer:
        if api := _API.fullmatch(request.route):
            return self._api(request, api)
        if found := _RESOLVE.fullmatch(request.route):
            return self._resolve(request, found)
        return _refusal(404, "RepoNotFound")

    def _repo(self, request: Request, found: re.Match[str]) -> HubRepo | Answer:
        """Return the repository that is asked for, or how the hub refuses."""
        repo = self._hub.repo(found["type"] or "models", unquote(found["id"]))
        hidden = repo and repo.facts.get("private") and request.token != repo.token
        if repo is None or hidden:
            return _refusal(401 if request.token is None else 404, "RepoNotFound")
        revision = unquote(found["rev"] or "main")
        if revision not in (*repo.branches, repo.commit):
            return _refusal(404, "RevisionNotFound")
        return repo

    def _api(self, request: Request, found: re.Match[str]) -> Answer:
        repo = self._repo(request, found)
        if isinstance(repo, Answer):
            return repo
        if found["what"] not in ("tree", "paths-info"):
            return json_answer(_info(repo, blobs="blobs" in request.query))
        wanted = parse_qs(request.body.decode()).get("paths")
        entries = [
            _tree_entry(path, content)
            for path, content in repo.contents.items()
            if wanted is None or path in wanted
        ]
        return self._page(request, entries)

    def _page(self, request: Request, entries: list[Json]) -> Answer:
        """Return the part of a listing that a request asks for, and where the next one is."""
        start = int(request.query.get("cursor", ["0"])[0])
        stop = start + min(self._hub.page_size, int(request.query.get("limit", ["1000"])[0]))
        link = f"<{self.endpoint}{request.route}?{urlencode({'limit': 1000, 'cursor': stop})}>"
        more = {"Link": f'{link}; rel="next"'} if stop < len(entries) else {}
        return json_answer(entries[start:stop], headers=more)

    def _resolve(self, request: Request, found: re.Match[str]) -> Answer:
        repo = self._repo(request, found)
        if isinstance(repo, Answer):
            return repo
        if repo.facts.get("gated") and request.token != repo.token:
            return _refusal(401 if request.token is None else 403, "GatedRepo")
        content = repo.contents.get(unquote(found["file"], errors="surrogateescape"))
        if content is None:
            return _refusal(404, "EntryNotFound")
        headers = {"X-Repo-Commit": repo.commit, "ETag": f'"{_blob_id(_data(content))}"'}
        if not isinstance(content, Hosted):
            return file_answer(_data(content), headers)
        linked = {
            "X-Linked-Etag": f'"{content.sha256}"',
            "X-Linked-Size": str(len(_data(content))),
            "Location": f"{self._storage}/{repo.type}/{repo.name}/{content.sha256}",
        }
        return Answer(302, headers=headers | linked)


class _Storage(Loopback):
    """The host that large files are sent from."""

    def __init__(self, hub: Hub, plan: FaultPlan) -> None:
        self._hub = hub
        super().__init__(plan)

    def answer(self, request: Request) -> Answer:
        type_, *name, digest = request.route.strip("/").split("/")
        repo = self._hub.repo(type_, "/".join(name))
        for content in repo.contents.values() if repo else ():
            if isinstance(content, Hosted) and content.sha256 == digest:
                return file_answer(content.content, {"ETag": f'"{digest}"'})
        return Answer(404)


def _refusal(status: int, code: str) -> Answer:
    return json_answer({}, status, {"X-Error-Code": code})


def _info(repo: HubRepo, *, blobs: bool) -> dict[str, Json]:
    siblings: list[Json] = []
    for path, content in repo.contents.items():
        sibling: dict[str, Json] = {"rfilename": path}
        if blobs:
            data = _data(content)
            sibling |= {"size": len(data), "blobId": _blob_id(data)}
        if blobs and isinstance(content, Hosted):
            sibling["lfs"] = {"size": len(data), "sha256": content.sha256, "pointerSize": 135}
        siblings.append(sibling)
    return {
        "_id": "0" * 24,
        "id": repo.name,
        "sha": repo.commit,
        "private": False,
        "gated": False,
        "disabled": False,
        "createdAt": "2024-05-01T12:00:00.000Z",
        "lastModified": "2024-05-02T12:00:00.000Z",
        "downloads": 7,
        "likes": 1,
        "tags": [],
        "siblings": siblings,
        **repo.facts,
    }


def _tree_entry(path: str, content: Content) -> Json:
    data = _data(content)
    entry: dict[str, Json] = {
        "type": "file",
        "path": path,
        "size": len(data),
        "oid": _blob_id(data),
    }
    if isinstance(content, Hosted):
        entry["lfs"] = {"oid": content.sha256, "size": len(data), "pointerSize": 135}
    return entry


def _data(content: Content) -> bytes:
    match content:
        case Hosted(data):
            return data
        case str():
            return content.encode()
        case bytes():
            return content


def _blob_id(data: bytes) -> str:
    """Return the id that git gives to the content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
