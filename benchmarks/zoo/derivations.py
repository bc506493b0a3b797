"""Which derivations are trained, from which bases; free of PyTorch, as the harness reads it too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import disguise, plan
from .transform import TRANSFORMATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from .anatomy import Model
    from .plan import Member

    Prepare = Callable[[Model, np.random.Generator], Model]

#: Which members of which groups derivations start from: 26 bases, 20 of them llamas.
CHOSEN = {0: 8, 1: 4, 2: 4, 3: 2, 4: 2, 5: 2, 6: 4}
#: And which more the transformations that need no training start from, the wide ones among them.
ALSO = {5: 8, 6: 4, 9: 4, 10: 4, 11: 8, 12: 4, 13: 4, 14: 2, 15: 2, 16: 2}
OTHER = {"python": "licences", "licences": "python"}


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way to train on: what is done first, then how much of the original training is added."""

    name: str
    row: str
    #: Tokens as a share of the base's own.
    share: float
    #: Learning rate as a share of the base's own.
    rate: float
    corpus: str = "same"
    prepare: Prepare = lambda model, _: model
    families: frozenset[str] = frozenset({"bert", "gpt2", "llama"})
    rank: int = 0
    distilled: bool = False
    vocabulary: str | None = None
    #: Shares of the original tokens at which a model is kept, with their names.
    snapshots: tuple[tuple[float, str], ...] = ()


LLAMA = frozenset({"llama"})
DECODERS = frozenset({"gpt2", "llama"})


def _drawn(name: str) -> Prepare:
    return TRANSFORMATIONS[name].rule


DERIVATIONS = (
    Derivation("ft-a", "fine-tune, 10 % tokens", 0.1, 0.2),
    Derivation("ft-b", "fine-tune, 10 % tokens", 0.1, 0.2, "other"),
    Derivation("ft-c", "fine-tune, 10 % tokens", 0.1, 0.3),
    Derivation("ft-d", "fine-tune, 10 % tokens", 0.1, 0.3, "other"),
    Derivation("ft-e", "fine-tune, 10 % tokens", 0.1, 0.2, "other"),
    Derivation(
        "attack-ft", "adversary: order attack, then FT", 0.1, 0.2, "other", disguise.attacked
    ),
    Derivation("disguise-ft", "adversary: all, then FT", 0.1, 0.2, "other", disguise.disguised),
    Derivation("lora-4", "LoRA r 4, merged", 0.2, 0.3, "other", rank=4),
    Derivation("lora-16", "LoRA r 16, merged", 0.2, 0.3, "other", rank=16),
    Derivation(
        "cpt-300",
        "continued pre-training 300 %",
        3.0,
        0.5,
        "other",
        snapshots=((0.5, "cpt-50"), (1.0, "cpt-100")),
    ),
    Derivation("moe-ft", "MoE cloned, trained on", 0.5, 0.5, "other", _drawn("moe-clone"), LLAMA),
    Derivation("recut-ft", "MoE re-cut, trained on", 0.5, 0.5, "other", _drawn("moe-recut"), LLAMA),
    Derivation("retok", "re-tokenised, trained on", 1.0, 0.5, "same", vocabulary="bpe-b"),
    Derivation(
        "insert-ft", "layers inserted, trained on", 0.5, 0.5, "other", _drawn("insert"), DECODERS
    ),
    Derivation("widen-ft", "FFN widened, trained on", 0.5, 0.5, "other", _drawn("widen")),
    Derivation("solar-ft", "depth up-scaled, trained on", 0.5, 0.5, "other", _drawn("solar")),
    Derivation("drop-ft", "layers dropped 50 %, trained on", 0.3, 0.5, "other", _drawn("drop-50")),
    Derivation(
        "width-ft",
        "residual width x 0.75, trained on",
        0.5,
        0.5,
        "other",
        _drawn("width-75"),
        LLAMA,
    ),
    Derivation("distil", "distilled into a fresh student", 1.0, 1.0, "same", distilled=True),
    Derivation("wash", "washing: 100 % at 1.5 x the rate", 1.0, 1.5, "other"),
    Derivation("wash-noise", "washing: 50 % of noise", 0.5, 0.5, "noise"),
)


def parents() -> list[Member]:
    """List the bases that trained derivations start from."""
    return [member for number, count in CHOSEN.items() for member in plan.members(number)[:count]]


def origins() -> list[Member]:
    """List the bases that transformations start from: the parents first."""
    first = parents()
    more = [member for number, count in ALSO.items() for member in plan.members(number)[:count]]
    return [*first, *(member for member in more if member not in first)]
