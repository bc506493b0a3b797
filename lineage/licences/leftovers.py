"""Words of a licence file that belong to no known licence: are they terms, or a heading?"""

from __future__ import annotations

import re

from lineage.licences.recognise import Leftover
from lineage.licences.speech import speaks_of_licence

#: Fewer words than this beside a known licence are a heading, unless they limit something.
_FEWEST_WORDS = 25
_ADDED_WORDS = 4
_LIMITING = re.compile(
    r"\b(?:not|only|must|shall|may|cannot|prohibited|forbidden|except|unless|restrict\w*|commercial\w*"
    r"|non-?commercial\w*|prior|written|required|fee|research)\b|禁止|不得|仅|商业|商用",
    re.IGNORECASE,
)
# The end of a sentence before a licence: "all software is licensed as follows".
_INTRODUCTION = re.compile(r"\blicensed (?:as follows|under(?: the)?(?: following)?(?: terms)?)$")
_UNLESS_STATED = re.compile(
    r"\b(?:except|unless) (?:when |where |as )?(?:otherwise )?(?:stated|noted|indicated|specified)"
)


def may_be_terms(left: Leftover, *, is_alone: bool) -> bool:
    """Say whether words may be terms. Many always may; of few, those that limit something.

    Where nothing else was recognised (``is_alone``), few words count if they speak of a licence.
    """
    text = " ".join(left.words)
    if _INTRODUCTION.search(text) and not _LIMITING.search(_UNLESS_STATED.sub("", text)):
        return False
    if len(left.words) >= _FEWEST_WORDS:
        return True
    if is_alone:
        return speaks_of_licence(text)
    return len(left.words) >= _ADDED_WORDS and _LIMITING.search(text) is not None
