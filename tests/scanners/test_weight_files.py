from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save

from lineage.model import (
    DatasetDeclared,
    LicenceDeclared,
    ParentDeclared,
    Relation,
    Scope,
    WeightFile,
)
from lineage.scanners import weight_files
from lineage.sources.file import SourceFile
from lineage.sources.snapshot import UnreadableError
from lineage.walk import read
from tests.doubles.gguf_files import entry, gguf, tensor, texts
from tests.doubles.memory import Content, Hosted, Pointer, file_of, snapshot_of

SHA = "ab" * 32
SMALL = save({"w": np.zeros((2, 3), "float16")}, {"format": "pt"})


def inventory(file: SourceFile) -> WeightFile:
    (found,) = [fact for fact in weight_files.scan(file) if isinstance(fact, WeightFile)]
    return found


def parents(path: str, content: Content) -> list[tuple[str, str, Relation]]:
    facts = weight_files.scan(file_of(path, content))
    return [(f.key, f.parent, f.relation) for f in facts if isinstance(f, ParentDeclared)]


def test_a_safetensors_file_is_described_by_its_header_alone() -> None:
    big = save({"w": np.zeros(300_000, "float32")})
    snapshot = snapshot_of({"model.safetensors": Hosted(big)})
    (found,) = read(snapshot, [weight_files]).evidence
    assert isinstance(found, WeightFile)
    assert (found.format, found.size, found.sha256) == ("safetensors", len(big), Hosted(big).sha256)
    assert found.tensors is not None
    assert [(t.name, t.dtype, t.shape) for t in found.tensors] == [("w", "F32", (300_000,))]
    assert found.exhibit.sha256 == found.sha256
    assert snapshot.bytes_read < 70_000


def test_a_pointer_is_an_inventory_entry_and_nothing_unread() -> None:
    snapshot = snapshot_of({"a.safetensors": Pointer(SHA, 10), "b.gguf": Pointer(SHA, 20)})
    reading = read(snapshot, [weight_files])
    assert [
        (f.format, f.size, f.sha256, f.tensors)
        for f in reading.evidence
        if isinstance(f, WeightFile)
    ] == [("safetensors", 10, SHA, None), ("gguf", 20, SHA, None)]
    assert not reading.coverage.unread
    assert not snapshot.asked


def test_weights_that_the_clone_left_out_are_listed_and_told_as_unread() -> None:
    reading = read(snapshot_of({"a.safetensors": Pointer(None, None)}), [weight_files])
    assert [type(f) for f in reading.evidence] == [WeightFile]
    assert "left out" in reading.coverage.unread[0].reason


def test_a_malformed_header_is_unread() -> None:
    reading = read(snapshot_of({"a.safetensors": SMALL + b"PK", "b.gguf": b"no"}), [weight_files])
    assert not reading.evidence
    assert [unread.reason for unread in reading.coverage.unread] == [
        "not valid safetensors: bytes that belong to no tensor",
        "not valid gguf: the header is cut short",
    ]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("pytorch_model.bin", "pytorch"),
        ("pytorch_model-00001-of-00002.bin", "pytorch"),
        ("adapter_model.bin", "pytorch"),
        ("diffusion_pytorch_model.fp16.bin", "pytorch"),
        ("consolidated.00.pth", "pytorch"),
        ("LAST.CKPT", "pytorch"),
        ("model.onnx", "onnx"),
        ("model.tflite", "tflite"),
        ("tf_model.h5", "keras"),
        ("flax_model.msgpack", "flax"),
        ("saved_model.pb", "tensorflow"),
        ("model_state.pdparams", "paddle"),
    ],
)
def test_a_format_that_is_not_read_is_listed_by_name(name: str, known: str) -> None:
    snapshot = snapshot_of({name: b"\x80\x02never read"})
    (found,) = read(snapshot, [weight_files]).evidence
    assert isinstance(found, WeightFile)
    assert (found.format, found.tensors, found.size) == (known, None, 12)
    assert not snapshot.asked


@pytest.mark.parametrize(
    "name",
    [
        "firmware.bin",
        "data.bin",
        "training_args.bin",
        "optimizer.pt",
        "rng_state_0.pth",
        "x.npz",
        "d.h5",
    ],
)
def test_what_is_no_weights_is_left_alone(name: str) -> None:
    assert not read(snapshot_of({name: b"x"}), [weight_files]).evidence


def test_an_empty_file_holds_no_weights() -> None:
    reading = read(snapshot_of({"pytorch_model.bin": b"", "m.safetensors": b""}), [weight_files])
    assert not reading.evidence
    assert [unread.path for unread in reading.coverage.unread] == ["m.safetensors"]


def test_an_index_whose_shards_are_all_there_is_fine() -> None:
    index = json.dumps({"metadata": {"total_size": 12}, "weight_map": {"a": "1.safetensors"}})
    assert not list(
        weight_files.scan(file_of("m/model.safetensors.index.json", index, "m/1.safetensors"))
    )


