"""What a tensor's name says of its role, for every family whose naming is known to us.

Names are a convenience: ``lineage.kinship.roles`` does without them where they say nothing.
Sources: the modelling files of transformers (Llama, Mistral, Qwen, Gemma, Phi, GPT-2, GPT-NeoX,
Falcon, Bloom, BERT, RoBERTa, T5, Whisper, ViT, Mixtral, DeepSeek), Meta's own Llama files, and
llama.cpp's ``gguf-py/gguf/constants.py`` for GGUF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a tensor does."""

    EMBEDDING = "embedding"
    UNEMBEDDING = "unembedding"
    POSITION = "position"
    Q = "q"
    K = "k"
    V = "v"
    QKV = "qkv"
    O = "o"  # noqa: E741 - the field's own name
    GATE = "gate"
    UP = "up"
    GATE_UP = "gate-up"
    DOWN = "down"
    ROUTER = "router"
    GAIN = "gain"
    BIAS = "bias"
    #: A matrix tied to the residual stream whose name says nothing.
    MATRIX = "matrix"
    OTHER = "other"


#: Matrices that read the residual stream, those that write to it, and both.
READERS = frozenset(
    {Role.Q, Role.K, Role.V, Role.QKV, Role.GATE, Role.UP, Role.GATE_UP, Role.ROUTER}
)
WRITERS = frozenset({Role.O, Role.DOWN})
ATTENTION = frozenset({Role.Q, Role.K, Role.V, Role.QKV, Role.O})
FEED_FORWARD = frozenset({Role.GATE, Role.UP, Role.GATE_UP, Role.DOWN, Role.ROUTER})


@dataclass(frozen=True, slots=True)
class Named:
    """What a name says."""

    role: Role
    #: The path before the layer's number: ``model.layers``; "" outside layers.
    stack: str
    layer: int | None
    expert: int | None
    #: What the tensor is called inside its layer: ``self_attn.q_proj``.
    leaf: str


_ENDS = re.compile(r"[._](weight|kernel|w|gamma|scale|bias|beta|b)$")
_BIAS = frozenset({"bias", "beta", "b"})
_EXPERT = re.compile(r"(?:^|\.)(?:experts|expert|local_experts)\.(\d+)(?:\.|$)")
_NUMBER = re.compile(r"(?:^|\.)(\d+)(?:\.|$)")

