"""ModelScope on 127.0.0.1.

    with Scope() as scope:
        commit = scope.add("org/name", {"README.md": "…", "model.safetensors": Hosted(b"…")})
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", scope.endpoint)
        open_snapshot("https://modelscope.cn/models/org/name")

As there, a list of a model's files ends after ``scope.cut`` entries without a word, a data set's comes
in pages, parts of files come with status 200, and large files from a second host (``scope.store``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, TypeAlias

from tests.doubles.hosts.faults import FaultPlan
from tests.doubles.hosts.loopback import (
    Answer,
    Json,
    Loopback,
    Request,
    file_answer,
    json_answer,
)
from tests.doubles.memory import Hosted

Content: TypeAlias = bytes | str | Hosted
_API = "/api/v1/"


@dataclass(frozen=True, slots=True)
class _Kept:
    contents: Mapping[str, Content]
    commit: str
    #: What the host says of the commit: its id, or "" as it does for many repositories.
    named: str
    token: str | None


class _Store(Loopback):
    def __init__(self, plan: FaultPlan) -> None:
        self.contents: dict[str, bytes] = {}
        super().__init__(plan)

    def answer(self, request: Request) -> Answer:
        content = self.contents.get(request.route.removeprefix("/store/"))
        return Answer(404) if content is None else file_answer(content)


class Scope(Loopback):
    """Models and data sets."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self.cut = 3000
        #: Whether the data of a list hold how many there are in all.
        self.counts = False
        super().__init__()
        self.store = _Store(self.plan)

    def add(
        self,
        name: str,
        contents: Mapping[str, Content],
        *,
        kind: str = "models",
        named: bool = True,
        token: str | None = None,
    ) -> str:
        """Keep a repository at one commit; return the commit."""
        commit = hashlib.sha1(repr(sorted(contents.items())).encode()).hexdigest()
        self._kept[f"{kind}/{name}"] = _Kept(contents, commit, commit if named else "", token)
        for content in contents.values():
            if isinstance(content, Hosted):
                self.store.contents[content.sha256] = content.content
        return commit

    def answer(self, request: Request) -> Answer:
        route = request.route.removeprefix(_API)
        found = next((n for n in self._kept if route.startswith(f"{n}/repo")), None)
        if found is None or not request.route.startswith(_API):
            return json_answer({"Code": 10010205001, "Success": False}, 404)
        return self._answered(self._kept[found], request, route.removeprefix(f"{found}/repo"))

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

    def _answered(self, kept: _Kept, request: Request, what: str) -> Answer:
        if kept.token and request.token != kept.token:
            return json_answer({"Code": 10010205002, "Success": False}, 403)
        (revision,) = request.query["Revision"]
        if revision not in ("master", "v1", kept.commit):
            return json_answer({"Code": 10010205001, "Success": False}, 404)
        match what:
            case "/files":
                return self._list(kept, request)
            case "/tree":
                return self._page(kept, request)
            case "":
                return self._file(kept, request)
        return Answer(404)

    def _list(self, kept: _Kept, request: Request) -> Answer:
        root = request.query.get("Root", [""])[0]
        deep = request.query["Recursive"] == ["True"]
        found = [
            member
            for member in _members(kept.contents)
            if str(member["Path"]).startswith(f"{root}/" if root else "")
            and (deep or "/" not in str(member["Path"]).removeprefix(f"{root}/" if root else ""))
        ]
        return self._listed(kept, found[: self.cut], len(found))

    def _page(self, kept: _Kept, request: Request) -> Answer:
        number, size = (int(request.query[key][0]) for key in ("PageNumber", "PageSize"))
        found = list(_members(kept.contents))
        return self._listed(kept, found[(number - 1) * size : number * size], len(found))

    def _listed(self, kept: _Kept, members: list[dict[str, Json]], total: int) -> Answer:
        latest: Json = {"Id": kept.named, "ShortId": kept.named[:8], "Name": "someone"}
        files: list[Json] = [*members]
        data: dict[str, Json] = {"Files": files, "IsVisual": 0, "LatestCommitter": latest}
        if self.counts:
            data["TotalCount"] = total
        return json_answer({"Code": 200, "Success": True, "Data": data})

    def _file(self, kept: _Kept, request: Request) -> Answer:
        content = kept.contents.get(request.query["FilePath"][0])
        if content is None:
            return json_answer({"Code": 404, "Success": False}, 404)
        if isinstance(content, Hosted):
            place = f"{self.store.endpoint}/store/{content.sha256}"
            return Answer(302, headers={"Location": place})
        return _part_of_200(file_answer(_data(content)), request)


def _part_of_200(answer: Answer, request: Request) -> Answer:
    """Return the part that is asked for as ModelScope sends it: status 200, and which part it is."""
    if request.span is None:
        return answer
    start, stop = request.span
    size = len(answer.body)
    stop = size if stop < 0 else min(stop, size)
    where = {"Content-Range": f"bytes {start}-{stop - 1}/{size}"}
    return replace(answer, body=answer.body[start:stop], headers=where, is_file=False)


def _members(contents: Mapping[str, Content]) -> Iterator[dict[str, Json]]:
    folders: set[str] = set()
    for path in sorted(contents):
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folder not in folders:
                folders.add(folder)
                yield {"Path": folder, "Type": "tree", "Size": 0, "Sha256": "", "Mode": "16384"}
        content = contents[path]
        data = _data(content)
        yield {
            "Path": path,
            "Name": parts[-1],
            "Type": "blob",
            "Mode": "33188",
            "Size": len(data),
            "Sha256": hashlib.sha256(data).hexdigest().upper(),
            "IsLFS": isinstance(content, Hosted),
            "Revision": "0" * 40,
        }


def _data(content: Content) -> bytes:
    match content:
        case Hosted(data):
            return data
        case str():
            return content.encode()
        case bytes():
            return content
