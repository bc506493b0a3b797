from __future__ import annotations

import pytest

from lineage.model import Exhibit, HostFact, Relation, Severity, State, Tier
from lineage.rules import lin009_parent_without_grant as rule
from tests.worlds import (
    Fact,
    file,
    found,
    header,
    said,
    text,
    unread,
    unsettled,
    weights,
    weights_of,
    world,
)


def host(key: str, value: str = "true") -> HostFact:
    return HostFact(key, value, Exhibit(""))


@pytest.mark.parametrize(
    ("words", "base", "expected"),
    [
        ("a[mit] <- b[]", (weights(),), ["unmet"]),
        ("a[mit] <-quantized- b", (weights(),), ["unmet"]),
        ("a[mit] <- b", (weights(), host("disabled")), ["investigate"]),
        ("a[mit] <- b", (host("private"),), ["investigate"]),
        # it has one, or something that may be one
        ("a[mit] <- b[mit]", (weights(),), []),
        ("a[mit] <- b[other]", (weights(),), []),
        ("a[mit] <- b", (weights(), text("MIT")), []),
        ("a[mit] <- b", (weights(), unsettled()), []),
        ("a[mit] <- b", (weights(), file("LICENSE.pdf")), []),
        ("a[mit] <- b", (weights(), *header("MIT", "x.py", "Jane")), []),
        ("a[mit] <- b[llama3]", (weights(), host("gated", "manual")), []),
        ("a[mit] <- b[mit]", (weights(), host("disabled")), []),
        ("a[mit] <- b", (weights(), host("disabled", "false")), ["unmet"]),
        # the publisher's own, data, no descent
        ("acme/a[mit] <- acme/b", (weights(),), []),
        ("a[mit] <-trained-on- b", (weights(),), []),
        ("a[mit] + b[]", (weights(),), []),
        # what it says is not known
        ("a[mit] <- b", (weights(), unread("LICENSE")), ["cannot-determine"]),
        ("a[mit] <- b", (weights(), unread("README.md")), ["cannot-determine"]),
        ("a[mit] <- b", (weights(), host("gated", "auto")), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, base: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, b=base)) == expected


def test_a_parent_that_was_not_opened_is_another_matter() -> None:
    assert said(rule, world("a[mit] <- b")) == []


def test_a_parent_that_was_found_counts_as_one_that_is_declared() -> None:
    same = (weights_of("a"),)
    (outcome,) = rule.check(world("a[mit] + b", a=same, b=same))
    assert outcome.message == (
        "a-lab/a is found to be made from b-lab/b, which states no licence: no tag, no licence file"
        " and no header."
    )
    open_ = world("a[mit] + b", b=(weights(),))
    assert said(rule, found(open_, "/b", Relation.FINETUNE, Tier.B)) == ["unmet"]
    assert said(rule, found(open_, "/b", Relation.FINETUNE, Tier.C)) == []


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ((weights(), unread("LICENSE")), "since LICENSE could not be read or recognised."),
        ((weights(), host("gated")), "since it is gated and its host shows none."),
    ],
)  # fmt: skip
def test_the_sentence_says_why_it_is_not_known(facts: tuple[Fact, ...], why: str) -> None:
    (outcome,) = rule.check(world("a[mit] <- b", b=facts))
    assert outcome.message.endswith(why)


def test_a_parents_parent_without_a_licence_is_a_doubt() -> None:
    (outcome,) = rule.check(world("a[mit] <- b[mit] <- c[]", c=[weights()]))
    assert (outcome.state, outcome.severity) == (State.INVESTIGATE, Severity.MEDIUM)
    assert outcome.message == (
        "a-lab/a is declared to be made from c-lab/c (through b-lab/b), which states no licence: no "
        "tag, no licence file and no header."
    )
