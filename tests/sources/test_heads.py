"""Heads of weight files that a host tells for all shards at once."""

from __future__ import annotations

import json

import pytest

from benchmarks.vast_hub import Shape, Sparse, VastHub, checkpoint
from lineage.formats.safetensors import read_header
from lineage.sources import open_snapshot
from lineage.sources.file import SourceFile
from lineage.sources.heads import head_of, index_of
from tests.doubles.hosts.faults import Fault

SMALL = Shape(layers=4, width=64, units=128, keys=16, tokens=512, shards=3)


def test_a_head_is_put_together_again() -> None:
    file = Sparse(1, {"a": (4, 4), "b": (2,)})
    assert head_of(json.loads(file.head[8:]), file.size) == file.head


@pytest.mark.parametrize(
    ("header", "size"),
    [
        (None, 100),
        ({}, None),
        ({"a": {"data_offsets": [0, 90]}}, 100),  # no room for the header
        ({"a": {"data_offsets": [0, -1]}}, 100),
        ({"a": {"data_offsets": "no"}}, 100),
        ({"a": 1}, 100),
    ],
)
def test_what_makes_no_head_is_not_used(header: object, size: int | None) -> None:
    assert head_of(header, size) is None  # type: ignore[arg-type]  # a stranger's JSON


def test_shards_name_their_index() -> None:
    assert index_of("x/model-00001-of-00002.safetensors") == "x/model.safetensors.index.json"
    assert index_of("model.safetensors") is None


def test_all_headers_come_in_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    files = checkpoint(1, SMALL)
    with VastHub() as hub:
        hub.add("org/name", files)
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        with open_snapshot("hf:org/name") as snapshot:
            for entry in snapshot.files():
                shard = files[entry.path]
                if isinstance(shard, Sparse):
                    told = read_header(SourceFile(snapshot, entry).opening, shard.size)
                    assert told == read_header(shard.read, shard.size)
        paths = [request.path for request in hub.requests]
    assert paths == [
        "/api/models/org/name?blobs=true",
        "/api/models/org/name/safetensors-metadata/model.safetensors.index.json",
    ]


def test_without_that_service_each_file_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    files = checkpoint(1, SMALL)
    with VastHub() as hub:
        hub.add("org/name", files)
        hub.fail("/safetensors-metadata/", Fault(404))
        monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
        with open_snapshot("hf:org/name") as snapshot:
            for entry in snapshot.files():
                shard = files[entry.path]
                if isinstance(shard, Sparse):
                    told = read_header(SourceFile(snapshot, entry).opening, shard.size)
                    assert told == read_header(shard.read, shard.size)
        assert len(hub.requests) == 2 + SMALL.shards
