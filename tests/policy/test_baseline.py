from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from lineage.pipeline import Audit
from lineage.policy.baseline import made, merged
from lineage.policy.file import read_policy
from lineage.policy.report import Open, Report, read_report
from lineage.policy.terms import PolicyError
from lineage.readback import ReportError
from lineage.reports import FORMATS, Page
from tests.reports.build import hostile, rich

TODAY = date(2026, 6, 15)


def one(number: int, message: str = "A sentence.") -> Open:
    return Open(f"{number:032x}", "LIC-001, high, unmet", message)


def report(*findings: Open) -> Report:
    return Report("pkg:generic/x", findings, complete=True)


def filled(text: str) -> str:
    return text.replace('reason: ""', 'reason: "It is so."').replace('owner: ""', 'owner: "jane"')


def policy_of(tmp_path: Path, text: str) -> list[str | None]:
    (tmp_path / "b.yaml").write_text(text, "utf-8")
    return [waiver.fingerprint for waiver in read_policy(tmp_path / "b.yaml").waivers]


@pytest.mark.parametrize("audit", [rich(), hostile()])
def test_a_baseline_of_any_report_is_a_policy_once_it_is_filled_in(
    tmp_path: Path, audit: Audit
) -> None:
    path = tmp_path / "audit.json"
    path.write_text(FORMATS["json"].render(audit, Page()), "utf-8")
    found = read_report(path)
    states = {f["state"] for f in json.loads(path.read_text("utf-8"))["findings"]}
    assert {"met", "waived"} & states
    baseline = made(found, TODAY)
    assert baseline.added == len({f.fingerprint for f in found.findings}) > 0
    assert baseline.text.isprintable() or set(baseline.text) - {"\n"} <= set(
        map(chr, range(32, 0x110000))
    )
    with pytest.raises(PolicyError, match=r"waivers\[0\].reason: expected why .* fill it in"):
        policy_of(tmp_path, baseline.text)
    assert policy_of(tmp_path, filled(baseline.text)) == list(
        dict.fromkeys(f.fingerprint for f in found.findings)
    )


def test_a_message_cannot_break_out_of_its_comment(tmp_path: Path) -> None:
    text = made(report(one(1, "x\nwaivers: []\r\x85\u2028# \x1b[31m")), TODAY).text
    assert policy_of(tmp_path, filled(text)) == [f"{1:032x}"]
    assert "\x1b" not in text


def test_fingerprints_of_digits_alone_stay_texts(tmp_path: Path) -> None:
    digits = "12345678901234567890123456789012"
    text = made(report(Open(digits, "t", "m")), TODAY).text
    assert policy_of(tmp_path, filled(text)) == [digits]


def test_dates_are_those_of_the_day_and_as_asked(tmp_path: Path) -> None:
    text = made(report(one(1)), TODAY).text
    assert "expires: 2026-09-13\n    since: 2026-06-15\n" in text
    assert "expires: 2026-12-31\n" in made(report(one(1)), TODAY, date(2026, 12, 31)).text


def test_nothing_open_is_a_baseline_too_and_can_grow(tmp_path: Path) -> None:
    empty = made(report(), TODAY)
    assert (empty.added, policy_of(tmp_path, empty.text)) == (0, [])
    grown = merged(report(one(1)), empty.text, "b.yaml", TODAY)
    assert policy_of(tmp_path, filled(grown.text)) == [f"{1:032x}"]


@pytest.mark.parametrize(
    "existing",
    [
        filled(made(report(one(1)), TODAY).text),
        filled(made(report(one(1)), TODAY).text).rstrip("\n"),
        (
            "# Ours.\npreset: no-copyleft\nwaivers:\n- fingerprint: '"
            f"{1:032x}"
            "'  # kept\n  reason: r\n  owner: o\n  expires: 2030-01-01\n"
        ),
    ],
)
def test_what_a_file_holds_is_kept_word_for_word(tmp_path: Path, existing: str) -> None:
    after = merged(report(one(1), one(2)), existing, "b.yaml", TODAY)
    assert (after.added, after.stale) == (1, 0)
    assert after.text.startswith(existing)
    assert policy_of(tmp_path, filled(after.text)) == [f"{1:032x}", f"{2:032x}"]
    again = merged(report(one(2)), after.text, "b.yaml", TODAY)
    assert (again.text, again.added, again.stale) == (after.text, 0, 1)


def test_a_policy_without_waivers_gets_a_list(tmp_path: Path) -> None:
    after = merged(report(one(1)), "preset: no-copyleft # c\n", "b.yaml", TODAY)
    assert policy_of(tmp_path, filled(after.text)) == [f"{1:032x}"]


@pytest.mark.parametrize(
    "existing",
    [
        (
            "waivers:\n  - {fingerprint: '"
            f"{1:032x}"
            "', reason: r, owner: o, expires: 2030-01-01}\npreset: no-copyleft\n"
        ),
        f"waivers: [{{fingerprint: '{1:032x}', reason: r, owner: o, expires: 2030-01-01}}]\n",
        "waivers:\n  - reason: |\n      text\n",
    ],
)
def test_a_file_that_cannot_be_added_to_is_left_alone_or_read_back_whole(
    tmp_path: Path, existing: str
) -> None:
    try:
        after = merged(report(one(2)), existing, "b.yaml", TODAY)
    except PolicyError as error:
        assert "b.yaml" in str(error)  # noqa: PT017 - either is right, silence is not
    else:
        assert after.text.startswith(existing)
        assert f"{2:032x}" in after.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"schema_version": "1"}', "a report of lineage audit --format json is wanted"),
        ('{"schema_version": "1", "target": {"purl": "p"}, "findings": [{}]}', "findings[0].state: expected one of"),
        ('{"schema_version": "1", "target": {"purl": "p"}, "findings": [{"state": "unmet", "fingerprint": "x"}]}', "findings[0].fingerprint: expected 32 hexadecimal digits"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(ReportError) as caught:
        read_report(tmp_path / "a.json")
    assert said in str(caught.value)
