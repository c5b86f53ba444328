"""What a name is said to lie in: "X, Idaho", "Tripoli's X quarter", "the X suburb of Conakry"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerts.domain.geo import distance_km
from alerts.domain.place import Place, Precision
from alerts.extraction.toponym_text import Span
from alerts.extraction.toponym_words import QUARTER_HEADS, QUARTER_PLURALS

_LAND = frozenset({Precision.COUNTRY, Precision.ADMIN1, Precision.ADMIN2})
_AREAS = frozenset({Precision.ADMIN1, Precision.ADMIN2})
_OWNS = frozenset({"’s ", "'s ", "’ ", "' "})
_JOINS = frozenset({", ", " in ", ", in ", " in the ", ", in the "})
_WITHIN = frozenset(
    """in of the a an , its far northern southern eastern western central north south east west northeast northwest
    southeast southwest part corner town city village locality area""".split()
)
_SETTLEMENTS = frozenset(
    """town city village port capital camp settlement refugee district province region border coastal mountain mining
    market northern southern eastern western central resort island suburb quarter prison locality hamlet""".split()
)
_BETWEEN_MAX = 60
_ROUND_A_TOWN_KM = 15.0


class Containers:
    """Reads from a text what each of its spans is said to lie in."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._text = text
        self._spans = spans

    def areas(self, index: int) -> tuple[Place, ...]:
        """Return the lands that a span may be said to lie in, whichever of their bearers is meant."""
        found: list[Place] = []
        following = self._following(index)
        if following is not None and self._between(index) in _JOINS:
            found += [c.place for c in following.candidates if c.place.precision in _LAND]
        if self.is_owned(index):
            found += [c.place for c in self._spans[index - 1].candidates]
        return tuple(found)

    def is_owned(self, index: int) -> bool:
        """Return whether the place before owns a span: "Tripoli's X"."""
        if index == 0 or self._spans[index - 1].is_vote:
            return False
        return self._text[self._spans[index - 1].end : self._spans[index].start] in _OWNS

    def head(self, index: int) -> str:
        """Return the head of a span, that of the list that it begins too: "Kanyama and Matero compounds"."""
        span = self._spans[index]
        following = self._following(index)
        if span.head or following is None or self._between(index) != " and ":
            return span.head
        return following.head if following.head in QUARTER_PLURALS else ""

    def outer(self, index: int) -> int | None:
        """Return the number of the span that a quarter, a camp or an unknown name is said to lie in."""
        if self.head(index) in QUARTER_HEADS and self.is_owned(index):
            return index - 1
        if not self._spans[index].head and self.head(index):
            index += 1  # the list lies where its last member is said to lie
        following = self._following(index)
        if following is None:
            return None
        between = self._between(index)
        words = between.replace(",", " , ").split() if len(between) <= _BETWEEN_MAX else ["."]
        if not words or not _WITHIN.issuperset(words):
            return None
        is_inside = "in" in words or (self._spans[index].head in QUARTER_HEADS and "of" in words)
        if not is_inside and not (words[0] == "," and following.region):
            return None
        is_owner = index + 2 < len(self._spans) and self._spans[index + 2].region and self.is_owned(index + 2)
        return index + 2 if is_owner else index + 1  # "in Myanmar's Sagaing region" is in the region

    def province(self, index: int) -> int | None:
        """Return the number of the span that may be the province of a name: "Grayson County, Texas"."""
        following = self._following(index)
        if following is None or self._between(index) != ", ":
            return None
        is_province = any(c.is_primary and c.place.precision is Precision.ADMIN1 for c in following.candidates)
        return index + 1 if is_province else None

    def land(self, index: int) -> Place | None:
        """Return the country of a demonym that a name is told by: "the Ugandan refugee settlement of Palabek"."""
        before = self._spans[index - 1] if index > 0 else None
        if before is None or not before.is_vote:
            return None
        words = self._text[before.end : self._spans[index].start].split()[:6]
        is_told = len(words) > 1 and words[-1] == "of" and _SETTLEMENTS.issuperset(words[:-1])
        lands = (c.place for c in before.candidates if c.place.precision is Precision.COUNTRY)
        return next(lands, None) if is_told else None

    def _following(self, index: int) -> Span | None:
        following = self._spans[index + 1] if index + 1 < len(self._spans) else None
        return following if following is not None and not following.is_vote else None

    def _between(self, index: int) -> str:
        return self._text[self._spans[index].end : self._spans[index + 1].start]


def is_in(place: Place, outer: Place) -> bool:
    """Return whether a place lies in a town with its outskirts, or in an area."""
    if outer.country not in place.countries:
        return False
    if outer.precision is Precision.COUNTRY:
        return True
    if outer.precision is Precision.ADMIN1:
        is_named = place.admin1 in {None, outer.admin1 or outer.name}
        return is_named or distance_km(place.point, outer.point) <= outer.radius_km
    return distance_km(place.point, outer.point) <= outer.radius_km + place.radius_km + _ROUND_A_TOWN_KM


def described(name: str, kind: str, outer: Place) -> Place | None:
    """Return the spot of a name of which only the town, district or province is known; None for a site or a country."""
    return named_in(name, kind, outer) if outer.precision in _AREAS | {Precision.TOWN} else None


def named_in(name: str, kind: str, outer: Place) -> Place:
    """Return the spot of a name that no list holds: anywhere in what it lies in, under its own name."""
    return replace(outer, name=name, kind=kind, geonames_id=None)
