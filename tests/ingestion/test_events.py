"""Structured notices: events given in fields."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.domain.event import Comparator, Scope, Status, TimePrecision
from alerts.domain.place import PlaceName, Precision
from tests.ingestion.port import Answered, Port

QUAKE = {
    "type": "earthquake",
    "occurred_at": "2025-03-01T11:58:00Z",
    "place": {"name": "Off Latakia", "lat": 35.6, "lon": 35.1, "country": "SY", "radius_km": 4.5},
    "quantities": [{"kind": "magnitude", "value": 6.1}, {"kind": "killed", "value": 4, "comparator": "at_least"}],
    "actors": ["Nobody"],
    "evidence": ["M6.1 quake"],
    "attributes": {"alert": "orange", "felt": {"reports": 17, "cdi": [4.5, 5]}, "id": 2**70},
}


async def post(port: Port, **changed: object) -> Answered:
    return await port.post({"id": "q", "source": "usgs", "text": "An M6.1 quake struck.", "events": [QUAKE | changed]})


async def test_an_event_arrives_with_all_its_fields(port: Port) -> None:
    """What a sensor says in numbers is matched as numbers."""
    answer = await post(port)

    (event,) = port.kept[0].events
    assert answer.status == 202
    assert (event.type, event.status, event.report_id) == ("earthquake", Status.OCCURRED, port.kept[0].id)
    assert event.occurred_at == datetime(2025, 3, 1, 11, 58, tzinfo=UTC)
    assert event.time_precision is TimePrecision.HOUR
    assert event.place is not None
    assert (event.place.lat, event.place.lon, event.place.radius_km) == (35.6, 35.1, 4.5)
    assert event.place.precision is Precision.SITE
    assert [(q.kind, q.value, q.comparator, q.scope) for q in event.quantities] == [
        ("magnitude", 6.1, Comparator.EXACTLY, Scope.NEW),
        ("killed", 4.0, Comparator.AT_LEAST, Scope.NEW),
    ]
    assert event.actors[0].name == "Nobody"


async def test_attributes_are_found_by_dotted_path_and_keep_their_digits(port: Port) -> None:
    """A rule says `attributes: {felt.reports: {at_least: 10}}`."""
    await post(port)

    assert port.kept[0].events[0].attributes == {
        "alert": "orange",
        "felt.reports": 17,
        "felt.cdi.0": 4.5,
        "felt.cdi.1": 5,
        "id": "1180591620717411303424",
    }


async def test_a_quote_is_found_in_the_text(port: Port) -> None:
    """The alert points at the sentence."""
    await post(port)

    (evidence,) = port.kept[0].events[0].evidence
    assert port.kept[0].text[evidence.start : evidence.end] == evidence.quote == "M6.1 quake"


async def test_without_a_quote_the_title_or_text_stands_as_evidence(port: Port) -> None:
    """No alert goes out without words that prove it."""
    await post(port, evidence=[])

    assert port.kept[0].events[0].evidence[0].quote == "An M6.1 quake struck."


@pytest.mark.parametrize("place", ["Homs", {"name": "Homs", "country": "SY"}])
async def test_a_place_with_a_name_only_waits_for_the_geocoder(port: Port, place: object) -> None:
    """A feed that names towns is as good as one with coordinates."""
    await post(port, place=place)

    event = port.kept[0].events[0]
    assert event.place is None
    assert event.place_name == PlaceName(name="Homs", country=None if place == "Homs" else "SY")


async def test_codes_of_the_public_ontologies_are_filled_in(port: Port) -> None:
    """Who counts by ACLED's names needs no table of their own."""
    await post(port, type="armed_clash")

    event = port.kept[0].events[0]
    assert (event.acled, event.plover) == ("Armed clash", "ASSAULT")


async def test_a_planned_event_may_lie_in_the_future(port: Port) -> None:
    """Only what has happened cannot have happened later than now."""
    await post(port, type="labour_strike", status="planned", occurred_at="2025-03-09T00:00:00Z")

    assert port.kept[0].events[0].occurred_at == datetime(2025, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"type": "armed_clas"}, "/events/0/type"),
        ({"type": "custom/"}, "/events/0/type"),
        ({"type": 7}, "/events/0/type"),
        ({"status": "maybe"}, "/events/0/status"),
        ({"place": {"lat": 91, "lon": 0}}, "/events/0/place/lat"),
        ({"place": {"lat": 0, "lon": -180.5}}, "/events/0/place/lon"),
        ({"place": {"lat": "35.6", "lon": 0}}, "/events/0/place/lat"),
        ({"place": {"lat": True, "lon": 0}}, "/events/0/place/lat"),
        ({"place": {"lat": 1}}, "/events/0/place"),
        ({"place": {}}, "/events/0/place"),
        ({"place": {"name": "Homs", "kind": "towm"}}, "/events/0/place/kind"),
        ({"place": {"name": "Homs", "country": "Syria"}}, "/events/0/place/country"),
        ({"quantities": [{"kind": "killd", "value": 1}]}, "/events/0/quantities/0/kind"),
        ({"quantities": [{"kind": "killed", "value": "1"}]}, "/events/0/quantities/0/value"),
        ({"quantities": [{"kind": "killed", "value": 1e300}]}, "/events/0/quantities/0/value"),
        ({"distance": {"km": -1, "of": "Homs"}}, "/events/0/distance/km"),
        ({"confidence": 1.1}, "/events/0/confidence"),
        ({"occurred_at": "2025-13-01"}, "/events/0/occurred_at"),
        ({"attributes": [1]}, "/events/0/attributes"),
        ({"actors": [""]}, "/events/0/actors/0/name"),
    ],
)
async def test_a_field_that_is_wrong_is_pointed_at(port: Port, changed: dict[str, object], pointer: str) -> None:
    """A guess at what was meant would become an alert."""
    answer = await post(port, **changed)

    assert answer.status == 422
    assert answer.pointers == {pointer}
    assert port.kept == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
async def test_coordinates_that_are_no_numbers_are_refused(port: Port, number: str) -> None:
    """They compare with nothing: such an event would be near everything or nowhere."""
    place = b'{"lat":%s,"lon":35}' % number.encode()

    answer = await port.post(b'{"id":"1","source":"x","events":[{"type":"flood","place":%s}]}' % place)

    assert (answer.status, answer.pointers) == (422, {"/events/0/place/lat"})


async def test_an_own_type_needs_no_table(port: Port) -> None:
    """`custom/...` is what a source calls its own things."""
    answer = await post(port, type="custom/depot/low_fuel")

    assert answer.status == 202


async def test_more_events_than_a_report_has_are_refused(port: Port) -> None:
    """200 a report; a day's table is many reports."""
    answer = await port.post({"id": "1", "source": "x", "events": [QUAKE] * 201})

    assert (answer.status, answer.pointers) == (422, {"/events"})
