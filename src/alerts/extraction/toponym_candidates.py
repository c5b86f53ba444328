"""What may be meant by a name, weighed by itself: how well it is known, which of its namesakes it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, log10, radians

from alerts.domain.geo import distance_km
from alerts.domain.place import Place, Precision
from alerts.extraction.names import fold, loose
from alerts.extraction.place_index import Candidate

# Score is in decades of population: a bonus of 1 outweighs a town ten times as large.
_PRIOR = {
    Precision.COUNTRY: 3.0,
    Precision.ADMIN1: -0.8,
    Precision.ADMIN2: -1.5,
    Precision.TOWN: 0.0,
    Precision.SITE: 0.0,
}
_CAPITAL_BONUS = 1.0
_PRIMARY_BONUS = 2.0
_SITE_PEOPLE = 5.0
"""A site of the overlay is there because news speaks of it: it counts as a town of a hundred thousand."""
_AIRPORT_PEOPLE = 1.0
_SEAT_PEOPLE = 10_000
_WEAK_TOWN_PEOPLE = 15_000
"""A smaller town needs a place's position in the sentence, or its country in the text, before its name is believed."""


def fame(candidate: Candidate) -> float:
    """Return how likely a bearer is meant when nothing else is known, in decades of people."""
    place = candidate.place
    people = log10(candidate.population + 1)
    if place.precision is Precision.SITE or (candidate.population == 0 and place.kind not in {"town", "country"}):
        people = _AIRPORT_PEOPLE if place.kind == "airport" else _SITE_PEOPLE
    return (
        people
        + _PRIOR[place.precision]
        + (_CAPITAL_BONUS if candidate.is_capital else 0.0)
        + (_PRIMARY_BONUS if candidate.is_primary else 0.0)
    )


def roughly_km(one: Place, other: Place) -> float:
    """Return a flat-earth distance: a weight that falls off over 300 km needs no better."""
    across = abs(one.lon - other.lon)
    return hypot(one.lat - other.lat, min(across, 360 - across) * cos(radians(one.lat))) * 111.2


def without_namesakes(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return candidates without the provinces that are named after a town among them: a bare "Hama" is the town.

    "Bahia" is another name of the town of Salvador, and yet the province: the town must bear the province's own name.
    """
    towns = [c for c in candidates if c.place.precision is Precision.TOWN and c.population >= _SEAT_PEOPLE]
    return tuple(
        c
        for c in candidates
        if c.place.precision not in {Precision.ADMIN1, Precision.ADMIN2}
        or not any(_is_seat_of(town, c) for town in towns)
    )


def _is_seat_of(town: Candidate, area: Candidate) -> bool:
    one, other = fold(town.place.name), fold(area.place.name)
    is_named_alike = not area.is_primary or town.is_primary or loose(one) in loose(other) or loose(other) in loose(one)
    return is_named_alike and town.place.country == area.place.country and town.population > area.population / 50


def contains(container: Place, place: Place) -> bool:
    """Return whether a place lies in a container, as far as both are known."""
    if place.precision is Precision.COUNTRY or container.country not in place.countries:
        return False
    if container.precision is Precision.COUNTRY:
        return True
    if container.precision is Precision.ADMIN1:
        return container.admin1 == place.admin1 and place.precision is not Precision.ADMIN1
    return distance_km(container.point, place.point) <= container.radius_km + place.radius_km + 5.0


def same_spot(one: Place, other: Place) -> bool:
    """Return whether two bearers are one spot by two sources."""
    return one.country == other.country and distance_km(one.point, other.point) < 25


def bears_letters(place: Place) -> bool:
    """Return whether a few capitals may name a place: "UK", "M5", "CECOT"; "PA" and "TEC" are other things."""
    is_site = place.precision is Precision.SITE and place.kind != "airport"
    return place.precision is Precision.COUNTRY or place.kind in {"road", "pipeline"} or is_site


def is_weak(bearers: Sequence[Candidate]) -> bool:
    """Return whether no bearer is well enough known to be meant without a place's position."""
    return not any(
        c.place.precision is not Precision.TOWN
        or c.population >= (_WEAK_TOWN_PEOPLE if c.is_primary else 10 * _WEAK_TOWN_PEOPLE)
        for c in bearers
    )
