"""The words that numbers are written in, and the words beside a number that say it counts nothing."""

from __future__ import annotations

from alerts.domain.event import Comparator

_UNITS = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
FACTORS = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_SMALL = "|".join(sorted((*_UNITS, *_TENS), key=len, reverse=True))
MAGNITUDE = "|".join(FACTORS)
SHORT_FACTORS = {"k": 1_000, "m": 1_000_000, "mn": 1_000_000, "bn": 1_000_000_000}
"""Short forms that stand only after figures. A bare "m" is metres as often: it counts only before persons."""
FIGURE = r"\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?"
_ALL_FACTORS = FACTORS | SHORT_FACTORS
# At most eight words: "two hundred and thirty four thousand five hundred".
SPELT = (
    rf"(?:half\sa\s(?:{MAGNITUDE})\b|half\s(?:million|billion)\b|\b(?:a\s(?:half\s)?(?:{MAGNITUDE})|{_SMALL})\b"
    rf"(?:[\s-](?:and\s)?(?:{_SMALL}|{MAGNITUDE})\b){{0,8}}(?:\sand\sa\shalf(?:\s(?:million|billion))?\b)?)"
)
VAGUE = (
    r"\b(?:(?:tens|hundreds)\sof\s(?:thousands|millions)"
    r"|(?:several|a\sfew|few|many|a\scouple(?:\sof)?|couple)\s(?:dozen|hundred|thousand|million)\b"
    r"|dozens|scores|hundreds|thousands|millions|a\scouple|a\shandful|(?:several|a\sfew)(?=\s[a-z]))"
)

_VAGUE_RANGES: dict[str, tuple[float, float]] = {
    # The plural of a magnitude means at least two of it and less than the next one.
    "dozens": (24, 99),
    "scores": (40, 99),
    "hundreds": (200, 999),
    "thousands": (2_000, 9_999),
    "tens of thousands": (20_000, 99_999),
    "hundreds of thousands": (200_000, 999_999),
    "millions": (2_000_000, 9_999_999),
    "tens of millions": (20_000_000, 99_999_999),
    "hundreds of millions": (200_000_000, 999_999_999),
    "a couple": (2, 3),
    "a handful": (3, 6),
    "several": (3, 9),
    "a few": (2, 5),
}
_SEVERAL = ("several ", "a few ", "few ", "many ")
_COUPLE = ("a couple of ", "a couple ", "couple ")

BEFORE: dict[str, Comparator] = {
    **dict.fromkeys(
            (
                "more than", "over", "above", "upwards of", "in excess of", "greater than", "well over", "just over",
                "exceeding",
            ),
            Comparator.MORE_THAN,
        ),
    **dict.fromkeys(
            ("at least", "no fewer than", "no less than", "not less than", "a minimum of"),
            Comparator.AT_LEAST,
        ),
    **dict.fromkeys(
        ("up to", "as many as", "at most", "no more than", "a maximum of", "not more than", "as much as"),
        Comparator.AT_MOST,
    ),
    **dict.fromkeys(("less than", "fewer than", "under", "below", "just under"), Comparator.LESS_THAN),
    **dict.fromkeys(
        (
            "about", "around", "some", "roughly", "approximately", "an estimated", "estimated", "approx",
            "nearing", "approaching", "nearly", "almost", "close to", "more or less", "circa", "near",
        ),
        Comparator.ABOUT,
    ),
    "between": Comparator.BETWEEN,
    "from": Comparator.EXACTLY,
    "exactly": Comparator.EXACTLY,
}  # fmt: skip
AFTER: dict[str, Comparator] = {
    "or more": Comparator.AT_LEAST,
    "at least": Comparator.AT_LEAST,
    "or so": Comparator.ABOUT,
    "or fewer": Comparator.AT_MOST,
    "or less": Comparator.AT_MOST,
}

