"""How much a run of tokens says: one that unrelated works share says little.

The table is made by ``tools/build_code_catalogue.py`` from works that have nothing to do with each
other: it holds the runs that several of them have, with how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lineage.code.packing import packed, risen, rising, unpacked
from lineage.code.prints import VERSION, Hashes

TABLE = Path(__file__).with_name("common.bin")
_LOW = np.uint64(0xFFFFFFFF)
Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rarity:
    """Weights of runs by the low bits of their hashes."""

    #: Sorted.
    common: Hashes
    #: Number of works that have each, and of works there were.
    works: npt.NDArray[np.uint64]
    total: int

    def weights(self, hashes: Hashes) -> Weights:
        """Return 1 for a run that no two works share, down to 0 for one that all have."""
        made = np.ones(len(hashes))
        if not len(self.common):
            return made
        low = hashes & _LOW
        at = np.minimum(np.searchsorted(self.common, low), len(self.common) - 1)
        known = self.common[at] == low
        share = np.log(self.total / self.works[at[known]]) / np.log(self.total)
        made[known] = np.clip(share, 0, 1)
        return made


@cache
def rarity(path: Path = TABLE) -> Rarity:
    """Return the shipped table; one without entries where there is none."""
    try:
        return parse(path.read_bytes())
    except OSError:
        return Rarity(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64), 1)


def table(common: Hashes, works: npt.NDArray[np.uint64], total: int) -> bytes:
    """Return a table as it is stored."""
    first = rising(common)
    numbers = np.array([VERSION, total, len(common), len(first)], dtype="<u4")
    return numbers.tobytes() + first + packed(works)


def parse(data: bytes) -> Rarity:
    """Return the table that was stored.

    Raises:
        ValueError: it is damaged or of another version.
    """
    version, total, count, length = np.frombuffer(data[:16], dtype="<u4").tolist()
    if version != VERSION:
        return Rarity(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.uint64), 1)
    return Rarity(risen(data[16 : 16 + length], count), unpacked(data[16 + length :], count), total)
