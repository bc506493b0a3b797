from __future__ import annotations

import pytest

from lineage.model import Host, Relation, Tier
from lineage.rules import att009_brand_without_descent as rule
from tests.worlds import Fact, claim, config, found, said, unread, weights, world

QWEN = (config("Qwen2ForCausalLM"), weights())
DEEPSEEK = (config("DeepseekV3ForCausalLM"), weights())
LLAMA = (config("LlamaForCausalLM"), weights())


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("acme/Llama-Sunny[mit]", QWEN, ["investigate"]),
        ("acme/llama3-sunny[mit]", QWEN, ["investigate"]),
        ("acme/Qwen-Sunny[mit]", DEEPSEEK, ["investigate"]),
        ("acme/Mixtral-Sunny[mit]", QWEN, ["investigate"]),
        ("acme/Llama-Sunny[mit] <- acme/base", QWEN, ["investigate"]),
        # the structure is the brand's, everybody's, or in the name as well
        ("acme/Llama-Sunny[mit]", LLAMA, []),
        ("acme/Qwen-Sunny[mit]", LLAMA, []),
        ("acme/Llama-Sunny-Qwen[mit]", QWEN, []),
        ("acme/DeepSeek-R1-Distill-Qwen-7B[mit]", QWEN, []),
        # the maker's own; a parent, near or far; the prose
        ("meta-llama/Llama-Sunny[mit]", QWEN, []),
        ("acme/Llama-Sunny[mit] <- meta-llama/Llama-3.1-8B", QWEN, []),
        ("acme/Llama-Sunny[mit] <- acme/b[mit] <- meta-llama/base", QWEN, []),
        ("acme/Llama-Sunny[mit] <- ./my-llama", QWEN, []),
        ("acme/Llama-Sunny[mit]", (*QWEN, claim("It is based on Llama 3")), []),
        # other words, other places
        ("acme/Sunny-Llama[mit]", QWEN, []),
        ("acme/Llamas[mit]", QWEN, []),
        ("acme/Sunny[mit]", QWEN, []),
        # nothing to hold the name against
        ("acme/Llama-Sunny[mit]", (weights(),), []),
        ("acme/Llama-Sunny[mit]", (config("Qwen2ForCausalLM"),), []),
        ("acme/Llama-Sunny[mit]", (config("AcmeForCausalLM"), weights()), []),
        ("acme/Llama-Sunny[mit]", (weights("a.gguf", general__architecture="qwen2"),), []),
        # the card could not be read
        ("acme/Llama-Sunny", (*QWEN, unread("README.md")), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    short = words.partition("[")[0].rpartition("/")[2].partition(" ")[0].replace("-", "_")
    assert said(rule, world(words, at=Host.HUGGINGFACE, profile=None, **{short: facts})) == expected


def test_the_name_of_a_directory_is_anybodys() -> None:
    assert said(rule, world("acme/Llama-Sunny", at=Host.LOCAL, Llama_Sunny=QWEN)) == []


def test_a_descent_that_was_found_ties_as_well() -> None:
    graph = world("acme/Llama-Sunny[mit] + meta-llama/b[]", Llama_Sunny=QWEN)
    assert said(rule, graph) == ["investigate"]
    assert said(rule, found(graph, "/b", Relation.FINETUNE, Tier.B)) == []


def test_the_sentence_says_what_it_holds_against_the_name() -> None:
    (outcome,) = rule.check(world("acme/Llama-Sunny[mit]", Llama_Sunny=QWEN))
    assert outcome.message == (
        "The name of acme/Llama-Sunny begins with Llama, a brand of Meta, and config.json:2-4 names"
        " Qwen2ForCausalLM, an architecture that Alibaba published; nothing says that it was made"
        " from a model of Meta."
    )


@pytest.mark.parametrize(
    "name", ["EXAONE-x", "HyperCLOVAX-x", "InternLM-x", "MiniCPM-x", "openPangu-x"]
)
def test_every_brand_has_a_maker(name: str) -> None:
    short = name.replace("-", "_")
    assert said(
        rule, world(f"acme/{name}[mit]", at=Host.HUGGINGFACE, profile=None, **{short: QWEN})
    ) == ["investigate"]
