"""What gates a release: which findings, at which severity, end with exit code 1."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from lineage.model import Finding, Severity, State

#: A release is stopped from here on unless the user says otherwise.
DEFAULT_FAIL_ON = Severity.HIGH


class Exit(IntEnum):
    """The exit codes of every command."""

    PASS = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


def gating(findings: Iterable[Finding], fail_on: Severity | None) -> tuple[Finding, ...]:
    """Return the findings that stop a release: unmet, and at or above the threshold.

    Doubts (``investigate``, ``condition-unknown``, ``cannot-determine``) are for a person to settle
    and stop nothing by themselves. ``None`` for the threshold stops nothing.
    """
    if fail_on is None:
        return ()
    return tuple(
        finding
        for finding in findings
        if finding.state is State.UNMET and finding.severity.rank >= fail_on.rank
    )


def exit_code(findings: Iterable[Finding], fail_on: Severity | None, *, complete: bool) -> Exit:
    """Return how the audit ends.

    An audit that could not read something claims neither a pass nor a full list of findings, so
    ``INCOMPLETE`` outranks ``FINDINGS``.
    """
    if not complete:
        return Exit.INCOMPLETE
    return Exit.FINDINGS if gating(findings, fail_on) else Exit.PASS
