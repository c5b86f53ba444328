"""Words that say when, resolved against the publication's time.

A day is its midnight UTC; a span that ends with the publication ("in the past week") is placed at its end. Which
event a time belongs to is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerts.domain.event import TimePrecision
from alerts.extraction import calendar_words as words
from alerts.extraction.mentions import TimePhrase

HISTORICAL_AFTER = timedelta(days=30)
"""Older than this before publication is background, not news (reference/extraction.md 5.9)."""

_FUTURE_CUE = re.compile(
    r"\b(?:will|shall|'ll|plans?|planned|planning|scheduled|due|set|expected|intends?|aims?|until|till|by|going)\b"
    r"(?:\W{1,3}\w{1,20}){0,12}\W{0,3}$",
    re.I,
)
_REACH = 90
"""Characters before a time in which "will" or "planned" turns it to the future."""


@dataclass(frozen=True, slots=True)
class _When:
    at: datetime
    precision: TimePrecision
    window_hours: float | None = None
    ongoing: bool = False
    """A span from a time until now, which is never history however long ago it began."""


def find_times(text: str, published_at: datetime) -> tuple[TimePhrase, ...]:
    """Return the times of a text in order, none overlapping another.

    Args:
        text: The report's text.
        published_at: Aware; its own day is the day that "today" and weekdays are read from.
    """
    return tuple(_found(text, published_at))


def _found(text: str, published_at: datetime) -> Iterator[TimePhrase]:
    for match in words.TIME.finditer(text):
        kind, parts = words.parts(match)
        when = _READERS[kind](parts, published_at, _is_future(text, match.start()))
        if when is not None:
            yield _phrase(match, when, published_at)


def _phrase(match: re.Match[str], when: _When, published_at: datetime) -> TimePhrase:
    old = published_at - when.at > HISTORICAL_AFTER + timedelta(days=words.SLACK_DAYS[when.precision])
    return TimePhrase(
        start=match.start(),
        end=match.end(),
        at=when.at,
        precision=when.precision,
        window_hours=when.window_hours,
        historical=old and not when.ongoing,
        future=when.at > published_at,
    )


def _is_future(text: str, start: int) -> bool:
    before = text[max(0, start - _REACH) : start]
    clause = re.split(r"[.!?;]\s|\n", before)[-1]
    return _FUTURE_CUE.search(clause) is not None


def _day(published_at: datetime, *, days: int = 0) -> datetime:
    local = published_at.date() + timedelta(days=days)
    return datetime(local.year, local.month, local.day, tzinfo=UTC)


def _weekday(parts: words.Parts, published_at: datetime, future: bool) -> _When | None:
    ahead = (words.WEEKDAYS[parts["weekday"]] - published_at.weekday()) % 7
    lead = parts.get("lead", "")
    if lead == "next" or (future and lead not in ("last", "since", "this past")):
        days = ahead or 7
    elif lead == "last":
        days = ahead - 7
    else:
        # A weekday named on that same day is today, not a week ago.
        days = ahead - 7 if ahead else 0
    return _since(_When(_day(published_at, days=days), TimePrecision.DAY), lead, published_at)


def _since(when: _When, lead: str, published_at: datetime) -> _When:
    """Turn "since X" into the span from X until now."""
    if lead != "since":
        return when
    hours = (published_at - when.at) / timedelta(hours=1)
    return _When(published_at.astimezone(UTC), when.precision, round(max(hours, 0.0), 1), ongoing=True)


def _relative(parts: words.Parts, published_at: datetime, future: bool) -> _When | None:
    days, precision = words.RELATIVE_DAYS[parts["word"]]
    if future and parts["word"] == "overnight":
        days = 0
    return _since(_When(_day(published_at, days=days), precision), parts.get("lead", ""), published_at)


def _ago(parts: words.Parts, published_at: datetime, _future: bool) -> _When | None:
    unit = parts["unit"]
    number = words.count(parts.get("count", ""), vague=parts["unit"])
    at = _back(published_at.astimezone(UTC), unit, number)
    if unit in ("minute", "hour"):
        return _When(at, TimePrecision.HOUR)
    return _When(_midnight(at), words.PRECISION[unit])


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _back(at: datetime, unit: str, number: float) -> datetime:
    """Return a time earlier by so many units; the year 1 for what the calendar does not reach."""
    hours = words.HOURS[unit] * number
    reach = at - datetime(1, 1, 1, tzinfo=UTC)
    return at - min(timedelta(hours=min(hours, 2e7)), reach)


def _past_window(parts: words.Parts, published_at: datetime, _future: bool) -> _When | None:
    unit = parts["unit"]
    hours = words.HOURS[unit] * words.count(parts.get("count", ""), vague="")
    return _When(published_at.astimezone(UTC), words.PRECISION[unit], hours, ongoing=True)


def _plain_window(parts: words.Parts, published_at: datetime, future: bool) -> _When | None:
    """Read "in two days": the span that a figure covers, or the wait until something planned."""
    unit = parts["unit"]
    hours = words.HOURS[unit] * words.count(parts.get("count", ""), vague=unit)
    now = published_at.astimezone(UTC)
    if future:
        return _When(now + timedelta(hours=min(hours, 1e6)), words.PRECISION[unit])
    return _When(now, words.PRECISION[unit], hours, ongoing=True)


def _period(parts: words.Parts, published_at: datetime, future: bool) -> _When | None:
    """Read "last week", "earlier this month", "next year"."""
    lead, unit = parts["lead"], parts["unit"]
    precision = words.PRECISION[unit]
    days = words.HOURS[unit] / 24
    if lead == "this":
        later = future or parts.get("part", "") == "later"
        return _When(_day(published_at, days=1 if later else 0), precision)
    if lead in ("next", "coming"):
        return _When(_day(published_at, days=round(days)), precision)
    return _When(_day(published_at, days=-round(days)), precision)


def _date(parts: words.Parts, published_at: datetime, future: bool) -> _When | None:
    month, day = words.month(parts["month"]), int(parts["day"])
    if "year" in parts:
        at = words.calendar_day(int(parts["year"]), month, day)
    else:
        at = _nearest_day(month, day, published_at, future=future)
    if at is None:
        return None
    return _since(_When(at, TimePrecision.DAY), parts.get("lead", ""), published_at)


def _nearest_day(month: int, day: int, published_at: datetime, *, future: bool) -> datetime | None:
    """Return the day's latest occurrence up to publication, its next one where the clause speaks of the future."""
    today = _day(published_at)
    if future:
        years = (today.year, today.year + 1, today.year + 4)
        return next((at for at in _days(years, month, day) if at >= today), None)
    # One leap day lies at most eight years back (1896 to 1904).
    years_back = tuple(today.year - back for back in range(9))
    return next((at for at in _days(years_back, month, day) if at <= today), None)


