from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lineage.sources.http import Client, HostError, LimitError, Pace, Traffic, patience
from tests.doubles.hosts.faults import PLAN, Fault
from tests.doubles.hosts.loopback import Answer, Loopback, Request, file_answer, json_answer

CONTENT = bytes(range(256)) * 40
SECRET = {"Authorization": "Bearer mine"}


class Plain(Loopback):
    """A host with one file, one answer in JSON, and a way to another host."""

    elsewhere = ""

    def answer(self, request: Request) -> Answer:
        if request.route == "/file":
            return file_answer(CONTENT, {"ETag": '"one"'})
        if request.route == "/led":
            return Answer(302, headers={"Location": f"{self.elsewhere}/file"})
        if request.route == "/api/thing":
            return json_answer({"asked": request.body.decode() or None})
        return Answer(404)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plain]:
    monkeypatch.setattr(patience, "PAUSES", (0.01, 0.02, 0.03))
    with Plain() as host:
        yield host


@pytest.fixture
def other() -> Iterator[Plain]:
    with Plain() as other:
        yield other


@pytest.fixture
def client() -> Iterator[Client]:
    with Client(timeout=0.5, longest=2) as client:
        yield client


def test_json_bytes_and_ranges(host: Plain, client: Client) -> None:
    assert client.get_json(f"{host.endpoint}/api/thing") == {"asked": None}
    assert client.post_json(f"{host.endpoint}/api/thing", [1]) == {"asked": "[1]"}
    assert client.get_bytes(f"{host.endpoint}/file", limit=len(CONTENT)) == CONTENT
    file = f"{host.endpoint}/file"
    assert client.get_range(file, 250, 260) == CONTENT[250:260]
    assert client.get_range(file, 10_230, 99_999) == CONTENT[10_230:]
    assert client.get_range(file, 99_000, 99_999) == b""
    assert client.get_range(file, 5, 5) == b""
    assert [request.headers.get("range") for request in host.requests[3:]] == [
        "bytes=250-259",
        "bytes=10230-99998",
        "bytes=99000-99998",
    ]
    assert {request.headers["accept-encoding"] for request in host.requests} == {"identity"}
    assert not any({"cookie", "authorization"} & set(one.headers) for one in host.requests)


#: What each fault does to a range that is read once; the others end in its right bytes.
FAILING = {
    "429 that lasts": "limit of requests is used up",
    "500 that lasts": "fails with status 500",
    "cut again and again": "broke off",
    "wrong length that lasts": "broke off",
    "wrong range": "another part of the file",
    "the whole file for a range": "no parts of files",
    "packed": "packs what it was asked to send plain",
    "redirect to the machine's own address": "not public",
    "redirect to a private address": "not public",
    "redirect to a file": "no http or https address",
    "redirect without end": "from one address to the next",
    "401": "asks for a login",
    "403": "forbids it",
    "404": "has nothing there",
    "410": "no longer has it",
    "451": "legal reasons",
    "nonsense": "no parts of files",
}


@pytest.mark.parametrize("name", PLAN)
def test_every_fault_ends_in_the_right_bytes_or_a_phrase(
    host: Plain, client: Client, name: str
) -> None:
    host.fail(r"/(file|\d)$", *PLAN[name])
    read: Callable[[], bytes] = lambda: client.get_range(f"{host.endpoint}/file", 8, 1000)  # noqa: E731
    if name not in FAILING:
        assert read() == CONTENT[8:1000]
        assert host.plan.is_done
        return
    with pytest.raises(HostError, match=FAILING[name]) as caught:
        read()
    assert "\x1b" not in str(caught.value)


def test_a_range_is_taken_up_where_it_broke_off(host: Plain, client: Client) -> None:
    host.fail("/file", Fault(cut_after=100), Fault(cut_after=50), Fault(503), Fault(only=7))
    assert client.get_range(f"{host.endpoint}/file", 10, 1000) == CONTENT[10:1000]
    starts = [request.span[0] for request in host.requests if request.span]
    assert starts == [10, 110, 160, 160, 167]
    received = client.traffic.hosts[0].received
    assert 990 < received < 990 + 5 * 400, "nothing came twice"


def test_a_file_that_changes_while_it_is_read_is_not_put_together(
    host: Plain, client: Client
) -> None:
    host.fail("/file", Fault(cut_after=100), Fault(headers={"ETag": '"two"'}))
    with pytest.raises(HostError, match="changed while it was read"):
        client.get_range(f"{host.endpoint}/file", 0, 1000)


def test_a_size_that_is_known_is_held_to(host: Plain, client: Client) -> None:
    file = f"{host.endpoint}/file"
    assert client.get_range(file, 0, 99_999, size=len(CONTENT)) == CONTENT
    with pytest.raises(HostError, match="10,240 bytes, not of its 10,241"):
        client.get_range(file, 0, 10, size=len(CONTENT) + 1)
    with pytest.raises(HostError, match="ends before its 99,999"):
        client.get_range(file, 20_000, 20_010, size=99_999)


