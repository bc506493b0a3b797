"""A loopback server that speaks the Hugging Face hub's API to the real client.

    with Hub() as hub:
        hub.add("org/name", {"config.json": "{}", "model.safetensors": Hosted(b"…")}, gated="auto")
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        open_snapshot("hf:org/name")
        assert [request.path for request in hub.requests] == [...]

It serves what huggingface_hub 1.31 to 2.x asks for: ``/api/models/{id}[/revision/{r}][?blobs=true]``,
``…/tree/{r}``, ``…/paths-info/{r}``, and ``/{id}/resolve/{r}/{file}`` by HEAD and GET with ranges;
the same for data sets and spaces. As on the hub, a ``Hosted`` file (one of Git LFS) is sent from a
second server, reached by a redirect; its requests are in ``hub.storage``.

Only 127.0.0.1 is bound, on ports that are free; leaving the context stops both servers. ``fail``
makes the next requests end in a fault of choice.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from tests.doubles.memory import Hosted

Content: TypeAlias = bytes | str | Hosted
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

_API = re.compile(
    r"/api/(?P<type>models|datasets|spaces)/(?P<id>[^/]+(?:/[^/]+)?)"
    r"(?:/(?P<what>revision|tree|paths-info)/(?P<rev>[^/]+))?"
)
_RESOLVE = re.compile(
    r"/(?:(?P<type>datasets|spaces)/)?(?P<id>[^/]+(?:/[^/]+)?)/resolve/(?P<rev>[^/]+)/(?P<file>.+)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in."""

    method: str
    #: With the query.
    path: str
    #: Names in lower case.
    headers: Mapping[str, str]

    @property
    def token(self) -> str | None:
        """The bearer token that it carries."""
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer other than the right one."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: With status 200: instead of the right answer's.
    body: bytes | None = None
    #: Close the connection after this many bytes of the right answer's body.
    cut_after: int | None = None
    #: Wait for so many seconds before answering.
    delay: float = 0.0
    #: Send the whole file, as if no range were asked for.
    whole: bool = False


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
        self.requests: list[Request] = []
        #: Requests to the host that large files are sent from.
        self.storage: list[Request] = []
        self._repos: dict[tuple[str, str], HubRepo] = {}
        self._faults: list[tuple[str, Fault]] = []
        self._hub = _Server(self, _HubHandler)
        self._storage = _Server(self, _StorageHandler)
        self.endpoint = self._hub.address
        self.storage_endpoint = self._storage.address

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
        self._faults += [(pattern, fault) for fault in faults]

    def repo(self, type_: str, name: str) -> HubRepo | None:
        return self._repos.get((type_, name))

    def fault(self, path: str) -> Fault | None:
        for index, (pattern, fault) in enumerate(self._faults):
            if re.search(pattern, path):
                del self._faults[index]
                return fault
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hub.stop()
        self._storage.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub: Hub, handler: type[_Handler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.hub = hub
        self.address = f"http://127.0.0.1:{self.server_port}"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that has gone away; print everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # any socket

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass

    def do_GET(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers)
        self._record(request)
        self._fault = self.server.hub.fault(self.path)
        if self._fault and self._fault.delay:
            threading.Event().wait(self._fault.delay)
        if self._fault and (self._fault.status != 200 or self._fault.body is not None):
            self._answer(self._fault.status, self._fault.body or b"", dict(self._fault.headers))
        else:
            self._serve(request)

    def _record(self, request: Request) -> None:
        raise NotImplementedError

    def _serve(self, request: Request) -> None:
        raise NotImplementedError

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        extra = dict(self._fault.headers) if self._fault and status < 400 else {}
        for name, value in {"Content-Length": str(len(body)), **headers, **extra}.items():
            self.send_header(name, value)
        self.end_headers()
        cut = self._fault.cut_after if self._fault else None
        if self.command != "HEAD":
            self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.close_connection = True

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, b"{}", {"X-Error-Code": code, "Content-Type": "application/json"})

    def _send_range(self, data: bytes, request: Request, headers: dict[str, str]) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
        if asked is None or (self._fault and self._fault.whole):
            self._answer(200, data, headers)
            return
        start, stop = int(asked[1]), min(int(asked[2] or len(data)) + 1, len(data))
        if start >= len(data):
            self._answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        where = {"Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
        self._answer(206, data[start:stop], headers | where)


class _HubHandler(_Handler):
    def _record(self, request: Request) -> None:
        self.server.hub.requests.append(request)

    def _serve(self, request: Request) -> None:
        parts = urlsplit(request.path)
        if api := _API.fullmatch(parts.path):
            self._api(request, api, blobs="blobs" in parse_qs(parts.query))
        elif found := _RESOLVE.fullmatch(parts.path):
            self._resolve(request, found)
        else:
            self._refuse(404, "RepoNotFound")

    def _repo(self, request: Request, found: re.Match[str]) -> HubRepo | None:
        """Return the repository that is asked for; answer the request where there is none."""
        repo = self.server.hub.repo(found["type"] or "models", unquote(found["id"]))
        hidden = repo and repo.facts.get("private") and request.token != repo.token
        if repo is None or hidden:
            self._refuse(401 if request.token is None else 404, "RepoNotFound")
            return None
        revision = unquote(found["rev"] or "main")
        if revision not in (*repo.branches, repo.commit):
            self._refuse(404, "RevisionNotFound")
            return None
        return repo

    def _api(self, request: Request, found: re.Match[str], *, blobs: bool) -> None:
        repo = self._repo(request, found)
        if repo is None:
            return
        answer: Json
        if found["what"] in ("tree", "paths-info"):
            length = int(request.headers.get("content-length", 0))
            wanted = parse_qs(self.rfile.read(length).decode()).get("paths")
            answer = [
                _tree_entry(path, content)
                for path, content in repo.contents.items()
                if wanted is None or path in wanted
            ]
        else:
            answer = _info(repo, blobs=blobs)
        self._answer(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _resolve(self, request: Request, found: re.Match[str]) -> None:
        repo = self._repo(request, found)
        if repo is None:
            return
        if repo.facts.get("gated") and request.token != repo.token:
            self._refuse(401 if request.token is None else 403, "GatedRepo")
            return
        content = repo.contents.get(unquote(found["file"], errors="surrogateescape"))
        if content is None:
            self._refuse(404, "EntryNotFound")
            return
        headers = {"X-Repo-Commit": repo.commit, "ETag": f'"{_blob_id(_data(content))}"'}
        if isinstance(content, Hosted):
            linked = {
                "X-Linked-Etag": f'"{content.sha256}"',
                "X-Linked-Size": str(len(_data(content))),
            }
            place = f"{self.server.hub.storage_endpoint}/{repo.type}/{repo.name}/{content.sha256}"
            self._answer(302, b"", headers | linked | {"Location": place})
        else:
            self._send_range(_data(content), request, headers)


class _StorageHandler(_Handler):
    def _record(self, request: Request) -> None:
        self.server.hub.storage.append(request)

    def _serve(self, request: Request) -> None:
        type_, *name, digest = request.path.strip("/").split("/")
        repo = self.server.hub.repo(type_, "/".join(name))
        for content in repo.contents.values() if repo else ():
            if isinstance(content, Hosted) and content.sha256 == digest:
                self._send_range(content.content, request, {})
                return
        self._answer(404, b"", {})


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
