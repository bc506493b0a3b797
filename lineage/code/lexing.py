"""Where comments and strings stand in a file whose grammar is not at hand: one pattern a family.

Every pattern ends at the end of the text at the latest, so that a quote that is never closed costs
one pass and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DOUBLE = rb'"(?:[^"\\\n]|\\.)*+"?'
_SINGLE = rb"'(?:[^'\\\n]|\\.)*+'?"
_BLOCK = rb"/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_FAMILIES = {
    "python": re.compile(
        rb"(?P<cut>\#[^\n]*)"
        rb'|(?P<text>[rbfutRBFUT]{0,2}(?:"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
        rb"|'''(?:[^'\\]|\\.|'(?!''))*+(?:''')?|" + _DOUBLE + rb"|" + _SINGLE + rb"))"
        rb"|(?P<import>^[ \t]*+(?:from[ \t]+[\w.]+[ \t]+import[ \t]*(?:\([^)]*+\)?|[^\n;(]*)"
        rb"|import[ \t][^\n;]*))"
        rb"|[A-Za-z_]\w*",
        re.DOTALL | re.MULTILINE,
    ),
    "c": re.compile(
        rb"(?P<cut>//[^\n]*|" + _BLOCK + rb")"
        rb"|(?P<text>" + _DOUBLE + rb"|" + _SINGLE + rb"|`(?:[^`\\]|\\.)*+`?)"
        rb"|(?P<import>^[ \t]*+(?:\#[ \t]*include|import|package|using)\b[^\n;]*)"
        rb"|[A-Za-z_]\w*",
        re.DOTALL | re.MULTILINE,
    ),
    "rust": re.compile(
        rb"(?P<cut>//[^\n]*|" + _BLOCK + rb")"
        rb'|(?P<text>b?"(?:[^"\\]|\\.)*+"?|b?\'(?:[^\'\\\n]|\\.)\')'
        rb"|(?P<import>^[ \t]*use\b[^\n;]*)"
        rb"|[A-Za-z_]\w*",
        re.DOTALL | re.MULTILINE,
    ),
    "hash": re.compile(
        rb"(?P<cut>\#[^\n]*)|(?P<text>" + _DOUBLE + rb"|" + _SINGLE + rb")|[A-Za-z_]\w*",
        re.DOTALL,
    ),
    "dash": re.compile(
        rb"(?P<cut>--[^\n]*)|(?P<text>" + _DOUBLE + rb"|" + _SINGLE + rb")|[A-Za-z_]\w*",
        re.DOTALL,
    ),
}
#: What a statement that goes on in the next line ends with.
_GOES_ON = b"([{,=+-*/%|&<>\\"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a file that is no run of tokens."""

    start: int
    stop: int
    #: True for a literal, which counts as one token; else the part is left out.
    text: bool


def spans(content: bytes, family: str) -> Iterator[Span]:
    """Yield the comments, imports and strings in order; a docstring is left out like a comment."""
    for found in _FAMILIES[family].finditer(content):
        kind = found.lastgroup
        if kind is None:
            continue
        start, stop = found.span()
        is_text = kind == "text"
        if is_text and family == "python" and _stands_alone(content, start, stop):
            is_text = False
        yield Span(start, stop, is_text)


def _stands_alone(content: bytes, start: int, stop: int) -> bool:
    """Say whether a string is a statement of its own: a docstring."""
    begin = content.rfind(b"\n", 0, start) + 1
    if content[begin:start].strip():
        return False
    end = content.find(b"\n", stop)
    if content[stop : end if end >= 0 else None].strip():
        return False
    before = content[max(0, begin - 200) : begin].rstrip()
    return not before or before[-1] not in _GOES_ON
