"""What the words of times stand for: days, months, units and their lengths."""

from __future__ import annotations

from datetime import UTC, datetime

from alerts.domain.event import TimePrecision
from alerts.extraction import number_words

WEEKDAYS = {
    day: index
    for index, day in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}
MONTHS = {
    name: index
    for index, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar", "dec", "sep", "jan", "jun"})
"""Months that are words, names or short forms of something else as well: they need a capital."""
HOURS = {
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "weekend": 168.0,
    "week": 168.0,
    "fortnight": 336.0,
    "month": 730.0,
    "year": 8766.0,
    "decade": 87660.0,
}
"""A month is a twelfth of a year of 365.25 days, rounded to the hour."""
PRECISION = {
    "minute": TimePrecision.HOUR,
    "hour": TimePrecision.HOUR,
    "day": TimePrecision.DAY,
    "week": TimePrecision.WEEK,
    "weekend": TimePrecision.WEEK,
    "fortnight": TimePrecision.WEEK,
    "month": TimePrecision.MONTH,
    "year": TimePrecision.YEAR,
    "decade": TimePrecision.YEAR,
}
SLACK_DAYS = {
    TimePrecision.HOUR: 0,
    TimePrecision.DAY: 0,
    TimePrecision.WEEK: 7,
    TimePrecision.MONTH: 30,
    TimePrecision.YEAR: 0,
    TimePrecision.UNKNOWN: 0,
}
"""Days after its start that a coarse time may still lie: "last month" can mean four days ago."""
SEASONS = {"spring": 4, "summer": 7, "autumn": 10, "winter": 1}
"""The month in the middle of each season of the northern half of the world."""
RELATIVE_DAYS = {
    "today": (0, TimePrecision.DAY),
    "tonight": (0, TimePrecision.DAY),
    "this morning": (0, TimePrecision.DAY),
    "this afternoon": (0, TimePrecision.DAY),
    "this evening": (0, TimePrecision.DAY),
    "yesterday": (-1, TimePrecision.DAY),
    "last night": (-1, TimePrecision.DAY),
    "the day before yesterday": (-2, TimePrecision.DAY),
    "the day after tomorrow": (2, TimePrecision.DAY),
    "the day before": (-1, TimePrecision.DAY),
    "overnight": (-1, TimePrecision.DAY),
    "tomorrow": (1, TimePrecision.DAY),
    "recent hours": (0, TimePrecision.DAY),
    "recent days": (0, TimePrecision.WEEK),
    "recent weeks": (0, TimePrecision.MONTH),
}
VAGUE_AGO = {"minute": 30.0, "hour": 6.0, "day": 3.0, "week": 3.0, "month": 3.0, "year": 3.0, "decade": 20.0}
"""Units that "minutes ago", "days ago" stand for where no number is given."""


def count(word: str, *, otherwise: float) -> float:
    """Return the number of units that a word names ("two", "a", "several"); `otherwise` for no word."""
    if not word:
        return otherwise
    if word in ("a", "an", "a single", "one"):
        return 1.0
    if word.endswith("couple of"):
        return 2.0
    return number_words.value(word) or 3.0


def calendar_day(year: int, month: int, day: int) -> datetime | None:
    """Return midnight UTC of a day; None where the calendar has no such day."""
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
