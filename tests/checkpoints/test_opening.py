from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFWriter
from gguf.quants import quantize
from safetensors.numpy import save

from lineage.checkpoints import Component, OpenedModels, open_weights
from lineage.kinship.compare import compare
from lineage.kinship.weights import Weights
from lineage.sources import open_snapshot
from tests.doubles.memory import Content, Link, Pointer, snapshot_of

DATA = Path(__file__).parents[1] / "data/weights"
RNG = np.random.default_rng(1)
MATRIX = RNG.standard_normal((6, 8)).astype(np.float32)
CONFIG = json.dumps(
    {
        "model_type": "llama",
        "hidden_size": 8,
        "tie_word_embeddings": False,
        "rope_scaling": {"factor": 4.0},
        "architectures": ["X"],
    }
)
TOKENIZER = json.dumps(
    {
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}},
        "added_tokens": [{"id": 2, "content": "<s>"}, {"id": -1, "content": "no"}],
    }
)


def model(**arrays: np.ndarray) -> bytes:
    return save(arrays or {"w": MATRIX})


def opened(**contents: Content) -> OpenedModels:
    return open_weights(snapshot_of({name.replace("__", "/"): c for name, c in contents.items()}))


def opened_files(contents: dict[str, Content]) -> OpenedModels:
    return open_weights(snapshot_of(contents))


def only(models: OpenedModels) -> Component:
    assert models.gaps == ()
    assert models.main is not None
    return models.main


def test_a_model_has_tensors_rows_settings_and_tokens() -> None:
    contents: dict[str, Content] = {
        "model.safetensors": model(),
        "config.json": CONFIG,
        "tokenizer.json": TOKENIZER,
    }
    component = only(opened_files(contents))
    weights: Weights = component.weights
    (info,) = weights.tensors()
    assert (info.name, info.shape, info.dtype) == ("w", (6, 8), "F32")
    assert np.array_equal(weights.rows("w", 2, 5), MATRIX[2:5])
    assert weights.settings["hidden_size"] == 8
    assert weights.settings["tie_word_embeddings"] is False
    assert weights.settings["rope_scaling.factor"] == 4.0
    assert weights.vocabulary == {"a": 0, "b": 1, "<s>": 2}
    assert (component.name, component.format, component.is_adapter) == ("", "safetensors", False)
    with pytest.raises(ValueError, match="no tensor 'x'"):
        weights.rows("x", 0, 1)


def test_bytes_are_counted_as_the_snapshot_counts_them() -> None:
    snapshot = snapshot_of({"model.safetensors": model(w=np.zeros((5000, 1000), np.float32))})
    weights = only(open_weights(snapshot)).weights
    assert weights.bytes_read == snapshot.bytes_read
    weights.rows("w", 10, 20)
    assert weights.bytes_read == snapshot.bytes_read < 110_000


def sharded(**index: str) -> dict[str, Content]:
    return {
        "model-00001-of-00002.safetensors": model(a=MATRIX),
        "model-00002-of-00002.safetensors": model(b=MATRIX + 1),
        "model.safetensors.index.json": json.dumps({"weight_map": index}),
    }


FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"


def test_shards_are_one_model() -> None:
    weights = only(opened_files(sharded(a=FIRST, b=SECOND))).weights
    assert [info.name for info in weights.tensors()] == ["a", "b"]
    assert np.array_equal(weights.rows("b", 0, 6), MATRIX + 1)


@pytest.mark.parametrize("with_index", [True, False])
def test_a_missing_shard_is_a_gap_and_no_model(*, with_index: bool) -> None:
    contents = sharded(a=FIRST, b=SECOND)
    del contents[SECOND]
    if not with_index:
        del contents["model.safetensors.index.json"]
    found = opened_files(contents)
    assert found.components == ()
    (gap,) = found.gaps
    assert SECOND in gap.reason


def test_an_index_alone_is_a_gap() -> None:
    contents = sharded(a=FIRST, b=SECOND)
    found = opened_files({"model.safetensors.index.json": contents["model.safetensors.index.json"]})
    assert (found.components, len(found.gaps)) == ((), 1)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ({"a": FIRST, "b": SECOND, "c": SECOND}, "names tensors that no file holds"),
        ({"a": FIRST, "b": "model-00003-of-00002.safetensors"}, "parts are missing"),
        ({"a": FIRST, "b": "../other"}, "parts are missing"),
    ],
)
def test_an_index_that_does_not_fit_is_a_gap(index: dict[str, str], words: str) -> None:
    found = opened_files(sharded(**index))
    assert found.components == ()
    assert words in found.gaps[0].reason


