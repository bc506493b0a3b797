"""When what two files share is evidence, and of what (calibrated by ``bench_code.py``)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lineage.code.blocks import Block, together
from lineage.code.matches import Basis, Overlap
from lineage.code.measuring import Explained, Held, Measured, Weighed
from lineage.model import Relation

#: Runs that a block must have to count: single ones are shared by chance.
FEWEST_RUNS = 3
#: What the blocks of a row must count together, and the share of either file that they must make.
NAMED_ENOUGH, SHAPED_ENOUGH = 8.0, 10.0
SHARE_ENOUGH = 0.03
#: Of a small file fewer are enough, if they make much of it.
SMALL_ENOUGH, MUCH = 5.0, 0.25
#: What runs that few other files of upstream's work have must count, or else all together: those
#: that a work repeats from file to file are its idiom, which others write alike.
RARE_ENOUGH, PLENTY = 5.0, 40.0
#: What the statements of a small file must make of upstream's and of the suspect's, how many
#: different ones there must be, and what runs must be shared beside them.
STATEMENTS_ENOUGH, STATEMENTS_SHARE, FEWEST_STATEMENTS, STATEMENTS_RUNS = 0.85, 0.35, 12, 3.0
#: Share of either file from which on it is a copy of the other, and not only derived from it.
MOST = 0.8
#: Of what the best upstream explains, another that explains this much explains as much.
AS_MUCH = 0.97
#: And so does one that lacks no more runs than an edge has.
EDGE = 4.0


@dataclass(frozen=True, slots=True)
class Weight:
    """What the blocks of both rows count together."""

    named: float
    shaped: float

    @classmethod
    def of(
        cls, named: list[Block], shaped: list[Block], found: Measured, explained: Explained
    ) -> Weight:
        """Return the weight of blocks, which is no more than what they explain.

        A run that comes again and again, as in a table, counts once.
        """
        return cls(
            min(_sum(named), explained.named, found.named.weight),
            min(_sum(shaped), explained.shaped, found.shaped.weight),
        )


def may_tell(left: Weighed, beside: Held, most: Explained) -> bool:
    """Say whether there may be enough for a match, whichever state of a family is the nearest.

    ``most`` is what the family explains at most.
    """
    rows = (
        (most.named, NAMED_ENOUGH, beside.named, left.named_weights),
        (most.shaped, SMALL_ENOUGH, beside.shaped, left.shaped_weights),
    )
    for weight, enough, places, weights in rows:
        if weight >= enough and together(places >= 0, weights, FEWEST_RUNS) >= enough:
            return True
    return bool(
        most.gain >= STATEMENTS_RUNS
        and np.count_nonzero(beside.statements) >= FEWEST_STATEMENTS
        and float(beside.coverage.max()) >= STATEMENTS_ENOUGH
    )


def has_statements(found: Measured, explained: Explained) -> bool:
    """Say whether a suspect is a whole file of upstream's, statement by statement.

    Files many times as large have most of the statements of a small one by chance (of 9,000
    unrelated files one had 0.73 of them, and it had 13 times as many).
    """
    stated = found.stated
    return (
        stated.of_upstream >= STATEMENTS_ENOUGH
        and stated.of_suspect >= STATEMENTS_SHARE
        and stated.shared >= FEWEST_STATEMENTS
        and min(explained.gain, found.named.rare + found.shaped.rare) >= STATEMENTS_RUNS
    )


def basis_of(weight: Weight, found: Measured, explained: Explained) -> Basis | None:
    """Return what a match rests on; None where there is too little for one."""
    is_part = _is_part(explained.named_share, found.named)
    if weight.named >= NAMED_ENOUGH and is_part and _is_own(found.named):
        return Basis.NAMED
    share = max(explained.shaped_share, found.shaped.of_upstream)
    enough = SMALL_ENOUGH if share >= MUCH else SHAPED_ENOUGH
    if weight.shaped >= enough and share >= SHARE_ENOUGH and _is_own(found.shaped):
        return Basis.SHAPED
    return Basis.STATEMENTS if has_statements(found, explained) else None


def relation_of(basis: Basis, found: Measured) -> Relation:
    """Return whether a file was copied or derived."""
    if basis in (Basis.BYTES, Basis.TOKENS):
        return Relation.CODE_COPIED
    most = max(found.named.of_suspect, found.named.of_upstream)
    return Relation.CODE_COPIED if most >= MOST else Relation.CODE_DERIVED


def _is_part(share: float, found: Overlap) -> bool:
    return max(share, found.of_upstream) >= SHARE_ENOUGH


def _is_own(found: Overlap) -> bool:
    """Say whether what is shared is more than what upstream's work repeats from file to file."""
    return found.rare >= RARE_ENOUGH or found.weight >= PLENTY


def _sum(blocks: list[Block]) -> float:
    return sum(block.weight for block in blocks if block.runs >= FEWEST_RUNS)
