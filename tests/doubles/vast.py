"""A model of 14 billion parameters that takes no room: rows are made when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lineage.kinship.weights import FloatArray, Scalar, TensorInfo

WIDTH, LAYERS, UNITS, TOKENS, KEYS = 5120, 48, 13824, 152064, 1024


class Vast:
    """Weights with the shapes of a 14B Llama-like model, stored as bfloat16.

    Each row comes from a generator of its own, and from a few directions that the model's seed sets.
    """

    def __init__(self, seed: int, *, noise: float = 0.0, layers: int = LAYERS) -> None:
        """Take the seed of the model, and how far a child moved from it."""
        self._seed = seed
        self._noise = noise
        self._read = 0
        self._shapes = _shapes(layers)
        generator = np.random.default_rng(seed)
        self._directions = generator.normal(size=(8, WIDTH)).astype(np.float32)

    @property
    def settings(self) -> Mapping[str, Scalar]:
        return {"hidden_size": WIDTH}

    @property
    def vocabulary(self) -> Mapping[str, int] | None:
        return None

    @property
    def bytes_read(self) -> int:
        return self._read

    def tensors(self) -> tuple[TensorInfo, ...]:
        return tuple(TensorInfo(name, shape, "BF16") for name, shape in self._shapes.items())

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        shape = self._shapes[name]
        place = list(self._shapes).index(name)
        self._read += (stop - start) * shape[-1] * 2
        key = (self._seed, place, start)
        found = _noise(key, stop - start, shape[-1])
        if shape[-1] == WIDTH:
            found += _noise((*key, 1), stop - start, 8) @ self._directions * np.float32(0.3)
        if self._noise:
            child = _noise((*key, 2), stop - start, shape[-1])
            found += np.float32(self._noise) * child
        return 1 + np.float32(0.1) * found if len(shape) == 1 else found


def _noise(key: tuple[int, ...], rows: int, columns: int) -> FloatArray:
    return np.random.default_rng(key).standard_normal((rows, columns), dtype=np.float32)


def _shapes(layers: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (TOKENS, WIDTH)}
    for layer in range(layers):
        place = f"model.layers.{layer}."
        found |= {
            place + "input_layernorm.weight": (WIDTH,),
            place + "self_attn.q_proj.weight": (WIDTH, WIDTH),
            place + "self_attn.k_proj.weight": (KEYS, WIDTH),
            place + "self_attn.v_proj.weight": (KEYS, WIDTH),
            place + "self_attn.o_proj.weight": (WIDTH, WIDTH),
            place + "post_attention_layernorm.weight": (WIDTH,),
            place + "mlp.gate_proj.weight": (UNITS, WIDTH),
            place + "mlp.up_proj.weight": (UNITS, WIDTH),
            place + "mlp.down_proj.weight": (WIDTH, UNITS),
        }
    return found | {"model.norm.weight": (WIDTH,), "lm_head.weight": (TOKENS, WIDTH)}
