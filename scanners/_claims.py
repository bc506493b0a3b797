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

from ._assertions import is_about_a_link, stands
from ._parent_prose import names_parent
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
    if names_parent(text):
        yield ClaimKind.BASED_ON


def _says_from_scratch(text: str) -> bool:
    if (match := _SCRATCH_EN.search(text)) and stands(text[: match.end()]):
        return True
    match = _SCRATCH_ZH.search(text)
    if match is None or not stands(text[: match.end()]):
        return False
    before = text[: match.start()]
    return bool(_STATED_ZH.search(before) or _STATED_AFTER_ZH.search(match["after"]))


def _says_open(text: str) -> bool:
    match = _OPEN_EN.search(text) or _OPEN_ZH.search(text)
    if match is None or not _MODEL.search(text) or is_about_a_link(text[: match.end()]):
        return False
    return stands(text[: match.end()])
