"""Texts that a licence wants to see word for word: displayed, in names, in notices."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: A quotation; curly ones may hold another, and texts mix their marks.
_QUOTED = r"(?:“((?:[^“”]|“[^“”]{1,80}”){1,900})”|[\"“]([^\"“”]{1,900})[\"”])"
_GAP = r"[^\"“”]"
_ANY_QUOTED = re.compile(_QUOTED)
_DISPLAY = re.compile(
    rf"(?:\bprominently display(?:ed)?\b{_GAP}{{0,30}}|\bdisplay the acknowledgement\b{_GAP}{{0,5}}"
    rf"|\binclude a trademark notice\b{_GAP}{{0,5}}|\bmark the products?\b{_GAP}{{0,160}}"
    rf"|\bwill include\b{_GAP}{{0,5}}|\bthe following statement\b{_GAP}{{0,5}}"
    rf"|\bclearly state\b{_GAP}{{0,80}}"
    rf"|标注内容包括但不限于{_GAP}{{0,3}}|突出显示{_GAP}{{0,3}}){_QUOTED}",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(rf"\s*(?:,|or|和|或)\s*{_QUOTED}", re.IGNORECASE)
_PREFIX = re.compile(
    rf"\b(?:include|add)\s+{_QUOTED}\s+(?:at|to) the (?:beginning|start) of|开头添加\s*{_QUOTED}",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"\bfollowing (?:attribution )?notices?\b|\ba notice stating\b|\bfollowing statement\b"
    r"|\bfollowing attribution notices?\b",
    re.IGNORECASE,
)
_ENCOURAGED = re.compile(
    r"\bencouraged to\b|\bwould be appreciated\b|\bis not required\b", re.IGNORECASE
)
#: A sentence, not the name of a file ("Notice") or of a term ("Attribution Notice").
_NOTICE_WORDS = 5
_PLACEHOLDER = re.compile(r"\s*\[[^\]]{0,60}(?: |year|name)[^\]]{0,60}\]\s*")


def displays(sentence: str) -> Iterator[str]:
    """Yield the texts that have to be shown."""
    for found in _DISPLAY.finditer(sentence):
        if _is_of_notice_file(sentence[: found.start()], found.group()):
            continue
        yield _text(found)
        end = found.end()
        while more := _ALTERNATIVE.match(sentence, end):
            yield _text(more)
            end = more.end()


def prefixes(sentence: str) -> Iterator[str]:
    """Yield the words that a model's name has to begin with."""
    for found in _PREFIX.finditer(sentence):
        yield _text(found)


def notices(sentence: str) -> Iterator[str]:
    """Yield the texts that a Notice file has to hold."""
    if "notice" not in sentence.lower():
        return
    for asked in _NOTICE.finditer(sentence):
        for found in _ANY_QUOTED.finditer(sentence, asked.end()):
            literal = _text(found)
            if len(literal.split()) >= _NOTICE_WORDS:
                yield literal
                return


def is_encouraged(sentence: str) -> bool:
    """Say whether the sentence asks without demanding."""
    return bool(_ENCOURAGED.search(sentence))


def _is_of_notice_file(before: str, found: str) -> bool:
    return bool(
        re.search(r"following (?:attribution )?notice", f"{before[-120:]}{found}", re.IGNORECASE)
    )


def _text(found: re.Match[str]) -> str:
    text = next(group for group in reversed(found.groups()) if group)
    parts = _PLACEHOLDER.split(text)
    return max(parts, key=len).strip(" ,;")
