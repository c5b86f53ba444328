"""`near`, exactly: how far an event was from a reference, least and most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, inf, radians, sin, sqrt

from alerts.domain.event import Comparator, Distance
from alerts.domain.geo import EARTH_RADIUS_KM, Point, distance_km
from alerts.domain.place import Place, Precision
from alerts.matching.fix import Fix, stated
from alerts.matching.truth import Subject, Truth
from alerts.ruleset.conditions import Near, Route, Spot, Surface, Target
from alerts.ruleset.reading import plain_number
from alerts.ruleset.shapes import Region
from alerts.ruleset.words import fold

# 3 miles stated and 3 miles asked for must agree after both were turned into kilometres.
_ROUNDING_KM = 1e-6

_SAID = {
    Comparator.EXACTLY: "",
    Comparator.ABOUT: "about ",
    Comparator.AT_LEAST: "at least ",
    Comparator.MORE_THAN: "more than ",
    Comparator.AT_MOST: "within ",
    Comparator.LESS_THAN: "less than ",
    Comparator.BETWEEN: "",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """A distance in kilometres, least and most, and whence it is known: stated in the text, or measured to a fix."""

    low_km: float
    high_km: float
    stated: Distance | None = None
    is_coarse: bool = False

    @property
    def shown(self) -> str:
        """The distance as a reader is told it: "within 5", "about 5", "38.6 ± 5"."""
        if self.stated is not None:
            return shown_distance(self.stated)
        if self.high_km == inf:
            return "an unknown number of"
        if self.is_coarse:
            return f"{plain_number(round(self.low_km))}–{plain_number(round(self.high_km))}"
        middle, spread = (self.low_km + self.high_km) / 2, (self.high_km - self.low_km) / 2
        around = f" ± {plain_number(round(spread, 1))}" if spread >= 0.05 else ""
        return plain_number(round(middle, 1)) + around


class Ruler:
    """Measures from one target; shapes are prepared once."""

    def __init__(self, target: Target) -> None:
        """Prepare a target."""
        self.target = target
        self.region = Region(target.polygons) if isinstance(target, Surface) else None

    def measure(self, subject: Subject) -> Measured | None:
        """Return how far the event was; None when the report does not say where it was."""
        event, target = subject.event, self.target
        if event is None:
            return None
        if isinstance(target, Spot) and event.distance and _is_stated_from(event.distance, target):
            low, high = stated(event.distance)
            return Measured(low, high, event.distance)
        fix = subject.fix
        if fix is None:
            return None
        if fix.key is not None and fix.key in own_keys(target):
            return Measured(0.0, 0.0)
        return self._from_fix(fix, event.place)

    def _from_fix(self, fix: Fix, place: Place | None) -> Measured:
        beyond = self.beyond_km(fix.point)
        low, high = max(0.0, beyond - fix.radius_km), max(0.0, beyond + fix.radius_km)
        if fix.is_coarse and place is not None and isinstance(self.target, Spot) and _holds(place, self.target):
            low = 0.0  # the middle of a province says little of how far it reaches
        return Measured(low, high, is_coarse=fix.is_coarse)

    def beyond_km(self, point: Point) -> float:
        """Return the distance from a point to the target's edge; negative inside."""
        target = self.target
        if isinstance(target, Spot):
            return distance_km(point, target.point) - target.radius_km
        if isinstance(target, Route):
            return min(arc_distance_km(point, a, b) for a, b in pairwise(target.stops))
        edge = min(arc_distance_km(point, a, b) for a, b in edges(target))
        assert self.region is not None
        return -edge if self.region.holds(point) else edge


def truth_of_near(near: Near, measured: Measured | None) -> Truth:
    """Return whether a measured distance lies within the distance asked for; uncertainty counts against it."""
    if measured is None:
        return Truth.UNKNOWN
    limit = near.km + _ROUNDING_KM
    if measured.low_km > limit:
        return Truth.NO
    if measured.is_coarse:
        return Truth.YES if near.coarse else Truth.UNKNOWN
    return Truth.YES if measured.high_km <= limit else Truth.UNKNOWN


def _is_stated_from(distance: Distance, target: Spot) -> bool:
    if target.place_key is None:
        return False
    if distance.anchor is not None:
        return distance.anchor.key == target.place_key
    return fold(distance.of) == fold(target.name)


def own_keys(target: Target) -> tuple[str, ...]:
    """Return the places of the gazetteer that a target is, or runs through."""
    if isinstance(target, Spot):
        return (target.place_key,) if target.place_key is not None else ()
    return target.stop_keys if isinstance(target, Route) else ()


def _holds(place: Place, spot: Spot) -> bool:
    """Return whether a province or country is the one that a spot lies in."""
    if spot.country is None or spot.country not in place.countries:
        return False
    if place.precision is Precision.COUNTRY:
        return True
    return spot.admin1 is not None and fold(place.admin1 or place.name) == fold(spot.admin1)


def shown_distance(distance: Distance) -> str:
    """Return a stated distance with its comparator, in kilometres: "within 5", "about 5", "5-10"."""
    upper = f"-{plain_number(distance.high_km)}" if distance.high_km is not None else ""
    return f"{_SAID[distance.comparator]}{plain_number(round(distance.km, 1))}{upper}"


def edges(surface: Surface) -> Iterator[tuple[Point, Point]]:
    """Yield the edges of a surface's rings."""
    for rings in surface.polygons:
        for ring in rings:
            corners = [Point(lat, (lon + 180) % 360 - 180) for lon, lat in ring]
            yield from pairwise(corners)


Vector = tuple[float, float, float]


def vector_of(point: Point) -> Vector:
    """Return a point as a unit vector from the earth's centre: no seam at the meridian, none at the poles."""
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def arc_distance_km(point: Point, a: Point, b: Point) -> float:
    """Return the distance from a point to the shorter great-circle arc between two others."""
    p, start, end = vector_of(point), vector_of(a), vector_of(b)
    normal = _cross(start, end)
    length = sqrt(_dot(normal, normal))
    ends = min(distance_km(point, a), distance_km(point, b))
    if length < 1e-12:  # the ends coincide, or lie on opposite sides of the globe where no arc is the shorter
        return ends
    unit = (normal[0] / length, normal[1] / length, normal[2] / length)
    before, after = _dot(_cross(unit, start), p), _dot(_cross(end, unit), p)
    if before < 0 or after < 0:
        return ends
    return EARTH_RADIUS_KM * asin(min(1.0, abs(_dot(unit, p))))


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
