"""Recognised licences as evidence, for the scanners that find them in files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lineage.licences.recognise import Match
from lineage.model import LicenceText, Scope
from lineage.sources.file import SourceFile

#: Of one licence in one form; a file that repeats it more often says nothing new.
_MOST_OF_ONE = 20


def licence_texts(
    file: SourceFile, matches: Iterable[Match], scope: Scope | None, *, first: int = 1
) -> Iterator[LicenceText]:
    """Yield the evidence for matches in lines of a file, which begin at line ``first``."""
    seen: Counter[tuple[str, str]] = Counter()
    for match in matches:
        seen[match.expression, match.form] += 1
        if seen[match.expression, match.form] > _MOST_OF_ONE:
            continue
        start, stop = match.lines
        yield LicenceText(
            expression=match.expression,
            form=match.form,
            method=match.method,
            exact=match.exact,
            score=match.score,
            scope=scope,
            exhibit=file.exhibit((start + first - 1, stop + first - 1)),
        )
