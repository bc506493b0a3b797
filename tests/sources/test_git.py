from __future__ import annotations

import http.server
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage.model import EntryKind, FileEntry, Host
from lineage.sources import (
    Snapshot,
    SourceOptions,
    TargetError,
    UnreachableError,
    UnreadableError,
    bounds,
    open_snapshot,
)
from lineage.sources.git import GitSnapshot
from lineage.sources.gitclone import BLOB_LIMIT
from lineage.sources.gitobjects import Objects
from tests.doubles.gitrepo import Content, GitServer, Submodule, bare_repository, commit, git
from tests.doubles.memory import Link, Pointer

URL = "https://github.com/org/name"
DIGEST = "ab" * 32
PINNED = "1234567890" * 4
SMALL = SourceOptions(timeout=20)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitServer:
    """Serve, at their real addresses, the repositories that a test adds (with `serve`)."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    (tmp_path / "tmp").mkdir()
    return GitServer(tmp_path)


@pytest.fixture
def serve(server: GitServer, monkeypatch: pytest.MonkeyPatch) -> Serve:
    return Serve(server, monkeypatch)


class Serve:
    def __init__(self, server: GitServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self._monkeypatch = monkeypatch

    def __call__(
        self,
        contents: dict[str, Content],
        url: str = URL,
        *,
        branch: str = "main",
        filters: bool = True,
    ) -> str:
        pinned = self.server.add(url, contents, branch=branch, filters=filters)
        for key, value in self.server.environment().items():
            self._monkeypatch.setenv(key, value)
        return pinned

    def path(self, url: str = URL) -> Path:
        return self.server.path(url)


def kinds(snapshot: Snapshot) -> dict[str, EntryKind]:
    return {entry.path: entry.kind for entry in snapshot.files()}


def temporary() -> list[Path]:
    return list(Path(os.environ["TMPDIR"]).iterdir())


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_repository_is_listed_pinned_and_read(serve: Serve) -> None:
    pinned = serve({"LICENSE": "MIT", "b/c.py": "0123456789", "empty": ""})
    with open_snapshot(URL) as snapshot:
        assert [(e.path, e.kind, e.size) for e in snapshot.files()] == [
            ("LICENSE", EntryKind.FILE, 3),
            ("b/c.py", EntryKind.FILE, 10),
            ("empty", EntryKind.FILE, 0),
        ]
        blob = git(serve.path(), "rev-parse", "main:LICENSE").decode().strip()
        assert snapshot.files()[0].blob == blob
        assert snapshot.bytes_read == 0
        assert snapshot.read("LICENSE", 3) == b"MIT"
        assert snapshot.read("empty", 3) == b""
        assert snapshot.read_range("b/c.py", 2, 5) == b"234"
        assert snapshot.read_range("b/c.py", 8, 500) == b"89"
        assert snapshot.read_range("b/c.py", 50, 60) == b""
        assert snapshot.read("b/c.py", 10) == b"0123456789"
        assert snapshot.bytes_read == 3 + 3 + 2 + 10
        assert snapshot.facts() == ()
        repo = snapshot.repo
        assert (repo.host, repo.id, repo.revision) == (Host.GITHUB, "org/name", pinned)
        assert repo.url == f"{URL}/tree/{pinned}"
        assert repo.purl == f"pkg:github/org/name@{pinned}"
        assert snapshot.url_of("b/c d#.py", (1, 9)) == f"{URL}/blob/{pinned}/b/c%20d%23.py#L1-L9"
        assert snapshot.url_of("b/c.py") == f"{URL}/blob/{pinned}/b/c.py"
        assert temporary()
    assert not temporary()


@pytest.mark.parametrize(
    ("url", "target", "page"),
    [
        ("https://gitcode.com/o/r", "https://www.gitcode.com/o/r/overview", "https://gitcode.com/o/r"),
        ("https://gitcode.com/hf_mirrors/o/m", "https://ai.gitcode.com/hf_mirrors/o/m/tree/main", "https://gitcode.com/hf_mirrors/o/m"),
        ("https://atomgit.com/o/r", "https://ai.atomgit.com/o/r", "https://atomgit.com/o/r"),
        ("https://atomgit.com/hf_mirrors/o/m", "https://atomgit.com/hf_mirrors/o/m.git", "https://atomgit.com/hf_mirrors/o/m"),
    ],
)  # fmt: skip
def test_gitcode_under_its_many_names(serve: Serve, url: str, target: str, page: str) -> None:
    pinned = serve({"LICENSE": "MIT"}, url)
    with open_snapshot(target) as snapshot:
        name = page.removeprefix("https://").partition("/")[2]
        assert snapshot.repo.host is Host.GITCODE
        assert snapshot.repo.id == name
        assert snapshot.repo.revision == pinned
        short = name.rpartition("/")[2]
        assert snapshot.repo.purl.startswith(f"pkg:generic/{short}@{pinned}?vcs_url=git%2Bhttps:")
        assert page.removeprefix("https://") in snapshot.repo.purl.replace("%2F", "/")
        assert snapshot.url_of("LICENSE", (2, 2)) == f"{page}/blob/{pinned}/LICENSE#L2-L2"


def test_links_submodules_pointers_and_large_files(serve: Serve) -> None:
    serve(
        {
            "LICENSE": Link("/etc/passwd"),
            "README.md": Link("docs/a\nb"),
            "model.bin": Pointer(DIGEST, 5_000_000_000),
            "vendored": Submodule(PINNED),
            "weights.bin": b"\0" * (BLOB_LIMIT + 1),
            "exactly.txt": b"a" * BLOB_LIMIT,
        }
    )
    with open_snapshot(URL) as snapshot:
        found = {entry.path: entry for entry in snapshot.files()}
        assert found["LICENSE"].kind is EntryKind.SYMLINK
        assert found["LICENSE"].link == "/etc/passwd"
        assert found["README.md"].link == "docs/a\nb"
        assert found["model.bin"].kind is EntryKind.LFS
        assert (found["model.bin"].sha256, found["model.bin"].size) == (DIGEST, 5_000_000_000)
        assert found["vendored"] == FileEntry("vendored", EntryKind.SUBMODULE, None, link=PINNED)
        assert (found["weights.bin"].kind, found["weights.bin"].size) == (EntryKind.FILTERED, None)
        assert found["exactly.txt"].kind is EntryKind.FILE
        for path, reason in {
            "LICENSE": "symbolic link",
            "model.bin": "Git LFS pointer",
            "vendored": "submodule",
            "weights.bin": "left out by the clone",
            "no such": "no such file",
        }.items():
            with pytest.raises(UnreadableError, match=reason):
                snapshot.read(path, 10**9)
            with pytest.raises(UnreadableError, match=reason):
                snapshot.read_range(path, 0, 10)
        assert snapshot.bytes_read == 0


def test_what_the_filter_left_out_is_never_fetched_later(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = os.urandom(BLOB_LIMIT + 1)
    serve({"big.bin": noise, "LICENSE": "MIT", "small.bin": Pointer(DIGEST, 9)})
    trace = tmp_path / "trace"
    with open_snapshot(URL) as snapshot:
        assert isinstance(snapshot, GitSnapshot)
        clone = snapshot._clone.path
        before = sorted((p.name, p.stat().st_size) for p in (clone / "objects").rglob("*"))
        assert sum(size for _, size in before) < 100_000
        oid = next(entry.blob for entry in snapshot.files() if entry.path == "big.bin")
        assert oid
        monkeypatch.setenv("GIT_TRACE", str(trace))
        with pytest.raises(UnreadableError):
            snapshot.read("big.bin", 10**9)
        with pytest.raises(UnreadableError, match="missing"):
            Objects(snapshot._clone).content(oid, 10**9)
        assert snapshot.read("LICENSE", 10) == b"MIT"
        after = sorted((p.name, p.stat().st_size) for p in (clone / "objects").rglob("*"))
        assert after == before
        assert "cat-file" in trace.read_text()
        assert "fetch" not in trace.read_text()
        assert "remote" not in (clone / "config").read_text()


def test_listing_itself_fetches_once(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve({"big.bin": os.urandom(BLOB_LIMIT + 1), "LICENSE": "MIT"})
    trace = tmp_path / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    with open_snapshot(URL) as snapshot:
        assert kinds(snapshot)["big.bin"] is EntryKind.FILTERED
    for once in ("built-in: git fetch", "built-in: git upload-pack"):
        assert trace.read_text().count(once) == 1


def test_names_may_hold_anything(serve: Serve) -> None:
    names = [
        "a\nb",
        "\x1b[31mred",
        "caf\udce9",
        "-rf",
        "名前",
        "a\\b",
        'q"uote',
        "tab\t",
        "\u202egpj",
    ]
    serve({name: name.encode("utf-8", "surrogateescape") for name in names})
    with open_snapshot(URL) as snapshot:
        assert set(kinds(snapshot)) == set(names)
        for name in names:
            assert snapshot.read(name, 100) == name.encode("utf-8", "surrogateescape")
            url = snapshot.url_of(name)
            assert url is not None
            assert url.isascii()
            assert url.isprintable()


def test_revisions(serve: Serve) -> None:
    first = serve({"a": "first"})
    other = serve({"a": "other"}, branch="feature/x")
    git(serve.path(), "tag", "--annotate", "--message=x", "v1.0", first)
    newest = serve({"a": "newest"})
    for revision, pinned in {
        "main": newest,
        "feature/x": other,
        "v1.0": first,
        "refs/heads/feature/x": other,
        first: first,
    }.items():
        with open_snapshot(URL, SourceOptions(revision=revision)) as snapshot:
            assert snapshot.repo.revision == pinned, revision
    for page, pinned in {
        f"{URL}/tree/v1.0": first,
        f"{URL}/tree/feature/x/sub/folder": other,
        f"{URL}/blob/feature/x/a#L1": other,
        f"{URL}/commit/{first}": first,
        f"{URL}.git?x=y": newest,
    }.items():
        with open_snapshot(page) as snapshot:
            assert snapshot.repo.revision == pinned, page
    with open_snapshot(f"{URL}/tree/v1.0", SourceOptions(revision="main")) as snapshot:
        assert snapshot.repo.revision == newest


@pytest.mark.parametrize("revision", ["nothing", "v9", "0" * 40, "abcdef1", "refs/heads/none"])
def test_a_revision_that_does_not_exist(serve: Serve, revision: str) -> None:
    serve({"a": "x"})
    with pytest.raises(UnreachableError, match=f"it has no revision '{revision}'"):
        open_snapshot(URL, SourceOptions(revision=revision))
    assert not temporary()


@pytest.mark.parametrize("revision", ["--upload-pack=touch ran", "a b", "+main", "main:refs/x"])
def test_a_revision_that_is_none_starts_nothing(serve: Serve, revision: str) -> None:
    with pytest.raises(TargetError, match="is no revision"):
        open_snapshot(URL, SourceOptions(revision=revision))


def test_a_tag_that_names_no_commit(serve: Serve) -> None:
    serve({"a": "x"})
    git(serve.path(), "tag", "tree-tag", "main^{tree}")
    with pytest.raises(UnreachableError, match="no revision 'tree-tag'"):
        open_snapshot(URL, SourceOptions(revision="tree-tag"))


@pytest.mark.parametrize("form", ["file://{}", "{}"])
def test_a_repository_on_disk(server: GitServer, tmp_path: Path, form: str) -> None:
    path = bare_repository(tmp_path / "a b%.git")
    pinned = commit(path, {"LICENSE": "MIT"})
    target = form.format(path.as_uri().removeprefix("file://") if "file:" in form else path)
    with open_snapshot(target, SourceOptions(offline=True)) as snapshot:
        assert snapshot.read("LICENSE", 10) == b"MIT"
        assert snapshot.repo.host is Host.GIT
        assert snapshot.repo.id == str(path)
        assert snapshot.repo.revision == pinned
        assert snapshot.url_of("LICENSE") is None


def test_the_commits_of_a_work_tree(server: GitServer, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--initial-branch=main")
    (work / "a").write_text("x")
    git(work, "add", "a")
    git(work, "commit", "--quiet", "--message=x")
    (work / "not committed").write_text("x")
    with open_snapshot(work.as_uri()) as snapshot:
        assert set(kinds(snapshot)) == {"a"}


def test_a_server_without_filters_is_read_all_the_same(serve: Serve) -> None:
    serve({"big.txt": b"0123456789" * 900_000, "LICENSE": "MIT"}, filters=False)
    with open_snapshot(URL) as snapshot:
        big = next(entry for entry in snapshot.files() if entry.path == "big.txt")
        assert (big.kind, big.size) == (EntryKind.FILE, 9_000_000)
        with pytest.raises(UnreadableError, match="9,000,000 bytes, more than the 4,194,304"):
            snapshot.read("big.txt", 4 << 20)
        # More remains than is passed over, so git is started anew; both answers are right.
        assert snapshot.read_range("big.txt", 13, 16) == b"345"
        assert snapshot.read_range("big.txt", 8_999_998, 10**12) == b"89"
        assert snapshot.read("LICENSE", 10) == b"MIT"


def test_a_large_object_is_refused_by_git_s_own_word_too(serve: Serve) -> None:
    serve({"a.txt": "x" * 1000, "b.txt": "y"})
    with open_snapshot(URL) as snapshot:
        assert isinstance(snapshot, GitSnapshot)
        first, second = (entry.blob or "" for entry in snapshot.files())
        with pytest.raises(UnreadableError, match="1,000 bytes, more than the 10"):
            snapshot._objects.content(first, 10)
        # The refused answer is not taken for the next one.
        assert snapshot._objects.content(second, 10) == b"y"
        with pytest.raises(UnreadableError, match="missing"):
            snapshot._objects.content("0" * 40, 10)
        assert snapshot._objects.content(second, 10) == b"y"


def test_the_byte_limit_bounds_content_and_clone(serve: Serve) -> None:
    serve({"a": b"x" * 3000, "b": b"y" * 3000})
    with open_snapshot(URL, SourceOptions(max_bytes=4000)) as snapshot:
        assert len(snapshot.read("a", 3000)) == 3000
        with pytest.raises(UnreadableError, match="the byte limit of 4,000 is used up"):
            snapshot.read("b", 3000)
        with pytest.raises(UnreadableError, match="byte limit"):
            snapshot.read_range("b", 0, 2000)
        assert len(snapshot.read_range("b", 0, 1000)) == 1000
    serve({str(n): os.urandom(3000) for n in range(20)}, branch="noise", filters=False)
    with pytest.raises(UnreachableError, match=r"larger than the byte limit of 4,000.*--max-bytes"):
        open_snapshot(URL, SourceOptions(max_bytes=4000, revision="noise"))
    assert not temporary()


def test_an_empty_repository(serve: Serve) -> None:
    serve({"a": "x"})
    bare = bare_repository(serve.path().parent / "bare")
    with pytest.raises(UnreachableError, match="it is empty, or has no default branch"):
        open_snapshot(bare.as_uri())


def test_a_commit_without_files(serve: Serve) -> None:
    serve({})
    with open_snapshot(URL) as snapshot:
        assert snapshot.files() == ()


def test_a_default_branch_that_is_gone(serve: Serve) -> None:
    serve({"a": "x"}, branch="master")
    with pytest.raises(UnreachableError, match="name a branch with --revision"):
        open_snapshot(URL)
    with open_snapshot(URL, SourceOptions(revision="master")) as snapshot:
        assert kinds(snapshot) == {"a": EntryKind.FILE}


def test_a_missing_repository(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="there is no such repository") as caught:
        open_snapshot((tmp_path / "none.git").as_uri())
    assert "\n" not in str(caught.value)


def damage_pack(path: Path, keep: float) -> None:
    git(path, "repack", "-adq")
    pack = next((path / "objects/pack").glob("*.pack"))
    pack.chmod(0o600)
    data = pack.read_bytes()
    pack.write_bytes(data[: int(len(data) * keep)])


@pytest.mark.parametrize("keep", [0.2, 0.9])
def test_a_truncated_repository(serve: Serve, keep: float) -> None:
    serve({f"{n}": os.urandom(5000) for n in range(20)})
    damage_pack(serve.path(), keep)
    with pytest.raises(UnreachableError, match="damaged or incomplete") as caught:
        open_snapshot(URL)
    assert "\n" not in str(caught.value)
    assert not temporary()


def test_a_repository_that_lacks_an_object(serve: Serve) -> None:
    serve({"LICENSE": "MIT"})
    path = serve.path()
    oid = git(path, "rev-parse", "main:LICENSE").decode().strip()
    (path / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(UnreachableError, match="damaged or incomplete"):
        open_snapshot(URL)


def tree_object(path: Path, *entries: tuple[str, bytes, str]) -> str:
    raw = b"".join(
        f"{mode} ".encode() + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries
    )
    found = git(path, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=raw)
    return found.decode().strip()


def commit_tree(path: Path, tree: str) -> None:
    pinned = git(path, "commit-tree", "-m", "x", tree).decode().strip()
    git(path, "update-ref", "refs/heads/main", pinned)


@pytest.mark.parametrize("name", [b"..", b".git", b"a/b", b".GIT", b"git~1"])
def test_trees_that_would_lead_elsewhere_are_refused(serve: Serve, name: bytes) -> None:
    serve({"a": "x"})
    path = serve.path()
    blob = git(path, "rev-parse", "main:a").decode().strip()
    inner = tree_object(path, ("100644", b"config", blob))
    commit_tree(path, tree_object(path, ("40000", name, inner)))
    with pytest.raises(UnreachableError, match="damaged or incomplete"):
        open_snapshot(URL)


def test_a_tree_of_ten_billion_files_is_refused(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve({"a": "x"})
    path = serve.path()
    entry, mode = git(path, "rev-parse", "main:a").decode().strip(), "100644"
    for _ in range(10):
        entry = tree_object(path, *((mode, b"%d" % n, entry) for n in range(10)))
        mode = "40000"
    commit_tree(path, entry)
    monkeypatch.setattr("lineage.sources.gitobjects.FILE_LIMIT", 20_000)
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=f"more than {bounds.FILE_LIMIT:,} files"):
        open_snapshot(URL)
    assert time.monotonic() - began < 10
    assert not temporary()


def test_slips_of_old_git_programs_do_no_harm(serve: Serve) -> None:
    serve({"a": "x"})
    path = serve.path()
    blob = git(path, "rev-parse", "main:a").decode().strip()
    inner = tree_object(path, ("100644", b"LICENSE", blob))
    commit_tree(path, tree_object(path, ("040000", b"docs", inner)))
    with open_snapshot(URL) as snapshot:
        assert kinds(snapshot) == {"docs/LICENSE": EntryKind.FILE}


def test_the_user_s_configuration_is_honoured_and_cannot_run_hooks(
    serve: Serve, own_home: Path, tmp_path: Path
) -> None:
    pinned = serve({"a": "x"}, "https://example.org/r")
    marker, hooks = tmp_path / "ran", tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "fsmonitor"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o700)
    (own_home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = {hooks}/fsmonitor\n"
        f'[url "https://example.org/r"]\n\tinsteadOf = https://elsewhere.example/r\n'
        f'[url "{serve.path("https://example.org/r").as_uri()}"]\n'
        "\tinsteadOf = https://third.example/r\n"
        '[remote "origin"]\n\tfetch = +refs/pull/*/head:refs/remotes/origin/pr/*\n'
    )
    with open_snapshot("https://third.example/r") as snapshot:
        assert snapshot.repo.revision == pinned
    assert not marker.exists()


def test_a_git_hook_s_environment_does_not_lead_elsewhere(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = serve({"a": "x"})
    other = bare_repository(tmp_path / "other.git")
    commit(other, {"secret": "x"})
    before = sorted(other.rglob("*"))
    monkeypatch.setenv("GIT_DIR", str(other))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / "objects"))
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(other / "objects"))
    with open_snapshot(URL) as snapshot:
        assert snapshot.repo.revision == pinned
        assert snapshot.read("a", 10) == b"x"
    assert sorted(other.rglob("*")) == before


class _Refusing(http.server.BaseHTTPRequestHandler):
    status = 404
    headers_sent: dict[str, str] = {}  # noqa: RUF012 - set by the test

    def do_GET(self) -> None:
        self.server.seen.append(dict(self.headers))  # type: ignore[attr-defined]  # the test's
        self.send_response(self.status)
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's
        pass


@pytest.fixture
def refusing() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    server.seen = []  # type: ignore[attr-defined]  # what the requests carried
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "headers", "says"),
    [
        (404, {}, "there is no such repository, or it is private"),
        (401, {"WWW-Authenticate": 'Basic realm="x"'}, "private or missing, or the host refuses"),
        (403, {}, "private or missing, or the host refuses"),
        (500, {}, "git could not fetch it"),
        (302, {"Location": "ext::sh -c touch% ran"}, "https://|git could not|transport|cannot be"),
        (302, {"Location": "file:///etc/passwd"}, "transport|git could not|cannot be"),
    ],
)
def test_what_a_host_may_answer(
    refusing: http.server.ThreadingHTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    headers: dict[str, str],
    says: str,
) -> None:
    monkeypatch.setattr(_Refusing, "status", status)
    monkeypatch.setattr(_Refusing, "headers_sent", headers)
    url = f"http://me:secret@127.0.0.1:{refusing.server_port}/r.git"
    with pytest.raises(UnreachableError, match=says) as caught:
        open_snapshot(url, SMALL)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"http://127.0.0.1:{refusing.server_port}/r.git: ")


def test_credentials_come_from_the_environment(
    refusing: http.server.ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.http://127.0.0.1:{refusing.server_port}/.extraHeader",
        "GIT_CONFIG_VALUE_0": "Authorization: Bearer mine",
    }.items():
        monkeypatch.setenv(key, value)
    with pytest.raises(UnreachableError):
        open_snapshot(f"http://127.0.0.1:{refusing.server_port}/r.git", SMALL)
    assert refusing.seen[0]["Authorization"] == "Bearer mine"  # type: ignore[attr-defined]  # as above


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(UnreachableError, match="its host cannot be found"):
        open_snapshot("https://no-such-host.invalid/r.git", SMALL)


def test_a_port_that_nobody_listens_on() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(UnreachableError, match="its host cannot be reached"):
            open_snapshot(f"http://127.0.0.1:{closed.getsockname()[1]}/r.git", SMALL)


def test_a_host_that_never_answers_is_given_up(server: GitServer) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        port = silent.getsockname()[1]
        with pytest.raises(UnreachableError, match="did not go on in time"):
            open_snapshot(f"http://127.0.0.1:{port}/r.git", SourceOptions(timeout=1))
        assert time.monotonic() - began < 5
        # git's own helper, which held the connection, went with it.
        connection, _ = silent.accept()
        connection.settimeout(5)
        with connection:
            while connection.recv(4096):
                pass
    assert not temporary()


def test_without_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreachableError, match="git is not installed"):
        open_snapshot(URL)


def test_without_a_place_for_the_clone(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    serve({"a": "x"})
    monkeypatch.setattr("tempfile.tempdir", "/proc/none")
    with pytest.raises(UnreachableError, match=r"its clone cannot be kept .*; set TMPDIR"):
        open_snapshot(URL)


def test_nothing_is_left_running_or_open(serve: Serve) -> None:
    serve({"a": "x", "b": "y"})
    before = descriptors()
    with open_snapshot(URL) as snapshot:
        snapshot.read("a", 10)
        snapshot.read("b", 10)
        assert isinstance(snapshot, GitSnapshot)
        batch = snapshot._objects._process
        assert batch is not None
    assert batch.process.returncode is not None
    assert descriptors() == before


def test_a_repository_of_sha256_objects(server: GitServer, tmp_path: Path) -> None:
    path = tmp_path / "new.git"
    git(
        tmp_path,
        "init",
        "--quiet",
        "--bare",
        "--object-format=sha256",
        "--initial-branch=main",
        str(path),
    )
    commit(path, {"a": "x"})
    with pytest.raises(UnreachableError, match="SHA-256"):
        open_snapshot(path.as_uri())
