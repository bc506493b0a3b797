from __future__ import annotations

import time
from dataclasses import replace

import pytest

from lineage.model import HeaderStatus, Origin, Relation, Tier
from lineage.rules import att004_notice_not_carried as rule
from tests.worlds import (
    Fact,
    copied,
    copyright_of,
    header,
    notice,
    parent,
    said,
    text,
    unread,
    world,
)

YI = notice("Yi\n==\n\nCopyright 2024 01.AI\nThis product includes software by 01.AI.\n")
REWRAPPED = notice(
    "Mine.\n\n* COPYRIGHT 2024\n  01.AI. This product includes\n  software by 01.AI\n"
)


@pytest.mark.parametrize(
    ("words", "child", "base", "expected"),
    [
        ("a[mit] <- b[apache-2.0]", (), (YI,), ["unmet NOTICE"]),
        ("a[mit] <- b[]", (), (YI, text("Apache-2.0")), ["unmet NOTICE"]),
        ("a[mit] <- b[apache-2.0]", (notice("Mine alone."),), (YI,), ["unmet NOTICE"]),
        ("a[mit] <-merge- b[apache-2.0] + c[mit]", (), (YI,), ["unmet NOTICE"]),
        # carried
        ("a[mit] <- b[apache-2.0]", (YI,), (YI,), ["met NOTICE"]),
        ("a[mit] <- b[apache-2.0]", (REWRAPPED,), (YI,), ["met NOTICE"]),
        (
            "a[mit] <- b[apache-2.0]",
            (notice(YI.text, "third_party/yi/NOTICE"),),
            (YI,),
            ["met NOTICE"],
        ),
        # nothing to carry
        ("a[mit] <- b[apache-2.0]", (), (), []),
        ("a[mit] <- b[mit]", (), (YI,), []),
        ("a[mit] <- b[llama3.1]", (), (YI,), []),
        ("a[mit] <- b[apache-2.0]", (), (notice("NOTICE\n======\n"),), []),
        ("a[mit] <- b[apache-2.0]", (), (notice(YI.text, "vendor/x/NOTICE"),), []),
        ("a[mit] <-distilled- b[apache-2.0]", (), (YI,), []),
        # not sure enough
        ("a[mit] <-adapter- b[apache-2.0]", (), (YI,), ["investigate NOTICE"]),
        (
            "a[mit] <- b[apache-2.0]",
            (copyright_of("01.AI", "m.py"),),
            (YI,),
            ["investigate NOTICE"],
        ),
        ("a[mit] <- b[apache-2.0]", (unread("NOTICE"),), (YI,), ["cannot-determine NOTICE"]),
        ("a[mit] <- b[apache-2.0]", (notice("x " * 40_000),), (YI,), ["cannot-determine NOTICE"]),
        ("a[mit] <- b[apache-2.0]", (), (unread("NOTICE"),), ["cannot-determine unread"]),
    ],
)
def test_worlds(
    words: str, child: tuple[Fact, ...], base: tuple[Fact, ...], expected: list[str]
) -> None:
    assert said(rule, world(words, a=child, b=base)) == expected


@pytest.mark.parametrize(
    ("change", "child", "expected"),
    [
        ({}, (), ["unmet NOTICE"]),
        ({}, (YI,), ["met NOTICE"]),
        # little of the code is the parent's, or it may be another's
        ({"sure": False}, (), ["investigate NOTICE"]),
        ({"upstream": "other/work"}, (), ["investigate NOTICE"]),
    ],
)
def test_copied_code(
    change: dict[str, object], child: tuple[Fact, ...], expected: list[str]
) -> None:
    made = {"upstream": "b-lab/b", **change}
    facts = (*child, replace(copied(HeaderStatus.KEPT), **made))  # type: ignore[arg-type] # a table
    graph = world("a[mit] <-code-copied- b[apache-2.0]", a=facts, b=(YI,))
    edges = [replace(edge, tier=Tier.D, origin=Origin.DETECTED) for edge in graph.derivations()]
    assert said(rule, graph.with_derivations(edges)) == expected


@pytest.mark.parametrize("words", ["a[mit]", "a[mit] <- a"])
def test_nobody_else_has_a_notice(words: str) -> None:
    assert said(rule, world(words, a=(YI,))) == []


def test_a_parent_that_was_not_opened_is_one_doubt_for_all() -> None:
    (outcome,) = rule.check(world("a[mit] <-merge- 01-ai/Yi-6B + Qwen/Qwen3-8B"))
    assert outcome.state == "cannot-determine"
    assert outcome.message == (
        "01-ai/Yi-6B and Qwen/Qwen3-8B were not opened, so that it is not known whether a NOTICE"
        " there must be carried by a-lab/a."
    )


@pytest.mark.parametrize("words", ["a[mit] <- b", "a[mit] <- meta-llama/Llama-3.1-8B"])
def test_a_parent_of_unknown_or_other_terms_is_for_other_rules(words: str) -> None:
    assert said(rule, world(words)) == []


def test_endless_notices_take_no_time() -> None:
    base = notice("".join(f"Line number {n} of many\n" for n in range(3_000)))
    many = [notice("some words " * 5_000, f"vendor/{n}/NOTICE") for n in range(200)]
    graph = world("a[mit] <- b[apache-2.0]", a=many, b=(base,))
    before = time.process_time()
    assert said(rule, graph) == ["cannot-determine NOTICE"]
    assert time.process_time() - before < 10


def test_a_path_on_somebodys_machine_cannot_be_opened() -> None:
    adapter = parent("/home/me/b", Relation.ADAPTER, "adapter_config.json")
    assert said(rule, world("a[mit]", a=(adapter,))) == []


def test_the_sentence_quotes_what_is_missing() -> None:
    (outcome,) = rule.check(world("a[mit] <- b[apache-2.0]", b=(YI,)))
    assert outcome.message == (
        "a-lab/a is declared to derive from b-lab/b and carries none of the 2 lines of its NOTICE"
        ' ("Copyright 2024 01.AI").'
    )
    assert outcome.parent is not None


def test_code_in_the_parent_does_not_put_its_weights_under_apache() -> None:
    graph = world("a[mit] <- b[cc-by-4.0]", b=(YI, *header("Apache-2.0", "m.py", "Google")))
    assert said(rule, graph) == []
