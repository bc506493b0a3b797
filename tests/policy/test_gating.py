from __future__ import annotations

import pytest

from lineage.model import Finding, Severity, State, Tier
from lineage.policy import DEFAULT_FAIL_ON, Exit, exit_code, gating

INFO, LOW, MEDIUM, HIGH, CRITICAL = Severity
DOUBTS = (State.INVESTIGATE, State.CONDITION_UNKNOWN, State.CANNOT_DETERMINE)


def finding(severity: Severity, state: State = State.UNMET) -> Finding:
    return Finding(
        fingerprint="0" * 32,
        rule="TST-001",
        title="A test",
        severity=severity,
        state=state,
        tier=Tier.A,
        message="A sentence.",
        subject="pkg:huggingface/o/n",
        parent=None,
        clause="clause 1",
        remedy="Do nothing.",
        exhibits=(),
    )


@pytest.mark.parametrize(
    ("severity", "fail_on", "stops"),
    [
        (CRITICAL, CRITICAL, True),
        (HIGH, CRITICAL, False),
        (HIGH, HIGH, True),
        (CRITICAL, HIGH, True),
        (MEDIUM, HIGH, False),
        (MEDIUM, MEDIUM, True),
        (LOW, LOW, True),
        (INFO, LOW, False),
        (INFO, INFO, True),
        (CRITICAL, None, False),
    ],
)
def test_a_finding_stops_a_release_from_its_severity_on(
    severity: Severity, fail_on: Severity | None, *, stops: bool
) -> None:
    assert bool(gating([finding(severity)], fail_on)) is stops


@pytest.mark.parametrize("state", [*DOUBTS, State.MET, State.WAIVED])
def test_only_what_is_unmet_stops_a_release(state: State) -> None:
    assert gating([finding(CRITICAL, state)], INFO) == ()


@pytest.mark.parametrize(
    ("findings", "complete", "code"),
    [
        ([], True, Exit.PASS),
        ([finding(MEDIUM)], True, Exit.PASS),
        ([finding(HIGH)], True, Exit.FINDINGS),
        ([finding(LOW), finding(CRITICAL)], True, Exit.FINDINGS),
        ([finding(HIGH, State.INVESTIGATE)], True, Exit.PASS),
        ([], False, Exit.INCOMPLETE),
        ([finding(HIGH)], False, Exit.INCOMPLETE),
    ],
)
def test_exit_codes(findings: list[Finding], *, complete: bool, code: Exit) -> None:
    assert exit_code(findings, DEFAULT_FAIL_ON, complete=complete) is code


def test_the_numbers_are_promised() -> None:
    assert [(e.name, e.value) for e in Exit] == [
        ("PASS", 0),
        ("FINDINGS", 1),
        ("USAGE", 2),
        ("INCOMPLETE", 3),
        ("INTERRUPTED", 130),
    ]


def test_what_stops_a_release_keeps_its_order() -> None:
    found = [finding(CRITICAL), finding(LOW), finding(HIGH)]
    assert gating(found, HIGH) == (found[0], found[2])