# The first that is found in the leaf decides, so that order matters.
_TABLE: tuple[tuple[str, Role], ...] = (
    (
        r"lora_|(^|\.)(masked_bias|inv_freq|rotary_emb|rope_freqs|position_ids|num_batches)",
        Role.OTHER,
    ),
    (r"relative_attention_bias|attn\.bias$|attention\.bias$", Role.OTHER),
    (
        r"(^|\.|_)(wpe|pos_embed|position_embd|position_embeddings?|embed_positions)(\.|$)",
        Role.POSITION,
    ),
    (r"positional_embedding|pos_embedding", Role.POSITION),
    (r"token_type|token_types|segment_embed|type_embed", Role.OTHER),
    (r"(^|\.)(lm_head|embed_out|output_projection|score)$|^output$", Role.UNEMBEDDING),
    (r"(^|\.)(q|k|query|key|kv_a|q_a|kv|attn_q|attn_k)_?(layer)?_?norm(\.|$)", Role.OTHER),
    (r"(^|\.|_)(norm\w*|\w*layer_?norm\w*|ln|ln_\w+|ln\d|\w*_norm|\w*_norm\d)(\.|$)", Role.GAIN),
    (
        r"(^|\.)(embed_tokens|wte|tok_embeddings|word_embeddings?|embed_in|token_embd)$",
        Role.EMBEDDING,
    ),
    (r"(^|\.)(token_embedding|embed_token|shared|embedding|embeddings|embed)$", Role.EMBEDDING),
    (r"(^|\.)(shared_expert_gate)$", Role.OTHER),
    (
        r"(^|\.)(router|router\.\w+|ffn_gate_inp|gate\.wg|block_sparse_moe\.gate|moe\.gate)$",
        Role.ROUTER,
    ),
    (r"(^|\.)(mlp|ffn|feed_forward)\.gate$", Role.ROUTER),
    (r"gate_up|w13|gate_and_up", Role.GATE_UP),
    (r"(^|\.)(gate_proj|ffn_gate|ffn_gate_exps|ffn_gate_shexp|wi_0|w1|linear_v)$", Role.GATE),
    (r"(^|\.)(down_proj|ffn_down|ffn_down_exps|ffn_down_shexp|w2|fc2|fc_out|lin2)$", Role.DOWN),
    (
        r"(^|\.)(dense_4h_to_h|mlp\.c_proj|densereludense\.wo|linear2|mlp\.wo|ffn\.output_dense)$",
        Role.DOWN,
    ),
    (r"(^|\.)(up_proj|ffn_up|ffn_up_exps|ffn_up_shexp|wi_1|wi|w3|fc1|fc_in|lin1|c_fc)$", Role.UP),
    (r"(^|\.)(dense_h_to_4h|intermediate\.dense|linear1|linear_1)$", Role.UP),
    (
        r"(^|\.)(qkv|qkv_proj|c_attn|query_key_value|wqkv|w_pack|in_proj|attn_qkv|qkv_lin)$",
        Role.QKV,
    ),
    (r"(^|\.)(q_proj|query|wq|q_lin|to_q|attn_q|selfattention\.q|encdecattention\.q)$", Role.Q),
    (r"(^|\.)(q_a_proj|attn\.q)$", Role.Q),
    (
        r"(^|\.)(k_proj|key|wk|k_lin|to_k|attn_k|selfattention\.k|encdecattention\.k|attn\.k)$",
        Role.K,
    ),
    (r"(^|\.)(kv_a_proj_with_mqa)$", Role.K),
    (
        r"(^|\.)(v_proj|value|wv|v_lin|to_v|attn_v|selfattention\.v|encdecattention\.v|attn\.v)$",
        Role.V,
    ),
    (r"(^|\.)(o_proj|out_proj|wo|out_lin|attn_output|attn\.c_proj|selfattention\.o)$", Role.O),
    (r"(^|\.)(encdecattention\.o|attention\.output\.dense|self_attention\.dense)$", Role.O),
    (r"(^|\.)(attention\.dense|attn\.proj|to_out\.0|attn\.o)$", Role.O),
    (r"(^|\.)output\.dense$", Role.DOWN),
)
_ROLES = tuple((re.compile(pattern), role) for pattern, role in _TABLE)


def named(name: str) -> Named:
    """Return what the name says; its role is ``OTHER`` where it says nothing."""
    path = name.replace("/", ".").lower()
    expert = _EXPERT.search(path)
    if expert:
        path = path[: expert.start()] + ".experts" + "." + path[expert.end() :]
        path = path.strip(".")
    number = _NUMBER.search(path)
    stack = path[: number.start()] if number else ""
    leaf = path[number.end() :] if number else path
    ending = _ENDS.search(leaf)
    bare = leaf[: ending.start()] if ending else leaf
    role = next((role for pattern, role in _ROLES if pattern.search(bare)), Role.OTHER)
    if ending and ending.group(1) in _BIAS and role is not Role.OTHER:
        role = Role.BIAS
    return Named(
        role=role,
        stack=stack,
        layer=int(number.group(1)) if number else None,
        expert=int(expert.group(1)) if expert else None,
        leaf=bare,
    )


_PLACES: tuple[tuple[str, str], ...] = (
    (
        r"^(input_layernorm|ln_?1|attn_norm|attention_norm|norm_?1|layernorm_before|sa_layer_norm)$",
        "attention",
    ),
    (r"^(self_attn_layer_norm|layer\.0\.layer_norm|blk_norm|ln_attn)$", "attention"),
    (r"^(attention\.output\.layernorm|attn_output_norm|layer_output_norm)$", "attention"),
    (
        r"^(post_attention_layernorm|ln_?2|ffn_norm|norm_?2|layernorm_after|output_layer_norm)$",
        "feed-forward",
    ),
    (r"^(output\.layernorm|final_layer_norm|layer\.1\.layer_norm|ln_mlp)$", "feed-forward"),
)
_PLACE = tuple((re.compile(pattern), place) for pattern, place in _PLACES)


def place_of_norm(leaf: str, layer: int | None) -> str:
    """Return where in the network a norm of this name stands, in one wording for all families."""
    if layer is None:
        return "embedding" if "embed" in leaf or "token" in leaf else "final"
    return next((place for pattern, place in _PLACE if pattern.search(leaf)), leaf)
