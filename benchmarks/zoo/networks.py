"""Three families of tiny transformer, many seeds at once, in PyTorch.

A stack is a dict from the family's Hugging Face tensor name to a tensor with a leading seed axis;
every operation is a batched one over that axis, so that a member neither sees nor touches another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Stack = dict[str, torch.Tensor]
    Config = Mapping[str, object]


def initialise(config: Config, seeds: list[int], spread: float) -> Stack:
    """Give freshly initialised members, each drawn from its own generator in a fixed order."""
    members = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        members.append(
            {name: _fresh(name, shape, generator, spread) for name, shape in shapes(config).items()}
        )
    return {name: torch.stack([member[name] for member in members]) for name in members[0]}


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """Give each stored tensor's shape, in the family's own naming."""
    return _SHAPES[str(config["model_type"])](config)


def logits(config: Config, stack: Mapping[str, torch.Tensor], ids: torch.Tensor) -> torch.Tensor:
    """Give next-token (or masked-token) logits [seed, batch, time, vocabulary]."""
    return _FORWARD[str(config["model_type"])](config, stack, ids)


def _fresh(
    name: str, shape: tuple[int, ...], generator: torch.Generator, spread: float
) -> torch.Tensor:
    if len(shape) > 1:
        return torch.empty(shape).normal_(0.0, spread, generator=generator)
    return torch.ones(shape) if name.endswith("weight") else torch.zeros(shape)


def _number(config: Config, key: str) -> int:
    value = config[key]
    assert isinstance(value, int)
    return value


def _llama_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    d, f = _number(config, "hidden_size"), _number(config, "intermediate_size")
    v, h = _number(config, "vocab_size"), _number(config, "num_attention_heads")
    kv = _number(config, "num_key_value_heads") * _number(config, "head_dim")
    q = h * _number(config, "head_dim")
    found: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (v, d)}
    for n in range(_number(config, "num_hidden_layers")):
        layer = f"model.layers.{n}."
        found[layer + "input_layernorm.weight"] = (d,)
        found[layer + "self_attn.q_proj.weight"] = (q, d)
        found[layer + "self_attn.k_proj.weight"] = (kv, d)
        found[layer + "self_attn.v_proj.weight"] = (kv, d)
        found[layer + "self_attn.o_proj.weight"] = (d, q)
        if config.get("attention_bias"):
            for part, size in (("q", q), ("k", kv), ("v", kv)):
                found[layer + f"self_attn.{part}_proj.bias"] = (size,)
        found[layer + "post_attention_layernorm.weight"] = (d,)
        if config["model_type"] == "mixtral":
            moe, experts = layer + "block_sparse_moe.", _number(config, "num_local_experts")
            found[moe + "gate.weight"] = (experts, d)
            for e in range(experts):
                found[f"{moe}experts.{e}.w1.weight"] = (f, d)
                found[f"{moe}experts.{e}.w2.weight"] = (d, f)
                found[f"{moe}experts.{e}.w3.weight"] = (f, d)
        else:
            found[layer + "mlp.gate_proj.weight"] = (f, d)
            found[layer + "mlp.up_proj.weight"] = (f, d)
            found[layer + "mlp.down_proj.weight"] = (d, f)
    found["model.norm.weight"] = (d,)
    if not config["tie_word_embeddings"]:
        found["lm_head.weight"] = (v, d)
    return found


def _gpt2_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    d, v = _number(config, "n_embd"), _number(config, "vocab_size")
    f = _number(config, "n_inner")
    found: dict[str, tuple[int, ...]] = {
        "transformer.wte.weight": (v, d),
        "transformer.wpe.weight": (_number(config, "n_positions"), d),
    }
    for n in range(_number(config, "n_layer")):
        layer = f"transformer.h.{n}."
        found |= {layer + "ln_1.weight": (d,), layer + "ln_1.bias": (d,)}
        found |= {layer + "attn.c_attn.weight": (d, 3 * d), layer + "attn.c_attn.bias": (3 * d,)}
        found |= {layer + "attn.c_proj.weight": (d, d), layer + "attn.c_proj.bias": (d,)}
        found |= {layer + "ln_2.weight": (d,), layer + "ln_2.bias": (d,)}
        found |= {layer + "mlp.c_fc.weight": (d, f), layer + "mlp.c_fc.bias": (f,)}
        found |= {layer + "mlp.c_proj.weight": (f, d), layer + "mlp.c_proj.bias": (d,)}
    return found | {"transformer.ln_f.weight": (d,), "transformer.ln_f.bias": (d,)}


def _bert_shapes(config: Config) -> dict[str, tuple[int, ...]]:
    d, f = _number(config, "hidden_size"), _number(config, "intermediate_size")
    v, p = _number(config, "vocab_size"), _number(config, "max_position_embeddings")
    found: dict[str, tuple[int, ...]] = {
        "bert.embeddings.word_embeddings.weight": (v, d),
        "bert.embeddings.position_embeddings.weight": (p, d),
        "bert.embeddings.token_type_embeddings.weight": (2, d),
        "bert.embeddings.LayerNorm.weight": (d,),
        "bert.embeddings.LayerNorm.bias": (d,),
    }
    for n in range(_number(config, "num_hidden_layers")):
        layer = f"bert.encoder.layer.{n}."
        for part in ("query", "key", "value"):
            found[layer + f"attention.self.{part}.weight"] = (d, d)
            found[layer + f"attention.self.{part}.bias"] = (d,)
        found[layer + "attention.output.dense.weight"] = (d, d)
        found[layer + "attention.output.dense.bias"] = (d,)
        found[layer + "attention.output.LayerNorm.weight"] = (d,)
        found[layer + "attention.output.LayerNorm.bias"] = (d,)
        found[layer + "intermediate.dense.weight"] = (f, d)
        found[layer + "intermediate.dense.bias"] = (f,)
        found[layer + "output.dense.weight"] = (d, f)
        found[layer + "output.dense.bias"] = (d,)
        found[layer + "output.LayerNorm.weight"] = (d,)
        found[layer + "output.LayerNorm.bias"] = (d,)
    head = "cls.predictions.transform."
    found |= {head + "dense.weight": (d, d), head + "dense.bias": (d,)}
    found |= {head + "LayerNorm.weight": (d,), head + "LayerNorm.bias": (d,)}
    return found | {"cls.predictions.bias": (v,)}


def _linear(
    x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """Apply each member's [out, in] matrix to its own rows [seed, rows, in]."""
    if bias is None:
        return torch.bmm(x, weight.transpose(1, 2))
    return torch.baddbmm(bias.unsqueeze(1), x, weight.transpose(1, 2))