def test_a_tensor_in_two_shards_is_a_gap() -> None:
    contents = sharded(a=FIRST)
    contents[SECOND] = model(a=MATRIX)
    found = opened_files(contents)
    assert found.components == ()
    assert "in two files" in found.gaps[0].reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Pointer("ab" * 32, 10), "Git LFS pointer"),
        (Pointer(None, 10), "left out by the clone"),
        (Link("/etc/passwd"), "symbolic link"),
        (b"broken", "not valid safetensors"),
        (b"", "not valid safetensors"),
        (model()[:-1], "not valid safetensors"),
    ],
)
def test_weights_that_cannot_be_read_are_a_gap(content: Content, words: str) -> None:
    found = opened_files({"model.safetensors": content})
    assert (found.components, found.main) == ((), None)
    (gap,) = found.gaps
    assert gap.path == "model.safetensors"
    assert words in gap.reason


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", ["{", "[1]", "\0", "{" * 10])
def test_a_broken_companion_is_a_gap_and_the_weights_are_opened(name: str, content: str) -> None:
    found = opened_files({"model.safetensors": model(), name: content})
    assert len(found.components) == 1
    assert [gap.path for gap in found.gaps] == [name]


def test_a_repository_without_weights_has_none_and_no_gap() -> None:
    assert opened_files({"README.md": "x"}) == OpenedModels((), (), ())


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("pytorch_model.bin", "zip.pt"),
        ("pytorch_model.bin", "plain.pt"),
        ("model.onnx", "inside.onnx"),
    ],
)
def test_other_formats_are_opened(name: str, file: str) -> None:
    weights = only(opened_files({name: (DATA / file).read_bytes()})).weights
    for info in weights.tensors():
        assert weights.rows(info.name, 0, info.height).shape == (info.height, info.columns)


def test_an_onnx_model_finds_its_weights_beside_it() -> None:
    contents: dict[str, Content] = {
        "m/model.onnx": (DATA / "outside.onnx").read_bytes(),
        "m/outside.data": (DATA / "outside.data").read_bytes(),
    }
    snapshot = snapshot_of(contents)
    weights = only(open_weights(snapshot)).weights
    weights.rows("far", 0, 8)
    assert weights.bytes_read == snapshot.bytes_read


def test_a_hostile_pickle_is_a_gap_that_names_what_it_holds() -> None:
    found = opened_files({"pytorch_model.bin": b"\x80\x02cposix\nsystem\nX\2\0\0\0id\x85R."})
    (gap,) = found.gaps
    assert "posix.system" in gap.reason or "neither a zip" in gap.reason


def gguf(path: Path) -> bytes:
    writer = GGUFWriter(path, "llama")
    writer.add_embedding_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_rope_freq_base(1e6)
    writer.add_token_list([f"t{n}" for n in range(300)])
    table = RNG.standard_normal((300, 64)).astype(np.float32)
    kind = GGMLQuantizationType.Q8_0
    writer.add_tensor("token_embd.weight", quantize(table, kind), raw_dtype=kind)
    for step in ("header", "kv_data", "tensors"):
        getattr(writer, f"write_{step}_to_file")()
    writer.close()
    return path.read_bytes()


def test_gguf_says_its_settings_and_tokens_itself(tmp_path: Path) -> None:
    component = only(opened_files({"Tiny-Q8_0.gguf": gguf(tmp_path / "t")}))
    weights = component.weights
    assert component.name == "Tiny-Q8_0"
    assert weights.vocabulary == {f"t{n}": n for n in range(300)}
    assert weights.settings["model_type"] == "llama"
    assert weights.settings["hidden_size"] == 64
    assert weights.settings["num_key_value_heads"] == 2
    assert weights.rows("token_embd.weight", 3, 5).shape == (2, 64)