def test_secrets_stay_with_their_host(host: Plain, other: Plain, client: Client) -> None:
    host.elsewhere = other.endpoint
    for _ in range(2):
        assert client.get_range(f"{host.endpoint}/led", 0, 5, secrets=SECRET) == CONTENT[:5]
    assert [request.token for request in host.requests] == ["mine"], "the address is kept"
    assert [request.token for request in other.requests] == [None, None]
    host.fail("/file", Fault(307, {"Location": "/file"}))
    client.get_bytes(f"{host.endpoint}/file", limit=1 << 20, secrets=SECRET)
    assert [request.token for request in host.requests[-2:]] == ["mine", "mine"]


def test_a_signed_address_that_expires_is_asked_for_again(
    host: Plain, other: Plain, client: Client
) -> None:
    host.elsewhere = other.endpoint
    client.get_range(f"{host.endpoint}/led", 0, 5)
    other.fail("/file", Fault(403))
    assert client.get_range(f"{host.endpoint}/led", 5, 9) == CONTENT[5:9]
    assert (len(host.requests), len(other.requests)) == (2, 3)


def test_an_address_that_a_host_names_is_followed_like_a_redirect(
    host: Plain, client: Client
) -> None:
    with pytest.raises(HostError, match="not public"):
        client.get_bytes("http://10.0.0.1/x", limit=10, named_by=host.endpoint)
    assert client.get_bytes(f"{host.endpoint}/file", limit=1 << 20, named_by=host.endpoint)


def test_a_question_is_not_posted_elsewhere(host: Plain, other: Plain, client: Client) -> None:
    host.fail("/api/", Fault(307, {"Location": f"{other.endpoint}/api/thing"}))
    with pytest.raises(HostError, match="to another host"):
        client.post_json(f"{host.endpoint}/api/thing", {})
    assert other.requests == []


def test_the_byte_limit_counts_heads_and_bodies(host: Plain) -> None:
    with Client(traffic=Traffic(2200), timeout=1) as client:
        client.get_range(f"{host.endpoint}/file", 0, 1000)
        spent = client.traffic.charged
        assert 1000 < spent < 1400
        with pytest.raises(LimitError, match="the byte limit of 2,200 is used up"):
            client.get_range(f"{host.endpoint}/file", 0, 1000)
        assert len(host.requests) == 1, "what would pass the limit is not asked for"
        with pytest.raises(LimitError):
            client.get_bytes(f"{host.endpoint}/file", limit=1 << 20)
        assert client.traffic.charged < 2200


def test_larger_answers_than_are_read(host: Plain, client: Client) -> None:
    with pytest.raises(HostError, match="more than the 100 bytes"):
        client.get_bytes(f"{host.endpoint}/file", limit=100)
    host.fail("/api/", Fault(body=b"[" * 100_000))
    with pytest.raises(HostError, match="does not answer in JSON"):
        client.get_json(f"{host.endpoint}/api/thing")


def test_traffic_is_counted_by_host(host: Plain, other: Plain, client: Client) -> None:
    client.get_json(f"{host.endpoint}/api/thing")
    client.get_json(f"{other.endpoint}/api/thing")
    client.get_json(f"{other.endpoint}/api/thing")
    counts = {one.host: one.requests for one in client.traffic.hosts}
    assert {f"http://{name}": count for name, count in counts.items()} == {
        host.endpoint: 1,
        other.endpoint: 2,
    }


def test_offline_asks_nobody(host: Plain) -> None:
    with Client(offline=True) as client, pytest.raises(HostError, match="--offline forbids"):
        client.get_json(host.endpoint)
    assert host.requests == []


class Limited(Plain):
    """A host that grants so many requests in a window of so many seconds, and bans who passes it."""

    def __init__(self, quota: int, window: float) -> None:
        self.quota, self.window = quota, window
        self.refused = 0
        self._served = 0
        self._end = 0.0
        self._lock = threading.Lock()
        super().__init__()

    def answer(self, request: Request) -> Answer:
        with self._lock:
            now = time.monotonic()
            if now >= self._end:
                self._served, self._end = 0, now + self.window
            self._served += 1
            left, reset = self.quota - self._served, max(0, round(self._end - now + 0.5))
            self.refused += left < 0
        headers = {
            "RateLimit": f'"api";r={max(0, left)};t={reset}',
            "RateLimit-Policy": f'"fixed window";"api";q={self.quota};w={round(self.window)}',
        }
        return Answer(429, headers=headers) if left < 0 else json_answer({}, headers=headers)


def test_many_at_once_stay_under_a_host_s_limit(tmp_path: Path) -> None:
    with Limited(quota=50, window=3) as host:

        def asks() -> None:
            # As processes do, each looks at the shared file by itself.
            with Client(pace=Pace(tmp_path), timeout=5, longest=30) as client:
                for _ in range(10):
                    client.get_json(f"{host.endpoint}/api/thing")

        threads = [threading.Thread(target=asks) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(host.requests) - host.refused == 80, "nobody was lost"
        assert host.refused < 8, "at most those under way when the limit was first told"