def _embed(ids: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    members, vocabulary, width = table.shape
    offset = torch.arange(members).view(-1, 1, 1) * vocabulary
    return functional.embedding(ids + offset, table.reshape(-1, width)).reshape(members, -1, width)


def _rms(x: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * gain.unsqueeze(1)


def _layer_norm(x: torch.Tensor, gain: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    normal = functional.layer_norm(x, x.shape[-1:], eps=1e-5)
    return torch.addcmul(bias.unsqueeze(1), normal, gain.unsqueeze(1))


def _heads(x: torch.Tensor, shape: tuple[int, int, int], size: int) -> torch.Tensor:
    seeds, batch, time = shape
    return x.view(seeds * batch, time, -1, size).transpose(1, 2)


def _attend(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, seeds: int, *, causal: bool
) -> torch.Tensor:
    mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
    return mixed.transpose(1, 2).reshape(seeds, -1, mixed.shape[1] * mixed.shape[3])


def _rotate(x: torch.Tensor, theta: float) -> torch.Tensor:
    half = x.shape[-1] // 2
    angle = torch.arange(x.shape[-2]).unsqueeze(1) * theta ** (-torch.arange(half) / half)
    cos, sin = angle.cos(), angle.sin()
    left, right = x[..., :half], x[..., half:]
    return torch.cat((left * cos - right * sin, right * cos + left * sin), -1)


def _llama(config: Config, w: Mapping[str, torch.Tensor], ids: torch.Tensor) -> torch.Tensor:
    shape = (ids.shape[0], ids.shape[1], ids.shape[2])
    size, theta = _number(config, "head_dim"), float(str(config["rope_theta"]))
    groups = _number(config, "num_attention_heads") // _number(config, "num_key_value_heads")
    x = _embed(ids, w["model.embed_tokens.weight"])
    for n in range(_number(config, "num_hidden_layers")):
        layer = f"model.layers.{n}."
        h = _rms(x, w[layer + "input_layernorm.weight"])
        q, k, v = (
            _heads(
                _linear(
                    h,
                    w[layer + f"self_attn.{part}_proj.weight"],
                    w.get(layer + f"self_attn.{part}_proj.bias"),
                ),
                shape,
                size,
            )
            for part in "qkv"
        )
        q, k = _rotate(q, theta), _rotate(k, theta)
        k, v = (part.repeat_interleave(groups, 1) for part in (k, v))
        mixed = _attend(q, k, v, shape[0], causal=True)
        x = x + _linear(mixed, w[layer + "self_attn.o_proj.weight"])
        h = _rms(x, w[layer + "post_attention_layernorm.weight"])
        x = x + (_experts if config["model_type"] == "mixtral" else _swiglu)(config, w, layer, h)
    h = _rms(x, w["model.norm.weight"])
    head = w.get("lm_head.weight", w["model.embed_tokens.weight"])
    return _linear(h, head).view(*shape, -1)


def _swiglu(
    config: Config, w: Mapping[str, torch.Tensor], layer: str, h: torch.Tensor
) -> torch.Tensor:
    del config
    gate = functional.silu(_linear(h, w[layer + "mlp.gate_proj.weight"]))
    up = _linear(h, w[layer + "mlp.up_proj.weight"])
    return _linear(gate * up, w[layer + "mlp.down_proj.weight"])


def _experts(
    config: Config, w: Mapping[str, torch.Tensor], layer: str, h: torch.Tensor
) -> torch.Tensor:
    moe, top = layer + "block_sparse_moe.", _number(config, "num_experts_per_tok")
    share = functional.softmax(_linear(h, w[moe + "gate.weight"]), -1)
    kept, chosen = share.topk(top, -1)
    weights = torch.zeros_like(share).scatter(-1, chosen, kept / kept.sum(-1, keepdim=True))
    out = torch.zeros_like(h)
    for e in range(_number(config, "num_local_experts")):
        expert = f"{moe}experts.{e}."
        gate = functional.silu(_linear(h, w[expert + "w1.weight"]))
        inner = gate * _linear(h, w[expert + "w3.weight"])
        out = out + weights[..., e : e + 1] * _linear(inner, w[expert + "w2.weight"])
    return out


def _gpt2(config: Config, w: Mapping[str, torch.Tensor], ids: torch.Tensor) -> torch.Tensor:
    shape = (ids.shape[0], ids.shape[1], ids.shape[2])
    size = _number(config, "n_embd") // _number(config, "n_head")
    position = w["transformer.wpe.weight"][:, None, : shape[2]].expand(-1, shape[1], -1, -1)
    x = _embed(ids, w["transformer.wte.weight"]) + position.reshape(
        shape[0], -1, position.shape[-1]
    )

    def conv(h: torch.Tensor, name: str) -> torch.Tensor:
        return torch.baddbmm(w[name + ".bias"].unsqueeze(1), h, w[name + ".weight"])

    for n in range(_number(config, "n_layer")):
        layer = f"transformer.h.{n}."
        h = _layer_norm(x, w[layer + "ln_1.weight"], w[layer + "ln_1.bias"])
        parts = conv(h, layer + "attn.c_attn").chunk(3, -1)
        q, k, v = (_heads(part.contiguous(), shape, size) for part in parts)
        x = x + conv(_attend(q, k, v, shape[0], causal=True), layer + "attn.c_proj")
        h = _layer_norm(x, w[layer + "ln_2.weight"], w[layer + "ln_2.bias"])
        x = x + conv(
            functional.gelu(conv(h, layer + "mlp.c_fc"), approximate="tanh"), layer + "mlp.c_proj"
        )
    h = _layer_norm(x, w["transformer.ln_f.weight"], w["transformer.ln_f.bias"])
    return _linear(h, w["transformer.wte.weight"]).view(*shape, -1)


def _bert(config: Config, w: Mapping[str, torch.Tensor], ids: torch.Tensor) -> torch.Tensor:
    shape = (ids.shape[0], ids.shape[1], ids.shape[2])
    size = _number(config, "hidden_size") // _number(config, "num_attention_heads")
    table = "bert.embeddings."
    extra = w[table + "position_embeddings.weight"][:, : shape[2]]
    extra = extra + w[table + "token_type_embeddings.weight"][:, :1]
    extra = extra[:, None].expand(-1, shape[1], -1, -1).reshape(shape[0], -1, extra.shape[-1])

    def dense(h: torch.Tensor, name: str) -> torch.Tensor:
        return _linear(h, w[name + ".weight"], w[name + ".bias"])

    def norm(h: torch.Tensor, name: str) -> torch.Tensor:
        return _layer_norm(h, w[name + ".weight"], w[name + ".bias"])

    words = w[table + "word_embeddings.weight"]
    x = norm(_embed(ids, words) + extra, table + "LayerNorm")
    for n in range(_number(config, "num_hidden_layers")):
        layer = f"bert.encoder.layer.{n}."
        q, k, v = (
            _heads(dense(x, layer + f"attention.self.{part}"), shape, size)
            for part in ("query", "key", "value")
        )
        mixed = _attend(q, k, v, shape[0], causal=False)
        x = norm(
            x + dense(mixed, layer + "attention.output.dense"), layer + "attention.output.LayerNorm"
        )
        inner = functional.gelu(dense(x, layer + "intermediate.dense"))
        x = norm(x + dense(inner, layer + "output.dense"), layer + "output.LayerNorm")
    head = "cls.predictions.transform."
    x = norm(functional.gelu(dense(x, head + "dense")), head + "LayerNorm")
    return _linear(x, words, w["cls.predictions.bias"]).view(*shape, -1)


_SHAPES: dict[str, Callable[[Config], dict[str, tuple[int, ...]]]] = {
    "bert": _bert_shapes,
    "gpt2": _gpt2_shapes,
    "llama": _llama_shapes,
    "mixtral": _llama_shapes,
}
_FORWARD: dict[str, Callable[[Config, Mapping[str, torch.Tensor], torch.Tensor], torch.Tensor]] = {
    "bert": _bert,
    "gpt2": _gpt2,
    "llama": _llama,
    "mixtral": _llama,
}
