"""Licence expressions compared: which licences one names, and what of it a set of texts lacks."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from lineage.licences.knowledge import load
from lineage.licences.tags import agree as same_licence
from lineage.licences.tags import licences_of
from lineage.licences.vocabulary import LicenceClass

#: Longer than any real expression; nesting inside stays far from Python's recursion limit.
_LONGEST = 400
_ONE = re.compile(r"[A-Za-z0-9.+-]+")
# Which later versions may be chosen is said beside a text, never by it: the text is the same.
_VERSION_CHOICE = re.compile(r"(?:-only|-or-later|\+)$")
#: Words that stand for "nobody knows", or for some licence of a kind, in SPDX, in hub tags and in
#: scancode's keys; and names that a repository made up, which mean what it says they mean.
_UNKNOWN = re.compile(
    r"noassertion|none|unknown|other|licenseref-.*unknown.*"
    r"|licenseref-scancode-(?:(?:proprietary|commercial)-license|(?:other|generic|patent|warranty)-.*)"
    r"|licenseref-(?!scancode-|lineage-).*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple[_Terms, ...]


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple[_Terms, ...]


#: A licence by the name of its text, or several that bind together or by choice.
_Terms: TypeAlias = "str | _All | _Any"


def licences(expression: str | None) -> frozenset[str]:
    """Return the licences that an expression names, without exceptions and version choice.

    Placeholders for "not known" are no licence; what is no expression names none.
    """
    return _named(_parsed(expression or ""))


def lacking(expression: str | None, present: Collection[str]) -> frozenset[str]:
    """Return the licences of an expression whose text is not among those ``present``.

    Of alternatives (``OR``) the one that lacks least counts.
    """
    return _lacking(_parsed(expression or ""), present)


def agree(declared: str | None, found: str | None) -> bool:
    """Say whether two expressions share a licence, however each of them spells it."""
    return any(same_licence(one, other) for one in licences(declared) for other in licences(found))


def stays_in_its_file(expression: str) -> bool:
    """Say whether a licence is content that files under it stay under it, beside any others."""
    found = [load().by_expression(name) for name in licences_of(expression)]
    return any(one and one.licence_class is LicenceClass.WEAK_COPYLEFT for one in found)


def _named(terms: _Terms) -> frozenset[str]:
    if isinstance(terms, str):
        return frozenset({terms})
    return frozenset[str]().union(*map(_named, terms.parts))


def _lacking(terms: _Terms, present: Collection[str]) -> frozenset[str]:
    if isinstance(terms, str):
        return frozenset() if terms in present else frozenset({terms})
    wanted = [_lacking(part, present) for part in terms.parts]
    if isinstance(terms, _All):
        return frozenset[str]().union(*wanted)
    return min(wanted, key=lambda some: (len(some), sorted(some)), default=frozenset())


@lru_cache(maxsize=4096)
def _parsed(expression: str) -> _Terms:
    expression = expression.strip()
    if _ONE.fullmatch(expression):
        return _known(expression)
    if not expression or len(expression) > _LONGEST:
        return _All(())
    # Most expressions are one licence: they need no parser, which costs 0.1 s to load.
    from license_expression import ExpressionError, get_spdx_licensing  # noqa: PLC0415

    try:
        return _terms(get_spdx_licensing().parse(expression))
    except ExpressionError:
        return _All(())


def _terms(node: object) -> _Terms:
    """Return a node of license-expression's tree in terms of our own."""
    from license_expression import AND, OR, LicenseWithExceptionSymbol  # noqa: PLC0415

    if isinstance(node, (AND, OR)):
        parts = tuple(_terms(part) for part in node.args)
        return _All(parts) if isinstance(node, AND) else _Any(parts)
    if isinstance(node, LicenseWithExceptionSymbol):
        return _known(node.license_symbol.key)
    return _known(str(node))


def _known(licence: str) -> _Terms:
    """Return the licence by the name of its text; nothing for a placeholder or free words."""
    if _UNKNOWN.fullmatch(licence) or not _ONE.fullmatch(licence):
        return _All(())
    return _VERSION_CHOICE.sub("", licence)
