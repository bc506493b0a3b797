from __future__ import annotations

import pytest

from lineage.graph import LineageGraph
from lineage.model import Artifact, Kind, Relation, Severity, State, Tier
from lineage.rules import lin002_related_undeclared as rule
from tests.worlds import Fact, claim, found, kinship_test, said, unread, world

TEST = kinship_test()


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit] + b[mit]", (), ["unmet"]),
        ("a[mit] <- c + b[mit]", (), []),
        ("a[mit] <- c[] <- b[mit]", (), []),
        ("acme/a[mit] + acme/b[mit]", (), []),
        # the prose tells
        ("a[mit] + b[mit]", (claim("a is a fine-tune of b"),), ["investigate"]),
        ("a + b[mit]", (unread("README.md"),), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    graph = found(world(words, a=facts), "/b", Relation.FINETUNE, Tier.B, TEST)
    assert said(rule, graph) == expected


@pytest.mark.parametrize(
    ("relation", "tier", "expected"),
    [
        (Relation.FINETUNE, Tier.B, ["unmet"]),
        (Relation.UNKNOWN, Tier.B, ["unmet"]),
        (Relation.RELATED, Tier.B, ["investigate"]),
        # equal bytes are LIN-001's; structure and code show nothing of the weights
        (Relation.FINETUNE, Tier.A, []),
        (Relation.FINETUNE, Tier.C, []),
        (Relation.CODE_COPIED, Tier.B, []),
    ],
)
def test_kinds_of_evidence(relation: Relation, tier: Tier, expected: list[str]) -> None:
    assert said(rule, found(world("a[mit] + b[mit]"), "b", relation, tier)) == expected


def test_a_sibling_of_the_declared_parent_is_a_small_matter() -> None:
    graph = world("a[mit] <- Qwen/Instruct", Instruct=())
    base = Artifact("pkg:huggingface/Qwen/Base", Kind.MODEL, "Qwen/Base", None, None)
    artifacts = (*graph.artifacts(), base)
    readings = {x.id: r for x in graph.artifacts() if (r := graph.reading(x))}
    graph = LineageGraph(graph.subject.id, artifacts, graph.derivations(), readings)
    (outcome,) = rule.check(found(graph, "Qwen/Base"))
    assert (outcome.state, outcome.severity) == (State.INVESTIGATE, Severity.LOW)
    assert outcome.message.endswith("what is declared is Qwen/Instruct, of the same publisher.")


def test_bytes_go_before_statistics() -> None:
    graph = found(world("a[mit] + b[mit]"), "b", Relation.IDENTICAL, Tier.A)
    assert said(rule, found(graph, "b", Relation.FINETUNE, Tier.B)) == []


def test_the_sentence_gives_the_test_and_its_strength() -> None:
    (outcome,) = rule.check(found(world("a[mit] + b[mit]"), "b", Relation.FINETUNE, Tier.B, TEST))
    assert outcome.message == (
        "The weights of a-lab/a are not independent of b-lab/b (p = 1e-30, exact; row matching,"
        " effect 0.93), and look like a changed form of b-lab/b; no parent is declared."
    )
