"""Numbers as reports write them: figures, words, magnitudes, ranges and vague amounts, with what bounds them.

What is no count stays out: money, percentages, dates, ages, clock times, measures, model names, telephone numbers.
Which noun a number counts is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alerts.domain.event import Comparator, Scope
from alerts.extraction import number_words as words
from alerts.extraction.letters import lower
from alerts.extraction.mentions import NumberPhrase

_SCALED = rf"(?:{words.FIGURE})(?:\s?(?:{words.MAGNITUDE}|{words.SHORT_MAGNITUDE})\b)?"
_CORE = rf"(?:{_SCALED}|{words.VAGUE}|{words.SPELT})"
_BEFORE = "|".join(sorted(words.BEFORE, key=len, reverse=True)).replace(" ", r"\s")
_AFTER = "|".join(sorted(words.AFTER, key=len, reverse=True)).replace(" ", r"\s")
_NUMBER = re.compile(
    rf"""(?<![\w.,:/$€£¥₽₹₺-])(?P<low>{_CORE})
        (?:\s?(?P<link>-|–|—|\bto\b|\band\b)\s?(?P<high>{_SCALED}|{words.SPELT}))?
        (?P<plus>\+)?(?:\s(?P<after>{_AFTER})\b)?""",
    re.VERBOSE,
)
_LEAD = re.compile(rf"\b(?P<before>{_BEFORE})\s(?:an?\s(?:total\sof|additional|further)\s|another\s|the\s|some\s)?$")
_APPOSED = re.compile(r"[a-z]{2}['’]?,\s$")
_COUNTED = re.compile(words.COUNTED)
_YEAR_LEAD = re.compile(
    r"\b(?:in|since|by|of|from|until|till|during|before|after|early|late|mid|year|and|to|the|this)[\s-]$"
)
_NOT_BEFORE = re.compile(words.NOT_BEFORE)
_NOT_AFTER = re.compile(words.NOT_AFTER)
_NEW = re.compile(r"\b(?:another|additional|further|new|extra)\s(?:of\s)?$|^\s(?:more|others|additional|further|new)\b")
_TOTAL = re.compile(
    r"\b(?:total of|totals|totall?ed|toll (?:\w+ ){0,3}to|ris(?:en|es|ing) to|rose to"
    r"|bringing (?:\w+ ){0,5}to|in all)\s?$",
)
_TOTAL_AFTER = re.compile(r"^(?:\s\w+){0,5}?\s(?:in total|altogether|so far|overall|in all|to date)\b")
_PROJECTION = re.compile(
    r"\b(?:could|may|might|would|will|expected to|likely to|projected|forecast|estimated to|set to|risks?)\b"
    r"(?:\s\w+){0,5}\s?$",
)
_RISE = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|climb(?:s|ed|ing)?|increas(?:e|es|ed|ing)|jump(?:s|ed|ing)?|gr[eo]w(?:s|n|ing)?"
    r"|soar(?:s|ed|ing)?|surg(?:e|es|ed|ing)|went|gone|goes|going|up|revised|raised|mount(?:s|ed|ing)?|swell(?:s|ed|ing)?"
    r"|dropped|fell|fallen|lowered|down|cut)(?:\s\w+){0,3}\s?$"
)
"""Words before "from 19 to 27" that make it a change, of which the last figure stands."""
_LEAD_REACH = 36
"""Characters before a number that its comparator may begin in; the longest has 17, "an additional" 13."""
_REACH = 60
"""Characters on either side of a number that its scope and what disqualifies it are read from."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A number's value: one figure, or the ends of a range."""

    low: float
    high: float | None
    vague: bool = False


