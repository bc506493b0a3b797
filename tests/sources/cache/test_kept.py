from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import huggingface_hub
import pytest

from lineage.sources import SourceOptions, UnreachableError, UnreadableError, open_snapshot
from lineage.sources.cache import kept
from lineage.sources.clients import client_for
from tests.doubles.gitrepo import GitServer
from tests.doubles.hub import Content, Fault, Hub
from tests.doubles.memory import Hosted

NAME = "org/name"
TARGET = f"hf:{NAME}"
WEIGHTS = Hosted(bytes(range(256)) * 400)
CONTENTS: dict[str, Content] = {
    "README.md": "---\nlicense: mit\n---\n# X",
    "b c/#d.json": "{}",
    "model.safetensors": WEIGHTS,
}
FAST = SourceOptions(timeout=5, longest_wait=1)
OFFLINE = SourceOptions(timeout=5, offline=True)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LINEAGE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02))
        yield hub


def _all(target: str, options: SourceOptions) -> tuple[object, ...]:
    """Return everything that a snapshot says, having read all of it."""
    with open_snapshot(target, options) as snapshot:
        found = [snapshot.read("README.md", 1000), snapshot.read("b c/#d.json", 10)]
        found += [snapshot.read_range("model.safetensors", at, at + 90) for at in (0, 500, 102_390)]
        pages = [snapshot.url_of("b c/#d.json", lines) for lines in (None, (3, 4))]
        return (
            snapshot.repo,
            snapshot.files(),
            snapshot.facts(),
            found,
            pages,
            snapshot.bytes_read,
        )


def test_a_commit_that_was_read_is_not_asked_for_again(hub: Hub) -> None:
    commit = hub.add(NAME, CONTENTS, tags=["license:mit"], cardData={"license": "mit"})
    first = _all(TARGET, FAST)
    asked = len(hub.requests), len(hub.storage)
    assert _all(f"{TARGET}@{commit}", FAST) == first
    assert (len(hub.requests), len(hub.storage)) == asked, "0 requests"
    assert _all(TARGET, FAST) == first
    assert len(hub.requests) == asked[0] + 1, "a branch is looked up"
    assert _all(f"{hub.endpoint}/{NAME}/tree/{commit}", OFFLINE) == first


