"""Events written out in examples (`event: {type: flood, place: "Homs, SY"}`), so that a rule is tried without text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from alerts.domain.event import QUANTITY_KINDS, Comparator, Distance, Event, Party, Quantity, Scalar, Scope, Status
from alerts.domain.geo import COMPASS_DEGREES
from alerts.domain.ids import event_id, report_id
from alerts.domain.place import PLACE_KINDS, Place, PlaceRole, Precision
from alerts.domain.taxonomy import EVENT_TYPES, is_event_type
from alerts.ruleset import build_places
from alerts.ruleset.diagnostics import did_you_mean
from alerts.ruleset.nodes import Entry, Fields, Node, Text
from alerts.ruleset.reading import boolean, hours, kilometres, mapping, number, one_or_more, share, text, words
from alerts.ruleset.vocabulary import Vocabulary

EVENT_KEYS = (
    "type",
    "status",
    "actors",
    "targets",
    "place",
    "role",
    "distance",
    "quantities",
    "age",
    "starts_in",
    "claimed",
    "disputed",
    "attributed_to",
    "confidence",
    "attributes",
)
PLACE_KEYS = ("name", "lat", "lon", "precision", "radius_km", "kind", "country", "admin1", "admin2")
PARTY_KEYS = ("name", "kind", "country", "member_of")
DISTANCE_KEYS = ("km", "mi", "nm", "comparator", "of", "bearing", "high_km")
QUANTITY_KEYS = ("value", "high", "comparator", "unit", "scope", "window")
_COMPARATORS = {comparator.value: comparator for comparator in Comparator}
_PLAIN_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_REPORT = report_id("example", "example")

T = TypeVar("T")


def event(node: Node, now: datetime, vocabulary: Vocabulary) -> Event | None:
    """Return the event that a mapping describes; what it leaves out is unknown, its times count back from `now`."""
    problems = vocabulary.problems
    entries = mapping(node, EVENT_KEYS, problems, what="event", required=("type",))
    if not entries or "type" not in entries:
        return None
    kind = text(entries["type"].value, problems, what="type")
    if kind is None or not _is_type(kind, vocabulary):
        return None
    status = _word(entries, "status", {s.value: s for s in Status}, vocabulary)
    role = _word(entries, "role", {r.value: r for r in PlaceRole}, vocabulary)
    age = hours(entries["age"].value, problems) if "age" in entries else None
    starts_in = hours(entries["starts_in"].value, problems) if "starts_in" in entries else None
    sure = share(entries["confidence"].value, problems) if "confidence" in entries else None
    return Event(
        id=event_id(_REPORT, 1, 0),
        report_id=_REPORT,
        type=kind.value,
        status=status or Status.OCCURRED,
        occurred_at=now - timedelta(hours=age or 0.0),
        actors=_parties(entries.get("actors"), vocabulary),
        targets=_parties(entries.get("targets"), vocabulary),
        place=_place(entries["place"].value, vocabulary) if "place" in entries else None,
        place_role=role or PlaceRole.AT,
        distance=_distance(entries["distance"].value, vocabulary) if "distance" in entries else None,
        quantities=_quantities(entries["quantities"].value, vocabulary) if "quantities" in entries else (),
        starts_at=None if starts_in is None else now + timedelta(hours=starts_in),
        claimed=_flag(entries, "claimed", vocabulary),
        disputed=_flag(entries, "disputed", vocabulary),
        attributed_to=_text(entries, "attributed_to", vocabulary),
        confidence=1.0 if sure is None else sure,
        attributes=_attributes(entries.get("attributes"), vocabulary),
    )


def _is_type(kind: Text, vocabulary: Vocabulary) -> bool:
    if is_event_type(kind.value):
        return True
    hint = did_you_mean(kind.value, EVENT_TYPES)
    vocabulary.problems.error(kind.at, "unknown-type", f"no event has the type `{kind.value}`", hint)
    return False


def _word(entries: Mapping[str, Entry], name: str, known: Mapping[str, T], vocabulary: Vocabulary) -> T | None:
    found = words(entries[name].value, known, vocabulary.problems, what=name) if name in entries else ()
    return found[0] if found else None


def _text(entries: Mapping[str, Entry], name: str, vocabulary: Vocabulary) -> str | None:
    found = text(entries[name].value, vocabulary.problems, what=name) if name in entries else None
    return found.value if found else None


def _number(entries: Mapping[str, Entry], name: str, vocabulary: Vocabulary) -> float | None:
    return number(entries[name].value, vocabulary.problems) if name in entries else None


def _flag(entries: Mapping[str, Entry], name: str, vocabulary: Vocabulary) -> bool:
    return bool(name in entries and boolean(entries[name].value, vocabulary.problems, what=name))


def _parties(entry: Entry | None, vocabulary: Vocabulary) -> tuple[Party, ...]:
    if entry is None:
        return ()
    found = (_party(item, vocabulary) for item in one_or_more(entry.value))
    return tuple(party for party in found if party)


def _party(node: Node, vocabulary: Vocabulary) -> Party | None:
    if isinstance(node, Text):
        return Party(name=node.value)
    entries = mapping(node, PARTY_KEYS, vocabulary.problems, what="a party", required=("name",))
    name = _text(entries, "name", vocabulary) if entries else None
    if not entries or name is None:
        return None
    above = entries["member_of"].value if "member_of" in entries else None
    groups = vocabulary.texts(above, what="member_of") if above else ()
    return Party(
        name=name,
        kind=_text(entries, "kind", vocabulary),
        country=_text(entries, "country", vocabulary),
        member_of=tuple(group.value for group in groups),
    )


def _place(node: Node, vocabulary: Vocabulary) -> Place | None:
    """Return a place of the gazetteer by its name (a province or country too), or one written out with its point."""
    if isinstance(node, Text):
        found = vocabulary.places.find(node.value)
        country = next((place for place in found if place.precision is Precision.COUNTRY), None)
        return country or (found[0] if found else vocabulary.spot_place(node))
    entries = mapping(node, PLACE_KEYS, vocabulary.problems, what="place", required=("lat", "lon"))
    if not entries or not {"lat", "lon"} <= entries.keys():
        return None
    where = build_places.point(Fields(entries={k: entries[k] for k in ("lat", "lon")}, at=node.at), vocabulary)
    if where is None:
        return None
    precision = _word(entries, "precision", {p.value: p for p in Precision}, vocabulary) or Precision.SITE
    kind = _word(entries, "kind", {k: k for k in sorted(PLACE_KINDS)}, vocabulary)
    return Place(
        name=_text(entries, "name", vocabulary) or "a place",
        lat=where.lat,
        lon=where.lon,
        precision=precision,
        radius_km=_number(entries, "radius_km", vocabulary) or 0.0,
        kind=kind or "site",
        country=_text(entries, "country", vocabulary),
        admin1=_text(entries, "admin1", vocabulary),
        admin2=_text(entries, "admin2", vocabulary),
    )


def _distance(node: Node, vocabulary: Vocabulary) -> Distance | None:
    entries = mapping(node, DISTANCE_KEYS, vocabulary.problems, what="distance", required=("of",))
    km = kilometres(entries, node, vocabulary.problems) if entries else None
    of = text(entries["of"].value, vocabulary.problems, what="of") if entries and "of" in entries else None
    if entries is None or km is None or of is None:
        return None
    return Distance(
        km=km,
        comparator=_word(entries, "comparator", _COMPARATORS, vocabulary) or Comparator.EXACTLY,
        of=of.value,
        bearing=_word(entries, "bearing", COMPASS_DEGREES, vocabulary),
        anchor=vocabulary.spot_place(of),
        high_km=_number(entries, "high_km", vocabulary),
    )


def _quantities(node: Node, vocabulary: Vocabulary) -> tuple[Quantity, ...]:
    entries = mapping(node, sorted(QUANTITY_KINDS), vocabulary.problems, what="quantities") or {}
    found = (_quantity(kind, entry.value, vocabulary) for kind, entry in entries.items())
    return tuple(quantity for quantity in found if quantity)


def _quantity(kind: str, node: Node, vocabulary: Vocabulary) -> Quantity | None:
    if isinstance(node, Text):
        value = number(node, vocabulary.problems)
        return None if value is None else Quantity(kind=kind, value=value)
    entries = mapping(node, QUANTITY_KEYS, vocabulary.problems, what=kind, required=("value",))
    value = _number(entries, "value", vocabulary) if entries else None
    if entries is None or value is None:
        return None
    return Quantity(
        kind=kind,
        value=value,
        high=_number(entries, "high", vocabulary),
        comparator=_word(entries, "comparator", _COMPARATORS, vocabulary) or Comparator.EXACTLY,
        unit=_text(entries, "unit", vocabulary),
        scope=_word(entries, "scope", {s.value: s for s in Scope}, vocabulary) or Scope.NEW,
        window_hours=hours(entries["window"].value, vocabulary.problems) if "window" in entries else None,
    )


def _attributes(entry: Entry | None, vocabulary: Vocabulary) -> Mapping[str, Scalar]:
    if entry is None:
        return {}
    entries = entry.value.entries if isinstance(entry.value, Fields) else {}
    found: dict[str, Scalar] = {}
    for path, part in entries.items():
        value = text(part.value, vocabulary.problems, what=path)
        if value:
            found[path] = _scalar(value)
    return found


def _scalar(value: Text) -> Scalar:
    """Return a scalar as a structured message would carry it: a number where it was written as one, unquoted."""
    if not value.quoted and _PLAIN_NUMBER.fullmatch(value.value):
        return float(value.value)
    return {"true": True, "false": False}.get(value.value, value.value) if not value.quoted else value.value
