"""Merges of fine-tunes of one base, with the weights that went in.

Sources: slerp (Shoemake 1985, per tensor as mergekit does it), TIES (Yadav et al. 2023, trim, elect
sign, disjoint mean), DARE (Yu et al. 2024, drop and rescale).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .anatomy import Model

    Deltas = list[np.ndarray]
    Rule = Callable[[Deltas, np.ndarray, np.random.Generator], np.ndarray]


def merged(
    base: Model, tuned: Sequence[Model], generator: np.random.Generator, *, rule: str
) -> Model:
    """Merge fine-tunes of a base by a rule, with random weights that sum to one."""
    share = generator.dirichlet(np.full(len(tuned), 4.0))
    share = (0.8 * share + 0.2 / len(tuned)).round(3)
    share[-1] = 1 - share[:-1].sum()
    if rule == "slerp":
        weights = _slerp(tuned, float(share[1]))
    else:
        weights = {
            name: (tensor + RULES[rule](_deltas(tensor, name, tuned), share, generator)).astype(
                np.float32
            )
            for name, tensor in base.weights.items()
        }
    return replace(tuned[0], weights=weights).with_truth(
        merge_rule=rule, merge_weights=[round(float(s), 3) for s in share]
    )


def _deltas(tensor: np.ndarray, name: str, tuned: Sequence[Model]) -> Deltas:
    return [model.weights[name].astype(np.float64) - tensor for model in tuned]


def _linear(deltas: Deltas, share: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    del generator
    return np.asarray(sum(s * d for s, d in zip(share, deltas, strict=True)))


def _ties(deltas: Deltas, share: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    del generator
    density = 0.5
    kept = [np.where(np.abs(d) >= np.quantile(np.abs(d), 1 - density), d, 0) for d in deltas]
    weighted = [s * d for s, d in zip(share, kept, strict=True)]
    elected = np.sign(sum(weighted))
    agree = [np.where(np.sign(d) == elected, d, 0) for d in weighted]
    mass = sum(s * (np.sign(d) == elected) for s, d in zip(share, kept, strict=True))
    return np.asarray(sum(agree) / np.maximum(mass, 1e-12))


def _dare(deltas: Deltas, share: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    density = 0.5
    dropped = [d * (generator.random(d.shape) < density) / density for d in deltas]
    return _linear(dropped, share, generator)


RULES: dict[str, Rule] = {"linear": _linear, "ties": _ties, "dare": _dare}


def _slerp(tuned: Sequence[Model], t: float) -> dict[str, np.ndarray]:
    first, second = tuned[0].weights, tuned[1].weights
    done = {}
    for name, tensor in first.items():
        a, b = tensor.astype(np.float64).ravel(), second[name].astype(np.float64).ravel()
        cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-12)
        angle = np.arccos(np.clip(cosine, -1, 1))
        if angle < 1e-3:
            mixed = (1 - t) * a + t * b
        else:
            mixed = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
        done[name] = mixed.reshape(tensor.shape).astype(np.float32)
    return done
