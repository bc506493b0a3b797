"""Which sentences name a model that this one was made from: "based on", "built with", "基于"."""

from __future__ import annotations

import re

from ._assertions import is_about_a_link, stands

_DERIVED = (
    r"(?:based\s+(?:up)?on|built\s+(?:up)?on(?:\s+top\s+of)?|built\s+with|improved\s+using"
    r"|derived\s+from|fine-?\s?tuned\s+(?:version\s+(?:of|from)|from|on\s+top\s+of)|fine-?tune\s+of"
    r"|fine-?\s?tuned\s+from\s+model(?:\s+\[optional\])?\s*:|initiali[sz]ed\s+(?:from|with)"
    r"|trained\s+on\s+top\s+of|(?:quanti[sz]ed|converted|distilled|pruned)"
    r"\s+(?:version\s+of|(?:to\s+(?:the\s+)?[\w-]+(?:\s+format)?\s+)?from)"
    r"|merge\s+of|continu(?:ed|ally|ous(?:ly)?)\s+(?:pre-?)?train(?:ed|ing)\s+(?:from|on|of))"
)
_BETWEEN = (
    r"(?:[\s\"'(*:]++|\b(?:the|a|an|our|original|meta(?:'s)?|alibaba(?:'s)?|google(?:'s)?"
    r"|mistral(?:\s?ai)?(?:'s)?|microsoft(?:'s)?|pre-?trained|instruct|base|foundation|model|models"
    r"|open-source|weights|of|checkpoint|official|language)\b){0,8}"
)
_LINK = (
    r"\[[^\]]{1,120}\]\(\s*https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/"
    r"(?!datasets/|spaces/|papers/|docs/|blog/|collections/)[\w.-]+/[\w.-]+[^)\s]*\)"
)
_HUB_ID = r"(?<![\w/.])[A-Za-z][\w.-]{1,40}/(?=[\w.-]*\d)[A-Za-z][\w.-]{2,80}"
#: Families whose names are used without an organisation. Each stands before a version or alone.
_FAMILY = (
    r"\[?(?:(?:code|open|tiny)?llama|qwen|qwq|mi[sx]tral|gemma|deepseek|chatglm|glm-?\d|baichuan|"
    r"yi-\d|phi-?\d|falcon|bloomz?\b|gpt-(?:neox?|j|2|oss)|pythia|mpt-\d|internlm|pangu|openpangu|"
    r"hunyuan|minimax-|kimi-|moonlight-|ernie-\d|granite-|olmo|starcoder|stable\s?diffusion|sdxl|"
    r"flux\.1|whisper|(?:ro|de|distil)?bert[a-]|bert\b|t5\b|flan-t5|vicuna|alpaca|通义千问|千问|盘古)"
    r"[\w.\-]*(?:[ -]\d[\w.\-]*)?\]?(?:\(\s*https?://[^)\s]+\))?"
)
_REFERENCE = rf"(?:{_LINK}|{_HUB_ID}|{_FAMILY})"
#: Nouns that lead to a parent only where what follows is plainly one model.
_MADE_OF = (
    r"(?:(?:quanti[sz]ation|quants?|conversion|repack(?:age)?|export|fine-?\s?tun(?:e|ing)|merge"
    r"|distillation)s?\s+of|use[sd]?)"
)
_ADDRESS = (
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?!datasets/|spaces/|papers/|docs/|blog/)"
    r"[\w.-]+/[\w.-]+"
)
_LINKED = re.compile(
    rf"\b{_MADE_OF}{_BETWEEN}(?P<model>{_LINK}|{_HUB_ID})(?P<after>[^.]{{0,60}})", re.IGNORECASE
)
_FIELD = re.compile(
    rf"\W*(?:original|base|source|parent)\s+model\W{{1,4}}(?P<model>{_LINK}|{_ADDRESS}|{_HUB_ID})\W*",
    re.IGNORECASE,
)
_TUNED = re.compile(r"\b(?:fine-?\s?tun|train|distil|quanti[sz])", re.IGNORECASE)
_BASED_EN = re.compile(
    rf"(?:\b{_DERIVED}|^\W*powered\s+by){_BETWEEN}(?P<model>{_REFERENCE})", re.IGNORECASE
)
_BASED_ZH = re.compile(
    rf"(?:基于|由|在|采用)\s*(?P<model>{_REFERENCE})[^，。；,;]{{0,24}}?"
    r"(?:微调|精调|训练|构建|开发(?!经验)|改进|蒸馏|量化|合并|剪枝|而来|得到)",
    re.IGNORECASE,
)
#: What follows the name when it is not the model itself that was taken.
_NOT_THE_MODEL = re.compile(
    r"^['\s]*(?:s\s+)?(?:-?style\b|-?like\b|architectur|tokeni[sz]er|framework|code|licen[sc]e|"
    r"template|format|prompt|[^，。]{0,6}(?:架构|结构|代码|框架|分词器|风格|数据))",
    re.IGNORECASE,
)


def names_parent(text: str) -> bool:
    """Say whether a sentence names a model that this work was made from."""
    if _FIELD.fullmatch(text):
        return True
    match = _BASED_EN.search(text) or _BASED_ZH.search(text) or _linked(text)
    if match is None or _NOT_THE_MODEL.match(text[match.end("model") :]):
        return False
    before = text[: match.start("model")]
    return stands(before) and not is_about_a_link(before)


def _linked(text: str) -> re.Match[str] | None:
    """Return a match of "quantization of [X](…)", or of "we use [X](…) and fine-tune it"."""
    match = _LINKED.search(text)
    uses = match and re.search(r"\buse[sd]?\b[^\[]*$", text[: match.start("model")])
    return None if match and uses and not _TUNED.search(match["after"]) else match
