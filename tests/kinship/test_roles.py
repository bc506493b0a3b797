"""Roles by name for the families that are known, by shape and topology for the rest."""

from __future__ import annotations

from collections import Counter

import pytest

from lineage.kinship.names import Role, named, place_of_norm
from lineage.kinship.roles import Axis, Stack, stacks
from lineage.kinship.weights import TensorInfo

D, F, V, KV, L = 64, 160, 1000, 32, 3


def _infos(shapes: dict[str, tuple[int, ...]]) -> list[TensorInfo]:
    return [TensorInfo(name, shape, "F32") for name, shape in shapes.items()]


def _each(
    prefix: str, parts: dict[str, tuple[int, ...]], layers: int = L
) -> dict[str, tuple[int, ...]]:
    return {prefix.format(n) + name: shape for n in range(layers) for name, shape in parts.items()}


LLAMA = {
    "model.embed_tokens.weight": (V, D),
    "model.norm.weight": (D,),
    "lm_head.weight": (V, D),
    **_each(
        "model.layers.{}.",
        {
            "input_layernorm.weight": (D,),
            "self_attn.q_proj.weight": (D, D),
            "self_attn.k_proj.weight": (KV, D),
            "self_attn.k_proj.bias": (KV,),
            "self_attn.v_proj.weight": (KV, D),
            "self_attn.o_proj.weight": (D, D),
            "self_attn.q_norm.weight": (16,),
            "self_attn.rotary_emb.inv_freq": (8,),
            "post_attention_layernorm.weight": (D,),
            "mlp.gate_proj.weight": (F, D),
            "mlp.up_proj.weight": (F, D),
            "mlp.down_proj.weight": (D, F),
        },
    ),
}
GGUF = {
    "token_embd.weight": (V, D),
    "output_norm.weight": (D,),
    "output.weight": (V, D),
    **_each(
        "blk.{}.",
        {
            "attn_norm.weight": (D,),
            "attn_q.weight": (D, D),
            "attn_k.weight": (KV, D),
            "attn_v.weight": (KV, D),
            "attn_output.weight": (D, D),
            "ffn_norm.weight": (D,),
            "ffn_gate.weight": (F, D),
            "ffn_up.weight": (F, D),
            "ffn_down.weight": (D, F),
        },
    ),
}
META = {
    "tok_embeddings.weight": (V, D),
    "norm.weight": (D,),
    "output.weight": (V, D),
    **_each(
        "layers.{}.",
        {
            "attention_norm.weight": (D,),
            "attention.wq.weight": (D, D),
            "attention.wk.weight": (KV, D),
            "attention.wv.weight": (KV, D),
            "attention.wo.weight": (D, D),
            "ffn_norm.weight": (D,),
            "feed_forward.w1.weight": (F, D),
            "feed_forward.w2.weight": (D, F),
            "feed_forward.w3.weight": (F, D),
        },
    ),
}
GPT2 = {
    "wte.weight": (V, D),
    "wpe.weight": (128, D),
    "ln_f.weight": (D,),
    "ln_f.bias": (D,),
    **_each(
        "h.{}.",
        {
            "ln_1.weight": (D,),
            "ln_1.bias": (D,),
            "attn.bias": (1, 1, 128, 128),
            "attn.c_attn.weight": (D, 3 * D),
            "attn.c_attn.bias": (3 * D,),
            "attn.c_proj.weight": (D, D),
            "ln_2.weight": (D,),
            "mlp.c_fc.weight": (D, 4 * D),
            "mlp.c_proj.weight": (4 * D, D),
        },
    ),
}
NEOX = {
    "gpt_neox.embed_in.weight": (V, D),
    "embed_out.weight": (V, D),
    "gpt_neox.final_layer_norm.weight": (D,),
    **_each(
        "gpt_neox.layers.{}.",
        {
            "input_layernorm.weight": (D,),
            "attention.query_key_value.weight": (3 * D, D),
            "attention.dense.weight": (D, D),
            "attention.masked_bias": (1,),
            "post_attention_layernorm.weight": (D,),
            "mlp.dense_h_to_4h.weight": (4 * D, D),
            "mlp.dense_4h_to_h.weight": (D, 4 * D),
        },
    ),
}
BERT = {
    "bert.embeddings.word_embeddings.weight": (V, D),
    "bert.embeddings.position_embeddings.weight": (128, D),
    "bert.embeddings.token_type_embeddings.weight": (2, D),
    "bert.embeddings.LayerNorm.weight": (D,),
    **_each(
        "bert.encoder.layer.{}.",
        {
            "attention.self.query.weight": (D, D),
            "attention.self.key.weight": (D, D),
            "attention.self.value.weight": (D, D),
            "attention.output.dense.weight": (D, D),
            "attention.output.LayerNorm.weight": (D,),
            "intermediate.dense.weight": (4 * D, D),
            "output.dense.weight": (D, 4 * D),
            "output.LayerNorm.weight": (D,),
        },
    ),
}
PHI3 = {
    "model.embed_tokens.weight": (V, D),
    "model.norm.weight": (D,),
    **_each(
        "model.layers.{}.",
        {
            "input_layernorm.weight": (D,),
            "self_attn.qkv_proj.weight": (D + 2 * KV, D),
            "self_attn.o_proj.weight": (D, D),
            "post_attention_layernorm.weight": (D,),
            "mlp.gate_up_proj.weight": (2 * F, D),
            "mlp.down_proj.weight": (D, F),
        },
    ),
}
MIXTRAL = {
    "model.embed_tokens.weight": (V, D),
    "model.norm.weight": (D,),
    **_each(
        "model.layers.{}.",
        {
            "input_layernorm.weight": (D,),
            "self_attn.q_proj.weight": (D, D),
            "self_attn.k_proj.weight": (KV, D),
            "self_attn.v_proj.weight": (KV, D),
            "self_attn.o_proj.weight": (D, D),
            "post_attention_layernorm.weight": (D,),
            "block_sparse_moe.gate.weight": (4, D),
            **{
                f"block_sparse_moe.experts.{e}.w{n}.weight": (D, F) if n == 2 else (F, D)
                for e in range(4)
                for n in (1, 2, 3)
            },
        },
    ),
}
STACKED = {
    "model.embed_tokens.weight": (V, D),
    "model.norm.weight": (D,),
    **_each(
        "model.layers.{}.",
        {
            "input_layernorm.weight": (D,),
            "self_attn.q_proj.weight": (D, D),
            "self_attn.k_proj.weight": (KV, D),
            "self_attn.v_proj.weight": (KV, D),
            "self_attn.o_proj.weight": (D, D),
            "post_attention_layernorm.weight": (D,),
            "mlp.router.weight": (4, D),
            "mlp.experts.gate_up_proj": (4, D, 2 * F),
            "mlp.experts.down_proj": (4, F, D),
        },
    ),
}


