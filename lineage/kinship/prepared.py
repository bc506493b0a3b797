"""A model on its way up the ladder: what was read once is kept for the next comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from lineage.kinship.fingerprint import Fingerprint, assembled
from lineage.kinship.identity import Digest, digests
from lineage.kinship.names import Role, named
from lineage.kinship.roles import Stack, stacks
from lineage.kinship.runs import glance
from lineage.kinship.sketch import Sketch, deepened, sketch
from lineage.kinship.weights import Remembered, UntestableError

if TYPE_CHECKING:
    from lineage.kinship.weights import Weights

#: Numbers that may be read to look for equal tensors.
DIGESTED = 32_000_000
#: A model of more numbers is described from some of them.
WHOLE = 100_000_000
#: A tower of fewer layers is not tested.
FEWEST_LAYERS = 2


class Model:
    """Weights, and what was worked out from them so far."""

    def __init__(self, weights: Weights) -> None:
        """Look at the headers.

        Raises:
            UntestableError: nothing in the model can be tested.
        """
        whole = sum(tensor.elements for tensor in weights.tensors())
        self.weights = Remembered(weights) if whole <= DIGESTED else weights
        self.towers = _testable(self.weights)
        self._sketches: dict[int, Sketch] = {}
        self._glances: dict[int, Sketch | None] = {}
        self._digests: tuple[Digest, ...] | None = None

    def sketch(self, tower: int, *, with_grams: bool) -> Sketch:
        """Return the sketch of a tower, with its Grams if they are asked for.

        Raises:
            UntestableError: what was read is not finite.
            ValueError: a tensor cannot be read.
        """
        stack = self.towers[tower]
        made = self._sketches.get(tower) or sketch(self.weights, stack)
        if with_grams and not made.grams:
            made = deepened(self.weights, stack, made)
        self._sketches[tower] = made
        return made

    def glance(self, tower: int) -> Sketch | None:
        """Return the sketch of a tower by which it is held against one of another width.

        Of a large model it is of one table alone, in few reads; None where that cannot be had.

        Raises:
            UntestableError: what was read is not finite.
            ValueError: a tensor cannot be read.
        """
        if tower not in self._glances:
            self._glances[tower] = glance(self.weights, self.towers[tower])
        return self._glances[tower]

    def digests(self) -> tuple[Digest, ...]:
        """Return the digests of the model's tensors, as far as the budget goes.

        Raises:
            ValueError: a tensor cannot be read.
        """
        if self._digests is None:
            self._digests = digests(self.weights, DIGESTED)
        return self._digests

    @property
    def large(self) -> bool:
        """Return whether the model is too large to be read whole for a description."""
        return sum(tensor.elements for tensor in self.weights.tensors()) > WHOLE

    @property
    def digested_whole(self) -> bool:
        """Return whether every tensor was within the budget for digests."""
        return sum(tensor.elements for tensor in self.weights.tensors()) <= DIGESTED

    def fingerprint(self) -> Fingerprint:
        """Return what a catalogue keeps of the model.

        Raises:
            UntestableError: what was read is not finite.
            ValueError: a tensor cannot be read.
        """
        with threadpool_limits(1):
            made = tuple(self.sketch(tower, with_grams=True) for tower in range(len(self.towers)))
        return assembled(self.weights, made, self.digests())


def _testable(weights: Weights) -> tuple[Stack, ...]:
    tensors = weights.tensors()
    empty = [t.name for t in tensors if not t.elements and named(t.name).role is not Role.OTHER]
    if empty:
        raise UntestableError(f"{empty[0]} and {len(empty) - 1} other tensors hold nothing")
    if sum("lora_" in tensor.name.lower() for tensor in tensors) * 2 > len(tensors):
        raise UntestableError("there are changes to another model (LoRA) and no weights of its own")
    found = stacks(tensors, weights.settings)
    if not found:
        raise UntestableError("no tensor is recognised as part of a transformer")
    for stack in found:
        _no_gap(stack)
    deep = tuple(stack for stack in found if not stack.named or stack.layers >= FEWEST_LAYERS)
    if not deep:
        raise UntestableError("one layer is all there is, which is too little")
    return deep


def _no_gap(stack: Stack) -> None:
    present = {part.layer for part in stack.parts if part.layer is not None}
    missing = sorted(set(range(max(present, default=0))) - present)
    if missing:
        raise UntestableError(f"layer {missing[0]} of {max(present) + 1} is missing")
