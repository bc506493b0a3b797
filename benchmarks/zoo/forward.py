"""The three families' forward passes in plain numpy: what a transformation must leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .anatomy import number

if TYPE_CHECKING:
    from .anatomy import Model


def logits(model: Model, ids: np.ndarray) -> np.ndarray:
    """Give the logits [windows, time, vocabulary] in double precision."""
    weights = {name: tensor.astype(np.float64) for name, tensor in model.weights.items()}
    rule = {"bert": _bert, "gpt2": _gpt2, "llama": _llama, "mixtral": _llama}[model.family]
    return rule(model, weights, ids)


def _llama(model: Model, w: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:
    x = w["model.embed_tokens.weight"][ids]
    theta = float(str(model.config["rope_theta"]))
    for layer in range(model.layers):
        at = model.prefix(layer)
        h = _rms(x, w[at + "input_layernorm.weight"])
        q, k, v = (
            h @ w[f"{at}self_attn.{part}_proj.weight"].T
            + w.get(f"{at}self_attn.{part}_proj.bias", 0)
            for part in "qkv"
        )
        q, k = (_rotary(_heads(part, model.head_size), theta) for part in (q, k))
        each = model.heads // model.groups
        k, v = (np.repeat(part, each, 1) for part in (k, _heads(v, model.head_size)))
        x = x + _attend(q, k, v, causal=True) @ w[at + "self_attn.o_proj.weight"].T
        h = _rms(x, w[at + "post_attention_layernorm.weight"])
        x = x + (_mixture if model.family == "mixtral" else _swiglu)(model, w, at, h)
    h = _rms(x, w["model.norm.weight"])
    return h @ w.get("lm_head.weight", w["model.embed_tokens.weight"]).T


def _swiglu(model: Model, w: dict[str, np.ndarray], at: str, h: np.ndarray) -> np.ndarray:
    del model
    inner = _silu(h @ w[at + "mlp.gate_proj.weight"].T) * (h @ w[at + "mlp.up_proj.weight"].T)
    return inner @ w[at + "mlp.down_proj.weight"].T


def _mixture(model: Model, w: dict[str, np.ndarray], at: str, h: np.ndarray) -> np.ndarray:
    moe, top = at + "block_sparse_moe.", number(model.config, "num_experts_per_tok")
    share = _softmax(h @ w[moe + "gate.weight"].T)
    chosen = np.argsort(-share, -1, kind="stable")[..., :top]
    kept = np.take_along_axis(share, chosen, -1)
    weights = np.zeros_like(share)
    np.put_along_axis(weights, chosen, kept / kept.sum(-1, keepdims=True), -1)
    out = np.zeros_like(h)
    for e in range(share.shape[-1]):
        at_expert = f"{moe}experts.{e}."
        inner = _silu(h @ w[at_expert + "w1.weight"].T) * (h @ w[at_expert + "w3.weight"].T)
        out += weights[..., e : e + 1] * (inner @ w[at_expert + "w2.weight"].T)
    return out


def _gpt2(model: Model, w: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:
    def conv(h: np.ndarray, name: str) -> np.ndarray:
        return h @ w[name + ".weight"] + w.get(name + ".bias", 0)

    def norm(h: np.ndarray, name: str) -> np.ndarray:
        return _layer_norm(h, w[name + ".weight"], w.get(name + ".bias", 0))

    x = w["transformer.wte.weight"][ids] + w["transformer.wpe.weight"][: ids.shape[1]]
    for layer in range(model.layers):
        at = model.prefix(layer)
        parts = np.split(conv(norm(x, at + "ln_1"), at + "attn.c_attn"), 3, -1)
        q, k, v = (_heads(part, model.head_size) for part in parts)
        x = x + conv(_attend(q, k, v, causal=True), at + "attn.c_proj")
        inner = _gelu_tanh(conv(norm(x, at + "ln_2"), at + "mlp.c_fc"))
        x = x + conv(inner, at + "mlp.c_proj")
    return norm(x, "transformer.ln_f") @ w.get("lm_head.weight", w["transformer.wte.weight"]).T


def _bert(model: Model, w: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:
    def dense(h: np.ndarray, name: str) -> np.ndarray:
        return h @ w[name + ".weight"].T + w.get(name + ".bias", 0)

    def norm(h: np.ndarray, name: str) -> np.ndarray:
        return _layer_norm(h, w[name + ".weight"], w.get(name + ".bias", 0))

    table = "bert.embeddings."
    words = w[table + "word_embeddings.weight"]
    x = words[ids] + w[table + "position_embeddings.weight"][: ids.shape[1]]
    x = norm(x + w[table + "token_type_embeddings.weight"][0], table + "LayerNorm")
    for layer in range(model.layers):
        at = model.prefix(layer)
        q, k, v = (
            _heads(dense(x, f"{at}attention.self.{part}"), model.head_size)
            for part in ("query", "key", "value")
        )
        mixed = dense(_attend(q, k, v, causal=False), at + "attention.output.dense")
        x = norm(x + mixed, at + "attention.output.LayerNorm")
        inner = _gelu(dense(x, at + "intermediate.dense"))
        x = norm(x + dense(inner, at + "output.dense"), at + "output.LayerNorm")
    head = "cls.predictions.transform."
    x = norm(_gelu(dense(x, head + "dense")), head + "LayerNorm")
    return x @ words.T + w.get("cls.predictions.bias", 0)


def _heads(x: np.ndarray, width: int) -> np.ndarray:
    return x.reshape(x.shape[0], x.shape[1], -1, width).transpose(0, 2, 1, 3)


def _attend(q: np.ndarray, k: np.ndarray, v: np.ndarray, *, causal: bool) -> np.ndarray:
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(q.shape[-1])
    if causal:
        scores = np.where(np.tri(q.shape[2], dtype=bool), scores, -np.inf)
    mixed = (_softmax(scores) @ v).transpose(0, 2, 1, 3)
    return mixed.reshape(mixed.shape[0], mixed.shape[1], -1)


def _rotary(x: np.ndarray, theta: float) -> np.ndarray:
    half = x.shape[-1] // 2
    angle = np.arange(x.shape[2])[:, None] * theta ** (-np.arange(half) / half)
    left, right = x[..., :half], x[..., half:]
    cos, sin = np.cos(angle), np.sin(angle)
    return np.concatenate((left * cos - right * sin, right * cos + left * sin), -1)


def _rms(x: np.ndarray, gain: np.ndarray) -> np.ndarray:
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * gain


def _layer_norm(x: np.ndarray, gain: np.ndarray, bias: np.ndarray | int) -> np.ndarray:
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * gain + bias


def _softmax(x: np.ndarray) -> np.ndarray:
    raised = np.exp(x - x.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _silu(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.exp(-x))


def _gelu_tanh(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def _gelu(x: np.ndarray) -> np.ndarray:
    # Abramowitz and Stegun 7.1.26: 1.5e-7 off, with no need of scipy.
    z = np.abs(x) / np.sqrt(2)
    t = 1 / (1 + 0.3275911 * z)
    poly = t * (
        0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    )
    return 0.5 * x * (1 + np.sign(x) * (1 - poly * np.exp(-(z**2))))