def _only(shapes: dict[str, tuple[int, ...]]) -> Stack:
    found = stacks(_infos(shapes), {})
    assert len(found) == 1
    return found[0]


def _roles(stack: Stack) -> Counter[Role]:
    return Counter(part.role for part in stack.parts)


@pytest.mark.parametrize("shapes", [LLAMA, GGUF, META], ids=["llama", "gguf", "meta"])
def test_one_architecture_has_the_same_roles_under_three_namings(
    shapes: dict[str, tuple[int, ...]],
) -> None:
    stack = _only(shapes)
    roles = _roles(stack)
    assert (stack.width, stack.layers, stack.named) == (D, L, True)
    for role in (Role.Q, Role.K, Role.V, Role.O, Role.GATE, Role.UP, Role.DOWN):
        assert roles[role] == L
    assert roles[Role.GAIN] == 2 * L + 1
    assert roles[Role.EMBEDDING] == roles[Role.UNEMBEDDING] == 1
    assert {part.axis for part in stack.of(Role.Q, Role.GATE)} == {Axis.COLUMNS}
    assert {part.axis for part in stack.of(Role.O, Role.DOWN)} == {Axis.ROWS}
    places = Counter(place_of_norm(part.leaf, part.layer) for part in stack.of(Role.GAIN))
    assert places == {"attention": L, "feed-forward": L, "final": 1}


@pytest.mark.parametrize(
    ("shapes", "fused"),
    [(GPT2, Role.QKV), (NEOX, Role.QKV), (PHI3, Role.GATE_UP)],
    ids=["gpt2", "neox", "phi3"],
)
def test_fused_matrices_are_read_whole(shapes: dict[str, tuple[int, ...]], fused: Role) -> None:
    stack = _only(shapes)
    assert stack.width == D
    assert _roles(stack)[fused] == L
    assert all(part.width == D for part in stack.parts)


def test_a_turned_storage_turns_square_matrices_too() -> None:
    stack = _only(GPT2)
    assert {part.axis for part in stack.of(Role.QKV, Role.UP)} == {Axis.ROWS}
    assert {part.axis for part in stack.of(Role.O, Role.DOWN)} == {Axis.COLUMNS}
    assert _roles(stack)[Role.POSITION] == 1
    assert {part.axis for part in _only(BERT).of(Role.Q)} == {Axis.COLUMNS}
    assert {part.axis for part in _only(BERT).of(Role.O)} == {Axis.ROWS}


