"""Another holder's copyright line stands on a file that was not changed.

What it finds
    Source files whose code is an upstream work's without any change, while their head names a
    holder whom upstream's does not. It is a doubt to look into: the line may be about a part that
    a comparison of code does not see, or have been put there by a program that marks every file.

Why it matters
    A copyright line says who wrote something in the file. On code that nobody changed it credits
    the wrong one, and a reader takes upstream's work for the copier's.

Evidence it needs
    A comparison of the code itself, with the outcome that nothing below the header differs. Silent
    where the code differs or the file says that it was changed, or where that is not known.

Compliant example
    An unchanged file with upstream's header as it stood, in a folder whose NOTICE names the copier.

Non-compliant example
    The same file with "Copyright 2026 Acme" above upstream's lines, or in their place.

Remedy
    Take the added line off files that were not changed, and keep upstream's lines as they are.

Source
    Apache-2.0, section 4(c); 17 U.S.C. 506(c) on notices of copyright.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.graph import LineageGraph
from lineage.model import HeaderChange, HeaderStatus, Outcome, Severity, State, Tier
from lineage.phrases import listed, quoted

from ._headers import added, both_sides, changes_by_upstream, files

CODE = "ATT-003"
TITLE = "Another holder's line on an unchanged upstream file"
SEVERITY = Severity.MEDIUM
TIER = Tier.D
CLAUSE = "Apache-2.0 section 4(c)"
REMEDY = "Take the added line off files that were not changed, and keep upstream's lines."

_OTHERS_LINE = frozenset({HeaderStatus.KEPT_ADDED, HeaderStatus.PARTLY_LOST, HeaderStatus.REPLACED})


def check(graph: LineageGraph) -> Iterator[Outcome]:
    """Yield an outcome for each upstream work with unchanged files that name another holder."""
    for upstream, changes in changes_by_upstream(graph, _is_claimed).items():
        others = listed(holder for change in changes for holder in added(change))
        message = (
            f"{quoted(graph.subject.name)} holds {files(changes)} unchanged, under the copyright "
            f"line of {others}, whom upstream's does not name."
        )
        yield Outcome(
            graph.subject.id, State.INVESTIGATE, message, both_sides(changes), about=upstream
        )


def _is_claimed(change: HeaderChange) -> bool:
    is_unchanged = change.modified is False and not change.modification_stated
    return change.status in _OTHERS_LINE and is_unchanged and bool(added(change))
