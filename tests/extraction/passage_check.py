"""Passages of our own with the events that they tell: how one is read and judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from alerts.domain.event import HAPPENING, QUANTITY_KINDS, Event
from alerts.domain.geo import distance_km
from alerts.domain.place import Place
from alerts.domain.taxonomy import GROUPS, is_below
from tests.extraction.reader import gazetteer

Passage = Mapping[str, Any]

FOLDER = Path(__file__).parent / "passages"
_NEAR_KM = 15
_SHORT = {"territory": GROUPS["territory_captured"], "explosion": ("explosion_remote_violence", "industrial_accident")}


def passages() -> Iterator[Passage]:
    """Yield every passage of the folder."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["passages"]


def faults(passage: Passage, found: Iterable[Event]) -> list[str]:
    """Return what is missing from the events found, and what happens in them that the passage does not tell."""
    events = tuple(found)
    missing = [str(wanted) for wanted in passage["events"] if not any(_fits(event, wanted) for event in events)]
    allowed = frozenset(
        name for wanted in passage["events"] if is_happening(wanted) for name in types_of(wanted["type"])
    ) | frozenset(name for allowed in passage.get("also", ()) for name in types_of(allowed))
    extra = [f"{e.type} {e.status.value}" for e in events if e.status in HAPPENING and not is_below(e.type, allowed)]
    return [*(f"missing {text}" for text in missing), *(f"extra {text}" for text in extra)]


def is_happening(wanted: Mapping[str, Any]) -> bool:
    """Return whether a gold event is one that happens, or may be read so."""
    return bool({status.value for status in HAPPENING} & set(str(wanted["status"]).split("|")))


def types_of(value: object) -> tuple[str, ...]:
    """Return the types that a gold type, a list of them or a short name stands for."""
    names = value if isinstance(value, list) else [value]
    return tuple(member for name in names for member in _SHORT.get(str(name), (str(name),)))


def _fits(event: Event, wanted: Mapping[str, Any]) -> bool:
    return (
        is_below(event.type, frozenset(types_of(wanted["type"])))
        and event.status.value in str(wanted["status"]).split("|")
        and ("place" not in wanted or is_at(event.place, wanted["place"]))
        and ("claimed" not in wanted or event.claimed == (wanted["claimed"] == "true"))
        and all(_has_figure(event, kind, wanted[kind]) for kind in QUANTITY_KINDS & wanted.keys())
        and ("households" not in wanted or _counts(event, "households", wanted["households"]))
    )


def _has_figure(event: Event, kind: str, value: float) -> bool:
    return any(q.kind == kind and q.value == value for q in event.quantities)


def _counts(event: Event, unit: str, value: float) -> bool:
    return any(q.unit == unit and q.value == value for q in event.quantities)


def is_at(place: Place | None, wanted: str) -> bool:
    """Return whether a place is what a name means, within its radius."""
    if place is None:
        return False
    return (
        any(
            candidate.key == place.key
            or place.name == wanted
            or distance_km(candidate.point, place.point) <= _NEAR_KM + candidate.radius_km
            for candidate in gazetteer().find(wanted)
        )
        or wanted.lower() in place.name.lower()
    )
