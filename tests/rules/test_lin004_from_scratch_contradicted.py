from __future__ import annotations

import pytest

from lineage.model import Claim, ClaimKind, Relation, Severity, State, Tier
from lineage.rules import lin004_from_scratch_contradicted as rule
from tests.worlds import Fact, claim, created, found, said, weights_of, world


def scratch(words: str) -> Claim:
    return claim(words, ClaimKind.FROM_SCRATCH)


CLAIM = scratch("Sunny-7B was trained from scratch on 3T tokens.")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit] + b[mit]", (CLAIM,), ["unmet"]),
        ("a[mit] + b[mit]", (scratch("We trained the model from scratch for 300k steps."),), ["unmet"]),
        ("a[mit] + b[mit]", (scratch("我们从零训练了该模型"),), ["unmet"]),
        ("a[mit] <- b[mit]", (CLAIM,), ["unmet"]),
        ("acme/a[mit] + acme/b[mit]", (CLAIM,), ["investigate"]),
        # of a part, of another model, of nothing
        ("a[mit] + b[mit]", (scratch("The architecture was built and trained from scratch"),), []),
        ("a[mit] + b[mit]", (scratch("The tokenizer was trained from scratch"),), []),
        ("a[mit] + b[mit]", (scratch("Our vision encoder is trained from scratch"),), []),
        ("a[mit] + b[mit]", (scratch("Llama 3 was trained from scratch on 15T tokens"),), []),
        ("a[mit] + b[mit]", (claim("a is based on b"),), []),
        ("a[mit] + b[mit]", (), []),
    ],
)  # fmt: skip
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    graph = world(words, a=facts)
    assert said(rule, found(graph, "/b")) == expected


@pytest.mark.parametrize(
    ("relation", "tier", "expected"),
    [
        (Relation.UPCYCLED, Tier.B, ["unmet"]),
        (Relation.IDENTICAL, Tier.A, ["investigate"]),
        (Relation.RELATED, Tier.B, ["investigate"]),
        # structure alone never contradicts the sentence
        (Relation.FINETUNE, Tier.C, []),
        (Relation.CODE_COPIED, Tier.D, []),
    ],
)
def test_kinds_of_evidence(relation: Relation, tier: Tier, expected: list[str]) -> None:
    graph = world("a[mit] + b[mit]", a=(CLAIM,))
    assert said(rule, found(graph, "/b", relation, tier)) == expected
    assert said(rule, graph) == []


def test_of_equal_bytes_dates_tell_who_came_first() -> None:
    young, old = created("2025-06-01"), created("2024-06-01")
    same = weights_of("a")
    words = "a[mit] + b[mit]"
    assert said(rule, world(words, a=(CLAIM, same, young), b=(same, old))) == ["unmet"]
    assert said(rule, world(words, a=(CLAIM, same, old), b=(same, young))) == ["investigate"]


def test_a_declared_parent_alone_contradicts_nothing() -> None:
    assert said(rule, world("a[mit] <- b[mit]", a=(CLAIM,))) == []


def test_a_model_may_speak_of_its_own_family() -> None:
    words = scratch("Solar was trained from scratch")
    graph = world("acme/Solar-Open[mit] + b[mit]", Solar_Open=(words,))
    assert said(rule, found(graph, "/b")) == ["unmet"]
    graph = world("acme/other[mit] + b[mit]", other=(words,))
    assert said(rule, found(graph, "/b")) == []


def test_the_sentence_quotes_the_claim_with_its_place() -> None:
    graph = world("a[mit] + b[mit]", a=(CLAIM, weights_of("a")), b=(weights_of("a"),))
    (outcome,) = rule.check(graph)
    assert outcome.message == (
        'README.md:9 of a-lab/a says "Sunny-7B was trained from scratch on 3T tokens."; its weights'
        " are those of b-lab/b, byte for byte."
    )
    assert outcome.exhibits[0] == CLAIM.exhibit
    doubt = found(world("a[mit] + b[mit]", a=(CLAIM,)), "/b", Relation.RELATED)
    (outcome,) = rule.check(doubt)
    assert (outcome.state, outcome.severity) == (State.INVESTIGATE, Severity.MEDIUM)
