"""The line format of `alerts extract`: a public contract, documented in docs/extraction.md.

Keys are added at the end and never renamed or removed.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TypeAlias

from alerts.domain.event import Distance, Event, Evidence, Party, Quantity
from alerts.domain.place import Place
from alerts.extraction.mentions import Toponym

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def event_line(event: Event, report_id: str) -> str:
    """Return one event as one line of JSON; lone surrogates stay as escapes.

    Args:
        event: What was extracted.
        report_id: The id that the input line gave.
    """
    return json.dumps(_event(event, report_id), ensure_ascii=True)


def mention_line(mention: Toponym, report_id: str) -> str:
    """Return one place mention as one line of JSON; a name that the gazetteer lacks has no coordinates."""
    place = mention.place
    found: Json = {
        "kind": "place",
        "start": mention.start,
        "end": mention.end,
        "name": mention.text,
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "country": place.country if place else None,
        "geonames_id": place.geonames_id if place else None,
        "resolved": place.name if place else None,
        "precision": place.precision.value if place else None,
        "confidence": mention.confidence,
    }
    return json.dumps({"report_id": report_id, "mention": found}, ensure_ascii=True)


def _event(event: Event, report_id: str) -> Json:
    return {
        "report_id": report_id,
        "id": event.id,
        "type": event.type,
        "acled": event.acled,
        "plover": event.plover,
        "actors": [party.name for party in event.actors],
        "targets": [party.name for party in event.targets],
        "place": _place(event.place),
        "place_role": event.place_role.value,
        "distance": _distance(event.distance),
        "quantities": [_quantity(quantity) for quantity in event.quantities],
        "occurred_at": _time(event.occurred_at),
        "time_precision": event.time_precision.value,
        "starts_at": _time(event.starts_at),
        "status": event.status.value,
        "claimed": event.claimed,
        "disputed": event.disputed,
        "attributed_to": event.attributed_to,
        "confidence": event.confidence,
        "evidence": [_evidence(evidence) for evidence in event.evidence],
        "parties": [
            *(_party(party, "actor") for party in event.actors),
            *(_party(party, "target") for party in event.targets),
        ],
        "attributes": dict(event.attributes),
    }


def _place(place: Place | None) -> Json:
    if place is None:
        return None
    return {
        "name": place.name,
        "geonames_id": place.geonames_id,
        "lat": place.lat,
        "lon": place.lon,
        "country": place.country,
        "admin1": place.admin1,
        "admin2": place.admin2,
        "precision": place.precision.value,
        "radius_km": place.radius_km,
        "kind": place.kind,
        "other_countries": list(place.other_countries),
    }


def _distance(distance: Distance | None) -> Json:
    if distance is None:
        return None
    return {
        "km": distance.km,
        "high_km": distance.high_km,
        "comparator": distance.comparator.value,
        "bearing": distance.bearing,
        "of": distance.of,
    }


def _quantity(quantity: Quantity) -> Json:
    return {
        "kind": quantity.kind,
        "value": quantity.value,
        "high": quantity.high,
        "unit": quantity.unit,
        "comparator": quantity.comparator.value,
        "scope": quantity.scope.value,
        "window_hours": quantity.window_hours,
    }


def _evidence(evidence: Evidence) -> Json:
    return {"start": evidence.start, "end": evidence.end, "quote": evidence.quote}


def _party(party: Party, role: str) -> Json:
    return {
        "name": party.name,
        "kind": party.kind,
        "country": party.country,
        "member_of": list(party.member_of),
        "role": role,
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
