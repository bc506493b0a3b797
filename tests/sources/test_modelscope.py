from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from lineage import walk
from lineage.model import EntryKind, Host, Kind, WeightFile
from lineage.plugins import scanners
from lineage.sources import (
    SourceOptions,
    TargetError,
    UnreachableError,
    UnreadableError,
    git,
    modelscope,
    open_snapshot,
)
from lineage.sources.http import Client
from lineage.sources.modelscopeurl import scope_address, site_of
from lineage.sources.names import named_artifact
from tests.doubles.hosts.faults import PLAN, Fault
from tests.doubles.hosts.scope import Scope
from tests.doubles.memory import Hosted

URL = "https://modelscope.cn/models/org/name"
DATA = bytes(range(256)) * 40
#: One for all tests: it loads the machine's certificates once.
CLIENT = Client(timeout=5, longest=1.0)
FAST = SourceOptions(timeout=5, client=CLIENT)
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(autouse=True, scope="module")
def closing() -> Iterator[None]:
    yield
    CLIENT.close()


@pytest.fixture
def scope(monkeypatch: pytest.MonkeyPatch) -> Iterator[Scope]:
    monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02, 0.03))
    with Scope() as found:
        monkeypatch.setenv("MODELSCOPE_ENDPOINT", found.endpoint)
        yield found


def test_a_repository_is_listed_by_one_request_and_read_by_range(scope: Scope) -> None:
    pinned = scope.add("org/name", {"README.md": "# x", "a/b c.bin": Hosted(DATA), "empty": ""})
    with open_snapshot(URL, FAST) as snapshot:
        assert [(e.path, e.kind, e.size) for e in snapshot.files()] == [
            ("README.md", EntryKind.FILE, 3),
            ("a/b c.bin", EntryKind.FILE, len(DATA)),
            ("empty", EntryKind.FILE, 0),
        ]
        assert snapshot.files()[1].sha256 == Hosted(DATA).sha256
        assert len(scope.requests) == 1
        assert snapshot.read("README.md", 10) == b"# x"
        assert snapshot.read("empty", 10) == b""
        assert snapshot.read_range("README.md", 1, 90) == b" x"
        assert snapshot.read_range("a/b c.bin", 300, 400) == DATA[300:400]
        assert snapshot.read_range("a/b c.bin", 400, 450) == DATA[400:450]
        assert snapshot.bytes_read == 3 + 2 + 150
        assert snapshot.facts() == ()
        repo = snapshot.repo
        assert (repo.host, repo.id, repo.revision) == (Host.MODELSCOPE, "org/name", pinned)
        assert repo.url == f"{URL}/files?version={pinned}"
        assert repo.purl.startswith(f"pkg:generic/name@{pinned}?vcs_url=git%2Bhttps:")
        assert snapshot.url_of("a/b c.bin") == f"{URL}/file/view/{pinned}/a%2Fb%20c.bin"
    # What is read is read at the commit that was listed, and a store is led to once.
    assert {request.query["Revision"][0] for request in scope.requests[1:]} == {pinned}
    assert [request.span for request in scope.store.requests] == [(300, 400), (400, 450)]
    assert len(scope.requests) == 4


def test_revisions(scope: Scope) -> None:
    pinned = scope.add("org/name", {"a": "x"})
    for target, revision, asked in (
        (URL, None, "master"),
        (URL, "v1", "v1"),
        (f"{URL}/files?version=v1", None, "v1"),
        (f"{URL}/file/view/v1/a", None, "v1"),
        (f"{URL}/resolve/{pinned}/a", None, pinned),
        (f"{URL}/tree/v1", "master", "master"),
        (f"{scope.endpoint}/models/org/name/summary", None, "master"),
    ):
        with open_snapshot(
            target, SourceOptions(revision=revision, timeout=5, client=CLIENT)
        ) as snapshot:
            assert snapshot.repo.revision == pinned
        assert scope.requests[-1].query["Revision"] == [asked]


