"""Copyright statements: who says that they hold the rights, told apart from talk about copyright."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: A statement that is longer than this is prose.
_LINE_LIMIT = 400
_HOLDER_LIMIT = 160

# Comment marks, list marks and quotes before and after the words of a line.
_BEFORE = r"[\s#/*;%!|<>\"'`.\-=@]*(?:(?:rem|dnl)\s+)?(?:__copyright__\s*=\s*\w?[\"'(\s]+)?"
_AFTER = re.compile(r"(?:\\n|[\s#*/|\"'`\\\-]|-->)+$")

_YEAR = r"(?:19|20)\d\d"
_RANGE = rf"{_YEAR}(?:\s*(?:-|–|—|~|to|,|and|&|/|;)+\s*(?:{_YEAR}|\d\d\b|present|now|today|current|至今))*"
_YEARS = re.compile(rf"[(\[]?\b{_RANGE}(?![\d.])[)\]]?(?:年)?", re.IGNORECASE)
_SIGN = r"(?:\(c\)|©|&copy;|（c）)"
_WORD = r"(?:copyrights?(?!\w)|copyrighted\s+by|版权所有|著作权所有|著作权归|spdx-filecopyrighttext\s*:)"

# "Copyright (c) 2020 X", "(c) 2020 X", "版权所有 (c) X": cannot be anything else. A few words may
# stand before it: "Modifications", "Portions of this file are".
_PLAIN = re.compile(
    rf"{_BEFORE}(?:(?:[^\W\d_]+[ ,:]+){{0,6}}?|[^={{}}()\[\]\"]{{1,120}}[,;.] )"
    rf"(?P<statement>(?:{_WORD}[\s:,]*(?:{_SIGN}[\s:,]*|(?={_YEAR}\b)|(?=by\s))+|{_SIGN}\s*(?={_YEAR}\b)"
    rf"|spdx-filecopyrighttext\s*:\s*|版权所有[\s:：]*)(?P<rest>.+))",
    re.IGNORECASE,
)
# "Copyright The HuggingFace Team": only at the start of a line, and only before a name.
_NAMED = re.compile(
    rf"{_BEFORE}(?P<statement>(?:Copyright|COPYRIGHT|©)[\s:]+(?P<rest>[^\W\d_a-z].*))"
)
_TALK = frozenset(
    "act agreement agreements and applicable claim claims clause disclaimer disclaimers footer for header headers"
    " holder holders in infringement information is law laws legislation licence license line lines"
    " material message notice notices of office or owner owners protection registration reserved"
    " statement statements string symbol text the_above this treaties treaty use year years".split()
)
_PLACEHOLDER = re.compile(
    r"[<{\[%$\\]|\bname of (?:the )?(?:author|copyright|owner)|\byyyy\b|\b(?:19|20)yy\b|\bxxxx\b|\\d"
    r"|\byear\b.*\b(?:name|owner|holder|author)\b|\bcopyright holders?\b|\byour name\b",
    re.IGNORECASE,
)
# Where the holder ends and other sentences begin.
_END = re.compile(
    r"[\s.,;:(\-–—]*(?:\ball\s+(?:worldwide\s+)?rights?\s+reserved|\bsome rights reserved"
    r"|保留(?:所有|一切)|版权所有|\bcopyright\b"
    r"|[.;]\s+(?:this|the|see|use|permission|redistribution|under|for|please|it|you|all|modified"
    r"|adapted|based|portions|subject)\b|[.;,]\s+(?:licensed|released|distributed|and is)\b"
    r"|\s(?:is |are )?(?:licensed|released|distributed|provided|available) (?:under|with|by|as)\b"
    r"|\sunder the (?:terms|gnu|mit|bsd|apache)\b"
    r"|\s*[<(]?\bhttps?://|\s*[<(\[][^<>()\[\]\s]+(?:@|\s+at\s+)[^<>()\[\]]*[>)\]]|\s[\w.+-]+@[\w-]+\.).*$",
    re.IGNORECASE | re.DOTALL,
)
_LEADING = re.compile(
    rf"^[\s,.:;\-–—]*(?:{_SIGN}\s*)*(?:(?:by|to|present)\b)?[\s,.:;\-–—]*", re.IGNORECASE
)
_EDGE = " \t,;:.-–—*/\\\"'`()[]<>|"
_ABBREVIATION = re.compile(
    r"(?:\b(?:inc|corp|co|ltd|llc|gmbh|jr|sr|s\.a|b\.v|e\.v|al|[A-Z])\.)$", re.I
)

_RESERVED = re.compile(rf"{_BEFORE}all rights reserved[.\s]*$", re.IGNORECASE)
_SHAPE = re.compile(
    rf"{_BEFORE}(?:portions? |parts? |all |modifications? )?(?:{_SIGN}\s*{_YEAR}|{_WORD}[\s:,]*"
    rf"(?:{_SIGN}|{_YEAR}|by\s|[<\[{{(]|yyyy|19yy|20yy|xxxx|(?-i:[A-Z])(?!(?:{'|'.join(w[1:] for w in sorted(_TALK))})\b)))",
    re.IGNORECASE,
)
_TERMS = re.compile(
    r"licen[cs]|permi(?:t|ssion)|warrant|notice|provided|redistribut|public domain|distribut",
    re.IGNORECASE,
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
    return bool(_SHAPE.match(line)) and not _TERMS.search(line)


def _may_state(line: str) -> bool:
    """Spare the patterns the lines that have no sign of a statement; nearly all have none."""
    lowered = line.lower()
    return (
        "copyright" in lowered
        or "(c)" in lowered
        or "©" in line
        or "&copy;" in lowered
        or "rights reserved" in lowered
        or "版权所有" in line
        or "著作权" in line
    )


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
    words = name.lower().split()
    if not words or words[0].strip(_EDGE) in _TALK or len(name) > _HOLDER_LIMIT:
        return ""
    if not any(map(str.isalpha, name)):
        return ""
    return f"{name}." if _ABBREVIATION.search(f"{name}.") and f"{name}." in rest else name
