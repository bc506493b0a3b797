from __future__ import annotations

import pytest

from lineage.model import Host, Relation, Severity, Tier
from lineage.rules import lin001_identical_undeclared as rule
from tests.worlds import (
    Fact,
    claim,
    created,
    found,
    said,
    unread,
    weights,
    weights_of,
    world,
)

SAME = (weights_of("a"),)
SHARED = (weights_of("b", "vae/model.safetensors"),)
MINE = (weights_of("c", size=1 << 33), *SHARED)
YOURS = (weights_of("d", size=1 << 33), *SHARED)


@pytest.mark.parametrize(
    ("words", "child", "base", "expected"),
    [
        ("a[mit] + b[mit]", SAME, SAME, ["unmet"]),
        # declared, or above what is declared
        ("a[mit] <- b[mit]", SAME, SAME, []),
        ("a[mit] <- c[] <- b[mit]", SAME, SAME, []),
        # one publisher, a mirror
        ("acme/a[mit] + acme/b[mit]", SAME, SAME, []),
        ("qwen/a[mit] + Alibaba-NLP/b[mit]", SAME, SAME, []),
        ("hf_mirrors/acme/a[mit] + acme/b[mit]", SAME, SAME, []),
        # a part that both may have from a third
        ("a[mit] + b[mit]", MINE, YOURS, ["investigate"]),
        # an omission more than a silence
        ("a[mit] + Qwen/b[mit]", (*SAME, claim("a is based on b")), SAME, ["investigate"]),
        ("a[mit] + b[mit]", (*SAME, created("2024-01-01")), (*SAME, created("2025-01-01")), ["investigate"]),
        ("a[mit] + b[mit]", (*SAME, created("2025-01-01")), (*SAME, created("2024-01-01")), ["unmet"]),
        # other weights, weights of which no digest is known
        ("a[mit] + b[mit]", SAME, (weights_of("b"),), []),
        ("a[mit] + b[mit]", (weights(),), (weights(),), []),
        ("a[mit]", SAME, None, []),
        # what the card says is not known
        ("a + b[mit]", (*SAME, unread("README.md")), SAME, ["cannot-determine"]),
    ],
)  # fmt: skip
def test_worlds(
    words: str, child: tuple[Fact, ...], base: tuple[Fact, ...] | None, expected: list[str]
) -> None:
    graph = world(words, a=child) if base is None else world(words, a=child, b=base)
    assert said(rule, graph) == expected


def test_the_sentence_names_both_and_the_place() -> None:
    (outcome,) = rule.check(world("a[mit] + b[mit]", a=SAME, b=SAME))
    assert outcome.message == (
        "a-lab/a holds the same weights as b-lab/b, byte for byte (model.safetensors); no parent"
        " is declared. Which of the two came first is not to be seen in equal bytes."
    )
    assert (outcome.severity, outcome.tier, rule.SEVERITY) == (None, None, Severity.CRITICAL)


def test_equal_tensors_that_a_comparison_found_count_too() -> None:
    graph = found(world("a[mit] + b[mit]"), "b", Relation.FINETUNE, Tier.A)
    assert said(rule, graph) == ["unmet"]
    assert said(rule, found(world("a[mit] + b[mit]"), "b", Relation.FINETUNE, Tier.B)) == []
    assert said(rule, found(world("a[mit] + b[mit]"), "b", Relation.CODE_COPIED, Tier.A)) == []


def test_of_a_directory_and_of_a_bare_git_server_nobody_knows_the_publisher() -> None:
    for host in (Host.LOCAL, Host.GIT):
        graph = world("lab/a + lab/b[mit]", at=host, a=SAME, b=SAME)
        assert said(rule, graph) == ["unmet"]
