"""Where an event was and how well that is known, whatever it is measured against."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from alerts.domain.event import Comparator, Distance, Event
from alerts.domain.geo import Point, distance_km, offset
from alerts.domain.place import Place, Precision

# "About 5 km" is taken as far as 6: the slack that reporters allow themselves, counted against firing.
ABOUT = 1.2
COARSE = frozenset({Precision.ADMIN1, Precision.COUNTRY})
# Nearer than this, a place is its anchor itself and not the spot derived from it.
_SAME_SPOT_KM = 0.01


@dataclass(frozen=True, slots=True)
class Fix:
    """A spot and how far the true one may lie from it. `key` is the place's own; None for a derived spot."""

    point: Point
    radius_km: float
    key: str | None
    is_coarse: bool = False


def fix_of(event: Event) -> Fix | None:
    """Return where an event was: its place, or what a distance from another place comes to."""
    distance = event.distance
    if distance is not None and distance.anchor is not None:
        return _derived(distance, distance.anchor, event.place)
    return _at(event.place) if event.place else None


def _at(place: Place) -> Fix:
    return Fix(place.point, place.radius_km, place.key, place.precision in COARSE)


def _derived(distance: Distance, anchor: Place, place: Place | None) -> Fix:
    """Return the derived spot: as extraction gave it, else by the bearing, else the anchor with a wider radius."""
    if place is not None and distance_km(place.point, anchor.point) > _SAME_SPOT_KM:
        return _at(place)
    _, high = stated(distance)
    if distance.bearing is None or high == inf:
        return Fix(anchor.point, anchor.radius_km + high, None)
    spot = offset(anchor.point, bearing_degrees=distance.bearing, km=distance.km)
    return Fix(spot, anchor.radius_km + (high - distance.km), None)


def stated(distance: Distance) -> tuple[float, float]:
    """Return the least and the greatest number of kilometres that a stated distance allows."""
    km = distance.km
    match distance.comparator:
        case Comparator.EXACTLY:
            return km, km
        case Comparator.ABOUT:
            return km / ABOUT, km * ABOUT
        case Comparator.AT_MOST | Comparator.LESS_THAN:
            return 0.0, km
        case Comparator.AT_LEAST | Comparator.MORE_THAN:
            return km, inf
        case Comparator.BETWEEN:
            return km, distance.high_km if distance.high_km is not None else km * ABOUT
