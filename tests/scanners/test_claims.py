from __future__ import annotations

import time

import pytest

from lineage.model import Claim, ClaimKind
from lineage.scanners import model_card
from tests.doubles.memory import file_of

SCRATCH, OPEN, BASED = ClaimKind.FROM_SCRATCH, ClaimKind.OPEN_SOURCE, ClaimKind.BASED_ON


def claimed(prose: str, kind: ClaimKind) -> list[str]:
    facts = model_card.scan(file_of("README.md", prose))
    return [f.text for f in facts if isinstance(f, Claim) and f.kind is kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "OLMo is trained from scratch on 3T tokens.",
        "The model was pre-trained from scratch.",
        "These models were pretrained entirely from scratch on Ascend NPUs.",
        "It has been fully trained from scratch.",
        "We trained the model from scratch with 2.6 trillion tokens.",
        "We pre-trained Foo-7B from scratch.",
        "Foo is a 7B parameter language model trained from scratch on code.",
        "Foo is an open bilingual model that is trained from scratch.",
        "- Trained from scratch on 15T tokens",
        "**Pretrained from scratch** on a corpus of 2T tokens.",
        "Foo is a series of large language models\ntrained from scratch by Bar.",
        "本模型从零开始训练。",
        "我们从头训练了一个 7B 模型。",
        "该系列模型由我们从零开始预训练而成。",
        "Foo 是从零训练的大语言模型。",
        "MiniFoo是一个完全从0开始训练的模型。",
    ],
)
def test_a_claim_of_training_from_scratch_is_heard(sentence: str) -> None:
    assert len(claimed(sentence, SCRATCH)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The model was not trained from scratch.",
        "Foo isn't trained from scratch.",
        "It is a fine-tune rather than a model trained from scratch.",
        "Instead of being trained from scratch, Foo starts from Qwen2.5-7B.",
        "Train your model from scratch with this script.",
        "To train a model from scratch, run the following.",
        "You can also use a model that is trained from scratch.",
        "The model can be trained from scratch.",
        "Foo outperforms models trained from scratch.",
        "This is better than models trained from scratch.",
        "Results are comparable to models trained from scratch.",
        "The tokenizer was trained from scratch.",
        "The vision encoder is trained from scratch.",
        "If it is trained from scratch, the loss is higher.",
        "Training from scratch",
        "# Trained from scratch",
        "> It was trained from scratch.",
        "```\nIt was trained from scratch.\n```",
        "<!-- It was trained from scratch. -->",
        "The router was trained from scratch or loaded.",
        "The baselines were trained from scratch.",
        "The app was built from scratch.",
        "本模型不是从零训练的。",
        "本模型并非从头训练，而是基于 Qwen2.5 继续训练。",
        "如何从零开始训练一个模型",
        "您可以从头训练模型。",
        "从零开始训练",
        "分词器是我们从头训练的。",
        "本模型由我们自主研发。",
        "Nothing is trained from scratch and the weights are never updated.",
        "The audio backbone is pretrained from scratch on speech.",
        "This should be used when a layer is trained from scratch.",
        "Should v2.1 be trained from scratch for fairness?",
        "all models trained from scratch (no Stable-Baselines3)",
        "这种分工避免我们从零开始训练大型模型。",
        "从头训练需要我们从零开始训练模型。",
        "不使用该参数时，模型从零开始训练。",
    ],
)
def test_what_is_no_claim_of_training_from_scratch_is_passed_over(sentence: str) -> None:
    assert not claimed(sentence, SCRATCH)


@pytest.mark.parametrize(
    "sentence",
    [
        "We open-source the model weights.",
        "We have open-sourced Foo-7B, a language model.",
        "Foo is an open-source large language model.",
        "Foo models are fully open source.",
        "Foo is the strongest open-source model to date.",
        "Our open-source models are used widely.",
        "我们开源了 Foo-7B 模型。",
        "Foo 是一个开源的大语言模型。",
        "模型权重现已开源。",
    ],
)
def test_a_claim_of_being_open_source_is_heard(sentence: str) -> None:
    assert len(claimed(sentence, OPEN)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Foo outperforms other open-source models.",
        "Foo is not an open-source model.",
        "We compare it with open-source models.",
        "It is better than open-source models.",
        "The framework is open source.",
        "The code is open source, the model is not.",
        "Foo 优于其他开源模型。",
        "Thanks to the open-source community.",
        "Foo is an open-source platform for Model-as-a-Service.",
        "我们在已开源的评测数据集上测试模型。",
        "Foo 是开源的模型即服务共享平台。",
        "[Bar](https://github.com/x/bar) is an open-source LLM engine.",
        "Foo is an upgraded version of the open-source model Bar.",
        "Its quality is the best among all open-source models.",
        "开源了多轮数据构建方式，针对多轮模型。",
        "We thank the authors of these open-source models.",
    ],
)
def test_what_is_no_claim_of_being_open_source_is_passed_over(sentence: str) -> None:
    assert not claimed(sentence, OPEN)