def test_a_small_file_comes_whole(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        for start in range(0, 102_400, 4096):
            assert snapshot.read_range("model.safetensors", start, start + 90)
        assert snapshot.bytes_read == 25 * 90
    assert [request.span for request in hub.storage] == [(0, 102_400)]


def test_a_range_inside_what_is_kept_is_served_and_no_more_is_asked_for(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SMALL", 1000)
    hub.add(NAME, CONTENTS)
    data = WEIGHTS.content
    with open_snapshot(TARGET, FAST) as snapshot:
        for start, stop in (
            (100, 200),
            (300, 400),
            (150, 160),
            (50, 450),
            (60, 440),
            (440, 99_999),
        ):
            assert snapshot.read_range("model.safetensors", start, stop) == data[start:stop]
        assert snapshot.read_range("model.safetensors", 102_399, 110_000) == data[-1:]
        assert snapshot.bytes_read == 100 + 100 + 10 + 400 + 380 + 99_559 + 1
    assert [request.span for request in hub.storage] == [
        (100, 200), (300, 400), (50, 100), (200, 300), (400, 450), (450, 99_999), (102_399, 102_400),
    ]  # fmt: skip
    assert sum("/resolve/" in request.path for request in hub.requests) == 1


def test_the_heads_of_all_shards_come_at_once(hub: Hub) -> None:
    shards = {
        f"w/model-{n:05}-of-00006.safetensors": Hosted(bytes([n]) * (2 << 20)) for n in range(1, 7)
    }
    hub.add(NAME, {**shards, "w/other-00001-of-00002.safetensors": Hosted(b"x" * (2 << 20))})
    with open_snapshot(TARGET, FAST) as snapshot:
        for path, content in sorted(shards.items()):
            assert snapshot.read_range(path, 0, 65_536) == content.content[:65_536]
            if len(hub.storage) != 6:
                raise AssertionError(f"{len(hub.storage)} requests when one head was asked for")
        assert snapshot.bytes_read == 6 * 65_536
    assert {request.span for request in hub.storage} == {(0, 65_536)}


def test_the_library_s_own_offline_switch_is_served_from_the_cache(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, CONTENTS)
    first = _all(TARGET, FAST)
    asked = len(hub.requests)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    assert _all(TARGET, FAST) == first
    assert len(hub.requests) == asked


def test_offline_a_branch_is_the_commit_at_which_it_was_last_seen(hub: Hub) -> None:
    commit = hub.add(NAME, CONTENTS)
    first = _all(TARGET, FAST)
    with client_for(OFFLINE) as client:
        assert _all(TARGET, SourceOptions(offline=True, client=client)) == first
        (note,) = client.notes
    assert commit[:12] in note
    assert "when it was last asked for, 20" in note
    with pytest.raises(UnreachableError, match="--offline forbids"):
        open_snapshot(f"{TARGET}@v2", OFFLINE)
    with pytest.raises(UnreachableError, match="--offline forbids"):
        open_snapshot("hf:org/other", OFFLINE)


def test_offline_what_was_not_read_is_unreadable(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SMALL", 1000)
    hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        snapshot.read_range("model.safetensors", 0, 10)
    asked = len(hub.requests)
    with open_snapshot(TARGET, OFFLINE) as snapshot:
        assert snapshot.read_range("model.safetensors", 2, 8) == WEIGHTS.content[2:8]
        for start, stop in ((5, 15), (100, 110)):
            with pytest.raises(UnreadableError, match="not in the cache; it is on the network"):
                snapshot.read_range("model.safetensors", start, stop)
        with pytest.raises(UnreadableError, match="not in the cache"):
            snapshot.read("README.md", 100)
    assert len(hub.requests) == asked


def test_a_branch_that_moves_is_read_anew(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    first = _all(TARGET, FAST)
    hub.add(NAME, {**CONTENTS, "README.md": "changed"})
    second = _all(TARGET, FAST)
    assert first[0] != second[0]
    assert second[3][0] == b"changed"  # type: ignore[index]  # the list of contents


def test_a_failure_is_not_kept(hub: Hub) -> None:
    commit = hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        hub.fail("/resolve/", Fault(404), Fault(403))
        for _ in range(2):
            with pytest.raises(UnreadableError):
                snapshot.read("README.md", 100)
    with open_snapshot(f"{TARGET}@{commit}", FAST) as snapshot:
        assert snapshot.read("README.md", 100).startswith(b"---")


def test_two_repositories_of_one_commit_are_two(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = hub.add(NAME, {"a": "one"})
    with open_snapshot(TARGET, FAST) as snapshot:
        assert snapshot.read("a", 9) == b"one"
    with Hub() as other:
        assert other.add(NAME, {"a": "one"}) == commit
        monkeypatch.setenv("HF_ENDPOINT", other.endpoint)
        with open_snapshot(f"{TARGET}@{commit}", FAST) as snapshot:
            assert snapshot.read("a", 9) == b"one"
        assert other.requests, "another host is asked itself"


def test_the_byte_limit_holds_out_of_the_cache_too(hub: Hub) -> None:
    commit = hub.add(NAME, CONTENTS)
    _all(TARGET, FAST)
    limited = SourceOptions(max_bytes=100, timeout=5)
    with open_snapshot(f"{TARGET}@{commit}", limited) as snapshot:
        snapshot.read_range("model.safetensors", 0, 90)
        with pytest.raises(UnreadableError, match="the byte limit of 100 is used up"):
            snapshot.read_range("model.safetensors", 500, 590)


def test_a_git_repository_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, server = "https://git.example.org/o/r", GitServer(tmp_path)
    commit = server.add(url, {"README.md": "# X", "a/b.txt": "text"})
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    with open_snapshot(url, FAST) as first:
        assert first.read("a/b.txt", 10) == b"text"
        known = first.repo, first.files(), first.url_of("a/b.txt")
    with open_snapshot(url, SourceOptions(revision=commit, offline=True)) as second:
        assert (second.repo, second.files(), second.url_of("a/b.txt")) == known
        assert second.read("a/b.txt", 10) == b"text"
        assert second.read_range("a/b.txt", 1, 3) == b"ex"
        with pytest.raises(UnreadableError, match="not in the cache"):
            second.read("README.md", 10)


_NO_SOCKETS = """
import socket, sys
def refuse(*_args, **_kwargs):
    raise AssertionError("a socket was opened")
socket.socket.__init__ = refuse
socket.socket.connect = refuse
socket.create_connection = socket.getaddrinfo = refuse
from lineage.cli import main
sys.argv = ["lineage", *sys.argv[1:]]
main()
"""


def test_offline_an_audit_opens_no_socket(hub: Hub, cache: Path) -> None:
    hub.add(NAME, CONTENTS)

    def audited(*options: str, code: str = _NO_SOCKETS) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, "audit", TARGET, "--format", "json", *options]
        environment = {**os.environ, "LINEAGE_CACHE": str(cache), "HF_ENDPOINT": hub.endpoint}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    online = audited(code="from lineage.cli import main; main()")
    asked = len(hub.requests)
    offline = audited("--offline")
    assert offline.returncode == online.returncode, offline.stderr
    assert offline.stdout == online.stdout, "the same bytes"
    assert "when it was last asked for" in offline.stderr
    assert len(hub.requests) == asked
    assert audited().returncode == 3, "without --offline it runs into the refusal"
