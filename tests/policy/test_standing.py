"""Worlds past a policy: what is denied, to be reviewed, not listed, or not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.graph import LineageGraph
from lineage.model import Severity, State
from lineage.policy.file import read_policy
from lineage.policy.rules import RULES
from lineage.policy.terms import Policy
from tests.worlds import text, world


def policy_of(tmp_path: Path, words: str) -> Policy:
    (tmp_path / "lineage.yaml").write_text(words, "utf-8")
    return read_policy(tmp_path / "lineage.yaml")


def found(tmp_path: Path, graph: LineageGraph, words: str) -> list[str]:
    policy = policy_of(tmp_path, words)
    return [
        f"{rule.CODE} {outcome.state} {outcome.about}"
        for rule in RULES
        for outcome in rule.check(graph, policy)
    ]


ALLOW = "licences: {allowed: [permissive, public-domain]}"
DENY = "licences: {denied: [copyleft, share-alike]}"


@pytest.mark.parametrize(
    ("words", "policy", "outcomes"),
    [
        ("a[mit]", "{}", []),
        ("a[mit]", ALLOW, []),
        ("a[gpl-3.0]", ALLOW, ["POL-003 unmet weights: GPL-3.0-only"]),
        ("a[gpl-3.0]", DENY, ["POL-001 unmet weights: GPL-3.0-only"]),
        ("a[gpl-3.0]", "licences: {review: [copyleft]}", ["POL-002 investigate weights: GPL-3.0-only"]),
        # Unknown never reads as permissive.
        ("a[]", ALLOW, ["POL-003 unmet weights: unknown"]),
        ("a[other]", ALLOW, ["POL-003 unmet weights: unknown"]),
        ("a[]", DENY, ["POL-001 cannot-determine weights: unknown"]),
        ("a[nasa-1.3]", DENY, ["POL-001 cannot-determine weights: NASA-1.3"]),
        ("a[nasa-1.3]", "licences: {denied: [gpl-3.0]}", []),
        ("a[nasa-1.3]", "licences: {allowed: [NASA-1.3]}", []),
        # The more particular word counts.
        ("a[gpl-3.0]", "licences: {denied: [copyleft], allowed: [GPL-3.0-only]}", []),
        ("a[gpl-3.0]", "licences: {denied: [copyleft], weights: {allowed: [copyleft]}}", []),
        ("a[gpl-3.0]", "licences: {denied: [copyleft], code: {allowed: [copyleft]}}", ["POL-001 unmet weights: GPL-3.0-only"]),
        ("a[gpl-3.0]", "preset: no-copyleft\nlicences: {allowed: [copyleft, permissive]}", []),
        ("a[gpl-3.0]", "licences: {denied: [copyleft], allowed: [copyleft]}", ["POL-001 unmet weights: GPL-3.0-only"]),
        # Families, traits and presets.
        ("a[llama3.1]", "licences: {denied: ['family:llama']}", ["POL-001 unmet weights: LicenseRef-scancode-llama-3.1-license-2024"]),
        ("a[llama3.1]", "preset: no-field-of-use", ["POL-001 unmet weights: LicenseRef-scancode-llama-3.1-license-2024"]),
        ("a[cc-by-nc-4.0]", "preset: no-field-of-use", ["POL-001 unmet weights: CC-BY-NC-4.0"]),
        ("a[cc-by-nc-4.0]", "preset: research-ok", []),
        ("a[cc-by-nc-4.0]", "preset: permissive-only", ["POL-003 unmet weights: CC-BY-NC-4.0"]),
        ("a[apache-2.0]", "preset: [permissive-only, no-copyleft, no-field-of-use]", []),
        ("a[mpl-2.0]", "preset: no-copyleft", ["POL-002 investigate weights: MPL-2.0"]),
        # What it is made from, read or known by its maker.
        ("a[mit] <- b[gpl-3.0]", DENY, ["POL-001 unmet weights: GPL-3.0-only"]),
        ("a[mit] <- meta-llama/Llama-3.1-8B", "licences: {denied: [community]}", ["POL-001 unmet weights: LicenseRef-scancode-llama-3.1-license-2024"]),
        ("a[mit] <- b", ALLOW, ["POL-003 cannot-determine weights: unknown"]),
        ("a[mit] <- b", DENY, ["POL-001 cannot-determine weights: unknown"]),
        ("a[mit] <- b[mit] <- c[gpl-3.0]", DENY, ["POL-001 unmet weights: GPL-3.0-only"]),
    ],
)  # fmt: skip
def test_how_licences_stand(tmp_path: Path, words: str, policy: str, outcomes: list[str]) -> None:
    assert found(tmp_path, world(words), policy) == outcomes


@pytest.mark.parametrize(
    ("expression", "policy", "outcomes"),
    [
        ("MIT OR GPL-3.0-only", DENY, []),
        ("MIT AND GPL-3.0-only", DENY, ["GPL-3.0-only"]),
        ("(MIT AND GPL-3.0-only) OR AGPL-3.0-only", DENY, ["GPL-3.0-only"]),
        ("GPL-2.0-only WITH Classpath-exception-2.0", DENY, ["GPL-2.0-only WITH Classpath-exception-2.0"]),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "licences: {denied: [copyleft], allowed: [GPL-2.0-only WITH Classpath-exception-2.0]}", []),
        ("LicenseRef-scancode-unknown AND MIT", ALLOW, [""]),
    ],
)  # fmt: skip
def test_expressions(tmp_path: Path, expression: str, policy: str, outcomes: list[str]) -> None:
    from lineage.model import Scope
    from lineage.policy.standing import Standing, decisions

    entries = tuple(policy_of(tmp_path, policy).about(Scope.CODE))
    decided = decisions(expression, entries)
    assert [d.licence or "" for d in decided if d.standing is not Standing.ALLOWED] == outcomes


def test_a_hundred_thousand_parentheses_are_unknown_terms(tmp_path: Path) -> None:
    from lineage.policy.standing import decisions

    for expression in ("(" * 100_000 + "MIT", "(" * 9_000 + "MIT"):
        (decision,) = decisions(expression, policy_of(tmp_path, ALLOW).entries)
        assert decision.licence is None


def test_the_message_names_the_licence_the_entry_and_its_line(tmp_path: Path) -> None:
    graph = world("a[gpl-3.0] <- b[gpl-3.0]")
    policy = policy_of(tmp_path, "preset: permissive-only\nlicences:\n  denied: [copyleft]\n")
    messages = [o.message for o in RULES[0].check(graph, policy)]
    entry = f"(class copyleft, {tmp_path}/lineage.yaml:3)"
    assert messages == [
        f"The weights of a-lab/a are under GPL-3.0-only, which the policy denies {entry}.",
        f"a-lab/a is made from b-lab/b, whose weights are under GPL-3.0-only, which the policy denies {entry}.",
    ]


def test_outcomes_are_about_the_subject_and_have_one_fingerprint_each(tmp_path: Path) -> None:
    graph = world("a[mit, gpl-3.0] <- b[gpl-3.0] + c[gpl-3.0]", a=[text("MPL-2.0", "LICENSE-CODE")])
    policy = policy_of(tmp_path, "preset: [no-copyleft]\nlicences: {allowed: [permissive]}")
    outcomes = [(rule.CODE, o) for rule in RULES for o in rule.check(graph, policy)]
    assert len(outcomes) >= 3
    assert {o.subject for _, o in outcomes} == {graph.subject.id}
    keys = [(code, o.parent, o.about) for code, o in outcomes]
    assert len(set(keys)) == len(keys)
    assert all(o.message.endswith(".") and "  " not in o.message for _, o in outcomes)


def test_a_class_that_was_not_read_in_the_text_makes_no_high_finding(tmp_path: Path) -> None:
    from lineage.licences import knowledge

    weak = [k for k in knowledge.load() if not k.verified.may_be_high]
    if not weak:
        pytest.skip("every licence was read in full")
    graph = world("a[]", a=[text(weak[0].spdx)])
    policy = policy_of(tmp_path, f"licences: {{denied: [{weak[0].licence_class}]}}")
    (outcome,) = RULES[0].check(graph, policy)
    assert (outcome.state, outcome.severity) == (State.UNMET, Severity.MEDIUM)


def test_rules_have_pages_like_every_rule() -> None:
    heads = ("What it finds", "Why it matters", "Evidence it needs", "Compliant example")
    for rule in RULES:
        page = rule.__doc__ or ""
        assert all(f"\n{head}\n    " in page for head in heads)
