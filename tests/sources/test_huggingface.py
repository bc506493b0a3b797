from __future__ import annotations

import hashlib
import socket
import time
from collections.abc import Iterator

import huggingface_hub
import pytest

from lineage.model import EntryKind, Exhibit, FileEntry, Host, HostFact
from lineage.sources import (
    SourceOptions,
    TargetError,
    UnreachableError,
    UnreadableError,
    bounds,
    huggingface,
    open_snapshot,
)
from lineage.sources.http import Client, Traffic
from tests.doubles.hub import Content, Fault, Hub
from tests.doubles.memory import Hosted

NAME = "org/name"
TARGET = f"hf:{NAME}"
WEIGHTS = Hosted(bytes(range(256)) * 40)
CONTENTS: dict[str, Content] = {
    "README.md": "---\nlicense: mit\n---\n# X",
    "b c/#d.json": "{}",
    "empty": "",
    "model.safetensors": WEIGHTS,
}
FAST = SourceOptions(timeout=5, longest_wait=1)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with Hub() as hub:
        # huggingface_hub read its own endpoint when it was imported, long before.
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        monkeypatch.setattr("lineage.sources.http.patience.PAUSES", (0.01, 0.02))
        yield hub
        huggingface_hub.close_session()


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    return "hf_mine"


def test_a_repository_is_listed_pinned_and_read(hub: Hub) -> None:
    pinned = hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        listed = {entry.path: entry for entry in snapshot.files()}
        assert list(listed) == sorted(CONTENTS)
        assert {entry.kind for entry in listed.values()} == {EntryKind.FILE}
        weights = listed["model.safetensors"]
        assert (weights.size, weights.sha256) == (len(WEIGHTS.content), WEIGHTS.sha256)
        assert listed["empty"] == FileEntry(
            "empty", EntryKind.FILE, 0, blob=hashlib.sha1(b"blob 0\0").hexdigest()
        )
        assert len(hub.requests) == 1, "one request lists it, with sizes and digests"
        assert hub.requests[0].path == f"/api/models/{NAME}?blobs=true"
        assert snapshot.bytes_read == 0
        assert snapshot.read("b c/#d.json", 2) == b"{}"
        assert snapshot.read("empty", 2) == b""
        assert snapshot.read_range("model.safetensors", 250, 260) == WEIGHTS.content[250:260]
        assert snapshot.read_range("model.safetensors", 10_230, 99_999) == WEIGHTS.content[10_230:]
        assert snapshot.read_range("model.safetensors", 99_000, 99_999) == b""
        assert snapshot.read("model.safetensors", 1 << 20) == WEIGHTS.content
        assert snapshot.bytes_read == 2 + 10 + 10 + 10_240
        assert f"/resolve/{pinned}/" in hub.requests[1].path
        assert hub.requests[1].path.endswith("/b%20c/%23d.json")
        repo = snapshot.repo
        assert (repo.host, repo.id, repo.revision) == (Host.HUGGINGFACE, NAME, pinned)
        assert repo.purl == f"pkg:huggingface/{NAME}@{pinned}"
        assert repo.url == f"{hub.endpoint}/{NAME}/tree/{pinned}"
        place = f"{hub.endpoint}/{NAME}/blob/{pinned}/b%20c/%23d.json"
        assert snapshot.url_of("b c/#d.json") == place
        assert snapshot.url_of("b c/#d.json", (3, 4)) == f"{place}#L3-L4"


def test_only_the_bytes_that_are_read_cross(hub: Hub) -> None:
    hub.add(NAME, {"model.safetensors": WEIGHTS})
    with open_snapshot(TARGET, FAST) as snapshot:
        snapshot.read_range("model.safetensors", 8, 108)
    assert [request.headers["range"] for request in hub.storage] == ["bytes=8-107"]
    assert {request.headers["accept-encoding"] for request in hub.storage} == {"identity"}


