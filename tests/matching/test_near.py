"""`near`, exactly: stated distances, uncertain fixes, the meridian and the poles."""

from __future__ import annotations

import pytest

from alerts.domain.event import Comparator, Distance, Event
from alerts.domain.place import PlaceRole, Precision
from alerts.ruleset.nodes import SourceFile
from tests.matching.builders import a_rule, a_spot, an_event, compiled, matches, rule_text
from tests.ruleset.world import APIA, HAMA, HOMS, HOMS_PROVINCE, SUVA, TALBISEH

NEAR_HOMS = a_rule('near: {place: "Homs, SY", km: 5}')
MILE, NAUTICAL_MILE = 1.609344, 1.852


def north_of_homs(km: float, comparator: Comparator = Comparator.EXACTLY) -> Event:
    """An event whose text states its distance from Homs."""
    return an_event(distance=Distance(km=km, comparator=comparator, of="Homs", bearing=0.0, anchor=HOMS))


def in_the_middle(precision: Precision, radius_km: float) -> Event:
    """A clash whose point lies inside Homs, known to some precision."""
    return an_event(place=a_spot(34.74, 36.72, precision=precision, radius_km=radius_km, country="SY"))


@pytest.mark.parametrize(
    ("event", "fires"),
    [
        (in_the_middle(Precision.SITE, 0.1), True),
        (in_the_middle(Precision.ADMIN1, 60.0), False),
        (in_the_middle(Precision.TOWN, 30.0), False),
        (north_of_homs(3 * MILE), True),
        (north_of_homs(3 * MILE, Comparator.ABOUT), False),
        (north_of_homs(3 * NAUTICAL_MILE), False),
        (an_event(place=HOMS_PROVINCE), False),
    ],
    ids=["site", "province", "vague-town", "3-miles", "about-3-miles", "3-nautical-miles", "named-province"],
)
def test_a_vague_fix_is_not_an_arrival(event: Event, *, fires: bool) -> None:
    """C28: only what certainly lies within 5 km of Homs fires."""
    assert bool(matches(NEAR_HOMS, event)) is fires


@pytest.mark.parametrize(
    ("comparator", "km", "fires"),
    [
        (Comparator.AT_MOST, 5.0, True),
        (Comparator.LESS_THAN, 5.0, True),
        (Comparator.ABOUT, 4.0, True),
        (Comparator.ABOUT, 5.0, False),
        (Comparator.MORE_THAN, 1.0, False),
        (Comparator.AT_LEAST, 1.0, False),
        (Comparator.EXACTLY, 5.0, True),
        (Comparator.EXACTLY, 5.1, False),
    ],
)
def test_a_stated_distance_decides(comparator: Comparator, km: float, *, fires: bool) -> None:
    """A distance "within 5" is 5, "about 5" is 6, "more than" is never near."""
    assert bool(matches(NEAR_HOMS, north_of_homs(km, comparator))) is fires


def test_a_range_counts_by_its_far_end() -> None:
    """A place "4 to 6 km from Homs" is not within 5."""
    ranged = Distance(km=4.0, high_km=6.0, comparator=Comparator.BETWEEN, of="Homs", anchor=HOMS)

    assert not matches(NEAR_HOMS, an_event(distance=ranged))


def test_an_event_in_the_town_itself_is_near_it() -> None:
    """A town's own extent does not count against what happened in it."""
    assert matches(NEAR_HOMS, an_event(place=HOMS))


def test_a_distance_from_another_town_is_measured_from_where_it_leads() -> None:
    """Eight km south of Talbiseh lies at the edge of Homs; eight km north of it does not."""
    rules = a_rule('near: {place: "Homs, SY", km: 5}')

    def from_talbiseh(bearing: float | None) -> Event:
        return an_event(
            distance=Distance(km=8.0, comparator=Comparator.EXACTLY, of="Talbiseh", bearing=bearing, anchor=TALBISEH)
        )

    assert matches(rules, from_talbiseh(180.0))
    assert not matches(rules, from_talbiseh(0.0))
    assert not matches(rules, from_talbiseh(None))


def test_a_province_counts_only_when_coarse_is_asked_for() -> None:
    """`coarse: true` opts in, and the match says that it is coarse."""
    rules = a_rule('near: {place: "Homs, SY", km: 5, coarse: true}')

    (match,) = matches(rules, an_event(place=HOMS_PROVINCE))

    assert match.coarse


def test_not_near_stays_quiet_where_nearness_is_uncertain() -> None:
    """A fix that may or may not be near is unknown, and so is its `not`."""
    rules = a_rule('{type: armed_clash, not: {near: {place: "Homs, SY", km: 5}}}')

    assert not matches(rules, in_the_middle(Precision.TOWN, 30.0))
    assert matches(rules, an_event(place=HAMA))


