r"""What a sentence claims of the model's making: from scratch, open source, based on another model.

Precision comes first: a sentence counts only where its grammar states a fact about this work. Not
claims, on purpose: instructions ("train your model from scratch"), comparisons ("than models
trained from scratch"), denials, parts ("the tokenizer was trained from scratch"), and 自主研发
("developed by ourselves"), which says who did the work and not what it began from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lineage.model import Claim, ClaimKind
from lineage.sources.file import SourceFile, shorten

from ._prose import Sentence

#: Claims of one kind that one file yields; more is a file that was written to be long.
_MAX_CLAIMS = 10

_BE = r"(?:is|are|was|were|been|being)"
_WORD = r"[\w.\-/+&,()%']+"
#: Words that open a comparison or another subject between "is a" and what follows.
_NOT_TURNING = r"(?!(?:to|than|like|from|as|over|by|based|using|that|which|and)\b)"
_NOUN_PHRASE = rf"(?:(?:an?|the|our|one)\s+)?(?:{_NOT_TURNING}{_WORD}\s+){{0,12}}?"
_ADVERBS = r"(?:(?:fully|entirely|completely|all|jointly|purely|newly|also|first|then|now)\s+)*"

_FROM_SCRATCH = rf"(?:pre-?\s?)?trained\s+(?:{_NOT_TURNING}{_WORD}\s+){{0,10}}?from[\s-]scratch\b"
_SCRATCH_EN = re.compile(
    rf"(?:^\W*{_ADVERBS}|\b{_BE}\s+{_ADVERBS}{_NOUN_PHRASE}"
    rf"|\bwe\s+(?:have\s+|also\s+)*){_FROM_SCRATCH}(?!\s+(?:or|instead|rather)\b)",
    re.IGNORECASE,
)
_SCRATCH_ZH = re.compile(
    r"从(?:零|0|〇|头)(?:开始|起步|起|到一)?(?:的|地|进行|，)?[^，。；！？,;]{0,16}?(?:预训练|训练)"
    r"(?=(?P<after>[^。；！？]{0,30}))"
)
_STATED_ZH = re.compile(
    r"我们|本模型|该模型|本系列|本项目|团队|模型[^，。]{0,8}(?:是|为|由|系列)|[是为由]"
)
_STATED_AFTER_ZH = re.compile(r"^(?:了|而成|得到|而来|出来|完成|出的?|的[^，。]{0,12}模型)")

_SOURCE_OPEN = r"open(?:ly)?[\s-]?sourced?\b"
_MODELS = (
    r"(?:models?|LLMs?|VLMs?|MLLMs?|weights|checkpoints?)\b(?!\s*-?\s*as-|\s+(?:platform|hub|zoo))"
)
_OPEN_EN = re.compile(
    rf"\bwe\s+(?:(?:have|are|also|fully|now|further|proudly|hereby|officially|release\s+and)\s+)*"
    rf"open[\s-]?sourc(?:e|ed|ing)\s+(?!models?\b|communit|(?:the\s+)?\[)"
    rf"|\b(?:is|are)\s+(?:now\s+|fully\s+|completely\s+)*{_NOUN_PHRASE}(?:fully\s+)?{_SOURCE_OPEN}"
    rf"\s+(?:{_WORD}\s+){{0,6}}?{_MODELS}"
    rf"|\b{_MODELS}\s+(?:{_WORD}\s+){{0,4}}?(?:is|are|(?:has|have)\s+been)\s+(?:\w+ly\s+|now\s+)*"
    rf"{_SOURCE_OPEN}(?=\s+(?:under|on|at|with|and|for)\b|\W*$)"
    rf"|\bour\s+(?:fully\s+)?{_SOURCE_OPEN}\s+(?:{_WORD}\s+){{0,4}}?{_MODELS}",
    re.IGNORECASE,
)
_OPEN_ZH = re.compile(
    r"开源了(?!\s*\[)(?=[^，。；]{0,40}(?:模型|权重|\d[BM]\b))"
    r"|(?:正式|现已|已经|已|全面|完全|全部)开源(?!的|了)"
    r"|[是为][^，。；]{0,14}开源[^，。；]{0,14}模型(?!即|服务|平台|社区|库|[^，。]{0,60}的(?:第.代|升级))"
)
#: A claim about the model speaks of one.
_MODEL = re.compile(r"\b(?:models?|LLMs?|VLMs?|weights|checkpoints?)\b|模型|权重", re.IGNORECASE)

_DERIVED = (
    r"(?:based\s+(?:up)?on|built\s+(?:up)?on(?:\s+top\s+of)?|built\s+with|improved\s+using"
    r"|derived\s+from|fine-?\s?tuned\s+(?:version\s+(?:of|from)|from|on\s+top\s+of)|fine-?tune\s+of"
    r"|fine-?\s?tuned\s+from\s+model(?:\s+\[optional\])?\s*:|initiali[sz]ed\s+(?:from|with)"
    r"|trained\s+on\s+top\s+of|(?:quanti[sz]ed|converted|distilled|pruned)\s+(?:version\s+of|from)"
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
#: A link to somewhere else, which is then what the sentence is about.
_ELSEWHERE = re.compile(r"\]\(\s*https?://")
#: Other subjects than the model, and words that take the statement back.
_OTHER_SUBJECT = re.compile(
    r"\b(?:codes?|codebase|implementation|architecture|structure|design|tokeni[sz]er|vocabulary|"
    r"encoder|decoder|head|layers?|embeddings?|module|projector|connector|router|vae|vocoder|"
    r"adapter|classifier|reward\s+model|draft\s+model|evaluation|benchmark|script|demo|app|api|"
    r"dataset|data|framework|toolkit|library|repo|baselines?|ablations?|agents?|judge|"
    r"card|projects?|platform|features?|applications?|performance)\b"
    r"|分词器|编码器|解码器|架构|结构|代码|框架|数据|教程|指南|评测|工具",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:not|never|without|rather|instead|than|unlike|compared|versus|vs|if|whether|when|how|"
    r"can|could|may|might|should|would|must|you|your|users?|others?|another|existing|similar|"
    r"e\.g|such\s+as|among|versions?\s+of\s+the|no|neither|nor|any|to\s+be)\b|n['’]t\b"
    r"|[非未]|不|没有|无需|无须|相比|相较|如果|若|可以|可用|如何|怎么|您|你|用户|或者|其他|其它|对比|优于|超越",
    re.IGNORECASE,
)


def claims(file: SourceFile, said: Iterable[Sentence]) -> Iterator[Claim]:
    """Yield what the sentences claim, each sentence once for each kind."""
    seen: dict[ClaimKind, set[str]] = {kind: set() for kind in ClaimKind}
    for sentence in said:
        for kind in _kinds(sentence.text):
            if sentence.text not in seen[kind] and len(seen[kind]) < _MAX_CLAIMS:
                seen[kind].add(sentence.text)
                exhibit = file.exhibit(sentence.lines, excerpt=sentence.text)
                yield Claim(kind, shorten(sentence.text), exhibit)


def _kinds(text: str) -> Iterator[ClaimKind]:
    if _says_from_scratch(text):
        yield ClaimKind.FROM_SCRATCH
    if _says_open(text):
        yield ClaimKind.OPEN_SOURCE
    if _says_based_on(text):
        yield ClaimKind.BASED_ON


def _says_from_scratch(text: str) -> bool:
    if (match := _SCRATCH_EN.search(text)) and _stands(text[: match.end()]):
        return True
    match = _SCRATCH_ZH.search(text)
    if match is None or not _stands(text[: match.end()]):
        return False
    before = text[: match.start()]
    return bool(_STATED_ZH.search(before) or _STATED_AFTER_ZH.search(match["after"]))


def _says_open(text: str) -> bool:
    match = _OPEN_EN.search(text) or _OPEN_ZH.search(text)
    if match is None or not _MODEL.search(text) or _ELSEWHERE.search(text[: match.end()]):
        return False
    return _stands(text[: match.end()])


def _says_based_on(text: str) -> bool:
    match = _BASED_EN.search(text) or _BASED_ZH.search(text)
    if match is None or _NOT_THE_MODEL.match(text[match.end("model") :]):
        return False
    before = text[: match.start("model")]
    return _stands(before) and not _ELSEWHERE.search(before)


def _stands(before: str) -> bool:
    """Say whether nothing up to the claim takes it back or gives it another subject."""
    return not _TAKEN_BACK.search(before) and not _OTHER_SUBJECT.search(before)
