"""The first exam: a real news story with gold, kept beside the checkout because its words are not ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from alerts.domain.event import Event
from alerts.domain.geo import Point, distance_km
from alerts.domain.place import Place
from alerts.domain.taxonomy import family

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "dev"

Gold = Mapping[str, Any]

# What the gold's kinds that ACLED lacks are called in our tree.
_OUR_NAME = {
    "Shelling/artillery/missile attack": "shelling_artillery_missile_attack",
    "Air/drone strike": "air_drone_strike",
    "Non-violent transfer of territory": "non_violent_transfer_of_territory",
    "X:force_movement": "advance",
}


def article() -> str:
    """Return the story's text."""
    return (FOLDER / "homs-article.txt").read_text(encoding="utf-8")


def gold() -> Gold:
    """Return what an extractor should find in it."""
    found: Gold = json.loads((FOLDER / "seed-gold.json").read_text(encoding="utf-8"))
    return found


def required(record: Gold) -> list[Gold]:
    """Return the gold events that count."""
    return [event for event in record["events"] if not event.get("optional")]


def finds(events: Iterable[Event], wanted: Gold, places: Mapping[str, Gold]) -> bool:
    """Return whether some event has the wanted type family, status and place, and quotes the wanted span."""
    return any(
        _fits_type(event, wanted)
        and event.status.value in (wanted["status"], *wanted.get("alt_status", ()))
        and _fits_place(event.place, wanted, places)
        and _quotes(event, wanted)
        for event in events
    )


def _fits_type(event: Event, wanted: Gold) -> bool:
    alternatives = [_OUR_NAME[name] for name in wanted.get("alt_types", ()) if name in _OUR_NAME]
    return family(event.type) in {family(name) for name in (wanted["event_type"], *alternatives)}


def _fits_place(place: Place | None, wanted: Gold, places: Mapping[str, Gold]) -> bool:
    names = [wanted["place"], *wanted.get("alt_places", ())]
    return place is not None and any(_is_at(place, places[name]) for name in names if name in places)


def _is_at(place: Place, spot: Gold) -> bool:
    if spot["kind"] == "country" and set(place.countries) & set(spot["cc"]):
        return True
    return distance_km(place.point, Point(spot["lat"], spot["lon"])) <= float(spot["tolerance_km"])


def _quotes(event: Event, wanted: Gold) -> bool:
    spans = [wanted, *wanted.get("also", ())]
    return any(e.start < span["end"] and span["start"] < e.end for e in event.evidence for span in spans)
