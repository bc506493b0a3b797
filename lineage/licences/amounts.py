"""Numbers of users and sums of revenue in a sentence of a licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lineage.licences.vocabulary import Metric, Moment, Period

if TYPE_CHECKING:
    from lineage.licences.duties import Threshold

_DIGITS = r"(?<![0-9,.])[0-9][0-9,]{0,17}(?:\.[0-9]{1,6})?"
_NUMBER = rf"(?P<number>{_DIGITS})\s?(?P<scale>thousand|million|billion|万|亿)?"
_SCALES = {
    "": 1,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "万": 10_000,
    "亿": 100_000_000,
}
_METRICS = {
    Metric.MONTHLY_ACTIVE_USERS: r"monthly active users|月活跃用户",
    Metric.DAILY_ACTIVE_USERS: r"daily active users",
    Metric.MONTHLY_UNIQUE_USERS: r"monthly unique users|MUUs?\b",
    Metric.MONTHLY_VISITS: r"visits per month",
}
_USERS = [
    (metric, re.compile(rf"{_NUMBER}\s?(?:{words})", re.IGNORECASE))
    for metric, words in _METRICS.items()
]
_CHINESE_DAILY = re.compile(rf"日(?:均|活).{{0,16}}?(?:低于|超过)\s?{_NUMBER}")

_CURRENCIES = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "us dollars": "USD",
    "rmb": "CNY",
    "€": "EUR",
}
_BEFORE = rf"(?P<before>US\$|USD \$|USD|\$|RMB|€)\s?{_NUMBER}"
_AFTER = (
    rf"(?P<number2>{_DIGITS})\s?(?P<scale2>thousand|million|billion)?\s"
    r"(?P<after>US dollars|USD|RMB)"
)
_MONEY = re.compile(f"{_BEFORE}|{_AFTER}", re.IGNORECASE)
_PERIODS = (
    (Period.ANNUAL_RECURRING, r"annual recurring|\bARR\b"),
    (Period.TWELVE_MONTHS, r"consecutive twelve"),
    (Period.MONTH, r"monthly revenue|monthly.{0,40}revenue|revenue.{0,20}per month"),
    (Period.YEAR, r"annual revenues?|annual|calendar year|per year"),
)


def users(sentence: str, low: str) -> Iterator[str]:
    """Yield the numbers of users that a sentence names: ``mau 700000000 release-date``.

    ``low`` is the sentence in lower case.
    """
    if not any(needle in low for needle in ("users", "muu", "visits", "活跃")):
        return
    moment = Moment.RELEASE_DATE if _at_release(sentence) else Moment.ANY_TIME
    for metric, pattern in _USERS:
        for found in pattern.finditer(sentence):
            yield f"{metric} {_number(found['number'], found['scale'])} {moment}"
    for found in _CHINESE_DAILY.finditer(sentence):
        number = _number(found["number"], found["scale"])
        yield f"{Metric.DAILY_ACTIVE_USERS} {number} {moment}"


def revenues(sentence: str, low: str) -> Iterator[str]:
    """Yield the sums of revenue that a sentence names: ``USD 20000000 month``."""
    if "revenue" not in low:
        return
    for found in _MONEY.finditer(sentence):
        symbol = (found["before"] or found["after"]).lower()
        currency = _CURRENCIES.get(symbol, "USD")
        number = _number(found["number"] or found["number2"], found["scale"] or found["scale2"])
        # The period stands nearest: before the sum or after it.
        around = sentence[max(0, found.start() - 120) : found.end() + 90]
        for period, pattern in _PERIODS:
            if re.search(pattern, around, re.IGNORECASE):
                yield f"{currency} {number} {period}"
                break


def of_threshold(threshold: Threshold) -> str:
    """Return the value of the amount that a threshold of the knowledge base is."""
    if threshold.metric is Metric.REVENUE:
        return f"{threshold.currency} {threshold.value} {threshold.period}"
    return f"{threshold.metric} {threshold.value} {threshold.at}"


def _at_release(sentence: str) -> bool:
    return bool(re.search(r"\b(?:on|as of)\b.{0,80}\brelease date\b", sentence, re.IGNORECASE))


def _number(digits: str, scale: str | None) -> int:
    return round(float(digits.replace(",", "")) * _SCALES[(scale or "").lower()])
