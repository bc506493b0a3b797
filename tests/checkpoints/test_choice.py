from __future__ import annotations

import pytest

from lineage.checkpoints.choice import choose
from lineage.model import EntryKind, FileEntry


def files(*paths: str) -> list[FileEntry]:
    """Return entries; one written ``path!`` is an LFS pointer, and later ones are larger."""
    return [
        FileEntry(
            path.removesuffix("!"),
            EntryKind.LFS if path.endswith("!") else EntryKind.FILE,
            size,
        )
        for size, path in enumerate(paths, 1)
    ]


def chosen(*paths: str) -> dict[str, list[str]]:
    return {
        group.name: [entry.path for entry in group.entries]
        for group in choose(files(*paths)).chosen
    }


@pytest.mark.parametrize(
    ("paths", "models"),
    [
        (["model.safetensors", "config.json"], {"": ["model.safetensors"]}),
        (["pytorch_model.bin", "model.safetensors"], {"": ["model.safetensors"]}),
        (["pytorch_model.bin", "a-q4_k_m.gguf"], {"": ["pytorch_model.bin"]}),
        (["pytorch_model.bin", "model.safetensors!"], {"": ["pytorch_model.bin"]}),
        (["model.safetensors!"], {"": ["model.safetensors"]}),
        (
            ["model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors"],
            {"": ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]},
        ),
        (
            ["model.safetensors", "adapter_model.safetensors"],
            {"": ["model.safetensors"], "adapter_model": ["adapter_model.safetensors"]},
        ),
        (["m-Q4_K_M.gguf", "m-Q8_0.gguf"], {"m-Q8_0": ["m-Q8_0.gguf"]}),
        (
            ["m-Q8_0.gguf", "m-f16.gguf", "mmproj-m-f16.gguf"],
            {"m-f16": ["m-f16.gguf"], "mmproj-m-f16": ["mmproj-m-f16.gguf"]},
        ),
        (
            ["encoder.onnx", "decoder.onnx", "decoder_quantized.onnx!"],
            {"decoder": ["decoder.onnx"], "encoder": ["encoder.onnx"]},
        ),
        (
            [
                "unet/diffusion_pytorch_model.fp16.safetensors",
                "unet/diffusion_pytorch_model.safetensors",
                "vae/diffusion_pytorch_model.bin",
                "text_encoder/model.safetensors",
            ],
            {
                "text_encoder": ["text_encoder/model.safetensors"],
                "unet": ["unet/diffusion_pytorch_model.safetensors"],
                "vae": ["vae/diffusion_pytorch_model.bin"],
            },
        ),
        (
            [
                "model.safetensors",
                "onnx/model.onnx",
                "original/consolidated.00.pth",
                "checkpoint-500/model.safetensors",
            ],
            {"": ["model.safetensors"]},
        ),
        (["onnx/model.onnx"], {"onnx": ["onnx/model.onnx"]}),
        (["training_args.bin", "optimizer.pt", "model.h5", "notes.bin"], {}),
    ],
)
def test_each_model_is_taken_once_from_its_best_form(
    paths: list[str], models: dict[str, list[str]]
) -> None:
    assert chosen(*paths) == models


def test_what_is_passed_over_is_named() -> None:
    choice = choose(files("model.safetensors", "pytorch_model.bin", "onnx/model.onnx"))
    assert choice.passed_over == ("onnx/model.onnx", "pytorch_model.bin")


def test_missing_shards_are_named() -> None:
    (group,) = choose(
        files("model-00001-of-00003.safetensors", "model-00003-of-00003.safetensors")
    ).chosen
    assert group.missing == ("model-00002-of-00003.safetensors",)
    assert not group.is_here


def test_a_whole_form_is_taken_before_one_of_which_a_shard_is_missing() -> None:
    assert chosen("model-00001-of-00002.safetensors", "pytorch_model.bin") == {
        "": ["pytorch_model.bin"]
    }


def test_a_count_of_shards_beyond_measure_costs_nothing() -> None:
    (group,) = choose(files("model-00001-of-99999.safetensors")).chosen
    assert len(group.missing) < 10_001
