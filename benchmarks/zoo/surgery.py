"""Transplants: layers, widths, experts and vocabularies cut, copied or replaced."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from . import anatomy
from .anatomy import EMBEDDING, number

if TYPE_CHECKING:
    from .anatomy import Model


def pruned(model: Model, share: float) -> Model:
    """Zero the smallest entries of each matrix inside the layers."""
    weights = {}
    for name, tensor in model.weights.items():
        cut = np.quantile(np.abs(tensor), share) if tensor.ndim == 2 and _inner(model, name) else -1
        weights[name] = np.where(np.abs(tensor) > cut, tensor, 0).astype(np.float32)
    return replace(model, weights=weights)


def narrowed(model: Model, share: float) -> Model:
    """Keep the strongest residual coordinates, in their order (SliceGPT's poor cousin)."""
    strength = sum(_energy(model, n, "residual") for n in model.weights)
    kept = np.sort(np.argsort(-np.asarray(strength))[: int(model.hidden * share)])
    field = "n_embd" if model.family == "gpt2" else "hidden_size"
    done = anatomy.take(model, {"residual": kept}).configured(**{field: len(kept)})
    # The heads keep their width, which a reader can no longer derive from the hidden size.
    done = done.configured(head_dim=model.head_size)
    return done.with_truth(residual_kept=kept.tolist())


def thinned(model: Model, share: float) -> Model:
    """Keep the strongest feed-forward units of each layer, in their order."""
    moves, kept = {}, []
    for layer in range(model.layers):
        part = f"ffn.{layer}"
        strength = sum(_energy(model, n, part) for n in model.weights if _inner(model, n))
        chosen = np.sort(np.argsort(-np.asarray(strength))[: int(len(strength) * share) // 8 * 8])
        moves[part] = chosen
        kept.append(chosen.tolist())
    done = anatomy.take(model, moves)
    return _with_ffn(done, len(moves["ffn.0"])).with_truth(units_kept=kept)


def layers_chosen(model: Model, chosen: list[int]) -> Model:
    """Rebuild from the chosen layers: dropping, stacking and reordering are all this."""
    return anatomy.take_layers(model, chosen).with_truth(layer_map=chosen)


def inserted(model: Model, generator: np.random.Generator, count: int = 2) -> Model:
    """Insert copies of layers whose outputs are zero, so that they begin as the identity."""
    after = sorted(generator.choice(model.layers, count, replace=False).tolist())
    chosen: list[int] = []
    fresh: list[int] = []
    for layer in range(model.layers):
        chosen.append(layer)
        if layer in after:
            fresh.append(len(chosen))
            chosen.append(layer)
    done = anatomy.take_layers(model, chosen)
    weights = dict(done.weights)
    for layer in fresh:
        for name in ("self_attn.o_proj", "mlp.down_proj", "attn.c_proj", "mlp.c_proj"):
            for part in (".weight", ".bias"):
                full = done.prefix(layer) + name + part
                if full in weights:
                    weights[full] = np.zeros_like(weights[full])
    return replace(done, weights=weights).with_truth(layer_map=chosen, inserted=fresh)


def widened(model: Model, generator: np.random.Generator, share: float = 0.5) -> Model:
    """Add feed-forward units: half are copies whose output is shared, half are new and silent."""
    weights = dict(model.weights)
    old = anatomy.size(model, "ffn.0")
    extra = int(old * share) // 8 * 8
    for layer in range(model.layers):
        copies = generator.choice(old, extra // 2, replace=False)
        for name in _readers(model, layer):
            axis = 1 if model.family == "gpt2" and weights[name].ndim == 2 else 0
            weights[name] = _grown(weights[name], axis, copies, extra, generator)
        name = _writer(model, layer)
        axis = 0 if model.family == "gpt2" else 1
        out = np.moveaxis(weights[name], axis, -1).copy()
        out[..., copies] /= 2
        silent = np.zeros((*out.shape[:-1], extra - len(copies)), np.float32)
        out = np.concatenate((out, out[..., copies], silent), -1)
        weights[name] = np.ascontiguousarray(np.moveaxis(out, -1, axis))
    return _with_ffn(replace(model, weights=weights), old + extra)


def upcycled(
    model: Model, generator: np.random.Generator, *, experts: int = 4, noise: float = 0.0
) -> Model:
    """Turn each feed-forward block into a mixture of its copies (Mixtral's naming)."""
    return _mixture(model, generator, experts, noise, lambda weights: [weights] * experts, top=2)


def split(model: Model, generator: np.random.Generator, *, experts: int = 4) -> Model:
    """Cut each feed-forward block into experts that hold a share of its units and all speak."""

    def cut(weights: list[np.ndarray]) -> list[list[np.ndarray]]:
        order = generator.permutation(len(weights[0]))
        parts = np.array_split(order[: len(order) // experts * experts], experts)
        return [[weights[0][p], weights[1][:, p] * experts, weights[2][p]] for p in parts]

    return _mixture(model, generator, experts, 0.0, cut, top=experts, router=0.0)


def recut(model: Model, generator: np.random.Generator, *, experts: int = 8) -> Model:
    """Fill narrower experts with units drawn anew for each: the Pangu case, 13,824 into 1,344."""
    width = anatomy.size(model, "ffn.0") * 3 // 8 // 8 * 8

    def cut(weights: list[np.ndarray]) -> list[list[np.ndarray]]:
        draws = [generator.choice(len(weights[0]), width, replace=False) for _ in range(experts)]
        return [[weights[0][p], weights[1][:, p] * 8 / 3, weights[2][p]] for p in draws]

    return _mixture(model, generator, experts, 0.0, cut, top=2)


def extended(model: Model, generator: np.random.Generator, count: int = 32) -> Model:
    """Add new tokens behind the old ones, drawn like the old ones."""

    def grow(table: np.ndarray) -> np.ndarray:
        if table.ndim == 1:
            return np.concatenate([table, np.zeros(count, np.float32)])
        fresh = generator.normal(table.mean(0), table.std(0), (count, table.shape[1]))
        return np.concatenate([table, fresh.astype(np.float32)])

    done = _tables(model, grow)
    tokenizer = deepcopy(model.tokenizer)
    old = _vocabulary(model)
    new = {f"<extra_{n}>": old + n for n in range(count)}
    _entry(tokenizer).update(new)
    return replace(done, tokenizer=tokenizer).configured(vocab_size=old + count)


def trimmed(model: Model, generator: np.random.Generator, share: float = 0.75) -> Model:
    """Keep a share of the vocabulary and renumber it, the tokenizer with it."""
    old = _vocabulary(model)
    rest = 4 + generator.choice(old - 4, int((old - 4) * share), replace=False)
    kept = np.sort(np.concatenate([np.arange(4), rest]))
    done = _tables(model, lambda table: table[kept])
    return replace(done, tokenizer=_renumbered(model, kept)).configured(vocab_size=len(kept))


def shuffled(model: Model, generator: np.random.Generator) -> Model:
    """Renumber the vocabulary: the same tokens under other ids."""
    order = np.concatenate([np.arange(4), 4 + generator.permutation(_vocabulary(model) - 4)])
    done = _tables(model, lambda table: table[order])
    return replace(done, tokenizer=_renumbered(model, order)).with_truth(token_order=order.tolist())


def revocabularied(
    model: Model, generator: np.random.Generator, tokenizer: dict[str, object], size: int
) -> Model:
    """Put fresh random embeddings for another tokenizer in place of the old ones."""

    def fresh(table: np.ndarray) -> np.ndarray:
        shape = (size, *table.shape[1:])
        return generator.normal(0, table.std() + 1e-3, shape).astype(np.float32)

    done = _tables(model, fresh)
    return replace(done, tokenizer=tokenizer).configured(vocab_size=size)


def norms_refreshed(model: Model, generator: np.random.Generator) -> Model:
    """Draw every norm gain anew near one, and its bias near zero."""
    weights = dict(model.weights)
    for name, tensor in model.weights.items():
        if tensor.ndim == 1 and ("norm" in name.lower() or ".ln_" in name):
            drawn = generator.normal(float(name.endswith("weight")), 0.05, tensor.shape)
            weights[name] = drawn.astype(np.float32)
    return replace(model, weights=weights)


def biases_deleted(model: Model) -> Model:
    """Leave every bias out."""
    kept = {name: tensor for name, tensor in model.weights.items() if not name.endswith(".bias")}
    return replace(model, weights=kept).configured(attention_bias=False)


def _mixture(model, generator, experts, noise, cut, *, top, router=0.02):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - three callers above
    weights = {n: t for n, t in model.weights.items() if ".mlp." not in n}
    width = 0
    for layer in range(model.layers):
        at = model.prefix(layer)
        dense = [model.weights[f"{at}mlp.{p}_proj.weight"] for p in ("gate", "down", "up")]
        moe = at + "block_sparse_moe."
        draw = generator.normal(0, router, (experts, model.hidden))
        weights[moe + "gate.weight"] = draw.astype(np.float32)
        for e, expert in enumerate(cut(dense)):
            for part, tensor in zip(("w1", "w2", "w3"), expert, strict=True):
                shaken = tensor + generator.normal(0, noise * tensor.std(), tensor.shape)
                weights[f"{moe}experts.{e}.{part}.weight"] = shaken.astype(np.float32)
            width = len(expert[0])
    fields = {"num_local_experts": experts, "num_experts_per_tok": top, "intermediate_size": width}
    names = {"model_type": "mixtral", "architectures": ["MixtralForCausalLM"]}
    return replace(model, weights=weights).configured(**fields, **names)


def _energy(model: Model, name: str, part: str) -> np.ndarray | float:
    meaning, tensor = anatomy.axes(model)[name], model.weights[name]
    for axis, parts in enumerate(meaning):
        if parts == (part,) and tensor.ndim == 2:
            return np.asarray((tensor.astype(np.float64) ** 2).sum(1 - axis))
    return 0.0


def _inner(model: Model, name: str) -> bool:
    return name.startswith(model.prefix(0)[:-2])


def _readers(model: Model, layer: int) -> list[str]:
    at = model.prefix(layer)
    names = {
        "llama": ("mlp.gate_proj.weight", "mlp.up_proj.weight"),
        "gpt2": ("mlp.c_fc.weight", "mlp.c_fc.bias"),
        "bert": ("intermediate.dense.weight", "intermediate.dense.bias"),
    }
    return [at + name for name in names[model.family]]


def _writer(model: Model, layer: int) -> str:
    names = {"llama": "mlp.down_proj", "gpt2": "mlp.c_proj", "bert": "output.dense"}
    return f"{model.prefix(layer)}{names[model.family]}.weight"


def _grown(
    tensor: np.ndarray, axis: int, copies: np.ndarray, extra: int, generator: np.random.Generator
) -> np.ndarray:
    flat = np.moveaxis(tensor, axis, 0)
    shape = (extra - len(copies), *flat.shape[1:])
    fresh = generator.normal(0, tensor.std(), shape).astype(np.float32)
    return np.ascontiguousarray(np.moveaxis(np.concatenate([flat, flat[copies], fresh]), 0, axis))


def _with_ffn(model: Model, width: int) -> Model:
    return model.configured(**{"n_inner" if model.family == "gpt2" else "intermediate_size": width})


def _vocabulary(model: Model) -> int:
    return number(model.config, "vocab_size")


def _tables(model, rule):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - four callers above
    names = {EMBEDDING[model.family], "lm_head.weight", "cls.predictions.bias"}
    weights = {n: rule(t) if n in names else t for n, t in model.weights.items()}
    return replace(model, weights={n: np.ascontiguousarray(t) for n, t in weights.items()})


def _entry(tokenizer: dict[str, object]) -> dict[str, int]:
    inner = tokenizer["model"]
    assert isinstance(inner, dict)
    found = inner["vocab"]
    assert isinstance(found, dict)
    return found


def _renumbered(model: Model, kept: np.ndarray) -> dict[str, object]:
    """Give the tokenizer whose id n is the old tokenizer's kept[n]."""
    tokenizer = json.loads(json.dumps(model.tokenizer))
    new = {int(old): n for n, old in enumerate(kept)}
    vocabulary = _entry(tokenizer)
    left = {token: new[old] for token, old in vocabulary.items() if old in new}
    tokenizer["model"]["vocab"] = dict(sorted(left.items(), key=lambda item: item[1]))
    merges = tokenizer["model"]["merges"]
    parts = [m.split(" ") if isinstance(m, str) else m for m in merges]
    whole = [{a, b, a + b} <= left.keys() for a, b in parts]
    tokenizer["model"]["merges"] = [m for m, keep in zip(merges, whole, strict=True) if keep]
    return tokenizer
