from __future__ import annotations

import pytest

from lineage.model import Host
from lineage.rules import att008_name_prefix as rule
from tests.worlds import said, titled, weights, world


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("acme/Sunny-Llama-3.1[mit] <- meta-llama/Llama-3.1-8B", ["unmet"]),
        ("acme/Reflection-Llama-3[mit] <- meta-llama/Meta-Llama-3-8B", ["unmet"]),
        ("acme/Llama-Sunny[mit] <- meta-llama/Meta-Llama-3-8B", ["unmet"]),  # "Llama 3" is asked
        ("acme/Sunny[mit] <-adapter- meta-llama/Llama-3.1-8B", ["unmet"]),  # any improved model
        ("acme/Sunny[mit] <-distilled- meta-llama/Llama-3.1-8B", ["unmet"]),  # by outputs too
        ("acme/CodeLlama[mit] <- meta-llama/Llama-3.1-8B", ["unmet"]),
        # done
        ("acme/Llama-3.1-Sunny[mit] <- meta-llama/Llama-3.1-8B", ["met"]),
        ("acme/llama3-sunny[mit] <- meta-llama/Meta-Llama-3-8B", ["met"]),
        ("acme/LlamaSunny[mit] <- meta-llama/Llama-3.1-8B", ["met"]),
        # nothing is asked
        ("acme/Sunny[mit] <- Qwen/Qwen2.5-72B", []),
        ("acme/Sunny[mit] <- meta-llama/Llama-2-7b", []),
        # not sure enough: Llama 3 names no outputs, and does not say what a derivative is
        ("acme/Sunny[mit] <-distilled- meta-llama/Meta-Llama-3-8B", ["investigate"]),
        ("acme/llamas[mit] <- meta-llama/Llama-3.1-8B", ["investigate"]),
        (
            "acme/Meta-Llama-3.1-8B-AWQ[mit] <-quantized- meta-llama/Meta-Llama-3.1-8B",
            ["investigate"],
        ),
    ],
)
def test_worlds(words: str, expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words))] == expected


@pytest.mark.parametrize(
    ("title", "state"), [("Llama-Sunny", "met"), ("Sunny", "unmet"), ("", "investigate")]
)
def test_the_name_of_a_directory_is_anybody_s(title: str, state: str) -> None:
    words = "sunny <- meta-llama/Llama-3.1-8B"
    (outcome,) = rule.check(world(words, at=Host.LOCAL, sunny=[titled(title), weights()]))
    assert outcome.state == state


def test_a_title_that_does_what_the_name_does_not_is_a_doubt() -> None:
    graph = world("acme/Sunny <- meta-llama/Llama-3.1-8B", Sunny=[titled("Llama Sunny")])
    (outcome,) = rule.check(graph)
    assert outcome.state == "investigate"
    assert outcome.parent == "pkg:huggingface/meta-llama/Llama-3.1-8B"


def test_a_name_of_the_family_along_a_chain() -> None:
    (outcome,) = rule.check(world("acme/Sunny[mit] <- b[mit] <- meta-llama/Llama-3.1-8B"))
    assert outcome.state == "unmet"
    assert (
        "is declared to be made from meta-llama/Llama-3.1-8B (through b-lab/b)" in outcome.message
    )
