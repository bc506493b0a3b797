"""Which licences a text is or names, word for word, and which of its words are left unexplained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lineage.licences.index import Run, RunKind, shipped
from lineage.licences.tags import expression_in_line
from lineage.licences.words import Text, Words, texts_of
from lineage.model import Method, TextForm


@dataclass(frozen=True, slots=True)
class Match:
    """A licence that a text is, or names."""

    #: SPDX licence expression.
    expression: str
    form: TextForm
    method: Method
    #: True only where the words are equal to those of a known text.
    exact: bool
    #: Share of the known text that was found, 0 to 100.
    score: float
    #: First and last line, counted from 1.
    lines: tuple[int, int]
    #: How many words were recognised.
    words: int


@dataclass(frozen=True, slots=True)
class Leftover:
    """Words that stand together and belong to nothing that was recognised."""

    lines: tuple[int, int]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised in a text, and what was not."""

    matches: tuple[Match, ...]
    leftovers: tuple[Leftover, ...]


_FORMS = {
    RunKind.TEXT: TextForm.TEXT,
    RunKind.NOTICE: TextForm.NOTICE,
    RunKind.TAG: TextForm.TAG,
    RunKind.MENTION: TextForm.MENTION,
}
#: Where a GNU notice goes on with one of these, it says more than the part that was recognised.
_LATER = re.compile(
    r"\b(?:or|any) (?:\w+ ){0,4}?(?:later|newer|higher)\b|\bat your option\b|\blater version"
)
_GNU_ONLY = re.compile(r"(?:A|L)?GPL-[\d.]+-only")
_GRANTED = re.compile(
    r"\b(?:licensed|released|distributed|available|provided|covered|governed|published)"
    r" (?:\w+ ){0,2}?(?:under|by)\b"
)
_LOOK_AHEAD = 15
_DENIED = re.compile(
    r"\b(?:not|never|neither|nor|non)(?: (?:licensed|released|distributed|available|provided"
    r"|covered|governed|published|be|being|under|by|with|the|an?))*$"
)
_LOOK_BACK = 6


def identify(lines: Sequence[str]) -> tuple[Match, ...]:
    """Return the licences that a text is or names, in the order of its lines.

    Only what equals a known text word for word is recognised; layout, comment marks and copyright
    statements between the words make no difference.
    """
    return recognise(lines).matches


def recognise(lines: Sequence[str]) -> Recognition:
    """Return the licences that a text is or names, and the words that belong to none.

    A text in HTML is read with and without its markup; the reading that explains more words counts.
    """
    found = [_read(text, lines) for text in texts_of(lines)]
    return max(found, key=_explained)


def _explained(recognition: Recognition) -> int:
    strong = (m.words for m in recognition.matches if m.form is not TextForm.MENTION)
    return sum(strong) * 1000 - sum(len(leftover.words) for leftover in recognition.leftovers)


def _read(text: Text, lines: Sequence[str]) -> Recognition:
    # One byte for each word: 1 where it belongs to something that was recognised.
    taken = bytearray(len(text.words))
    matches = [*_tags(text.words, lines, taken)]
    for run in _longest_first(text, taken):
        if _is_denied(text.words, run) or _goes_on(text.words, run):
            continue
        taken[run.start : run.stop] = bytes([1]) * (run.stop - run.start)
        if match := _match(text, run):
            matches.append(match)
    explained = np.frombuffer(taken, dtype=np.bool_) | text.in_statement
    kept = sorted(_without_headings(matches), key=lambda match: (match.lines, match.expression))
    return Recognition(tuple(kept), tuple(_leftovers(text.words, explained)))


def _without_headings(matches: Sequence[Match]) -> Iterator[Match]:
    """Yield the matches without the bare names of licences that are there in more than name."""
    present = {match.expression for match in matches if match.form is not TextForm.MENTION}
    for match in matches:
        if match.form is not TextForm.MENTION or match.expression not in present:
            yield match


def _tags(words: Words, lines: Sequence[str], taken: bytearray) -> Iterator[Match]:
    """Yield the licences of ``SPDX-License-Identifier`` lines and take their words."""
    for number in sorted({int(words.lines[place]) for place in _places_of(words, "spdx")}):
        if expression := expression_in_line(lines[number - 1]):
            start, stop = np.searchsorted(words.lines, [number, number + 1]).tolist()
            taken[start:stop] = bytes([1]) * (stop - start)
            yield Match(
                expression=expression,
                form=TextForm.TAG,
                method=Method.SPDX_TAG,
                exact=True,
                score=100.0,
                lines=(number, number),
                words=stop - start,
            )


def _places_of(words: Words, word: str) -> Iterator[int]:
    place = -1
    try:
        while True:
            place = words.words.index(word, place + 1)
            yield place
    except ValueError:
        return


def _longest_first(text: Text, taken: bytearray) -> Iterator[Run]:
    """Yield the known runs that have no word taken yet, those that explain most words first.

    Their places are those of the text as it stands, whichever reading of it they were found in.
    """
    index = shipped()
    readings = list(text.readings())
    found = [index.found(reading) for reading in readings]
    number = np.repeat(range(len(found)), [len(each.starts) for each in found])
    starts, lengths, rows = (
        np.concatenate([getattr(each, name) for each in found])
        for name in ("starts", "lengths", "rows")
    )
    order = np.lexsort((number, starts, -lengths))
    ordered = (values[order].tolist() for values in (number, starts, lengths, rows))
    for which, first, length, row in zip(*ordered, strict=True):
        reading = readings[which]
        start, stop = int(reading.places[first]), int(reading.places[first + length - 1]) + 1
        if taken.find(1, start, stop) < 0 and (run := index.run(reading, first, row)):
            yield Run(start, stop, run.expression, run.kind)


def _is_denied(words: Words, run: Run) -> bool:
    """Say whether the words before a name deny it: "not licensed under the …"."""
    before = " ".join(words.words[max(0, run.start - _LOOK_BACK) : run.start])
    return run.kind is not RunKind.TEXT and _DENIED.search(before) is not None


def _goes_on(words: Words, run: Run) -> bool:
    """Say whether a GNU notice allows later versions in words beyond those recognised."""
    if run.kind is RunKind.TEXT or not _GNU_ONLY.fullmatch(run.expression):
        return False
    return bool(_LATER.search(" ".join(words.words[run.stop : run.stop + _LOOK_AHEAD])))


def _is_granted(words: Words, run: Run) -> bool:
    """Say whether a name stands in a sentence that grants: "licensed under the …"."""
    return bool(_GRANTED.search(" ".join(words.words[max(0, run.start - 5) : run.stop])))


def _match(text: Text, run: Run) -> Match | None:
    form = _FORMS.get(run.kind)
    if form is None:
        return None
    words = text.words
    if form is TextForm.MENTION and _is_granted(words, run):
        form = TextForm.NOTICE
    is_whole = form is TextForm.TEXT and text.is_statement_but_for(run.start, run.stop)
    return Match(
        expression=run.expression,
        form=form,
        method=Method.NORMALISED_HASH if is_whole else Method.EXACT_WORDS,
        exact=True,
        score=100.0,
        lines=(int(words.lines[run.start]), int(words.lines[run.stop - 1])),
        words=run.stop - run.start,
    )


def _leftovers(words: Words, taken: NDArray[np.bool_]) -> Iterator[Leftover]:
    """Yield the runs of words that nothing explains."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], taken, [True])).astype(np.int8)))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        lines = (int(words.lines[start]), int(words.lines[stop - 1]))
        yield Leftover(lines, words.words[start:stop])