@pytest.mark.parametrize(
    "sentence",
    [
        "This model is a fine-tuned version of [google/flan-t5-base](https://huggingface.co/google/flan-t5-base) on the squad dataset.",
        "Built with Llama",
        "Built with Meta Llama 3.",
        "Improved using Qwen.",
        "Foo is based on Qwen2.5-7B.",
        "It was initialized from `meta-llama/Llama-3.1-8B`.",
        "Foo is built on top of the Mistral-7B-v0.1 base model.",
        "- **Finetuned from model:** org/other-7b",
        "It is a merge of [a](https://huggingface.co/org/a) and b.",
        "A quantized version of Qwen/Qwen2.5-7B.",
        "This model was converted to GGUF format from [`google/gemma-3-270m`](https://huggingface.co/google/gemma-3-270m) using llama.cpp.",
        "This model [mlx/foo-4bit](https://huggingface.co/mlx/foo-4bit) was converted to MLX format from [org/foo](https://huggingface.co/org/foo).",
        "A 4-bit MXFP4 quantization of [Foo](https://huggingface.co/org/foo).",
        "Original model: https://huggingface.co/openai/gpt-oss-120b",
        "We used the pretrained [org/base](https://huggingface.co/org/base) model and fine-tuned it on 1B pairs.",
        "Foo 基于 Qwen2.5-7B 微调。",
        "本模型由 [Qwen](https://huggingface.co/Qwen/Qwen-7B) 继续预训练得到。",
    ],
)
def test_prose_that_names_a_parent_is_heard(sentence: str) -> None:
    assert len(claimed(sentence, BASED)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The code is based on Llama.",
        "Our architecture is based on Llama 2.",
        "The tokenizer is based on Qwen2.5.",
        "Foo is based on the Llama architecture.",
        "Foo is built with PyTorch 2.1.",
        "The evaluation is based on GPT-4 judgements.",
        "Foo is not based on Qwen2.5-7B.",
        "It is fine-tuned on the [squad](https://huggingface.co/datasets/rajpurkar/squad) dataset.",
        "You can build a model based on Qwen2.5.",
        "Similar models based on Llama exist.",
        "本项目代码基于 Llama 开发。",
        "Foo 基于 Llama 架构构建。",
        "The numbers are based on and/or measured.",
        "This card is based on the [other card](https://huggingface.co/org/other).",
        "We release [Bar](https://github.com/x/bar), a model based on Llama 3.",
        "基于 ChatGLM 初代模型的开发经验，我们训练了新模型。",
        "It has moderation powered by Llama Guard 3.",
        "We used [org/judge](https://huggingface.co/org/judge) to score the answers.",
        "The tool supports quantization of Llama models.",
    ],
)
def test_what_names_no_parent_is_passed_over(sentence: str) -> None:
    assert not claimed(sentence, BASED)


def test_a_claim_shows_where_it_stands() -> None:
    prose = (
        "---\nlicense: mit\n---\n# Foo\n\nSome words. Foo is\ntrained from scratch on data. More."
    )
    (claim,) = [f for f in model_card.scan(file_of("README.md", prose)) if isinstance(f, Claim)]
    assert claim.text == "Foo is trained from scratch on data."
    assert claim.exhibit.lines == (6, 7)
    assert claim.exhibit.excerpt == claim.text
    assert claim.exhibit.sha256 is not None


@pytest.mark.parametrize("path", ["README_zh.md", "docs/MODEL_CARD.md", "readme.rst"])
def test_the_prose_of_these_is_read(path: str) -> None:
    assert list(model_card.scan(file_of(path, "Foo is trained from scratch.")))


@pytest.mark.parametrize("path", ["examples/README.md", "third_party/x/README.md"])
def test_the_prose_further_down_is_not(path: str) -> None:
    assert not list(model_card.scan(file_of(path, "Foo is trained from scratch.")))


@pytest.mark.parametrize(
    "prose",
    [
        "is " * 300_000,
        "based on " + "(" * 1_400 + "Llama",
        "based on " + '"' * 900_000,
        "(" * 100_000,
        "# " + " " * 200_000 + "x",
        "_" * 300_000 + "a",
        "*" * 300_000,
        "![" * 100_000,
        "<a " * 100_000,
        "<!--" * 100_000,
        "从零" * 150_000,
        "is an " + "very-" * 280 + " x",
        "is the a " * 150 + "trained " + "a " * 300,
        "`" * 500_000,
        "[" * 300_000,
        "licensed under the " + "A " * 700,
        "this code is licensed under " * 30_000,
        "License: " + "a" * 1_300,
        "\n".join(["x. y"] * 50_000),
        ". " * 500_000,
        "ab. " * 250_000,
    ],
    ids=lambda prose: repr(prose[:12]),
)
def test_no_prose_takes_long(prose: str) -> None:
    start = time.process_time()
    list(model_card.scan(file_of("README.md", prose)))
    assert time.process_time() - start < 10