@pytest.mark.parametrize("shapes", [MIXTRAL, STACKED], ids=["apart", "in one array"])
def test_experts_are_told_apart(shapes: dict[str, tuple[int, ...]]) -> None:
    stack = _only(shapes)
    assert {part.expert for part in stack.of(Role.DOWN)} == {0, 1, 2, 3}
    assert len(stack.of(Role.DOWN)) == 4 * L
    assert _roles(stack)[Role.ROUTER] == L
    assert all(part.width == D for part in stack.parts)
    if shapes is STACKED:
        second = next(part for part in stack.of(Role.GATE_UP) if part.expert == 1)
        assert second.span == (D, 2 * D)
        assert second.axis is Axis.ROWS


def test_two_towers_are_two_stacks() -> None:
    vision = {
        f"vision_tower.encoder.layers.{n}.{name}": shape
        for n in range(2)
        for name, shape in {
            "self_attn.q_proj.weight": (48, 48),
            "self_attn.k_proj.weight": (48, 48),
            "self_attn.out_proj.weight": (48, 48),
            "mlp.fc1.weight": (96, 48),
            "mlp.fc2.weight": (48, 96),
            "layer_norm1.weight": (48,),
        }.items()
    }
    text = {f"language_{name}": shape for name, shape in LLAMA.items()}
    found = stacks(_infos({**text, **vision}), {})
    assert [(stack.width, stack.layers) for stack in found] == [(D, L), (48, 2)]
    assert not [part for part in found[1].parts if "embed_tokens" in part.tensor]


def test_nameless_tensors_get_their_place_from_shape() -> None:
    nameless = {f"onnx::MatMul_{n}": shape for n, shape in enumerate(LLAMA.values())}
    stack = _only(nameless)
    roles = _roles(stack)
    assert (stack.width, stack.named) == (D, False)
    assert roles[Role.EMBEDDING] == 2
    assert roles[Role.GAIN] == 2 * L + 1
    assert roles[Role.MATRIX] == 7 * L
    axes = Counter(part.axis for part in stack.of(Role.MATRIX))
    assert axes == {Axis.EITHER: 2 * L, Axis.COLUMNS: 4 * L, Axis.ROWS: L}


def test_the_configuration_breaks_a_tie_of_widths() -> None:
    shapes = _each("h.{}.", {"attn.q_proj.weight": (96, 32), "attn.o_proj.weight": (32, 96)})
    assert stacks(_infos(shapes), {})[0].width == 32
    assert stacks(_infos(shapes), {"hidden_size": 96})[0].width == 96


def test_what_is_no_transformer_has_no_stack() -> None:
    assert stacks(_infos({"fc.weight": (10, 7), "fc.bias": (10,)}), {}) == ()
    assert stacks([], {}) == ()


@pytest.mark.parametrize(
    ("name", "role", "layer", "expert"),
    [
        ("model.layers.7.self_attn.q_proj.weight", Role.Q, 7, None),
        ("base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight", Role.OTHER, 7, None),
        ("model.layers.3.mlp.experts.11.down_proj.weight", Role.DOWN, 3, 11),
        ("model.layers.3.mlp.gate.weight", Role.ROUTER, 3, None),
        ("model.layers.3.mlp.shared_expert.gate_proj.weight", Role.GATE, 3, None),
        ("encoder.block.2.layer.0.SelfAttention.q.weight", Role.Q, 2, None),
        ("encoder.block.2.layer.1.DenseReluDense.wo.weight", Role.DOWN, 2, None),
        ("transformer.h.0.attn.c_proj.weight", Role.O, 0, None),
        ("transformer.h.0.mlp.c_proj.weight", Role.DOWN, 0, None),
        ("transformer.word_embeddings.weight", Role.EMBEDDING, None, None),
        ("blk.4.ffn_gate_inp.weight", Role.ROUTER, 4, None),
        ("model.layers.1.input_layernorm.bias", Role.BIAS, 1, None),
        ("model.layers.1.self_attn.rotary_emb.inv_freq", Role.OTHER, 1, None),
        ("h.0.attn.bias", Role.OTHER, 0, None),
    ],
)
def test_a_name_says_role_layer_and_expert(
    name: str, role: Role, layer: int | None, expert: int | None
) -> None:
    found = named(name)
    assert (found.role, found.layer, found.expert) == (role, layer, expert)
