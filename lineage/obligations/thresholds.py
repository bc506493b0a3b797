"""Numbers of users and sums of money, held against what an organisation says of itself."""

from __future__ import annotations

from datetime import date

from lineage.licences.duties import Licence, Threshold
from lineage.licences.vocabulary import Measured, Metric, Moment, Period
from lineage.model import Profile, Revenue, Users
from lineage.obligations.answer import Answer, met, unknown_condition, unmet

#: A count this many days around the release is one of that date: the month before it is counted.
_AROUND = 62
#: A count of another date tells only where it is this many times smaller.
_FAR_BELOW = 10
_COUNTED = {
    Metric.MONTHLY_ACTIVE_USERS: ("month", "monthly active users"),
    Metric.DAILY_ACTIVE_USERS: ("day", "daily active users"),
    Metric.MONTHLY_UNIQUE_USERS: ("month", "monthly unique users"),
    Metric.MONTHLY_VISITS: ("month", "monthly visits"),
}
_PERIODS = {
    Period.DAY: "a day",
    Period.MONTH: "a month",
    Period.YEAR: "a year",
    Period.ANNUAL_RECURRING: "of annual recurring revenue",
    Period.TWELVE_MONTHS: "in twelve months in a row",
}
_SAME_PERIOD = {"twelve-months": "year"}


def is_crossed(threshold: Threshold, licence: Licence, profile: Profile | None) -> bool | None:
    """Say whether a threshold is crossed; None where the profile does not tell."""
    if profile is None:
        return None
    if threshold.metric is Metric.REVENUE:
        return _revenue(threshold, profile.revenue)
    return _users(threshold, licence, profile.users)


def words(threshold: Threshold, licence: Licence) -> str:
    """Return the threshold in words: "700,000,000 monthly active users at the release date"."""
    if threshold.metric is Metric.REVENUE:
        said = f"{threshold.currency} {threshold.value:,} {_PERIODS[threshold.period]}"
    else:
        said = f"{threshold.value:,} {_COUNTED[threshold.metric][1]}"
    whose = "of the product" if threshold.of is Measured.PRODUCT else "of the licensee"
    if threshold.at is Moment.RELEASE_DATE:
        when = f" on the day that version came out ({licence.released or 'not known'})"
        return f"{said} {whose}{when}"
    return f"{said} {whose}"


def answer(threshold: Threshold, licence: Licence, profile: Profile | None) -> Answer:
    """Return whether the threshold keeps the organisation from using the work."""
    said = words(threshold, licence)
    match is_crossed(threshold, licence, profile):
        case None:
            return unknown_condition(f"The limit is {said}; no profile says if it is crossed.")
        case True:
            return unmet(f"The profile is beyond the limit of {said}.")
        case False:
            return met(f"The profile is below the limit of {said}.")


def _users(threshold: Threshold, licence: Licence, users: tuple[Users, ...]) -> bool | None:
    if threshold.metric in (Metric.MONTHLY_UNIQUE_USERS, Metric.MONTHLY_VISITS):
        # Users who come are no more than visits; how many visits they pay is not said.
        return None
    counted = [u for u in users if u.period == _COUNTED[threshold.metric][0]]
    answers = [
        _held_against(threshold, one.number, of=one.of, at=_is_of_date(threshold, licence, one))
        for one in sorted(counted, key=lambda one: _distance(licence, one))
    ]
    return next((answer for answer in answers if answer is not None), None)


def _revenue(threshold: Threshold, revenue: tuple[Revenue, ...]) -> bool | None:
    period = _SAME_PERIOD.get(threshold.period.value, threshold.period.value)
    for one in revenue:
        given = _SAME_PERIOD.get(one.period, one.period)
        if one.currency == threshold.currency and given == period:
            found = _held_against(threshold, one.amount, of=one.of, at=True)
            if found is not None:
                return found
    return None


def _held_against(threshold: Threshold, number: int, *, of: str, at: bool) -> bool | None:
    """Hold one number against a threshold; None where it is a number of something else."""
    is_above = number >= threshold.value if threshold.inclusive else number > threshold.value
    if not at:
        return False if number * _FAR_BELOW <= threshold.value else None
    if of == threshold.of.value:
        return is_above
    # A product's users are among the licensee's.
    if threshold.of is Measured.PRODUCT:
        return None if is_above else False
    return True if is_above else None


def _is_of_date(threshold: Threshold, licence: Licence, users: Users) -> bool:
    """Say whether a count is of the moment that the threshold speaks of."""
    if threshold.at is Moment.ANY_TIME:
        return True
    return _distance(licence, users) <= _AROUND


def _distance(licence: Licence, users: Users) -> int:
    """Return how many days lie between a count and the licence's release."""
    if licence.released is None or users.as_of is None:
        return 1 << 20
    return abs((date.fromisoformat(users.as_of) - date.fromisoformat(licence.released)).days)