def test_an_index_that_names_a_missing_shard_is_unread() -> None:
    index = json.dumps({"weight_map": {f"t{i}": f"{i}.safetensors" for i in range(6)}})
    with pytest.raises(UnreadableError, match=r"1\.safetensors, 2\.safetensors, 3.* and 2 more"):
        list(
            weight_files.scan(
                file_of("m/model.safetensors.index.json", index, "m/0.safetensors", "1.safetensors")
            )
        )


@pytest.mark.parametrize("index", ["[]", "{}", '{"weight_map": []}', "{", '{"weight_map": NaN}'])
def test_an_index_that_is_none_is_unread(index: str) -> None:
    with pytest.raises(UnreadableError):
        list(weight_files.scan(file_of("model.safetensors.index.json", index)))


def test_gguf_keys_name_licence_parents_and_data() -> None:
    content = gguf(
        [
            entry("general.license", "apache-2.0"),
            entry("general.license.name", "own-terms"),
            entry("general.license.link", "https://example.org/LICENSE"),
            entry("general.base_model.count", 1),
            entry("general.base_model.0.name", "Qwen2.5 7B"),
            entry("general.base_model.0.organization", "Qwen"),
            entry("general.base_model.0.repo_url", "https://huggingface.co/Qwen/Qwen2.5-7B"),
            entry("general.dataset.0.name", "c4"),
            entry("general.dataset.0.organization", "allenai"),
            texts("general.datasets", ["org/one", "org/two"]),
        ]
    )
    facts = list(weight_files.scan(file_of("m.gguf", content)))
    licences = {
        f.key: (f.value, f.expression, f.scope) for f in facts if isinstance(f, LicenceDeclared)
    }
    assert licences["general.license"] == ("apache-2.0", "Apache-2.0", Scope.WEIGHTS)
    assert licences["general.license.link"] == ("https://example.org/LICENSE", None, Scope.WEIGHTS)
    assert licences.keys() >= {"general.license.name"}
    (parent,) = [f for f in facts if isinstance(f, ParentDeclared)]
    assert (parent.key, parent.parent) == (
        "general.base_model.0",
        "https://huggingface.co/Qwen/Qwen2.5-7B",
    )
    assert parent.exhibit.span is not None
    assert parent.exhibit.excerpt == "general.base_model.0: https://huggingface.co/Qwen/Qwen2.5-7B"
    assert [f.dataset for f in facts if isinstance(f, DatasetDeclared)] == [
        "allenai/c4",
        "org/one",
        "org/two",
    ]


def test_several_gguf_parents_are_a_merge() -> None:
    content = gguf([entry(f"general.base_model.{i}.name", f"m{i}") for i in (1, 0)])
    assert parents("m.gguf", content) == [
        ("general.base_model.0", "m0", Relation.MERGE),
        ("general.base_model.1", "m1", Relation.MERGE),
    ]


@pytest.mark.parametrize(("kind", "relation"), [(8, Relation.QUANTIZED), (1, Relation.UNKNOWN)])
def test_the_source_of_a_gguf_is_a_parent(kind: int, relation: Relation) -> None:
    content = gguf(
        [entry("general.source.huggingface.repository", "org/full")],
        [tensor("w", [32], kind, 0)],
        b"x" * 64,
    )
    assert parents("m.gguf", content) == [
        ("general.source.huggingface.repository", "org/full", relation)
    ]


def test_metadata_of_a_lora_trainer_name_the_base() -> None:
    content = save(
        {"lora_unet_a.lora_down.weight": np.zeros(1, "float16")},
        {
            "ss_sd_model_name": "runwayml/stable-diffusion-v1-5",
            "ss_network_module": "networks.lora",
            "modelspec.license": "mit",
            "modelspec.merged_from": "one, two",
        },
    )
    assert parents("lora.safetensors", content) == [
        ("ss_sd_model_name", "runwayml/stable-diffusion-v1-5", Relation.ADAPTER),
        ("modelspec.merged_from", "one", Relation.MERGE),
        ("modelspec.merged_from", "two", Relation.MERGE),
    ]


def test_a_value_that_names_nobody_is_no_parent() -> None:
    content = save({"w": np.zeros(1)}, {"base_model": "None", "ss_sd_model_name": " "})
    assert not parents("m.safetensors", content)


def test_metadata_are_kept_within_bounds() -> None:
    content = save(
        {"w": np.zeros(1)}, {"long": "x" * 100_000, **{f"k{i}": "v" for i in range(1_000)}}
    )
    found = inventory(file_of("m.safetensors", content))
    assert len(found.metadata) == 256
    assert all(len(value) <= 1_000 for _, value in found.metadata)


def test_long_lists_are_told_by_their_length() -> None:
    content = gguf([texts("tokenizer.ggml.tokens", ["t"] * 500)])
    assert inventory(file_of("m.gguf", content)).metadata == (
        ("tokenizer.ggml.tokens.length", "500"),
    )
