"""Which licence a file's text is: word for word, a variant of a known one, or none that is known.

The order is that of an audit: known words, then the nearest known text with what the two say
differently, then scancode in a process of its own for what is near to nothing.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from lineage.given import read_given
from lineage.licences import knowledge, settle
from lineage.licences.clauses import Fact, declared, extract
from lineage.licences.duties import Licence
from lineage.licences.leftovers import may_be_terms
from lineage.licences.neighbours import variant_of
from lineage.licences.recognise import Match, Recognition, recognise
from lineage.licences.sketches import nearest
from lineage.licences.speech import speaks_of_licence
from lineage.licences.vocabulary import Part
from lineage.licences.words import TEXT_LIMIT, words_of
from lineage.model import Exhibit, LicenceText, Method, TextForm, UnsettledText
from lineage.progress import Progress
from lineage.sources.snapshot import UnreadableError

#: Share of a whole file's runs of words that a recorded text of the kind has at least.
_WHOLE = 0.5


@dataclass(frozen=True, slots=True)
class Variant:
    """A stretch of text that is near to a known licence without being it."""

    lines: tuple[int, int]
    near: Licence
    #: Estimated share of runs of five words that both have, 0 to 1.
    resemblance: float
    #: What the text says and the known licence does not, and the other way round.
    added: tuple[Fact, ...]
    missing: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """What a file's text was found to be."""

    path: str
    matches: tuple[Match, ...]
    variants: tuple[Variant, ...]
    #: What scancode says of a text that is near to nothing known.
    asked: tuple[LicenceText, ...]
    #: Lines that speak of a licence that nobody knows.
    unknown: tuple[tuple[int, int], ...]


def identify(path: Path, progress: Progress) -> Identified:
    """Return which licences a file holds.

    Raises:
        GivenError: it is missing, no file, or larger than any text that is read.
    """
    lines = _lines(path)
    if whole := _whole(lines):
        return Identified(str(path), (whole,), (), (), ())
    recognition = recognise(lines)
    variants: list[Variant] = []
    left: list[tuple[int, int]] = []
    near: list[Match] = []
    for stretch in _open(recognition):
        if other := _other(lines, stretch, recognition):
            near.append(other)
        elif variant := _variant(lines, stretch):
            variants.append(variant)
        else:
            left.append(stretch)
    if left and (variant := _with_more(lines, recognition)):
        variants, left = [variant], []
    asked, unknown = _asked(path, lines, left, progress) if left else ((), ())
    matches = (*recognition.matches, *dict.fromkeys(near))
    if variants or any(match.form is TextForm.TEXT for match in matches):
        # Beside a text, a bare name is a word of it or of its surroundings.
        matches = tuple(match for match in matches if match.form is not TextForm.MENTION)
    return Identified(str(path), matches, tuple(variants), asked, unknown)


def _whole(lines: Sequence[str]) -> Match | None:
    """Return the licence whose recorded text the whole file is, word for word."""
    words = words_of(lines)
    digest = hashlib.sha256("\n".join(words.words).encode("utf-8", "surrogatepass")).hexdigest()
    licence = _recorded().get(digest)
    if licence is None:
        return None
    return Match(
        expression=knowledge.load()[licence].spdx,
        form=TextForm.TEXT,
        method=Method.NORMALISED_HASH,
        exact=True,
        score=100.0,
        lines=(int(words.lines[0]), int(words.lines[-1])),
        words=len(words),
    )


@cache
def _recorded() -> Mapping[str, str]:
    """Return the id of the licence of every recorded text, by the hash of its words."""
    return {
        text.sha256: licence.id
        for licence in knowledge.load()
        for text in licence.texts
        if text.part is Part.LICENCE
    }


def _other(
    lines: Sequence[str], stretch: tuple[int, int], recognition: Recognition
) -> Match | None:
    """Return the licence outside of the knowledge base that a stretch is clearly a variant of."""
    found = variant_of(lines, stretch, recognition.matches)
    return found if found and not knowledge.load().by_expression(found.expression) else None


def _with_more(lines: Sequence[str], recognition: Recognition) -> Variant | None:
    """Return what a file is a variant of that is a known text with more words beside it.

    Such licences (the modified MIT of MiniMax and Kimi) are near to a recorded one as a whole.
    """
    texts = {m.expression for m in recognition.matches if m.form is TextForm.TEXT}
    variant = _variant(lines, (1, len(lines)))
    if variant is None or not texts or variant.resemblance < _WHOLE:
        return None
    return None if variant.near.spdx in texts else variant


def _lines(path: Path) -> list[str]:
    content = read_given(path, TEXT_LIMIT)
    return _decoded(content).replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _open(recognition: Recognition) -> Iterator[tuple[int, int]]:
    """Yield the stretches of lines that are to be asked about.

    Where no whole text was recognised they are one, since what stands on both sides of a known
    passage may be one licence around it.
    """
    is_alone = not recognition.matches
    matters = [left for left in recognition.leftovers if may_be_terms(left, is_alone=is_alone)]
    if any(match.form is TextForm.TEXT for match in recognition.matches):
        yield from (left.lines for left in matters)
    elif any(speaks_of_licence(" ".join(left.words)) for left in matters):
        yield matters[0].lines[0], matters[-1].lines[1]


def _variant(lines: Sequence[str], stretch: tuple[int, int]) -> Variant | None:
    """Return what a stretch is a variant of; None where it is near to nothing."""
    text = lines[stretch[0] - 1 : stretch[1]]
    near = nearest(words_of(text))
    if not near:
        return None
    licence = knowledge.load()[near[0].licence]
    added, missing = extract("\n".join(text)).differing(declared(licence))
    above = stretch[0] - 1
    placed = (replace(f, lines=(f.lines[0] + above, f.lines[1] + above)) for f in added)
    return Variant(stretch, licence, near[0].resemblance, tuple(placed), missing)


def _asked(
    path: Path, lines: Sequence[str], left: Sequence[tuple[int, int]], progress: Progress
) -> tuple[tuple[LicenceText, ...], tuple[tuple[int, int], ...]]:
    """Return what scancode says of the stretches, and those that it does not know either."""
    content = "\n".join(lines).encode("utf-8", "replace")

    def read(_path: str, limit: int) -> bytes:
        if len(content) > limit:
            raise UnreadableError(f"larger than the {limit:,} bytes that are read")
        return content

    texts = [
        UnsettledText(scope=None, licence_file=True, exhibit=Exhibit(path.name, lines=stretch))
        for stretch in left
    ]
    evidence, _ = settle(texts, read, progress)
    found = tuple(fact for fact in evidence if isinstance(fact, LicenceText))
    open_texts = (fact for fact in evidence if isinstance(fact, UnsettledText))
    return found, tuple(fact.exhibit.lines for fact in open_texts if fact.exhibit.lines)