PRONOUNS = frozenset({"one"})
NO_ONE = ("no", "any", "the", "this", "that", "every", "each", "another", "which", "day")

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul"
    "|aug|sept?|oct|nov|dec"
)
_PLAIN_MONTHS = _MONTHS.replace("march|", "").replace("may|", "").replace("|mar|", "|")
"""Months that are no verbs."""
_PERSONS = "people|persons|children|women|men|adults|households|families|residents|civilians|refugees|inhabitants"
_OF_HOW_MANY = rf"(?:two|three|four|five|six|ten|\d{{1,3}})\s(?:{_PERSONS})\b"
_CURRENCIES = (
    "dollars?|euros?|pounds?|roubles?|rubles?|rupees?|liras?|yen|yuan|dinars?|riyals?|rials?|dirhams?|shekels?"
    "|hryvnias?|francs?|pesos?|naira|usd|eur|gbp|cents?"
)
_MEASURES = (
    "km|kms|kilomet(?:er|re)s?|miles?|mi|nautical|met(?:er|re)s?|m|cm|mm|centimet(?:er|re)s?|millimet(?:er|re)s?|feet"
    "|foot|ft|inch(?:es)?|yards?|acres?|hectares?|square|cubic|sq|kg|kilograms?|kilos?|grams?|tons?|tonnes?|pounds"
    "|lit(?:er|re)s?|gallons?|barrels?|degrees?|knots|mph|kph|kmh|watts?|kilowatts?|megawatts?|mw|gw|kwh|volts?|hertz"
    "|mhz|gb|tb|bpd|percent|per\\scent|pc|percentage|points?|times|seconds?|minutes?|hours?|days?|nights?|weeks?"
    "|weekends?|months?|years?|decades?|centur(?:y|ies)|am|pm|a\\.m|p\\.m|o'clock|gmt|utc|local\\stime|hrs?|mins?"
)
NOT_AFTER = (
    rf"\s?%|\s?°|[\s-](?:{_MEASURES}|{_CURRENCIES})\b|\s(?:of\s)?(?:{_PLAIN_MONTHS})\b"
    r"|\s(?:may|march)\b(?!\s(?!and\b|to\b|in\b|on\b|at\b|when\b|after\b|this\b|last\b|attack|until\b)[a-z])"
    rf"|[\s-](?:thirds?|quarters?|fifths?|tenths?|halves)\b|\sin\s{_OF_HOW_MANY}"
    rf"|(?:km|kms|m|mi|bn|mm|cm|kg|am|pm|gmt)\b|[\s-]magnitude\b|-year|-day|-hour|-month|-week|-point|-inch|-foot"
    r"|\s(?:years?\sold|year-old)|\s(?:per|of)\scent|\s?/\s?\d|:\d\d|\s(?:seats|votes|goals|runs|wickets|sets)\b"
)
NOT_BEFORE = (
    r"(?:[$€£¥₽₹₺]\s?|\b(?:us|usd|eur|gbp|aed|rs|inr)\.?\s?\$?)$"
    rf"|\b(?:{_MONTHS})\.?\s$|\bmagnitude\s(?:of\s)?(?:about\s)?$|\baged?\s(?:of\s)?(?:between\s)?$|\bages\s(?:of\s)?$"
    r"|\b(?:no|nos|number|article|chapter|section|page|part|phase|room|gate|route|highway|flight|resolution|act|law"
    r"|order|level|category|stage|grade|type|model|unit|channel|version|level|terminal|area|zone|sector|district"
    r"|group|round|day|week|year|covid|g|brigade|mark|mk|bus|line|tel|phone|hotline|call|at\saround)\.?[\s-]$"
    r"|\bgroup\sof\s$|\b(?:one|\d{1,3})\sin\s$|[a-z][-–]$|\+\d{1,3}[\s-]$|\d{2,4}[\s-]\d{2,4}[\s-]$|\b(?:at)\s$(?=\d{1,2}[:.])"
)
SHORT_MAGNITUDE = rf"k|mn|bn|m(?=,?\s(?:{_PERSONS}|more)\b)"
COUNTED = (
    r"\s(?!in\b|on\b|at\b|to\b|by\b|and\b|or\b|with\b|after\b|when\b|as\b|for\b|was\b|were\b|has\b|had\b)[a-z]{3,}"
)
"""A lower-case word that could be counted, right after a number."""


def vague(phrase: str) -> tuple[float, float] | None:
    """Return the ends of an amount such as "hundreds" or "several dozen", in lower case with single blanks."""
    if phrase in _VAGUE_RANGES:
        return _VAGUE_RANGES[phrase]
    for lead in (*_COUPLE, *_SEVERAL):
        factor = FACTORS.get(phrase.removeprefix(lead)) if phrase.startswith(lead) else None
        if factor is not None:
            return (2 * factor, (3 if lead in _COUPLE else 9) * factor)
    return None


def value(phrase: str) -> float | None:
    """Return what a figure or number words come to ("1.5 million", "four hundred and seven"); None for no number."""
    total = current = 0.0
    seen = False
    for word in phrase.replace("half a ", "half ").split():
        if word in ("and", "a", "of"):
            current, seen = (1.0, True) if word == "a" and not seen else (current, seen)
        elif word == "half":
            current, seen = (current + 0.5 if seen else 0.5), True
        elif word in _ALL_FACTORS:
            total, current = _times(total, current if seen else 1.0, _ALL_FACTORS[word])
            seen = True
        else:
            part = _part(word)
            if part is None:
                return None
            current, seen = current + part, True
    return total + current if seen else None


def _times(total: float, current: float, factor: int) -> tuple[float, float]:
    if factor >= 1_000:
        return total + (current or 1.0) * factor, 0.0
    return total, (current or 1.0) * factor


def _part(word: str) -> float | None:
    if word in _UNITS:
        return float(_UNITS[word])
    if word in _TENS:
        return float(_TENS[word])
    digits = word.rstrip("bkmn")
    factor = SHORT_FACTORS.get(word.removeprefix(digits), 1)
    digits = digits.replace(",", "")
    return float(digits) * factor if digits.replace(".", "", 1).isdigit() else None
