"""What the prose of a README says of the licence, where it says so plainly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lineage.model import LicenceDeclared, Scope
from lineage.sources.file import SourceFile

from ._licence_names import expression_of_name
from ._prose import Sentence

KEY = "readme"

_LICENCE_WORD = r"(?:licen[sc]e(?:\s+agreement)?|agreement)"
#: A licence's name: a link, a known short name, or capitalised words that end in "License".
_NAME = (
    r"(?P<name>\[[^\]]{2,80}\](?:\([^)\s]{1,300}\))?"
    r"|(?-i:MIT|BSD(?:[- ]\d-Clause)?|[AL]?GPL(?:[- ]?v?\d(?:\.\d)?)?(?:-only|-or-later)?"
    r"|Apache(?:[- ]License)?(?:,)?(?:[- ]?[Vv]ersion)?[- ]?v?2(?:\.0)?"
    r"|CC[- ]BY(?:[- ](?:NC|SA|ND))*(?:[- ]\d\.\d)?|CC0(?:[- ]1\.0)?|MPL[- ]2\.0"
    r"|OpenRAIL(?:-\+\+|-M)?)"
    rf"(?:\s+{_LICENCE_WORD})?"
    r"|(?-i:[A-Z0-9][\w.+\-]*)(?:[ ,]+(?-i:[A-Z0-9][\w.+\-]*|of|for|and)){0,8}"
    rf"\s+{_LICENCE_WORD})"
)
_GRANT_EN = re.compile(
    r"(?P<subject>.{2,200}?)\b(?:is|are)\s+(?:\w+ly\s+|also\s+|all\s+)*"
    r"(?:(?:released|licen[sc]ed|distributed|provided|published|open[-\s]?sourced?|made\s+(?:publicly\s+)?"
    r"available|available)\s+(?:under|with)|subject\s+to|governed\s+by|licen[sc]ed)\s+"
    rf"(?:(?:the\s+terms\s+(?:and\s+conditions\s+)?of\s+)?(?:the|an?|our)\s+)?{_NAME}",
    re.IGNORECASE,
)
_GRANT_ZH = re.compile(
    r"(?P<subject>[^，。；,;]{1,60}?)(?:需要?|则|均|都|将)*\s*(?:遵循|遵守|采用|依照|依据|使用|按照|基于|受)\s*"
    rf"{_NAME}\s*(?:协议|许可|开源|授权|发布|约束|License)?",
    re.IGNORECASE,
)
#: "Code: MIT", "License: apache-2.0" as an item of a list.
_FIELD = re.compile(
    r"(?P<subject>[\w /&-]{0,30}?"
    r"(?:licen[sc]e|code|models?|weights|data(?:set)?|许可证?|协议|代码|模型|权重|数据集?)"
    r"[\w /&-]{0,15}?)\s*[:：]\s*(?:the\s+)?(?P<name>[^:：]{2,120}?)\W*",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"\W*(?:the\s+)?{_NAME}\W*", re.IGNORECASE)
_SUBJECT_IS_LICENCE = re.compile(r"\W*(?:licen[sc]e|许可证|协议)\W*", re.IGNORECASE)
_SECTION = re.compile(r"\blicen[sc](?:e|es|ing)\b|许可|协议|授权", re.IGNORECASE)

#: The subject is this work: "this repository", "the code", "DeepSeek-V3 models".
_OURS = re.compile(
    r"\b(?:this|our|the|all|these)\b.{0,60}?\b(?:repo|repository|project|code|codebase|software|models?|"
    r"weights|checkpoints?|data|dataset|work|library|package|content)\b"
    r"|[\w.\-]+\s+(?:series\s+)?(?:models?|weights|code)\b|本|该|代码|模型|权重|数据",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:third[- ]party|base\s+model|original|upstream|dependenc|other|parts?\s+of|portions?|"
    r"some|auto-?encoder|encoder|decoder|tokeni[sz]er|adapter|lora|component|not|built\s+with|generated|output|derived|contribut)\w*|第三方|原始|基座|不|部分",
    re.IGNORECASE,
)
_SCOPES = (
    (
        Scope.CODE,
        re.compile(r"\b(?:codes?|codebase)\b|\bsoftware\b|\bscripts?\b|代码", re.IGNORECASE),
    ),
    (
        Scope.WEIGHTS,
        re.compile(r"\bmodels?\b|\bweights?\b|\bcheckpoints?\b|模型|权重|参数", re.IGNORECASE),
    ),
    (Scope.DATA, re.compile(r"\bdata(?:sets?)?\b|\bcorpus\b|数据|语料", re.IGNORECASE)),
)
#: "This repository and the models": all of it.
_ALL_OF_IT = re.compile(
    r"\b(?:repo|repository|project)\s+(?:and|&)\s|(?:仓库|项目)\s*[和与及]", re.IGNORECASE
)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\](?:\((?P<link>[^)]*)\))?")


def licences(file: SourceFile, said: Iterable[Sentence]) -> Iterator[LicenceDeclared]:
    """Yield each licence that a sentence plainly puts on this work or a part of it."""
    seen: set[tuple[str, Scope | None]] = set()
    for sentence in said:
        for subject, name in _named(sentence):
            value = _words(name)
            scope = _scope(subject)
            if (value, scope) not in seen:
                seen.add((value, scope))
                exhibit = file.exhibit(sentence.lines, excerpt=sentence.text)
                yield LicenceDeclared(KEY, value, expression_of_name(value), scope, exhibit)


def _named(sentence: Sentence) -> Iterator[tuple[str, str]]:
    """Yield pairs of what is licensed and the licence's name."""
    in_section = bool(_SECTION.search(sentence.heading))
    if as_field := _field(sentence.text, in_section=in_section):
        yield as_field
        return
    for pattern in (_GRANT_EN, _GRANT_ZH):
        for match in pattern.finditer(sentence.text):
            subject = match["subject"]
            if _OURS.search(subject) and not _NOT_OURS.search(subject) and _is_licence(match[0]):
                yield subject, match["name"]


def _field(text: str, *, in_section: bool) -> tuple[str, str] | None:
    """Return what "License: MIT" says or, below a heading that says "License", "Code: MIT"."""
    field = _FIELD.fullmatch(text)
    if field and (in_section or _SUBJECT_IS_LICENCE.fullmatch(field["subject"])):
        name = _words(field["name"])
        named = expression_of_name(name) or (in_section and _SECTION.search(name))
        return (field["subject"], field["name"]) if named else None
    alone = _ALONE.fullmatch(text) if in_section else None
    return ("", alone["name"]) if alone and expression_of_name(_words(alone["name"])) else None


def _is_licence(statement: str) -> bool:
    """Say whether a statement speaks of a licence by word or by a known name at its end."""
    match = re.search(_NAME + r"\W*$", statement)
    known = match and expression_of_name(_words(match["name"]))
    return bool(known or _SECTION.search(statement))


def _scope(subject: str) -> Scope | None:
    """Return the part that a subject speaks of; None for all of it, or for several parts."""
    named = [scope for scope, pattern in _SCOPES if pattern.search(subject)]
    return named[0] if len(named) == 1 and not _ALL_OF_IT.search(subject) else None


def _words(name: str) -> str:
    """Return a licence's name as a person reads it: of a link, its text."""
    link = _LINK.match(name)
    text = link["text"] + name[link.end() :] if link else name
    return " ".join(text.split()).strip(" .,;:()'\"")
