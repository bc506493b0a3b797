"""An SPDX expression as the choices it gives: of several ways, the licences that bind in each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import product

#: Choices between more licences than this are read as if all bound.
_WAYS = 16
#: So many parts of a conjunction are multiplied out; the rest is read as if all bound.
_FACTORS = 4


@lru_cache(maxsize=1024)
def choices(expression: str) -> tuple[tuple[str, ...], ...]:
    """Return the alternatives of an expression, each as the licences that bind together in it."""
    if " " not in expression:
        return ((expression,),)
    # Most expressions are one licence: they need no parser, which costs 0.1 s to load.
    from license_expression import ExpressionError, Licensing  # noqa: PLC0415

    try:
        return _ways(Licensing().parse(expression))
    except (ExpressionError, RecursionError):
        return ((expression,),)


def _ways(node: object) -> tuple[tuple[str, ...], ...]:
    from license_expression import AND, OR  # noqa: PLC0415

    if not isinstance(node, (AND, OR)):
        return ((str(node),),)
    parts = [_ways(part) for part in node.args]
    if isinstance(node, OR):
        either = tuple(way for part in parts for way in part)
        return either if len(either) <= _WAYS else (_joined(either),)
    combined = tuple(
        _joined(ways) for ways in product(*(part[:_WAYS] for part in parts[:_FACTORS]))
    )
    rest = _joined(way for part in parts[_FACTORS:] for way in part)
    return tuple(_joined((way, rest)) for way in combined[:_WAYS])


def _joined(ways: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for way in ways for name in way))
