from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from lineage import judge, plugins
from lineage.model import Exhibit, Finding, Severity, State
from lineage.policy import gating
from lineage.policy.terms import WaiverEntry
from lineage.policy.waiving import WaiverUse, waive
from tests.worlds import world

TODAY = date(2026, 6, 15)
GRAPH = world("a[cc] <- b[gpl]")
FOUND = judge.findings(GRAPH, plugins.rules())
ONE = next(f for f in FOUND if f.state is State.UNMET)
ENTRY = WaiverEntry(
    "Because.", "jane", date(2026, 12, 31), "lineage.yaml:3", since=date(2026, 6, 1)
)


def entry(**changes: str | date | None) -> WaiverEntry:
    return replace(ENTRY, **changes)  # type: ignore[arg-type]  # fields by name


def waived(
    entries: list[WaiverEntry], findings: tuple[Finding, ...] = FOUND
) -> tuple[list[str], WaiverUse]:
    after, use = waive(findings, entries, GRAPH, TODAY)
    assert [f.fingerprint for f in after] == [f.fingerprint for f in findings]
    return [f.fingerprint for f in after if f.state is State.WAIVED], use


def test_the_world_has_something_to_waive() -> None:
    assert FOUND
    assert waived([])[0] == []


@pytest.mark.parametrize(
    ("changes", "is_waived"),
    [
        ({"fingerprint": ONE.fingerprint}, True),
        ({"fingerprint": "0" * 32}, False),
        ({"rule": ONE.rule, "subject": "*"}, True),
        ({"rule": ONE.rule, "subject": "a-lab/*"}, True),
        ({"rule": ONE.rule, "subject": "A-LAB/A"}, True),
        ({"rule": ONE.rule, "subject": "pkg:huggingface/a-lab/a"}, True),
        ({"rule": ONE.rule, "subject": "b-lab/*"}, False),
        ({"rule": "LIC-999", "subject": "*"}, False),
        ({"rule": ONE.rule, "subject": "*", "path": "README.*"}, True),
        ({"rule": ONE.rule, "subject": "*", "path": "src/*"}, False),
        ({"fingerprint": ONE.fingerprint, "expires": TODAY}, True),
        ({"fingerprint": ONE.fingerprint, "expires": date(2026, 6, 14)}, False),
    ],
)
def test_what_a_waiver_means(changes: dict[str, str | date], *, is_waived: bool) -> None:
    found, use = waived([entry(**changes)], (replace(ONE, exhibits=(Exhibit("README.md"),)),))
    assert (found == [ONE.fingerprint]) is is_waived
    assert use.applied == is_waived


def test_a_waiver_for_one_file_waives_no_finding_that_stands_in_two() -> None:
    both = replace(ONE, exhibits=(Exhibit("a.py"), Exhibit("b.py")))
    assert waived([entry(rule=ONE.rule, subject="*", path="a.py")], (both,))[0] == []
    nowhere = replace(ONE, exhibits=())
    assert waived([entry(rule=ONE.rule, subject="*", path="*")], (nowhere,))[0] == []


@pytest.mark.parametrize("state", State)
def test_what_can_be_waived(state: State) -> None:
    finding = replace(ONE, state=state)
    (after,), use = waive([finding], [entry(fingerprint=ONE.fingerprint)], GRAPH, TODAY)
    if state in (State.MET, State.WAIVED):
        assert (after, use.applied) == (finding, 0)
    else:
        assert after.state is State.WAIVED
        assert after.waiver is not None
        assert (after.waiver.was, after.waiver.reason, after.waiver.owner) == (
            state,
            "Because.",
            "jane",
        )
        assert (after.waiver.expires, after.waiver.since) == ("2026-12-31", "2026-06-01")


def test_a_waived_finding_never_stops_a_release() -> None:
    grave = replace(ONE, severity=Severity.CRITICAL)
    after, _ = waive([grave], [entry(fingerprint=ONE.fingerprint)], GRAPH, TODAY)
    assert gating([grave], Severity.LOW)
    assert not gating(after, Severity.LOW)


def test_an_expired_waiver_is_spoken_of_where_it_would_have_waived() -> None:
    late = entry(fingerprint=ONE.fingerprint, expires=date(2026, 6, 5))
    found, use = waived([late, entry(fingerprint="0" * 32, expires=date(2020, 1, 1))])
    assert found == []
    (said,) = use.expired
    assert said.startswith("The waiver at lineage.yaml:3 expired 10 days ago, on 2026-06-05, and ")
    assert said.endswith(f"waives 1 finding of {ONE.rule} no longer; jane answers for it.")
    assert (use.waivers, use.applied, use.expired_unused) == (2, 0, 1)


def test_a_waiver_in_force_stands_in_for_an_expired_one() -> None:
    late = entry(fingerprint=ONE.fingerprint, expires=date(2026, 6, 5))
    found, use = waived([late, entry(rule=ONE.rule, subject="*", place="lineage.yaml:9")])
    assert ONE.fingerprint in found
    assert use.expired == ()


def test_what_has_long_to_run_is_remarked_on_and_ages_are_told() -> None:
    long = entry(fingerprint=ONE.fingerprint, expires=date(2099, 1, 1))
    _, use = waived([long])
    assert (use.oldest_days, len(use.far)) == (14, 1)
    assert "holds until 2099-01-01, more than a year from now" in use.far[0]


def test_a_thousand_waivers_and_findings_take_no_second() -> None:
    many = [replace(ONE, fingerprint=f"{n:032x}") for n in range(1000)]
    entries = [entry(fingerprint=f"{n:032x}") for n in range(1000)]
    found, use = waived(entries, tuple(many))
    assert (len(found), use.applied) == (1000, 1000)


def test_a_new_revision_keeps_its_waivers() -> None:
    for host, revision in product(("pkg:huggingface/a/b",), ("@1", "@2", "")):
        assert judge.fingerprint("X", replace(GRAPH.subject, id=host + revision), None, "") == (
            judge.fingerprint("X", replace(GRAPH.subject, id=host), None, "")
        )
