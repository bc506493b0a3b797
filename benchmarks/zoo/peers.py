"""The published tests of weight lineage, re-implemented from their formulas.

Each is a `Method`: `prepare` reads a model folder once, `compare` scores suspect against reference.
What a formula cannot be applied to (other names, other shapes) is "untestable", never a pass.

Sources: HonestAGI (arXiv 2507.03014), TensorLock's gate (ISSTA 2026), AWM (arXiv 2510.06738),
HuRef's ICS (arXiv 2312.04828), phi_U of Zhu et al. (arXiv 2502.12292).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy import optimize, stats

from . import store
from .anatomy import EMBEDDING, PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

RELATED, UNRELATED, UNSURE, UNTESTABLE = "related", "unrelated", "unsure", "untestable"
SHARED_SEED = "shared-initialisation"


@dataclass(frozen=True, slots=True)
class Score:
    """What a method says of a pair; a greater statistic means more alike."""

    statistic: float | None
    verdict: str
    p_value: float | None = None
    #: Whatever else the method says: direction, layer map, merge weights.
    extra: dict[str, object] = field(default_factory=dict)


NOTHING = Score(None, UNTESTABLE)


class Method(Protocol):
    """One column of the table."""

    def prepare(self, folder: Path) -> object:
        """Read what the method needs of one model."""
        ...

    def compare(self, suspect: object, reference: object) -> Score:
        """Score a prepared suspect against a prepared reference."""
        ...


class View:
    """A model as the papers see it: known names, one dict of matrices [out, in] a layer."""

    def __init__(self, folder: Path) -> None:
        self.weights, self.config = store.load(folder)
        self.family = str(self.config["model_type"])
        tokenizer = folder / "tokenizer.json"
        parsed = json.loads(tokenizer.read_text("utf-8")) if tokenizer.exists() else {}
        self.tokens: dict[str, int] = parsed.get("model", {}).get("vocab", {})

    @cached_property
    def embedding(self) -> np.ndarray | None:
        """The token embeddings, if they go by a known name."""
        return self.weights.get(EMBEDDING.get(self.family, EMBEDDING["llama"]))

    @cached_property
    def layers(self) -> list[dict[str, np.ndarray]]:
        """The matrices of each layer, as far as the names are known."""
        found = []
        prefix = PREFIX.get(self.family, PREFIX["llama"])
        while layer := self._layer(prefix.format(len(found))):
            found.append(layer)
        return found

    def _layer(self, at: str) -> dict[str, np.ndarray]:
        w, roles = self.weights, {}
        for role, names in _NAMES.items():
            for name in names:
                if at + name in w:
                    roles[role] = w[at + name]
        if at + "attn.c_attn.weight" in w:
            parts = np.split(w[at + "attn.c_attn.weight"].T, 3)
            roles |= dict(zip("qkv", parts, strict=True))
            roles |= {"o": w[at + "attn.c_proj.weight"].T, "up": w[at + "mlp.c_fc.weight"].T}
            roles["down"] = w[at + "mlp.c_proj.weight"].T
        if at + "self_attn.qkv_proj.weight" in w:
            width = w[at + "self_attn.o_proj.weight"].shape[1]
            fused = w[at + "self_attn.qkv_proj.weight"]
            rest = (len(fused) - width) // 2
            cuts = np.split(fused, [width, width + rest])
            roles |= dict(zip("qkv", cuts, strict=True))
            roles["up"] = np.split(w[at + "mlp.gate_up_proj.weight"], 2)[1]
        return roles


_NAMES = {
    "q": ("self_attn.q_proj.weight", "attention.self.query.weight"),
    "k": ("self_attn.k_proj.weight", "attention.self.key.weight"),
    "v": ("self_attn.v_proj.weight", "attention.self.value.weight"),
    "o": ("self_attn.o_proj.weight", "attention.output.dense.weight"),
    "up": ("mlp.up_proj.weight", "intermediate.dense.weight"),
    "down": ("mlp.down_proj.weight", "output.dense.weight"),
}


class _Formula:
    """A method whose features are the whole view."""

    def prepare(self, folder: Path) -> object:
        return View(folder)

    def compare(self, suspect: object, reference: object) -> Score:
        assert isinstance(suspect, View)
        assert isinstance(reference, View)
        return self.score(suspect, reference)

    def score(self, suspect: View, reference: View) -> Score:
        raise NotImplementedError


class HonestAGI:
    """Pearson correlation of the standard deviations of q, k, v, o across depth."""

    #: The pair that started the dispute scored 0.927; unrelated ones were said to stay below 0.7.
    THRESHOLD = 0.9
    MOMENTS: tuple[Callable[[np.ndarray], float], ...] = (lambda w: float(w.std(ddof=1)),)

    def prepare(self, folder: Path) -> object:
        layers = View(folder).layers
        if not layers or any(not set("qkvo") <= layer.keys() for layer in layers):
            return None
        return np.array([[[m(layer[r]) for layer in layers] for r in "qkvo"] for m in self.MOMENTS])

    def compare(self, suspect: object, reference: object) -> Score:
        if not isinstance(suspect, np.ndarray) or not isinstance(reference, np.ndarray):
            return NOTHING
        depth = max(suspect.shape[2], reference.shape[2])
        if min(suspect.shape[2], reference.shape[2]) < 2:
            return NOTHING
        sides = [
            [_resampled(c, depth) for c in x.reshape(-1, x.shape[2])] for x in (suspect, reference)
        ]
        found = [self.correlation(a, b) for a, b in zip(*sides, strict=True)]
        mean = float(np.nanmean(found)) if np.isfinite(found).any() else None
        return _judged(mean, self.THRESHOLD)

    def correlation(self, a: np.ndarray, b: np.ndarray) -> float:
        return _pearson(a, b)


class TensorLock(HonestAGI):
    """Spearman correlation of standard deviation, skewness and kurtosis across depth."""

    THRESHOLD = 0.6
    MOMENTS = (
        lambda w: float(w.std()),
        lambda w: float(stats.skew(w, axis=None)),
        lambda w: float(stats.kurtosis(w, axis=None)),
    )

    def correlation(self, a: np.ndarray, b: np.ndarray) -> float:
        return _pearson(stats.rankdata(a), stats.rankdata(b))


class Cosine(_Formula):
    """Mean cosine of the matrices that share a name and a shape."""

    THRESHOLD = 0.5

    def score(self, suspect: View, reference: View) -> Score:
        found = [
            _cosine(tensor, reference.weights[name])
            for name, tensor in suspect.weights.items()
            if tensor.ndim == 2 and reference.weights.get(name, tensor[:0]).shape == tensor.shape
        ]
        return _judged(float(np.mean(found)) if found else None, self.THRESHOLD)


class AWM(_Formula):
    """Align the residual stream by the embeddings, then unbiased CKA of q and k."""

    #: The paper's negatives: mean 0.00375, standard deviation 0.0028; |Z| < 3 is its "missed".
    THRESHOLD = 0.00375 + 3 * 0.0028

    def score(self, suspect: View, reference: View) -> Score:
        aligned = _aligned(suspect, reference)
        if aligned is None or not suspect.layers or not reference.layers:
            return NOTHING
        mine, theirs, signs = aligned
        table = np.array(
            [
                [self._pair(a, b, mine, theirs, signs) for b in reference.layers]
                for a in suspect.layers
            ]
        )
        if table.shape[0] == table.shape[1]:
            return _judged(float(np.diag(table).mean()), self.THRESHOLD)
        return _judged(float(table[optimize.linear_sum_assignment(-table)].mean()), self.THRESHOLD)

    def _pair(
        self,
        a: dict[str, np.ndarray],
        b: dict[str, np.ndarray],
        mine: np.ndarray,
        theirs: np.ndarray,
        signs: np.ndarray,
    ) -> float:
        pairs = [(a[r][:, mine], b[r][:, theirs] * signs) for r in "qk" if r in a and r in b]
        return float(np.mean([_unbiased_cka(x.T, y.T) for x, y in pairs]))


class HuRef(_Formula):
    """Cosine of the invariant terms of the last two layers over shared tokens."""

    #: The greatest value between unrelated roots in TensorLock's re-measurement.
    THRESHOLD = 0.8

    def score(self, suspect: View, reference: View) -> Score:
        rows = _shared_tokens(suspect, reference)
        if rows is None or min(len(suspect.layers), len(reference.layers)) < 2:
            return NOTHING
        mine, theirs = (
            self._terms(view, ids[:256])
            for view, ids in zip((suspect, reference), rows, strict=True)
        )
        shared = [name for name in mine if name in theirs]
        found = [_cosine(mine[name], theirs[name]) for name in shared]
        return _judged(float(np.mean(found)) if found else None, self.THRESHOLD)

    def _terms(self, view: View, ids: np.ndarray) -> dict[str, np.ndarray]:
        assert view.embedding is not None
        x, found = view.embedding[ids].astype(np.float64), {}
        for back in (1, 2):
            layer = view.layers[-back]
            each = len(layer["q"]) // len(layer["k"])
            size = _head_size(view)
            k, v = (_repeated(layer[role], size, each) for role in "kv")
            found[f"a{back}"] = (x @ layer["q"].T) @ (x @ k.T).T
            found[f"b{back}"] = (x @ v.T) @ layer["o"].T @ x.T
            if {"up", "down"} <= layer.keys():
                found[f"f{back}"] = (x @ layer["up"].T) @ layer["down"].T @ x.T
        return found


class PhiU(_Formula):
    """Match the feed-forward units of each layer; the rank correlation with their own order."""

    def score(self, suspect: View, reference: View) -> Score:
        if len(suspect.layers) != len(reference.layers) or not suspect.layers:
            return NOTHING
        values = []
        for a, b in zip(suspect.layers, reference.layers, strict=True):
            if "up" not in a or "up" not in b or a["up"].shape != b["up"].shape:
                return NOTHING
            one, two = (m / np.linalg.norm(m, axis=1, keepdims=True) for m in (a["up"], b["up"]))
            order = optimize.linear_sum_assignment(-(one @ two.T))[1]
            result = stats.spearmanr(order, np.arange(len(order)), alternative="greater")
            values.append(max(float(result.pvalue), 1e-300))
        p = float(stats.combine_pvalues(values).pvalue)
        return Score(float(-np.log10(max(p, 1e-300))), RELATED if p < 1e-6 else UNRELATED, p)


def _judged(statistic: float | None, threshold: float) -> Score:
    if statistic is None or not np.isfinite(statistic):
        return NOTHING
    return Score(statistic, RELATED if statistic >= threshold else UNRELATED)


def _resampled(curve: np.ndarray, depth: int) -> np.ndarray:
    if len(curve) == depth:
        return curve
    return np.interp(np.linspace(0, 1, depth), np.linspace(0, 1, len(curve)), curve)


def _pearson(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a - a.mean(), b - b.mean()
    return _cosine(a, b) if a.any() and b.any() else float("nan")


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    norm = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    return float(np.vdot(a, b)) / norm if norm else 0.0


def _shared_tokens(a: View, b: View) -> tuple[np.ndarray, np.ndarray] | None:
    if a.embedding is None or b.embedding is None:
        return None
    shared = sorted(a.tokens.keys() & b.tokens.keys(), key=a.tokens.__getitem__)
    if len(shared) < 16:
        return None
    return np.array([a.tokens[t] for t in shared]), np.array([b.tokens[t] for t in shared])


def _aligned(a: View, b: View) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    rows = _shared_tokens(a, b)
    if rows is None or a.embedding is None or b.embedding is None:
        return None
    one, two = a.embedding[rows[0]].astype(np.float64), b.embedding[rows[1]].astype(np.float64)
    one, two = (e / (np.linalg.norm(e, axis=0) + 1e-12) for e in (one, two))
    alike = one.T @ two
    mine, theirs = optimize.linear_sum_assignment(-np.abs(alike))
    return mine, theirs, np.sign(alike[mine, theirs])


def _unbiased_cka(x: np.ndarray, y: np.ndarray) -> float:
    k, m = _u_centred(x @ x.T), _u_centred(y @ y.T)
    return float((k * m).sum() / np.sqrt((k * k).sum() * (m * m).sum()))


def _u_centred(gram: np.ndarray) -> np.ndarray:
    n = len(gram)
    gram = gram.astype(np.float64)
    np.fill_diagonal(gram, 0)
    means = gram.sum(0) / (n - 2) - gram.sum() / (2 * (n - 1) * (n - 2))
    gram = gram - means[:, None] - means
    np.fill_diagonal(gram, 0)
    return gram


def _head_size(view: View) -> int:
    found = view.config.get("head_dim")
    if isinstance(found, int):
        return found
    heads = view.config.get("num_attention_heads", view.config.get("n_head"))
    assert isinstance(heads, int)
    return len(view.layers[0]["q"]) // heads


def _repeated(matrix: np.ndarray, size: int, each: int) -> np.ndarray:
    heads = matrix.reshape(-1, size, matrix.shape[1])
    return np.repeat(heads, each, 0).reshape(-1, matrix.shape[1])
