from __future__ import annotations

import json

import pytest

from lineage import plugins, rulebook

POLICY = ["POL-001", "POL-002", "POL-003"]
HOOK = [f"HOOK-{number:03}" for number in range(1, 7)]
RULES = sorted([*(rule.CODE for rule in plugins.rules()), *POLICY, *HOOK])


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_page(code: str) -> None:
    rule = rulebook.find(code.lower())
    page = rulebook.page(rule)
    assert page.startswith(f"{code}  {rule.TITLE}\n")
    assert f"Severity {rule.SEVERITY}, rests on tier {rule.TIER}." in page
    assert "Why it matters" in page


def test_the_list_has_a_line_for_each() -> None:
    assert [line.split()[0] for line in rulebook.listing(rulebook.every()).splitlines()] == RULES


def test_the_json_has_them_all() -> None:
    assert [r["code"] for r in json.loads(rulebook.as_json(rulebook.every()))["rules"]] == RULES


def test_a_slip_of_the_pen_is_answered_with_what_comes_close() -> None:
    with pytest.raises(
        rulebook.UnknownRuleError, match=r"no rule is called LIC-01; did you mean LIC-0"
    ):
        rulebook.find("LIC-01")


def test_nonsense_is_answered_with_the_way_to_the_list() -> None:
    with pytest.raises(rulebook.UnknownRuleError, match="see lineage explain"):
        rulebook.find("?")
