"""The structured events of a report, from the wire's schema to the domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from alerts.adapters import wire_reports as wire
from alerts.domain.event import (
    HAPPENING,
    Comparator,
    Distance,
    Event,
    Evidence,
    Party,
    Quantity,
    Scalar,
    Scope,
    Status,
    TimePrecision,
)
from alerts.domain.ids import ReportId, event_id
from alerts.domain.place import Place, PlaceName, PlaceRole, Precision
from alerts.domain.taxonomy import codes

ATTRIBUTES_MAX = 500

# A quote stands in for evidence that the source does not give; longer is no quote.
_QUOTE_MAX = 300
_ATTRIBUTE_TEXT_MAX = 2_000
# Stores and clients read whole numbers as 64 bits; a longer one keeps its digits as text.
_INTEGER_MAX = 2**63 - 1


def read_event(
    event: wire.WireEvent,
    ordinal: int,
    within: wire.WireReport,
    *,
    report: ReportId,
    published_at: datetime,
    received_at: datetime,
) -> Event:
    """Return the `ordinal`-th event of a report. What has happened has not happened later than it was received."""
    status = Status(event.status)
    occurred_at = event.occurred_at or published_at
    known = codes(event.type)
    return Event(
        id=event_id(report, within.version, ordinal),
        report_id=report,
        type=event.type,
        status=status,
        occurred_at=min(occurred_at, received_at) if status in HAPPENING else occurred_at,
        acled=event.acled or known.acled,
        plover=event.plover or known.plover,
        actors=tuple(_party(party) for party in event.actors),
        targets=tuple(_party(party) for party in event.targets),
        place=_place(event.place),
        place_name=_place_name(event.place),
        place_role=PlaceRole(event.place_role),
        distance=_distance(event.distance),
        quantities=tuple(_quantity(quantity) for quantity in event.quantities),
        time_precision=_time_precision(event),
        starts_at=event.starts_at,
        claimed=event.claimed,
        disputed=event.disputed,
        attributed_to=event.attributed_to,
        confidence=event.confidence,
        evidence=tuple(_evidence(event, within)),
        attributes=dict(_attributes(event.attributes)),
    )


def _party(party: wire.WireParty) -> Party:
    return Party(name=party.name, kind=party.kind, country=party.country, member_of=tuple(party.member_of))


def _place(place: wire.WirePlace | None) -> Place | None:
    if place is None or place.lat is None or place.lon is None:
        return None
    return Place(
        name=place.name or f"{place.lat:.4f}, {place.lon:.4f}",
        lat=place.lat,
        lon=place.lon,
        precision=Precision(place.precision),
        radius_km=place.radius_km,
        kind=place.kind or "site",
        geonames_id=place.geonames_id,
        country=place.country,
        admin1=place.admin1,
        admin2=place.admin2,
        other_countries=tuple(place.other_countries),
    )


def _place_name(place: wire.WirePlace | None) -> PlaceName | None:
    if place is None or place.name is None or place.lat is not None:
        return None
    return PlaceName(name=place.name, country=place.country, admin1=place.admin1, kind=place.kind)


def _distance(distance: wire.WireDistance | None) -> Distance | None:
    if distance is None:
        return None
    return Distance(
        km=distance.km,
        comparator=Comparator(distance.comparator),
        of=distance.of,
        bearing=distance.bearing,
        high_km=distance.high_km,
    )


def _quantity(quantity: wire.WireQuantity) -> Quantity:
    return Quantity(
        kind=quantity.kind,
        value=quantity.value,
        comparator=Comparator(quantity.comparator),
        high=quantity.high,
        unit=quantity.unit,
        scope=Scope(quantity.scope),
        window_hours=quantity.window_hours,
    )


def _time_precision(event: wire.WireEvent) -> TimePrecision:
    if event.time_precision:
        return TimePrecision(event.time_precision)
    return TimePrecision.HOUR if event.occurred_at else TimePrecision.UNKNOWN


def _evidence(event: wire.WireEvent, within: wire.WireReport) -> Iterator[Evidence]:
    """Yield the quotes given, each where it stands in the text; without any, the title or how the text begins.

    A quote that the text does not hold stands at 0: the source vouches for it, there is nothing to point into.
    """
    for given in event.evidence:
        start = within.text.find(given.quote, given.start or 0)
        start = start if start >= 0 else max(within.text.find(given.quote), 0)
        yield Evidence(start=start, end=start + len(given.quote), quote=given.quote)
    fallback = (within.title or within.text).strip()[:_QUOTE_MAX]
    if not event.evidence and fallback:
        start = max(within.text.find(fallback), 0)
        yield Evidence(start=start, end=start + len(fallback), quote=fallback)


def _attributes(nested: Mapping[str, object]) -> Iterator[tuple[str, Scalar]]:
    """Yield the fields of a structured message by dotted path, `routes.0.name` for the first of a list."""
    waiting: list[tuple[str, object]] = list(nested.items())[::-1]
    found = 0
    while waiting and found < ATTRIBUTES_MAX:
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend((f"{path}.{key}", inner) for key, inner in reversed(list(value.items())))
        elif isinstance(value, list):
            waiting.extend((f"{path}.{index}", value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            found += 1
            yield path, _scalar(value)


def _scalar(value: object) -> Scalar:
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _INTEGER_MAX else str(value)
    return str(value)[:_ATTRIBUTE_TEXT_MAX]