def test_a_host_that_names_no_commit_leaves_the_repository_unpinned(scope: Scope) -> None:
    commit = scope.add("org/name", {"a": "x"}, named=False)
    with open_snapshot(URL, FAST) as snapshot:
        assert snapshot.repo.revision is None
        assert [(fact.key, fact.value) for fact in snapshot.facts()] == [("unpinned", "master")]
        assert snapshot.read("a", 5) == b"x"
    with open_snapshot(URL, SourceOptions(revision=commit, timeout=5, client=CLIENT)) as snapshot:
        assert snapshot.repo.revision == commit


def test_a_change_in_the_middle_of_an_audit_is_noticed(scope: Scope) -> None:
    scope.add("org/name", {"a": "x"}, named=False)
    with open_snapshot(URL, FAST) as snapshot:
        scope.add("org/name", {"a": "y"}, named=False)
        with pytest.raises(UnreadableError, match="other content than it lists"):
            snapshot.read("a", 5)


def test_another_commit_than_was_asked_for_is_refused(scope: Scope) -> None:
    pinned = scope.add("org/name", {"a": "x"})
    body = b'{"Success": true, "Data": {"Files": [], "LatestCommitter": {"Id": "%s"}}}'
    scope.fail("/repo/files", Fault(body=body % SHA.encode()))
    with pytest.raises(UnreachableError, match="another commit"):
        open_snapshot(URL, SourceOptions(revision=pinned, timeout=5, client=CLIENT))


def test_the_silent_cut_of_a_list_is_walked_around(scope: Scope) -> None:
    files = {f"{a}/{b}/{n}.txt": "x" for a in "abc" for b in "de" for n in range(20)}
    scope.add("org/name", {**files, "README.md": "x"})
    scope.cut = 50
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lineage.sources.modelscopelist.CUT", 50)
        with open_snapshot(URL, FAST) as snapshot:
            assert [e.path for e in snapshot.files()] == sorted([*files, "README.md"])
    assert {r.query.get("Root", [""])[0] for r in scope.requests} == {"", "a", "b", "c"}


def test_a_list_of_exactly_three_thousand_is_taken_for_cut(scope: Scope) -> None:
    files = {f"{n:04}.txt": "x" for n in range(2_999)}
    scope.add("org/name", files)
    with open_snapshot(URL, FAST) as snapshot:
        assert len(snapshot.files()) == 2_999
    scope.add("org/name", {**files, "2999.txt": "x", "3000.txt": "x"})
    with open_snapshot(URL, FAST) as snapshot:
        reading = walk.read(snapshot, scanners())
    (gap,) = reading.coverage.unread
    assert gap.path == ". (more than its host lists)"
    assert "could not be looked into" in gap.reason


def test_a_count_that_does_not_fit_is_taken_for_a_cut(scope: Scope) -> None:
    scope.cut, scope.counts = 5, True
    scope.add("org/name", {f"{a}/{n}.txt": "x" for a in "ab" for n in range(4)})
    with open_snapshot(URL, FAST) as snapshot:
        assert len(snapshot.files()) == 8


