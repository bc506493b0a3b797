from __future__ import annotations

import pytest

from lineage.model import ClaimKind, Exhibit, Host, ModelCard, Relation, Severity, Tier
from lineage.rules import lin006_silent_architecture as rule
from tests.worlds import (
    Fact,
    claim,
    config,
    parent,
    said,
    unread,
    weights,
    world,
)

DEEPSEEK = (config("DeepseekV3ForCausalLM", hidden_size="7168", vocab_size="129280"), weights())
LLAMA = (config("LlamaForCausalLM"), weights())


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("acme/a[mit]", DEEPSEEK, ["investigate"]),
        ("acme/a[mit]", LLAMA, ["investigate"]),
        ("acme/a", (config("AcmeForCausalLM", model_type="qwen2"), weights()), ["investigate"]),
        ("acme/a", (weights("a.gguf", general__architecture="qwen2"),), ["investigate"]),
        ("acme/a[] <-trained-on- data", DEEPSEEK, ["investigate"]),
        # a parent is named
        ("acme/a[mit] <- deepseek-ai/DeepSeek-V3", DEEPSEEK, []),
        ("acme/a", (*DEEPSEEK, parent("x/y", Relation.UNKNOWN, "config.json")), []),
        ("acme/a", (*DEEPSEEK, claim("a is based on DeepSeek-V3")), []),
        # the maker's own
        ("deepseek-ai/a[mit]", DEEPSEEK, []),
        ("google-bert/a", (config("Gemma2ForCausalLM"), weights()), []),
        ("hf_mirrors/Qwen/a", (config("Qwen2ForCausalLM"), weights()), []),
        # nothing to tell, or nothing that was made
        ("acme/a", (config("AcmeForCausalLM", model_type="acme"), weights()), []),
        ("acme/a", (config("BertModel"), weights()), []),
        ("acme/a", (config("DeepseekV3ForCausalLM"),), []),
        ("acme/a", (config("Qwen2ForCausalLM", path="text_encoder/config.json"), weights()), []),
        ("acme/a", (weights(),), []),
        # the card could not be read
        ("acme/a", (*DEEPSEEK, unread("README.md")), ["cannot-determine"]),
    ],
)
def test_worlds(words: str, facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert said(rule, world(words, a=facts)) == expected


@pytest.mark.parametrize(
    ("words", "facts", "severity"),
    [
        ("acme/a[]", DEEPSEEK, None),
        ("acme/a[]", LLAMA, Severity.INFO),
        ("fans-of-deepseek/a[]", DEEPSEEK, Severity.LOW),
        ("acme/a", (*DEEPSEEK, ModelCard((), "My DeepSeek", Exhibit("README.md"))), Severity.LOW),
    ],
)
def test_what_everybody_trains_weighs_less(
    words: str, facts: tuple[Fact, ...], severity: Severity | None
) -> None:
    (outcome,) = rule.check(world(words, a=facts))
    assert outcome.severity == severity


def test_a_folder_has_no_publisher_so_that_its_name_has_to_do() -> None:
    assert said(rule, world("x/DeepSeek-V3", at=Host.LOCAL, DeepSeek_V3=DEEPSEEK)) == []
    assert said(rule, world("x/mine", at=Host.LOCAL, mine=DEEPSEEK)) == ["investigate"]


def test_it_never_says_more_than_that_one_should_look() -> None:
    (outcome,) = rule.check(world("acme/a[mit]", a=(*DEEPSEEK, claim("x", ClaimKind.FROM_SCRATCH))))
    assert rule.TIER is Tier.C
    assert outcome.tier is None
    assert outcome.message == (
        "config.json:2-4 of acme/a names DeepseekV3ForCausalLM (hidden_size 7168, vocab_size 129280),"
        " an architecture that DeepSeek published, and no parent is declared. The same"
        " structure can be trained from scratch, so that this says nothing of the weights."
    )


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Qwen2_5_VLForConditionalGeneration", "Qwen"),
        ("QWenLMHeadModel", "Qwen"),
        ("qwen3_moe", "Qwen"),
        ("DeepseekV32ForCausalLM", "DeepSeek"),
        ("BaiChuanForCausalLM", "Baichuan"),
        ("ChatGLMModel", "ChatGLM or GLM"),
        ("GlmMoeDsaForCausalLM", "ChatGLM or GLM"),
        ("Gemma3nForConditionalGeneration", "Gemma"),
        ("PaliGemmaForConditionalGeneration", "Gemma"),
        ("Ernie4_5_MoeForCausalLM", "ERNIE 4.5"),
        ("RWForCausalLM", "Falcon"),
        ("MiniMaxText01ForCausalLM", "MiniMax"),
        ("HunYuanMoEV1ForCausalLM", "Hunyuan"),
        ("PanguProMoEV2ForCausalLM", "openPangu or Pangu"),
        ("PhiMoEForCausalLM", "Phi"),
        ("GPTBigCodeForCausalLM", "StarCoder"),
        ("MllamaForConditionalGeneration", "Llama 4 or Llama 3.2 Vision"),
        ("deepseek2", "DeepSeek"),
        # alike by chance, or everybody's
        ("MPNetModel", None),
        ("MimiModel", None),
        ("GLPNForDepthEstimation", None),
        ("LlavaForConditionalGeneration", None),
        ("BertModel", None),
        ("GPT2LMHeadModel", None),
        ("OPTForCausalLM", None),
        ("PhiloForCausalLM", None),
        ("Yieldformer", None),
        ("", None),
    ],
)
def test_families(name: str, family: str | None) -> None:
    messages = [o.message for o in rule.check(world("acme/a", a=(config(name), weights())))]
    assert bool(messages) is bool(family)
    assert all(f"{family}" in message for message in messages)
