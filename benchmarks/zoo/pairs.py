"""Which pairs are measured, and what the truth about each is."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from . import plan
from .derivations import DERIVATIONS, origins, parents
from .transform import MERGES, STORED, TRANSFORMATIONS, TUNED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .plan import Member

#: The kinds of truth, in the order in which they are worth measuring.
KINDS = ("independent", "same-seed", "related", "disguised-independent", "limit", "reversed")
#: Transformations whose tests search for an alignment: their null needs the most pairs.
SEARCHED = frozenset(
    {"attack", "disguise", "everything", "permute", "rotate", "vocab-shuffle", "width-75"}
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A suspect, a reference, and what they are to each other."""

    kind: str
    #: The row of the table.
    row: str
    #: Folders below the work folder.
    suspect: str
    reference: str


def pairs(work: Path, kinds: tuple[str, ...] = KINDS) -> list[Pair]:
    """List the pairs of these kinds whose folders are there."""
    found = [pair for kind in kinds for pair in _OF[kind]()]
    there = {path: (work / path).is_dir() for p in found for path in (p.suspect, p.reference)}
    return [pair for pair in found if there[pair.suspect] and there[pair.reference]]


def _independent() -> Iterator[Pair]:
    for a, b in combinations(plan.bases(), 2):
        yield Pair("independent", _likeness(a, b), f"models/{a.id}", f"models/{b.id}")


def _likeness(a: Member, b: Member) -> str:
    if a.group.config() != b.group.config():
        same = a.group.hidden == b.group.hidden
        return "same width, other configuration" if same else "other width"
    if a.data_seed == b.data_seed:
        return "same configuration, same data in the same order"
    return f"same configuration, {'same' if a.corpus == b.corpus else 'other'} corpus"


def _same_seed() -> Iterator[Pair]:
    for twin in plan.twins():
        same = twin.corpus == twin.group.corpus
        row = f"same seed, {'other order of the same' if same else 'other'} data"
        yield Pair("same-seed", row, f"models/{twin.id}", f"models/{twin.twin_of}")


def _related() -> Iterator[Pair]:
    for base in (member.id for member in parents()):
        of = f"models/{base}"
        for derivation in DERIVATIONS:
            if not derivation.distilled:
                yield Pair("related", derivation.row, f"{of}.{derivation.name}", of)
            for share, name in derivation.snapshots:
                row = f"continued pre-training {100 * share:.0f} %"
                yield Pair("related", row, f"{of}.{name}", of)
        yield from _family(base)
    for base in (member.id for member in origins()):
        of = f"models/{base}"
        for name, entry in TRANSFORMATIONS.items():
            yield Pair("related", entry.row, f"derived/{base}.{name}", of)
        for name in STORED:
            yield Pair("related", f"stored as {name}", f"derived/{base}.{name}", of)
        drops = f"derived/{base}.even", f"derived/{base}.odd"
        yield Pair("related", "siblings: disjoint layers of one parent", *drops)


def _family(base: str) -> Iterator[Pair]:
    """Yield the pairs inside one family: merges with their parts, and siblings."""
    for name, (rule, _) in MERGES.items():
        merge = f"derived/{base}.{name}"
        yield Pair("related", f"merge, {rule}: with the base", merge, f"models/{base}")
        yield Pair("related", f"merge, {rule}: with a part", merge, f"models/{base}.{TUNED[0]}")
    tunes = f"models/{base}.{TUNED[0]}", f"models/{base}.{TUNED[1]}"
    yield Pair("related", "siblings: two fine-tunes", *tunes)


def _disguised_independent() -> Iterator[Pair]:
    for number, base in enumerate(origins()):
        others = _others(base, number)
        for name, entry in TRANSFORMATIONS.items():
            for other in others[: 10 if name in SEARCHED else 2]:
                row, suspect = f"independent: {entry.row}", f"derived/{base.id}.{name}"
                yield Pair("disguised-independent", row, suspect, f"models/{other.id}")


def _others(base: Member, number: int) -> list[Member]:
    """List models of one configuration and other seeds, beginning elsewhere each time."""
    config = base.group.config()
    same = [m for m in plan.bases() if m.group.config() == config and m.seed != base.seed]
    return [*same[number:], *same[:number]]


def _limit() -> Iterator[Pair]:
    for base in (member.id for member in parents()):
        yield Pair("limit", "distilled", f"models/{base}.distil", f"models/{base}")


def _reversed() -> Iterator[Pair]:
    for pair in _related():
        if not pair.row.startswith("siblings"):
            yield Pair("reversed", pair.row, pair.reference, pair.suspect)


_OF = {
    "disguised-independent": _disguised_independent,
    "independent": _independent,
    "limit": _limit,
    "related": _related,
    "reversed": _reversed,
    "same-seed": _same_seed,
}