@pytest.mark.parametrize(
    ("target", "type_", "name", "purl"),
    [
        ("hf:datasets/org/data", "datasets", "org/data", "pkg:huggingface/datasets/org/data@"),
        (
            "{}/datasets/org/data/tree/main",
            "datasets",
            "org/data",
            "pkg:huggingface/datasets/org/data@",
        ),
        ("hf:spaces/org/app", "spaces", "org/app", "pkg:huggingface/spaces/org/app@"),
        ("{}/org/name/blob/main/README.md", "models", "org/name", "pkg:huggingface/org/name@"),
        ("hf:gpt2", "models", "gpt2", "pkg:huggingface/gpt2@"),
    ],
)
def test_models_data_sets_and_spaces(
    hub: Hub, target: str, type_: str, name: str, purl: str
) -> None:
    pinned = hub.add(name, {"README.md": "x"}, type=type_)
    with open_snapshot(target.format(hub.endpoint), FAST) as snapshot:
        assert snapshot.repo.purl == purl + pinned
        assert snapshot.read("README.md", 10) == b"x"
        prefix = "" if type_ == "models" else f"{type_}/"
        assert (
            snapshot.url_of("README.md") == f"{hub.endpoint}/{prefix}{name}/blob/{pinned}/README.md"
        )


@pytest.mark.parametrize(
    ("said", "name"),
    [("openai-community/gpt2", "openai-community/gpt2"), ("../x", "gpt2"), (None, "gpt2"), (7, "gpt2")],
)  # fmt: skip
def test_a_repository_goes_by_the_name_that_the_hub_gives_it(
    hub: Hub, said: str | int | None, name: str
) -> None:
    hub.add("gpt2", {"a": "x"}, id=said)
    with open_snapshot("hf:gpt2", FAST) as snapshot:
        assert snapshot.repo.id == name
        assert f"/{name}/tree/" in snapshot.repo.url


@pytest.mark.parametrize(
    ("target", "form"),
    [("{}/org", "hf:org/name"), ("hf:org", "hf:org/name"), ("{}/datasets/org", "hf:datasets/org/name")],
)  # fmt: skip
def test_the_page_of_an_organisation_gets_the_advice_to_name_a_repository(
    hub: Hub, target: str, form: str
) -> None:
    with pytest.raises(UnreachableError, match=f"no such repository.*organisation.*{form}$"):
        open_snapshot(target.format(hub.endpoint), FAST)


def test_revisions(hub: Hub) -> None:
    pinned = hub.add(NAME, {"a": "x"}, branches=("main", "v1", "refs/pr/3"))
    for target, revision, asked in (
        (TARGET, None, ""),
        (TARGET, "v1", "/revision/v1"),
        (TARGET, pinned, f"/revision/{pinned}"),
        (f"{TARGET}@refs/pr/3", None, "/revision/refs%2Fpr%2F3"),
        (f"{hub.endpoint}/{NAME}/tree/v1", None, "/revision/v1"),
        (f"{hub.endpoint}/{NAME}/tree/v1", "main", "/revision/main"),
    ):
        with open_snapshot(
            target, SourceOptions(revision=revision, timeout=5, longest_wait=1)
        ) as snapshot:
            assert snapshot.repo.revision == pinned
            assert snapshot.read("a", 5) == b"x"
        assert hub.requests[-2].path == f"/api/models/{NAME}{asked}?blobs=true"


def test_what_the_host_says(hub: Hub) -> None:
    pinned = hub.add(
        NAME,
        CONTENTS,
        gated="manual",
        tags=["license:llama3", "base_model:finetune:org/base"],
        cardData={"license": "other", "license_name": "own", "license_link": ["a", "b"], "x": 1},
    )
    exhibit = Exhibit("", url=f"{hub.endpoint}/api/models/{NAME}/revision/{pinned}")
    with open_snapshot(TARGET, FAST) as snapshot:
        assert snapshot.facts() == tuple(
            HostFact(key, value, exhibit)
            for key, value in (
                ("gated", "manual"),
                ("private", "false"),
                ("disabled", "false"),
                ("created_at", "2024-05-01T12:00:00+00:00"),
                ("tag", "base_model:finetune:org/base"),
                ("tag", "license:llama3"),
                ("license", "other"),
                ("license_name", "own"),
                ("license_link", "a"),
                ("license_link", "b"),
            )
        )


def test_odd_metadata_is_bounded(hub: Hub) -> None:
    hub.add(NAME, {"a": "x"}, tags=["y" * 5000], cardData={"license": {"not": "a text"}})
    with open_snapshot(TARGET, FAST) as snapshot:
        values = [fact.value for fact in snapshot.facts() if fact.key in ("tag", "license")]
        assert values == ["y" * 300]


