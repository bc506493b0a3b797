from __future__ import annotations

import pytest

from lineage.model import Intent, Profile
from lineage.rules import att006_display_absent as rule
from tests.worlds import Fact, document, notice, said, unread, weights, world

KIMI = "a[mit] <- moonshotai/Kimi-K2-Instruct"


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("a[mit] <- meta-llama/Llama-3.1-8B", (document("Made from Llama."),), ["unmet"]),
        ("a[mit] <- meta-llama/Meta-Llama-3-8B", (document("Built with Llama"),), ["unmet"]),
        ("a[mit] <- Qwen/Qwen2.5-72B", (document("Build with Qwen"),), ["unmet"]),
        ("a[mit] <-unknown- meta-llama/Llama-3.1-8B", (weights(),), ["unmet"]),
        # done
        ("a[mit] <- meta-llama/Llama-3.1-8B", (document("> *Built with* __Llama__!"),), ["met"]),
        ("a[mit] <- meta-llama/Llama-3.1-8B", (document("Built\nwith Llama 3.1"),), ["met"]),
        ("a[mit] <- meta-llama/Llama-3.1-8B", (notice("Built with Llama"),), ["met"]),
        ("a[mit] <- Qwen/Qwen2.5-72B", (document("Improved using Qwen"),), ["met"]),
        ("a[mit] <-adapter- Qwen/Qwen2.5-72B", (document("Built with Qwen2.5"),), ["met"]),
        # nothing is asked
        ("a[mit]", (), []),
        ("a[mit] <- google/gemma-2-2b", (), []),
        # not enough evidence
        ("a[mit] <- meta-llama/Llama-3.1-8B", (unread("README.md"),), ["cannot-determine"]),
        ("a[mit] <- meta-llama/Llama-3.1-8B", (document("x" * (256 << 10)),), ["cannot-determine"]),
        ("a[mit] <-adapter- meta-llama/Llama-3.1-8B", (), ["investigate"]),
        ("a[mit] <-unknown- meta-llama/Llama-3.1-8B", (), ["investigate"]),
        (KIMI, (), ["condition-unknown"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert [one.split()[0] for one in said(rule, world(words, a=facts))] == expected


def test_what_is_only_encouraged_is_a_doubt() -> None:
    (outcome,) = rule.check(
        world("a[mit] <- b[tencent-hunyuan-community]", profile=Profile(intent=Intent.SELL))
    )
    assert (outcome.state, outcome.severity) == ("investigate", "medium")
    assert "would like" in outcome.message


def test_what_products_have_to_say_is_not_asked_of_a_gift() -> None:
    words = "a[mit] <- b[tencent-hunyuan-community]"
    assert said(rule, world(words)) == ["condition-unknown hunyuan-large statement"]
    shared = world(words, profile=Profile(intent=Intent.SHARE))
    assert said(rule, shared) == ["met hunyuan-large statement"]
