"""How reports write times: the patterns, and what their words stand for."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from alerts.domain.event import TimePrecision
from alerts.extraction import number_words

Parts = dict[str, str]
"""The parts of one phrase by name, in lower case; a part that is absent has no key."""

WEEKDAYS = {
    day: index
    for index, names in enumerate(
        (
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thur thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for day in names.split()
}
_MONTHS = {
    name: index
    for index, names in enumerate(
        """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct
        |november nov|december dec""".split("|"),
        start=1,
    )
    for name in names.split()
}
_WEEKDAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
_UNIT = "minute|hour|day|week|month|year|decade"
_SMALL = "a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|sixty"
_COUNT = rf"\d{{1,4}}|{_SMALL}|several|a\sfew|few|a\scouple\sof|couple\sof|many|some"
_PART = "early|late|mid|the\\smorning\\sof|the\\sevening\\sof|the\\snight\\sof"
_YEAR = r"(?:1[0-9]|20|21)\d{2}"

HOURS = {
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "weekend": 168.0,
    "week": 168.0,
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
RELATIVE_DAYS = {
    "today": (0, TimePrecision.DAY),
    "tonight": (0, TimePrecision.DAY),
    "this morning": (0, TimePrecision.DAY),
    "this afternoon": (0, TimePrecision.DAY),
    "this evening": (0, TimePrecision.DAY),
    "yesterday": (-1, TimePrecision.DAY),
    "last night": (-1, TimePrecision.DAY),
    "the day before": (-1, TimePrecision.DAY),
    "overnight": (-1, TimePrecision.DAY),
    "tomorrow": (1, TimePrecision.DAY),
    "recently": (0, TimePrecision.WEEK),
    "in recent hours": (0, TimePrecision.DAY),
    "in recent days": (0, TimePrecision.WEEK),
    "in recent weeks": (0, TimePrecision.MONTH),
}
_VAGUE_AGO = {"minute": 30.0, "hour": 6.0, "day": 3.0, "week": 3.0, "month": 3.0, "year": 3.0, "decade": 2.0}
"""What "days ago" stands for where no number is given."""

_LEAD = r"(?:(?:on|by|until|till|from|before|after|for)\s)?(?:(?P<{0}_lead>last|next|this\spast|this|since)\s)?"
_PATTERNS = {
    "iso": r"\b(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)\b",
    "ago": rf"\b(?:(?:about|around|nearly|almost|over|more\sthan|some|only|just)\s)?(?:(?P<ago_count>{_COUNT})\s)?(?P<ago_unit>{_UNIT})s?\s(?:ago|earlier|before\sthat)\b",
    "past_window": rf"\b(?:in|over|during|within|for|throughout|across)\s(?:just\s|only\s)?the\s(?:past|last|previous)\s(?:(?P<past_window_count>{_COUNT})\s)?(?P<past_window_unit>{_UNIT})s?\b",
    "plain_window": rf"\b(?:in|within|inside)\s(?:(?:just|only|barely|about|around|less\sthan|under|more\sthan|little\smore\sthan)\s){{0,2}}(?:(?:the\s)?space\sof\s)?(?:(?P<plain_window_count>{_COUNT}|a\ssingle)\s)?(?P<plain_window_unit>minute|hour|day|week|month)s?\b(?!\s(?:of|ago|before|after|to)\b)",
    "relative": rf"\b(?:(?P<relative_lead>since)\s|(?:earlier|late|early|later)\s)?(?P<relative_word>{'|'.join(sorted(RELATIVE_DAYS, key=len, reverse=True)).replace(' ', chr(92) + 's')})\b",
    "period": r"\b(?:(?P<period_part>earlier|later|late|early)\s)?(?P<period_lead>last|this|next|the\spast|past|previous|coming)\s(?P<period_unit>weekend|week|month|year|decade)\b(?!s)",
    "weekday": rf"\b{_LEAD.format('weekday')}(?:(?:{_PART})\s)?(?P<weekday_weekday>{_WEEKDAY})s?\b(?:\s(?:early\s)?(?:morning|afternoon|evening|night))?",
    "date": rf"\b{_LEAD.format('date')}(?:the\s)?(?:(?P<date_day>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<date_month>{_MONTH})|(?P<date_month_after>{_MONTH})\.?\s(?:the\s)?(?P<date_day_after>\d{{1,2}})(?:st|nd|rd|th)?)\b(?![\s,]{{1,2}}\d{{1,3}}(?!\d))(?:,?\s(?P<date_year>{_YEAR})\b)?",
    "month": rf"\b(?:(?P<month_lead>since|last|next)\s|(?:in|during|from|until|by|of|throughout)\s)(?:(?:early|late|mid)[\s-])?(?P<month_month>January|February|March|April|May|June|July|August|September|October|November|December)\b(?:,?\s(?:of\s)?(?P<month_year>{_YEAR})\b)?",
    "year": rf"\b(?:(?P<year_lead>since)|in|during|of|from|by|until|before|after|back\sin|throughout|early|late|mid|the)[\s-](?:(?:early|late|mid|summer|winter|spring|autumn|the)[\s-](?:of\s)?){{0,2}}(?P<year_year>{_YEAR})s?\b(?![,.]\d)(?!\s(?:people|civilians|troops|soldiers|fighters|men|women|children|families|homes|houses|refugees|km|metres|miles)\b)",
}  # fmt: skip
TIME = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()), re.IGNORECASE)


def parts(match: re.Match[str]) -> tuple[str, Parts]:
    """Return the kind of a match of `TIME`, and its named parts."""
    kind = match.lastgroup
    assert kind is not None, match
    named = ((name, value) for name, value in match.groupdict().items() if value and name.startswith(f"{kind}_"))
    return kind, {
        name.removeprefix(f"{kind}_").removesuffix("_after"): " ".join(value.lower().split()) for name, value in named
    }


def count(word: str, *, vague: str) -> float:
    """Return the number of units that a word names; for no word, one, or what "`vague`s ago" stands for."""
    if not word:
        return _VAGUE_AGO.get(vague, 1.0)
    if word in ("a", "an", "a single"):
        return 1.0
    if word in ("a couple of", "couple of"):
        return 2.0
    return number_words.value(word) or 3.0


def month(name: str) -> int:
    """Return the number of a month, 1 to 12, by its name or its short form."""
    return _MONTHS[name]


def calendar_day(year: int, month: int, day: int) -> datetime | None:
    """Return midnight UTC of a day; None where the calendar has no such day."""
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
