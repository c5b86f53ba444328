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
from alerts.extraction.time_phrases import Said, phrases

HISTORICAL_AFTER = timedelta(days=30)
"""Older than this before publication is background, not news (reference/extraction.md 5.9)."""

Parts = dict[str, str]

_FUTURE_CUE = re.compile(
    r"\b(?:will|shall|'ll|plans?|planned|planning|scheduled|(?:is|are|was|were|be)\s(?:due|set)|expected|intends?|aims?"
    r"|going\sto|effective|takes?\seffect|comes?\sinto\s(?:force|effect))\b"
    r"(?:\W{1,3}\w{1,20}){0,12}\W{0,3}$"
    r"|\b(?:due|set\sfor|until|till|by)(?:\s(?:on|the))?\s?$",
    re.IGNORECASE,
)
_SINCE_BEFORE = re.compile(
    r"\bsince (?:(?:about|around|at least|early|late|mid|the) |(?:start|beginning|middle|end|close|night|morning"
    r"|evening|early hours|first days|last days) of ){0,4}$",
    re.IGNORECASE,
)
_SINCE_REACH = 48
"""Characters before a time that "since the middle of" may fill."""
_REACH = 90
"""Characters before a time in which "will" or "planned" turns it to the future."""


@dataclass(frozen=True, slots=True)
class _When:
    at: datetime
    precision: TimePrecision
    window_hours: float | None = None
    ongoing: bool = False
    """A span from a time until now, which is never history however long ago it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What a phrase is read against: the publication, and whether its clause speaks of the future."""

    published_at: datetime
    future: bool

    @property
    def now(self) -> datetime:
        return self.published_at.astimezone(UTC)

    def day(self, days: int = 0) -> datetime:
        """Return midnight UTC of the publication's own day, or of a day before or after it."""
        local = self.published_at.date() + timedelta(days=days)
        return datetime(local.year, local.month, local.day, tzinfo=UTC)


def find_times(text: str, published_at: datetime) -> tuple[TimePhrase, ...]:
    """Return the times of a text in order, none overlapping another.

    Args:
        text: The report's text.
        published_at: Aware; its own day is the day that "today" and weekdays are read from.
    """
    return tuple(_found(text, published_at))


def _found(text: str, published_at: datetime) -> Iterator[TimePhrase]:
    for said in phrases(text):
        seen = _Seen(published_at=published_at, future=_is_future(text, said.start))
        parts = _parts(text, said)
        when = _READERS[said.kind](parts, seen)
        if when is not None:
            when = _since(when, parts.get("since", ""), seen)
            yield _phrase(said, when, published_at)


def _parts(text: str, said: Said) -> Parts:
    """Return a phrase's parts: "since" may stand before its edge, and of "since Monday's raid" it is the raid's."""
    owner = text[said.end : said.end + 2] in ("'s", "\u2019s")
    if said.parts.get("lead") == "since" and owner:
        return {name: value for name, value in said.parts.items() if name != "lead"}
    before = text[max(0, said.start - _SINCE_REACH) : said.start]
    return {**said.parts, "since": "since"} if not owner and _SINCE_BEFORE.search(before) else said.parts


