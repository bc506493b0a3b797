"""What the APIs of GitHub and GitCode give beside a clone: files it left out, facts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineage.model import EntryKind, Host
from lineage.scanners import tokenizer_files
from lineage.sources import SourceOptions, UnreadableError, open_snapshot
from lineage.sources.file import SourceFile
from lineage.sources.gitclone import BLOB_LIMIT
from lineage.sources.giturl import git_address
from lineage.sources.http import Client
from lineage.sources.keys import api_key, git_key
from lineage.sources.restapi import api_of
from tests.doubles.hosts.faults import Fault
from tests.doubles.hosts.gitweb import GitWeb
from tests.doubles.memory import Hosted

GITHUB = "https://github.com/o/r"
GITCODE = "https://gitcode.com/hf_mirrors/o/m"
LARGE = b'{"model": {"vocab": {}}, "a": "' + b"x" * BLOB_LIMIT + b'"}'
CLIENT = Client(timeout=5, longest=1.0)
FAST = SourceOptions(timeout=10, client=CLIENT)
LIMIT = 64 << 20


@pytest.fixture(autouse=True, scope="module")
def closing() -> Iterator[None]:
    yield
    CLIENT.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitWeb]:
    with GitWeb(tmp_path_factory.mktemp("web")) as found:
        for url in (GITHUB, GITCODE, "https://codeberg.org/o/r"):
            found.add(
                url,
                {
                    "a b/tokenizer.json": LARGE,
                    "LICENSE": "MIT",
                    "generated.py": LARGE,
                    "w.bin": Hosted(b"w" * 99),
                },
            )
        yield found


@pytest.fixture
def web(served: GitWeb, monkeypatch: pytest.MonkeyPatch) -> GitWeb:
    monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02, 0.03))
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    for key, value in served.environment().items():
        monkeypatch.setenv(key, value)
    served.requests.clear()
    served.store.requests.clear()
    while served.plan.take("/api/"):
        continue
    return served


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (GITHUB, "/api/github/repos/o/r/git/blobs/"),
        (GITCODE, "/api/gitcode/repos/hf_mirrors%2Fo/m/raw/a%20b/tokenizer.json?ref="),
    ],
)
def test_a_file_that_the_clone_left_out_comes_from_the_api(
    web: GitWeb, url: str, asked: str
) -> None:
    with open_snapshot(url, FAST) as snapshot:
        entry = snapshot.files()[1]
        assert (entry.path, entry.kind, entry.size) == ("a b/tokenizer.json", EntryKind.FILE, None)
        with pytest.raises(UnreadableError, match="more than the 4,194,304 that are read"):
            snapshot.read(entry.path, BLOB_LIMIT)
        assert snapshot.files()[2].kind is EntryKind.FILTERED  # no program is read whole
        assert not web.asked("/api/")
        assert snapshot.read(entry.path, LIMIT) == LARGE
        with pytest.raises(UnreadableError, match="size that is not known"):
            snapshot.read_range(entry.path, 0, 9)
    (request,) = web.asked("/api/")
    assert request.path.startswith(asked)


def test_a_tokenizer_that_the_api_keeps_back_is_known_by_its_name(
    web: GitWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINEAGE_CACHE", "off")
    for faults, size in (((), 0), ((Fault(404),), None)):
        web.fail("/api/", *faults)
        with open_snapshot(GITHUB, SourceOptions(timeout=10, client=CLIENT)) as snapshot:
            entry = snapshot.files()[1]
            (found,) = tokenizer_files.scan(SourceFile(snapshot, entry))
        assert (found.kind, found.vocabulary_size) == ("tokenizers", size)


def test_a_host_without_a_known_api_is_not_asked(web: GitWeb) -> None:
    with open_snapshot("https://codeberg.org/o/r", FAST) as snapshot:
        assert snapshot.files()[1].kind is EntryKind.FILTERED
        assert snapshot.facts() == ()
    assert not web.asked("/api/")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(404), "does not send it"),
        (Fault(403), "does not send it"),
        (Fault(429, {"Retry-After": "999"}), "does not send it"),
        (Fault(body=LARGE[:-1]), "another file than git names"),
        (Fault(body=b""), "another file than git names"),
        (Fault(302, {"Location": "http://169.254.169.254/"}), "does not send it"),
    ],
)
def test_what_the_api_sends_is_held_against_git_s_digest(
    web: GitWeb, fault: Fault, says: str
) -> None:
    web.fail("/api/", *(fault,) * 5)
    # A client of its own: a host that asked to be left alone is, for as long as the client lives.
    own = SourceOptions(timeout=10, longest_wait=1.0)
    with open_snapshot(GITHUB, own) as snapshot, pytest.raises(UnreadableError, match=says):
        snapshot.read("a b/tokenizer.json", LIMIT)


def test_tokens_go_to_the_api_that_they_are_for(
    web: GitWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hub")
    monkeypatch.setenv("GITCODE_TOKEN", "code")
    for url in (GITHUB, GITCODE):
        with open_snapshot(url, FAST) as snapshot:
            snapshot.read("a b/tokenizer.json", LIMIT)
            snapshot.read_range("w.bin", 0, 9)
            snapshot.facts()
    tokens = {
        (request.path.split("/")[2] if "/api/" in request.path else "git", request.token)
        for request in web.requests
    }
    assert tokens == {("git", None), ("github", "hub"), ("gitcode", "code")}
    assert all(request.token is None for request in web.store.requests)


def test_an_api_s_redirect_is_told_no_token(web: GitWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "hub")
    web.fail("/api/", Fault(302, {"Location": f"{web.store.endpoint}/store/x"}))
    with open_snapshot(GITHUB, FAST) as snapshot:
        assert snapshot.facts()[0].key == "host_api"
    (led,) = web.store.requests
    assert led.token is None


def test_gitcode_is_asked_for_facts_with_a_token_alone(
    web: GitWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(GITCODE, FAST) as snapshot:
        assert {f.key: f.value for f in snapshot.facts()} == {
            "mirror_of": "o/m",
            "host_api": "not asked: set GITCODE_TOKEN, which raises its limits",
        }
    assert not web.asked("/api/")
    monkeypatch.setenv("GITCODE_TOKEN", "code")
    with open_snapshot(GITCODE, FAST) as snapshot:
        assert {f.key for f in snapshot.facts()} == {"mirror_of"}
    assert web.asked("/api/gitcode/repos/hf_mirrors%2Fo/m$")


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"fork": "yes"}', b'{"fork": true, "parent": 3}', b'{"license": []}',
     b'{"fork": true, "parent": {"full_name": "../x"}}', b'{"fork": true, "parent": {"full_name": "a/b\\u001b[31m"}}',
     b'{"license": {"spdx_id": "NOASSERTION"}}', b'{"license": {"spdx_id": "a b"}}'],
)  # fmt: skip
def test_nonsense_is_no_fact(web: GitWeb, body: bytes) -> None:
    web.fail("/api/", Fault(body=body))
    with open_snapshot(GITHUB, FAST) as snapshot:
        assert snapshot.facts() == ()


def test_variables_of_another_server_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "theirs")
    monkeypatch.setenv("GITHUB_API_URL", "https://ghe.example/api/v3")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://ghe.example")
    found = api_of(git_address(GITHUB))
    assert found is not None
    assert found.url == "https://api.github.com/repos/o/r"
    assert not api_key(Host.GITHUB).secrets
    assert not git_key(Host.GITHUB, f"{GITHUB}.git").secrets
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    assert api_key(Host.GITHUB).secrets == {"Authorization": "Bearer theirs"}


@pytest.mark.parametrize("token", ["a\nb", "\x1b", "ü", " "])
def test_a_token_that_cannot_stand_in_a_header_is_none(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("GITCODE_TOKEN", token)
    assert not api_key(Host.GITCODE).secrets


@pytest.mark.parametrize("url", ["https://atomgit.com/o/r", "https://gitlab.com/o/r", "file:///x"])
def test_hosts_that_have_no_api_here(url: str) -> None:
    assert api_of(git_address(url)) is None
