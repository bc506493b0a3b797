"""A git host on 127.0.0.1: git over smart HTTP, Git LFS, and the API of GitHub and of GitCode.

    with GitWeb(tmp_path) as web:
        commit = web.add("https://github.com/o/r", {"LICENSE": "MIT", "m.safetensors": Hosted(b"…")})
        for key, value in web.environment().items():
            monkeypatch.setenv(key, value)
        open_snapshot("https://github.com/o/r")        # git's own client, git's own server

git is served by ``git http-backend``. A ``Hosted`` file is kept in LFS: the repository has its
pointer, and the server signs an address on a second host (``web.store``), as GitHub's does. The API
stands under ``/api/github`` and ``/api/gitcode``; what it says of a repository beside its name is given
to ``add``. A repository with a ``token`` is private.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import unquote, urlsplit

from tests.doubles.gitrepo import Content as GitContent
from tests.doubles.gitrepo import bare_repository, commit, git
from tests.doubles.hosts.faults import Fault, FaultPlan
from tests.doubles.hosts.loopback import Answer, Json, Loopback, Request, file_answer, json_answer
from tests.doubles.memory import Hosted, Pointer

Content: TypeAlias = GitContent | Hosted

_BATCH = re.compile(r"/(?P<name>.+)\.git/info/lfs/objects/batch")
_API = re.compile(
    r"/api/(?P<host>github|gitcode)/repos/(?P<owner>[^/]+)/(?P<name>[^/]+)(?P<rest>/.*)?"
)
_SITES = {"github": "github.com", "gitcode": "gitcode.com"}


@dataclass(slots=True)
class _Served:
    path: Path
    objects: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, Json] = field(default_factory=dict)
    #: Headers that open it; empty for a public one.
    keys: frozenset[str] = frozenset()


class LfsStore(Loopback):
    """The host that the addresses of files lead to; each is good for one signature."""

    def __init__(self, plan: FaultPlan) -> None:
        self.contents: dict[str, bytes] = {}
        #: The signature that is good now, and the header that must come with it.
        self.signature = "1"
        self.header = ("X-Signed", "yes")
        super().__init__(plan)

    def answer(self, request: Request) -> Answer:
        oid = request.route.removeprefix("/store/")
        if request.query.get("signature") != [self.signature]:
            return Answer(403, b"<Error>expired</Error>")
        if request.headers.get(self.header[0].lower()) != self.header[1]:
            return Answer(403, b"<Error>unsigned</Error>")
        return file_answer(self.contents[oid]) if oid in self.contents else Answer(404)


class GitWeb(Loopback):
    """Repositories at their addresses on the network."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "web"
        self._folder.mkdir()
        self._served: dict[str, _Served] = {}
        #: What ``expires_in`` and ``expires_at`` say; left out where None.
        self.expires: dict[str, Json] = {}
        self._sites: set[str] = set()
        super().__init__()
        self.store = LfsStore(self.plan)

    def add(
        self,
        url: str,
        contents: Mapping[str, Content],
        *,
        keys: frozenset[str] = frozenset(),
        **facts: Json,
    ) -> str:
        """Commit the contents to the repository at the URL; return the commit."""
        name = url.partition("://")[2]
        if name not in self._served:
            path = self._folder / f"{name}.git"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._served[name] = _Served(bare_repository(path), keys=keys, facts=facts)
            git(path, "config", "uploadpack.allowAnySHA1InWant", "true")
        served = self._served[name]
        stored: dict[str, GitContent] = {}
        for place, content in contents.items():
            if isinstance(content, Hosted):
                served.objects[content.sha256] = content.content
                self.store.contents[content.sha256] = content.content
                stored[place] = Pointer(content.sha256, len(content.content))
            else:
                stored[place] = content
                served.files[place] = content.encode() if isinstance(content, str) else b""
                if isinstance(content, bytes):
                    served.files[place] = content
        return commit(served.path, stored)

    def serve(self, site: str) -> None:
        """Stand for a site even while it holds nothing."""
        self._sites.add(site)

    def path(self, url: str) -> Path:
        """Return where the repository of a URL lies on disk, to push to it or to break it."""
        return self._served[url.partition("://")[2]].path

    def url_of(self, url: str) -> str:
        """Return where a repository is served in truth."""
        return f"{self.endpoint}/{url.partition('://')[2]}.git"

    def environment(self) -> dict[str, str]:
        """Return the variables that lead git, and the APIs, here."""
        sites = sorted(self._sites | {name.partition("/")[0] for name in self._served})
        variables = {
            "GIT_CONFIG_COUNT": str(len(sites)),
            "GITHUB_API_URL": f"{self.endpoint}/api/github",
            "GITCODE_API_URL": f"{self.endpoint}/api/gitcode",
        }
        for number, site in enumerate(sites):
            variables[f"GIT_CONFIG_KEY_{number}"] = f"url.{self.endpoint}/{site}/.insteadOf"
            variables[f"GIT_CONFIG_VALUE_{number}"] = f"https://{site}/"
        return variables

    def asked(self, pattern: str) -> list[Request]:
        """Return the requests whose path matches the pattern."""
        return [request for request in self.requests if re.search(pattern, request.path)]

    def answer(self, request: Request) -> Answer:
        if found := _API.fullmatch(request.route):
            return self._api(request, found)
        name = next((n for n in self._served if request.route.startswith(f"/{n}.git/")), None)
        if name is None:
            return Answer(404)
        served = self._served[name]
        if served.keys and request.headers.get("authorization") not in served.keys:
            return Answer(401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        if _BATCH.fullmatch(request.route):
            return self._batch(request, served)
        return _smart_http(self._folder, request)

    def close(self) -> None:
        self.store.close()
        super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _batch(self, request: Request, served: _Served) -> Answer:
        asked = json.loads(request.body)
        assert asked["operation"] == "download"
        assert asked["transfers"] == ["basic"]
        members: list[Json] = [self._member(one, served) for one in asked["objects"]]
        kind = {"Content-Type": "application/vnd.git-lfs+json"}
        return json_answer({"transfer": "basic", "objects": members}, headers=kind)

    def _member(self, one: dict[str, Json], served: _Served) -> Json:
        oid = str(one["oid"])
        if oid not in served.objects:
            return {**one, "error": {"code": 404, "message": "Object does not exist"}}
        href = f"{self.store.endpoint}/store/{oid}?signature={self.store.signature}"
        action: Json = {"href": href, "header": dict([self.store.header]), **self.expires}
        return {**one, "authenticated": True, "actions": {"download": action}}

    def _api(self, request: Request, found: re.Match[str]) -> Answer:
        full = f"{unquote(found['owner'])}/{unquote(found['name'])}"
        served = self._served.get(f"{_SITES[found['host']]}/{full}")
        if served is None:
            return json_answer({"message": "Not Found"}, 404)
        rest = found["rest"] or ""
        if rest.startswith("/git/blobs/"):
            wanted = rest.rpartition("/")[2]
            return next(
                (file_answer(data) for data in served.files.values() if _blob_id(data) == wanted),
                Answer(404),
            )
        if rest.startswith("/raw/"):
            data = served.files.get(unquote(rest.removeprefix("/raw/")))
            return Answer(404) if data is None else file_answer(data)
        return json_answer({"full_name": full, "fork": False, "license": None, **served.facts})


def _smart_http(folder: Path, request: Request) -> Answer:
    """Return what ``git http-backend`` answers (CGI, RFC 3875)."""
    parts = urlsplit(request.path)
    variables = {
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "PATH_INFO": unquote(parts.path),
        "QUERY_STRING": parts.query,
        "REQUEST_METHOD": request.method,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
        "GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }
    done = subprocess.run(
        ["git", "http-backend"],
        env=variables,
        input=request.body,
        capture_output=True,
        check=False,
    )
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = dict(
        line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if ": " in line
    )
    status = int(headers.pop("Status", "200").split(" ")[0])
    return Answer(status, body, headers)


def _blob_id(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


__all__ = ["Content", "Fault", "GitWeb", "LfsStore"]