def _phrase(said: Said, when: _When, published_at: datetime) -> TimePhrase:
    old = published_at - when.at > HISTORICAL_AFTER + timedelta(days=words.SLACK_DAYS[when.precision])
    return TimePhrase(
        start=said.start,
        end=said.end,
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


def _weekday(parts: Parts, seen: _Seen) -> _When | None:
    ahead = (words.WEEKDAYS[parts["weekday"]] - seen.published_at.weekday()) % 7
    lead = parts.get("lead", "")
    if lead == "next" or (seen.future and lead not in ("last", "since", "this past")):
        days = ahead or 7
    elif lead == "last":
        days = ahead - 7
    else:
        # A weekday named on that same day is today, not a week ago.
        days = ahead - 7 if ahead else 0
    return _since(_When(seen.day(days), TimePrecision.DAY), lead, seen)


def _since(when: _When, lead: str, seen: _Seen) -> _When:
    """Turn "since X" into the span from X until now."""
    if lead != "since":
        return when
    hours = (seen.now - when.at) / timedelta(hours=1)
    return _When(seen.now, when.precision, round(max(hours, 0.0), 1), ongoing=True)


def _relative(parts: Parts, seen: _Seen) -> _When | None:
    days, precision = words.RELATIVE_DAYS[parts["word"]]
    if seen.future and parts["word"] == "overnight":
        days = 0
    return _since(_When(seen.day(days), precision), parts.get("lead", ""), seen)


def _ago(parts: Parts, seen: _Seen) -> _When | None:
    unit = parts["unit"]
    number = words.count(parts.get("count", ""), otherwise=words.VAGUE_AGO.get(unit, 1.0))
    at = _back(seen.now, unit, number)
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


def _past_window(parts: Parts, seen: _Seen) -> _When | None:
    unit = parts["unit"]
    hours = words.HOURS[unit] * words.count(parts.get("count", ""), otherwise=1.0)
    return _When(seen.now, words.PRECISION[unit], hours, ongoing=True)


def _plain_window(parts: Parts, seen: _Seen) -> _When | None:
    """Read "in two days": the span that a figure covers, or the wait until something planned."""
    unit = parts["unit"]
    hours = words.HOURS[unit] * words.count(parts.get("count", ""), otherwise=words.VAGUE_AGO.get(unit, 1.0))
    now = seen.now
    if seen.future:
        return _When(now + timedelta(hours=min(hours, 1e6)), words.PRECISION[unit])
    return _When(now, words.PRECISION[unit], hours, ongoing=True)


def _period(parts: Parts, seen: _Seen) -> _When | None:
    """Read "last week", "earlier this month", "next year"."""
    lead, unit = parts["lead"], parts["unit"]
    precision = words.PRECISION[unit]
    days = words.HOURS[unit] / 24
    if lead == "this":
        later = seen.future or parts.get("part", "") == "later"
        return _When(seen.day(1 if later else 0), precision)
    if lead in ("next", "coming"):
        return _When(seen.day(round(days)), precision)
    return _When(seen.day(-round(days)), precision)


def _date(parts: Parts, seen: _Seen) -> _When | None:
    month, day = words.MONTHS[parts["month"]], int(parts["day"])
    named_year = parts.get("year")
    at = words.calendar_day(int(named_year), month, day) if named_year else _nearest_day(month, day, seen)
    if at is None:
        return None
    return _since(_When(at, TimePrecision.DAY), parts.get("lead", ""), seen)


def _nearest_day(month: int, day: int, seen: _Seen) -> datetime | None:
    """Return the day's latest occurrence up to publication, its next one where the clause speaks of the future."""
    today = seen.day()
    if seen.future:
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


def _month(parts: Parts, seen: _Seen) -> _When | None:
    month = words.MONTHS[parts["month"]]
    lead = parts.get("lead", "")
    if "year" in parts:
        at = words.calendar_day(int(parts["year"]), month, 1)
    else:
        today = seen.day()
        year = today.year - (month > today.month or (lead == "last" and month == today.month))
        year += int((seen.future or lead == "next") and datetime(year, month, 1, tzinfo=UTC) < today.replace(day=1))
        at = words.calendar_day(year, month, 1)
    return _since(_When(at, TimePrecision.MONTH), lead, seen) if at else None


def _year(parts: Parts, seen: _Seen) -> _When | None:
    at = words.calendar_day(int(parts["year"]), 1, 1)
    if at is None or not 1000 <= at.year <= 2200:
        return None
    if at.year == seen.day().year and "lead" not in parts:
        # "In 2024", said in 2024, is some day up to now: no history.
        return _When(seen.day(), TimePrecision.YEAR)
    return _since(_When(at, TimePrecision.YEAR), parts.get("lead", ""), seen)


def _iso(parts: Parts, _seen: _Seen) -> _When | None:
    year, month, day = map(int, parts["iso"].split("-"))
    at = words.calendar_day(year, month, day)
    return _When(at, TimePrecision.DAY) if at else None


def _season(parts: Parts, seen: _Seen) -> _When | None:
    """Read "last summer": a season of the northern half, by the middle of it."""
    today = seen.day()
    years = (today.year - 1, today.year, today.year + 1)
    middles = [datetime(year, words.SEASONS[parts["season"]], 15, tzinfo=UTC) for year in years]
    if parts["lead"] == "next":
        return _When(next(at for at in middles if at > today), TimePrecision.MONTH)
    # "Last summer", said in August, is the one before.
    latest = today - timedelta(days=60) if parts["lead"] == "last" else today + timedelta(days=60)
    return _When(max((at for at in middles if at <= latest), default=middles[0]), TimePrecision.MONTH)


_READERS: dict[str, Callable[[Parts, _Seen], _When | None]] = {
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
    "season": _season,
}
