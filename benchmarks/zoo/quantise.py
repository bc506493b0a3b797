"""Quantise and dequantise, as the common schemes do it, and write the real stored form of GGUF.

Sources: llama.cpp's ggml-quants (Q4_0, Q8_0), the OCP FP8 specification (E4M3), QLoRA (NF4).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import anatomy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .anatomy import Model

#: QLoRA's 16 levels (Dettmers et al. 2023, appendix E).
NF4 = np.array(
    [
        *(-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453),
        *(-0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0),
        *(0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224),
        *(0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0),
    ]
)


def quantised(model: Model, scheme: str) -> Model:
    """Give the model after a round trip through a scheme; vectors are left alone."""
    rule = SCHEMES[scheme]
    weights = {n: rule(t) if t.ndim == 2 else t for n, t in model.weights.items()}
    return replace(model, weights={n: t.astype(np.float32) for n, t in weights.items()})


def int8(matrix: np.ndarray) -> np.ndarray:
    """Round each row to 255 levels."""
    scale = np.abs(matrix).max(1, keepdims=True) / 127 + 1e-12
    return np.round(matrix / scale) * scale


def int4(matrix: np.ndarray, group: int = 32) -> np.ndarray:
    """Round groups of a row to 16 levels between their least and greatest (GPTQ's grid)."""

    def rule(block: np.ndarray) -> np.ndarray:
        low, high = block.min(1, keepdims=True), block.max(1, keepdims=True)
        scale = (high - low) / 15 + 1e-12
        return np.clip(np.round((block - low) / scale), 0, 15) * scale + low

    return _blocks(matrix, group, rule)


def q4_0(matrix: np.ndarray) -> np.ndarray:
    """Round blocks of 32 to 16 levels, the scale from the signed extreme; odd rows become fp16."""
    if matrix.shape[1] % 32:
        return matrix.astype(np.float16)

    def rule(block: np.ndarray) -> np.ndarray:
        extreme = np.take_along_axis(block, np.abs(block).argmax(1)[:, None], 1)
        scale = np.where(extreme == 0, 1e-12, extreme / -8)
        levels = np.clip(np.floor(block / scale + 8.5), 0, 15)
        return (levels - 8) * scale.astype(np.float16)

    return _blocks(matrix, 32, rule)


def fp8(matrix: np.ndarray) -> np.ndarray:
    """Round to E4M3 (largest 448) under one scale for the matrix."""
    scale = np.abs(matrix).max() / 448 + 1e-30
    values = np.abs(matrix / scale)
    exponent = np.clip(np.floor(np.log2(np.maximum(values, 2.0**-9))), -6, 8)
    step = 2.0 ** (exponent - 3)
    return np.sign(matrix) * np.minimum(np.round(values / step) * step, 448) * scale


def nf4(matrix: np.ndarray) -> np.ndarray:
    """Round blocks of 64 to the quantiles of a normal distribution."""

    def rule(block: np.ndarray) -> np.ndarray:
        scale = np.abs(block).max(1, keepdims=True) + 1e-12
        edges = (NF4[1:] + NF4[:-1]) / 2
        return NF4[np.searchsorted(edges, block / scale)] * scale

    return _blocks(matrix.reshape(1, -1), 64, rule).reshape(matrix.shape)


def half(matrix: np.ndarray) -> np.ndarray:
    """Round to fp16."""
    return matrix.astype(np.float16)


def brain(matrix: np.ndarray) -> np.ndarray:
    """Round to bf16."""
    bits = np.ascontiguousarray(matrix, np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000).view(np.float32)


SCHEMES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bf16": brain,
    "fp16": half,
    "fp8": fp8,
    "int4": int4,
    "int8": int8,
    "nf4": nf4,
    "q4_0": q4_0,
}


def write_gguf(model: Model, path: Path, scheme: str) -> None:
    """Write a llama as GGUF, the rows of q and k in the order of llama.cpp's converter."""
    import gguf

    kind = gguf.GGMLQuantizationType[scheme.upper()]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_block_count(model.layers)
    writer.add_embedding_length(model.hidden)
    writer.add_feed_forward_length(anatomy.size(model, "ffn.0"))
    writer.add_head_count(model.heads)
    writer.add_head_count_kv(model.groups)
    writer.add_vocab_size(anatomy.size(model, "vocabulary"))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, model.layers)
    for name, tensor in model.weights.items():
        heads = {"q_proj.weight": model.heads, "k_proj.weight": model.groups}
        turned = tensor
        for ending, count in heads.items():
            if name.endswith(ending):
                turned = _interleaved(tensor, count)
        new = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert new is not None, name
        fits = turned.ndim == 2 and turned.shape[1] % 32 == 0
        other = gguf.GGMLQuantizationType.F16 if turned.ndim == 2 else gguf.GGMLQuantizationType.F32
        stored = kind if fits else other
        writer.add_tensor(new, gguf.quants.quantize(turned, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _interleaved(matrix: np.ndarray, heads: int) -> np.ndarray:
    # LlamaModel.permute of convert_hf_to_gguf: halves become neighbours.
    shape = (heads, 2, matrix.shape[0] // heads // 2, *matrix.shape[1:])
    return np.ascontiguousarray(matrix.reshape(shape).swapaxes(1, 2).reshape(matrix.shape))


def _blocks(matrix: np.ndarray, size: int, rule: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    rows, columns = matrix.shape
    padding = -columns % size
    padded = np.pad(matrix, ((0, 0), (0, padding)))
    done = rule(padded.reshape(-1, size).astype(np.float64)).reshape(rows, columns + padding)
    return done[:, :columns]
