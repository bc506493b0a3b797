"""Which maker published an architecture first, by the names that configurations give it.

The names are those of the auto classes of transformers 5.23 and of the model registry of vLLM,
which holds the ones that come as remote code. They tell who drew the plan of a house, never who
laid the bricks: anybody may train a model of that structure from nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """The architectures of one maker."""

    #: As a sentence names it.
    name: str
    maker: str
    #: Accounts under which the maker publishes, in lower case; also as the beginning of others
    #: (``google-bert``).
    accounts: tuple[str, ...]
    #: Names without case and punctuation, as a regular expression that must match the beginning.
    names: str
    #: Whether others train models of this structure from nothing as a matter of course.
    is_common: bool = False


FAMILIES = (
    Family("Jais", "Inception", ("inceptionai", "core42"), r"jais"),
    Family("Apertus", "the Swiss AI Initiative", ("swiss-ai",), r"apertus"),
    Family("Baichuan", "Baichuan", ("baichuan-inc",), r"baichuan"),
    Family("Bailing or Ling", "Ant Group", ("inclusionai",), r"bailing"),
    Family("Bloom", "BigScience", ("bigscience",), r"bloom"),
    Family("ChatGLM or GLM", "Zhipu AI", ("thudm", "zai-org", "zhipu"), r"chatglm|glm(?=$|\d|moe)"),
    Family("Command", "Cohere", ("cohereforai", "coherelabs"), r"cohere|commandr|ayavision"),
    Family("DBRX", "Databricks", ("databricks",), r"dbrx"),
    Family("DeepSeek", "DeepSeek", ("deepseek",), r"deepseek"),
    Family("dots", "rednote", ("rednote-hilab",), r"dots\d"),
    Family("ERNIE 4.5", "Baidu", ("baidu", "paddlepaddle"), r"ernie45"),
    Family("EXAONE", "LG AI Research", ("lgai-exaone",), r"exaone"),
    Family("Falcon", "the Technology Innovation Institute", ("tiiuae",), r"falcon|refinedweb|rw$"),
    Family("Gemma", "Google", ("google",), r"(?:t5|recurrent|pali|shield|vault|embedding)?gemma"),
    Family("gpt-oss", "OpenAI", ("openai",), r"gptoss"),
    Family("Granite", "IBM", ("ibm",), r"granite"),
    Family("Grok", "xAI", ("xai-org",), r"grok\d"),
    Family("Hunyuan", "Tencent", ("tencent",), r"hunyuan|hyv\d"),
    Family("HyperCLOVA X", "NAVER", ("naver",), r"hyperclovax|hcxvision"),
    Family(
        "InternLM or InternVL", "Shanghai AI Laboratory", ("internlm", "opengvlab"), r"intern[lv]"
    ),
    Family("Jamba", "AI21 Labs", ("ai21",), r"jamba"),
    Family("Kimi", "Moonshot AI", ("moonshotai",), r"kimi"),
    Family("Llama 4 or Llama 3.2 Vision", "Meta", ("meta-llama", "facebook"), r"llama4|mllama"),
    Family("Llama", "Meta", ("meta-llama", "facebook", "codellama"), r"llama", is_common=True),
    Family("LongCat", "Meituan", ("meituan",), r"longcat"),
    Family("MiMo", "Xiaomi", ("xiaomi",), r"mimo(?=$|v\d|mtp|audio|vl)"),
    Family("MiniCPM", "OpenBMB", ("openbmb",), r"minicpm"),
    Family("MiniMax", "MiniMax", ("minimax",), r"minimax"),
    Family("Mistral", "Mistral AI", ("mistral",), r"mistral(?!3|4|large)", is_common=True),
    Family(
        "Mistral", "Mistral AI", ("mistral",), r"mixtral|mistral(?:3|4|large)|ministral|pixtral"
    ),
    Family("MPT", "MosaicML", ("mosaicml",), r"mpt$"),
    Family("Nemotron", "NVIDIA", ("nvidia",), r"nemotron|decilm"),
    Family("OLMo", "Ai2", ("allenai",), r"olmo|flexolmo"),
    Family(
        "openPangu or Pangu",
        "Huawei",
        ("huawei", "ascend", "openpangu", "pangu"),
        r"(?:open)?pangu",
    ),
    Family("Orion", "OrionStar", ("orionstarai",), r"orion$"),
    Family("Phi", "Microsoft", ("microsoft",), r"phi(?=$|\d|moe)"),
    Family("Qwen", "Alibaba", ("qwen", "alibaba"), r"qwen"),
    Family("Seed-OSS", "ByteDance", ("bytedance",), r"seedoss"),
    Family("SmolLM3", "Hugging Face", ("huggingfacetb",), r"smollm"),
    Family("Solar", "Upstage", ("upstage",), r"solar"),
    Family("StableLM", "Stability AI", ("stabilityai",), r"stablelm"),
    Family("StarCoder", "BigCode", ("bigcode",), r"starcoder|gptbigcode"),
    Family("Step", "StepFun", ("stepfun",), r"step\d"),
    Family("TeleChat", "TeleAI", ("tele-ai",), r"telechat"),
    Family("XVERSE", "XVERSE", ("xverse",), r"xverse"),
    Family("Yi", "01.AI", ("01-ai",), r"yi$"),
)

#: ``For…`` and what follows is a head; heads say nothing of the family.
_HEAD = re.compile(r"(?:For[A-Z]\w*|LMHeadModel|LMHead|Model)$")
_PUNCTUATION = re.compile(r"[\W_]+")
_WORDS = re.compile(r"[\W\d_]+")
#: Shorter pieces of a family's name ("or", "X") tell nothing.
_SHORTEST = 3
_MATCHERS = tuple((re.compile(family.names), family) for family in FAMILIES)


def family_of(names: Iterable[str]) -> tuple[str, Family] | None:
    """Return the first class name or model type that a family is known by, and the family."""
    for name in names:
        plain = _PUNCTUATION.sub("", _HEAD.sub("", name)).lower()
        for matcher, family in _MATCHERS:
            if matcher.match(plain):
                return name, family
    return None


def is_published_by(family: Family, repository: str) -> bool:
    """Say whether a repository's name begins with an account of the family's maker."""
    owners = repository.lower().split("/")[:-1]
    return any(owner.startswith(account) for owner in owners for account in family.accounts)


def accounts_of_maker(owner: str) -> tuple[str, ...]:
    """Return the accounts under which the maker that owns one of them publishes."""
    owner = owner.lower()
    makers = {f.maker for f in FAMILIES if any(owner.startswith(a) for a in f.accounts)}
    return tuple(
        dict.fromkeys(
            name for f in FAMILIES if f.maker in makers for name in (*f.accounts, f.maker)
        )
    )


def is_named_after(family: Family, name: str) -> bool:
    """Say whether a repository's own name or title speaks of the family."""
    words = {word for word in _WORDS.split(family.name.lower()) if len(word) >= _SHORTEST}
    return any(re.search(rf"(?<![a-z]){word}", name.lower()) for word in words - {"vision"})
