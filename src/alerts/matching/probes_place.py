"""Where: the probes of `place`, `country`, `admin1`, `near` and `inside`."""

from __future__ import annotations

from alerts.domain.event import Event
from alerts.domain.geo import distance_km
from alerts.domain.place import PRECISIONS, Place, Precision
from alerts.matching.measure import Measured, Ruler, truth_of_near
from alerts.matching.probe import NOT_KNOWN, Probe, of_event
from alerts.matching.truth import Subject, Truth, truth_of
from alerts.ruleset.conditions import Admin1Is, CountryIs, Inside, Near, PlaceIs, PlaceSelector
from alerts.ruleset.reading import plain_number
from alerts.ruleset.words import fold

_PARTS_OF_TOWNS = frozenset({"quarter", "camp"})
_OUTSKIRTS = 1.2
"""How much further than its radius the quarters of a town may reach."""


def _place_said(event: Event) -> str:
    place = event.place
    if place is None:
        return NOT_KNOWN
    where = ", ".join(part for part in (place.name, place.country) if part)
    return f"{where} ({place.kind}, known to its {place.precision.value})"


def place_probe(condition: PlaceIs) -> Probe:
    """Ask whether the place is one meant, or inside one."""

    def test(event: Event) -> Truth:
        place = event.place
        if place is None:
            return Truth.UNKNOWN
        return max(_lies_in(place, selector) for selector in condition.wanted)

    return of_event(test, _place_said)


def _lies_in(place: Place, wanted: PlaceSelector) -> Truth:
    if wanted.kinds and place.kind not in wanted.kinds:
        return Truth.NO
    if wanted.countries and wanted.countries.isdisjoint(place.countries):
        return Truth.NO if place.countries else Truth.UNKNOWN
    if wanted.key is None or wanted.key == place.key:
        return Truth.YES
    if wanted.precision is Precision.COUNTRY:
        return _in_country(place, frozenset({wanted.country or ""}))
    if wanted.precision in {Precision.ADMIN1, Precision.ADMIN2}:
        return _in_admin(place, wanted)
    return _in_spot(place, wanted)


def _in_spot(place: Place, wanted: PlaceSelector) -> Truth:
    """Return whether a place is part of a town or site that is not itself.

    A finer place within its radius is, and a quarter that lies in it as a whole.
    """
    rank = PRECISIONS.index
    if rank(place.precision) > rank(Precision.TOWN):
        return Truth.UNKNOWN if _may_hold(place, wanted) else Truth.NO
    is_finer = rank(place.precision) < rank(wanted.precision)
    assert wanted.point is not None
    apart = distance_km(place.point, wanted.point)
    is_quarter = place.kind in _PARTS_OF_TOWNS and apart + place.radius_km <= wanted.radius_km * _OUTSKIRTS
    return truth_of((is_finer or is_quarter) and apart <= wanted.radius_km)


def _may_hold(place: Place, wanted: PlaceSelector) -> bool:
    """Return whether a coarse place may be told of something that happened at a spot inside it."""
    if wanted.country not in place.countries:
        return False
    if place.precision is Precision.COUNTRY or place.admin1 is None or wanted.admin1 is None:
        return True
    return fold(place.admin1) == fold(wanted.admin1)


def _in_admin(place: Place, wanted: PlaceSelector) -> Truth:
    if wanted.country not in place.countries:
        return Truth.NO if place.countries else Truth.UNKNOWN
    own, other = (
        (place.admin1, wanted.admin1 or wanted.name)
        if wanted.precision is Precision.ADMIN1
        else (place.admin2, wanted.admin2 or wanted.name)
    )
    return Truth.UNKNOWN if own is None else truth_of(fold(own) == fold(other))


def _in_country(place: Place | None, codes: frozenset[str]) -> Truth:
    if place is None or not place.countries:
        return Truth.UNKNOWN
    return truth_of(not codes.isdisjoint(place.countries))


def country_probe(condition: CountryIs) -> Probe:
    """Ask in which country the place lies."""

    def show(event: Event) -> str:
        return " and ".join(event.place.countries) if event.place and event.place.countries else NOT_KNOWN

    return of_event(lambda e: _in_country(e.place, condition.codes), show)


def admin1_probe(condition: Admin1Is) -> Probe:
    """Ask in which province the place lies."""
    countries = frozenset(country for country, _ in condition.provinces)

    def test(event: Event) -> Truth:
        place = event.place
        in_country = _in_country(place, countries)
        if place is None or in_country is not Truth.YES:
            return in_country
        if place.admin1 is None:
            return Truth.UNKNOWN
        return truth_of(any((code, fold(place.admin1)) in condition.provinces for code in place.countries))

    def show(event: Event) -> str:
        return (event.place.admin1 if event.place else None) or NOT_KNOWN

    return of_event(test, show)


def near_probe(condition: Near) -> Probe:
    """Ask how far the place is from each target; the nearest one speaks."""
    rulers = [Ruler(target) for target in condition.targets]

    def test(subject: Subject) -> Truth:
        return max(truth_of_near(condition, ruler.measure(subject)) for ruler in rulers)

    def closest(subject: Subject) -> tuple[Ruler, Measured] | None:
        found = [(ruler, measured) for ruler in rulers if (measured := ruler.measure(subject))]
        return min(found, key=lambda pair: (pair[1].high_km, pair[1].low_km), default=None)

    def show(subject: Subject) -> str:
        best = closest(subject)
        if best is None:
            return "no event" if subject.event is None else NOT_KNOWN
        return f"{best[1].shown} km from {best[0].target.name}{_known_to(subject, best[1])}"

    def margin(subject: Subject) -> str | None:
        best = closest(subject)
        return _margin(condition.km - best[1].high_km, "km") if best and not best[1].is_coarse else None

    return Probe(test, show, margin)


def _known_to(subject: Subject, measured: Measured) -> str:
    place = subject.event.place if subject.event else None
    if not measured.is_coarse or place is None:
        return ""
    return f": known only to the {place.kind} {place.name}"


def _margin(left: float, unit: str) -> str | None:
    if left in {float("inf"), float("-inf")}:
        return None
    return f"{plain_number(round(abs(left), 1))} {unit} {'to spare' if left >= -1e-6 else 'too far'}"


def inside_probe(condition: Inside) -> Probe:
    """Ask whether the place, with its uncertainty, lies inside a shape."""
    rulers = [Ruler(surface) for surface in condition.surfaces]

    def test(subject: Subject) -> Truth:
        fix = subject.fix
        if fix is None:
            return Truth.UNKNOWN
        beyond = min(ruler.beyond_km(fix.point) for ruler in rulers)
        if beyond - fix.radius_km > 0:
            return Truth.NO
        return Truth.YES if beyond + fix.radius_km <= 0 else Truth.UNKNOWN

    def show(subject: Subject) -> str:
        fix = subject.fix
        if fix is None:
            return NOT_KNOWN
        beyond = min(ruler.beyond_km(fix.point) for ruler in rulers)
        side = "inside" if beyond <= 0 else "outside"
        return f"{plain_number(round(abs(beyond), 1))} km {side}, known to {plain_number(round(fix.radius_km, 1))} km"

    return Probe(test, show)