def test_a_tree_that_needs_too_many_requests_is_a_gap(
    scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lineage.sources.modelscopelist.CUT", 4)
    monkeypatch.setattr("lineage.sources.modelscopelist.MOST_REQUESTS", 6)
    scope.cut = 4
    scope.add("org/name", {f"{a}/{b}/{n}.txt": "x" for a in "abc" for b in "de" for n in "123456"})
    with open_snapshot(URL, FAST) as snapshot:
        closed = [e.path for e in snapshot.files() if e.kind is EntryKind.CLOSED]
    assert closed
    assert len(scope.requests) <= 7


def test_a_data_set_is_listed_page_by_page(scope: Scope) -> None:
    files = {f"{n:03}.txt": "x" for n in range(450)}
    pinned = scope.add("org/data", files, kind="datasets")
    with open_snapshot("https://modelscope.cn/datasets/org/data", FAST) as snapshot:
        assert [e.path for e in snapshot.files()] == sorted(files)
        assert snapshot.repo.id == "datasets/org/data"
        assert snapshot.repo.revision == pinned
        assert snapshot.read("000.txt", 5) == b"x"
    assert [r.query.get("PageNumber") for r in scope.requests] == [["1"], ["2"], ["3"], None]


def test_links_and_mounted_repositories_are_listed_and_not_entered(scope: Scope) -> None:
    scope.add("org/name", {"a": "x"})
    members = (
        b'{"Path": "link", "Type": "blob", "Mode": "40960", "Size": 3},'
        b'{"Path": "sub", "Type": "commit", "Mode": "57344"},'
        b'{"Path": "odd", "Type": "blob", "Mode": "x", "Size": -1, "Sha256": "zz"}'
    )
    scope.fail("/repo/files", Fault(body=b'{"Data": {"Files": [%s]}}' % members))
    with open_snapshot(URL, FAST) as snapshot:
        assert [(e.path, e.kind, e.size) for e in snapshot.files()] == [
            ("link", EntryKind.SYMLINK, 3),
            ("odd", EntryKind.FILE, None),
            ("sub", EntryKind.SUBMODULE, None),
        ]
        for path in ("link", "sub"):
            with pytest.raises(UnreadableError):
                snapshot.read(path, 10)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"Data": 3}', b'{"Success": false, "Data": {"Files": []}}', b'{"Data": {"Files": 3}}',
     b'{"Data": {"Files": [3]}}', b'{"Data": {"Files": [{"Path": ""}]}}', b"<html>"],
)  # fmt: skip
def test_an_answer_that_is_none_of_modelscope_s(scope: Scope, body: bytes) -> None:
    scope.fail("/repo/files", *(Fault(body=body),) * 4)
    scope.add("org/name", {"a": "x"})
    with pytest.raises(UnreachableError) as caught:
        open_snapshot(URL, FAST)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", PLAN)
def test_no_fault_changes_a_byte(scope: Scope, name: str) -> None:
    scope.add("org/name", {"a.txt": DATA, "b.bin": Hosted(DATA)})
    for pattern in ("/repo/files", "FilePath", "/store/"):
        scope.fail(pattern, *PLAN[name])
        with suppress(UnreachableError, UnreadableError), open_snapshot(URL, FAST) as snapshot:
            assert len(snapshot.files()) == 2
            for path in ("a.txt", "b.bin"):
                with suppress(UnreadableError):
                    assert snapshot.read_range(path, 1000, 2000) == DATA[1000:2000]
        for _ in range(9):
            scope.plan.take("/api/v1/repo/files?FilePath=/store/")


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "MODELSCOPE_API_TOKEN"), (403, "MODELSCOPE_API_TOKEN"), (404, "no such repository")],
)
def test_what_the_host_refuses(scope: Scope, status: int, says: str) -> None:
    scope.fail("/repo", Fault(status))
    scope.add("org/name", {"a": "x"})
    with pytest.raises(UnreachableError, match=says):
        open_snapshot(URL, FAST)


