"""The columns of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import peers, tools

if TYPE_CHECKING:
    from collections.abc import Callable

METHODS: dict[str, Callable[[], peers.Method]] = {
    "lineage": tools.Lineage,
    "honestagi": peers.HonestAGI,
    "tensorlock": peers.TensorLock,
    "mpk": tools.ProvenanceKit,
    "modeldna": tools.ModelDNA,
    "awm": peers.AWM,
    "huref": peers.HuRef,
    "phi-u": peers.PhiU,
    "cosine": peers.Cosine,
}
