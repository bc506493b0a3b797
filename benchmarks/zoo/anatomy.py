"""What each axis of each tensor means, so that one rule moves every family.

An axis is a tuple of parts, each named: "residual", "vocabulary", "ffn.3", "query.0"... Most axes
have one part; GPT-2's fused c_attn has three. Parts with one name move together: that, and nothing
else, is what makes a permutation or a rotation of a network leave its function alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Weights = dict[str, np.ndarray]
    Config = dict[str, object]
    Axes = tuple[tuple[str, ...], ...]

PREFIX = {
    "bert": "bert.encoder.layer.{}.",
    "gpt2": "transformer.h.{}.",
    "llama": "model.layers.{}.",
    "mixtral": "model.layers.{}.",
}
EMBEDDING = {
    "bert": "bert.embeddings.word_embeddings.weight",
    "gpt2": "transformer.wte.weight",
    "llama": "model.embed_tokens.weight",
    "mixtral": "model.embed_tokens.weight",
}


@dataclass(frozen=True, slots=True)
class Model:
    """A model in memory, with what is known about how it was made."""

    weights: Weights
    config: Config
    #: The parsed tokenizer.json.
    tokenizer: dict[str, object] = field(default_factory=dict)
    #: Ground truth for the benchmark: layer maps, merge weights, permutations.
    truth: dict[str, object] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """Give the config's model_type."""
        return str(self.config["model_type"])

    @property
    def layers(self) -> int:
        """Give the depth."""
        return number(self.config, "n_layer" if self.family == "gpt2" else "num_hidden_layers")

    @property
    def heads(self) -> int:
        """Give the number of query heads."""
        return number(self.config, "n_head" if self.family == "gpt2" else "num_attention_heads")

    @property
    def groups(self) -> int:
        """Give the number of key-value heads."""
        found = self.config.get("num_key_value_heads", self.heads)
        assert isinstance(found, int)
        return found

    @property
    def hidden(self) -> int:
        """Give the width of the residual stream."""
        return int(self.weights[EMBEDDING[self.family]].shape[1])

    @property
    def head_size(self) -> int:
        """Give the width of one head."""
        found = self.config.get("head_dim", self.hidden // self.heads)
        assert isinstance(found, int)
        return found

    def prefix(self, layer: int) -> str:
        """Give how the names of a layer's tensors begin."""
        return PREFIX[self.family].format(layer)

    def with_truth(self, **facts: object) -> Model:
        """Give the same model with more ground truth."""
        return replace(self, truth={**self.truth, **facts})

    def configured(self, **fields: object) -> Model:
        """Give the same model with some fields of the config changed."""
        return replace(self, config={**self.config, **fields})


def number(config: Mapping[str, object], key: str) -> int:
    """Give an integer field of a config."""
    value = config[key]
    assert isinstance(value, int), (key, value)
    return value


def axes(model: Model) -> dict[str, Axes]:
    """Say what each axis of each tensor of a model means."""
    found = dict(_OUTSIDE[model.family])
    if "lm_head.weight" in model.weights:
        found["lm_head.weight"] = (("vocabulary",), ("residual",))
    for layer in range(model.layers):
        prefix = model.prefix(layer)
        names = _experts(model, layer) if model.family == "mixtral" else {}
        for name, meaning in {**_LAYER[model.family], **names}.items():
            found[prefix + name] = tuple(
                tuple(_in(part, layer) for part in axis) for axis in meaning
            )
    missing = set(model.weights) - set(found)
    assert not missing, sorted(missing)
    return {name: found[name] for name in model.weights}


def size(model: Model, part: str) -> int:
    """Give the length of a part."""
    for name, meaning in axes(model).items():
        for axis, parts in enumerate(meaning):
            if part in parts:
                return model.weights[name].shape[axis] // len(parts)
    raise KeyError(part)


def take(model: Model, moves: Mapping[str, np.ndarray]) -> Model:
    """Index every axis by its parts' index arrays: permutes, prunes or duplicates."""
    return _moved(model, moves, lambda block, index: block[..., index])


def scaled(model: Model, factors: Mapping[str, np.ndarray]) -> Model:
    """Multiply every axis by its parts' factors: signs, when each is 1 or -1."""
    return _moved(model, factors, lambda block, factor: block * factor)


def rotated(model: Model, turns: Mapping[str, np.ndarray]) -> Model:
    """Multiply every axis by its parts' orthogonal matrices."""
    return _moved(model, turns, lambda block, turn: block @ turn)


def _moved(model, moves, rule):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - three callers above
    weights = {}
    for name, meaning in axes(model).items():
        tensor = model.weights[name]
        for axis, parts in enumerate(meaning):
            if any(part in moves for part in parts):
                moved = np.moveaxis(tensor, axis, -1)
                blocks = np.split(moved, len(parts), axis=-1)
                done = [
                    rule(block.astype(np.float64), moves[part]) if part in moves else block
                    for part, block in zip(parts, blocks, strict=True)
                ]
                tensor = np.moveaxis(np.concatenate(done, axis=-1), -1, axis)
        weights[name] = np.ascontiguousarray(tensor, dtype=np.float32)
    return replace(model, weights=weights)


def take_layers(model: Model, chosen: Sequence[int]) -> Model:
    """Rebuild a model from its layers `chosen`, which may repeat; the rest stays."""
    weights = {n: w for n, w in model.weights.items() if not _is_layer(model, n)}
    for target, source in enumerate(chosen):
        old = model.prefix(source)
        for name, tensor in model.weights.items():
            if name.startswith(old):
                weights[model.prefix(target) + name[len(old) :]] = tensor
    key = "n_layer" if model.family == "gpt2" else "num_hidden_layers"
    return replace(model, weights=weights).configured(**{key: len(chosen)})


def _is_layer(model: Model, name: str) -> bool:
    return name.startswith(model.prefix(0)[:-2])


def _in(part: str, layer: int) -> str:
    return part if part in {"residual", "vocabulary"} else f"{part}.{layer}"


def _experts(model: Model, layer: int) -> dict[str, Axes]:
    del layer
    moe, found = "block_sparse_moe.", {"block_sparse_moe.gate.weight": (("expert",), ("residual",))}
    for e in range(number(model.config, "num_local_experts")):
        inner = f"ffn.{e}"
        found[f"{moe}experts.{e}.w1.weight"] = ((inner,), ("residual",))
        found[f"{moe}experts.{e}.w2.weight"] = (("residual",), (inner,))
        found[f"{moe}experts.{e}.w3.weight"] = ((inner,), ("residual",))
    return found


_ATTENTION: dict[str, Axes] = {
    "input_layernorm.weight": (("residual",),),
    "self_attn.q_proj.weight": (("query",), ("residual",)),
    "self_attn.q_proj.bias": (("query",),),
    "self_attn.k_proj.weight": (("key",), ("residual",)),
    "self_attn.k_proj.bias": (("key",),),
    "self_attn.v_proj.weight": (("value",), ("residual",)),
    "self_attn.v_proj.bias": (("value",),),
    "self_attn.o_proj.weight": (("residual",), ("mix",)),
    "post_attention_layernorm.weight": (("residual",),),
}
_LAYER: dict[str, dict[str, Axes]] = {
    "llama": {
        **_ATTENTION,
        "mlp.gate_proj.weight": (("ffn",), ("residual",)),
        "mlp.up_proj.weight": (("ffn",), ("residual",)),
        "mlp.down_proj.weight": (("residual",), ("ffn",)),
    },
    "mixtral": _ATTENTION,
    "gpt2": {
        "ln_1.weight": (("residual",),),
        "ln_1.bias": (("residual",),),
        "attn.c_attn.weight": (("residual",), ("query", "key", "value")),
        "attn.c_attn.bias": (("query", "key", "value"),),
        "attn.c_proj.weight": (("mix",), ("residual",)),
        "attn.c_proj.bias": (("residual",),),
        "ln_2.weight": (("residual",),),
        "ln_2.bias": (("residual",),),
        "mlp.c_fc.weight": (("residual",), ("ffn",)),
        "mlp.c_fc.bias": (("ffn",),),
        "mlp.c_proj.weight": (("ffn",), ("residual",)),
        "mlp.c_proj.bias": (("residual",),),
    },
    "bert": {
        "attention.self.query.weight": (("query",), ("residual",)),
        "attention.self.query.bias": (("query",),),
        "attention.self.key.weight": (("key",), ("residual",)),
        "attention.self.key.bias": (("key",),),
        "attention.self.value.weight": (("value",), ("residual",)),
        "attention.self.value.bias": (("value",),),
        "attention.output.dense.weight": (("residual",), ("mix",)),
        "attention.output.dense.bias": (("residual",),),
        "attention.output.LayerNorm.weight": (("residual",),),
        "attention.output.LayerNorm.bias": (("residual",),),
        "intermediate.dense.weight": (("ffn",), ("residual",)),
        "intermediate.dense.bias": (("ffn",),),
        "output.dense.weight": (("residual",), ("ffn",)),
        "output.dense.bias": (("residual",),),
        "output.LayerNorm.weight": (("residual",),),
        "output.LayerNorm.bias": (("residual",),),
    },
}
_DECODER: dict[str, Axes] = {
    "model.embed_tokens.weight": (("vocabulary",), ("residual",)),
    "model.norm.weight": (("residual",),),
}
_OUTSIDE: dict[str, dict[str, Axes]] = {
    "llama": _DECODER,
    "mixtral": _DECODER,
    "gpt2": {
        "transformer.wte.weight": (("vocabulary",), ("residual",)),
        "transformer.wpe.weight": (("position",), ("residual",)),
        "transformer.ln_f.weight": (("residual",),),
        "transformer.ln_f.bias": (("residual",),),
    },
    "bert": {
        "bert.embeddings.word_embeddings.weight": (("vocabulary",), ("residual",)),
        "bert.embeddings.position_embeddings.weight": (("position",), ("residual",)),
        "bert.embeddings.token_type_embeddings.weight": (("type",), ("residual",)),
        "bert.embeddings.LayerNorm.weight": (("residual",),),
        "bert.embeddings.LayerNorm.bias": (("residual",),),
        "cls.predictions.transform.dense.weight": (("residual",), ("residual",)),
        "cls.predictions.transform.dense.bias": (("residual",),),
        "cls.predictions.transform.LayerNorm.weight": (("residual",),),
        "cls.predictions.transform.LayerNorm.bias": (("residual",),),
        "cls.predictions.bias": (("vocabulary",),),
    },
}
