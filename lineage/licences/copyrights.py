"""Copyright statements: who says that they hold the rights, told from talk about copyright."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: A longer line is prose; what follows in it is not read.
_LINE_LIMIT = 400
_HOLDER_LIMIT = 160

_DASH = "\u2013\u2014"  # en and em dash
# Comment marks, list marks and quotes before and after the words of a line.
_PYTHON = r"(?:__copyright__\s*=\s*\w?[\"'(\s]+)?"
_BEFORE = rf"[\s#/*;%!|<>\"'`.\-=@]*(?:(?:rem|dnl)\s+)?{_PYTHON}"
_AFTER = re.compile(r"(?:\\n|[\s#*/|\"'`\\\-]|-->)+$")

_YEAR = r"(?:19|20)\d[\dx]"
_RANGE = (
    rf"{_YEAR}(?:\s*(?:-|[{_DASH}]|~|to|,|and|&|/|;)+\s*"
    rf"(?:{_YEAR}|\d\d\b|present|now|today|current|至今))*"
)
_YEARS = re.compile(rf"[(\[]?\b{_RANGE}(?!\d|\.\d)[)\]]?(?:年)?", re.IGNORECASE)
_SIGN = r"(?:\(c\)|©|&copy;)"
_WORD = (
    r"(?:copyrights?(?!\w)|copyrighted\s+by|spdx-filecopyrighttext\s*:"
    r"|版权所有|著作权所有|著作权归)"
)

# "Copyright (c) 2020 X", "(c) 2020 X", "版权所有 (c) X" cannot be anything else. A few words, or a
# sentence, may stand before it: "Modifications", "Portions of this file are".
_PLAIN = re.compile(
    rf"{_BEFORE}(?:(?:[^\W\d_]+[ ,:]+){{0,6}}?|[^={{}}()\[\]\"]{{1,120}}[,;.] )"
    rf"(?P<statement>(?:{_WORD}[\s:,]*(?:{_SIGN}[\s:,]*|(?={_YEAR}\b)|(?=by\s))+"
    rf"|{_SIGN}\s*(?={_YEAR}\b)|spdx-filecopyrighttext\s*:\s*(?:copyrights?\s+)?|版权所有[\s:]*)(?P<rest>.+))",
    re.IGNORECASE,
)
# What is said of copyright rather than who has it: "Copyright law", "COPYRIGHT HOLDERS".
_TALK = (
    r"(?:act|agreements?|and|applicable|claims?|clause|disclaimers?|for|headers?|holders?|in"
    r"|information|infringement|is|laws?|legislation|licen[cs]es?|lines?|material|messages?"
    r"|notices?|of|offices?|or|owners?|protection|registration|reserved|statements?|strings?"
    r"|symbols?|text|this|treat(?:y|ies)|use|years?)\b"
)
_TALKS = re.compile(_TALK, re.IGNORECASE)
# "Copyright The HuggingFace Team": only at the start of a line, and only before a name.
_NAMED = re.compile(
    rf"{_BEFORE}(?P<statement>(?:Copyright|COPYRIGHT|©)[\s:]+(?P<rest>[^\W\d_a-z].*))"
)
_PLACEHOLDER = re.compile(
    r"[<{\[%$\\]|\bU\+|\bname of (?:the )?(?:author|copyright|owner)|\byyyy\b|\b(?:19|20)yy\b"
    r"|\bxxxx\b|\byear\b.*\b(?:name|owner|holder|author)\b|\bcopyright holders?\b|\byour name\b",
    re.IGNORECASE,
)
# Where the holder's name ends and other words begin.
_END = re.compile(
    rf"[\s.,;:(\-{_DASH}]*(?:\ball\s+(?:worldwide\s+)?rights?(?:\s+reserved|$)"
    r"|\bsome rights reserved|保留(?:所有|一切)|版权所有|\bcopyright\b"
    r"|\(?\bsee\s|[.;]\s+(?:\w+ )?(?:bsd|mit|apache|l?gpl|mpl)\b"
    r"|[.;]\s+(?:this|the|use|permission|redistribution|under|for|please|it|you|all|modified"
    r"|adapted|based|portions|subject)\b|[.;,]\s+(?:licensed|released|distributed|and is)\b"
    r"|\s(?:is |are )?(?:licensed|released|distributed|provided|available) (?:under|with|by|as)\b"
    r"|\sunder the (?:terms|gnu|mit|bsd|apache)\b"
    r"|\s*[<(]?\bhttps?://|\s[\w.+-]+@[\w-]+\."
    r"|\s*[<(\[][^<>()\[\]\s]+(?:@|\s+at\s+)[^<>()\[\]]*[>)\]]).*$",
    re.IGNORECASE | re.DOTALL,
)
_LEADING = re.compile(
    rf"^[\s,.:;\-{_DASH}]*(?:{_SIGN}\s*)*(?:(?:by|to|present)\b)?[\s,.:;\-{_DASH}]*", re.IGNORECASE
)
_EDGE = f" \t,;:.-{_DASH}*/\\\"'`()[]<>|"
_ABBREVIATION = re.compile(
    r"\b(?:inc|corp|co|ltd|llc|gmbh|jr|sr|s\.a|b\.v|e\.v|al|[a-z])\.$", re.IGNORECASE
)

_RESERVED = re.compile(rf"{_BEFORE}all rights reserved[.\s]*$", re.IGNORECASE)
_SHAPE = re.compile(
    rf"{_BEFORE}(?:portions? |parts? |all |modifications? )?(?:{_SIGN}\s*{_YEAR}|{_WORD}[\s:,]*"
    rf"(?:{_SIGN}|{_YEAR}|by\s|[<\[{{(]|yyyy|19yy|20yy|xxxx|(?!{_TALK})(?-i:[A-Z])))",
    re.IGNORECASE,
)
_TERMS = re.compile(
    r"licen[cs]|permi(?:t|ssion)|warrant|notice|provided|distribut|public domain", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A copyright statement and the line it stands on."""

    text: str
    #: Without years, signs and "all rights reserved".
    holder: str
    line: int


