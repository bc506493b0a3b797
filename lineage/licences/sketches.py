"""Sketches of the texts of known licences: which of them a text is nearest to.

A sketch is the smallest hashes of the text's runs of five words; the share that two sketches have
in common estimates the share that the texts have in common (Broder, "On the resemblance and
containment of documents", 1997). It tells kin from strangers and is never a claim of identity:
which facts a near text states has to be read in it (``lineage.licences.clauses``).

``tools/record_texts.py`` writes ``data/texts.json``.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from lineage.licences.index import Rolling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lineage.licences.words import Words

SHINGLE_WORDS = 5
#: Hashes of a sketch: the estimate is off by about 0.03.
SIZE = 256
#: Texts that have less than this in common are strangers.
LEAST = 0.25

_MIX = np.uint64(0xFF51_AFD7_ED55_8CCD)
_SHIFT = np.uint64(33)


@dataclass(frozen=True, slots=True)
class Near:
    """A known licence that a text resembles."""

    #: Its id in the knowledge base.
    licence: str
    #: Estimated share of runs of five words that the two texts have in common, 0 to 1.
    resemblance: float


def sketch_of(words: Words) -> NDArray[np.uint64]:
    """Return the smallest hashes of a text's runs of words, sorted."""
    grams = Rolling(words.ids).grams(min(SHINGLE_WORDS, len(words)))
    mixed = (grams ^ (grams >> _SHIFT)) * _MIX
    found: NDArray[np.uint64] = np.unique(mixed ^ (mixed >> _SHIFT))
    return found[:SIZE]


def resemblance(one: NDArray[np.unsignedinteger], other: NDArray[np.unsignedinteger]) -> float:
    """Return the estimated share of runs that two sketched texts have in common."""
    size = min(len(one), len(other), SIZE)
    if size == 0:
        return 0.0
    smallest = np.union1d(one, other)[:size]
    both = np.isin(smallest, one) & np.isin(smallest, other)
    return float(both.sum()) / len(smallest)


def nearest(words: Words, least: float = LEAST) -> tuple[Near, ...]:
    """Return the licences that a text resembles, the nearest first, each once."""
    own, known = sketch_of(words), _known()
    best: dict[str, float] = {}
    for place in known.sharing(own, least):
        licence, sketch = known.texts[place]
        share = resemblance(own, sketch)
        if share >= least:
            best[licence] = max(share, best.get(licence, 0.0))
    order = sorted(best, key=lambda licence: (-best[licence], licence))
    return tuple(Near(licence, best[licence]) for licence in order)


@dataclass(frozen=True, slots=True)
class _Known:
    """The recorded texts: licence and sketch of each, and all hashes with the text they are of."""

    texts: tuple[tuple[str, NDArray[np.uint64]], ...]
    hashes: NDArray[np.uint64]
    owners: NDArray[np.intp]

    def sharing(self, sketch: NDArray[np.uint64], least: float) -> list[int]:
        """Return the places of the texts that share hashes enough to be near."""
        if len(sketch) == 0:
            return []
        found = np.minimum(np.searchsorted(sketch, self.hashes), len(sketch) - 1)
        same = self.owners[sketch[found] == self.hashes]
        shared = np.bincount(same, minlength=len(self.texts))
        sizes = np.array([min(len(sketch), len(known)) for _, known in self.texts])
        return [int(place) for place in np.flatnonzero(shared >= least * sizes)]


@cache
def _known() -> _Known:
    content = json.loads((files("lineage.licences") / "data" / "texts.json").read_bytes())
    texts = tuple(
        (text["licence"], np.frombuffer(b64decode(text["sketch"]), dtype="<u8").astype(np.uint64))
        for text in content.values()
    )
    owners = np.repeat(np.arange(len(texts)), [len(sketch) for _, sketch in texts])
    return _Known(texts, np.concatenate([sketch for _, sketch in texts]), owners)
