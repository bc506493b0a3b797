"""Reads an organisation's profile: a YAML file with what conditions of licences ask for.

    intent: saas                    # personal, internal, share, sell or saas
    territory: [US, GB]             # where it acts and offers: ISO 3166, or EU
    domicile: US                    # where it lives or has its principal place of business
    users: {monthly: 20000, as_of: 2024-07-01}   # or a list of such; daily; of: product
    revenue:
      - {amount: 150000, currency: USD, period: year}

Every key may be left out: what is not said leaves a condition unknown. Keys are strict, since a
number under a misspelt key would be read as none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path

from lineage.licences.field import Field, TermsError, parse
from lineage.model import Intent, Profile, Revenue, Users

#: Bytes; a profile is a page.
SIZE_LIMIT = 64 << 10
_PLACE = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")


class _Period(StrEnum):
    MONTH = "month"
    YEAR = "year"
    TWELVE_MONTHS = "twelve-months"
    ANNUAL_RECURRING = "annual-recurring"


class _Of(StrEnum):
    LICENSEE = "licensee"
    PRODUCT = "product"


class ProfileError(Exception):
    """A profile is not what it should be. ``str()`` is the sentence for a person."""


def read_profile(path: Path) -> Profile:
    """Return the profile that a file states.

    Raises:
        ProfileError: the file cannot be read or is not what it should be; the error says in which
            line, and what is expected.
    """
    try:
        return _profile(parse(_text(path), str(path)))
    except TermsError as error:
        raise ProfileError(str(error)) from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ProfileError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > SIZE_LIMIT:
        raise ProfileError(f"{path} is larger than the {SIZE_LIMIT:,} bytes that a profile may be")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path} is not UTF-8") from error


def _profile(field: Field) -> Profile:
    field.only("", "intent territory domicile users revenue")
    territory = field.maybe("territory")
    domicile = field.maybe("domicile")
    return Profile(
        intent=field.one_of(Intent, "intent") if "intent" in field else None,
        territory=tuple(map(_place, _several(territory))) if territory else None,
        domicile=_place(domicile) if domicile else None,
        users=tuple(found for one in _several(field.maybe("users")) for found in _users(one)),
        revenue=tuple(map(_revenue, _several(field.maybe("revenue")))),
    )


def _several(field: Field | None) -> Iterator[Field]:
    """Yield the values of a list, or the one that stands in its place."""
    if field is None:
        return
    if not isinstance(field.value, list):
        yield field
        return
    for number, value in enumerate(field.value):
        yield Field(value, field.file, (*field.path, number), field.lines)


def _users(field: Field) -> Iterator[Users]:
    field.only("", "monthly daily as_of of")
    if "monthly" not in field and "daily" not in field:
        field.fail("expected a number under monthly or daily")
    as_of, of = _date(field), field.one_or("of", _Of.LICENSEE).value
    for key, period in (("monthly", "month"), ("daily", "day")):
        if key in field:
            yield Users(_amount(field[key]), period, as_of, of)


def _revenue(field: Field) -> Revenue:
    field.only("amount currency period", "of")
    currency = field.text("currency")
    if not _CURRENCY.fullmatch(currency):
        field["currency"].fail("expected a currency such as USD (ISO 4217)")
    return Revenue(
        amount=_amount(field["amount"]),
        currency=currency,
        period=field.one_of(_Period, "period").value,
        of=field.one_or("of", _Of.LICENSEE).value,
    )


def _amount(field: Field) -> int:
    value = field.value
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        field.fail("expected a whole number, such as 20000")
    return value


def _place(field: Field) -> str:
    # "NO" is a country, and YAML's word for false.
    text = "NO" if field.value is False else field.value
    if not isinstance(text, str) or not _PLACE.fullmatch(text):
        field.fail("expected a country such as US (ISO 3166), or EU")
    return text


def _date(field: Field) -> str | None:
    if "as_of" not in field:
        return None
    try:
        return date.fromisoformat(field.text("as_of")).isoformat()
    except ValueError:
        field["as_of"].fail("expected a date such as 2024-07-01")
