from __future__ import annotations

import pytest

from lineage.assembly import MOVED
from lineage.model import Absence, Exhibit, HostFact, ParentAbsent, Relation, Severity
from lineage.rules import lin007_incomplete_lineage as rule
from tests.worlds import (
    Fact,
    claim,
    config,
    created,
    file,
    parent,
    said,
    unread,
    weights,
    world,
)

ADAPTER = file("adapter_config.json")
MERGEKIT = file("mergekit_config.yml")
GPTQ = config("Qwen2ForCausalLM", quantization_config__quant_method="gptq")
FP8 = config("DeepseekV3ForCausalLM", quantization_config__quant_method="fp8")


def adapter_of(name: str) -> Fact:
    return parent(name, Relation.ADAPTER, "adapter_config.json", "base_model_name_or_path")


def merged(name: str) -> Fact:
    return parent(name, Relation.MERGE, "mergekit_config.yml", "models")


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        # no parent named
        ("a[mit]", (ADAPTER,), ["unmet parents"]),
        ("a[mit]", (MERGEKIT,), ["unmet parents"]),
        ("a[mit]", (GPTQ, weights()), ["investigate parents"]),
        ("a[mit]", (weights("a-Q4_K_M.gguf"),), ["investigate parents"]),
        ("a[mit]", (weights("a.gguf", dtype="IQ2_XS"),), ["investigate parents"]),
        ("a[mit]", (claim("a is based on Qwen2.5"), weights()), ["investigate parents"]),
        ("a[mit]", (claim("a is based on Qwen2.5"),), []),  # the weights are elsewhere
        ("a[mit]", (adapter_of("/home/me/qwen"),), ["unmet parents"]),
        ("a[mit]", (adapter_of("./out/checkpoint-500"),), ["unmet parents"]),
        ("a[mit]", (adapter_of("C:\\models\\qwen"),), ["unmet parents"]),
        ("a[mit]", (adapter_of("Qwen/Qwen2.5 7B"),), ["investigate parents"]),
        # named in full
        ("a[mit] <-adapter- b", (ADAPTER,), ["met parents"]),
        ("a[mit] <-adapter- b", (ADAPTER, adapter_of("b-lab/b")), ["met parents"]),
        ("a[mit] <-adapter- b", (ADAPTER, adapter_of("/home/me/b")), ["met parents"]),
        ("a[mit] <-merge- b + c", (MERGEKIT, merged("b-lab/b")), ["met parents"]),
        ("a[mit] <-quantized- b", (weights("a-Q4_K_M.gguf"),), ["met parents"]),
        ("a[mit] <- b", (weights(),), []),
        ("a[mit] <-unknown- b", (weights(),), []),
        ("a[mit]", (weights(),), []),
        # not made from another one
        ("a[mit]", (weights("a-Q4_K_M.gguf"), weights("a-F16.gguf")), []),
        ("a[mit]", (weights("a-Q4_K_M.gguf"), weights()), []),
        ("a[mit]", (FP8, weights()), []),
        ("a[mit]", (file("tests/lora/adapter_config.json"),), []),
        # the card leaves parents out
        ("a[mit]", (ADAPTER, adapter_of("b/b")), ["unmet card"]),
        ("a[mit] <-merge- b + c", (merged("b-lab/b"), merged("d/d")), ["unmet card"]),
        ("a[mit] <-merge- b", (), ["unmet merge"]),
        ("a[mit] <-unknown- b", (weights("a-Q4_K_M.gguf"),), ["unmet relation"]),
        (
            "a[mit]",
            (parent("b/b", Relation.UNKNOWN, "config.json", "_name_or_path"),),
            ["investigate card"],
        ),
        # impossible
        ("a[mit] <- a", (), ["unmet itself"]),
        ("a[mit] <- b[mit] <- a", (), ["investigate cycle"]),
        # not read
        ("a", (ADAPTER, unread("adapter_config.json")), ["cannot-determine parents"]),
        ("a", (ADAPTER, unread("README.md")), ["cannot-determine parents"]),
        ("a", (adapter_of("b/b"), unread("README.md")), ["cannot-determine card"]),
        # data sets are no parents
        ("a[mit] <-trained-on- d", (ADAPTER,), ["unmet parents"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


@pytest.mark.parametrize(
    ("child", "base", "expected"),
    [
        ("2024-01-01T00:00:00Z", "2024-06-01T00:00:00Z", ["investigate dates"]),
        ("2024-01-01T00:00:00", "2024-06-01T00:00:00+00:00", ["investigate dates"]),
        ("2024-06-01T00:00:00Z", "2024-01-01T00:00:00Z", []),
        ("2024-01-01T00:00:00Z", "2024-01-01T18:00:00Z", []),
        ("2024-01-01T00:00:00Z", "the other day", []),
    ],
)
def test_a_child_is_younger_than_its_parent(child: str, base: str, expected: list[str]) -> None:
    graph = world("a[mit] <- b[mit]", a=[created(child)], b=[created(base)])
    assert said(rule, graph) == expected


def test_dates_within_one_account_prove_nothing() -> None:
    graph = world("x/a[mit] <- x/b[mit]", a=[created("2024-01-01")], b=[created("2024-06-01")])
    assert said(rule, graph) == []


def test_a_parent_that_was_not_opened_has_no_date() -> None:
    assert said(rule, world("a[mit] <- b", a=[created("2024-01-01")])) == []


def test_what_a_merge_leaves_out_weighs_more() -> None:
    (merge,) = rule.check(world("a[] <-merge- b + c", a=(merged("b-lab/b"), merged("d/d"))))
    (adapter,) = rule.check(world("a[]", a=(adapter_of("b/b"),)))
    assert (merge.severity, adapter.severity) == (Severity.MEDIUM, Severity.LOW)
    assert merge.message == (
        "mergekit_config.yml:3 of a-lab/a names d/d as parent, and the card does not."
    )


def test_an_adapter_without_a_card_is_told_so() -> None:
    (outcome,) = rule.check(world("a", a=(adapter_of("b/b"),)))
    assert outcome.message.endswith("and there is no card.")


def absent(name: str, absence: Absence) -> ParentAbsent:
    exhibit = Exhibit("README.md", (3, 3))
    return ParentAbsent(f"pkg:huggingface/{name}-lab/{name}", absence, "the host says so", exhibit)


@pytest.mark.parametrize(
    ("absence", "expected"),
    [
        (Absence.MISSING, ["investigate absent"]),
        (Absence.WITHHELD, ["cannot-determine absent"]),
        (Absence.FAILED, ["cannot-determine absent"]),
        (Absence.OFFLINE, []),
    ],
)
def test_a_parent_that_could_not_be_opened(absence: Absence, expected: list[str]) -> None:
    assert said(rule, world("a[mit] <- b", a=[absent("b", absence)])) == expected


def test_a_dead_link_is_graver_at_the_target_than_above_it() -> None:
    (near,) = rule.check(world("a[mit] <- b", a=[absent("b", Absence.MISSING)]))
    (far,) = rule.check(world("a[mit] <- b[mit] <- c", b=[absent("c", Absence.MISSING)]))
    assert (near.severity, far.severity) == (None, Severity.LOW)
    assert near.message == (
        "README.md:3 of a-lab/a names b-lab/b, which leads to no repository that can be seen: the "
        "host says so."
    )


def test_a_circle_above_the_target_is_told() -> None:
    graph = world("a[mit] <- b[mit] <- c[mit] <- b[mit]")
    (outcome,) = rule.check(graph)
    assert (outcome.about, outcome.severity) == ("cycle above", Severity.LOW)


def test_a_parent_that_moved_is_told() -> None:
    fact = HostFact(MOVED, "pkg:huggingface/old-lab/b", Exhibit(""))
    named = parent("old-lab/b", Relation.FINETUNE, "README.md")
    (outcome,) = rule.check(world("a[mit] <- b[mit]", a=[named], b=[fact]))
    assert (outcome.about, outcome.severity) == ("moved a-lab/a", Severity.INFO)
    assert "names old-lab/b; its host leads on from there to b-lab/b" in outcome.message
    assert said(rule, world("a[mit] <- b[mit]", b=[fact])) == []


def test_an_ancestor_older_than_its_parent_is_a_small_doubt() -> None:
    graph = world(
        "a[mit] <- b[mit] <- c[mit]",
        b=[created("2023-01-01T00:00:00+00:00")],
        c=[created("2024-01-01T00:00:00+00:00")],
    )
    (outcome,) = rule.check(graph)
    assert (outcome.about, outcome.severity) == ("dates b-lab/b", Severity.LOW)