def statements(lines: Sequence[str], first: int = 1) -> Iterator[Statement]:
    """Yield the copyright statements among the lines, the first of which has number ``first``."""
    for number, line in enumerate(lines, first):
        if _may_state(line) and (found := _statement(line)):
            yield Statement(text=found[0], holder=found[1], line=number)


def is_copyright_line(line: str) -> bool:
    """Say whether a line is a copyright statement, filled in or not, and nothing else."""
    if not _may_state(line) or len(line) > _LINE_LIMIT:
        return False
    if _RESERVED.match(line):
        return True
    return _SHAPE.match(line) is not None and _TERMS.search(line) is None


def _may_state(line: str) -> bool:
    """Spare the patterns the lines that have no sign of a statement; nearly all have none."""
    lowered = line.lower()
    return any(sign in lowered for sign in _SIGNS)


_SIGNS = ("copyright", "(c)", "©", "&copy;", "rights reserved", "版权所有", "著作权")


def _statement(line: str) -> tuple[str, str] | None:
    """Return a statement and its holder; None for a line that is none, or is a template."""
    line = _AFTER.sub("", line[:_LINE_LIMIT])
    found = _PLAIN.match(line) or _NAMED.match(line)
    if found is None:
        return None
    holder = _holder(found["rest"])
    return (found["statement"].strip(), holder) if holder else None


def _holder(rest: str) -> str:
    """Return the name of the holder; "" where what follows names nobody."""
    named = _END.sub("", rest)
    if _PLACEHOLDER.search(named):
        return ""
    name = " ".join(_LEADING.sub("", _YEARS.sub(" ", named).strip()).split()).strip(_EDGE)
    if _TALKS.match(name) or len(name) > _HOLDER_LIMIT or not any(map(str.isalpha, name)):
        return ""
    return f"{name}." if _ABBREVIATION.search(f"{name}.") and f"{name}." in rest else name