def test_a_token_goes_to_its_own_host_alone(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELSCOPE_API_TOKEN", "mine")
    scope.add("org/name", {"a.bin": Hosted(DATA)}, token="mine")
    with open_snapshot(URL, FAST) as snapshot:
        assert snapshot.read("a.bin", len(DATA)) == DATA
    assert {request.token for request in scope.requests} == {"mine"}
    for request in scope.store.requests:
        assert request.token is None
        assert "cookie" not in request.headers


def test_an_audit_knows_the_weights_by_their_digest(scope: Scope) -> None:
    scope.add("org/name", {"pytorch_model.bin": Hosted(DATA)})
    with open_snapshot(URL, FAST) as snapshot:
        reading = walk.read(snapshot, scanners())
    (file,) = [fact for fact in reading.evidence if isinstance(fact, WeightFile)]
    assert file.sha256 == Hosted(DATA).sha256
    assert not scope.store.requests


def test_offline_asks_nobody(scope: Scope) -> None:
    with pytest.raises(UnreachableError, match="--offline forbids"):
        open_snapshot(URL, SourceOptions(offline=True))
    assert not scope.requests


@pytest.mark.parametrize(
    ("url", "site", "kind", "name", "revision"),
    [
        (URL, "modelscope.cn", "models", "org/name", None),
        ("https://www.modelscope.cn/models/org/name/", "modelscope.cn", "models", "org/name", None),
        ("modelscope.cn/models/org/name", "modelscope.cn", "models", "org/name", None),
        ("http://www.modelscope.cn/models/org/name?a=b#c", "modelscope.cn", "models", "org/name", None),
        (f"{URL}/summary", "modelscope.cn", "models", "org/name", None),
        (f"{URL}/files", "modelscope.cn", "models", "org/name", None),
        (f"{URL}/files?version=v1", "modelscope.cn", "models", "org/name", "v1"),
        (f"{URL}/file/view/master/docs%2Fa.md?status=1", "modelscope.cn", "models", "org/name", "master"),
        (f"{URL}/tree/v2/x", "modelscope.cn", "models", "org/name", "v2"),
        (f"{URL}/resolve/v1.2.0/onnx/a.onnx", "modelscope.cn", "models", "org/name", "v1.2.0"),
        (f"{URL}.git", "modelscope.cn", "models", "org/name", None),
        ("https://www.modelscope.cn/org/name.git", "modelscope.cn", "models", "org/name", None),
        ("https://modelscope.ai/models/org/name", "modelscope.ai", "models", "org/name", None),
        ("https://www.modelscope.cn/datasets/org/name/tree/master/raw/33", "modelscope.cn", "datasets", "org/name", "master"),
        ("http://www.modelscope.cn/datasets/org/name.git", "modelscope.cn", "datasets", "org/name", None),
    ],
)  # fmt: skip
def test_forms_of_urls(url: str, site: str, kind: str, name: str, revision: str | None) -> None:
    assert modelscope.accepts(url)
    assert site_of(url) == site
    found = scope_address(url, site)
    assert (found.site, found.kind, found.name, found.revision) == (site, kind, name, revision)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://modelscope.cn", "models/org/name"),
        ("https://modelscope.cn/models", "models/org/name"),
        ("https://modelscope.cn/models/org", "a user or an organisation.*models/org/name"),
        ("https://modelscope.cn/organization/qwen", "a user or an organisation.*models/org/name"),
        ("https://modelscope.cn/profile/x", "a user or an organisation.*models/org/name"),
        ("https://modelscope.cn/org/name", "names no repository.*models/org/name"),
        ("https://modelscope.cn/studios/org/name", "studio cannot be audited.*models/org/name"),
        ("https://modelscope.cn/models/../name", "names no repository"),
        ("https://modelscope.cn/models/o%2Fr/name", "names no repository"),
    ],
)
def test_urls_that_name_no_repository(url: str, says: str) -> None:
    with pytest.raises(TargetError, match=says):
        open_snapshot(url)


def test_other_hosts_are_none_of_it() -> None:
    for url in (
        "https://modelscope.cn.example.org/models/a/b",
        "https://modelscope.cn:8443/models/a/b",
    ):
        assert not modelscope.accepts(url)
        assert git.accepts(url)


def test_a_card_s_link_is_known_as_the_repository() -> None:
    for url in (URL, f"{URL}/summary", "https://www.modelscope.cn/org/name.git"):
        found = named_artifact(url, Kind.MODEL)
        assert found.purl == scope_address(URL, "modelscope.cn").purl()
    assert named_artifact("https://modelscope.cn/organization/x", Kind.MODEL).purl is None