def test_packed_weights_come_as_weights_and_unsettled_ones_are_gaps() -> None:
    parts: dict[str, np.ndarray] = {
        "l.qweight": np.zeros((8, 16), np.int32),
        "l.qzeros": np.zeros((4, 2), np.int32),
        "l.scales": np.ones((4, 16), np.float16),
    }
    quantised = {"quant_method": "gptq", "bits": 4, "group_size": 16}
    for contents in (
        {"config.json": json.dumps({"quantization_config": quantised})},
        {"quantize_config.json": json.dumps({"bits": 4, "group_size": 16})},
    ):
        weights = only(opened_files({"model.safetensors": model(**parts), **contents})).weights
        assert [(t.name, t.shape) for t in weights.tensors()] == [("l.weight", (16, 64))]
        assert np.array_equal(weights.rows("l.weight", 0, 16), np.full((16, 64), -1, np.float32))
    found = opened_files({"model.safetensors": model(**parts)})
    assert found.components[0].weights.tensors() == ()
    assert "quantised weights that are not read" in found.gaps[0].reason


def test_the_parts_of_a_pipeline_have_their_own_settings_and_tokens() -> None:
    contents: dict[str, Content] = {
        "model_index.json": "{}",
        "unet/diffusion_pytorch_model.safetensors": model(),
        "unet/config.json": json.dumps({"dim": 8}),
        "text_encoder/model.safetensors": model(),
        "tokenizer/vocab.json": json.dumps({"a": 0, "b": 1}),
        "lora/adapter_model.safetensors": model(),
    }
    found = opened_files(contents)
    parts = {component.name: component for component in found.components}
    assert set(parts) == {"unet", "text_encoder", "lora/adapter_model"}
    assert parts["unet"].weights.settings == {"dim": 8}
    assert parts["text_encoder"].weights.vocabulary == {"a": 0, "b": 1}
    assert parts["lora/adapter_model"].is_adapter
    assert found.main is None


def sentencepiece(*pieces: str) -> bytes:
    inner = [
        b"\x0a" + bytes([len(p.encode())]) + p.encode() + b"\x15" + struct.pack("<f", -1)
        for p in pieces
    ]
    return b"".join(b"\x0a" + bytes([len(piece)]) + piece for piece in inner) + b"\x12\x00"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("vocab.json", json.dumps({"▁a": 0, "b": 1})),
        ("vocab.txt", "▁a\nb\n"),
        ("tokenizer.model", sentencepiece("▁a", "b")),
        ("tokenizer.json", json.dumps({"model": {"vocab": [["▁a", -1.0], ["b", -2.0]]}})),
    ],
)
def test_tokens_are_read_from_whichever_file_says_them(name: str, content: Content) -> None:
    weights = only(opened_files({"model.safetensors": model(), name: content})).weights
    assert weights.vocabulary == {"▁a": 0, "b": 1}


def test_a_model_on_disk_is_opened_and_compared(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    width, layers = 128, 3

    def weights(seed: int) -> dict[str, np.ndarray]:
        own = np.random.default_rng(seed)
        found = {"model.embed_tokens.weight": own.standard_normal((500, width))}
        for layer in range(layers):
            place = f"model.layers.{layer}."
            found[place + "input_layernorm.weight"] = 1 + own.standard_normal(width) / 10
            found[place + "post_attention_layernorm.weight"] = 1 + own.standard_normal(width) / 10
            for name in "qkvo":
                found[place + f"self_attn.{name}_proj.weight"] = own.standard_normal((width, width))
            for name in ("gate", "up"):
                found[place + f"mlp.{name}_proj.weight"] = own.standard_normal((256, width))
            found[place + "mlp.down_proj.weight"] = own.standard_normal((width, 256))
        return {name: array.astype(np.float32) for name, array in found.items()}

    base, stranger = weights(1), weights(2)
    tuned = {name: array + 0.01 * rng.standard_normal(array.shape) for name, array in base.items()}
    for name, arrays in {"base": base, "tuned": tuned, "stranger": stranger}.items():
        (tmp_path / name).mkdir()
        content = save({key: array.astype(np.float16) for key, array in arrays.items()})
        (tmp_path / name / "model.safetensors").write_bytes(content)
        (tmp_path / name / "config.json").write_text(json.dumps({"hidden_size": width}))
    verdicts = {}
    for name in ("tuned", "stranger"):
        with (
            open_snapshot(str(tmp_path / name)) as one,
            open_snapshot(str(tmp_path / "base")) as two,
        ):
            verdicts[name] = compare(
                only(open_weights(one)).weights, only(open_weights(two)).weights
            ).related.value
    # Noise that was never trained is all that the two share.
    assert verdicts == {"tuned": "shared-initialisation", "stranger": "no"}
