"""Lines of a large text that may matter, found without looking at each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def lines_with(lowered: str, words: Sequence[str]) -> list[int]:
    """Return the numbers, from 1, of the lines of a lower-case text that hold one of the words."""
    if lowered.isascii():
        words = [word for word in words if word.isascii()]
    numbers: list[int] = []
    line, seen = 1, 0
    for place in sorted({place for word in words for place in _places(lowered, word)}):
        line += lowered.count("\n", seen, place)
        seen = place
        if not numbers or numbers[-1] != line:
            numbers.append(line)
    return numbers


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))
