"""A model's configuration as scalars, and what it says of quantisation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from lineage.formats.packed import Scheme
from lineage.kinship.weights import Scalar
from lineage.sources.file import Json

#: Parts of a configuration that speak of the language model where the whole does not.
_TEXT_PARTS = ("text_config", "llm_config", "language_config", "thinker_config")
_MAX_DEPTH = 6
_MAX_SETTINGS = 2000

#: Keys of GGUF, without the architecture before them, in the words of Transformers.
#: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md#llm
_FROM_GGUF = {
    "attention.head_count": "num_attention_heads",
    "attention.head_count_kv": "num_key_value_heads",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
    "block_count": "num_hidden_layers",
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "expert_count": "num_experts",
    "feed_forward_length": "intermediate_size",
    "rope.freq_base": "rope_theta",
}

Object: TypeAlias = Mapping[str, Json]


def settings_of(config: Object) -> dict[str, Scalar]:
    """Return the scalars of a configuration, nested ones under dotted keys.

    What the language model of a larger one is said to be also stands without the part's name,
    where the whole says nothing.
    """
    found: dict[str, Scalar] = {}
    for key, value in _scalars(config, "", _MAX_DEPTH):
        if len(found) < _MAX_SETTINGS:
            found.setdefault(key, value)
    for part in _TEXT_PARTS:
        for key, value in list(found.items()):
            if key.startswith(f"{part}."):
                found.setdefault(key.removeprefix(f"{part}."), value)
    return found


def _scalars(config: Object, prefix: str, depth: int) -> Iterator[tuple[str, Scalar]]:
    for key, value in config.items():
        if isinstance(value, dict) and depth:
            yield from _scalars(value, f"{prefix}{key}.", depth - 1)
        elif isinstance(value, (str, int, float, bool)):
            yield f"{prefix}{key}", value


def settings_of_gguf(metadata: Mapping[str, str]) -> dict[str, Scalar]:
    """Return a GGUF file's hyperparameters in the words of Transformers."""
    architecture = metadata.get("general.architecture", "")
    found: dict[str, Scalar] = {"model_type": architecture} if architecture else {}
    for key, text in metadata.items():
        if architecture and key.startswith(f"{architecture}."):
            own = key.removeprefix(f"{architecture}.")
            found[_FROM_GGUF.get(own, own)] = _scalar(text)
    return found


def _scalar(text: str) -> Scalar:
    if text in {"true", "false"}:
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def scheme_of(config: Object, beside: Object) -> Scheme:
    """Return how a model is quantised, by its configuration or the quantiser's own beside it."""
    stated = config.get("quantization_config")
    if not isinstance(stated, dict):
        stated = dict(beside)
        stated.setdefault("quant_method", "awq" if "w_bit" in beside else "gptq")
    groups = stated.get("config_groups")
    first = next(iter(groups.values()), None) if isinstance(groups, dict) else None
    weights = first.get("weights") if isinstance(first, dict) else None
    inner = weights if isinstance(weights, dict) else {}
    block = stated.get("weight_block_size") or inner.get("block_structure")
    method = str(stated.get("quant_method", "")).lower()
    layout = stated.get("checkpoint_format") if method == "gptq" else stated.get("version")
    return Scheme(
        method=method,
        bits=_whole(stated.get("bits"), stated.get("w_bit"), inner.get("num_bits")),
        group=_whole(stated.get("group_size"), stated.get("q_group_size"), inner.get("group_size")),
        layout=str(layout or "").lower(),
        block=_pair(block),
    )


def _whole(*values: Json) -> int:
    return next((value for value in values if type(value) is int), 0)


def _pair(value: Json) -> tuple[int, int] | None:
    match value:
        case [int() as rows, int() as columns]:
            return rows, columns
        case _:
            return None
