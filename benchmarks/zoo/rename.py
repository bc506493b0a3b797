"""The same tensors under other names: another family's, fused, split, or none at all."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .anatomy import Model

#: Ordered: the first pattern that matches a name rewrites it (the names of MPT and GPT-NeoX's kin).
_FOREIGN = {
    "llama": (
        (r"model\.layers\.(\d+)\.self_attn\.(\w)_proj", r"transformer.blocks.\1.attn.w\2"),
        (r"model\.layers\.(\d+)\.mlp\.(\w+)_proj", r"transformer.blocks.\1.ffn.\2"),
        (r"model\.layers\.(\d+)\.input_layernorm", r"transformer.blocks.\1.norm_1"),
        (r"model\.layers\.(\d+)\.post_attention_layernorm", r"transformer.blocks.\1.norm_2"),
        (r"model\.embed_tokens", "transformer.tok_embeddings"),
        (r"model\.norm", "transformer.norm_f"),
        (r"lm_head", "output"),
    ),
    "gpt2": (
        (r"transformer\.h\.(\d+)\.attn\.c_proj", r"gpt_neox.layers.\1.attention.dense"),
        (r"transformer\.h\.(\d+)\.mlp\.c_fc", r"gpt_neox.layers.\1.mlp.dense_h_to_4h"),
        (r"transformer\.h\.(\d+)\.mlp\.c_proj", r"gpt_neox.layers.\1.mlp.dense_4h_to_h"),
        (r"transformer\.h\.(\d+)\.ln_1", r"gpt_neox.layers.\1.input_layernorm"),
        (r"transformer\.h\.(\d+)\.ln_2", r"gpt_neox.layers.\1.post_attention_layernorm"),
        (r"transformer\.wte", "gpt_neox.embed_in"),
        (r"transformer\.wpe", "gpt_neox.embed_pos"),
        (r"transformer\.ln_f", "gpt_neox.final_layer_norm"),
        (r"lm_head", "embed_out"),
    ),
    "bert": (
        (r"bert\.encoder\.layer\.(\d+)\.attention\.self\.query", r"encoder.layers.\1.q_lin"),
        (r"bert\.encoder\.layer\.(\d+)\.attention\.self\.key", r"encoder.layers.\1.k_lin"),
        (r"bert\.encoder\.layer\.(\d+)\.attention\.self\.value", r"encoder.layers.\1.v_lin"),
        (r"bert\.encoder\.layer\.(\d+)\.attention\.output\.dense", r"encoder.layers.\1.out_lin"),
        (
            r"bert\.encoder\.layer\.(\d+)\.attention\.output\.LayerNorm",
            r"encoder.layers.\1.sa_norm",
        ),
        (r"bert\.encoder\.layer\.(\d+)\.intermediate\.dense", r"encoder.layers.\1.lin1"),
        (r"bert\.encoder\.layer\.(\d+)\.output\.dense", r"encoder.layers.\1.lin2"),
        (r"bert\.encoder\.layer\.(\d+)\.output\.LayerNorm", r"encoder.layers.\1.out_norm"),
        (r"bert\.embeddings\.", "embeddings."),
        (r"cls\.predictions\.", "vocab_"),
    ),
}


def foreign(model: Model) -> Model:
    """Give the tensors another family's names; GPT-2's become unfused and transposed on the way."""
    weights: dict[str, np.ndarray] = {}
    for name, tensor in model.weights.items():
        if "attn.c_attn." in name:
            layer, kind = name.split(".")[2], name.rsplit(".", 1)[1]
            for part, block in zip("qkv", np.split(tensor, 3, -1), strict=True):
                weights[f"gpt_neox.layers.{layer}.attention.{part}.{kind}"] = block.T
        else:
            linear = re.search(r"attn\.c_proj|mlp\.c_", name) and tensor.ndim == 2
            weights[_renamed(name, model.family)] = tensor.T if linear else tensor
    plain = {name: np.ascontiguousarray(tensor) for name, tensor in weights.items()}
    return replace(model, weights=plain).configured(model_type="custom", architectures=["Custom"])


def fused(model: Model) -> Model:
    """Stack q, k, v and gate, up as Phi-3 stores them."""
    weights: dict[str, np.ndarray] = {}
    groups = {
        "self_attn.qkv_proj": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        "mlp.gate_up_proj": ("mlp.gate_proj", "mlp.up_proj"),
    }
    parts = {part: new for new, old in groups.items() for part in old}
    for name, tensor in model.weights.items():
        match = re.fullmatch(r"(model\.layers\.\d+\.)(.+)\.(weight|bias)", name)
        if match is None or match[2] not in parts:
            weights[name] = tensor
            continue
        new = parts[match[2]]
        stacked = [model.weights[f"{match[1]}{part}.{match[3]}"] for part in groups[new]]
        weights[f"{match[1]}{new}.{match[3]}"] = np.concatenate(stacked)
    fields = {"model_type": "phi3", "architectures": ["Phi3ForCausalLM"]}
    return replace(model, weights=weights).configured(**fields)


def anonymous(model: Model, generator: np.random.Generator) -> Model:
    """Give every tensor a name that says nothing, in an order that says nothing."""
    salt = generator.bytes(8)
    names = {
        n: hashlib.blake2b(salt + n.encode(), digest_size=6).hexdigest() for n in model.weights
    }
    weights = {names[name]: model.weights[name] for name in sorted(names, key=names.__getitem__)}
    done = replace(model, weights=weights).configured(model_type="custom", architectures=["Custom"])
    return done.with_truth(names=names)


def _renamed(name: str, family: str) -> str:
    for pattern, new in _FOREIGN[family]:
        changed, count = re.subn("^" + pattern, new, name)
        if count:
            return changed
    return name