def test_over_the_meridian_and_at_the_pole() -> None:
    """C29 a and c: 10.7 km across the 180th meridian and 11.1 km across the pole are near."""
    across = a_rule("near: {point: {lat: -16.5, lon: 179.95}, km: 15}")
    polar = a_rule("near: {point: {lat: 89.95, lon: 0}, km: 15}")

    assert matches(across, an_event(place=a_spot(-16.5, -179.95)))
    assert matches(polar, an_event(place=a_spot(89.95, 180.0)))
    assert not matches(polar, an_event(place=a_spot(89.8, 180.0)))


CLOCKWISE = "[[[177,-20],[177,-12],[182,-12],[182,-20],[177,-20]]]"
REVERSED = "[[[177,-20],[182,-20],[182,-12],[177,-12],[177,-20]]]"
JUMPING = "[[[177,-20],[177,-12],[-178,-12],[-178,-20],[177,-20]]]"


@pytest.mark.parametrize("ring", [CLOCKWISE, REVERSED, JUMPING])
def test_a_polygon_over_the_meridian_holds_what_it_holds(ring: str) -> None:
    """C29 b: whichever way the ring runs and however it writes its longitudes."""
    rules = a_rule(f"inside: {{type: Polygon, coordinates: {ring}}}")
    inside = [SUVA, a_spot(-16.8, -179.9)]
    outside = [APIA, a_spot(51.5, -0.1), a_spot(-1.29, 36.82)]

    assert all(matches(rules, an_event(place=place)) for place in inside)
    assert not any(matches(rules, an_event(place=place)) for place in outside)


def test_a_ring_around_a_pole_holds_the_pole() -> None:
    """A ring at 60 degrees south is Antarctica, not the rest of the world."""
    ring = ",".join(f"[{lon},-60]" for lon in (-180, -90, 0, 90, 180))
    rules = a_rule(f"inside: {{type: Polygon, coordinates: [[{ring}]]}}")

    assert matches(rules, an_event(place=a_spot(-89.0, 10.0)))
    assert matches(rules, an_event(place=a_spot(-75.0, 179.9)))
    assert not matches(rules, an_event(place=a_spot(-50.0, 10.0)))
    assert not matches(rules, an_event(place=a_spot(75.0, 10.0)))


def test_swapped_coordinates_are_an_error_at_their_column() -> None:
    """C29 d: a latitude of 149.1 is refused where it stands."""
    text = rule_text("{near: {point: {lat: 149.1, lon: -29.0}, km: 5}}")
    compilation = compiled(text)

    (problem,) = (p for p in compilation.problems if p.code == "bad-coordinate")

    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :].startswith("149.1")
    assert "swapped" in problem.hint


def test_near_a_route_measures_to_the_road_between_its_stops() -> None:
    """Between Homs and Hama runs the road, though neither town is near."""
    rules = a_rule('near: {along: ["Homs, SY", "Hama, SY"], km: 5}')

    assert matches(rules, an_event(place=a_spot(34.93, 36.74)))
    assert matches(rules, an_event(place=HOMS))
    assert not matches(rules, an_event(place=a_spot(34.93, 36.90)))


def test_near_sites_opens_an_alert_a_site() -> None:
    """Two depots within reach of one strike are two alerts, each with its own distance."""
    rows = "id,name,lat,lon,radius_km,kind\nn,North,34.80,36.70,0.2,depot\ns,South,34.70,36.70,,depot\n"
    csv = SourceFile(path="depots.csv", text=rows)
    text = rule_text("{near: {sites: $depots, km: 20}}", more="sites: {depots: {file: depots.csv}}")
    compilation = compiled(text, more=[csv])
    assert compilation.ruleset is not None

    found = matches(compilation.ruleset, an_event(place=a_spot(34.75, 36.70)))

    assert [match.key.by for match in found] == [(("near.place", "depots:n"),), (("near.place", "depots:s"),)]
    assert all(match.summary for match in found)


def test_a_place_without_a_point_keeps_near_unknown() -> None:
    """An event without any place does not fire, and neither does its negation."""
    assert not matches(NEAR_HOMS, an_event())
    assert not matches(a_rule('{type: armed_clash, not: {near: {place: "Homs, SY", km: 5}}}'), an_event())


def test_toward_is_not_at() -> None:
    """Forces that move toward Homs are not near it unless the rule asks for `toward`."""
    moving = an_event("advance", place=HOMS, place_role=PlaceRole.TOWARD)
    asking = a_rule('{near: {place: "Homs, SY", km: 5}, role: [at, toward]}')

    assert not matches(NEAR_HOMS, moving)
    assert matches(asking, moving)
