"""Whether code under one licence may go into a work under another, by the matrix of OSADL.

The matrix and its explanations are those of the Open Source License Checklists of OSADL eG,
licensed under CC-BY-4.0 (``data/COMPATIBILITY.md``). It speaks of code; model licences are not in
it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from lineage.licences.choices import choices


class Compatible(StrEnum):
    """Whether it may."""

    YES = "yes"
    #: It hangs on how the two are put together, or on a licence that has to be chosen first.
    CHECK = "check"
    #: The matrix does not know, or knows one of the two not at all.
    UNKNOWN = "unknown"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Compatibility:
    """An answer, and why."""

    verdict: Compatible
    #: Sentences of OSADL's, or of ours where it says nothing.
    explanation: str


def compatible(outbound: str, inbound: str) -> Compatibility:
    """Say whether code under one expression may go into a work that is offered under another.

    Of a choice that the code comes with, the best one counts; of several ways in which the work is
    offered, the worst, since whoever receives it may choose.
    """
    offered = [_into(way, inbound) for way in choices(outbound)]
    return max(offered, key=_gravity)


def _into(outbound: Sequence[str], inbound: str) -> Compatibility:
    """Return the answer for a work under licences that all bind."""
    taken = []
    for way in choices(inbound):
        pairs = [_pair(out, own) for own in way for out in outbound]
        taken.append(max(pairs, key=_gravity))
    return min(taken, key=_gravity)


def _pair(outbound: str, inbound: str) -> Compatibility:
    if outbound == inbound:
        return Compatibility(Compatible.YES, "Both are one licence.")
    matrix = _matrix()
    out, own = matrix.place(outbound), matrix.place(inbound)
    if out is None or own is None:
        missing = outbound if out is None else inbound
        return Compatibility(Compatible.UNKNOWN, f"The matrix of OSADL has no {missing}.")
    verdict = _LETTERS[matrix.verdicts[out][own]]
    said = matrix.sentences[matrix.explanations[out][own]]
    said = said.replace("{out}", matrix.names[out]).replace("{in}", matrix.names[own])
    return Compatibility(verdict, said if said.endswith(".") else f"{said}.")


def _gravity(answer: Compatibility) -> int:
    return list(Compatible).index(answer.verdict)


_LETTERS = {
    "Y": Compatible.YES,
    "S": Compatible.YES,
    "C": Compatible.CHECK,
    "U": Compatible.UNKNOWN,
    "?": Compatible.UNKNOWN,
    "N": Compatible.NO,
}


@dataclass(frozen=True, slots=True)
class _Matrix:
    #: When OSADL made it.
    timestamp: str
    source: str
    names: tuple[str, ...]
    #: A row for each licence of the work, a letter for each licence of the code.
    verdicts: tuple[str, ...]
    sentences: tuple[str, ...]
    #: Which sentence explains the verdict.
    explanations: tuple[tuple[int, ...], ...]

    def place(self, name: str) -> int | None:
        """Return the number of a licence."""
        return self.names.index(name) if name in self.names else None


@cache
def _matrix() -> _Matrix:
    plain = json.loads((files("lineage.licences") / "data" / "compatibility.json").read_bytes())
    return _Matrix(
        timestamp=plain["timestamp"],
        source=plain["source"],
        names=tuple(plain["names"]),
        verdicts=tuple(plain["verdicts"]),
        sentences=tuple(plain["sentences"]),
        explanations=tuple(map(tuple, plain["explanations"])),
    )
