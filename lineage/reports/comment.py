"""A comment on a pull request: the verdict and what is unmet at sight, all else to be unfolded.

It begins with a mark that no reader sees, by which the comment of the last run is found again and
replaced: ``<!-- lineage-audit KEY -->``, one key for each target. A comment is never longer than
GitHub takes; what does not fit is counted, and the full report is pointed to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineage.escape import markdown_code, markdown_link, markdown_row, markdown_text
from lineage.model import Severity, State
from lineage.phrases import counted, place
from lineage.reports import contents, markdown
from lineage.reports.provenance import key
from lineage.reports.whereabouts import stable_name
from lineage.verdict import DOUBTS, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lineage.model import Finding
    from lineage.pipeline import Audit
    from lineage.reports.page import Page

NAME = "comment"

#: Bytes. GitHub takes 65,536 characters, GitLab a million.
LONGEST = 65_536
#: What begins every comment of this tool.
MARK = "<!-- lineage-audit "

_TAIL = 1500
_SAID = 1000
_CUT = "Left out for its length; the full report has it."


def render(audit: Audit, _page: Page) -> str:
    """Return the audit as Markdown for a comment."""
    paper = _Paper(LONGEST - _TAIL)
    paper.write(f"{MARK}{key(stable_name(audit))} -->")
    paper.write(f"### Licence and lineage of {markdown_code(audit.target.id[:200])}")
    paper.write(f"**{markdown_text(_short(verdict(audit)))}**")
    paper.write(_counts(audit))
    paper.items(_lines(audit, State.UNMET))
    for summary, lines in (
        ("Doubts", list(_lines(audit, *DOUBTS))),
        ("Waived", list(_lines(audit, State.WAIVED))),
    ):
        if lines:
            paper.folded(f"{summary} ({len(lines):,})", lines)
    for summary, blocks in (
        ("Licences", markdown.licences(audit)),
        ("Made from", markdown.parents(audit)),
        ("What the licences above it ask", markdown.asked(audit)),
        ("Not examined", markdown.not_examined(audit)),
    ):
        if text := "\n\n".join(blocks):
            paper.folded_whole(summary, text)
    return "\n\n".join([*paper.blocks, *_ending(audit)]) + "\n"


class _Paper:
    """Blocks of Markdown, as long as there is room for them."""

    def __init__(self, room: int) -> None:
        """Take the number of bytes there is room for."""
        self.blocks: list[str] = []
        self._room = room

    def write(self, block: str) -> bool:
        """Write a block; say whether there was room for it."""
        size = len(block.encode()) + 2
        if size > self._room:
            return False
        self._room -= size
        self.blocks.append(block)
        return True

    def items(self, lines: Iterable[str]) -> None:
        """Write items of a list as far as they fit, and count the others."""
        if block := _fitting(list(lines), self._room):
            self.write(block)

    def folded(self, summary: str, lines: list[str]) -> None:
        """Write items that are seen when they are unfolded."""
        frame = _folded(summary, "")
        inner = _fitting(lines, self._room - len(frame.encode()) - 2)
        self.write(_folded(summary, inner or _CUT))

    def folded_whole(self, summary: str, text: str) -> None:
        """Write a block that is seen when it is unfolded, or that it does not fit."""
        if not self.write(_folded(summary, text)):
            self.write(_folded(summary, _CUT))


def _folded(summary: str, inner: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{inner}\n\n</details>"


def _fitting(lines: list[str], room: int) -> str:
    """Return as many lines as there is room for, with the number of those left out."""
    kept: list[str] = []
    room -= len("- and 1,000,000 more, listed in the full report")
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            more = len(lines) - len(kept)
            return "\n".join([*kept, f"- and {more:,} more, listed in the full report"])
        kept.append(line)
    return "\n".join(kept)


def _counts(audit: Audit) -> str:
    rows = [markdown_row("", *(s.value for s in reversed(Severity)))]
    rows.append(markdown_row("---", *("---" for _ in Severity)))
    for name, states in (("unmet", (State.UNMET,)), ("doubts", DOUBTS)):
        found = [finding.severity for finding in audit.findings if finding.state in states]
        rows.append(markdown_row(name, *(str(found.count(s)) for s in reversed(Severity))))
    return "\n".join(rows)


def _lines(audit: Audit, *states: State) -> Iterator[str]:
    for group in contents.groups(audit, *states):
        for finding in group.findings:
            yield _line(group, finding)


def _line(group: contents.Group, finding: Finding) -> str:
    shown = [markdown_link(markdown_code(_short(place(e))), e.url or "") for e in finding.exhibits]
    more = f" and {counted(len(shown) - 1, 'place')} more" if len(shown) > 1 else ""
    where = f" ({shown[0]}{more})" if shown else ""
    return (
        f"- **{group.severity.value}** {group.rule} (tier {group.tier.value}): "
        f"{markdown_text(_short(finding.message))}{where} "
        f"Remedy: {markdown_text(_short(finding.remedy))}"
    )


def _ending(audit: Audit) -> Iterator[str]:
    yield markdown_text(_short(contents.ending(audit)))
    yield f"<sub>{contents.DISCLAIMER}</sub>"


def _short(text: str) -> str:
    return text if len(text) <= _SAID else f"{text[: _SAID - 1]}…"
