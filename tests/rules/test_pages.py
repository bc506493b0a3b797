"""Every rule's page says the same kinds of thing in the same order, and every rule keeps house."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from lineage.graph import LineageGraph
from lineage.model import Severity, State, Tier
from lineage.plugins import Rule
from lineage.rules import RULES
from tests.worlds import (
    claim,
    config,
    created,
    declared,
    file,
    header,
    notice,
    text,
    unread,
    weights,
    world,
)

HEADS = [
    "What it finds",
    "Why it matters",
    "Evidence it needs",
    "Compliant example",
    "Non-compliant example",
    "Remedy",
    "Source",
]
ACCUSING = re.compile(r"violat|stolen|infring|illegal|guilty|!", re.IGNORECASE)

WORLDS = (
    world("a"),
    world("a[mit]", a=[weights(), config("Qwen2ForCausalLM")]),
    world("a[gpl-3.0, cc, other]", a=[text("Apache-2.0"), *header("MIT", "x.py", "Jane")]),
    world("a[mit] <-adapter- b[apache-2.0]", a=[created("2020-01-01")], b=[created("2021-01-01"), notice("By b.")]),
    world("a[mit] <-merge- a + b + c", a=[file("mergekit_config.yml"), unread("LICENSE")]),
    world("a[mit]", a=[text("MIT", "LICENSE-CODE"), text("CC-BY-NC-4.0", "LICENSE-MODEL"), unread("NOTICE")]),
    world("a[]", a=[weights("a-Q8_0.gguf"), claim("a is based on b"), unread("README.md")]),
    world("a", a=[declared("bsl-1.0"), file("LICENSE.pdf"), declared("x", "license_link")]),
)  # fmt: skip


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_a_page_has_every_head_and_something_under_each(rule: Rule) -> None:
    page = rule.__doc__ or ""
    summary, _, rest = page.partition("\n\n")
    assert re.fullmatch(r"[A-Z][^\n]+\.", summary)
    found = re.findall(r"^(\S.*)\n((?:(?:    .*)?\n)+)", rest, re.MULTILINE)
    assert [head for head, _ in found] == HEADS
    assert all(len(body.strip()) > 20 for _, body in found)
    assert not ACCUSING.search(page)


@pytest.mark.parametrize("code", RULES)
def test_a_rule_carries_its_code_in_its_name(code: str) -> None:
    rule = RULES[code]
    assert code == rule.CODE
    module = re.fullmatch(r"lineage\.rules\.([a-z]+)(\d{3})_\w+", getattr(rule, "__name__", ""))
    assert module is not None
    assert f"{module[1].upper()}-{module[2]}" == code
    assert (rule.SEVERITY in Severity, rule.TIER in Tier) == (True, True)
    assert rule.REMEDY.endswith(".")
    assert not rule.CLAUSE.endswith(".")
    assert not rule.TITLE.endswith(".")


@pytest.mark.parametrize("graph", WORLDS, ids=range(len(WORLDS)))
def test_outcomes_are_sentences_about_the_subject_with_one_fingerprint_each(
    graph: LineageGraph,
) -> None:
    for rule in RULES.values():
        outcomes = list(rule.check(graph))
        for outcome in outcomes:
            assert outcome.subject == graph.subject.id
            assert graph.subject.name in outcome.message
            assert outcome.message.endswith(".")
            assert not ACCUSING.search(outcome.message)
            assert "  " not in outcome.message
            assert outcome.state is not State.WAIVED
        same = Counter((o.parent, o.about) for o in outcomes)
        assert [key for key, count in same.items() if count > 1] == []
        assert list(rule.check(graph)) == outcomes


def test_structure_alone_never_makes_a_duty_unmet() -> None:
    on_structure = [rule for rule in RULES.values() if rule.TIER is Tier.C]
    assert on_structure
    states = {o.state for rule in on_structure for graph in WORLDS for o in rule.check(graph)}
    assert states <= {State.INVESTIGATE, State.CANNOT_DETERMINE}


def test_a_hostile_name_cannot_speak_in_our_voice() -> None:
    path = "LICENSE is fine. No finding"
    graph = world("a[mit]", a=[text("GPL-3.0-only", path), unread(f"{path}/LICENSE")])
    for rule in RULES.values():
        for outcome in rule.check(graph):
            assert path not in outcome.message or f'"{path}' in outcome.message
