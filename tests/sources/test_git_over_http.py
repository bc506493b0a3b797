"""git over smart HTTP: the real client and the real server, with faults between them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage.model import EntryKind
from lineage.sources import SourceOptions, UnreachableError, open_snapshot
from lineage.sources.gitclone import BLOB_LIMIT
from tests.doubles.hosts.faults import Fault
from tests.doubles.hosts.gitweb import GitWeb

URL = "https://git.example/o/r"
FAST = SourceOptions(timeout=5)
KEY = "Basic bWU6c2VjcmV0"  # me:secret
REFS = "info/refs"
PACK = "git-upload-pack$"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitWeb]:
    with GitWeb(tmp_path) as found:
        found.add(URL, {"LICENSE": "MIT", "large.bin": b"\0" * (BLOB_LIMIT + 1)})
        yield found


def test_one_fetch_brings_in_small_files_alone(web: GitWeb) -> None:
    pinned = web.add(URL, {"LICENSE": "MIT", "large.bin": b"\0" * (BLOB_LIMIT + 1)})
    with open_snapshot(web.url_of(URL), FAST) as snapshot:
        assert snapshot.repo.revision == pinned
        assert [(e.path, e.kind) for e in snapshot.files()] == [
            ("LICENSE", EntryKind.FILE),
            ("large.bin", EntryKind.FILTERED),
        ]
        assert snapshot.read("LICENSE", 9) == b"MIT"
    assert [request.route.rpartition("/")[2] for request in web.requests] == [
        "refs",
        "git-upload-pack",
        "git-upload-pack",
    ]
    assert all("authorization" not in request.headers for request in web.requests)


@pytest.mark.parametrize(
    ("pattern", "faults", "says"),
    [
        (REFS, (Fault(401),) * 2, "private or missing"),
        (REFS, (Fault(403),), "private or missing"),
        (REFS, (Fault(404),), "no such repository"),
        (REFS, (Fault(410),), "no such repository"),
        (REFS, (Fault(429, {"Retry-After": "9"}),), "git could not fetch it|try again"),
        (REFS, (Fault(500),), "git could not fetch it|try again"),
        (REFS, (Fault(cut_after=20),), "damaged|could not|cannot be reached"),
        (REFS, (Fault(body=b"<html>"),), "no such repository|could not|damaged|empty"),
        (REFS, (Fault(302, {"Location": "http://127.0.0.1:1/x"}),), "cannot be reached|could not"),
        (REFS, (Fault(302, {"Location": "ftp://127.0.0.1/x"}),), "transport|could not|cannot be"),
        (PACK, (Fault(403),), "private or missing|could not"),
        (PACK, (Fault(500),), "could not|damaged"),
        (PACK, (Fault(), Fault(cut_after=60)), "damaged|could not"),
        (PACK, (Fault(), Fault(only=60)), "damaged|could not"),
        (PACK, (Fault(), Fault(body=b"0000")), "damaged|could not|no revision|empty"),
        (PACK, (Fault(), Fault(body=b"0008NAK\nPACK" + b"\0" * 99)), "damaged|could not"),
    ],
)
def test_a_fault_ends_in_one_sentence(
    web: GitWeb, tmp_path: Path, pattern: str, faults: tuple[Fault, ...], says: str
) -> None:
    web.fail(pattern, *faults)
    with pytest.raises(UnreachableError, match=says) as caught:
        open_snapshot(web.url_of(URL), FAST)
    assert "\n" not in str(caught.value)
    assert web.plan.is_done


def test_slow_bytes_are_waited_for(web: GitWeb) -> None:
    web.fail(PACK, Fault(), Fault(drip=40, pause=0.01))
    with open_snapshot(web.url_of(URL), FAST) as snapshot:
        assert snapshot.read("LICENSE", 9) == b"MIT"


def test_a_host_that_stops_in_the_middle_is_given_up(web: GitWeb) -> None:
    web.fail(PACK, Fault(), Fault(delay=4.0))
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="did not go on in time"):
        open_snapshot(web.url_of(URL), SourceOptions(timeout=1))
    assert time.monotonic() - began < 4


def test_a_login_is_shown_to_its_own_host_alone(web: GitWeb, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with GitWeb(tmp_path / "other") as other:
        other.add(URL, {"LICENSE": "MIT"})
        place = web.url_of(URL).replace("http://", "http://me:secret@")
        web.fail(
            REFS, Fault(302, {"Location": f"{other.url_of(URL)}/info/refs?service=git-upload-pack"})
        )
        try:
            open_snapshot(place, FAST).close()
        except UnreachableError as error:
            assert "secret" not in str(error)  # noqa: PT017 - either outcome will do
        assert other.requests
        assert all("authorization" not in request.headers for request in other.requests)


def test_a_private_repository_is_opened_with_its_login(web: GitWeb) -> None:
    web.add("https://git.example/o/p", {"LICENSE": "MIT"}, keys=frozenset({KEY}))
    place = web.url_of("https://git.example/o/p")
    with pytest.raises(UnreachableError, match="private or missing"):
        open_snapshot(place, FAST)
    with open_snapshot(place.replace("http://", "http://me:secret@"), FAST) as snapshot:
        assert snapshot.read("LICENSE", 9) == b"MIT"
        assert "secret" not in snapshot.repo.url + snapshot.repo.purl