@pytest.mark.parametrize("name", ["../../api/whoami", "a/../../b", "/etc/passwd", "a//b", "./a"])
def test_names_that_would_lead_elsewhere_are_not_asked_for(hub: Hub, name: str) -> None:
    hub.add(NAME, {name: "x"})
    with open_snapshot(TARGET, FAST) as snapshot:
        with pytest.raises(UnreadableError, match="another place on the host"):
            snapshot.read(name, 10)
        assert len(hub.requests) == 1


def test_names_may_hold_anything(hub: Hub) -> None:
    names = ["a\nb", "\x1b[31mred", "名前", "a?b=c", "a%2Fb", "\u202egpj", "\ud800"]
    hub.add(NAME, dict.fromkeys(names, "x"))
    with open_snapshot(TARGET, FAST) as snapshot:
        assert {entry.path for entry in snapshot.files()} == set(names)
        for name in names[:-1]:
            assert snapshot.read(name, 10) == b"x", name
        with pytest.raises(UnreadableError):
            snapshot.read("\ud800", 10)


def test_the_token_goes_to_the_hub_alone(hub: Hub, token: str) -> None:
    hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        snapshot.read("README.md", 1000)
        snapshot.read_range("model.safetensors", 0, 10)
    assert {request.token for request in hub.requests} == {token}
    assert len(hub.storage) == 1
    assert hub.storage[0].token is None


def test_a_mirror_that_was_not_chosen_gets_no_token(
    hub: Hub, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, {"a": "x"})
    monkeypatch.setitem(huggingface.MIRRORS, "hf-mirror.com", hub.endpoint)
    target = f"https://hf-mirror.com/{NAME}"
    for chosen, sent in (("https://huggingface.co", None), (hub.endpoint, token)):
        monkeypatch.setenv("HF_ENDPOINT", chosen)
        with open_snapshot(target, FAST) as snapshot:
            assert snapshot.read("a", 10) == b"x"
        assert [request.token for request in hub.requests[-2:]] == [sent, sent]


def test_no_telemetry(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_AGENT", "somebody")
    hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        snapshot.read("README.md", 1000)
    assert [request.path.partition("?")[0] for request in hub.requests] == [
        f"/api/models/{NAME}",
        f"/{NAME}/resolve/{snapshot.repo.revision}/README.md",
    ]
    for request in hub.requests:
        assert request.headers["user-agent"].startswith("lineage/")
        assert "agent/" not in request.headers["user-agent"]
        assert "torch" not in request.headers["user-agent"]


def test_a_gated_repository_is_listed_and_says_what_would_open_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(NAME, CONTENTS, gated="auto", token="hf_mine")
    with open_snapshot(TARGET, FAST) as snapshot:
        assert len(snapshot.files()) == len(CONTENTS)
        for path in ("README.md", "model.safetensors"):
            with pytest.raises(UnreadableError, match=r"gated; accept its terms .* HF_TOKEN"):
                snapshot.read(path, 1 << 20)
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    with open_snapshot(TARGET, FAST) as snapshot:
        assert snapshot.read("README.md", 1000).startswith(b"---")


def test_a_private_repository(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.add(NAME, CONTENTS, private=True, token="hf_mine")
    with pytest.raises(UnreachableError, match=r"or it is private; .* set HF_TOKEN"):
        open_snapshot(TARGET, FAST)
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    with open_snapshot(TARGET, FAST) as snapshot:
        assert len(snapshot.files()) == len(CONTENTS)


@pytest.mark.parametrize("with_token", [False, True])
def test_a_missing_repository(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, *, with_token: bool
) -> None:
    if with_token:
        monkeypatch.setenv("HF_TOKEN", "hf_mine")
    with pytest.raises(UnreachableError, match="there is no such repository, or it is private"):
        open_snapshot(TARGET, FAST)


def test_a_missing_revision(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    with pytest.raises(UnreachableError, match="it has no such revision; give a branch"):
        open_snapshot(f"{TARGET}@nothing", FAST)


@pytest.mark.parametrize("revision", ["--x", "a b", "..", "a\nb"])
def test_a_revision_that_is_none_is_not_asked_for(hub: Hub, revision: str) -> None:
    with pytest.raises(TargetError, match="is no revision"):
        open_snapshot(TARGET, SourceOptions(revision=revision))
    assert hub.requests == []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(401, {"X-Error-Message": "Invalid credentials in Authorization header"}), "does not accept the token; check HF_TOKEN"),
        (Fault(403), "forbids it; set HF_TOKEN"),
        (Fault(403, {"X-Error-Code": "GatedRepo"}), "it is gated; accept its terms"),
        (Fault(403, {"X-Error-Message": "Access to this resource is disabled."}), "forbids it"),
        (Fault(404), "no such repository"),
        (Fault(410), "no longer has it"),
        (Fault(418), "refuses with status 418"),
        (Fault(429, {"Retry-After": "300"}), "limit of requests is used up; wait .* HF_TOKEN"),
        (Fault(451), "for legal reasons"),
        (Fault(418, body=b"\x1b[31m<script>\n" * 50), "status 418"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Fault) else "",
)  # fmt: skip
def test_what_the_hub_may_answer(hub: Hub, fault: Fault, says: str) -> None:
    hub.add(NAME, CONTENTS)
    hub.fail("/api/", fault)
    with pytest.raises(UnreachableError, match=says) as caught:
        open_snapshot(TARGET, FAST)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b"{}", b'{"id": 3}', b'{"id": "a/b"}', b'{"id": "a/b", "sha": "main"}',
     b'{"id": "a/b", "sha": 5, "siblings": []}', b'{"id": "a/b", "sha": "x", "siblings": [{}]}',
     b'{"id": "a/b", "createdAt": "yesterday"}', b'{"id":"a/b","siblings":[{"rfilename":"a","lfs":{"size":1}}]}'],
)  # fmt: skip
def test_answers_that_are_not_the_hub_s(hub: Hub, body: bytes) -> None:
    hub.fail("/api/", Fault(body=body))
    with pytest.raises(UnreachableError, match="check HF_ENDPOINT") as caught:
        open_snapshot(TARGET, FAST)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_passes_is_tried_again(hub: Hub, status: int) -> None:
    hub.add(NAME, CONTENTS)
    hub.fail("/api/", Fault(status, {"Retry-After": "0"}))
    hub.fail("/resolve/", Fault(status), Fault(status))
    with open_snapshot(TARGET, FAST) as snapshot:
        assert snapshot.read("b c/#d.json", 10) == b"{}"
        assert snapshot.bytes_read == 2


