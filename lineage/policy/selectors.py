"""The words that a policy's lists are written in, and the licences that they pick.

A word is a licence by any of its names (``gemma-2025-03-24``, ``Apache-2.0``, ``LicenseRef-…``), a
class of licences (``copyleft``), a family with ``family:`` before it, or a trait of the terms
(``field-of-use``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from lineage.licences import knowledge
from lineage.licences.duties import Licence
from lineage.licences.tags import FAMILIES, expression_of_spdx, expression_of_tag, identifiers
from lineage.licences.vocabulary import LicenceClass
from lineage.policy.terms import Aspect, Selector, Trait

_FAMILY = "family:"
_ONE = re.compile(r"[\w.+:-]+(?: WITH [\w.+-]+)?")
#: References that only our own tables or scancode's make: one that they lack is a slip of the pen.
_TABLED = ("licenseref-lineage-", "licenseref-scancode-")
_WITH = " with "


class UnknownWordError(ValueError):
    """A word of a list picks no licence. ``str()`` is the sentence for a person."""


def selector(word: str, place: str) -> Selector:
    """Return what a word of a list picks.

    Raises:
        UnknownWordError: nothing goes by that name; it names what comes close.
    """
    folded = " ".join(word.lower().split())
    if folded in set(LicenceClass):
        return Selector(word, Aspect.CLASS, folded, place)
    if folded in set(Trait):
        return Selector(word, Aspect.TRAIT, folded, place)
    if folded.startswith(_FAMILY):
        return Selector(word, Aspect.FAMILY, _family(folded.removeprefix(_FAMILY)), place)
    return Selector(word, Aspect.LICENCE, _licence(word), place)


def canonical(expression: str) -> str:
    """Return the name by which licences are compared: the knowledge base's id where it has one."""
    known = knowledge.load().by_expression(expression)
    return known.id if known else expression.lower()


def described(expression: str) -> Licence | None:
    """Return what is known of a licence; for one with an exception, of the licence without it."""
    base = re.split(_WITH, expression, maxsplit=1, flags=re.IGNORECASE)[0]
    return knowledge.load().by_expression(base)


def picks(chosen: Selector, expression: str) -> bool | None:
    """Say whether a selector picks a licence; None where too little is known of it to tell."""
    if chosen.aspect is Aspect.LICENCE:
        return chosen.value == canonical(expression)
    licence = described(expression)
    if licence is None:
        return None
    match chosen.aspect:
        case Aspect.CLASS:
            return licence.licence_class == chosen.value
        case Aspect.FAMILY:
            return licence.family == chosen.value
        case Aspect.TRAIT:
            return _holds(licence, Trait(chosen.value))


def close_to(word: str, names: Iterable[str]) -> str:
    """Return ``; did you mean a or b`` for names that come close; nothing where none does."""
    close = get_close_matches(word, list(names), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}" if close else ""


def _holds(licence: Licence, trait: Trait) -> bool:
    match trait:
        case Trait.FIELD_OF_USE:
            return bool(licence.use_policy or licence.use_limits)
        case Trait.NO_TRAIN:
            return bool(licence.no_train)
        case Trait.TERRITORY:
            return bool(licence.territories)


def _family(name: str) -> str:
    known = {licence.family for licence in knowledge.load()}
    if name not in known:
        raise UnknownWordError(f"no family is called {name!r}{close_to(name, sorted(known))}")
    return name


def _licence(word: str) -> str:
    """Return the canonical name of the licence that a word names."""
    if word.lower() in FAMILIES:
        raise UnknownWordError(
            f"{word!r} names a family and leaves open which licence is meant{_close(word)}"
        )
    if licence := knowledge.load().find(word):
        return licence.id
    expression = expression_of_spdx(word) or expression_of_tag(word)
    if expression is None or not _is_one(expression):
        raise UnknownWordError(f"no licence and no class is called {word!r}{_close(word)}")
    name = canonical(expression)
    if name.startswith(_TABLED):
        raise UnknownWordError(f"no licence is called {word!r}{_close(word)}")
    return name


def _is_one(expression: str) -> bool:
    """Say whether an expression is one licence or reference, perhaps with an exception."""
    return _ONE.fullmatch(expression) is not None


def _close(word: str) -> str:
    return close_to(word.lower(), _names())


@cache
def _names() -> tuple[str, ...]:
    base = knowledge.load()
    families = {f"{_FAMILY}{licence.family}" for licence in base}
    names = {name for licence in base for name in (licence.id, *licence.aliases.hf)}
    return tuple(sorted({*LicenceClass, *Trait, *families, *names, *identifiers()}))