def find_numbers(text: str) -> tuple[NumberPhrase, ...]:
    """Return the numbers of a text that can count something, in order, none overlapping another."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[NumberPhrase]:
    lowered = lower(text)
    position = 0
    while (match := _NUMBER.search(lowered, position)) is not None:
        end = match.end()
        phrase = None if _glued(lowered, end) else _phrase(lowered, match, position)
        position = phrase.end if phrase else end
        if phrase is not None:
            yield phrase


def _glued(text: str, end: int) -> bool:
    """Return whether a number runs on into something else: "12th", "3.2.1", "5:30", "24/7"."""
    after = text[end : end + 1]
    return after.isalnum() or after == "_" or (after in tuple(".,:/") and text[end + 1 : end + 2].isdigit())


def _phrase(text: str, match: re.Match[str], position: int) -> NumberPhrase | None:
    lead = _LEAD.search(text, max(position, match.start() - _LEAD_REACH), match.start())
    reading = _range(match, lead) if match["high"] else None
    end = match.end() if reading or not match["high"] else match.end("low")
    reading = reading or _single(match["low"])
    start = lead.start() if lead else match.start()
    before, after = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if reading is None or _is_score(match, reading) or _is_no_count(match, lead, before, after):
        return None
    if reading.high is not None and lead is not None and lead["before"] == "from" and _RISE.search(before):
        return NumberPhrase(
            start=start,
            end=end,
            value=reading.high,
            high=None,
            comparator=Comparator.EXACTLY,
            vague=False,
            scope=Scope.TOTAL,
        )
    return NumberPhrase(
        start=start,
        end=end,
        value=reading.low,
        high=reading.high,
        comparator=_comparator(match, lead, reading),
        vague=reading.vague,
        scope=_scope(text[max(0, start - _REACH) : match.start()], after),
    )


def _is_score(match: re.Match[str], reading: _Reading) -> bool:
    """Return whether a hyphen joins figures that are no range: "2-1", "2014-15"."""
    return match["link"] in ("-", "–", "—") and reading.high is None and not match["high"].isalpha()


def _is_no_count(match: re.Match[str], lead: re.Match[str] | None, before: str, after: str) -> bool:
    low, high = match["low"], match["high"] or ""
    if _NOT_AFTER.match(after) or _NOT_BEFORE.search(before):
        return True
    if low.isdigit() and len(low) < 3 and _APPOSED.search(before) and after.startswith(","):
        return True  # "John Smith, 45, was among them"
    if low.isdigit() and len(low) == 4:
        # "Between 2011 and 2014" has a lead; "over 2000 people" is told by what follows.
        years = high.isdigit() and _may_be_year(int(high)) and _may_be_year(int(low))
        if (years or not lead) and _is_year(int(low), before, after):
            return True
    if low in words.PRONOUNS:
        return not re.match(r"\s(?!of\b|another\b|day\b)[a-z]", after) or before.rstrip().endswith(words.NO_ONE)
    return False


def _may_be_year(value: int) -> bool:
    return 1800 <= value <= 2100


def _is_year(value: int, before: str, after: str) -> bool:
    return _may_be_year(value) and (_YEAR_LEAD.search(before) is not None or _COUNTED.match(after) is None)


def _range(match: re.Match[str], lead: re.Match[str] | None) -> _Reading | None:
    if match["link"] == "and" and not (lead and lead["before"] == "between"):
        return None
    low, high = _single(match["low"]), _single(match["high"])
    if low is None or high is None:
        return None
    factor = _shared_factor(match["low"], match["high"])
    least = low.low * factor if low.low * factor < high.low else low.low
    return _Reading(least, high.low) if least < high.low else None


def _shared_factor(low: str, high: str) -> float:
    """Return what the upper end's magnitude adds to the lower end: "5 to 10 million"."""
    words_high = high.split()
    if len(low.split()) > 1 or len(words_high) < 2:
        return 1.0
    return float(words.FACTORS.get(words_high[-1], 1))


def _single(text: str) -> _Reading | None:
    lowered = " ".join(text.replace("-", " ").split())
    vague = words.vague(lowered)
    if vague is not None:
        return _Reading(vague[0], vague[1], vague=True)
    value = words.value(lowered)
    return None if value is None else _Reading(value, None)


def _comparator(match: re.Match[str], lead: re.Match[str] | None, reading: _Reading) -> Comparator:
    if match["after"]:
        return words.AFTER[" ".join(match["after"].split())]
    if match["plus"]:
        return Comparator.AT_LEAST
    named = words.BEFORE[lead["before"]] if lead else None
    if reading.high is not None and named in (None, Comparator.EXACTLY, Comparator.ABOUT, Comparator.BETWEEN):
        return Comparator.BETWEEN
    return named or Comparator.EXACTLY


def _scope(before: str, after: str) -> Scope | None:
    sentence = re.split(r"[.!?;]\s", before)[-1]
    if _PROJECTION.search(sentence):
        return Scope.PROJECTION
    if _NEW.search(sentence) or _NEW.match(after):
        return Scope.NEW
    if _TOTAL.search(sentence) or _TOTAL_AFTER.match(after):
        return Scope.TOTAL
    return None
