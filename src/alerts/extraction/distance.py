"""Distances that a report states from a named place: how far, how surely, in which direction.

Depths, lengths, stretches of road and how far somebody advanced are no distances from a place.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.domain.event import Comparator, Distance
from alerts.domain.geo import COMPASS_DEGREES, offset
from alerts.domain.place import Place, Precision
from alerts.extraction import number_words
from alerts.extraction.letters import lower
from alerts.extraction.mentions import DistancePhrase, Toponym

_KM = {
    "nautical mile": 1.852,
    "nm": 1.852,
    "nmi": 1.852,
    "mile": 1.609344,
    "mi": 1.609344,
    "km": 1.0,
    "kilometer": 1.0,
    "kilometre": 1.0,
    "klick": 1.0,
    "meter": 0.001,
    "metre": 0.001,
    "m": 0.001,
    "yard": 0.0009144,
}
"""The international mile, nautical mile and yard, exact by definition."""
_UNIT = r"(?:nautical\smiles?|nmi?|miles?|mi|kms?|kilomet(?:er|re)s?|klicks?|met(?:er|re)s?|m|yards?)\b"
_FEW = {"a few": (2.0, 5.0), "a couple of": (2.0, 3.0), "several": (3.0, 9.0), "dozens of": (24.0, 99.0)}
_VALUE = rf"(?:{number_words.FIGURE}|{number_words.SPELT}|half\sa|an?|a\sfew|a\scouple\sof|several|dozens\sof)"
_COMPARATORS: dict[str, Comparator] = {
    **number_words.BEFORE,
    "within": Comparator.AT_MOST,
    "to within": Comparator.AT_MOST,
    "just": Comparator.EXACTLY,
    "only": Comparator.EXACTLY,
    "barely": Comparator.EXACTLY,
    "a mere": Comparator.EXACTLY,
    "just within": Comparator.AT_MOST,
    "within about": Comparator.ABOUT,
}
_COMPARATOR = "|".join(sorted(_COMPARATORS, key=len, reverse=True)).replace(" ", r"\s")
_COMPASS = {
    name.replace("-", ""): letters
    for letters, name in {
        "n": "north", "ne": "north-east", "e": "east", "se": "south-east", "s": "south", "sw": "south-west",
        "w": "west", "nw": "north-west", "nne": "north-northeast", "ene": "east-northeast", "ese": "east-southeast",
        "sse": "south-southeast", "ssw": "south-southwest", "wsw": "west-southwest", "wnw": "west-northwest",
        "nnw": "north-northwest",
    }.items()
}  # fmt: skip
_DIRECTION = (
    r"(?:(?:north|south|east|west)[\s-]?)?(?:north|south)?(?:[\s-]?(?:east|west))?(?:ern|erly|wards?)?"
    r"|[nsew]{1,3}(?=\sof\b)"
)
_DISTANCE = re.compile(
    rf"""(?<![\w.,-])(?:(?P<comparator>{_COMPARATOR})\s)?(?:(?:an?|the)\s)?(?:(?:radius|distance)\sof\s)?
    (?:(?P<second>about|around|some|roughly|approximately|only|just)\s)?
    (?P<low>{_VALUE})(?:\s?(?:-|–|to|and|or)\s?(?P<high>{number_words.FIGURE}|{number_words.SPELT}))?[\s-]?(?P<unit>{_UNIT})(?:[\s-]radius\b)?
    (?:\s?\([^()]{{1,40}}\)|,?\sor\s[\d.,]{{1,9}}\s{_UNIT},?)?
    (?P<link>(?:,?\s(?:away|outside|off|due|further|farther|to\sthe|down|up|inland|by\sroad))*?
      (?:\s(?P<direction>{_DIRECTION}))?(?:\s(?:away|outside|off|of|from|around|by\sroad)){{1,3}}
      |\s(?P<bare>{_DIRECTION})(?:\sof)?)\s""",
    re.VERBOSE | re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:(?<=\d)|\b)(?:nautical|nmi?|miles?|mi|kms?|kilomet(?:er|re)s?|klicks?|met(?:er|re)s?|m|yards?)\b"
)
_REACH = 64
"""Characters on either side of a unit that its phrase may take: "no more than about twenty-five" has 30."""
_BEFORE_ANCHOR = re.compile(
    r"(?:the\s)?(?:(?:[A-Za-z]{2,20}[\s-]){0,3}?(?:city|town|village|capital|suburbs?|district|port|border|outskirts|edges?"
    r"|cent(?:er|re)|coast|gates|walls|heart|crossing|camp)(?:\scity)?(?:\sof|\swith|,)?\s|central\s|downtown\s)?(?:the\s)?"
)
_DESCRIBED = re.compile(
    r"(?:the\s)?(?:(?:besieged|key|strategic|central|northern|southern)\s)?(?:city|town|village|capital|crossing)\b",
    re.IGNORECASE,
)
_DISPLACED = re.compile(
    r"\b(?:advanc|push|mov|march|retreat|withdr|travel|walk|drov|driv|fled|fell\sback)[a-z]{0,8}(?:\sback)?\s$",
    re.IGNORECASE,
)
_COMPASS_SPREAD = 0.4
"""The sine of 22.5 degrees, rounded up: "north" names a sector, not a line."""


def find_distances(text: str, toponyms: Sequence[Toponym]) -> tuple[DistancePhrase, ...]:
    """Return the distances that a text states from its toponyms, in order.

    Args:
        text: The report's text.
        toponyms: What `find_toponyms` gave for this text, in order.
    """
    starts = [toponym.start for toponym in toponyms]
    found = (_phrase(text, match, toponyms, starts) for match in _stated(text))
    return tuple(phrase for phrase in found if phrase is not None)


def _stated(text: str) -> Iterator[re.Match[str]]:
    """Yield what looks like a distance from something, around each unit of length."""
    position = 0
    for unit in _CUE.finditer(lower(text)):
        start = max(position, unit.start() - _REACH)
        match = _DISTANCE.search(text, start, unit.end() + _REACH) if unit.start() >= position else None
        position = max(position, match.end() if match else unit.end())
        if match is not None:
            yield match


def _phrase(text: str, match: re.Match[str], toponyms: Sequence[Toponym], starts: list[int]) -> DistancePhrase | None:
    is_bare = not (match["comparator"] or match["direction"] or match["bare"])
    if is_bare and _DISPLACED.search(text[max(0, match.start() - 24) : match.start()]):
        return None
    anchor = _anchor(text, match.end(), toponyms, starts)
    reach = _reach(match)
    if anchor is None or reach is None:
        return None
    toponym, end = anchor
    distance = Distance(
        km=reach.km,
        comparator=reach.comparator,
        of=toponym.text,
        bearing=_bearing(match["direction"] or match["bare"] or ""),
        anchor=toponym.place,
        high_km=reach.high_km,
    )
    return DistancePhrase(
        start=match.start(),
        end=end,
        distance=distance,
        place=_derived(distance),
        anchor_start=toponym.start,
        anchor_end=toponym.end,
    )


def _anchor(text: str, position: int, toponyms: Sequence[Toponym], starts: list[int]) -> tuple[Toponym, int] | None:
    """Return the place that a distance is measured from, and where the phrase ends."""
    lead = _BEFORE_ANCHOR.match(text, position)
    limit = lead.end() if lead else position
    index = bisect_left(starts, position)
    if index < len(toponyms) and starts[index] <= limit:
        return toponyms[index], toponyms[index].end
    described = _DESCRIBED.match(text, position)
    if described is None:
        return None
    before = (toponym for toponym in reversed(toponyms[: bisect_right(starts, position)]) if _is_local(toponym))
    last = next(before, None)
    return (last, described.end()) if last else None


def _is_local(toponym: Toponym) -> bool:
    return toponym.place is not None and toponym.place.precision in (Precision.TOWN, Precision.SITE)


@dataclass(frozen=True, slots=True)
class _Reach:
    km: float
    high_km: float | None
    comparator: Comparator


def _reach(match: re.Match[str]) -> _Reach | None:
    unit = _KM[" ".join(match["unit"].lower().split()).rstrip("s")]
    named = _COMPARATORS.get(" ".join((match["comparator"] or "").lower().split()))
    if match["second"] and match["second"].lower() not in ("only", "just") and named in (None, Comparator.AT_MOST):
        named = Comparator.ABOUT
    few = _FEW.get(" ".join(match["low"].lower().split()))
    low = few[0] if few else _value(match["low"])
    high = few[1] if few else (_value(match["high"]) if match["high"] else None)
    if low is None:
        return None
    if high is not None and high > low:
        return _Reach(round(low * unit, 3), round(high * unit, 3), Comparator.BETWEEN)
    return _Reach(round(low * unit, 3), None, named or Comparator.EXACTLY)


def _value(text: str) -> float | None:
    lowered = " ".join(text.lower().replace("-", " ").split())
    return {"a": 1.0, "an": 1.0, "half a": 0.5}.get(lowered) or number_words.value(lowered)


def _bearing(direction: str) -> float | None:
    letters = "".join(direction.lower().split()).replace("-", "")
    for ending in ("erly", "ern", "wards", "ward"):
        letters = letters.removesuffix(ending)
    return COMPASS_DEGREES.get(_COMPASS.get(letters, letters)) if letters else None


def _derived(distance: Distance) -> Place | None:
    """Return where the distance puts the event: off the anchor by the bearing, else anywhere around it."""
    anchor = distance.anchor
    if anchor is None:
        return None
    furthest = distance.high_km or distance.km
    if distance.bearing is None:
        return replace(anchor, radius_km=round(anchor.radius_km + furthest, 1))
    middle = (distance.km + furthest) / 2
    point = offset(anchor.point, bearing_degrees=distance.bearing, km=middle)
    letters = next(name for name, degrees in COMPASS_DEGREES.items() if degrees == distance.bearing)
    return replace(
        anchor,
        name=f"{round(middle, 1):g} km {letters.upper()} of {anchor.name}",
        lat=round(point.lat, 5),
        lon=round(point.lon, 5),
        radius_km=round(anchor.radius_km + furthest - middle + _COMPASS_SPREAD * middle, 1),
        geonames_id=None,
    )
