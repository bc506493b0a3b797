"""Statements that a file was changed, as Apache-2.0 section 4(b) and the GPL ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_CHANGED = re.compile(
    r"\b(?:has|have|had|was|were|is|are) (?:been )?(?:\w+ly )?"
    r"(?:modified|changed|altered|adapted|edited|ported|rewritten|customi[sz]ed|patched)\b"
    r"|\b(?:modified|changed|altered|adapted|edited|ported|customi[sz]ed|patched)"
    r"(?: version| copy)? (?:by|from|for|on|in|at|to|of|with)\b"
    r"|^\W*(?:modified|changed|adapted|edited)\s*[:,(]"
    r"|\b(?:modifications?|changes|adaptations?|alterations?|additions)"
    r"(?: \w+){0,2}?(?: (?:by|made|copyright|from|of|include|to)\b|\s*(?:\(c\)|©|:))"
    r"|修改(?:自|于|者|了|为|内容)|(?:已|经|作了|进行了)(?:过)?(?:修改|改动)|改编自|移植自|由.{1,30}修改",
    re.IGNORECASE,
)
#: Words that speak of changes somebody may make, or did not make.
_OTHERWISE = re.compile(
    r"\b(?:not|never|no|if|may|must|should|can|shall|cannot|any|without|whether|do not|don't)\b"
    r"(?: \w+){0,4} (?:modif|chang|alter|adapt|edit|port)"
    r"|automatically generated|[{}=<>]|\bto be\b",
    re.IGNORECASE,
)
_LINE_LIMIT = 400


def statements_of_change(lines: Sequence[str]) -> Iterator[str]:
    """Yield the comment lines that say that the file was changed."""
    for line in lines:
        if len(line) > _LINE_LIMIT:
            continue
        if _CHANGED.search(line) and not _OTHERWISE.search(line):
            yield " ".join(line.strip(" \t#/*;%!-\"'").split())
