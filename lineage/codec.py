"""Dataclasses of the model to plain JSON values and back, without loss.

cattrs takes a tenth of a second to load, and only a graph that is stored or read back needs it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from lineage.model import Evidence

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"
T = TypeVar("T")


@cache
def _converter() -> JsonConverter:
    from cattrs.preconf.json import make_converter
    from cattrs.strategies import configure_tagged_union

    converter = make_converter(forbid_extra_keys=True)
    # Evidence is a union: each value carries the name of its class.
    configure_tagged_union(Evidence, converter, tag_name="evidence")
    return converter


def to_plain(value: object) -> Plain:
    """Return a value of the model as lists, dicts, strings, numbers and None."""
    plain: Plain = _converter().unstructure(value)
    return plain


def from_plain(plain: Plain, kind: type[T]) -> T:
    """Return the value that ``to_plain`` described.

    Raises:
        ValueError: the plain value does not describe a ``kind``.
    """
    from cattrs import BaseValidationError, transform_error

    try:
        return _converter().structure(plain, kind)
    except BaseValidationError as error:
        # Each reason ends in the place: "invalid type, expected int @ $.artifacts[0].revision".
        raise ValueError("; ".join(transform_error(error)[:3])) from error
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {getattr(kind, '__name__', kind)}: {error}") from error