def _days(years: tuple[int, ...], month: int, day: int) -> Iterator[datetime]:
    for year in years:
        at = words.calendar_day(year, month, day)
        if at is not None:
            yield at


def _month(parts: words.Parts, published_at: datetime, future: bool) -> _When | None:
    month = words.month(parts["month"])
    lead = parts.get("lead", "")
    if "year" in parts:
        at = words.calendar_day(int(parts["year"]), month, 1)
    else:
        today = _day(published_at)
        year = today.year - (month > today.month or (lead == "last" and month == today.month))
        year += int((future or lead == "next") and datetime(year, month, 1, tzinfo=UTC) < today.replace(day=1))
        at = words.calendar_day(year, month, 1)
    return _since(_When(at, TimePrecision.MONTH), lead, published_at) if at else None


def _year(parts: words.Parts, published_at: datetime, _future: bool) -> _When | None:
    at = words.calendar_day(int(parts["year"]), 1, 1)
    if at is None or not 1000 <= at.year <= 2200:
        return None
    return _since(_When(at, TimePrecision.YEAR), parts.get("lead", "").lower(), published_at)


def _iso(parts: words.Parts, _published_at: datetime, _future: bool) -> _When | None:
    at = words.calendar_day(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    return _When(at, TimePrecision.DAY) if at else None


_READERS: dict[str, Callable[[words.Parts, datetime, bool], _When | None]] = {
    "iso": _iso,
    "weekday": _weekday,
    "relative": _relative,
    "ago": _ago,
    "past_window": _past_window,
    "plain_window": _plain_window,
    "period": _period,
    "date": _date,
    "month": _month,
    "year": _year,
}
