"""The comparison of two code trees: as rows for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from lineage.model import Relation
from lineage.phrases import counted
from lineage.reports.code_json import described_match
from lineage.reports.paper import Row, prose

if TYPE_CHECKING:
    from lineage.code import CodeMatches, FileMatch, LinePair
    from lineage.codec import Plain

#: Files and line ranges that a page shows.
_FILES, _RANGES = 40, 3


def described_comparison(found: CodeMatches | None) -> Plain:
    """Return the comparison as ``compare.schema.json`` describes it."""
    if found is None:
        return None
    return {
        "files": found.compared,
        "reference_files": found.references,
        "matching_files": _matching(found),
        "matches": [described_match(match) for match in found.matches],
    }


def summary(found: CodeMatches) -> str:
    """Return what came of it, as a sentence."""
    count = _matching(found)
    if not count:
        return (
            f"None of {counted(found.compared, 'source file')} shares code with the reference's"
            f" {found.references:,}."
        )
    copied = len({m.suspect.path for m in found.matches if m.relation is Relation.CODE_COPIED})
    return (
        f"{count:,} of {counted(found.compared, 'source file')} {_share(count)} code with the"
        f" reference: {copied:,} copied, {count - copied:,} derived in part."
    )


def rows(found: CodeMatches) -> Iterator[Row]:
    """Yield a row for each file that matches, those that match most first."""
    matches = sorted(found.matches, key=lambda one: (-one.of_suspect, one.suspect.path))
    for match in matches[:_FILES]:
        yield _row(match)
    if len(matches) > _FILES:
        yield Row((Text(""),), (prose(f"and {len(matches) - _FILES:,} more, in JSON"),))


def _row(match: FileMatch) -> Row:
    same = f"{match.of_suspect:.0%} of it, {match.of_upstream:.0%} of the reference's"
    return Row(
        (Text(match.relation.value),),
        (
            prose(f"{match.suspect.path} holds code of {match.upstream.path}"),
            prose(f"{match.basis.value}: {same}"),
        ),
        (prose(_lines(match.lines), "dim"),),
    )


def _lines(pairs: tuple[LinePair, ...]) -> str:
    shown = [
        f"lines {one.suspect[0]}-{one.suspect[1]} are {one.upstream[0]}-{one.upstream[1]} there"
        for one in pairs[:_RANGES]
    ]
    more = f"; and {counted(len(pairs) - _RANGES, 'more range')}" if len(pairs) > _RANGES else ""
    return "; ".join(shown) + more


def _matching(found: CodeMatches) -> int:
    return len({match.suspect.path for match in found.matches})


def _share(count: int) -> str:
    return "shares" if count == 1 else "share"
