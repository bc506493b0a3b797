"""The adversary's moves: other numbers, the same function.

Which moves a family allows is decided by its algebra: flipping signs needs a norm that does not
centre; rotating the residual stream needs gains that can be folded away, and under a LayerNorm a
rotation that leaves the mean alone; BERT norms the stream itself, so only its order can change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import anatomy
from .anatomy import EMBEDDING

if TYPE_CHECKING:
    from .anatomy import Model

DECODERS = frozenset({"llama", "mixtral", "gpt2"})
#: Pre-norm gains and the tensors that read behind them.
_READERS = {
    "llama": {
        "input_layernorm": tuple(f"self_attn.{p}_proj.weight" for p in "qkv"),
        "post_attention_layernorm": ("mlp.gate_proj.weight", "mlp.up_proj.weight"),
    },
    "gpt2": {"ln_1": ("attn.c_attn.weight",), "ln_2": ("mlp.c_fc.weight",)},
}
_LAST = {"llama": "model.norm", "gpt2": "transformer.ln_f"}


def permuted(model: Model, generator: np.random.Generator) -> Model:
    """Put the residual coordinates in another order."""
    order = generator.permutation(model.hidden)
    return anatomy.take(model, {"residual": order}).with_truth(residual_order=order.tolist())


def flipped(model: Model, generator: np.random.Generator) -> Model:
    """Flip the signs of half the residual coordinates; the gains, behind the norm, stay."""
    signs = generator.choice([-1.0, 1.0], model.hidden)
    done = anatomy.scaled(model, {"residual": signs})
    gains = {n: t for n, t in model.weights.items() if t.ndim == 1 and "norm" in n}
    return replace(done, weights={**done.weights, **gains})


def rescaled(model: Model, generator: np.random.Generator) -> Model:
    """Move scale between tensors that multiply each other: norms, v and o, q and k, up and down."""
    done = _rescale_norms(model, generator)
    factors: dict[str, np.ndarray] = {}
    for layer in range(model.layers):
        value = _spread(generator, model.groups * model.head_size)
        query = np.repeat(_spread(generator, model.groups), model.head_size)
        factors |= {f"value.{layer}": value, f"mix.{layer}": 1 / _to_heads(model, value)}
        factors |= {f"key.{layer}": query, f"query.{layer}": 1 / _to_heads(model, query)}
    done = anatomy.scaled(done, factors)
    return _rescale_units(done, generator) if model.family == "llama" else done


def heads_shuffled(model: Model, generator: np.random.Generator) -> Model:
    """Shuffle the key-value groups, and the query heads inside each."""
    moves: dict[str, np.ndarray] = {}
    each, width = model.heads // model.groups, model.head_size
    for layer in range(model.layers):
        groups = generator.permutation(model.groups)
        heads = np.concatenate([g * each + generator.permutation(each) for g in groups])
        for part, order in (("key", groups), ("value", groups), ("query", heads), ("mix", heads)):
            moves[f"{part}.{layer}"] = (order[:, None] * width + np.arange(width)).ravel()
    return anatomy.take(model, moves)


def units_shuffled(model: Model, generator: np.random.Generator) -> Model:
    """Shuffle the units of every feed-forward block."""
    parts = {p for meaning in anatomy.axes(model).values() for axis in meaning for p in axis}
    moves = {
        part: generator.permutation(anatomy.size(model, part))
        for part in sorted(parts)
        if part.startswith("ffn.")
    }
    return anatomy.take(model, moves)


def values_rotated(model: Model, generator: np.random.Generator) -> Model:
    """Rotate each value head, and turn the output matrix back."""
    turns: dict[str, np.ndarray] = {}
    for layer in range(model.layers):
        blocks = [orthogonal(model.head_size, generator) for _ in range(model.groups)]
        heads = [block for block in blocks for _ in range(model.heads // model.groups)]
        turns |= {f"value.{layer}": _diagonal(blocks), f"mix.{layer}": _diagonal(heads)}
    return anatomy.rotated(model, turns)


def keys_rotated(model: Model, generator: np.random.Generator) -> Model:
    """Rotate queries and keys together: freely, or inside the planes that RoPE turns."""
    turns: dict[str, np.ndarray] = {}
    for layer in range(model.layers):
        draw = _plane_turn if "rope_theta" in model.config else orthogonal
        blocks = [draw(model.head_size, generator) for _ in range(model.groups)]
        heads = [block for block in blocks for _ in range(model.heads // model.groups)]
        turns |= {f"key.{layer}": _diagonal(blocks), f"query.{layer}": _diagonal(heads)}
    return anatomy.rotated(model, turns)


def folded(model: Model) -> Model:
    """Set every norm gain to one and let the readers carry it; a tied head is untied for that."""
    weights = dict(model.weights)
    weights.setdefault("lm_head.weight", weights[EMBEDDING[model.family]].copy())
    for norm, readers in _norms(model):
        gain = weights[norm + ".weight"].astype(np.float64)
        if norm + ".bias" in weights:
            weights[norm + ".bias"] = (weights[norm + ".bias"] / gain).astype(np.float32)
        weights[norm + ".weight"] = np.ones_like(weights[norm + ".weight"])
        for reader in readers:
            across = gain[:, None] if "c_attn" in reader or "c_fc" in reader else gain
            weights[reader] = (weights[reader] * across).astype(np.float32)
    return replace(model, weights=weights).configured(tie_word_embeddings=False)


def turned(model: Model, generator: np.random.Generator) -> Model:
    """Fold the gains and rotate the residual stream; a LayerNorm's mean direction stays."""
    if model.family == "gpt2":
        turn = _keeping_mean(model.hidden, generator)
    else:
        turn = orthogonal(model.hidden, generator)
    flat = folded(model)
    done = anatomy.rotated(flat, {"residual": turn})
    ones = {norm + ".weight": flat.weights[norm + ".weight"] for norm, _ in _norms(flat)}
    return replace(done, weights={**done.weights, **ones})


