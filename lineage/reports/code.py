"""What was found of copied code, in the words of every report for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lineage.model import HeaderChange, HeaderStatus, Relation
from lineage.phrases import counted, listed, quoted

if TYPE_CHECKING:
    from lineage.code import FileMatch, LinePair
    from lineage.copies import Copy, Traced

#: What became of a head, as a label.
STATUSES = {
    HeaderStatus.KEPT: "kept",
    HeaderStatus.KEPT_ADDED: "kept, others added",
    HeaderStatus.PARTLY_LOST: "partly lost",
    HeaderStatus.REPLACED: "replaced",
    HeaderStatus.STRIPPED: "stripped",
    HeaderStatus.ALTERED: "altered",
    HeaderStatus.LICENCE_CHANGED: "licence changed",
    HeaderStatus.NONE_UPSTREAM: "none upstream",
}
#: Which of two files came first, as a label, by what speaks for it (``lineage.code.Witness``).
_DIRECTIONS = {
    "words": "Taken from there by its own word",
    "dates": "Later than upstream's",
    "growth": "Later than upstream's",
    "open": "May have been first",
    "earlier": "May have been first",
    "none": "Direction unknown",
}
#: Line ranges of one file that are written out.
_RANGES = 3
_REASONS = 4
#: Share of upstream's statements from which on it is told beside that of its runs of tokens.
_MANY_STATEMENTS = 0.7
#: And how much more it must be.
_TOLD = 0.1


@dataclass(frozen=True, slots=True)
class Sides:
    """A copied file beside upstream's, in words."""

    #: The path and the lines, here and there.
    here: str
    there: str
    #: What the head says, here and there.
    head: str
    upstream_head: str
    #: How the code came here, how much of both files it is, and what became of the head.
    said: str


def summary(traced: Traced) -> Iterator[str]:
    """Yield what the source files were held against, and what came of it, in sentences."""
    held = counted(traced.files, "source file")
    against = f"{counted(traced.references, 'file')} of {counted(traced.works, 'work')}"
    if not traced.works:
        yield f"{held} {_were(traced.files)} held against nothing: no catalogue of code is at hand."
    else:
        files = len({copy.path for copy in traced.copies if copy.tells})
        holding = counted(files, "holds", "hold") + " code of theirs"
        found = holding if files else "none holds code of theirs"
        yield f"{held} {_were(traced.files)} held against {against}: {found}."
    if trifles := [copy for copy in traced.copies if not copy.tells]:
        share = counted(len(trifles), "file has", "files have")
        yield f"{share} something in common with one of theirs, which shows no descent."
    if traced.whole:
        yield f"Most of the files stand as in {quoted(traced.whole)}: it is that work or a fork."
    if traced.passed:
        yield f"Not held against anything: {_passed(traced.passed)}."


def works(traced: Traced) -> Iterator[tuple[str, str]]:
    """Yield each upstream work with its releases, and how many files came from it in which way."""
    found: dict[str, list[Copy]] = {}
    for copy in (one for one in traced.copies if one.tells):
        found.setdefault(copy.change.upstream, []).append(copy)
    for name in sorted(found, key=lambda name: (-len(found[name]), name)):
        copies = found[name]
        copied = sum(copy.match.relation is Relation.CODE_COPIED for copy in copies)
        ways = [
            counted(copied, "file") + " copied" if copied else "",
            counted(len(copies) - copied, "file") + " derived" if len(copies) > copied else "",
        ]
        heads = Counter(STATUSES[copy.change.status] for copy in copies)
        became = ", ".join(f"{count:,} {status}" for status, count in heads.most_common())
        releases = listed(copy.change.release for copy in copies if copy.change.release)
        yield f"{name} {releases}".strip(), f"{', '.join(filter(None, ways))}; heads: {became}"


def sides(copy: Copy) -> Sides:
    """Return one copied file beside upstream's."""
    match, change = copy.match, copy.change
    pairs = _longest(copy.lines)
    release = f" {change.release}" if change.release else ""
    return Sides(
        here=_with_lines(copy.path, [pair.suspect for pair in pairs]),
        there=_with_lines(match.upstream.path, [pair.upstream for pair in pairs])
        + f" of {change.upstream}{release}",
        head=_head(change.exhibit.excerpt, change.licence),
        upstream_head=_head(change.upstream_exhibit.excerpt, change.upstream_licence),
        said=f"{_said(copy)}. {_direction(copy.match)} {_conclusion(copy)}",
    )


def _said(copy: Copy) -> str:
    match = copy.match
    shares = f"{match.of_suspect:.0%} of this file, {match.of_upstream:.0%} of upstream's"
    stated = match.stated.of_upstream
    if match.is_renamed and stated >= max(_MANY_STATEMENTS, match.of_upstream + _TOLD):
        shares += f" ({stated:.0%} of its statements)"
    said = f"{match.relation.value}, {match.basis.value}: {shares}"
    if match.alternatives:
        others = listed(f"{o.upstream.work.name} {o.upstream.path}" for o in match.alternatives)
        said += f"; {others} explains as much, so that there is no verdict which it was"
    return said


def _direction(match: FileMatch) -> str:
    label = _DIRECTIONS[match.witness.value]
    return f"{label}: {match.direction_reason}." if match.direction_reason else f"{label}."


def _conclusion(copy: Copy) -> str:
    if not copy.tells:
        return "It is too little, or may have been here first: no descent follows."
    return f"Head: {_status(copy.change)}."


def _status(change: HeaderChange) -> str:
    stated = "changes stated" if change.modification_stated else "changes not stated"
    status = STATUSES[change.status]
    return f"{status}; {stated}" if change.modified else f"{status}; code unchanged"


def _head(excerpt: str | None, licence: str | None) -> str:
    lines = (excerpt or "no copyright line").replace("\n", " / ")
    return f"{lines} [{licence or 'no licence named'}]"


def _longest(pairs: Sequence[LinePair]) -> list[LinePair]:
    """Return the longest ranges, in the order of the file."""
    longest = sorted(pairs, key=lambda pair: pair.suspect[0] - pair.suspect[1])[:_RANGES]
    return sorted(longest, key=lambda pair: pair.suspect)


def _with_lines(path: str, ranges: Iterable[tuple[int, int]]) -> str:
    lines = ", ".join(f"{first}-{last}" for first, last in ranges)
    return f"{path}:{lines}" if lines else path


def _passed(passed: Sequence[tuple[str, int]]) -> str:
    said = [f"{count:,} ({reason})" for reason, count in passed[:_REASONS]]
    more = sum(count for _, count in passed[_REASONS:])
    return ", ".join([*said, f"{more:,} for other reasons"] if more else said)


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
