"""Which of all known licence texts a text is nearest to, and whether clearly.

Every text has a sketch (``lineage.licences.sketches``), of which the upper half of each hash is
kept: ``data/sketches.npy`` holds them one after another, ``data/sketched.tsv`` says how many belong
to which expression. A neighbour is never a claim of identity, and a licence that is merely near
grants nothing.

``tools/build_licence_index.py`` writes the files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from lineage.licences.recognise import Match
from lineage.licences.sketches import resemblance, sketch_of
from lineage.licences.words import Words, texts_of, words_of
from lineage.model import Method, TextForm

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Texts with less in common are told by nobody to be variants of one another.
CLEAR = 0.5
#: What a file has at least in common with a text that it holds together with another, known one.
_AROUND = 0.8
#: How much nearer the nearest is than every other licence, where it is clearly the nearest.
MARGIN = 0.02
#: Fewer words than this inside a variant are a phrase that some short licence consists of.
_STRAY_WORDS = 40
#: In texts of fewer words a handful of common phrases is half of the text.
FEWEST_WORDS = 20
#: Texts that are compared whole: those that share most hashes.
_COMPARED = 24
_LEAST = 0.2
_HALF = np.uint64(32)
_LOW = np.uint32(0xFFFF)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A known licence that a text resembles."""

    #: SPDX expression.
    expression: str
    #: Estimated share of runs of five words that the two texts have in common, 0 to 1.
    resemblance: float


def halved(sketch: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return a sketch as it is kept: the upper halves of its hashes, in the same order."""
    return np.unique((sketch >> _HALF).astype(np.uint32))


def neighbours(words: Words) -> tuple[Neighbour, ...]:
    """Return the licences that a text resembles, the nearest first, each once."""
    if len(words) == 0:
        return ()
    own, known = halved(sketch_of(words)), _known()
    best: dict[str, float] = {}
    for place in known.sharing(own):
        expression, sketch = known.text(place)
        share = resemblance(own, sketch)
        if share >= _LEAST:
            best[expression] = max(share, best.get(expression, 0.0))
    order = sorted(best, key=lambda expression: (-best[expression], expression))
    return tuple(Neighbour(expression, best[expression]) for expression in order)


def clear_neighbour(lines: Sequence[str]) -> Neighbour | None:
    """Return the licence that a text is clearly nearest to; None where it might be others.

    A text in HTML is read with and without its markup.
    """
    found = [near for text in texts_of(lines) if (near := _clear(text.words))]
    return max(found, key=lambda near: near.resemblance, default=None)


def variant_of(
    lines: Sequence[str], stretch: tuple[int, int], matches: Sequence[Match]
) -> Match | None:
    """Return the licence that some lines of a file, or all of it, are clearly a variant of.

    Where a known text stands in the file as it is, the whole is a variant of another one only if it
    is nearly that (MIT with the condition of Kimi K2, in which a number was changed).
    """
    texts = {match.expression for match in matches if match.form is TextForm.TEXT}
    whole = (1, len(lines))
    for first, last in dict.fromkeys((stretch, whole)):
        near = clear_neighbour(lines[first - 1 : last])
        if near is None or near.expression in texts:
            continue
        if texts and (first, last) == whole and near.resemblance < _AROUND:
            continue
        return _match(near, (first, last), len(words_of(lines[first - 1 : last])))
    return None


def beside(variant: Match, matches: Sequence[Match]) -> Iterator[Match]:
    """Yield the matches of a file that are not mere parts of a variant in it.

    As much of the variant as its score leaves may be strange to its licence; what is more than that
    is part of it, and so are stray phrases.
    """
    strange = variant.words * (1 - variant.score / 100)
    for match in matches:
        is_within = variant.lines[0] <= match.lines[0] and match.lines[1] <= variant.lines[1]
        if not is_within or _STRAY_WORDS <= match.words <= strange:
            yield match


def _match(near: Neighbour, lines: tuple[int, int], words: int) -> Match:
    # Down, and never to the full: two texts with the same sketch may still differ.
    score = min(99.0, int(near.resemblance * 1000) / 10)
    return Match(
        expression=near.expression,
        form=TextForm.TEXT,
        method=Method.SHINGLES,
        exact=False,
        score=score,
        lines=lines,
        words=words,
    )


def _clear(words: Words) -> Neighbour | None:
    if len(words) < FEWEST_WORDS:
        return None
    first, *others = neighbours(words) or (None,)
    if first is None or first.resemblance < CLEAR:
        return None
    if any(other and first.resemblance - other.resemblance < MARGIN for other in others):
        return None
    return first


@dataclass(frozen=True, slots=True)
class _Known:
    expressions: tuple[str, ...]
    hashes: NDArray[np.uint32]
    #: The lower bits of the hashes, by which most are told from those of a text at once.
    low: NDArray[np.uint32]
    #: Where the sketch of each text begins; one more than there are texts.
    bounds: NDArray[np.intp]

    def text(self, place: int) -> tuple[str, NDArray[np.uint32]]:
        """Return the expression and the sketch of a text."""
        return self.expressions[place], self.hashes[self.bounds[place] : self.bounds[place + 1]]

    def sharing(self, sketch: NDArray[np.uint32]) -> list[int]:
        """Return the places of the texts that share most hashes with a sketch, as a share."""
        if len(sketch) == 0:
            return []
        sieve = np.zeros(int(_LOW) + 1, dtype=np.bool_)
        sieve[sketch & _LOW] = True
        maybe = np.flatnonzero(sieve[self.low])
        same = maybe[np.isin(self.hashes[maybe], sketch)]
        owners = np.searchsorted(self.bounds, same, side="right") - 1
        shared = np.bincount(owners, minlength=len(self.expressions))
        share = shared / np.minimum(np.diff(self.bounds), len(sketch))
        order = np.argsort(-share, kind="stable")[:_COMPARED]
        return [int(place) for place in order if share[place] >= _LEAST]


@cache
def _known() -> _Known:
    data = files("lineage.licences") / "data"
    hashes: NDArray[np.uint32] = np.load(
        BytesIO((data / "sketches.npy").read_bytes()), allow_pickle=False
    )
    rows = (data / "sketched.tsv").read_text(encoding="utf-8").splitlines()
    names, counts = zip(*(row.split("\t") for row in rows), strict=True)
    bounds = np.concatenate(([0], np.cumsum([int(count) for count in counts])))
    return _Known(names, hashes, hashes & _LOW, bounds)