def attacked(model: Model, generator: np.random.Generator) -> Model:
    """Permute the stream, flip signs, move scale, shuffle heads and units."""
    for move in (permuted, flipped, rescaled, heads_shuffled, units_shuffled):
        if move is flipped and model.family != "llama":
            continue
        model = move(model, generator)
    return model


def disguised(model: Model, generator: np.random.Generator) -> Model:
    """Do everything the family's algebra allows, ending with a rotation or a permutation."""
    for move in (rescaled, heads_shuffled, units_shuffled, values_rotated, keys_rotated):
        model = move(model, generator)
    last = turned if model.family in DECODERS else permuted
    return last(model, generator)


def orthogonal(size: int, generator: np.random.Generator) -> np.ndarray:
    """Draw a rotation or reflection uniformly (Haar)."""
    q, r = np.linalg.qr(generator.standard_normal((size, size)))
    return q * np.sign(np.diag(r))


def _keeping_mean(size: int, generator: np.random.Generator) -> np.ndarray:
    first = np.column_stack([np.ones(size), generator.standard_normal((size, size - 1))])
    basis = np.linalg.qr(first)[0]
    inner = np.eye(size)
    inner[1:, 1:] = orthogonal(size - 1, generator)
    return basis @ inner @ basis.T


def _plane_turn(size: int, generator: np.random.Generator) -> np.ndarray:
    half, angle = size // 2, generator.uniform(0, 2 * np.pi, size // 2)
    turn = np.zeros((size, size))
    at = np.arange(half)
    turn[at, at] = turn[at + half, at + half] = np.cos(angle)
    turn[at, at + half], turn[at + half, at] = np.sin(angle), -np.sin(angle)
    return turn


def _norms(model: Model) -> list[tuple[str, list[str]]]:
    found = [(_LAST[model.family], ["lm_head.weight"])]
    for layer in range(model.layers):
        at = model.prefix(layer)
        found += [(at + n, [at + r for r in rs]) for n, rs in _READERS[model.family].items()]
    return found


def _rescale_norms(model: Model, generator: np.random.Generator) -> Model:
    if model.family not in _READERS:
        return model
    weights = dict(model.weights)
    tied = "lm_head.weight" not in model.weights
    for norm, readers in _norms(model)[1 if tied else 0 :]:
        factor = _spread(generator, model.hidden)
        for part in (norm + ".weight", norm + ".bias"):
            if part in weights:
                weights[part] = (weights[part] * factor).astype(np.float32)
        for reader in readers:
            across = factor[:, None] if "c_attn" in reader or "c_fc" in reader else factor
            weights[reader] = (weights[reader] / across).astype(np.float32)
    return replace(model, weights=weights)


def _rescale_units(model: Model, generator: np.random.Generator) -> Model:
    weights = dict(model.weights)
    for layer in range(model.layers):
        at = model.prefix(layer) + "mlp."
        factor = _spread(generator, len(weights[at + "up_proj.weight"]))
        weights[at + "up_proj.weight"] = weights[at + "up_proj.weight"] * factor[:, None]
        weights[at + "down_proj.weight"] = weights[at + "down_proj.weight"] / factor
    single = {name: tensor.astype(np.float32) for name, tensor in weights.items()}
    return replace(model, weights=single)


def _spread(generator: np.random.Generator, size: int) -> np.ndarray:
    return np.exp(generator.uniform(-1.0, 1.0, size))


def _to_heads(model: Model, values: np.ndarray) -> np.ndarray:
    grouped = values.reshape(model.groups, -1)
    return np.repeat(grouped, model.heads // model.groups, 0).ravel()


def _diagonal(blocks: list[np.ndarray]) -> np.ndarray:
    size = len(blocks[0])
    done = np.zeros((size * len(blocks), size * len(blocks)))
    for n, block in enumerate(blocks):
        done[n * size : (n + 1) * size, n * size : (n + 1) * size] = block
    return done
