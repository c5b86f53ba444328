"""Where a text says when: a word such as "Friday" or "weeks", and what stands right before and after it.

Reading runs outwards from one scan for such words, so that its cost follows the number of times in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alerts.extraction import calendar_words as words
from alerts.extraction.letters import lower

_REACH = 48
"""Characters on either side of a word that belong to its phrase; the longest lead has 40."""
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|sixty|ninety"
_COUNT = rf"(?P<count>\d{{1,4}}|{_SMALL}|an?|a single|several|(?:a )?few|(?:a )?couple of|many|some)"
_NEAR = r"(?:just|only|barely|about|around|less than|under|more than|nearly|almost|over|some|little more than)"
_YEAR = r"(?:1[0-9]|20|21)\d{2}"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_ON = r"(?:\b(?:on|by|until|till|from|before|after|for) )?(?:\b(?P<lead>last|next|this past|this|since) )?"
_EDGE = r"(?:(?:early|late|mid)[ -]|the (?:start|beginning|middle|end|close|turn|onset|first days|last days) of )?"
_PART = r"(?:\b(?:early|late)(?: on)? |\bthe (?:morning|afternoon|evening|night|early hours) of )?"
_COUNTED = (
    r"people|civilians|troops|soldiers|fighters|men|women|children|families|homes|houses|refugees|km|metres|miles"
    r"|dead|wounded|prisoners|dollars|cases|buildings|tonnes|tons"
)

_CUE = re.compile(
    rf"""\b(?:(?P<weekday>{"|".join(words.WEEKDAYS)})s?
      |(?P<month>{"|".join(sorted(words.MONTHS, key=len, reverse=True))})
      |(?P<unit>minute|hour|day|weekend|week|fortnight|month|year|decade)s?
      |(?P<word>{"|".join(sorted(words.RELATIVE_DAYS, key=len, reverse=True)).replace(" ", "[ ]")})
      |(?P<season>spring|summer|autumn|winter)
      |(?P<iso>(?:19|20)\d\d-\d\d-\d\d)
      |(?P<year>{_YEAR})(?:s|-\d\d)?)\b(?![-.]?\d)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One phrase: its span, its kind, and its parts by name, in lower case; a part that is absent has no key."""

    start: int
    end: int
    kind: str
    parts: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to say when: what must stand before the word (up to it) and after it (from it)."""

    kind: str
    before: re.Pattern[str]
    after: re.Pattern[str]


def _form(kind: str, before: str, after: str = "") -> _Form:
    return _Form(kind, re.compile(f"(?:{before})$"), re.compile(after))


_PERIOD_LEAD = r"\b(?:(?P<part>earlier|later|late|early) )?(?P<lead>last|this|next|the past|past|previous|coming) "
_DATE_YEAR = rf"(?:,? (?P<year>{_YEAR})\b)?"
_FORMS: dict[str, tuple[_Form, ...]] = {
    "weekday": (_form("weekday", f"{_PART}{_ON}{_PART}", r"(?:(?: early)? (?:morning|afternoon|evening|night)\b)?"),),
    "month": (
        _form("date", rf"{_ON}(?:the )?\b{_DAY}(?: of)? ", _DATE_YEAR),
        _form("date", _ON, rf"\.? (?:the )?{_DAY}\b(?![,.]?\d){_DATE_YEAR}"),
        _form(
            "month",
            rf"\b(?:(?P<lead>since|last|next) |(?:in|during|from|until|by|of|throughout) ){_EDGE}",
            rf"(?:,? (?:of )?(?P<year>{_YEAR})\b)?",
        ),
        _form("month", "", rf",? (?P<year>{_YEAR})\b"),
    ),
    "unit": (
        _form("ago", rf"(?:\b{_NEAR} )?(?:\b{_COUNT} )?", r" (?:ago|earlier|before that)\b"),
        _form(
            "past_window",
            r"\b(?:in|over|during|within|for|throughout|across) (?:just |only )?the (?:past|last|previous) "
            rf"(?:{_COUNT} )?",
        ),
        _form(
            "plain_window",
            rf"\b(?:in|within|inside) (?:{_NEAR} ){{0,2}}(?:the space of )?(?:{_COUNT} )?",
            r"(?! (?:of|before|after|to|later|old)\b)(?!-)(?!'s (?:old|worth)\b)",
        ),
        _form("period", _PERIOD_LEAD),
    ),
    "word": (_form("relative", r"(?:\b(?:(?P<lead>since)|earlier|late|early|later|in) )?"),),
    "season": (_form("season", r"\b(?P<lead>last|this|next) "),),
    "iso": (_form("iso", ""),),
    "year": (
        _form(
            "year",
            r"\b(?:(?P<lead>since)|in|during|of|from|by|until|before|after|back in|throughout|early|late|mid|the"
            r"|between|and|to)[ -](?:(?:early|late|mid|summer|winter|spring|autumn|the)[ -](?:of )?){0,2}",
            rf"(?![,.]\d)(?! (?:{_COUNTED})\b)",
        ),
        _form("year", r"\(", r"\)"),
    ),
}  # fmt: skip


def phrases(text: str) -> Iterator[Said]:
    """Yield the phrases of a text that say when, in order, none overlapping another."""
    lowered = lower(text)
    position = 0
    for cue in _CUE.finditer(lowered):
        if cue.start() < position or _is_no_month(text, cue):
            continue
        said = _said(lowered, cue, position)
        if said is not None:
            position = said.end
            yield said


def _is_no_month(text: str, cue: re.Match[str]) -> bool:
    return cue["month"] in words.AMBIGUOUS_MONTHS and text[cue.start()].islower()


def _said(lowered: str, cue: re.Match[str], position: int) -> Said | None:
    name = cue.lastgroup
    assert name is not None, cue
    before = lowered[max(position, cue.start() - _REACH) : cue.start()]
    after = lowered[cue.end() : cue.end() + _REACH]
    for form in _FORMS[name]:
        left, right = form.before.search(before), form.after.match(after)
        if left is not None and right is not None:
            named = {**left.groupdict(), name: cue[name]}
            named |= {key: value for key, value in right.groupdict().items() if value}
            parts = {key: value for key, value in named.items() if value}
            return Said(cue.start() - len(left.group()), cue.end() + right.end(), form.kind, parts)
    return None