def test_a_repository_that_is_too_large_for_one_answer_is_listed_by_pages(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    with open_snapshot(TARGET, FAST) as snapshot:
        right = snapshot.files(), snapshot.facts()
    hub.page_size = 3
    hub.fail("blobs=true", *[Fault(504)] * 3)
    with open_snapshot(TARGET, FAST) as snapshot:
        assert (snapshot.files(), snapshot.facts()) == right
        assert snapshot.read("README.md", 1000).startswith(b"---")
    pages = [request.query for request in hub.requests if "/tree/" in request.path]
    assert [page.get("cursor") for page in pages] == [None, ["3"]]


def test_a_listing_that_goes_on_elsewhere_is_not_followed(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    hub.fail("blobs=true", *[Fault(504)] * 3)
    elsewhere = {"Link": '<https://example.org/tree?cursor=1>; rel="next"'}
    hub.fail("/tree/", Fault(headers=elsewhere))
    with pytest.raises(UnreachableError, match="goes on at another host"):
        open_snapshot(TARGET, FAST)


def test_a_listing_that_is_cut_off(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    hub.fail("/api/", *[Fault(cut_after=20)] * 3)
    with pytest.raises(UnreachableError, match="the exchange broke off"):
        open_snapshot(TARGET, FAST)


def test_what_lasts_is_given_up(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    hub.fail("/api/", *[Fault(503)] * 9)
    with pytest.raises(UnreachableError, match="the host fails with status 503; try again later"):
        open_snapshot(TARGET, FAST)
    assert len(hub.requests) == 6, "three attempts, and three at a smaller answer"


def test_a_connection_cut_in_the_middle(hub: Hub) -> None:
    hub.add(NAME, {"model.safetensors": WEIGHTS})
    with open_snapshot(TARGET, FAST) as snapshot:
        hub.fail("/models/", Fault(cut_after=100))
        assert snapshot.read("model.safetensors", 1 << 20) == WEIGHTS.content
        hub.fail("/models/", *[Fault(cut_after=0)] * 3)
        with pytest.raises(UnreadableError, match="broke off"):
            snapshot.read("model.safetensors", 1 << 20)
        assert snapshot.bytes_read == len(WEIGHTS.content)


def test_content_of_the_wrong_length_is_refused(hub: Hub) -> None:
    hub.add(NAME, {"a.txt": "0123456789"})
    with open_snapshot(TARGET, FAST) as snapshot:
        for body in (b"01234", b"0123456789ABCDEF" * 10_000):
            hub.fail("/resolve/", Fault(body=body))
            with pytest.raises(UnreadableError, match=r"of its 10|more than the"):
                snapshot.read("a.txt", 100)
        assert snapshot.bytes_read <= 5 + 11


def test_a_host_without_ranges(hub: Hub) -> None:
    hub.add(NAME, {"model.safetensors": WEIGHTS})
    with open_snapshot(TARGET, FAST) as snapshot:
        hub.fail("/models/", Fault(whole=True), Fault(whole=True))
        assert snapshot.read_range("model.safetensors", 0, 8) == WEIGHTS.content[:8]
        with pytest.raises(UnreadableError, match="no parts of files"):
            snapshot.read_range("model.safetensors", 8, 16)


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({"Content-Range": "bytes 0-7/10"}, "another part"),
        ({"Content-Range": "nonsense"}, "another part"),
        ({"Content-Encoding": "gzip"}, "packs what"),
    ],
)
def test_ranges_that_lie(hub: Hub, headers: dict[str, str], says: str) -> None:
    hub.add(NAME, {"model.safetensors": WEIGHTS})
    with open_snapshot(TARGET, FAST) as snapshot:
        hub.fail("/models/", Fault(headers=headers))
        with pytest.raises(UnreadableError, match=says):
            snapshot.read_range("model.safetensors", 8, 16)


def test_too_large_a_file_is_not_asked_for(hub: Hub) -> None:
    hub.add(NAME, {"README.md": "x" * 5000})
    with open_snapshot(TARGET, FAST) as snapshot:
        with pytest.raises(UnreadableError, match="5,000 bytes, more than the 4,000"):
            snapshot.read("README.md", 4000)
        assert len(hub.requests) == 1


def test_the_byte_limit_is_hard(hub: Hub) -> None:
    hub.add(NAME, {"a": "x" * 6000, "b": "x" * 6000})
    with Client(traffic=Traffic(10_000), timeout=5) as client:
        options = SourceOptions(max_bytes=10_000, client=client)
        with open_snapshot(TARGET, options) as snapshot:
            snapshot.read("a", 9000)
            with pytest.raises(UnreadableError, match="the byte limit of 10,000 is used up"):
                snapshot.read("b", 9000)
            assert len(snapshot.read_range("b", 0, 1000)) == 1000
            assert snapshot.bytes_read == 7000
            spent = client.traffic.charged
            assert 8000 < spent < 10_000, "the listing and the heads of answers count too"
            with pytest.raises(UnreadableError, match="byte limit"):
                snapshot.read_range("b", 0, 10_000 - spent)
            assert client.traffic.charged <= 10_000
    with pytest.raises(UnreachableError, match="the byte limit of 100 is used up"):
        open_snapshot(TARGET, SourceOptions(max_bytes=100, timeout=5))


def test_too_many_files(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "FILE_LIMIT", 20)
    hub.add(NAME, {str(number): "" for number in range(30)})
    with pytest.raises(UnreachableError, match="it holds more than"):
        open_snapshot(TARGET, FAST)


def test_an_empty_repository(hub: Hub) -> None:
    hub.add(NAME, {})
    with open_snapshot(TARGET, FAST) as snapshot:
        assert snapshot.files() == ()


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(UnreachableError, match=r"cannot be reached; .* HF_ENDPOINT"):
            open_snapshot(TARGET, FAST)


def test_the_host_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://me:secret@no-such-host.invalid")
    with pytest.raises(UnreachableError, match="cannot be reached") as caught:
        open_snapshot("https://no-such-host.invalid/org/name", FAST)
    assert "secret" not in str(caught.value)


def test_a_host_that_does_not_answer_is_given_up(hub: Hub) -> None:
    hub.add(NAME, CONTENTS)
    hub.fail("/api/", *[Fault(delay=1)] * 3)
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="does not answer"):
        open_snapshot(TARGET, SourceOptions(timeout=0.3, longest_wait=1))
    assert time.monotonic() - began < 4


def test_the_library_s_own_offline_switch(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(UnreachableError, match="HF_HUB_OFFLINE forbids the network"):
        open_snapshot(TARGET, FAST)
    assert hub.requests == []
