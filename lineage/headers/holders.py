"""Names of rights holders, compared by what tells one holder from another.

"HuggingFace Inc. team" and "<any company> Inc. team" have three words in common and are two
holders: legal forms and roles are dropped first (code.md 3, the holder-comparison lesson).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

#: Legal forms, roles and words of the trade: many holders share them, none is known by them.
_NO_NAME = frozenset(
    {
        *("a", "ab", "affiliate", "affiliates", "ag", "al", "all", "an", "and", "any", "as", "aut"),
        *("author", "authors", "bv", "by", "co", "committers", "community", "companies"),
        *("company", "contributing", "contributor", "contributors", "copyright", "core", "corp"),
        *("corporation", "dev", "developer", "developers", "devs", "et", "for", "foundation"),
        *("from", "gmbh", "group", "her", "his", "holder", "holders", "inc", "incorporated"),
        *("individual", "its", "kg", "kk", "lead", "limited", "llc", "llp", "lp", "ltd"),
        *("maintainer", "maintainers", "member", "members", "nv", "of", "on", "open", "or"),
        *("organization", "organisation", "original", "other", "others", "oy", "parties", "plc"),
        *("portions", "present", "project", "projects", "pte", "pty", "reserved", "respective"),
        *("rights", "sa", "sas", "see", "source", "spa", "srl", "subsidiaries", "subsidiary"),
        *("team", "teams", "the", "their", "to", "various", "with"),
    }
)
_ARTICLES = frozenset({"a", "an", "and", "any", "by", "of", "or", "the", "to"})
#: What a Chinese company's name ends in, and how authors are called.
_CHINESE_FORMS = re.compile(
    r"(?:科技|技术|信息技术|信息|网络|软件|智能|人工智能)?(?:股份)?有限(?:责任)?公司|集团|公司|团队|项目组"
    r"|作者|贡献者|开发者|等$"
)
#: One holder under two names, in one spelling and in another script.
_ALIASES = {
    "facebook": "meta",
    "阿里巴巴": "alibaba",
    "阿里云": "alibabacloud",
    "百度": "baidu",
    "北京智谱华章": "zhipu",
    "华为": "huawei",
    "昇腾": "ascend",
    "腾讯": "tencent",
    "通义千问": "qwen",
    "百川": "baichuan",
    "智谱": "zhipu",
    "字节跳动": "bytedance",
}
_BETWEEN = re.compile(r"[,;/|&+、，；]|\b(?:and|with)\b|[和与及]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
#: A name alike by this much is the same one, spelt otherwise; by that much, it was altered.
_SAME, _ALIKE = 0.9, 0.7
#: Shorter names differ by a letter without being alike.
_LONG_ENOUGH = 5
#: A name that is part of another stands for it from this length on ("Google" for "Google AI").
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Party:
    """One holder, by the words that tell it from others."""

    words: frozenset[str]
    #: The words as one, in their order: "hugging face" is "huggingface".
    joined: str

    def is_among(self, others: Iterable[Party]) -> bool:
        """Say whether one of the others is this holder, shortened or spelt otherwise or not."""
        return any(_same(self, other) for other in others)

    def is_nearly_among(self, others: Iterable[Party]) -> bool:
        """Say whether another is this holder but for a part of the name."""
        return any(_likeness(self.joined, other.joined) >= _ALIKE for other in others)


@lru_cache(maxsize=4096)
def parties(holder: str) -> tuple[Party, ...]:
    """Return the holders that a statement names: "The Qwen team and HuggingFace Inc." names two.

    "The Authors", which names nobody, is kept as it is: it is equal to itself and no other.
    """
    named = [party for piece in _BETWEEN.split(holder) if (party := _party(piece, _NO_NAME))]
    whole = _party(holder, _ARTICLES)
    return tuple(dict.fromkeys(named)) or ((whole,) if whole else ())


def all_parties(holders: Iterable[str]) -> tuple[Party, ...]:
    """Return everybody whom some statements name.

    A name that is cut in two where it has a comma or an "and" counts whole as well.
    """
    found: dict[Party, None] = {}
    for holder in holders:
        found.update(dict.fromkeys((*parties(holder), *_wholes(holder))))
    return tuple(found)


def not_among(holders: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Return the statements that name somebody whom the others do not."""
    known = all_parties(others)
    return tuple(
        dict.fromkeys(
            holder for holder in holders if any(not p.is_among(known) for p in parties(holder))
        )
    )


def is_a_name(holder: str) -> bool:
    """Say whether a statement names somebody: "The Authors" are nobody in particular."""
    return _party(holder, _NO_NAME) is not None


def _wholes(holder: str) -> Iterator[Party]:
    if whole := _party(holder, _NO_NAME):
        yield whole


def _party(text: str, drop: frozenset[str]) -> Party | None:
    words = [word for word in _words(text) if word not in drop]
    return Party(frozenset(words), "".join(words)) if words else None


def _words(text: str) -> Iterator[str]:
    """Yield the words without case, accents and lone letters, in the spelling that is compared."""
    plain = unicodedata.normalize(
        "NFKD", _CHINESE_FORMS.sub(" ", unicodedata.normalize("NFKC", text))
    )
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    for word in _WORD.findall(plain.casefold()):
        if len(word) > 1 or not word.isascii():
            yield _ALIASES.get(word, word)


def _same(one: Party, other: Party) -> bool:
    if one.words <= other.words or one.joined == other.joined:
        return True
    if other.words <= one.words and len(other.joined) >= _TELLING:
        return True
    return _likeness(one.joined, other.joined) >= _SAME


def _likeness(one: str, other: str) -> float:
    """Return how alike two names are, from 0 to 1."""
    if min(len(one), len(other)) < _LONG_ENOUGH:
        return float(one == other)
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
