"""Files of Git LFS on a git host, read by range through its server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage import walk
from lineage.model import EntryKind, Unread, WeightFile
from lineage.plugins import scanners
from lineage.sources import Snapshot, SourceOptions, UnreadableError, open_snapshot
from lineage.sources.http import Client
from lineage.sources.lfsserver import server_of
from tests.doubles.hosts.faults import PLAN, Fault
from tests.doubles.hosts.gitweb import GitWeb
from tests.doubles.memory import Hosted, Pointer

URL = "https://github.com/o/r"
DATA = bytes(range(256)) * 40
OTHER = b"another" * 500
#: One for all tests: it loads the machine's certificates once.
CLIENT = Client(timeout=5, longest=1.0)
FAST = SourceOptions(timeout=5, client=CLIENT)
BATCH = "objects/batch"


@pytest.fixture(autouse=True, scope="module")
def closing() -> Iterator[None]:
    yield
    CLIENT.close()


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitWeb]:
    monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02, 0.03))
    with GitWeb(tmp_path) as found:
        found.add(URL, {"a.bin": Hosted(DATA), "b.bin": Hosted(OTHER), "LICENSE": "MIT"})
        for key, value in found.environment().items():
            monkeypatch.setenv(key, value)
        yield found


@pytest.fixture
def snapshot(web: GitWeb) -> Iterator[Snapshot]:
    with open_snapshot(URL, FAST) as found:
        yield found


def batches(web: GitWeb) -> int:
    return len(web.asked(BATCH))


def test_a_file_is_read_by_range_and_listed_without_a_request(web: GitWeb) -> None:
    with open_snapshot(URL, FAST) as snapshot:
        entry = snapshot.files()[1]
        assert (entry.path, entry.kind, entry.size) == ("a.bin", EntryKind.FILE, len(DATA))
        assert entry.sha256 == Hosted(DATA).sha256
        assert not batches(web)
        assert snapshot.read_range("a.bin", 300, 400) == DATA[300:400]
        assert snapshot.read_range("a.bin", len(DATA) - 5, len(DATA) + 5) == DATA[-5:]
        assert snapshot.read_range("a.bin", len(DATA), len(DATA) + 5) == b""
        assert snapshot.read("b.bin", len(OTHER)) == OTHER
        assert snapshot.bytes_read == 105 + len(OTHER)
    # One question for both files, and no byte more than was asked for.
    assert batches(web) == 1
    assert [request.span for request in web.store.requests] == [
        (300, 400),
        (len(DATA) - 5, len(DATA)),
        (0, len(OTHER)),
    ]


def test_a_file_larger_than_what_is_wanted_is_not_asked_for(
    web: GitWeb, snapshot: Snapshot
) -> None:
    with pytest.raises(UnreadableError, match="more than the 10 that are read"):
        snapshot.read("a.bin", 10)
    assert not batches(web)
    assert not web.store.requests


@pytest.mark.parametrize(
    ("expires", "asks"),
    [
        ({}, 1),
        ({"expires_in": 3600}, 1),
        ({"expires_in": 10}, 2),
        ({"expires_in": 0, "expires_at": "0001-01-01T00:00:00Z"}, 1),
        ({"expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, 1),
        ({"expires_at": (datetime.now(UTC) + timedelta(seconds=9)).isoformat()}, 2),
        ({"expires_at": "some day"}, 2),
        ({"expires_at": 7, "expires_in": "x"}, 1),
    ],
)
def test_an_address_is_used_for_as_long_as_it_is_good(
    web: GitWeb, snapshot: Snapshot, expires: dict[str, str | int], asks: int
) -> None:
    web.expires = dict(expires)
    for start in (0, 100):
        assert snapshot.read_range("a.bin", start, start + 9) == DATA[start : start + 9]
    assert batches(web) == asks


def test_an_address_that_expired_early_is_asked_for_again(web: GitWeb, snapshot: Snapshot) -> None:
    snapshot.read_range("a.bin", 0, 9)
    web.store.signature = "2"
    assert snapshot.read_range("a.bin", 9, 20) == DATA[9:20]
    assert batches(web) == 2


def test_a_hundred_files_are_asked_for_at_once_and_no_more(web: GitWeb) -> None:
    files = {f"{n:03}.bin": Hosted(b"%d" % n * 50) for n in range(130)}
    web.add("https://github.com/o/many", files)
    with open_snapshot("https://github.com/o/many", FAST) as snapshot:
        for path, content in files.items():
            assert snapshot.read_range(path, 0, 10) == content.content[:10]
    assert batches(web) == 2


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 451, 500])
def test_a_server_that_refuses_leaves_pointers(web: GitWeb, status: int) -> None:
    web.fail(BATCH, *(Fault(status),) * 9)
    with open_snapshot(URL, FAST) as snapshot:
        for _ in range(2):
            with pytest.raises(UnreadableError, match=r"Git LFS pointer.*does not help") as caught:
                snapshot.read_range("a.bin", 0, 9)
        assert caught.value.withheld is (status in (401, 403))
        assert snapshot.files()[1].sha256 == Hosted(DATA).sha256
    assert not web.store.requests
    if status in (401, 403, 404, 410, 451):
        assert batches(web) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"objects": 3}', b'{"objects": [3, {"oid": 4}]}', b'{"objects": []}',
     b'{"transfer": "tus", "objects": []}', b'{"hash_algo": "md5", "objects": []}',
     b'{"objects": [{"oid": "%s"}]}' % Hosted(DATA).sha256.encode(),
     b'{"objects": [{"oid": "%s", "actions": {"download": {"href": 7}}}]}' % Hosted(DATA).sha256.encode(),
     b'{"objects": [{"oid": "%s", "error": {"code": 410}}]}' % Hosted(DATA).sha256.encode(),
     b'{"objects": [{"oid": "%s", "actions": {"download": {"href": "file:///etc/passwd"}}}]}' % Hosted(DATA).sha256.encode(),
     b'{"objects": [{"oid": "%s", "actions": {"download": {"href": "http://169.254.169.254/"}}}]}' % Hosted(DATA).sha256.encode(),
     b'{"objects": [{"oid": "%s", "actions": {"download": {"href": "http://10.0.0.1/x"}}}]}' % Hosted(DATA).sha256.encode()],
)  # fmt: skip
def test_nonsense_leads_nowhere(web: GitWeb, snapshot: Snapshot, body: bytes) -> None:
    web.fail(BATCH, *(Fault(body=body),) * 3)
    with pytest.raises(UnreadableError):
        snapshot.read_range("a.bin", 0, 9)
    assert not web.store.requests


@pytest.mark.parametrize("name", PLAN)
def test_no_fault_of_the_store_changes_a_byte(web: GitWeb, snapshot: Snapshot, name: str) -> None:
    web.fail("/store/", *PLAN[name])
    began = time.monotonic()
    with suppress(UnreadableError):
        assert snapshot.read_range("a.bin", 1000, 2000) == DATA[1000:2000]
    assert time.monotonic() - began < 20
    for request in web.store.requests:
        assert request.span is not None


def test_a_store_that_sends_whole_files_is_not_downloaded(web: GitWeb, snapshot: Snapshot) -> None:
    web.fail("/store/", *(Fault(whole=True),) * 9)
    with pytest.raises(UnreadableError, match="no parts of files"):
        snapshot.read_range("a.bin", 1000, 1100)
    assert snapshot.read_range("a.bin", 0, 10) == DATA[:10]
    assert snapshot.bytes_read == 10


def test_a_whole_file_is_held_against_its_digest(web: GitWeb, snapshot: Snapshot) -> None:
    web.store.contents[Hosted(DATA).sha256] = DATA[:-1] + b"!"
    with pytest.raises(UnreadableError, match="another file than its pointer names"):
        snapshot.read("a.bin", len(DATA))
    web.store.contents[Hosted(OTHER).sha256] = OTHER[:-1]
    with pytest.raises(UnreadableError):
        snapshot.read("b.bin", len(OTHER))


def test_another_server_that_the_repository_names_is_not_asked(web: GitWeb, tmp_path: Path) -> None:
    (tmp_path / "evil").mkdir()
    with GitWeb(tmp_path / "evil") as evil:
        config = f'[lfs]\n\turl = "{evil.endpoint}/github.com/o/r.git/info/lfs"\n'
        web.add("https://github.com/o/led", {".lfsconfig": config, "a.bin": Hosted(DATA)})
        with open_snapshot("https://github.com/o/led", FAST) as snapshot:
            assert snapshot.files()[1].kind is EntryKind.LFS
            assert snapshot.files()[1].sha256 == Hosted(DATA).sha256
            with pytest.raises(UnreadableError, match="Git LFS pointer"):
                snapshot.read_range("a.bin", 0, 9)
        assert not evil.requests
    assert not batches(web)


def test_a_server_of_the_same_host_that_the_repository_names_is_asked(web: GitWeb) -> None:
    config = f"[lfs]\n\turl = {web.endpoint}/github.com/o/r.git/info/lfs/\n"
    web.add("https://github.com/o/led", {".lfsconfig": config, "a.bin": Hosted(DATA)})
    with open_snapshot("https://github.com/o/led", FAST) as snapshot:
        assert snapshot.read_range("a.bin", 0, 9) == DATA[:9]
    assert web.asked(BATCH)[0].path == "/github.com/o/r.git/info/lfs/objects/batch"


@pytest.mark.parametrize("config", ["[lfs]\n", "[", "\0", "[include]\n\tpath = /etc/passwd\n"])
def test_a_configuration_that_names_no_server_does_no_harm(web: GitWeb, config: str) -> None:
    web.add("https://github.com/o/led", {".lfsconfig": config, "a.bin": Hosted(DATA)})
    with open_snapshot("https://github.com/o/led", FAST) as snapshot:
        assert snapshot.read_range("a.bin", 0, 9) == DATA[:9]


def test_a_token_is_shown_to_the_host_that_refuses_without_it_and_to_no_other(
    web: GitWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "mine")
    with open_snapshot(URL, FAST) as snapshot:
        snapshot.read_range("a.bin", 0, 9)
        assert [request.headers.get("authorization") for request in web.asked(BATCH)] == [None]
    web.fail(BATCH, Fault(401))
    with open_snapshot(URL, FAST) as snapshot:
        assert snapshot.read_range("a.bin", 0, 9) == DATA[:9]
    shown = [request.headers.get("authorization") for request in web.asked(BATCH)]
    assert shown[:2] == [None, None]
    assert shown[2]
    assert shown[2].startswith("Basic ")
    assert all("authorization" not in request.headers for request in web.store.requests)


def test_a_login_in_the_url_opens_a_private_repository_and_is_never_shown(
    web: GitWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "Basic bWU6c2VjcmV0"  # me:secret
    web.add("https://git.example/o/p", {"a.bin": Hosted(DATA)}, keys=frozenset({key}))
    place = web.url_of("https://git.example/o/p").replace("http://", "http://me:secret@")
    with open_snapshot(place, FAST) as snapshot:
        assert snapshot.read_range("a.bin", 0, 9) == DATA[:9]
        assert "secret" not in snapshot.repo.url + snapshot.repo.purl
    assert all("authorization" not in request.headers for request in web.store.requests)


def test_the_store_s_redirect_keeps_the_signed_header_at_home(
    web: GitWeb, snapshot: Snapshot
) -> None:
    place = f"{web.endpoint}/elsewhere"
    web.fail("/store/", *(Fault(302, {"Location": place}),) * 2)
    with pytest.raises(UnreadableError):
        snapshot.read_range("a.bin", 0, 9)
    (led, *_) = web.asked("/elsewhere")
    assert "x-signed" not in led.headers


@pytest.mark.parametrize(
    ("remote", "server"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r.git/info/lfs"),
        ("https://me:pw@host:8443/o/r", "https://host:8443/o/r.git/info/lfs"),
        ("git@github.com:o/r.git", "https://github.com/o/r.git/info/lfs"),
        ("ssh://git@ssh.github.com:443/o/r.git", "https://github.com/o/r.git/info/lfs"),
        ("ssh://git@host:2222/deep/er/r.git", "https://host/deep/er/r.git/info/lfs"),
        ("file:///srv/r.git", None),
        ("/srv/r.git", None),
    ],
)
def test_the_server_of_a_remote(remote: str, server: str | None) -> None:
    assert server_of(remote) == server


def test_the_pointer_alone_makes_two_files_identical(web: GitWeb) -> None:
    """Tier A needs the digest, which is there without a request and when the server refuses."""
    digest = "ab" * 32
    web.add("https://github.com/o/held", {"model.safetensors": Pointer(digest, 5_000_000_000)})
    with open_snapshot("https://github.com/o/held", FAST) as snapshot:
        reading = walk.read(snapshot, scanners())
    (file,) = [fact for fact in reading.evidence if isinstance(fact, WeightFile)]
    assert (file.sha256, file.size, file.tensors) == (digest, 5_000_000_000, None)
    assert [gap.path for gap in reading.coverage.unread] == ["model.safetensors"]
    assert isinstance(reading.coverage.unread[0], Unread)
    assert "does not have the file" in reading.coverage.unread[0].reason
