"""The training loop: AdamW over a stack of members, each with its own stream of data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from . import networks
from .corpus import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .networks import Config, Stack

#: tokens in a step of one member, by family: (windows, length of a window).
WINDOWS = {"bert": (16, 32), "gpt2": (8, 64), "llama": (8, 64), "mixtral": (8, 64)}
MASKED = 0.2
#: The last part of each corpus is never trained on.
HELD_OUT = 0.02


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hard: a warm-up, then a cosine down to a twentieth of the peak."""

    tokens: int
    rate: float
    warmup: float = 0.05
    decay: float = 0.1

    def at(self, share: float) -> float:
        """Give the learning rate after a share of the tokens."""
        cosine = 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * share))
        return self.rate * min(1.0, share / self.warmup + 1e-3) * cosine


@dataclass(slots=True)
class Stream:
    """A member's endless random windows of its corpus."""

    ids: np.ndarray
    generator: np.random.Generator

    @classmethod
    def of(cls, ids: np.ndarray, seed: int) -> Stream:
        """Open the part of a corpus that may be trained on."""
        return cls(ids[: int(len(ids) * (1 - HELD_OUT))], np.random.default_rng(seed))

    def draw(self, windows: int, length: int) -> np.ndarray:
        """Give a batch of token ids [windows, length]."""
        start = self.generator.integers(0, len(self.ids) - length, (windows, 1))
        return self.ids[start + np.arange(length)].astype(np.int64)


def fit(
    config: Config,
    trainable: Stack,
    streams: Sequence[Stream],
    schedule: Schedule,
    *,
    whole: Callable[[Stack], Stack] = lambda stack: stack,
    teacher: Callable[[torch.Tensor], torch.Tensor] | None = None,
    snapshots: Mapping[int, Callable[[], None]] | None = None,
) -> None:
    """Train a stack in place.

    `whole` turns what is trained into a whole model (LoRA); with a `teacher` its distribution is
    learnt instead of the text; each of `snapshots` is called once so many tokens have been read.
    """
    windows, length = WINDOWS[str(config["model_type"])]
    optimiser = _optimiser(trainable, schedule)
    steps = max(1, schedule.tokens // (windows * length))
    due = sorted((snapshots or {}).items())
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = schedule.at(step / steps)
        batch = torch.from_numpy(np.stack([s.draw(windows, length) for s in streams]))
        _loss(config, whole(trainable), batch, streams[0].generator, teacher).sum().backward()
        optimiser.step()
        optimiser.zero_grad()
        while due and (step + 1) * windows * length >= due[0][0] - windows * length:
            due.pop(0)[1]()
    for parameter in trainable.values():
        parameter.requires_grad_(requires_grad=False)


@torch.no_grad()
def evaluate(config: Config, stack: Stack, corpora: Sequence[np.ndarray]) -> list[float]:
    """Give each member's loss in nats on the held-out part of its corpus, at the same windows."""
    length = WINDOWS[str(config["model_type"])][1]
    generator = np.random.default_rng(11)
    batches = []
    for ids in corpora:
        rest = ids[int(len(ids) * (1 - HELD_OUT)) :]
        start = np.random.default_rng(10).integers(0, len(rest) - length, (128, 1))
        batches.append(rest[start + np.arange(length)].astype(np.int64))
    batch = torch.from_numpy(np.stack(batches))
    return [float(x) for x in _loss(config, stack, batch, generator, None)]


def _optimiser(trainable: Stack, schedule: Schedule) -> torch.optim.AdamW:
    for parameter in trainable.values():
        parameter.requires_grad_(requires_grad=True)
    # A stacked vector has two axes: gains and biases are not decayed, as everybody does.
    matrices = [p for p in trainable.values() if p.dim() > 2]
    vectors = [p for p in trainable.values() if p.dim() <= 2]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": schedule.decay},
            {"params": vectors, "weight_decay": 0.0},
        ],
        lr=schedule.rate,
        betas=(0.9, 0.95),
        fused=True,
    )


def _loss(
    config: Config,
    stack: Stack,
    batch: torch.Tensor,
    generator: np.random.Generator,
    teacher: Callable[[torch.Tensor], torch.Tensor] | None,
) -> torch.Tensor:
    """Give each member's mean loss, so that its gradients depend on no other member."""
    members = batch.shape[0]
    if config["model_type"] == "bert":
        hidden = torch.from_numpy(generator.random(batch.shape) < MASKED)
        read = torch.where(hidden, MASK, batch)
        kept, wanted = hidden.view(members, -1).float(), batch
    else:
        read, wanted = batch, torch.roll(batch, -1, 2)
        kept = torch.ones(batch.shape).view(members, batch.shape[1], -1)
        kept[..., -1] = 0.0
        kept = kept.view(members, -1)
    out = networks.logits(config, stack, read).flatten(0, 2)
    if teacher is None:
        loss = functional.cross_entropy(out, wanted.flatten(), reduction="none")
    else:
        target = functional.softmax(teacher(read).flatten(0, 2), -1)
        loss = -(target * functional.log_softmax(out, -1)).sum(-1)
    return (loss.view(members, -1) * kept).sum(1) / kept.sum(1)
