"""The head of a source file no longer names a holder or a licence that it named.

What it finds
    A changed or renamed source file whose copyright lines or licence notice, as the last commit has
    them, are gone from its head and stand nowhere else in the file; or whose head names another
    licence. Years are not compared. A name that is spelt otherwise is a doubt, and so is a file of
    which next to nothing is left.

Why it matters
    Nearly every licence asks one thing of those who change a file: keep what it says of its makers.
    A line lost in a clean-up is lost in every copy that follows, and in the commit it is still free
    to put back.

Evidence it needs
    The file in the last commit and the file as it is staged. Files that are removed whole, or moved
    without losing a line, say nothing.

Compliant example
    The commit adds "Copyright 2026 Acme" below "Copyright 2024 The Qwen team".

Non-compliant example
    The commit puts "Copyright 2026 Acme" in place of "Copyright 2024 The Qwen team".

Remedy
    Put the lines back at the head of the file, and add your own beside them. If all rights in the
    file are yours and the line was wrong, waive the finding with a reason.

Source
    Apache-2.0, section 4(c); MIT, second paragraph; BSD, condition 1; GPL-3.0, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.headers import Comparison, Head, compare_heads
from lineage.hook.look import Look, Source, head
from lineage.model import Exhibit, HeaderStatus, Outcome, Severity, State, Tier
from lineage.phrases import listed, quoted

CODE = "HOOK-001"
TITLE = "Licence header lost"
SEVERITY = Severity.HIGH
TIER = Tier.A
CLAUSE = "Apache-2.0 section 4(c); MIT second paragraph; BSD condition 1"
REMEDY = "Put the lines back at the head of the file; add your own beside them."

_LOST = frozenset(
    {
        HeaderStatus.STRIPPED,
        HeaderStatus.REPLACED,
        HeaderStatus.PARTLY_LOST,
        HeaderStatus.LICENCE_CHANGED,
    }
)
#: Of the lines there were, so many are left in a file that is still the same work.
_STILL = 0.2


def check(look: Look) -> Iterator[Outcome]:
    """Yield an outcome for each changed file whose head says less than it did."""
    for source in look.sources:
        if not source.before or not source.after.strip():
            continue
        then, now = head(source.before), head(source.after)
        found = compare_heads(now, then)
        if found.status in _LOST or found.status is HeaderStatus.ALTERED:
            yield _outcome(look, source, found, then, now)


def _outcome(look: Look, source: Source, found: Comparison, then: Head, now: Head) -> Outcome:
    is_lost = found.status in _LOST and _is_same_work(source)
    before = source.change.before
    old = source.change.path if before is None else before.path
    return Outcome(
        subject=look.repo.purl,
        state=State.UNMET if is_lost else State.INVESTIGATE,
        message=f"{quoted(source.change.path)} {_said(found, now, then)}.",
        exhibits=(Exhibit(source.change.path, now.lines), look.was(old, then.lines)),
        about=source.change.path,
        severity=None if is_lost else Severity.MEDIUM,
        remedy=look.mend(source.change.path, f"{REMEDY} The first command shows them, after a -."),
    )


def _said(found: Comparison, now: Head, then: Head) -> str:
    gone = listed(found.missing) or listed(found.licences_missing) or "what it said of rights"
    if found.status is HeaderStatus.ALTERED:
        here = listed(now.holders) or listed(now.licences) or "nobody"
        return f"names {here} where it named {listed(then.holders) or listed(then.licences)}"
    said = f"no longer names {gone}"
    if found.missing and found.licences_missing:
        said += f", nor the licence {listed(found.licences_missing)}"
    return f"{said}; it names {listed(found.added)} instead" if found.added else said


def _is_same_work(source: Source) -> bool:
    """Say whether enough of the file is left for its old head to belong there."""
    then = {line.strip() for line in source.before.split("\n") if len(line.strip()) > 1}
    now = {line.strip() for line in source.after.split("\n")}
    return len(then & now) >= _STILL * len(then)
