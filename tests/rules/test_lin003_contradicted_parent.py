from __future__ import annotations

import pytest

from lineage.graph import LineageGraph
from lineage.model import Origin, Relation, Tier
from lineage.rules import lin003_contradicted_parent as rule
from tests.worlds import found, kinship_test, said, world

TEST = kinship_test(0.4, 0.001)


def denied(words: str, tier: Tier) -> LineageGraph:
    """Return a world whose declared parent b the comparison denies."""
    return found(world(words), "/b", Relation.FINETUNE, tier, TEST, origin=Origin.CONTRADICTED)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (denied("a[mit] <- b", Tier.B), ["unmet finetune"]),
        (denied("a[mit] <- b", Tier.A), ["unmet finetune"]),
        (found(denied("a[mit] <- b + c", Tier.B), "/c"), ["unmet finetune"]),
        # what structure denies is a doubt
        (denied("a[mit] <- b", Tier.C), ["investigate finetune"]),
        # confirmed, and never compared
        (found(world("a[mit] <- b"), "/b"), []),
        (world("a[mit] <- b"), []),
        (world("a[mit] <- b[mit]"), []),
    ],
    ids=range(7),
)
def test_worlds(graph: LineageGraph, expected: list[str]) -> None:
    assert said(rule, graph) == expected


def test_the_sentence_says_what_would_have_been_seen() -> None:
    (outcome,) = rule.check(denied("a[mit] <- b", Tier.B))
    assert outcome.message == (
        "a-lab/a is declared to come from b-lab/b (model.safetensors), and its weights show no"
        " descent from it; a retained correlation of 0.02 or more would have been seen."
    )


def test_the_parent_that_was_found_instead_is_named() -> None:
    graph = found(denied("a[mit] <- b + c", Tier.B), "/c", Relation.FINETUNE, Tier.B)
    (outcome,) = rule.check(graph)
    assert outcome.message.endswith("seen. They are not independent of c-lab/c.")
