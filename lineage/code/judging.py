"""When what two files share is evidence, and of what (calibrated by ``bench_code.py``)."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.code.blocks import Block
from lineage.code.matches import Basis, Overlap
from lineage.code.measuring import Explained, Measured
from lineage.model import Relation

#: Runs that a block must have to count: single ones are shared by chance.
FEWEST_RUNS = 3
#: What the blocks of a row must count together, and the share of either file that they must make.
NAMED_ENOUGH, SHAPED_ENOUGH = 6.0, 10.0
SHARE_ENOUGH = 0.03
#: Of a small file fewer are enough, if they make much of it.
SMALL_ENOUGH, MUCH = 5.0, 0.25
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


def may_tell(found: Explained) -> bool:
    """Say whether there may be enough, before the blocks are looked for."""
    return max(found.named, found.shaped) >= SMALL_ENOUGH


def basis_of(weight: Weight, found: Measured, explained: Explained) -> Basis | None:
    """Return what a match rests on; None where there is too little for one."""
    if weight.named >= NAMED_ENOUGH and _is_part(explained.named_share, found.named):
        return Basis.NAMED
    share = max(explained.shaped_share, found.shaped.of_upstream)
    enough = SMALL_ENOUGH if share >= MUCH else SHAPED_ENOUGH
    return Basis.SHAPED if weight.shaped >= enough and share >= SHARE_ENOUGH else None


def relation_of(basis: Basis, found: Measured) -> Relation:
    """Return whether a file was copied or derived."""
    if basis in (Basis.BYTES, Basis.TOKENS):
        return Relation.CODE_COPIED
    most = max(found.named.of_suspect, found.named.of_upstream)
    return Relation.CODE_COPIED if most >= MOST else Relation.CODE_DERIVED


def _is_part(share: float, found: Overlap) -> bool:
    return max(share, found.of_upstream) >= SHARE_ENOUGH


def _sum(blocks: list[Block]) -> float:
    return sum(block.weight for block in blocks if block.runs >= FEWEST_RUNS)
