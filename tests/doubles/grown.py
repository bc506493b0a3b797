"""Small models grown from numbers: random initial matrices, and on top what training would leave.

Training writes a few strong directions of the residual stream into every matrix and moves norm gains
away from one. ``grown`` does the same from two seeds, one for the start and one for the training, so
that shared initialisations, children and strangers can be had in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lineage.kinship.weights import Scalar, Weights, weights_of_arrays

Arrays: TypeAlias = dict[str, NDArray[np.float32]]

WIDTH, UNITS, LAYERS, TOKENS, HEADS, GROUPS = 48, 80, 4, 160, 4, 2
SETTINGS: dict[str, Scalar] = {
    "hidden_size": WIDTH,
    "num_attention_heads": HEADS,
    "num_key_value_heads": GROUPS,
}
VOCABULARY = {f"token-{n}": n for n in range(TOKENS)}
_NARROW = WIDTH // HEADS * GROUPS


def grown(seed: int, *, start: int | None = None, layers: int = LAYERS) -> Arrays:
    """Return a Llama-like model; ``start`` is the seed of its initial numbers, if another."""
    first = np.random.default_rng(seed if start is None else start)
    trained = np.random.default_rng(10_000 + seed)
    features = trained.normal(size=(5, WIDTH))
    model: Arrays = {}
    for name, shape in _shapes(layers).items():
        if len(shape) == 1:
            common = trained.normal(size=shape)
            model[name] = (1 + 0.1 * common).astype(np.float32)
            continue
        values = first.normal(size=shape) * 0.1
        strong = trained.normal(size=(max(shape), 5)) * np.array([3.0, 2.0, 1.5, 1.0, 0.7])
        reads = shape[1] == WIDTH and "o_proj" not in name and "down" not in name
        structure = strong[: shape[0] if reads else shape[1]] @ features * 0.1
        model[name] = (values + (structure if reads else structure.T)).astype(np.float32)
    return model


def trained_on(model: Mapping[str, NDArray[np.float32]], seed: int, amount: float) -> Arrays:
    """Return a child: every number moved by ``amount`` times its tensor's spread."""
    generator = np.random.default_rng(20_000 + seed)
    return {
        name: (values + amount * values.std() * generator.normal(size=values.shape)).astype(
            np.float32
        )
        for name, values in model.items()
    }


def renamed(model: Mapping[str, NDArray[np.float32]], seed: int = 0) -> Arrays:
    """Return the same tensors under names that mean nothing, in another order."""
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(model))
    names = list(model)
    return {f"p{generator.integers(1 << 40):x}": model[names[place]] for place in order}


def moved(
    model: Mapping[str, NDArray[np.float32]], turn: NDArray[np.float64], *, fold: bool = True
) -> Arrays:
    """Return the model in another residual basis; ``turn`` is orthogonal.

    Gains are folded into what reads them, unless the turn only reorders coordinates.
    """
    moved_: Arrays = {}
    for name, values in model.items():
        gain = _gain(model, name) if fold else None
        read = values * gain if gain is not None else values
        if values.ndim == 1:
            moved_[name] = np.ones_like(values) if fold else (values @ turn).astype(np.float32)
        elif "o_proj" in name or "down" in name:
            moved_[name] = (turn.T @ read).astype(np.float32)
        else:
            moved_[name] = (read @ turn).astype(np.float32)
    return moved_


def shuffled_units(model: Mapping[str, NDArray[np.float32]], seed: int) -> Arrays:
    """Return the model with the feed-forward units of every layer reordered and rescaled."""
    generator = np.random.default_rng(seed)
    made = dict(model)
    for layer in range(LAYERS):
        order = generator.permutation(UNITS)
        scale = np.exp(generator.normal(size=UNITS)).astype(np.float32)
        mlp = f"model.layers.{layer}.mlp."
        made[mlp + "gate_proj.weight"] = model[mlp + "gate_proj.weight"][order]
        made[mlp + "up_proj.weight"] = model[mlp + "up_proj.weight"][order] * scale[:, None]
        made[mlp + "down_proj.weight"] = model[mlp + "down_proj.weight"][:, order] / scale
    return made


def with_layers(model: Mapping[str, NDArray[np.float32]], chosen: list[int]) -> Arrays:
    """Return the model with these layers in this order."""
    made = {name: values for name, values in model.items() if ".layers." not in name}
    for place, layer in enumerate(chosen):
        old = f"model.layers.{layer}."
        for name, values in model.items():
            if name.startswith(old):
                made[f"model.layers.{place}." + name.removeprefix(old)] = values
    return made


def weights(
    model: Mapping[str, NDArray[np.generic]], *, vocabulary: Mapping[str, int] | None = VOCABULARY
) -> Weights:
    """Return the model as the ladder wants it."""
    return weights_of_arrays(model, SETTINGS, vocabulary)


def _gain(model: Mapping[str, NDArray[np.float32]], name: str) -> NDArray[np.float32] | None:
    layer = name.rsplit(".", 3)[0]
    if any(part in name for part in ("q_proj", "k_proj", "v_proj")):
        return model[layer + ".input_layernorm.weight"]
    if "gate_proj" in name or "up_proj" in name:
        return model[layer + ".post_attention_layernorm.weight"]
    return model["model.norm.weight"] if name.startswith("lm_head") else None


def _shapes(layers: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (TOKENS, WIDTH)}
    for layer in range(layers):
        place = f"model.layers.{layer}."
        found |= {
            place + "input_layernorm.weight": (WIDTH,),
            place + "self_attn.q_proj.weight": (WIDTH, WIDTH),
            place + "self_attn.k_proj.weight": (_NARROW, WIDTH),
            place + "self_attn.v_proj.weight": (_NARROW, WIDTH),
            place + "self_attn.o_proj.weight": (WIDTH, WIDTH),
            place + "post_attention_layernorm.weight": (WIDTH,),
            place + "mlp.gate_proj.weight": (UNITS, WIDTH),
            place + "mlp.up_proj.weight": (UNITS, WIDTH),
            place + "mlp.down_proj.weight": (WIDTH, UNITS),
        }
    return found | {"model.norm.weight": (WIDTH,), "lm_head.weight": (TOKENS, WIDTH)}
